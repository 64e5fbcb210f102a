"""What is left of a folder's files without the orders that cannot be read, for a look at the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.sources.reading import casting
from pipelines.sources.reading.text_parquet import ROW

if TYPE_CHECKING:
    import duckdb

    from pipelines.sources.reading.rows import Rows


def leave_out(db: duckdb.DuckDBPyConnection, cast: dict[str, Rows], notation: casting.Notation) -> None:
    """Take from the views `<table>_cast` the rows with a value that cannot be read, and all other rows of their orders.

    An order without one of its lines would break rules that it keeps.

    Args:
        db: The scratch database with the views.
        cast: The rows of each table's file.
        notation: As the views were made with.
    """
    wrong = {
        name: query
        for name, rows in cast.items()
        if (query := casting.rows_with_uncastable_values(contract.TABLES[name], rows, notation))
    }
    names = [table.name for table in contract.ORDER_TABLES]
    orders = [f"select order_id from {name}_cast where {ROW} in ({wrong[name]})" for name in names if name in wrong]
    db.execute(
        "create table unreadable_orders as select distinct order_id "
        f"from ({' union all '.join(orders) or 'select null::varchar as order_id'}) where order_id is not null"
    )
    for name in cast:
        keep = [f"{ROW} not in ({wrong[name]})"] if name in wrong else []
        if name in names:
            keep.append("(order_id is null or order_id not in (select order_id from unreadable_orders))")
        if keep:
            db.execute(f"alter view {name}_cast rename to {name}_with_unreadable")
            db.execute(f"create view {name}_cast as from {name}_with_unreadable where {' and '.join(keep)}")
