"""What a layout of exports is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines import contract


@dataclass(frozen=True)
class Layout:
    """How the export of one shop system is read.

    Attributes:
        system: Whose export it is.
        rows: The columns read, under their names in the file, with the types of their values.
        statements: SQL that makes the view `<table>_cast` of each of `tables` from the table `export_rows`.
        tables: The contract's tables that it has.
        notes: What a person should know: SQL for a count, and a sentence with `{count}` that is said if it is not 0.
    """

    system: str
    rows: contract.Table
    statements: tuple[str, ...]
    tables: tuple[str, ...]
    notes: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> list[str]:
        """The names of the columns read."""
        return self.rows.column_names

    @property
    def required(self) -> tuple[str, ...]:
        """The columns without which it is no such export."""
        return tuple(column.name for column in self.rows.columns if column.required)
