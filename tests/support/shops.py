"""Small shops for tests: settings, rows with defaults, and a folder of csv files for the source `files`."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.settings import Settings

START = dt.date(2024, 1, 1)
AS_OF = dt.date(2024, 3, 1)


def make_settings(folder: Path, **sections: dict[str, Any]) -> Settings:
    """Settings of a files shop in `folder`/shop with its home in `folder`/home; sections override the defaults."""
    (folder / "shop").mkdir(parents=True, exist_ok=True)
    shop = {"id": "bakery", "currency": "EUR", "timezone": "Europe/Amsterdam", "start_date": START, "as_of": AS_OF}
    document: dict[str, Any] = {
        "source": {"kind": "files", "path": folder / "shop"},
        "config_path": folder / "bakery.toml",
        "home": folder / "home",
        **sections,
    }
    return Settings.model_validate({**document, "shop": {**shop, **sections.get("shop", {})}})


def order(order_id: str, placed_at: str, amount: str | Decimal = "10", **columns: Any) -> dict[str, Any]:
    """One paid order; `amount` is its total."""
    return {
        "order_id": order_id,
        "placed_at": placed_at,
        "status": "paid",
        "currency": "EUR",
        "total_gross_amount": amount,
        "customer_id": "c1",
        **columns,
    }


def line(order_id: str, amount: str | Decimal = "10", line_id: str = "1", **columns: Any) -> dict[str, Any]:
    """One line of one piece."""
    return {"order_id": order_id, "line_id": line_id, "quantity": "1", "net_amount": amount, **columns}


def write_shop(folder: Path, **tables: list[dict[str, Any]]) -> None:
    """Write contract tables as csv files; columns are those of the first row of each table plus any other row's."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
