"""A new kind of source is one new module, and nothing else has to know of it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from contextlib import closing

import pytest

from pipelines import sources
from pipelines.errors import SettingsError
from pipelines.extraction.extract import extract_changes
from pipelines.landing import store
from pipelines.run.settings_page import settings_page
from pipelines.settings import PROJECT_ROOT, load_settings
from pipelines.settings.source_kinds import source_kinds
from pipelines.sources.source import Audit, open_source
from tests.support.shops import settings_text

MODULE = """
from pydantic import Field

from pipelines.settings.source_kinds import SourceKind, SourceSection
from tests.support.memory_source import MemoryShop, whole_order


class Section(SourceSection):
    loaves: int = Field(ge=1)
    'Loaves in an order.'


def open_bakery(settings):
    return MemoryShop(whole_order("A", "2024-01-02 10:00", net=settings.source.loaves))


KIND = SourceKind(Section, open_bakery, "Bread.")
"""


@pytest.fixture
def bakery(tmp_path, monkeypatch):
    """The module `pipelines.sources.bakery`, and a shop's file that names it."""
    (tmp_path / "bakery.py").write_text(MODULE)
    monkeypatch.setattr(sources, "__path__", [*sources.__path__, str(tmp_path)])
    source_kinds.cache_clear()
    yield tmp_path / "shop.toml"
    source_kinds.cache_clear()
    del sys.modules["pipelines.sources.bakery"], sources.bakery


def test_the_kinds_are_those_of_the_modules():
    assert list(source_kinds()) == ["cdnow", "demo", "export", "files", "online_retail", "woocommerce"]


@pytest.mark.parametrize("shop", ["cdnow", "demo"])
def test_the_kinds_that_come_with_the_project_count_themselves(shop, tmp_path):
    with closing(open_source(load_settings(PROJECT_ROOT / f"shops/{shop}.toml", home=tmp_path))) as source:
        assert isinstance(source, Audit)


def test_a_shop_of_another_kind_does_not_load_the_library_that_reads_apis():
    config = PROJECT_ROOT / "shops" / "demo.toml"
    code = f"import sys; from pipelines.settings import load_settings; load_settings({str(config)!r})"
    subprocess.run([sys.executable, "-c", f"{code}; assert 'dlt' not in sys.modules"], cwd=PROJECT_ROOT, check=True)


def test_a_new_module_is_a_kind_that_can_be_set_and_read(bakery, tmp_path):
    bakery.write_text(settings_text("2024-01-05", kind="bakery", loaves=3))
    settings = load_settings(bakery, home=tmp_path / "home")
    with closing(open_source(settings)) as source:
        extract_changes(settings, source, dt.datetime(2024, 1, 5))
    assert "| `bakery` | `source.loaves` | required | Loaves in an order. At least 1. |" in settings_page()
    (order,) = store.read_day(settings, "orders", dt.date(2024, 1, 2)).to_pylist()
    assert order["total_gross_amount"] == 3


def test_a_new_modules_settings_are_checked(bakery):
    bakery.write_text(settings_text("2024-01-05", kind="bakery", loaves=0, flour=1))
    with pytest.raises(SettingsError) as error:
        load_settings(bakery)
    assert "source.loaves = 0: input should be greater than or equal to 1" in str(error.value)
    assert "source.flour: unknown setting; allowed here: kind, loaves." in str(error.value)
