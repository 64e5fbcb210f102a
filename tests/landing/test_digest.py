"""The digest of landed rows: blind to how Arrow holds them, and to nothing else."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from pipelines.landing.digest import content_digest

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("name", pa.string()),
        ("amount", pa.decimal128(18, 4)),
        ("discount", pa.decimal128(18, 4)),
        ("count", pa.int64()),
        ("is_test", pa.bool_()),
        ("at", pa.timestamp("us")),
        ("on", pa.date32()),
    ]
)
FULL = {
    "id": "A",
    "name": "Ann",
    "amount": Decimal(5),
    "discount": Decimal(3),
    "count": 7,
    "is_test": True,
    "at": dt.datetime(2024, 1, 2, 3, 4, 5, 6),
    "on": dt.date(2024, 1, 2),
}
EMPTY = dict.fromkeys(FULL) | {"id": "B"}
ROWS = [FULL, EMPTY, FULL | {"id": "C"}]


def table(*rows):
    return pa.Table.from_pylist(rows, SCHEMA)


def digest(*rows):
    return content_digest({"orders": table(*rows)})


def in_chunks(rows):
    return pa.concat_tables([rows.slice(0, 1), rows.slice(1, 0), rows.slice(1)])


def cut_out_of_more(rows):
    """A slice whose buffers go on before and behind it, and whose bits do not start at a byte."""
    return pa.concat_tables([table(*ROWS, FULL), rows, table(*ROWS)]).combine_chunks().slice(4, rows.num_rows)


def with_dictionaries(rows):
    for position, name in enumerate(rows.column_names):
        if pa.types.is_string(rows.schema.field(name).type):
            rows = rows.set_column(position, name, rows.column(name).dictionary_encode())
    return rows


def with_garbage_under_nulls(rows):
    """The same validity over values that differ where they are NULL."""
    for position, name in enumerate(rows.column_names):
        values = rows.column(name).combine_chunks()
        filled = pa.array([FULL[name] if value is None else value for value in values.to_pylist()], values.type)
        validity = pa.array([value is not None for value in values.to_pylist()]).buffers()[1]
        garbage = pa.Array.from_buffers(values.type, len(values), [validity, *filled.buffers()[1:]])
        assert garbage.to_pylist() == values.to_pylist()
        rows = rows.set_column(position, name, garbage)
    return rows


@pytest.mark.parametrize("layout", [in_chunks, cut_out_of_more, with_dictionaries, with_garbage_under_nulls])
def test_the_same_rows_in_another_layout_have_the_same_digest(layout):
    held_otherwise = layout(table(*ROWS))
    assert held_otherwise.to_pylist() == ROWS
    assert content_digest({"orders": held_otherwise}) == digest(*ROWS)


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "NULL"},
        {"name": "Ann "},
        {"amount": Decimal(0)},
        {"count": 0},
        {"is_test": False},
        {"at": dt.datetime(1970, 1, 1)},
        {"on": dt.date(1970, 1, 1)},
    ],
    ids=str,
)
def test_a_value_in_place_of_a_null_is_another_content(change):
    assert digest(EMPTY | change) != digest(EMPTY)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "ann"},
        {"name": 'Ann","5'},
        {"name": "Ann\n"},
        {"amount": Decimal("5.0001")},
        {"amount": Decimal(-5)},
        {"count": 8},
        {"is_test": False},
        {"at": dt.datetime(2024, 1, 2, 3, 4, 5, 7)},
        {"on": dt.date(2024, 1, 3)},
    ],
    ids=str,
)
def test_another_value_is_another_content(change):
    assert digest(FULL | change) != digest(FULL)


@pytest.mark.parametrize(
    ("rows", "others"),
    [
        # A value that moves to the next column, with NULL left behind.
        ([EMPTY | {"amount": Decimal(5)}], [EMPTY | {"discount": Decimal(5)}]),
        ([FULL | {"id": "A", "name": "B"}], [FULL | {"id": "B", "name": "A"}]),
        # One text that reads like two, or like two rows.
        ([FULL | {"id": "A", "name": 'B","C'}], [FULL | {"id": 'A","B', "name": "C"}]),
        ([EMPTY | {"id": "A\nB"}], [EMPTY | {"id": "A"}, EMPTY | {"id": "B"}]),
        ([FULL], [FULL, FULL]),
        ([FULL], []),
    ],
)
def test_a_value_elsewhere_is_another_content(rows, others):
    assert digest(*rows) != digest(*others)


def test_a_row_of_another_table_is_another_content():
    rows, none = table(FULL), table()
    assert content_digest({"orders": rows}) != content_digest({"refunds": rows})
    assert content_digest({"orders": rows, "refunds": none}) != content_digest({"orders": none, "refunds": rows})


def test_a_column_of_another_name_is_another_content():
    renamed = table(FULL).rename_columns(["id", "nickname", *SCHEMA.names[2:]])
    assert content_digest({"orders": renamed}) != digest(FULL)
