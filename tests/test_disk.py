"""What a night needs on the disk, and an error of the disk in words."""

import errno
import sqlite3
import tempfile
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from pipelines import disk
from pipelines.errors import HomeError
from tests.support.shops import make_settings

# From 1 January to 1 March 2024.
DAYS = 60


@pytest.fixture
def settings(tmp_path):
    return make_settings(tmp_path)


def free(monkeypatch, size):
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: SimpleNamespace(free=size, total=10**12))


def written(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)


def test_a_first_night_needs_a_folder_for_each_day_and_a_multiple_of_the_sources_files(settings):
    assert disk.needed_bytes(settings) == 60_000_000 + DAYS * 48_000
    written(settings.source.path / "orders.csv", 1_000_000)
    written(settings.source.path / "order_lines.parquet", 100_000)
    written(settings.source.path / "notes.txt", 500_000)
    assert disk.needed_bytes(settings) == 60_000_000 + DAYS * 48_000 + 2_000_000 + 2_500_000


def test_files_of_a_pattern_count_and_compressed_ones_by_what_is_in_them(tmp_path):
    written(tmp_path / "shop" / "orders_1.csv.gz", 1_000_000)
    written(tmp_path / "shop" / "orders_2.csv", 1_000_000)
    settings = make_settings(tmp_path, source={"kind": "files", "path": tmp_path / "shop" / "*_1.*"})
    assert disk.needed_bytes(settings) == 60_000_000 + DAYS * 48_000 + 16_000_000


def test_a_later_night_needs_what_the_warehouse_and_the_marts_take_now(settings):
    for day in range(1, 32):
        written(settings.landing_path / "days" / f"2024-01-{day:02}" / "orders.parquet", 10)
    written(settings.source.path / "orders.csv", 1_200_000)
    written(settings.warehouse_path, 300_000_000)
    written(settings.home / "releases" / "old" / "orders.parquet", 9_000_000)
    written(settings.home / "releases" / "new" / "marts" / "orders.parquet", 20_000_000)
    settings.published_path.symlink_to(settings.home / "releases" / "new")
    # 29 of 60 days are not read yet.
    expected = 300_000_000 + 20_000_000 + 10_000_000 + 29 * 48_000 + 2 * 1_200_000 * 29 / 60
    assert disk.needed_bytes(settings) == int(expected)
    written(settings.warehouse_path, 3_000_000)
    assert disk.needed_bytes(settings) == int(expected) - 330_000_000 + 60_000_000


def test_a_night_that_would_fill_the_disk_is_refused_with_both_figures_and_the_disk(settings, monkeypatch):
    free(monkeypatch, 62_879_999)
    with pytest.raises(HomeError) as refused:
        disk.require_space(settings)
    for words in (
        f"{settings.home.parent}: too little disk space for the night: about 63 MB are needed, and 63 MB are free on",
        "Nothing was read.",
        "KLANTWAARDE_HOME",
        "the last good marts stay published",
    ):
        assert words in str(refused.value)
    assert disk.shortage(settings) == str(refused.value)
    free(monkeypatch, 62_880_000)
    disk.require_space(settings)
    assert disk.shortage(settings) == ""


def test_the_folder_of_temporary_files_counts_with_the_home_or_alone(settings, monkeypatch):
    written(settings.source.path / "orders.csv", 10_000_000)
    free(monkeypatch, 62_880_000 + 20_000_000 + 9_999_999)
    with pytest.raises(HomeError):
        disk.require_space(settings)
    other = Path("/dev/shm")
    if not other.exists() or other.stat().st_dev == settings.home.parent.stat().st_dev:
        pytest.skip("this machine has one disk only")
    monkeypatch.setattr(tempfile, "tempdir", str(other))
    disk.require_space(settings)
    free(monkeypatch, 9_999_999)
    monkeypatch.setattr(disk, "needed_bytes", lambda _: 0)
    with pytest.raises(HomeError, match=r"^/dev/shm: too little .* about 10 MB are needed"):
        disk.require_space(settings)


def test_a_full_sqlite_is_known_by_its_words_also_below_another_error(tmp_path):
    with sqlite3.connect(tmp_path / "runs.db") as history:
        history.execute("pragma max_page_count = 2")
        history.execute("create table runs (content)")
        with pytest.raises(sqlite3.OperationalError) as full:
            history.execute("insert into runs values (randomblob(100000))")
    outer = RuntimeError("an event could not be stored")
    outer.__cause__ = full.value
    assert disk.is_unwritable(outer)
    assert not disk.is_unwritable(RuntimeError("an event could not be stored"))
    history.close()


def test_an_error_names_the_disk_of_the_file_that_it_is_about(tmp_path):
    home = tmp_path / "home"
    here = disk.cannot_write(home, OSError(errno.ENOSPC, "No space left on device", str(home / "landing" / "x")))
    assert str(here).startswith(f"{home}: cannot be written: No space left on device. Free disk space or correct")
    assert "Free on the disk at " in str(here)
    elsewhere = duckdb.IOException('IO Error: Could not write file "/tmp/spill/a.tmp": No space left on device')
    assert str(disk.cannot_write(home, elsewhere)).startswith("/tmp/spill/a.tmp: cannot be written: ")


def test_a_file_outside_the_home_that_may_not_be_read_is_not_called_a_full_disk(tmp_path):
    error = PermissionError(errno.EACCES, "Permission denied", "/data/bakery/orders.csv")
    told = str(disk.cannot_write(tmp_path, error))
    assert told.startswith(
        "/data/bakery/orders.csv: the user who runs this may not read or write it (Permission denied)"
    )
    assert "disk" not in told
    inside = PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "landing"))
    assert str(disk.cannot_write(tmp_path, inside)).startswith(f"{tmp_path}: cannot be written: Permission denied.")


def test_only_the_first_line_of_a_library_s_error_is_shown(tmp_path):
    error = RuntimeError("(sqlite3.OperationalError) database or disk is full\n[SQL: INSERT INTO runs]\nmore")
    assert "[SQL" not in str(disk.cannot_write(tmp_path, error))
