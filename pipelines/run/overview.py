"""How a shop's nights are going: the last run, how fresh the figures are, what is kept back, what is published.

`pipelines.run.status` looks for what to alert about, and does not need Dagster.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines import database, sql
from pipelines.alerts.watch import due_alerts
from pipelines.landing import quarantine
from pipelines.publishing import duckdb_file
from pipelines.publishing.publish import MANIFEST_FILE
from pipelines.run.last_night import last_night
from pipelines.validation.rules import catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.settings import Settings

# Until the night has run, yesterday's figures are the newest that there can be.
MOST_DAYS_BEHIND = 1
SHOWN_RULES = 20


@dataclass
class Status:
    """What was seen, in the order in which it is printed, and whether all is well."""

    title: str
    is_well: bool = True
    lines: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, *lines: str, is_well: bool = True) -> None:
        """Something that is so; further lines stand below the first."""
        self.is_well = self.is_well and is_well
        self.lines += [(name if number == 0 else "", line) for number, line in enumerate(lines)]

    def __str__(self) -> str:
        return "\n".join([self.title, "", *(f"  {name:<11} {text}".rstrip() for name, text in self.lines)])


def look(settings: Settings) -> Status:
    """The shop's status; nothing is written."""
    status = Status(f"klantwaarde status: shop {settings.shop.id}, {settings.home}")
    _add_last_run(status, settings)
    _add_published(status, settings)
    _add_quarantine(status, settings)
    for alert in due_alerts(settings, dt.datetime.now(dt.UTC)):
        status.add("alert", f"{alert.subject}: {alert.text}", is_well=False)
    return status


def _add_last_run(status: Status, settings: Settings) -> None:
    night = last_night(settings)
    if night is None:
        status.add("last night", "none yet", is_well=False)
        return
    began = _local(settings, night.started_at)
    if night.seconds is None:
        status.add("last night", f"began {began}, and has not ended: it is under way, or was killed")
        return
    words = f"{night.outcome}: began {began}, took {night.seconds:,.0f} seconds"
    status.add("last night", words, *night.reasons, is_well=night.is_good)


def _add_published(status: Status, settings: Settings) -> None:
    folder = settings.published_path
    if not (folder / MANIFEST_FILE).exists():
        status.add("published", f"nothing in {folder}", is_well=False)
        return
    manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    as_of = dt.date.fromisoformat(manifest["as_of_date"])
    behind = (settings.as_of_date - as_of).days
    newest = _newest_order(folder)
    is_fresh = behind <= MOST_DAYS_BEHIND
    age = "up to date" if behind <= 0 else f"{behind} day{'s' if behind > 1 else ''} behind"
    status.add("fresh", f"as of {as_of}, {age}; the newest order is of {newest or 'no day'}", is_well=is_fresh)
    tables = manifest["tables"]
    rows = sum(table["row_count"] for table in tables.values())
    written = _local(settings, (folder / MANIFEST_FILE).stat().st_mtime)
    status.add(
        "published",
        f"{len(tables)} marts, {rows:,} rows in {folder}, written {written}, definitions of "
        f"{manifest['definition_version']}",
        *(f"{name:<28} {table['row_count']:>12,}" for name, table in sorted(tables.items())),
    )


def _newest_order(folder: Path) -> dt.date | None:
    with database.scratch() as db:
        db.execute(f"attach {sql.text(folder / duckdb_file.FILE)} as published (read_only)")
        row = db.execute("select max(order_date) from published.marts.orders").fetchone()
    newest: dt.date | None = row[0] if row else None
    return newest


def _add_quarantine(status: Status, settings: Settings) -> None:
    rejected = quarantine.rejected_file(settings)
    if rejected.exists():
        status.add("rejected", f"the last batch: nothing of it was loaded; its rows are in {rejected}", is_well=False)
    keyed = quarantine.keyed_file(settings)
    files = [*sorted((settings.quarantine_path / "days").glob("[!.]*.parquet")), *([keyed] if keyed.exists() else [])]
    if not files:
        status.add("quarantine", "empty")
        return
    with database.scratch() as db:
        # An older version of an order lies there too, and breaks no rule.
        rows = f"(from read_parquet({sql.texts(files)}) where rule <> {sql.text(quarantine.SUPERSEDED)})"
        orders = db.execute(f"select count(distinct order_id), count(distinct order_date) from {rows}").fetchone()
        rules = db.execute(
            f"select table_name, rule, count(*) as n from {rows} where rule <> {sql.text(catalogue.WITH_ITS_ORDER)} "
            "group by all order by n desc, table_name, rule"
        ).fetchall()
    if not rules:
        status.add("quarantine", "empty")
        return
    count, days = orders or (0, 0)
    status.add(
        "quarantine",
        f"{count:,} orders of {days:,} days, kept back by",
        *(f"{table}.{rule}: {n:,} rows" for table, rule, n in rules[:SHOWN_RULES]),
        *([f"{len(rules) - SHOWN_RULES} more rules"] if len(rules) > SHOWN_RULES else []),
    )


def _local(settings: Settings, timestamp: float) -> str:
    return f"{dt.datetime.fromtimestamp(timestamp, settings.zone):%Y-%m-%d %H:%M}"
