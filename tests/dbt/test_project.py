"""What every model promises: described, typed, lean and of one vocabulary; and all models in a shop of two people."""

from __future__ import annotations

import re
import shutil
from decimal import Decimal
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from pipelines.settings import shop_row
from pipelines.settings.definitions import Definitions
from pipelines.settings.identity import Identity
from pipelines.warehouse import dbt_project
from tests.dbt.test_predictions import FIGURES
from tests.support.builders import line, order, refund
from tests.support.dbt_models import build_all, compiled_sql, fails, project_manifest
from tests.support.raw_shop import make_raw, rows

if TYPE_CHECKING:
    from pathlib import Path

MART_TYPES = {"varchar", "bigint", "boolean", "date", "timestamp", "double", "decimal(18, 4)", "decimal(18, 9)"}
DOC_BLOCK = re.compile(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", re.DOTALL)
DOCS = (dbt_project.FOLDER / "models" / "docs.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def models() -> list[Any]:
    return [node for node in project_manifest().nodes.values() if node.resource_type == "model"]


def test_every_table_says_what_a_row_is(models: list[Any]) -> None:
    seeds = [node for node in project_manifest().nodes.values() if node.resource_type == "seed"]
    wrong = [node.name for node in models + seeds if not node.description.startswith("One row")]
    assert seeds
    assert not wrong


def test_each_folder_of_core_describes_its_models_in_one_file(models: list[Any]) -> None:
    for model in models:
        if model.schema == "core":
            folder = PurePosixPath(model.original_file_path).parent
            assert model.patch_path == f"klantwaarde://{folder / folder.name}.yml", model.name


def test_every_published_column_is_described_and_typed(models: list[Any]) -> None:
    marts = [model for model in models if model.schema == "marts"]
    assert len(marts) >= 13
    for mart in marts:
        assert mart.contract.enforced, mart.name
        for column in mart.columns.values():
            assert column.description, f"{mart.name}.{column.name}"
            assert column.data_type.lower() in MART_TYPES, f"{mart.name}.{column.name}: {column.data_type}"


def test_every_mart_has_a_tested_key(models: list[Any]) -> None:
    """A view has the key of the table whose rows it shows; of order lines, another test counts the rows."""
    nodes = project_manifest().nodes
    keyed = {
        nodes[node.attached_node].name
        for node in nodes.values()
        if node.resource_type == "test" and getattr(node, "test_metadata", None)
        if node.test_metadata.name in ("unique", "unique_key")
    }
    marts = {model.name for model in models if model.schema == "marts"}
    assert marts - keyed == {"orders", "order_lines", "revenue_events"}
    assert {"order_facts", "ledger_movements"} <= keyed


def test_no_two_tables_have_one_name(models: list[Any]) -> None:
    """Schema `raw` is left out: it has the contract's names, as `stg_` models say."""
    sources = project_manifest().sources.values()
    names = [model.alias for model in models] + [source.name for source in sources if source.schema != "raw"]
    assert sorted(names) == sorted(set(names))
    assert not [model.name for model in models if model.alias != model.name]


def test_one_definition_for_a_column_name() -> None:
    names = [name for name, _ in DOC_BLOCK.findall(DOCS)]
    assert names == sorted(set(names))


def test_every_definition_is_used() -> None:
    yaml = "".join(path.read_text(encoding="utf-8") for path in (dbt_project.FOLDER / "models").rglob("*.yml"))
    unused = [name for name, _ in DOC_BLOCK.findall(DOCS) if f"doc('{name}')" not in yaml]
    assert not unused


def test_one_macro_says_what_a_mart_is_of(models: list[Any]) -> None:
    """Which shop, by which definitions, as of which day; `data_quality` shows rows as validation wrote them."""
    for model in models:
        if model.schema == "marts" and model.name not in ("calendar", "data_quality"):
            assert "{{ published(" in model.raw_code, model.name
            assert not re.search(r"source_id|definition_version|shop\.as_of_date,", model.raw_code), model.name


def test_names_and_types_of_columns_agree(models: list[Any]) -> None:
    """The ending of a name is its unit; what is predicted is a mean, so its counts have decimals."""
    endings = {
        r".*_amount": {"decimal(18, 4)", "decimal(18, 9)", "double"},
        r"(?!predicted_|expected_).*_count": {"bigint"},
        r"(predicted|expected)_.*_count": {"double"},
        r".*_date": {"date"},
        r".*_at": {"timestamp"},
        r".*_days": {"bigint", "double", "decimal(18, 4)"},
    }
    for model in models:
        if model.schema != "marts":
            continue
        for column in model.columns.values():
            kind = column.data_type.lower()
            for ending, kinds in endings.items():
                if re.fullmatch(ending, column.name):
                    assert kind in kinds, f"{model.name}.{column.name}: {kind}"
            is_said = column.name.startswith(("is_", "has_", "accepts_"))
            assert is_said == (kind == "boolean"), f"{model.name}.{column.name}: {kind}"


# Days and months in marts with amounts that are not of the amounts: they may lie outside the calendar.
NO_DAYS_OF_MONEY = {
    # The first day that is not known yet, and what is expected from it on.
    "customer_lifetime_value.as_of_date",
    "customer_lifetime_value.expected_next_order_date",
    "customer_segments.as_of_date",
    "model_calibration.as_of_date",
    "monthly_cohorts.as_of_date",
    "revenue_concentration.as_of_date",
    "revenue_forecast.as_of_date",
    "revenue_forecast.forecast_month",
    "revenue_forecast.forecast_start_date",
    "rolling_cohorts.as_of_date",
    "segment_summary.as_of_date",
    "subscription_lifetime_value.as_of_date",
    # From when the models looked ahead: its predictions are of later days.
    "model_calibration.origin_date",
    # The last rate known may be older than the shop's history, and so may a subscription that still runs.
    "orders.exchange_rate_date",
    "subscription_lifetime_value.start_month",
}


def test_every_day_of_money_in_a_mart_is_held_against_the_calendar(models: list[Any]) -> None:
    tests = ("money_lies_in_the_calendar", "purchases_lie_in_the_calendar")
    texts = [(dbt_project.FOLDER / "tests" / f"{name}.sql").read_text(encoding="utf-8") for name in tests]
    held = {".".join(found) for text in texts for found in re.findall(r"\('(\w+)', '(\w+)'\)", text)}
    days_of_money = {
        f"{model.name}.{column.name}"
        for model in models
        if model.schema == "marts" and any(re.search(r"(^|_)amount$", name) for name in model.columns)
        for column in model.columns.values()
        if column.data_type.lower() == "date" or column.name.endswith("_month")
    }
    assert held | NO_DAYS_OF_MONEY == days_of_money
    assert not held & NO_DAYS_OF_MONEY


def test_customer_values_stand_behind_what_they_use_alone() -> None:
    """dbt builds nothing behind a failed test: no group, tier or segment may leave everybody without a value."""
    chain = _longest_chain("customer_lifetime_value")
    assert len(chain) <= 23, chain
    unused = {"segment_summary", "segment_totals", "customer_segments", "customer_groups", "customer_rhythms"}
    assert not unused & _models_behind("customer_lifetime_value")


@cache
def _models_behind(name: str) -> frozenset[str]:
    return frozenset().union(*({parent} | _models_behind(parent) for parent in _models_read_by(name)))


@cache
def _longest_chain(name: str) -> tuple[str, ...]:
    return (*max((_longest_chain(parent) for parent in _models_read_by(name)), key=len, default=()), name)


def _models_read_by(name: str) -> list[str]:
    parents = project_manifest().parent_map[f"model.klantwaarde.{name}"]
    return [parent.split(".")[2] for parent in parents if parent.startswith("model.")]


def reads_setting(sql: str, setting: str) -> bool:
    """Whether the SQL takes this column from `stg_shop`, which every model calls `shop`."""
    code = re.sub(r"--.*", "", sql)
    return '"stg_shop"' in code and bool(re.search(rf"(?<![\w.])(?<!\bas )(shop\.)?{setting}\b", code))


def test_each_setting_is_read_in_one_model() -> None:
    """Other models read what that one made of it, so that a rule changes in one place."""
    models = {name: sql for name, sql in compiled_sql().items() if name != "stg_shop"}
    readers = {
        setting: [name for name, sql in models.items() if reads_setting(sql, setting)]
        for setting in shop_row.chosen(Definitions(), Identity())
    }
    assert len(readers) > 30
    assert not {setting: names for setting, names in readers.items() if len(names) != 1}


def test_every_model_calls_the_shops_row_shop(models: list[Any]) -> None:
    """Only so are the readers of a setting found."""
    named = re.compile(r"\bshop as \(\s+select \* from {{ ref\('stg_shop'\) }}|{{ ref\('stg_shop'\) }} as shop\b")
    for model in models:
        assert model.raw_code.count("ref('stg_shop')") == len(named.findall(model.raw_code)), model.name


ORDERING = re.compile(r"\border by\b|\b(?:arg_min|arg_max|min_by|max_by|first|last|first_value|last_value|lag|lead)\(")


def orderings(sql: str) -> list[str]:
    """What the SQL sorts by, and what it takes a first or last of: each clause up to the bracket that ends it."""
    found = []
    code = re.sub(r"--.*", "", sql)
    for start in ORDERING.finditer(code):
        depth, end = 0, start.end()
        while end < len(code) and (code[end] != ")" or depth > 0):
            depth += {"(": 1, ")": -1}.get(code[end], 0)
            end += 1
        found.append(code[start.end() : end])
    return found


def sorts_orders_by_itself(sql: str) -> bool:
    """Whether the SQL sorts by the instant of an order, or by an id as text."""
    in_natural_order = re.compile(r"{{ natural_order\([^)]*\) }}")
    by_itself = re.compile(r"\b(placed_at|order_date|order_id|order_number|refund_id|line_id)\b")
    return any(by_itself.search(in_natural_order.sub("", clause)) for clause in orderings(sql))


def test_what_came_first_is_said_in_one_model(models: list[Any]) -> None:
    """An instant may be that of two orders, and as text order 1000 comes before 999."""
    sorting = [model.name for model in models if orderings(model.raw_code)]
    assert len(sorting) > 15
    assert [model.name for model in models if sorts_orders_by_itself(model.raw_code)] == ["order_sequence"]


@pytest.mark.parametrize(
    "sql",
    [
        "row_number() over (partition by customer_id order by placed_at, order_id)",
        "arg_max(country, (is_valid_order, orders.placed_at)) filter (where country is not null)",
        "list(sku order by order_sequence, line_id desc)",
        "lag(order_date) over in_order",
        "select * from orders order by order_id",
    ],
)
def test_sorting_by_an_instant_or_an_id_is_seen(sql: str) -> None:
    assert sorts_orders_by_itself(sql)
    assert not sorts_orders_by_itself("sum(placed_at) over (partition by order_id order by order_sequence) as line_id")


def test_macros_use_only_what_they_are_given() -> None:
    """No table or CTE of the caller but by an argument; a macro's own CTEs and aliases are its own."""
    macros = [macro for macro in project_manifest().macros.values() if macro.package_name == "klantwaarde"]
    assert len(macros) > 10
    for macro in macros:
        sql = re.sub(r"{#.*?#}|{%.*?%}", "", macro.macro_sql, flags=re.DOTALL)
        sql = re.sub(r"{{.*?}}", "given", sql, flags=re.DOTALL)
        own = {"given", *re.findall(r"\b(\w+) as \(", sql), *re.findall(r"\bas (\w+)", sql)}
        assert set(re.findall(r"\b([a-z_]\w*)\.\w", sql)) <= own, macro.name


def test_models_stay_short() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in (dbt_project.FOLDER / "models").rglob("*.sql")}
    assert not {name for name, text in texts.items() if text.count("\n") > 120}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """The whole project, unit tests too, on a shop of two: each bought once, and one got everything back."""
    warehouse = make_raw(
        tmp_path_factory.mktemp("whole"),
        orders=[order("A", "2024-12-01", "anna"), order("B", "2024-12-01", "bob")],
        order_lines=[line("A", net=10), line("B", net=10)],
        refunds=[
            refund("before", "2024-12-31", "A", net=3),
            refund("after", "2025-01-01", "A", net=4),
            refund("all of it", "2024-12-05", "B", net=10),
        ],
    )
    return warehouse, build_all(warehouse)


def test_the_whole_project_builds_and_every_unit_test_passes(whole: tuple[Path, list[Any]]) -> None:
    _, results = whole
    assert not [f"{r.node.name}: {r.status} {r.message}" for r in results if r.status not in ("success", "pass")]
    assert sum(r.node.resource_type == "unit_test" for r in results) >= 12


def test_the_descriptions_stand_in_the_warehouse_too(whole: tuple[Path, list[Any]]) -> None:
    """Whoever opens a mart in a BI tool reads there what a row and a column are."""
    warehouse, _ = whole
    marts = "schema_name = 'marts' and comment is null"
    assert rows(warehouse, f"select table_name from duckdb_tables() where {marts}") == []
    assert rows(warehouse, f"select view_name from duckdb_views() where {marts}") == []
    assert rows(warehouse, f"select table_name, column_name from duckdb_columns() where {marts}") == []


@pytest.mark.parametrize(
    ("check", "mart", "outside"),
    [
        ("money_lies_in_the_calendar", "monthly_cohorts", "activity_month = '1999-01'"),
        ("money_lies_in_the_calendar", "margin_ladder", "revenue_date = date '1999-01-01'"),
        ("purchases_lie_in_the_calendar", "customer_lifetime_value", "first_order_date = date '1999-01-01'"),
    ],
)
def test_a_day_outside_the_calendar_is_found(
    whole: tuple[Path, list[Any]], tmp_path: Path, check: str, mart: str, outside: str
) -> None:
    damaged = shutil.copy(whole[0], tmp_path)
    assert not fails(damaged, check)
    with duckdb.connect(str(damaged)) as connection:
        connection.execute(f"update marts.{mart} set {outside}")
    assert fails(damaged, check)


def test_a_shop_of_two_gets_figures_too(whole: tuple[Path, list[Any]]) -> None:
    warehouse, _ = whole
    customers = rows(warehouse, f"select {FIGURES} from marts.customer_lifetime_value")
    assert len(customers) == 2
    assert all(None not in customer for customer in customers)
    assert {customer[0] for customer in customers} == {"shrunken_cohort"}
    assert {customer[3] for customer in customers} == {"insufficient_data"}
    # Half is likely to come from nobody: the interval of one customer starts at 0.
    assert rows(warehouse, "select max(predicted_clv_12m_p10_amount) from marts.customer_lifetime_value") == [(0,)]
    assert rows(warehouse, "select distinct lifecycle_method from marts.customer_segments") == [("shop_rhythm",)]


def test_refunds_of_one_order_buyers(whole: tuple[Path, list[Any]]) -> None:
    """A refund after the as-of day is not known yet; who got everything back keeps a row but is no customer."""
    warehouse, _ = whole
    assert rows(
        warehouse,
        "select customer_id, refunded_amount, net_revenue_amount, is_customer, tenure_days, formula_clv_amount "
        "from marts.customer_lifetime_value order by customer_id",
    ) == [("anna", Decimal(3), Decimal(7), True, 0, None), ("bob", Decimal(10), Decimal(0), False, 0, None)]
    assert rows(
        warehouse, "select customer_id, is_in_top_revenue_set, lifecycle_stage from marts.customer_segments order by 1"
    ) == [("anna", True, "new"), ("bob", False, "new")]
    assert rows(
        warehouse,
        "select population, customer_count, share_of_revenue_rate from marts.revenue_concentration "
        "where top_customer_rate = 0.5 order by 1",
    ) == [("all", 2, 1.0), ("positive", 1, 1.0)]


def test_dbt_has_nothing_to_warn_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dbt.cli.main import dbtRunner

    monkeypatch.setenv("KLANTWAARDE_WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    folders = ["--project-dir", dbt_project.FOLDER, "--profiles-dir", dbt_project.FOLDER]
    folders += ["--target-path", tmp_path, "--log-path", tmp_path, "--log-level-file", "none"]
    outcome = dbtRunner().invoke(["--quiet", "--warn-error", "parse", *map(str, folders)])
    assert outcome.success, outcome.exception
