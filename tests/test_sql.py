import datetime as dt
from pathlib import Path

import duckdb
import pytest

from pipelines import sql

AWKWARD = [
    "plain",
    "",
    "it's",
    "''",
    "'; drop table t; --",
    'say "hi"',
    "back\\slash",
    "line\nbreak",
    "?",
    "$1",
    "é€😀",
]


@pytest.mark.parametrize("value", AWKWARD)
def test_a_text_comes_back_as_it_went_in(value):
    assert duckdb.sql(f"select {sql.text(value)}").fetchone() == (value,)


def test_a_path_is_a_text():
    assert duckdb.sql(f"select {sql.text(Path('/home/o’neil/o'))}").fetchone() == ("/home/o’neil/o",)


@pytest.mark.parametrize("values", [[], ["one"], AWKWARD])
def test_texts_come_back_as_one_list(values):
    assert duckdb.sql(f"select {sql.texts(values)}::varchar[]").fetchone() == (values,)


@pytest.mark.parametrize("name", ["plain", "two words", 'say "hi"', "interval", "order", "CamelCase", "it's", "é€"])
def test_an_identifier_is_that_column_and_no_other(name):
    relation = duckdb.sql(f"select 1 as {sql.identifier(name)}")
    assert relation.columns == [name]
    assert duckdb.sql(f"select {sql.identifier(name)} from relation").fetchone() == (1,)


@pytest.mark.parametrize("value", [dt.date(1997, 1, 1), dt.date(1, 1, 1), dt.date(9999, 12, 31)])
def test_a_date_comes_back_as_it_went_in(value):
    assert duckdb.sql(f"select {sql.date(value)}").fetchone() == (value,)


@pytest.mark.parametrize(
    "value", [dt.datetime(2024, 3, 31, 1), dt.datetime(2024, 3, 31, 1, 59, 59, 999999), dt.datetime(1, 1, 1)]
)
def test_an_instant_comes_back_as_it_went_in(value):
    assert duckdb.sql(f"select {sql.instant(value)}").fetchone() == (value,)


def test_an_instant_with_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="convert to UTC"):
        sql.instant(dt.datetime(2024, 1, 1, tzinfo=dt.UTC))
