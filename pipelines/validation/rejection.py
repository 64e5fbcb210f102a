"""Why a batch is rejected, in words: what broke, by how much, examples, the likely cause, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.landing import quarantine
from pipelines.validation import likely_causes
from pipelines.validation.rules import catalogue
from pipelines.validation.rules.rule import NEXT_NIGHT

if TYPE_CHECKING:
    import duckdb

    from pipelines.settings import Settings
    from pipelines.validation.summary import CheckResult

EXAMPLES = 3
RULES = 3

RUNBOOK_HEADING = "A batch was rejected"

RAISE_THE_LIMIT = "If the shop's data really are like that, raise validation.quarantine_limit_rate."


def explain(db: duckdb.DuckDBPyConnection, settings: Settings, checks: list[CheckResult]) -> list[str]:
    """One text for each reason; none if the batch may be loaded.

    A table in which only the rest of bad orders is kept back gets no text of its own: its cause is said where it is.

    Args:
        db: The scratch database after `counts.make_new`.
        settings: The shop's.
        checks: The results of all rules.
    """
    failed = [check for check in checks if not check.passed and check.rule.consequence == "reject"]
    reasons = [_simple(check) for check in failed if not _is_limit(check) and not _is_said(db, check)]
    limits = [check for check in failed if _is_limit(check)]
    with_causes = [check for check in limits if _causes(checks, check.rule.table)]
    reasons += [_over_limit(db, settings, checks, check) for check in with_causes or limits[:1]]
    if reasons:
        file = quarantine.rejected_file(settings)
        reasons[-1] += f"\nThe rows are kept in {file}. See docs/runbook.md, {RUNBOOK_HEADING!r}."
    return reasons


def _is_limit(check: CheckResult) -> bool:
    return check.rule.name == catalogue.QUARANTINE_LIMIT


def _is_said(db: duckdb.DuckDBPyConnection, check: CheckResult) -> bool:
    """Whether the same days have another number of rows than the source counts: their amounts then differ by that."""
    if check.rule.name != "amount_matches_source":
        return False
    days = "select order_date from broken where table_name = 'source_counts' and rule = "
    others = db.execute(f"{days} 'amount_matches_source' except {days} 'rows_match_source'").fetchall()
    return not others


def _simple(check: CheckResult) -> str:
    rule = check.rule
    return (
        f"{rule.table}: {rule.name}. {rule.text} Broken by {check.failed_count:,} of {check.checked_count:,} rows, "
        f"for example {in_words(check)}. {rule.what_to_do}"
    )


def _causes(checks: list[CheckResult], *tables: str) -> list[CheckResult]:
    """The rules by which rows of these tables are quarantined for their own sake, the most broken first."""
    broken = [
        check
        for check in checks
        if check.rule.table in tables
        and not check.passed
        and check.rule.consequence == "quarantine"
        and check.rule.name != catalogue.WITH_ITS_ORDER
    ]
    return sorted(broken, key=lambda check: -check.failed_count)


def _over_limit(
    db: duckdb.DuckDBPyConnection, settings: Settings, checks: list[CheckResult], limit: CheckResult
) -> str:
    table = limit.rule.table
    share = limit.failed_count / limit.checked_count
    lines = [
        f"{table}: {limit.failed_count:,} of {limit.checked_count:,} rows ({share:.1%}) would be quarantined, more "
        f"than the limit of {settings.validation.quarantine_limit_rate:.1%}."
    ]
    causes = _causes(checks, table) or _causes(checks, *(check.rule.table for check in checks))
    lines += [f"  {_cause(db, check)}" for check in causes[:RULES]]
    if len(causes) > RULES:
        lines.append(f"  {len(causes) - RULES} more rules are broken: see the check of the table in the UI.")
    # Where most rows fail, the export is wrong, and not the limit.
    if 2 * limit.failed_count < limit.checked_count:
        lines.append(f"  {RAISE_THE_LIMIT}")
    return "\n".join(lines)


def _cause(db: duckdb.DuckDBPyConnection, check: CheckResult) -> str:
    rule = check.rule
    words = [
        f"{rule.table}.{rule.name}: broken by {check.failed_count:,} rows, for example {in_words(check)}.",
        rule.text,
        likely_cause(db, check),
        rule.what_to_do.removesuffix(NEXT_NIGHT).rstrip(),
    ]
    return " ".join(word for word in words if word)


def likely_cause(db: duckdb.DuckDBPyConnection, check: CheckResult) -> str:
    """What explains most rows that break a rule; empty if nothing does."""
    name = (check.rule.table, check.rule.name)
    if name == ("orders", "order_adds_up"):
        return likely_causes.sentence(db)
    if name == ("order_lines", "line_has_order") and not _order_count(db):
        return "Likely cause: the delivery has no order at all. Is the file orders empty or cut off?"
    return ""


def _order_count(db: duckdb.DuckDBPyConnection) -> int:
    row = db.execute("select coalesce(sum(read_count), 0)::bigint from totals where table_name = 'orders'").fetchone()
    return int(row[0]) if row else 0


def in_words(check: CheckResult, most: int = EXAMPLES) -> str:
    """The first rows that break a rule: day, key, and the value to look at."""
    return "; ".join(_in_words(example) for example in check.examples[:most])


def _in_words(example: dict[str, str]) -> str:
    day = f"{example['day']}, " if example["day"] else ""
    return f"{day}{example['key']}: {example['column']} = {example['value'] or 'empty'}"
