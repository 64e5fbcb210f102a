"""What is left of a shop's files without the orders that cannot be read, for a look at the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.sources.reading import wrong_values
from pipelines.sources.reading.text_parquet import FILE, ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from pipelines.sources.reading.notation import Notation
    from pipelines.sources.reading.rows import Rows


@dataclass(frozen=True)
class Cast:
    """What a view `<table>_cast` was made of.

    Attributes:
        files: The table's files.
        notation: How they are written.
    """

    files: Sequence[Rows]
    notation: Notation


def leave_out(db: duckdb.DuckDBPyConnection, cast: dict[str, Cast]) -> None:
    """Take from the views `<table>_cast` the rows with a value that cannot be read, and all other rows of their orders.

    An order without one of its lines would break rules that it keeps.

    Args:
        db: The scratch database with the views.
        cast: What they were made of, by table.
    """
    queries = {
        name: wrong_values.rows_with_uncastable_values(contract.TABLES[name], of.files, of.notation)
        for name, of in cast.items()
    }
    wrong = {name: f"({FILE}, {ROW}) in ({query})" for name, query in queries.items() if query}
    order_tables = [table.name for table in contract.ORDER_TABLES]
    orders = [f"select order_id from {name}_cast where {wrong[name]}" for name in order_tables if name in wrong]
    db.execute(
        "create table unreadable_orders as select distinct order_id "
        f"from ({' union all '.join(orders) or 'select null::varchar as order_id'}) where order_id is not null"
    )
    for name in cast:
        keep = [f"not ({wrong[name]})"] if name in wrong else []
        if name in order_tables:
            keep.append("(order_id is null or order_id not in (select order_id from unreadable_orders))")
        if keep:
            db.execute(f"alter view {name}_cast rename to {name}_with_unreadable")
            db.execute(f"create view {name}_cast as from {name}_with_unreadable where {' and '.join(keep)}")
