"""The shop's settings as the one row of `raw.shop`, from which dbt reads them as data: a change re-parses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_origin

from pipelines.settings.definitions import DEFINITION_VERSION, Definitions
from pipelines.settings.identity import Identity

if TYPE_CHECKING:
    from pipelines.settings import Settings

# Judged where the addresses are, which the warehouse never holds.
_BEFORE_THE_WAREHOUSE = {
    *("staff_email_domains", "test_email_domains"),
    *("role_addresses", "own_domains", "marketplace_domains"),
}


def _duckdb_type(annotation: Any) -> str:
    """A rate is exact in SQL, to the hundredth of a percent; a setting that is one of some words is text."""
    types = {bool: "BOOLEAN", int: "INTEGER", float: "DECIMAL(9,4)", tuple: "VARCHAR[]"}
    return types.get(get_origin(annotation) or annotation, "VARCHAR")


# Column types of `raw.shop`.
TYPES: dict[str, str] = {
    **dict.fromkeys(("source_id", "currency", "timezone"), "VARCHAR"),
    **dict.fromkeys(("as_of_date", "history_start_date"), "DATE"),
    **{
        name: _duckdb_type(field.annotation)
        for name, field in {**Definitions.model_fields, **Identity.model_fields}.items()
        if name not in _BEFORE_THE_WAREHOUSE
    },
    "definition_version": "VARCHAR",
}


def row(settings: Settings) -> dict[str, Any]:
    """The values of all columns, in the order of `TYPES`."""
    return {
        "source_id": settings.shop.id,
        "currency": settings.shop.currency,
        "timezone": settings.shop.timezone,
        "as_of_date": settings.as_of_date,
        "history_start_date": settings.shop.start_date,
        **chosen(settings.definitions, settings.identity),
        "definition_version": DEFINITION_VERSION,
    }


def chosen(definitions: Definitions, identity: Identity) -> dict[str, Any]:
    """The values of the columns that a shop may choose."""
    values = {
        name: value
        for section in (definitions, identity)
        for name, value in section.model_dump(exclude=_BEFORE_THE_WAREHOUSE).items()
    }
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
