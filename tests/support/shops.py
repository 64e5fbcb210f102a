"""Small shops for tests: their settings, and a folder of csv files for the source `files`."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.settings import Settings
from tests.support.builders import Row, with_total

if TYPE_CHECKING:
    from collections.abc import Iterable

START = dt.date(2024, 1, 1)
AS_OF = dt.date(2024, 3, 1)


def make_settings(folder: Path, **sections: dict[str, Any]) -> Settings:
    """Settings of a files shop in `folder`/shop with its home in `folder`/home; sections override the defaults.

    Its files are in UTC, so that a test reads as the contract holds its instants.
    """
    (folder / "shop").mkdir(parents=True, exist_ok=True)
    shop = {"id": "bakery", "currency": "EUR", "timezone": "Europe/Amsterdam", "start_date": START, "as_of": AS_OF}
    document: dict[str, Any] = {
        "source": {"kind": "files", "path": folder / "shop", "naive_instants": "utc"},
        "config_path": folder / "bakery.toml",
        "home": folder / "home",
        **sections,
    }
    return Settings.model_validate({**document, "shop": {**shop, **sections.get("shop", {})}})


def settings_text(as_of: str, start_date: dt.date = START, **source: Any) -> str:
    """A shop's settings file, with the settings of its source."""
    return f"""
[shop]
id = "bakery"
currency = "EUR"
timezone = "Europe/Amsterdam"
start_date = {start_date}
as_of = {as_of}

[source]
""" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in source.items())


def write_shop(folder: Path, **tables: Iterable[Row]) -> None:
    """Write contract tables as csv files; columns are those of the first row of each table plus any other row's."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, given in tables.items():
        rows = [with_total(row, tables.get("order_lines", ())) if name == "orders" else row for row in given]
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
