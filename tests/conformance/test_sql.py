"""The marts give what was worked out by hand, and what the plain ledger gives of shops by chance."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.conformance.cases import CASES, Case, case_differences
from tests.conformance.figures import Figures
from tests.conformance.score import EXAMS, against_ledger
from tests.conformance.warehouse import fill, read
from tests.support.dbt_models import make_models
from tests.support.raw_shop import rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.needs_dbt

MARTS = (
    "orders",
    "order_lines",
    "revenue_events",
    "revenue_daily",
    "customers",
    "customer_lifetime_value",
    "customer_segments",
    "monthly_cohorts",
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The warehouse of an exam; dbt runs once for each."""

    @cache
    def built(exam: str) -> Path:
        file = fill(tmp_path_factory.mktemp(exam), EXAMS[exam].shop())
        make_models(file, *MARTS)
        return file

    return built


@pytest.fixture(scope="module")
def figures(warehouse: Callable[[str], Path]) -> Callable[[str], Figures]:
    """What the marts of an exam hold."""

    @cache
    def found(exam: str) -> Figures:
        with duckdb.connect(str(warehouse(exam)), read_only=True) as connection:
            return read(connection)

    return found


def exam_of(case: Case) -> str:
    return next(name for name, exam in EXAMS.items() if case in exam.cases)


def test_every_case_is_in_one_exam() -> None:
    assert sorted(case.name for exam in EXAMS.values() for case in exam.cases) == sorted(case.name for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_marts_give_what_was_worked_out_by_hand(case: Case, figures: Callable[[str], Figures]) -> None:
    assert case_differences(case, figures(exam_of(case))) == []


@pytest.mark.parametrize("exam", EXAMS)
def test_the_marts_agree_with_the_plain_ledger(exam: str, figures: Callable[[str], Figures]) -> None:
    assert against_ledger(EXAMS[exam], figures(exam)) == []


@pytest.mark.parametrize("exam", EXAMS)
def test_nothing_is_known_before_it_happened(exam: str, warehouse: Callable[[str], Path]) -> None:
    early = "select event_id, event_at, recorded_at from marts.revenue_events where recorded_at < event_at"
    assert rows(warehouse(exam), early) == []
