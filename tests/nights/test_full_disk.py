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
from tests.support.shops import write_shop

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
