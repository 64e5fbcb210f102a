"""The demo shop: a made-up Dutch webshop that has every trap of money and whose true figures are known.

It behaves as a live shop does: asked as of a later day, it gives back orders of old days that were edited, refunded,
paid, cancelled or deleted since, with a stamp that moved or, now and then, did not. The same seed gives the same shop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from pipelines import contract
from pipelines.errors import SourceError
from pipelines.settings.source_kinds import SourceKind, SourceSection
from pipelines.sources.source import Changes
from pipelines.sources.staged import StagedShop, within

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from pipelines.settings import Settings
    from pipelines.sources.demo.history import Parameters
    from pipelines.sources.source import Batch


class DemoSource(SourceSection):
    """`[source]` of the demo shop, which makes up its own orders."""

    # Ten thousand take some 20 seconds and 0.6 GB for three years: it is all made in memory, every time.
    customers: int = Field(default=2000, ge=0, le=20_000)
    """People who come to buy in the first three years, and as many again in every three years after."""

    seed: int = Field(default=1, ge=0)
    """The same seed gives the same shop, another seed another shop."""


class Demo(StagedShop, Changes):
    """The demo shop as a source."""

    def read_changed(self, since: dt.datetime, until: dt.datetime) -> Iterator[Batch]:
        """Orders whose own stamp moved in the window, whatever day they were placed on.

        As in many shops, a refund made elsewhere, a correction by hand or a deletion moves no stamp, and is not here.
        """
        if since >= until:
            return
        stamped = f"select order_id from orders where {within('updated_at', since, until)}"
        conditions = {table.name: f"order_id in ({stamped})" for table in contract.ORDER_TABLES}
        conditions["refunds"] += f" or (order_id is null and {within('refunded_at', since, until)})"
        yield from self._batches(self._settings.shop.start_date, self._settings.as_of_date, conditions)

    def _stage(self, db: duckdb.DuckDBPyConnection, folder: Path) -> None:  # noqa: ARG002
        import pyarrow as pa

        from pipelines.sources.demo.history import live
        from pipelines.sources.demo.shop import day_counts, tables

        as_of = self._settings.as_of_date
        history = live(parameters_of(self._settings), as_of)
        rows_by_table = {**tables(history, as_of), "day_counts": day_counts(history, as_of)}
        for name, rows in rows_by_table.items():
            table = contract.TABLES.get(name, contract.SOURCE_COUNTS)
            schema = table.delivered_schema()
            arrays = [pa.array([row.get(field.name) for row in rows], field.type) for field in schema]
            db.register("staged_rows", pa.table(arrays, schema=schema))
            db.execute(f"create table {name} as select * from staged_rows")
            db.unregister("staged_rows")


KIND = SourceKind(
    DemoSource,
    Demo,
    "A made-up Dutch webshop that sells until today, with every trap of money: refunds, edits, vouchers, currencies, "
    "taxes. `shop.currency` must be `EUR`.",
)


def parameters_of(settings: Settings) -> Parameters:
    """The parameters that a shop's settings name.

    Raises:
        SourceError: The shop's currency is not the euro.
    """
    from pipelines.sources.demo.history import Parameters

    source, shop = settings.source, settings.shop
    assert isinstance(source, DemoSource)
    if shop.currency != "EUR":
        raise SourceError(f"{settings.config_path}: shop.currency = {shop.currency!r}: the demo shop sells in EUR.")
    return Parameters(source.customers, source.seed, shop.start_date, shop.timezone)
