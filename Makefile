# What a person types to work on the project, and the shortest way to a first run. `make help` lists it.
SHOP ?= cdnow
export KLANTWAARDE_CONFIG ?= shops/$(SHOP).toml

UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
PYTHON := .venv/bin/python
KLANTWAARDE := .venv/bin/klantwaarde
# Each file on one worker, in the order of tests/conftest.py.
PYTEST := $(PYTHON) -m pytest -n 2 --dist loadfile --no-loadscope-reorder
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup run ui doctor status try-alerts test test-fast check lint types sql tests fast-tests bench docs figures clean

help:  ## List the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1|/' | column -t -s '|'

setup: $(READY)  ## Install what uv.lock names (run and test do it too)

$(READY): pyproject.toml uv.lock
	@command -v $(UV) >/dev/null || (python3 -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check uv)
	@# Compiled once here: a machine that writes no bytecode would compile a thousand modules at every start.
	$(UV) sync --frozen --quiet --compile-bytecode
	@touch $@

run: setup  ## Run the nightly job now: make run, make run SHOP=online_retail
	@$(KLANTWAARDE) run

ui: setup  ## Start Dagster with the nightly schedule on http://127.0.0.1:3000 (SHOP=..., PORT=...)
	@$(KLANTWAARDE) ui

doctor: setup  ## Look at a shop before its first night: make doctor SHOP=bakery
	@$(KLANTWAARDE) doctor

status: setup  ## Say whether the marts are fresh and the disk has room; alert if not (for cron)
	@$(KLANTWAARDE) status --alert

try-alerts: setup  ## Send a trial to every address that [alerts] names
	@$(KLANTWAARDE) status --try-alerts

# Side by side, since one or other waits for a server or a file. Threads of linear algebra would only wait for each other.
test test-fast: export OPENBLAS_NUM_THREADS := 1
# Compiled tests are kept even where the environment says otherwise: each worker would compile them again.
test test-fast: export PYTHONDONTWRITEBYTECODE :=
test: setup  ## Run every check and every test (twelve minutes)
	@$(MAKE) --no-print-directory -j 4 lint types sql tests

test-fast: setup  ## Lint, types and the tests that start neither dbt nor Great Expectations (one minute)
	@$(MAKE) --no-print-directory -j 3 lint types fast-tests

check: setup  ## Lint, types, import contract, SQL lint
	@$(MAKE) --no-print-directory -j 3 lint types sql

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	.venv/bin/lint-imports

tests:
	$(PYTEST)

fast-tests:
	$(PYTEST) --fast

types:
	.venv/bin/pyrefly check

sql:
	$(PYTHON) -m sqlfluff lint --processes 2 --disable-progress-bar dbt_project/models dbt_project/tests

bench: setup  ## Measure a synthetic shop: make bench ORDERS=1000000
	@$(PYTHON) -m tests.bench --orders $(or $(ORDERS),1000000)

docs: setup  ## Write the pages of docs/ that are made from code
	@$(PYTHON) -m pipelines.run.pages

figures: setup  ## Draw the figures of docs/method.md from the last run of a shop
	@$(PYTHON) -m pipelines.prediction.figures

clean:  ## Remove everything made here except the environment
	rm -rf var dbt_project/target dbt_project/logs
