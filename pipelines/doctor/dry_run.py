"""A sample of a shop through the rules of validation, as a night would judge it, and every rule that it breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.business_days import days_between
from pipelines.database import scratch
from pipelines.validation import batches, counts, plain_rules, rejection, summary, verdicts
from pipelines.validation.rules import catalogue
from pipelines.validation.rules.rule import NEXT_NIGHT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    import duckdb

    from pipelines.doctor.report import Severity
    from pipelines.doctor.sample import Sample
    from pipelines.settings import Settings
    from pipelines.validation.summary import CheckResult

# Words that a shop uses and the contract does not know: a shop has a dozen of them, and all have to be mapped.
MOST_VALUES = 20
EXAMPLES = 3


def broken_rules(
    settings: Settings, sample: Sample, missing_columns: Collection[tuple[str, str]] = ()
) -> list[tuple[Severity, str]]:
    """Every rule that the sample breaks: what a night would do about it, and a text for people.

    Args:
        settings: The shop's.
        sample: Of the shop.
        missing_columns: Table and column: known to be empty, so that what follows for every row is not said again.
    """
    with scratch() as db:
        _judge(db, settings, sample)
        rules = [rule for rule in catalogue.rules(settings.shop.currency) if rule.table in sample.tables]
        checks = summary.row_checks(db, rules) | summary.limit_checks(db, settings, rules)
        broken = [check for check in checks.values() if not check.passed and not _is_said(check, missing_columns)]
        return [(check.rule.consequence, text) for check in broken if (text := _text(db, settings, sample, check))]


def _judge(db: duckdb.DuckDBPyConnection, settings: Settings, sample: Sample) -> None:
    """Fill the tables that validation makes, with the sample in the place of the landing."""
    for name, rows in sample.tables.items():
        db.register("sample_rows", rows)
        day = "order_date" if contract.TABLES[name].is_by_day else "null::date as order_date"
        columns = ", ".join(contract.TABLES[name].landed_names)
        db.execute(
            f"create temp table sample_{name} as "
            f"select {day}, row_number() over () - 1 as row_number, {columns} from sample_rows"
        )
        db.unregister("sample_rows")

    def rows_of(table: contract.Table) -> str | None:
        return f"from sample_{table.name}" if table.name in sample.tables else None

    days = list(days_between(sample.start, sample.end))
    batches.read_landing(db, settings, days, rows_of)
    counts.start_anew(db)
    counts.note_validated(db, dict.fromkeys(days, "sample"), {table.name: "sample" for table in contract.KEYED_TABLES})
    verdicts.create(db)
    batches.read_days(db, settings, days, rows_of)
    verdicts.judge(db, settings, [table.name for table in contract.DAY_TABLES], plain_rules.validate)
    batches.read_keyed(db, settings, rows_of)
    verdicts.judge(db, settings, [table.name for table in contract.KEYED_TABLES], plain_rules.validate)
    counts.make_new(db, settings, "sample")


def _is_said(check: CheckResult, missing_columns: Collection[tuple[str, str]]) -> bool:
    """Whether it follows from something that is said elsewhere."""
    if check.rule.name == catalogue.WITH_ITS_ORDER:
        return True
    return bool(missing_columns) and check.failed_count == check.checked_count


def _text(db: duckdb.DuckDBPyConnection, settings: Settings, sample: Sample, check: CheckResult) -> str:
    rule = check.rule
    if rule.name == "day_is_counted":
        # A fact, not a problem: the shop's system offers no count.
        return ""
    if rule.name == catalogue.QUARANTINE_LIMIT:
        return (
            f"{rule.table}: {check.failed_count:,} of {check.checked_count:,} rows would be kept back, more than "
            f"validation.quarantine_limit_rate = {settings.validation.quarantine_limit_rate:.1%} allows."
        )
    if rule.name == "currency_can_be_converted" and not sample.is_keyed_whole:
        return ""
    lines = [
        f"{rule.table}.{rule.name}: broken by {check.failed_count:,} of {check.checked_count:,} rows. {rule.text}",
        *_seen(db, check),
        " ".join([rejection.likely_cause(db, check), rule.what_to_do.removesuffix(NEXT_NIGHT)]).strip(),
    ]
    return "\n".join(lines)


def _seen(db: duckdb.DuckDBPyConnection, check: CheckResult) -> Iterable[str]:
    """Every unknown word with its number of rows, or the first rows that break another rule."""
    rule = check.rule
    if rule.kind == "in_set" and not rule.shown_column:
        yield from _values(db, check)
        return
    shown = rejection.in_words(check, EXAMPLES)
    yield f"Seen: {shown}{' and others' if check.failed_count > EXAMPLES else ''}."


def _values(db: duckdb.DuckDBPyConnection, check: CheckResult) -> Iterator[str]:
    rule = check.rule
    found = db.execute(
        "select value, count(*), min_by(row_key, (order_date, row_number)) from broken "
        "where table_name = ? and rule = ? group by value order by count(*) desc, value",
        [rule.table, rule.name],
    ).fetchall()
    for value, count, key in found[:MOST_VALUES]:
        yield f"Seen: {rule.column} = {value!r} in {count:,} row{'s' if count > 1 else ''}, for example {key}."
    if len(found) > MOST_VALUES:
        yield f"Seen: {len(found) - MOST_VALUES:,} other values."
