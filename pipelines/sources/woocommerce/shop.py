"""A WooCommerce shop as a source: its days, its changes, and its own list and count."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections import Counter
from typing import TYPE_CHECKING, Any

from pipelines import contract
from pipelines.business_days import days_between, midnight, stretches
from pipelines.contract.orders import ORDER_STATUSES
from pipelines.errors import SettingsError
from pipelines.settings.secrets import secret
from pipelines.sources.source import Batch, Changes, SlowAudit, Source
from pipelines.sources.woocommerce import WooCommerceSource, catalogue, tally
from pipelines.sources.woocommerce.client import ShopApi
from pipelines.sources.woocommerce.reading import OrderReader
from pipelines.sources.woocommerce.rules import instant, local_day, rows_of
from pipelines.sources.woocommerce.statuses import StatusTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from pipelines.settings import Settings
    from pipelines.sources.woocommerce.client import Row
    from pipelines.sources.woocommerce.reading import Orders
    from pipelines.sources.woocommerce.tally import Day

log = logging.getLogger("klantwaarde")

# A first reading lands this much at a time, and goes on from there after a stop.
PAGES_IN_BATCH = 10

ORDER_TABLES = ("orders", "order_lines", "refunds", "tax_lines")


class WooCommerce(Source, Changes, SlowAudit):
    """One shop.

    Attributes:
        warnings: What a person should know about the source and can mend; also logged.
    """

    def __init__(self, settings: Settings) -> None:
        section = settings.source
        assert isinstance(section, WooCommerceSource)
        if "@" in section.url or "?" in section.url:
            # Not shown: it may hold the key.
            raise SettingsError("source.url: must be an address only, without a key, a password or a question mark.")
        self.warnings: list[str] = []
        self._settings = settings
        self._zone = settings.zone
        self._statuses = StatusTable(section.statuses)
        self._rates = section.exchange_rates
        self._api = ShopApi(
            section.url,
            secret("source.consumer_key_env", section.consumer_key_env, "the consumer key", "ck_"),
            secret("source.consumer_secret_env", section.consumer_secret_env, "the consumer secret", "cs_"),
            section.page_size,
        )
        self._reader = OrderReader(self._api)
        self._counted: dict[dt.date, Day] = {}
        self._currencies: dict[str, set[int]] = {}
        self._other_clock: Counter[bool] = Counter()

    def close(self) -> None:
        """Close the connections to the shop."""
        self._api.close()

    def read_placed(self, start: dt.date, end: dt.date) -> Iterator[Batch]:
        """Orders placed on these days with all their parts; a batch holds whole days, and some ten pages if it can."""
        first, held = start, dict[int, Any]()
        for page in self._reader.pages_placed(*self._instants(start, end)):
            held |= {row["id"]: row for row in page}
            last = self._day(page[-1]) if page else first
            if len(held) >= PAGES_IN_BATCH * self._api.page_size and last > first:
                yield self._days(first, last, {key: row for key, row in held.items() if self._day(row) < last})
                first, held = last, {key: row for key, row in held.items() if self._day(row) >= last}
        yield self._days(first, end, held)
        self._warn()

    def read_changed(self, since: dt.datetime, until: dt.datetime) -> Iterator[Batch]:
        """Orders changed in the window, whatever day they were placed on.

        An order in the bin is among them, as cancelled, so that its day is seen to have changed; the shop's own list
        does not have it, and so the night reads the day again, without it.
        """
        if since >= until:
            return
        for status in ("any", "trash"):
            for orders in self._reader.changed(since, until, status):
                yield self._batch(orders)
        self._warn()

    def read_keyed(self, since: dt.datetime | None = None) -> Iterator[Batch]:
        """Accounts and products, whole: the shop cannot tell which accounts have changed."""
        del since
        if self._rates:
            first_day = self._settings.shop.start_date
            rates = [{"currency": code, "rate_date": first_day, "rate": rate} for code, rate in self._rates.items()]
            yield Batch({"exchange_rates": _arrow(contract.EXCHANGE_RATES, rates)})
        for table, pages in (
            (contract.CUSTOMERS, catalogue.customers(self._api)),
            (contract.PRODUCTS, catalogue.products(self._api)),
        ):
            for rows in pages:
                yield Batch({table.name: _arrow(table, rows)})

    def list_ids(self, start: dt.date, end: dt.date) -> pa.Table:
        """`order_date` and `order_id` of the orders that the shop lists on these days."""
        import pyarrow as pa

        counted = self._count_days(start, end)
        rows = [(day, order_id) for day, tallied in counted.items() for order_id in sorted(tallied.order_ids)]
        return pa.table(
            {
                "order_date": pa.array([day for day, _ in rows], pa.date32()),
                "order_id": pa.array([order_id for _, order_id in rows], pa.string()),
            }
        )

    def count(self, start: dt.date, end: dt.date) -> pa.Table:
        """The count of what the shop lists on these days."""
        rows = [
            {"order_date": day, "entry": "read", "row_count": tallied.row_count, "amount": tallied.amount}
            for day, tallied in self._count_days(start, end).items()
        ]
        return _arrow(contract.SOURCE_COUNTS, rows)

    def count_orders(self, start: dt.date, end: dt.date) -> int | None:
        """The number of orders that the shop lists on these days; None if its host strips the header that says it."""
        return self._reader.count(*self._instants(start, end))

    def list_refunds(self) -> pa.Table:
        """`order_id` and `refund_id` of every refund that the shop has; those of orders in the bin are among them."""
        import pyarrow as pa

        found = self._reader.refund_ids()
        return pa.table(
            {
                "order_id": pa.array([str(order_id) for order_id in found.values()], pa.string()),
                "refund_id": pa.array([str(refund_id) for refund_id in found], pa.string()),
            }
        )

    def _days(self, start: dt.date, end: dt.date, listed: dict[int, Row]) -> Batch:
        orders = self._reader.placed(*self._instants(start, end), listed)
        self._counted |= tally.by_day(orders, days_between(start, end), self._zone)
        return self._batch(orders)

    def _batch(self, orders: Orders) -> Batch:
        tables: dict[str, list[Row]] = {name: [] for name in ORDER_TABLES}
        for order_id, order in orders.whole.items():
            self._look_at(order)
            for name, rows in rows_of(order, orders.refunds.get(order_id, []), self._statuses, self._zone).items():
                tables[name] += rows
        return Batch({name: _arrow(contract.TABLES[name], rows) for name, rows in tables.items()})

    def _count_days(self, start: dt.date, end: dt.date) -> dict[dt.date, Day]:
        """What the shop counts on these days; asked for once a night, since a day just read is counted already."""
        for first, after_last in stretches(set(days_between(start, end)) - self._counted.keys()):
            window = self._instants(first, after_last)
            orders = self._reader.placed(*window, is_whole=False)
            self._counted |= tally.by_day(orders, days_between(first, after_last), self._zone)
        return {day: self._counted[day] for day in days_between(start, end)}

    def _instants(self, start: dt.date, end: dt.date) -> tuple[dt.datetime, dt.datetime]:
        return midnight(start, self._zone), midnight(end, self._zone)

    def _day(self, order: Row) -> dt.date:
        return local_day(order, self._zone)

    def _look_at(self, order: Row) -> None:
        """Remember what a person should hear of."""
        if order["currency"] != self._settings.shop.currency:
            self._currencies.setdefault(order["currency"], set()).add(order["id"])
        placed = instant(order["date_created_gmt"]).replace(tzinfo=dt.UTC).astimezone(self._zone)
        self._other_clock[placed.replace(tzinfo=None) != instant(order["date_created"])] += 1

    def _warn(self) -> None:
        """Say what was met so far; a text replaces the earlier one about the same."""
        texts = [
            f"{_orders(ids, 'has', 'have')} the status {raw!r}, not known here: in quarantine until the shop's "
            f'file says what it means: below [source.statuses] write {_key(raw)} = "paid", or another of '
            f"{', '.join(ORDER_STATUSES)}."
            for raw, ids in sorted(self._statuses.unknown.items())
        ]
        texts += [
            f"{_orders(ids, 'is', 'are')} in {currency}, and WooCommerce keeps no exchange rates: write one below "
            f"[source.exchange_rates] of the shop's file: {currency} = units of {self._settings.shop.currency} for one."
            for currency, ids in sorted(self._currencies.items())
            if currency not in self._rates
        ]
        if self._other_clock[True] > self._other_clock[False]:
            texts.append(
                f"{self._other_clock[True]:,} of {self._other_clock.total():,} orders have another local time in the "
                f"shop than in shop.timezone = {self._settings.shop.timezone!r}. Days will differ from the shop's own "
                "reports: compare with Settings > General > Timezone in WordPress."
            )
        for text in texts:
            if text not in self.warnings:
                log.warning("%s", text)
        self.warnings[:] = texts


def _orders(ids: set[int], one: str, more: str) -> str:
    return f"1 order {one}" if len(ids) == 1 else f"{len(ids):,} orders {more}"


def _key(status: str) -> str:
    """A status as a key of TOML."""
    return status if status.replace("-", "").replace("_", "").isalnum() else json.dumps(status)


def _arrow(table: contract.Table, rows: Iterable[Row]) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist(list(rows), schema=table.delivered_schema())
