"""What a contract table and its columns are; the tables themselves are in `pipelines.contract`."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

ColumnType = Literal["text", "money", "quantity", "rate", "integer", "instant", "date", "flag"]

# Where the rows of a table are kept: on the business day of their order, on a business day of their own, or by their
# key, of no day at all.
Place = Literal["order_day", "own_day", "key"]

DUCKDB_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    # Four decimals: prices with three are common (unit prices, VAT taken out of a consumer price).
    "money": "DECIMAL(18,4)",
    "quantity": "DECIMAL(18,4)",
    # Nine decimals: an exchange rate of a small currency (0.000057 euro a rupiah) keeps five digits.
    "rate": "DECIMAL(18,9)",
    "integer": "BIGINT",
    "instant": "TIMESTAMP",
    "date": "DATE",
    "flag": "BOOLEAN",
}


EXTRACTED_AT = "_extracted_at"

# Time between two payments of a subscription, or between two deliveries paid in advance.
INTERVALS = ("week", "month", "quarter", "year")


@dataclass(frozen=True)
class Column:
    """One column of a contract table.

    Attributes:
        name: As the source must call it.
        type: What its values are; see `DUCKDB_TYPES`.
        description: One sentence for the data dictionary.
        required: The column must be there and hold no NULL.
        default: SQL literal for a column or value that is absent; None leaves NULL.
        allowed: The only values the contract knows.
        minimum: The smallest value allowed ("0"), or None.
        is_email: An e-mail address: landed as a keyed hash in `<name>_hash`, and in `<name>_kind` as the kind of
            address that many people use, if it is one.
    """

    name: str
    type: ColumnType
    description: str
    required: bool = False
    default: str | None = None
    allowed: tuple[str, ...] | None = None
    minimum: int | None = None
    is_email: bool = False

    @property
    def default_value(self) -> object:
        """The default as a Python value; None if there is none."""
        if self.default is None:
            return None
        return ast.literal_eval({"true": "True", "false": "False"}.get(self.default, self.default))

    @property
    def landed_name(self) -> str:
        """The column's name from the landing on."""
        return f"{self.name}_hash" if self.is_email else self.name

    @property
    def landed_columns(self) -> list[tuple[str, ColumnType]]:
        """Names and types of the columns it becomes in the landing: one, or of an address two."""
        kind: list[tuple[str, ColumnType]] = [(f"{self.name}_kind", "text")] if self.is_email else []
        return [(self.landed_name, self.type), *kind]


@dataclass(frozen=True)
class Table:
    """One contract table.

    Attributes:
        name: As the source must call it.
        key: The columns that tell its rows apart; in a table kept by its own day, within that day.
        columns: All columns, without the day.
        description: One sentence for the data dictionary.
        kept_by: Where its rows are kept.
        is_compulsory: A shop without it is no shop.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    description: str
    kept_by: Place = "order_day"
    is_compulsory: bool = False

    @property
    def is_by_day(self) -> bool:
        """Whether its rows lie on business days: they are delivered and loaded with an `order_date`."""
        return self.kept_by != "key"

    @property
    def column_names(self) -> list[str]:
        """Names as a source delivers them."""
        return [column.name for column in self.columns]

    @property
    def landed_names(self) -> list[str]:
        """Names as they are landed, without `_extracted_at`."""
        return [name for name, _ in self.landed_columns]

    @property
    def landed_columns(self) -> list[tuple[str, ColumnType]]:
        """Names and types as they are landed, without `_extracted_at`."""
        return [landed for column in self.columns for landed in column.landed_columns]

    def delivered_schema(self) -> pa.Schema:
        """The schema of a source's batch: `order_date` comes first in tables that lie on days."""
        day: list[tuple[str, ColumnType]] = [("order_date", "date")] if self.is_by_day else []
        return _arrow_schema([*day, *((column.name, column.type) for column in self.columns)])

    def landed_schema(self) -> pa.Schema:
        """The schema of a landed file, whose folder names the day: e-mail addresses hashed, `_extracted_at` added."""
        return _arrow_schema([*self.landed_columns, (EXTRACTED_AT, "instant")])


def _arrow_schema(columns: list[tuple[str, ColumnType]]) -> pa.Schema:
    import pyarrow as pa

    arrow_types: dict[ColumnType, pa.DataType] = {
        "text": pa.string(),
        "money": pa.decimal128(18, 4),
        "quantity": pa.decimal128(18, 4),
        "rate": pa.decimal128(18, 9),
        "integer": pa.int64(),
        "instant": pa.timestamp("us"),
        "date": pa.date32(),
        "flag": pa.bool_(),
    }
    return pa.schema([(name, arrow_types[kind]) for name, kind in columns])
