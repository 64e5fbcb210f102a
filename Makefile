# Everything a person types. `make help` lists it.
SHOP ?= cdnow
export KLANTWAARDE_CONFIG ?= shops/$(SHOP).toml

UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
PYTHON := .venv/bin/python
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run ui test check lint types sql tests bench docs figures clean

help:  ## List the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1|/' | column -t -s '|'

setup: $(READY)  ## Install what uv.lock names (run and test do it too)

$(READY): pyproject.toml uv.lock
	@command -v $(UV) >/dev/null || (python3 -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check uv)
	@# Compiled once here: a machine that writes no bytecode would compile a thousand modules at every start.
	$(UV) sync --frozen --quiet --compile-bytecode
	@touch $@

run: setup  ## Run the nightly job now: make run, make run SHOP=online_retail
	@$(PYTHON) -m pipelines.run.nightly

ui: setup  ## Start Dagster with the nightly schedule on http://127.0.0.1:3000 (SHOP=..., PORT=...)
	@$(PYTHON) -m pipelines.run.ui

# Side by side, since one or other waits for a server or a file. Threads of linear algebra would only wait for each other.
test: export OPENBLAS_NUM_THREADS := 1
test: setup  ## Run every check and every test
	@$(MAKE) --no-print-directory -j 4 lint types sql tests

check: setup  ## Lint, types, import contract, SQL lint
	@$(MAKE) --no-print-directory -j 3 lint types sql

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	.venv/bin/lint-imports

tests:
	@# Each file on one worker, in the order of tests/conftest.py.
	$(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

types:
	.venv/bin/pyrefly check

sql:
	$(PYTHON) -m sqlfluff lint --processes 2 --disable-progress-bar dbt_project/models dbt_project/tests

bench: setup  ## Measure a synthetic shop: make bench ORDERS=1000000
	@$(PYTHON) -m tests.bench --orders $(or $(ORDERS),1000000)

docs: setup  ## Write docs/data_dictionary.md anew
	@$(PYTHON) -m pipelines.run.data_dictionary

figures: setup  ## Draw the figures of docs/method.md from the last run of a shop
	@$(PYTHON) -m pipelines.prediction.figures

clean:  ## Remove everything made here except the environment
	rm -rf var dbt_project/target dbt_project/logs
