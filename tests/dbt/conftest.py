from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def copy(tmp_path: Path, shop: Path) -> Path:
    """A copy of the warehouse that the test's module calls `shop`, to damage."""
    return shutil.copy(shop, tmp_path / shop.name)
