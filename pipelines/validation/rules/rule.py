"""What a rule is, and the advice that many rules share; the rules are in `between_rows`, `catalogue`, `anomalies`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Consequence = Literal["reject", "quarantine", "warn"]
Kind = Literal["not_null", "in_set", "not_in_set", "at_least"]

NEXT_NIGHT = "Quarantined rows are read again every night, and come back once they are correct."
CORRECT = f"Correct it in the shop or in its export. {NEXT_NIGHT}"
CORRECT_DATE = f"Correct the date. If many are wrong, check the time zone in the export and shop.as_of. {NEXT_NIGHT}"


@dataclass(frozen=True)
class Rule:
    """One rule of one table.

    Attributes:
        table: Contract table.
        name: Unique within the table, and stable: the published mart `data_quality` shows it.
        text: What must hold, in a sentence.
        consequence: `reject` the batch, `quarantine` the row and its order, or `warn`.
        what_to_do: The next step for whoever sees it fail.
        kind: How the column is checked, or None for a rule that is not about single rows.
        column: The column that is checked, of the table's frame (see `pipelines.validation.frames`).
        values: The allowed (`in_set`) or forbidden (`not_in_set`) values, or the minimum (`at_least`).
        shown_column: The contract column to show to a person; default `column`.
        shown_value: SQL over the frame for the value to show; default the value of `shown_column`.
    """

    table: str
    name: str
    text: str
    consequence: Consequence
    what_to_do: str
    kind: Kind | None = None
    column: str = ""
    values: tuple[str | int | bool, ...] = ()
    shown_column: str = ""
    shown_value: str = ""


def is_true(
    table: str, name: str, column: str, text: str, consequence: Consequence, what_to_do: str, shown: tuple[str, str]
) -> Rule:
    """A rule that holds where a helper column is true; `pipelines.validation.frames` computes that column.

    Args:
        table: Contract table.
        name: As in `Rule`.
        column: The helper column.
        text: As in `Rule`.
        consequence: As in `Rule`.
        what_to_do: As in `Rule`.
        shown: `shown_column` and `shown_value` of `Rule`.
    """
    return Rule(table, name, text, consequence, what_to_do, "in_set", column, (True,), *shown)
