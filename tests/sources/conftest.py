"""Every source that a test opens is closed when the test ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sources.deliveries import OPENED


@pytest.fixture(autouse=True)
def _close_what_the_test_opened() -> Iterator[None]:
    yield
    OPENED.close()
