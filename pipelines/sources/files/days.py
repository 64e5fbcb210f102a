"""The business day that each row of a folder's files lies on, and the count of rows by day, in SQL.

Works on the views `<table>_cast`, which hold the files' rows in the contract's types.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import contract, sql

if TYPE_CHECKING:
    from pipelines.settings import Settings

# The day of an order, for its parts. An order that is there twice may lie on two days: its parts lie on that of its
# newest version or, if the stamps do not say which that is, on the first.
_DAY_OF_PARTS = """
    if(
        count(updated_at) = count(*),
        first(order_date order by updated_at desc, order_date),
        min(order_date)
    )
"""
ORDER_DAYS = f"""
create table order_days as
select order_id, {_DAY_OF_PARTS} as order_date
from orders
where order_id is not null
group by order_id
"""


class Days:
    """Which business day each row lies on, in SQL."""

    # An order's parts go with it, but for money that went back when the shop's history had begun.
    _IS_EARLY = "coalesce(days.order_date < {start}, rows.is_order_before_start, false)"

    def __init__(self, settings: Settings) -> None:
        self._zone = sql.text(settings.shop.timezone)
        self._start = sql.date(settings.shop.start_date)
        self._today = sql.date(settings.as_of_date)

    def select(self, table: contract.Table) -> str:
        """The rows of `<table>_cast` with their `order_date` first."""
        columns = ", ".join(
            f"{self._IS_EARLY} as {name}".format(name=name, start=self._start)
            if name == "is_order_before_start"
            else f"rows.{name}"
            for name in table.column_names
        )
        return f"select {self._day(table)} as order_date, {columns} from {self._dated(table, 'order_days')}"

    def _money_rows(self, table: contract.Table) -> str:
        amount = contract.counted_amount(table.name, "rows.")
        return f"select {self._day(table)} as order_date, {amount} as amount from {self._dated(table, 'first_days')}"

    def count(self) -> str:
        """The table `day_counts`, made from the files' rows and not from what was stored for delivery."""
        return f"""
            create table day_counts as
            with placed as materialized (
                select
                    {self._day(contract.ORDERS)} as order_date,
                    rows.order_id,
                    rows.updated_at,
                    {contract.counted_amount("orders", "rows.")} as amount
                from {self._dated(contract.ORDERS, "")}
            ),

            first_days as (select order_id, {_DAY_OF_PARTS} as order_date from placed group by order_id),

            money_rows as (
                {" union all ".join(self._money_rows(table) for table in contract.MONEY_ROW_TABLES)}
            ),

            counted as (
                select order_date, count(*) as row_count, sum(amount) as amount
                from money_rows
                group by order_date
                union all
                select order_date, 0, sum(amount)
                from placed
                group by order_date
            )

            select order_date, 'read' as entry, sum(row_count) as row_count, sum(amount) as amount
            from counted
            group by order_date
        """

    def _dated(self, table: contract.Table, order_days: str) -> str:
        """From where to select a table's rows so that `_day` is known."""
        rows = f"{table.name}_cast as rows"
        if table is contract.ORDERS:
            return rows
        return f"{rows} left join {order_days} as days on rows.order_id = days.order_id"

    def _day(self, table: contract.Table) -> str:
        if table is contract.ORDERS:
            # Without a date, or from the future: on the first day, where validation finds it.
            own = self._local("placed_at")
            return f"if({own} <= {self._today}, {own}, {self._start})"
        if table is not contract.REFUNDS:
            return f"coalesce(days.order_date, {self._start})"
        own = self._local("refunded_at")
        return f"""
            case
                when days.order_date >= {self._start} or days.order_date is not null and {own} < {self._start}
                    then days.order_date
                when rows.order_id is null and {own} <= {self._today} then {own}
                when {own} >= {self._start} and {own} < {self._today} then {own}
                else {self._start}
            end
        """

    def _local(self, column: str) -> str:
        return f"(rows.{column} at time zone 'UTC' at time zone {self._zone})::date"
