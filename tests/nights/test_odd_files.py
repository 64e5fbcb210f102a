"""Files that cannot be read, or hold little: what people are told, what stays, and what the next night takes in."""

from __future__ import annotations

import logging
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import contract
from pipelines.errors import SourceError
from pipelines.landing import store
from pipelines.warehouse import load
from tests.nights.january_shop import (
    COMPULSORY,
    GOOD,
    TABLES,
    counts,
    keys_of,
    make_january_shop,
    merged,
    one_more_order,
    raw,
    require_counts_add_up,
    whole,
)
from tests.support.nights import query, take_in
from tests.support.shops import write_shop


def test_a_table_that_the_shop_does_not_have_is_empty_in_the_warehouse_with_all_its_columns(tmp_path):
    settings = make_january_shop(tmp_path)
    write_shop(settings.source.path, orders=GOOD["orders"], order_lines=GOOD["order_lines"])
    take_in(settings)
    for table in contract.TABLES.values():
        columns = query(settings, f"select column_name, column_type from (describe raw.{table.name})")
        first = [("source_id", "VARCHAR"), *([("order_date", "DATE")] if table.is_by_day else [])]
        own = [(name, contract.DUCKDB_TYPES[kind]) for name, kind in table.landed_columns]
        assert columns == [*first, *own, (contract.EXTRACTED_AT, "TIMESTAMP")]
        is_delivered = table.name in ("orders", "order_lines", "source_counts")
        assert bool(query(settings, f"select 1 from raw.{table.name} limit 1")) == is_delivered


def drop_a_column(folder: Path) -> None:
    path = folder / "orders.csv"
    path.write_text(path.read_text().replace("total_gross_amount", "sum"))


def write_words_for_money(folder: Path) -> None:
    path = folder / "order_lines.csv"
    path.write_text(path.read_text().replace("good-8,1,1,10", "good-8,1,1,ten euro"))


def cut_off(folder: Path) -> None:
    (folder / "order_lines.csv").unlink()
    path = folder / "order_lines.parquet"
    pq.write_table(pa.Table.from_pylist(one_more_order()["order_lines"]), path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize(
    ("spoil", "file", "words"),
    [
        (
            drop_a_column,
            "orders.csv",
            [
                "the column 'total_gross_amount' is missing",
                "Add it to the export: ",
                "Found: order_id, placed_at, status, currency, customer_id, country, sales_channel, sum, updated_at.",
            ],
        ),
        (
            write_words_for_money,
            "order_lines.csv",
            ["row 3, column net_amount: 'ten euro' is not an amount", "decimals with a point"],
        ),
        (cut_off, "order_lines.parquet", ["cannot be read", "cut off, export it again"]),
    ],
    ids=["missing required column", "text in a money column", "truncated Parquet file"],
)
def test_a_file_that_cannot_be_read_lands_nothing_and_is_read_once_mended(settings, spoil, file, words):
    folder = settings.source.path
    write_shop(folder, **one_more_order())
    spoil(folder)
    landed, before = store.landed_days(settings), counts(settings)
    with pytest.raises(SourceError) as caught:
        take_in(settings)
    assert str(caught.value).startswith(str(folder / file))
    for text in words:
        assert text in str(caught.value)
    assert store.landed_days(settings) == landed
    load.load_accepted(settings)
    assert (raw(settings), counts(settings)) == (keys_of(GOOD), before)
    (folder / file).unlink()
    write_shop(folder, **one_more_order())
    take_in(settings)
    assert raw(settings) == keys_of(one_more_order())
    require_counts_add_up(settings, one_more_order())


def test_a_csv_in_cp1252_is_read_right_and_said(settings, caplog):
    folder = settings.source.path
    tables = one_more_order()
    tables["order_lines"][-1]["title"] = "Crème brûlée à € 5 – petit"
    write_shop(folder, **tables)
    path = folder / "order_lines.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    with caplog.at_level(logging.WARNING, "klantwaarde"):
        take_in(settings)
    titles = query(settings, "select title from raw.order_lines where order_id = 'new'")
    assert titles == [("Crème brûlée à € 5 – petit",)]
    assert f"{path}: is not UTF-8; read as cp1252. Save it as 'CSV UTF-8' if names look wrong." in caplog.messages
    require_counts_add_up(settings, tables)


def test_an_empty_shop_loads_nothing_and_its_first_order_the_night_after(tmp_path):
    settings = make_january_shop(tmp_path)
    write_shop(settings.source.path, **GOOD)
    for name in TABLES:
        path = settings.source.path / f"{name}.csv"
        path.write_text(path.read_text().splitlines()[0])
    take_in(settings)
    assert raw(settings) == {name: [] for name in TABLES}
    assert counts(settings) == dict.fromkeys(COMPULSORY, (0, 0, 0, 0))
    write_shop(settings.source.path, **whole("first", 24))
    take_in(settings)
    assert raw(settings) == keys_of(whole("first", 24))
    require_counts_add_up(settings, whole("first", 24))


def test_a_day_without_orders_is_on_record_and_takes_a_late_order(settings):
    of_the_day = "select table_name, read_count from raw.validations where order_date = '2024-01-05' order by all"
    assert query(settings, of_the_day) == [(name, 0) for name in COMPULSORY]
    assert query(settings, "select count(distinct order_date) from raw.validations") == [(24,)]
    tables = merged(GOOD, whole("late", 5, updated_at="2024-01-24 12:00:00"))
    write_shop(settings.source.path, **tables)
    take_in(settings)
    assert raw(settings) == keys_of(tables)
    assert query(settings, of_the_day) == [(name, 1) for name in sorted(TABLES)]
    require_counts_add_up(settings, tables)
