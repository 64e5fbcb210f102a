"""What tests of several modules share."""

from __future__ import annotations

import pytest

from pipelines.validation import expectations
from tests import plain_rules


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Great Expectations takes a second for what plain Python does in a hundredth; the verdicts are the same."""
    monkeypatch.setattr(expectations, "validate", plain_rules.validate)
