"""How models take the place of what was there: dbt_project/macros/replace_relation.sql."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.support.dbt_models import build_part
from tests.support.raw_shop import line, make_raw, order, rows

if TYPE_CHECKING:
    from pathlib import Path

MODELS = (
    "--select",
    "stg_shop",
    "calendar",
    "--exclude",
    "resource_type:unit_test",
    "--indirect-selection",
    "cautious",
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = make_raw(tmp_path, [order("A")], [line("A")])
    assert _statuses(path) <= {"success", "pass"}
    return path


def test_a_table_replaces_a_view_and_a_view_a_table(warehouse: Path) -> None:
    days = rows(warehouse, "select count(*) from marts.calendar")
    _execute(
        warehouse,
        "drop table marts.calendar; create view marts.calendar as select 1 as one;"
        "drop view staging.stg_shop; create table staging.stg_shop as select 1 as one",
    )
    assert _statuses(warehouse) <= {"success", "pass"}
    assert rows(warehouse, "select count(*) from marts.calendar") == days
    assert rows(warehouse, "select view_name from duckdb_views() where schema_name = 'staging'") == [("stg_shop",)]


def test_a_model_and_its_columns_are_described(warehouse: Path) -> None:
    assert rows(warehouse, "select comment like 'One row%' from duckdb_tables() where table_name = 'calendar'") == [
        (True,)
    ]
    assert rows(
        warehouse, "select count(*) from duckdb_columns() where table_name = 'calendar' and comment is null"
    ) == [(0,)]


def test_a_model_that_fails_leaves_the_table_of_before(warehouse: Path) -> None:
    days = rows(warehouse, "select count(*) from marts.calendar")
    _execute(warehouse, "alter table raw.shop alter as_of_date type varchar using 'no date'")
    assert "error" in _statuses(warehouse)
    assert rows(warehouse, "select count(*) from marts.calendar") == days


def _statuses(path: Path) -> set[str]:
    return {str(result.status) for result in build_part(path, *MODELS)}


def _execute(path: Path, statements: str) -> None:
    with duckdb.connect(str(path)) as db:
        db.execute(statements)
