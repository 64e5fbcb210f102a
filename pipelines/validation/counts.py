"""The validation record: what was validated, by which rules, and how many rows were read, accepted and quarantined.

It makes these tables in the scratch database of a validation:

    old_records   what the last validations recorded
    validated     the content that this validation looks at: table, day, digest
    new_records   what this validation found, from `broken` and `totals` of `pipelines.validation.verdicts`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import contract, sql
from pipelines.landing import quarantine, store
from pipelines.validation import anomalies

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    import duckdb
    import pyarrow as pa

    from pipelines.settings import Settings
    from pipelines.validation.anomalies import Anomaly


def start_anew(db: duckdb.DuckDBPyConnection) -> None:
    """Make `old_records` empty, as before the first validation."""
    columns = ", ".join(f"{name} {kind}" for name, kind in quarantine.RECORD_COLUMNS.items())
    db.execute(f"create temp table old_records ({columns})")


def read_old(db: duckdb.DuckDBPyConnection, settings: Settings) -> set[str]:
    """Make `old_records`; return the versions of the rules that made them."""
    start_anew(db)
    records = quarantine.read_records(settings)
    if records is not None:
        db.register("records", records)
        db.execute("insert into old_records by name select * from records")
        db.unregister("records")
    return {version for (version,) in db.execute("select distinct rules_version from old_records").fetchall()}


def note_validated(db: duckdb.DuckDBPyConnection, days: dict[dt.date, str], keyed: dict[str, str]) -> None:
    """Make `validated`, with every table of a day, also empty ones: their earlier records have to go.

    Args:
        db: The scratch database.
        days: Order days and the digests of their content.
        keyed: Tables kept by key, and the digests of their content.
    """
    import pyarrow as pa

    rows: list[tuple[str, dt.date | None, str]] = [
        (table.name, day, digest) for day, digest in days.items() for table in contract.DELIVERED_DAY_TABLES
    ]
    rows += [(name, None, digest) for name, digest in keyed.items()]
    schema = pa.schema([("table_name", pa.string()), ("order_date", pa.date32()), ("digest", pa.string())])
    columns = [pa.array([row[number] for row in rows], field.type) for number, field in enumerate(schema)]
    db.register("rows", pa.table(columns, schema))
    db.execute("create temp table validated as from rows")
    db.unregister("rows")


def make_new(db: duckdb.DuckDBPyConnection, settings: Settings, version: str) -> None:
    """Make `new_records`: for each table and day, one row for all rules and one for each rule that a row broke.

    A day always has a record of its compulsory tables, and of the others if they have rows.
    """
    compulsory = sql.texts(table.name for table in contract.ORDER_TABLES if table.is_compulsory)
    db.execute("create temp table new_records as from old_records limit 0")
    db.execute(
        f"""
        insert into new_records by name
        select
            v.order_date, v.table_name, {sql.text(quarantine.ALL_RULES)} as rule, 'all' as consequence, v.digest,
            ? as source_id, ? as rules_version,
            t.read_count, t.repeated_count, t.superseded_count, t.quarantined_count,
            t.read_count - t.repeated_count - t.superseded_count - t.quarantined_count as accepted_count,
            t.read_amount, t.repeated_amount, t.superseded_amount, t.quarantined_amount,
            t.read_amount - t.repeated_amount - t.superseded_amount - t.quarantined_amount as accepted_amount
        from validated as v
        left join totals as t on t.table_name = v.table_name and t.order_date is not distinct from v.order_date
        where t.table_name is not null or v.order_date is null or list_contains({compulsory}, v.table_name)
        """,
        [settings.shop.id, version],
    )
    db.execute(
        """
        insert into new_records by name
        select
            b.order_date, b.table_name, b.rule, b.consequence, v.digest, ? as source_id, ? as rules_version,
            count(*) filter (b.consequence = 'quarantine') as quarantined_count,
            count(*) filter (b.consequence = 'warn') as warned_count,
            sum(b.row_amount) filter (b.consequence = 'quarantine') as quarantined_amount
        from broken as b
        join validated as v on v.table_name = b.table_name and v.order_date is not distinct from b.order_date
        where b.consequence in ('quarantine', 'warn')
        group by b.order_date, b.table_name, b.rule, b.consequence, v.digest
        """,
        [settings.shop.id, version],
    )


def new_verdicts(db: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int, int]]:
    """What the quarantine limit looks at: per table, rows read, rows quarantined, and the orders or keys of the latter.

    Only days and tables whose verdict is new count. A bad order waits in quarantine until it is corrected, and its day
    is validated every night; among such days alone, the share of bad rows would soon pass any limit.
    """
    return db.execute(
        f"""
        with new_verdicts as (
            select n.*
            from new_records as n
            left join old_records as o
                on o.table_name = n.table_name and o.order_date is not distinct from n.order_date and o.rule = n.rule
            where n.rule = {sql.text(quarantine.ALL_RULES)}
                and (
                    o.rule is null
                    or o.digest <> n.digest
                    or o.rules_version <> n.rules_version
                    or coalesce(n.quarantined_count, 0) > o.quarantined_count
                )
        ),
        causes as (
            select
                b.table_name,
                count(distinct coalesce(b.order_id, concat(b.row_number, ':', b.row_key))) as cause_count
            from broken as b
            join new_verdicts as n on n.table_name = b.table_name and n.order_date is not distinct from b.order_date
            where b.consequence = 'quarantine'
            group by b.table_name
        )
        select
            table_name,
            coalesce(sum(read_count), 0)::bigint,
            coalesce(sum(quarantined_count), 0)::bigint,
            coalesce(any_value(cause_count), 0)
        from new_verdicts
        left join causes using (table_name)
        group by table_name
        order by table_name
        """
    ).fetchall()


def merged(
    db: duckdb.DuckDBPyConnection, settings: Settings, landed: Iterable[dt.date], found: list[Anomaly], version: str
) -> pa.Table:
    """All records: the old ones of what was not validated now, the new ones, and the anomalies of today.

    Args:
        db: The scratch database after `make_new`.
        settings: The shop's.
        landed: All landed days; records of other days, and of keyed tables that are not landed, are dropped.
        found: Warnings about unusual days; those of earlier validations are dropped.
        version: The version of the rules.
    """
    for anomaly in found:
        db.execute(
            "insert into new_records by name select ? as source_id, ? as rules_version, 'warn' as consequence, "
            "? as order_date, ? as table_name, ? as rule, ? as warned_count",
            [settings.shop.id, version, anomaly.day, anomaly.rule.table, anomaly.rule.name, anomaly.row_count],
        )
    columns = ", ".join(
        f"coalesce({name}, 0)::{kind} as {name}" if name.endswith(("_count", "_amount")) else name
        for name, kind in quarantine.RECORD_COLUMNS.items()
    )
    return db.execute(
        f"""
        with kept as (
            select o.*
            from old_records as o
            where if(order_date is null, list_contains(?::varchar[], table_name), list_contains(?::date[], order_date))
                and not list_contains(?::varchar[], rule)
                and not exists (
                    from validated as v
                    where v.table_name = o.table_name and v.order_date is not distinct from o.order_date
                )
        )
        select {columns}
        from (from kept union all by name from new_records)
        order by order_date, table_name, rule
        """,
        [list(store.keyed_digests(settings)), sorted(landed), [rule.name for rule in anomalies.RULES]],
    ).to_arrow_table()
