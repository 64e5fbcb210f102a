"""CDNOW: every order of 23,570 customers of one of the first webshops, January 1997 to June 1998.

The data set of the customer-lifetime literature (Fader and Hardie). Its file comes inside the Python package
`lifetimes` and is read where it is installed; the package itself is not imported. One row is one order: customer,
day, number of CDs, dollars.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import SourceError
from pipelines.settings.source_kinds import SourceKind, SourceSection
from pipelines.sources.staged import StagedShop

if TYPE_CHECKING:
    import duckdb

COLUMNS = ["customer_id", "date", "number_of_cds", "dollar_value"]


class Cdnow(StagedShop):
    """The CDNOW sample: each order has one line, there are no refunds, and of a customer only the id is known."""

    def _stage(self, db: duckdb.DuckDBPyConnection, folder: Path) -> None:  # noqa: ARG002
        _read_purchases(db, locate_orders())
        db.execute(_ORDERS, {"timezone": self._settings.shop.timezone})
        db.execute(_ORDER_LINES)
        db.execute(_DAY_COUNTS)


KIND = SourceKind(
    SourceSection,
    Cdnow,
    "The CDNOW sample: 69,659 orders of one of the first webshops, from January 1997 to June 1998. It comes inside the "
    "Python package `lifetimes`, which is installed with the project.",
)


def locate_orders() -> Path:
    """The file of orders inside the installed package `lifetimes`.

    Raises:
        SourceError: The package is not installed, or is another version.
    """
    package = importlib.util.find_spec("lifetimes")
    if package is None or package.origin is None:
        raise SourceError("The CDNOW orders come inside the Python package lifetimes: run `uv sync --group samples`.")
    path = Path(package.origin).parent / "datasets" / "CDNOW_master.txt"
    if not path.is_file():
        raise SourceError(f"{path}: no such file. The CDNOW orders are in lifetimes 0.11.3: run `uv sync`.")
    return path


def _read_purchases(db: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Fill the table `purchases`, one row for each row of the file, with exact values."""
    import pyarrow as pa

    with path.open(encoding="ascii") as file:
        if file.readline().split() != COLUMNS:
            raise SourceError(f"{path}: the first row must be {' '.join(COLUMNS)}.")
        rows = [(number, *line.split()) for number, line in enumerate(file, start=2) if line.strip()]
    wrong = next((row for row in rows if len(row) != len(COLUMNS) + 1), None)
    if wrong is not None:
        raise SourceError(f"{path}: row {wrong[0]} has {len(wrong) - 1} values instead of {len(COLUMNS)}.")
    values = [pa.array(column) for column in zip(*rows, strict=True)]
    file_rows = pa.table(values, ["row_no", *COLUMNS])
    db.register("file_rows", file_rows)
    db.execute(_PURCHASES)
    db.unregister("file_rows")
    unread = db.execute(
        "select row_no from purchases where order_date is null or quantity is null or net_amount is null limit 1"
    ).fetchone()
    if unread is not None:
        raise SourceError(f"{path}: row {unread[0]} is not a customer, a day (19970101), a number and an amount.")


# The file has no order numbers and no times: identical rows are separate orders, numbered in the order of the file
# within a customer's day.
_PURCHASES = """
create table purchases as
select
    customer_id,
    try_strptime(date, '%Y%m%d')::date as order_date,
    try_cast(number_of_cds as decimal(18, 4)) as quantity,
    try_cast(dollar_value as decimal(18, 4)) as net_amount,
    customer_id || '-' || date || '-' || row_number() over (partition by customer_id, date order by row_no) as order_id,
    row_no
from file_rows
order by order_date, row_no
"""

_ORDERS = """
create table orders as
select
    order_date,
    order_id,
    null as order_number,
    -- Only the day is known: noon, far from both midnights.
    (order_date + interval 12 hour) at time zone $timezone at time zone 'UTC' as placed_at,
    null::timestamp as updated_at,
    null::timestamp as cancelled_at,
    'paid' as status,
    null as status_raw,
    customer_id,
    null as customer_email,
    'USD' as currency,
    net_amount as total_gross_amount,
    null as tax_amount,
    0 as shipping_net_amount,
    0 as fee_net_amount,
    0 as discount_net_amount,
    0 as undistributed_discount_net_amount,
    null as prices_include_tax,
    'web' as sales_channel,
    null as marketing_channel,
    null as country,
    false as is_test
from purchases
"""

_ORDER_LINES = """
create view order_lines as
select
    order_date,
    order_id,
    '1' as line_id,
    null as product_id,
    null as variant_id,
    null as sku,
    'CDs' as title,
    null as category,
    quantity,
    net_amount as list_net_amount,
    0 as discount_net_amount,
    net_amount,
    0 as tax_amount,
    null as unit_cost_amount,
    'product' as line_type
from purchases
"""

_DAY_COUNTS = """
create view day_counts as
select order_date, 'read' as entry, count(*) as row_count, sum(net_amount) as amount
from purchases
group by order_date
"""
