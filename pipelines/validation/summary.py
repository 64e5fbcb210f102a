"""What a validation found, for people: the result of every rule, and why a batch is rejected."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines import sql
from pipelines.landing import quarantine
from pipelines.validation import anomalies, counts, rejection
from pipelines.validation.rules import catalogue

if TYPE_CHECKING:
    import duckdb

    from pipelines.settings import Settings
    from pipelines.validation.anomalies import Anomaly
    from pipelines.validation.rules.catalogue import Rule

MAX_EXAMPLES = 5


@dataclass(frozen=True)
class CheckResult:
    """The result of one rule.

    Attributes:
        rule: The rule.
        checked_count: Rows checked (for `within_quarantine_limit`, rows read; for anomalies, all landed orders).
        failed_count: Rows that broke it (for `within_quarantine_limit`, rows kept back).
        examples: The first of the failed rows, each with `day`, `key`, `column` and `value`.
        passed: Whether it held.
    """

    rule: Rule
    checked_count: int
    failed_count: int
    examples: list[dict[str, str]]
    passed: bool


@dataclass(frozen=True)
class TableTotal:
    """What became of a table's rows: read = repeated + superseded + accepted + quarantined."""

    table: str
    read_count: int
    repeated_count: int
    superseded_count: int
    accepted_count: int
    quarantined_count: int


@dataclass(frozen=True)
class ValidationReport:
    """What one validation found.

    Attributes:
        checks: One result for every rule of `validate.all_rules`, in that order, also for rules that held.
        totals: Row counts by table, for the days and keyed tables validated in this call.
        validated_days: The order days validated in this call.
        rejected: Why the batch may not be loaded, one text per reason; empty if it may.
    """

    checks: list[CheckResult]
    totals: list[TableTotal]
    validated_days: list[dt.date]
    rejected: list[str]

    def __str__(self) -> str:
        read, repeated, superseded, accepted, quarantined = (
            sum(getattr(total, f"{what}_count") for total in self.totals)
            for what in ("read", "repeated", "superseded", "accepted", "quarantined")
        )
        verdict = "rejected" if self.rejected else "validated"
        return (
            f"{len(self.validated_days):,} days {verdict}: {read:,} rows = {accepted:,} accepted + "
            f"{quarantined:,} quarantined + {repeated:,} exact repeats"
            f"{f' + {superseded:,} superseded' if superseded else ''}"
        )


def make_report(
    db: duckdb.DuckDBPyConnection, settings: Settings, days: list[dt.date], all_rules: list[Rule], found: list[Anomaly]
) -> ValidationReport:
    """Sum up what the scratch database holds.

    Args:
        db: The scratch database after `counts.make_new`.
        settings: The shop's.
        days: The days validated.
        all_rules: The rules to report on.
        found: Warnings about the shop as a whole.
    """
    results = row_checks(db, all_rules) | limit_checks(db, settings, all_rules) | _anomaly_checks(db, found)
    checks = [results[rule] for rule in all_rules]
    return ValidationReport(checks, _totals(db), days, rejection.explain(db, settings, checks))


def row_checks(db: duckdb.DuckDBPyConnection, all_rules: list[Rule]) -> dict[Rule, CheckResult]:
    """How many rows the tables of `verdicts` have for each rule."""
    checked = dict(db.execute("select table_name, sum(row_count)::bigint from checked group by table_name").fetchall())
    failed = {
        (table, rule): count
        for table, rule, count in db.execute("select table_name, rule, count(*) from broken group by all").fetchall()
    }
    results = {}
    for rule in all_rules:
        count = failed.get((rule.table, rule.name), 0)
        examples = _examples(db, "table_name = ? and rule = ?", [rule.table, rule.name]) if count else []
        results[rule] = CheckResult(rule, checked.get(rule.table, 0), count, examples, count == 0)
    return results


def limit_checks(db: duckdb.DuckDBPyConnection, settings: Settings, all_rules: list[Rule]) -> dict[Rule, CheckResult]:
    """Whether each table keeps to the quarantine limit, by the verdicts that are new."""
    limits = {rule.table: rule for rule in all_rules if rule.name == catalogue.QUARANTINE_LIMIT}
    results = {rule: CheckResult(rule, 0, 0, [], True) for rule in limits.values()}
    limit = settings.validation
    for table, read, quarantined, causes in counts.new_verdicts(db):
        # An order with thirty lines is one cause, not thirty; otherwise one bad order could stop a small shop's night.
        passed = quarantined <= limit.quarantine_limit_rate * read or causes <= limit.quarantine_limit_min_rows
        examples = _examples(db, "table_name = ? and consequence = 'quarantine'", [table]) if quarantined else []
        results[limits[table]] = CheckResult(limits[table], read, quarantined, examples, passed)
    return results


def _anomaly_checks(db: duckdb.DuckDBPyConnection, found: list[Anomaly]) -> dict[Rule, CheckResult]:
    row = db.execute("select count(*) from landed_orders").fetchone()
    orders = int(row[0]) if row else 0
    results = {}
    for rule in anomalies.RULES:
        seen = [anomaly for anomaly in found if anomaly.rule == rule]
        examples = [{"day": f"{a.day}", "key": "", "column": a.column, "value": a.value} for a in seen[:MAX_EXAMPLES]]
        results[rule] = CheckResult(rule, orders, sum(a.row_count for a in seen), examples, not seen)
    return results


def _examples(db: duckdb.DuckDBPyConnection, condition: str, parameters: list[str]) -> list[dict[str, str]]:
    rows = db.execute(
        f"select order_date, row_key, column_name, value from broken where {condition} "
        f"order by order_date, row_number, rule limit {MAX_EXAMPLES}",
        parameters,
    ).fetchall()
    names = ("day", "key", "column", "value")
    return [{name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)} for row in rows]


def _totals(db: duckdb.DuckDBPyConnection) -> list[TableTotal]:
    rows = db.execute(
        f"""
        select
            table_name,
            coalesce(sum(read_count), 0)::bigint,
            coalesce(sum(repeated_count), 0)::bigint,
            coalesce(sum(superseded_count), 0)::bigint,
            coalesce(sum(accepted_count), 0)::bigint,
            coalesce(sum(quarantined_count), 0)::bigint
        from new_records
        where rule = {sql.text(quarantine.ALL_RULES)}
        group by table_name
        order by table_name
        """
    ).fetchall()
    return [TableTotal(*row) for row in rows]
