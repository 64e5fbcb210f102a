"""`klantwaarde run` on a shop of csv files, as a person starts it: what it prints, its marts as a BI tool sees them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from pipelines.publishing import duckdb_file
from pipelines.settings import PROJECT_ROOT, load_settings
from tests.support.shops import START, settings_text, write_shop

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from pathlib import Path

    from pipelines.settings import Settings
    from tests.support.builders import Row

NIGHTLY = [sys.executable, "-m", "pipelines.run.command", "run"]


@dataclass(frozen=True)
class Night:
    """What one run printed, and where its marts are."""

    code: int
    out: str
    err: str
    home: Path

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the published file."""
        with duckdb.connect(str(self.home / "published" / duckdb_file.FILE), read_only=True) as db:
            return db.execute(sql).fetchall()


def environment_of(folder: Path) -> dict[str, str]:
    """The environment of a run of the shop in `folder`."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("KLANTWAARDE_", "DAGSTER_"))},
        "KLANTWAARDE_CONFIG": str(folder / "bakery.toml"),
        "KLANTWAARDE_HOME": str(folder / "home"),
    }


def run_night(folder: Path) -> Night:
    """Run the nightly job of the shop in `folder`, whose settings are `bakery.toml` and whose home is `home`."""
    done = subprocess.run(
        NIGHTLY,
        cwd=PROJECT_ROOT,
        env=environment_of(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    return Night(done.returncode, done.stdout, done.stderr, folder / "home")


def prepare(
    folder: Path,
    as_of: str,
    *,
    start_date: dt.date = START,
    sections: str = "",
    source: dict[str, Any] | None = None,
    **tables: Iterable[Row],
) -> Settings:
    """Replace the shop's files by these tables, and its settings.

    Args:
        folder: Where the shop, its settings and its home are.
        as_of: The night's day.
        start_date: The shop's first day.
        sections: Further sections of the settings file, as text.
        source: Settings of the source beside its kind and path.
        tables: Rows by table of the contract.
    """
    shutil.rmtree(folder / "shop", ignore_errors=True)
    write_shop(folder / "shop", **tables)
    of_source = {"kind": "files", "path": str(folder / "shop"), "naive_instants": "utc", **(source or {})}
    path = folder / "bakery.toml"
    path.write_text(settings_text(as_of, start_date, **of_source) + sections)
    return load_settings(path, folder / "home")


def deliver(folder: Path, as_of: str, **shop: Any) -> Night:
    """Run the night of `as_of` of a shop as `prepare` makes it; it must succeed."""
    prepare(folder, as_of, **shop)
    night = run_night(folder)
    assert night.code == 0, night.out + night.err
    return night
