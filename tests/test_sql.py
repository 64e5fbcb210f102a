import ast
import datetime as dt
import re
from pathlib import Path

import duckdb
import pytest

import pipelines
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


DOUBLING = (["'", "''"], ['"', '""'])


def quoted_by_hand(code):
    """Lines with an f-string that puts a value between quotes, or with a replacement that doubles a quote."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            if re.search(r"""'\{\}'|"\{\}\"""", "".join(parts)):
                yield node.lineno
        elif isinstance(node, ast.Call) and [getattr(argument, "value", None) for argument in node.args] in DOUBLING:
            yield node.lineno


@pytest.mark.parametrize(
    "code",
    [
        """f"attach '{path}' as warehouse\"""",
        """f'select "{name}" from orders'""",
        """f'"{name}"'""",
        '''f"""\nselect *\nfrom orders\nwhere day = date '{day}'\n"""''',
        """value.replace("'", "''")""",
        """name.replace('"', '""')""",
    ],
)
def test_quoting_by_hand_is_recognised(code):
    assert list(quoted_by_hand(code))


def test_no_other_module_quotes_by_hand():
    root = Path(pipelines.__file__).parent
    found = [
        f"{path.relative_to(root.parent)}:{line}"
        for path in sorted(root.rglob("*.py"))
        if path != Path(sql.__file__)
        for line in quoted_by_hand(path.read_text(encoding="utf-8"))
    ]
    assert found == []
