"""Whether the marts that a pipeline has made of the kit's shops hold what they must.

A warehouse of the kit is all cases with the same settings, and some larger shops by chance, side by side under ids of
their own: one run of a pipeline makes the marts of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from tests.conformance.cases import CASES, OTHER_CHOICES, THIRD_CHOICES, Case, case_differences
from tests.conformance.figures import Figures, differences
from tests.conformance.generated import generate
from tests.conformance.shops import SETTINGS, Shop, named, together
from tests.conformance.sums import figures
from tests.conformance.warehouse import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

ORDERS_BY_CHANCE = 80


@dataclass(frozen=True)
class Exam:
    """One warehouse full of shops. `seeds` make its shops by chance."""

    name: str
    settings: Mapping[str, object]
    seeds: tuple[int, ...]

    @property
    def cases(self) -> list[Case]:
        """The cases that have these settings."""
        return [case for case in CASES if case.shop.settings == {**SETTINGS, **self.settings}]

    def shop(self) -> Shop:
        """All its shops in one."""
        by_chance = {f"chance{seed}": generate(Random(seed), ORDERS_BY_CHANCE, self.settings) for seed in self.seeds}
        named_by_chance = [named(prefix, shop) for prefix, shop in by_chance.items()]
        return together([*(case.named_shop() for case in self.cases), *named_by_chance])


EXAMS = {
    "defaults": Exam("defaults", {}, (1, 2, 3)),
    "other_choices": Exam("other_choices", OTHER_CHOICES, (4, 5)),
    "third_choices": Exam("third_choices", THIRD_CHOICES, (6,)),
}


def score(connection: duckdb.DuckDBPyConnection, exam: Exam) -> list[str]:
    """Every figure in `marts` that is not what was worked out by hand, or not what the plain ledger gives."""
    found = read(connection)
    by_hand = [text for case in exam.cases for text in case_differences(case, found)]
    return by_hand + against_ledger(exam, found)


def against_ledger(exam: Exam, found: Figures) -> list[str]:
    """Where the plain ledger of the whole warehouse disagrees, per event, order, line, customer, day and cohort."""
    return differences(figures(exam.shop()), found)
