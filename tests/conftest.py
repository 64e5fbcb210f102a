"""What tests of several modules share, and what `--fast` leaves out.

`make test-fast` runs `pytest --fast`: every test but those marked `slow`, `needs_dbt` or `needs_gx`. The stages that
call Great Expectations run on `plain_rules` there, so that validation is tested too; `validation/test_expectations.py`
shows in the full run that both judge alike. A test without its mark that starts dbt or Great Expectations fails.
"""

from __future__ import annotations

import sys
from collections import Counter
from importlib.abc import MetaPathFinder
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines.validation import expectations, plain_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

DBT_FOLDER = Path(__file__).parent / "dbt"
# The mark of a test that imports this module, itself or through the stage that it calls.
MARKS = {"dbt.cli": "needs_dbt", "great_expectations": "needs_gx"}


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judges rows by plain rules, for tests that run many nights and are not about validation."""
    monkeypatch.setattr(expectations, "validate", plain_rules.validate)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="only tests that start neither dbt nor Great Expectations")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("fast"):
        expectations.validate = plain_rules.validate
        sys.meta_path.insert(0, Refusal())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Quick files first, then the slow ones from the longest to the shortest: so the workers end together."""
    for item in items:
        if DBT_FOLDER in item.path.parents:
            item.add_marker("needs_dbt")
    if config.getoption("fast"):
        config.hook.pytest_deselected(items=[item for item in items if not is_fast(item)])
        items[:] = [item for item in items if is_fast(item)]
    seconds: Counter[Path] = Counter()
    for item in items:
        marker = item.get_closest_marker("slow")
        if marker:
            seconds[item.path] = max(seconds[item.path], *marker.args)
    items.sort(key=lambda item: (item.path in seconds, -seconds[item.path]))


def is_fast(item: pytest.Item) -> bool:
    return not any(item.get_closest_marker(name) for name in ("slow", *MARKS.values()))


class Refusal(MetaPathFinder):
    """Fails a test that imports a module for which it should have a mark."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if fullname in MARKS:
            pytest.fail(f"{fullname} takes seconds to start: mark this test {MARKS[fullname]}, or test less than that.")
