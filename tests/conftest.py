"""What tests of several modules share."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipelines.validation import expectations
from tests.support import plain_rules


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Great Expectations takes a second for what plain Python does in a hundredth; the verdicts are the same."""
    monkeypatch.setattr(expectations, "validate", plain_rules.validate)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick files first, then the slow ones from the longest to the shortest: so the workers end together."""
    seconds: Counter[Path] = Counter()
    for item in items:
        marker = item.get_closest_marker("slow")
        if marker:
            seconds[item.path] = max(seconds[item.path], *marker.args)
    items.sort(key=lambda item: (item.path in seconds, -seconds[item.path]))
