"""What a validation found and left behind, as the tests of it ask."""

import duckdb

from pipelines import contract
from pipelines.landing import quarantine, store
from pipelines.validation.rules import catalogue
from tests.support.landed import DAY


def failed(report):
    """Rows that broke a rule, by table and rule, warnings about the shop as a whole aside."""
    names = {rule.name for rule in catalogue.rules("EUR")} - {catalogue.QUARANTINE_LIMIT}
    return {(c.rule.table, c.rule.name): c.failed_count for c in report.checks if not c.passed and c.rule.name in names}


def check(report, table, name):
    return next(c for c in report.checks if (c.rule.table, c.rule.name) == (table, name))


def accepted(settings, table_name="orders", days=None):
    query = quarantine.accepted_rows_query(settings, table_name, store.landed_days(settings) if days is None else days)
    return [] if query is None else duckdb.sql(query).fetchall()


def keys(settings, table_name="orders"):
    width = len(contract.TABLES[table_name].key)
    return sorted("/".join(str(part) for part in row[1 : 1 + width]) for row in accepted(settings, table_name))


def kept_back(settings, day=DAY):
    path = quarantine.day_file(settings, day)
    if not path.exists():
        return []
    return duckdb.sql(f"select table_name, row_key, rule from '{path}' order by all").fetchall()


def records(settings, where="true"):
    return duckdb.sql(f"from ({quarantine.validations_query(settings)}) where {where} order by all").fetchall()


def files(settings):
    return {path.name: path.read_bytes() for path in settings.quarantine_path.rglob("*") if path.is_file()}
