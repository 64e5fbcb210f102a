"""A disk that fills up in a stage: people are told, the last good marts stay, and the next night repairs it."""

from __future__ import annotations

import subprocess
import sys

import duckdb
import pytest

from pipelines.publishing import publish
from pipelines.settings import PROJECT_ROOT
from tests.nights.january_shop import GOOD, keys_of, merged, raw, require_counts_add_up, whole
from tests.support.nights import take_in
from tests.support.real_nights import environment_of
from tests.support.shops import settings_text, write_shop

FULL_DISK = """
import resource, signal
from contextlib import closing
from pathlib import Path
from pipelines import home
from pipelines.extraction import extract
from pipelines.publishing import publish
from pipelines.sources.source import open_source
from pipelines.warehouse import load
from tests.nights.january_shop import make_january_shop
from tests.support.nights import NOW

settings = make_january_shop(Path({folder!r}))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with home.locked(settings, {stage!r}), closing(open_source(settings)) as source:
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
    {call}
"""


@pytest.mark.parametrize(
    ("stage", "call", "limit"),
    [
        ("extract", "extract.extract_changes(settings, source, NOW)", 1_500),
        ("load", "load.load_accepted(settings)", 20_000),
        ("publish", "publish.publish(settings, 'on a full disk')", 20_000),
    ],
)
def test_a_disk_that_fills_up_in_a_stage_says_so_and_the_next_night_repairs_it(settings, stage, call, limit):
    """A limit on the size of files is what a full disk looks like to a program, and only a process can bear it."""
    with duckdb.connect(str(settings.warehouse_path)) as db:
        db.execute("create schema marts")
        db.execute("create table marts.orders as select i, md5(i::varchar) as text from range(20000) as t (i)")
    published = publish.publish(settings, "good").path
    tables = merged(GOOD, *(whole(f"new-{number}", 23) for number in range(200)))
    write_shop(settings.source.path, **tables)
    if stage == "load":
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tests.support.nights.load_accepted", lambda _: None)
            take_in(settings)
    before = raw(settings)
    code = FULL_DISK.format(folder=str(settings.home.parent), stage=stage, call=call, limit=limit)
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    (message,) = (text for text in done.stderr.splitlines() if text.startswith("pipelines.errors.HomeError: "))
    assert f"{settings.home}: cannot be written: " in message
    assert "File too large" in message
    assert "Free disk space or correct the folder's permissions, then run again. The last good marts stay" in message
    assert settings.published_path.resolve() == published
    assert len(duckdb.sql(f"from '{published / 'marts' / 'orders.parquet'}'").fetchall()) == 20_000
    if stage != "load":
        assert raw(settings) == before == keys_of(GOOD)
    take_in(settings)
    assert raw(settings) == keys_of(tables)
    require_counts_add_up(settings, tables)
    assert publish.publish(settings, "again").path != published


def night_of(folder, before=""):
    """`make run` of a small shop in a process of its own, after some lines that break its disk."""
    write_shop(folder / "shop", **GOOD)
    text = settings_text("2024-01-31", kind="files", path=str(folder / "shop"), naive_instants="utc")
    (folder / "bakery.toml").write_text(text)
    code = f"{before}\nimport sys\nfrom pipelines.run.nightly import main\nsys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT_ROOT,
        env=environment_of(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def test_a_night_that_needs_more_than_is_free_is_refused_before_anything_is_read(tmp_path):
    little = "import shutil, types\nshutil.disk_usage = lambda _: types.SimpleNamespace(free=41_000_000, total=10**9)"
    done = night_of(tmp_path, little)
    assert done.returncode == 1
    first, last = done.stderr.splitlines()
    assert first.startswith(f"{tmp_path}/home: too little disk space for the night: about 61 MB are needed, and 41 MB")
    assert last == "See docs/runbook.md, 'The home folder is full, read-only or in use'."
    assert not (tmp_path / "home" / "landing").exists()


def test_a_home_that_cannot_be_made_names_the_heading(tmp_path):
    (tmp_path / "home").write_text("a file where the folder should be")
    done = night_of(tmp_path)
    assert done.returncode == 1
    first, last = done.stderr.splitlines()
    assert first.startswith(f"{tmp_path}/home: cannot be written: File exists. Free disk space or correct")
    assert last == "See docs/runbook.md, 'The home folder is full, read-only or in use'."


# A run history that may not grow, in SQLite's own words for a full disk.
FULL_RUN_HISTORY = """
import sqlite3.dbapi2
connect = sqlite3.dbapi2.connect
def connect_to_full_disk(*arguments, **options):
    connection = connect(*arguments, **options)
    connection.execute("pragma max_page_count = {pages}")
    return connection
sqlite3.dbapi2.connect = connect_to_full_disk
"""


@pytest.mark.slow(15)
@pytest.mark.needs_dbt
@pytest.mark.parametrize("pages", [20, 60], ids=["as Dagster starts", "in a stage"])
def test_a_run_history_on_a_full_disk_names_the_disk_and_shows_no_traceback(tmp_path, pages):
    done = night_of(tmp_path, FULL_RUN_HISTORY.format(pages=pages))
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    assert "Any other failure" not in done.stdout + done.stderr
    first, last = done.stderr.splitlines()[-2:]
    assert first.startswith(f"{tmp_path}/home: cannot be written: (sqlite3.OperationalError) database or disk is full.")
    assert "Free on the disk at " in first
    assert last == "See docs/runbook.md, 'The home folder is full, read-only or in use'."
