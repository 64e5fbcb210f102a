"""What every model promises: described, typed, lean and of one vocabulary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.dbt.shop import DBT_PROJECT, dbt_results, line, make_raw, order, project_manifest, refund

if TYPE_CHECKING:
    from pathlib import Path

MART_TYPES = {"varchar", "bigint", "boolean", "date", "timestamp", "double", "decimal(18, 4)", "decimal(18, 9)"}
DOC_BLOCK = re.compile(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", re.DOTALL)
DOCS = (DBT_PROJECT / "models" / "docs.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def models() -> list[Any]:
    return [node for node in project_manifest().nodes.values() if node.resource_type == "model"]


def test_every_model_says_what_a_row_is(models: list[Any]) -> None:
    wrong = [model.name for model in models if not model.description.startswith("One row")]
    assert not wrong


def test_every_published_column_is_described_and_typed(models: list[Any]) -> None:
    marts = [model for model in models if model.schema == "marts"]
    assert len(marts) >= 13
    for mart in marts:
        assert mart.contract.enforced, mart.name
        for column in mart.columns.values():
            assert column.description, f"{mart.name}.{column.name}"
            assert column.data_type.lower() in MART_TYPES, f"{mart.name}.{column.name}: {column.data_type}"


def test_every_mart_has_a_tested_key(models: list[Any]) -> None:
    """A view has the key of the core model it reads: of its own name, or of order lines, the ledger's."""
    nodes = project_manifest().nodes
    keyed = {
        nodes[node.attached_node].alias
        for node in nodes.values()
        if node.resource_type == "test" and getattr(node, "test_metadata", None)
        if node.test_metadata.name in ("unique", "unique_key")
    }
    assert {model.alias for model in models if model.schema == "marts"} - keyed == {"order_lines"}


def test_one_definition_for_a_column_name() -> None:
    names = [name for name, _ in DOC_BLOCK.findall(DOCS)]
    assert names == sorted(set(names))


def test_every_definition_is_used() -> None:
    yaml = "".join(path.read_text(encoding="utf-8") for path in (DBT_PROJECT / "models").rglob("*.yml"))
    unused = [name for name, _ in DOC_BLOCK.findall(DOCS) if f"doc('{name}')" not in yaml]
    assert not unused


def test_names_and_types_of_columns_agree(models: list[Any]) -> None:
    """The ending of a name is its unit."""
    endings = {
        "_amount": {"decimal(18, 4)", "decimal(18, 9)", "double"},
        "_count": {"bigint"},
        "_date": {"date"},
        "_at": {"timestamp"},
        "_days": {"bigint", "double", "decimal(18, 4)"},
    }
    for model in models:
        if model.schema != "marts":
            continue
        for column in model.columns.values():
            kind = column.data_type.lower()
            for ending, kinds in endings.items():
                if column.name.endswith(ending):
                    assert kind in kinds, f"{model.name}.{column.name}: {kind}"
            assert column.name.startswith(("is_", "has_", "in_", "accepts_")) == (kind == "boolean"), (
                f"{model.name}.{column.name}: {kind}"
            )


def test_models_stay_short() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (DBT_PROJECT / "models").rglob("*.sql")}
    assert not {name for name, text in texts.items() if text.count("\n") > 150}


def test_the_whole_project_builds_and_every_unit_test_passes(tmp_path: Path) -> None:
    warehouse = make_raw(tmp_path, [order("A"), order("B", "2024-05-01")], [line("A"), line("B")], [refund("r")])
    results = dbt_results(warehouse, exclude=None)
    assert not [f"{r.node.name}: {r.status} {r.message}" for r in results if r.status not in ("success", "pass")]
    assert sum(r.node.resource_type == "unit_test" for r in results) >= 12


def test_dbt_has_nothing_to_warn_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dbt.cli.main import dbtRunner

    monkeypatch.setenv("KLANTWAARDE_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    folders = ["--project-dir", DBT_PROJECT, "--profiles-dir", DBT_PROJECT]
    folders += ["--target-path", tmp_path, "--log-path", tmp_path, "--log-level-file", "none"]
    outcome = dbtRunner().invoke(["--quiet", "--warn-error", "parse", *map(str, folders)])
    assert outcome.success, outcome.exception
