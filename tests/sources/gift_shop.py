"""Small files in the form of Online Retail II, in every format it is met in."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.settings import Settings

NAMES = ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"]
SHEETS = ("Year 2009-2010", "Year 2010-2011")

Row = dict[str, Any]


def row(invoice: str, code: str = "85048", quantity: int = 1, price: float = 2.5, **columns: Any) -> Row:
    """One row of the file, with its columns by their names in lower case (`customer`, `at`, `sheet`, ...)."""
    return {
        "Invoice": invoice,
        "StockCode": code,
        "Description": columns.get("description", "GLASS BALL LIGHTS"),
        "Quantity": quantity,
        "InvoiceDate": dt.datetime.fromisoformat(columns.get("at", "2010-03-01 10:15")),
        "Price": price,
        "Customer ID": columns.get("customer", 13085),
        "Country": columns.get("country", "United Kingdom"),
        "sheet": columns.get("sheet", SHEETS[0]),
    }


def make_settings(path: Path, **shop: Any) -> Settings:
    return Settings.model_validate(
        {
            "shop": {
                "id": "gifts",
                "currency": "GBP",
                "timezone": "Europe/London",
                "start_date": dt.date(2009, 12, 1),
                "as_of": dt.date(2011, 12, 10),
                **shop,
            },
            "source": {"kind": "online_retail", "path": path},
            "config_path": path.with_name("gifts.toml"),
            "home": path.with_name("home"),
        }
    )


def write_parquet(path: Path, rows: list[Row]) -> Path:
    kinds = [pa.string(), pa.string(), pa.string(), pa.int64(), pa.timestamp("us"), pa.float64(), pa.int64()]
    schema = pa.schema(list(zip([*NAMES, "sheet"], [*kinds, pa.string(), pa.string()], strict=True)))
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


def write_csv(
    path: Path,
    rows: list[Row],
    date_format: str = "%Y-%m-%d %H:%M:%S",
    names: list[str] = NAMES,
    encoding: str = "utf-8",
) -> Path:
    """Without the column `sheet`, as the csv copies are; an empty customer makes the ids fractions, as there."""
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for values in rows:
            text = {**values, "InvoiceDate": values["InvoiceDate"].strftime(date_format)}
            if values["Customer ID"] is not None:
                text["Customer ID"] = f"{values['Customer ID']}.0"
            writer.writerow([text[name] for name in NAMES])
    return path


def write_xlsx(path: Path, rows: list[Row]) -> Path:
    """As UCI publishes it: a worksheet a year, whole codes and invoices as numbers."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title in dict.fromkeys(values["sheet"] for values in rows):
        sheet = book.create_sheet(title)
        sheet.append(NAMES)
        for values in rows:
            if values["sheet"] == title:
                sheet.append([int(v) if isinstance(v := values[name], str) and v.isdigit() else v for name in NAMES])
    book.save(path)
    return path
