"""A WooCommerce shop, read by its REST API (version 3).

client     the API: pages of rows, read with dlt
refusals   what a wrong answer means, and what to do
reading    orders read whole while the shop goes on
statuses   what each status of an order means
rules      what an order, its lines and its refunds are in the contract
catalogue  accounts and products
tally      the shop's own count of its days
shop       the source: days, changes and counts
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pydantic import Field, field_validator

from pipelines.contract.orders import ORDER_STATUSES
from pipelines.settings.sections import did_you_mean
from pipelines.settings.source_kinds import SourceKind, SourceSection

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.sources.source import Source

_LOOPBACK = ("http://127.0.0.1", "http://localhost", "http://[::1]")


class WooCommerceSource(SourceSection):
    """`[source]` of a WooCommerce shop."""

    url: str
    """Address of the shop's home page, such as `https://shop.example`, with its folder if it is in one."""

    consumer_key_env: str = "WOOCOMMERCE_KEY"
    """Name of the environment variable that holds the consumer key, which begins with `ck_`."""

    consumer_secret_env: str = "WOOCOMMERCE_SECRET"
    """Name of the environment variable that holds the consumer secret, which begins with `cs_`."""

    page_size: int = Field(default=100, ge=1, le=100)
    """Rows asked for at once. Lower it if the shop's host runs out of time or memory."""

    statuses: dict[str, str] = Field(default=dict[str, str]())
    """Table `[source.statuses]`: what a status of the shop means, in the contract's words, such as `backordered =
    "paid"`. It adds to the [built-in table](shops/woocommerce.md#statuses), or overrides it. When it changes, the next
    night reads the whole history again."""

    exchange_rates: dict[str, Decimal] = Field(default=dict[str, Decimal]())
    """Table `[source.exchange_rates]`: units of the shop's currency for one of another that orders are in, such as
    `USD = 0.92`. WooCommerce keeps no rates; one counts for all days."""

    @field_validator("url")
    @classmethod
    def _home_page(cls, value: str) -> str:
        if not value.startswith(("https://", *_LOOPBACK)):
            raise ValueError("must begin with https://, since the key would travel readable otherwise")
        if "/wp-json" in value:
            raise ValueError("must be the address of the shop's home page, without /wp-json")
        return value.rstrip("/")

    @field_validator("statuses")
    @classmethod
    def _words_of_the_contract(cls, value: dict[str, str]) -> dict[str, str]:
        for name, meaning in value.items():
            if meaning not in ORDER_STATUSES:
                raise ValueError(
                    f"{name} = {meaning!r}: must be one of {', '.join(ORDER_STATUSES)}"
                    f"{did_you_mean(meaning, set(ORDER_STATUSES))}"
                )
        return {name.removeprefix("wc-"): meaning for name, meaning in value.items()}

    def row_rules(self) -> list[Any]:
        """What each status means."""
        return sorted(self.statuses.items())


def _open(settings: Settings) -> Source:
    # Late: a shop of another kind needs none of it.
    from pipelines.sources.woocommerce.shop import WooCommerce

    return WooCommerce(settings)


KIND = SourceKind(
    WooCommerceSource,
    _open,
    "A WooCommerce shop, by its REST API. [Its page](shops/woocommerce.md) says which rights the key needs.",
)
