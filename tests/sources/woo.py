"""The recorded WooCommerce shop as tests open it, and what its recording says is true."""

from __future__ import annotations

import csv
from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.settings import Settings, load_settings
from pipelines.sources.source import open_source
from tests.support.woo_server import KEY, RECORDED, SECRET, Shop

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pytest

    from pipelines.sources.source import Batch

Row = dict[str, Any]

SETTINGS = """
[shop]
id = "woo"
currency = "EUR"
timezone = "Europe/Amsterdam"
start_date = {start_date}
as_of = {as_of}

[source]
kind = "woocommerce"
url = "{url}"
page_size = {page_size}

{sections}
"""


def woo_settings(
    folder: Path,
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    as_of: str = "2026-11-20",
    page_size: int = 20,
    sections: str = "",
    start_date: str = "2026-05-01",
) -> Settings:
    """The settings of the shop on one night, with the key in the environment."""
    monkeypatch.setenv("WOOCOMMERCE_KEY", KEY)
    monkeypatch.setenv("WOOCOMMERCE_SECRET", SECRET)
    # One for all homes: with keys of their own, they would call the same guest differently.
    monkeypatch.setenv("KLANTWAARDE_EMAIL_KEY", "test")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "woo.toml"
    path.write_text(
        SETTINGS.format(as_of=as_of, url=shop.url, page_size=page_size, start_date=start_date, sections=sections)
    )
    return load_settings(path, folder / "home")


def delivered(settings: Settings) -> dict[str, list[Row]]:
    """Everything that the source delivers by day, by table."""
    with closing(open_source(settings)) as source:
        return rows_of(source.read_placed(settings.shop.start_date, settings.as_of_date))


def rows_of(batches: Iterable[Batch]) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {}
    for batch in batches:
        for name, rows in batch.tables.items():
            tables.setdefault(name, []).extend(rows.to_pylist())
    return tables


def truth(night: str) -> dict[str, Row]:
    """The recording's own totals by order id, from the shop's database: amounts as decimals, `created_utc` as text."""
    with (RECORDED / f"totals_{night}.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    texts = ("id", "status", "cur", "created_utc", "changed_utc")
    return {row["id"]: {k: v if k in texts else Decimal(v) for k, v in row.items()} for row in rows}


def listed_from(shop: Shop) -> list[str]:
    """From when on orders were listed with their lines, request by request."""
    return [asked["after"] for _, asked in shop.requests if "after" in asked and "line_items" in asked["_fields"]]
