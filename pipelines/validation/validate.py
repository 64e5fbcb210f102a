"""The validation stage: which landed rows may be loaded.

It validates the days whose landed content differs from what was validated last. It also validates days that may have
become clean without changing: those with rows in quarantine, and those that share a key with another day; and days
whose orders lost the exchange rate that they need. A rejected batch changes nothing: the old records stay, so nothing
of it is loaded.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.database import scratch
from pipelines.landing import quarantine, store
from pipelines.validation import anomalies, batches, counts, verdicts
from pipelines.validation.rules import catalogue
from pipelines.validation.summary import make_report

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from pipelines.settings import Settings
    from pipelines.validation.rules.catalogue import Rule
    from pipelines.validation.summary import ValidationReport

# Raise this number when a helper column of `frames` changes its meaning; every day is then validated again.
LOGIC_VERSION = 2

# Enough to see the cause of a rejection; all rows of a broken history could fill the disk.
MAX_REJECTED_ROWS = 10_000


def all_rules(settings: Settings) -> list[Rule]:
    """Every rule, in the order of the checks in a report."""
    return [*catalogue.rules(settings.shop.currency), *anomalies.RULES]


def validate_landing(settings: Settings) -> ValidationReport:
    """Validate what is new in the landing, and write quarantine and records unless the batch is rejected."""
    landed = store.landed_days(settings)
    version = _rules_version(settings)
    with scratch() as db:
        # Rows are identified by day and number, so their order does not matter; keeping it costs a third more.
        db.execute("set preserve_insertion_order = false")
        batches.read_landing(db, settings, list(landed))
        is_current = counts.read_old(db, settings) == {version}
        suspects = batches.moved_days(db) | batches.days_without_rate(db, settings.shop.currency)
        days = _pending_days(settings, landed, suspects) if is_current else sorted(landed)
        keyed = _pending_keyed(settings, is_current)
        counts.note_validated(db, {day: landed[day] for day in days}, keyed or {})
        verdicts.create(db)
        for batch in _in_batches(settings, days):
            batches.read_days(db, settings, batch)
            verdicts.judge(db, settings, [table.name for table in contract.DAY_TABLES])
        if keyed:
            batches.read_keyed(db, settings)
            verdicts.judge(db, settings, keyed)
        counts.make_new(db, settings, version)
        found = anomalies.find_anomalies(db, settings, landed)
        report = make_report(db, settings, days, all_rules(settings), found)
        if report.rejected:
            rows = verdicts.rows_to_keep(db, settings, ["reject", "quarantine"], MAX_REJECTED_ROWS)
            quarantine.write_rejected(settings, rows)
        else:
            rows = verdicts.rows_to_keep(db, settings, ["quarantine", quarantine.SUPERSEDED])
            quarantine.write_rows(settings, rows, days, landed, is_keyed=keyed is not None)
            # Last, because a day counts as validated once its record is written.
            quarantine.write_records(settings, counts.merged(db, settings, landed, found, version))
    return report


def _rules_version(settings: Settings) -> str:
    """A fingerprint of everything that decides about a row; the wording of a rule is not part of it."""
    deciding = [
        (rule.table, rule.name, rule.consequence, rule.kind, rule.column, rule.values) for rule in all_rules(settings)
    ]
    shop = (settings.shop.id, settings.shop.currency, settings.definitions.refunded_without_refund)
    return hashlib.sha256(repr((LOGIC_VERSION, shop, deciding)).encode()).hexdigest()[:16]


def _pending_days(settings: Settings, landed: dict[dt.date, str], suspects: set[dt.date]) -> list[dt.date]:
    validated = quarantine.validated_digests(settings)
    changed = {day for day, digest in landed.items() if validated.get(day) != digest}
    # Days after today are landed only if `as_of` was set back since.
    future = {day for day in landed if day > settings.as_of_date}
    return sorted(changed | future | ((quarantine.quarantined_days(settings) | suspects) & landed.keys()))


def _pending_keyed(settings: Settings, is_current: bool) -> dict[str, str] | None:
    """All keyed tables with their digests if one of them has to be validated or is gone, else None."""
    digests = store.keyed_digests(settings)
    is_same = digests == quarantine.validated_keyed_digests(settings)
    return None if is_current and is_same and not quarantine.has_quarantined_keys(settings) else digests


def _in_batches(settings: Settings, days: list[dt.date]) -> Iterator[list[dt.date]]:
    """The days in order, in batches of at most `extract.batch_rows` order lines; a day is never split."""
    import pyarrow.parquet as pq

    batch: list[dt.date] = []
    batch_rows = 0
    for day in days:
        rows = sum(pq.read_metadata(file).num_rows for file in store.day_files(settings, "order_lines", [day]))
        if batch and batch_rows + rows > settings.extract.batch_rows:
            yield batch
            batch = []
            batch_rows = 0
        batch.append(day)
        batch_rows += rows
    if batch:
        yield batch
