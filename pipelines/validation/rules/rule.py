"""What a rule is, and the words that many of them share; the rules stand in `rules`, `row_rules` and `anomalies`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Consequence = Literal["reject", "quarantine", "warn"]
Kind = Literal["not_null", "in_set", "not_in_set", "at_least"]

NEXT_NIGHT = "The nightly run reads the day again until it is clean."
CORRECT = f"Correct it in the shop or in its export. {NEXT_NIGHT}"
CORRECT_DATE = (
    f"Correct the date; if many are wrong, look at the time zone in the export and at shop.as_of. {NEXT_NIGHT}"
)


@dataclass(frozen=True)
class Rule:
    """One rule of one table.

    Attributes:
        table: Contract table.
        name: Stable, unique within the table: it is the name of the asset check and stands in the published marts.
        text: The rule in plain words.
        consequence: `reject` the batch, `quarantine` the row and its order, or `warn`.
        what_to_do: The next step of whoever sees it fail.
        kind: The expectation, or None for a rule that is not about single rows.
        column: The column of the frame that the expectation looks at.
        values: The allowed (`in_set`) or forbidden (`not_in_set`) values, or the minimum (`at_least`).
        shown_column: The contract's column that a person should look at; default `column`.
        shown_value: SQL over the frame that shows what is wrong; default the value of `shown_column`.
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
    """A rule that `pipelines.validation.frames` has worked out, in a helper column that must be true."""
    return Rule(table, name, text, consequence, what_to_do, "in_set", column, (True,), *shown)
