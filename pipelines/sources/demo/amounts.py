"""Prices, VAT and rounding of the demo shop, exact to the cent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Literal

VatClass = Literal["standard", "reduced", "zero"]

ZERO = Decimal(0)
_CENT, _TEN_THOUSANDTH = Decimal("0.01"), Decimal("0.0001")

# What each country takes on most goods, on food and books, and on solar panels. A consumer in the EU pays the rate of
# his own country (OSS); outside the EU the sale is an export.
_VAT: dict[str, dict[VatClass, Decimal]] = {
    "NL": {"standard": Decimal("0.21"), "reduced": Decimal("0.09"), "zero": ZERO},
    "DE": {"standard": Decimal("0.19"), "reduced": Decimal("0.07"), "zero": ZERO},
    "BE": {"standard": Decimal("0.21"), "reduced": Decimal("0.06"), "zero": Decimal("0.21")},
    "FR": {"standard": Decimal("0.20"), "reduced": Decimal("0.055"), "zero": Decimal("0.20")},
}
CURRENCIES = {"GB": "GBP", "US": "USD", "CH": "CHF"}
# The shop's price lists in other currencies are set once, not by the day's rate.
_PRICE_LISTS = {"EUR": Decimal(1), "GBP": Decimal("0.88"), "USD": Decimal("1.10"), "CHF": Decimal("0.97")}


def cents(amount: Decimal) -> Decimal:
    """Rounded to the cent."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


def fine(amount: Decimal) -> Decimal:
    """Rounded to four decimals."""
    return amount.quantize(_TEN_THOUSANDTH, ROUND_HALF_UP)


def cut(amount: Decimal) -> Decimal:
    """Cut to four decimals."""
    return amount.quantize(_TEN_THOUSANDTH, ROUND_DOWN)


@dataclass(frozen=True)
class Value:
    """What something sells for: ex tax before and after discount, its tax and the tax rate."""

    list_net: Decimal
    net: Decimal
    tax: Decimal
    rate: Decimal


@dataclass(frozen=True)
class Terms:
    """How an order is priced and taxed.

    Attributes:
        country: Of delivery; its rates hold.
        is_business: Prices are shown ex tax, to four decimals.
        is_untaxed: The tax was paid before, when a single-purpose voucher was sold.
    """

    country: str
    is_business: bool = False
    is_untaxed: bool = False

    @property
    def currency(self) -> str:
        """The order's currency."""
        return CURRENCIES.get(self.country, "EUR")

    @property
    def is_in_eu(self) -> bool:
        """Whether VAT is due at all."""
        return self.country in _VAT

    @property
    def is_reverse_charge(self) -> bool:
        """The business abroad owes the tax."""
        return self.is_business and self.is_in_eu and self.country != "NL"

    @property
    def prices_include_tax(self) -> bool:
        """Prices were shown with tax."""
        return not (self.is_business or self.is_untaxed) and self.is_in_eu

    def rate(self, vat_class: VatClass) -> Decimal:
        """The rate of tax."""
        if self.is_reverse_charge or self.is_untaxed or not self.is_in_eu:
            return ZERO
        return _VAT[self.country][vat_class]

    def price(self, price: Decimal, vat_class: VatClass, quantity: int = 1, discount: Decimal = ZERO) -> Value:
        """What pieces cost under these terms.

        Args:
            price: Of one piece for a consumer in the Netherlands, in euro with tax.
            vat_class: Of the article.
            quantity: Pieces.
            discount: Share taken off.
        """
        rate = self.rate(vat_class)
        if self.prices_include_tax:
            list_price = price * quantity
            paid = cents(list_price * (1 - discount))
            tax = _included(paid, rate)
            return Value(list_price - _included(list_price, rate), paid - tax, tax, rate)
        in_list = price / (1 + _VAT["NL"][vat_class]) * _PRICE_LISTS[self.currency]
        list_net = (fine(in_list) if self.is_business else cents(in_list)) * quantity
        net = fine(list_net * (1 - discount))
        return Value(list_net, net, cents(net * rate), rate)

    def part(self, net: Decimal, tax: Decimal, rate: Decimal, share: Decimal) -> tuple[Decimal, Decimal]:
        """A share of an amount, as net and tax; the whole of it is exactly the amount."""
        if share == 1:
            return net, tax
        if self.prices_include_tax:
            paid = cents((net + tax) * share)
            part_tax = _included(paid, rate)
            return paid - part_tax, part_tax
        part_net = fine(net * share)
        return part_net, cents(part_net * rate)

    def in_currency(self, euros: Decimal) -> Decimal:
        """Roughly the same amount in the order's currency, to the cent: costs, tips, duties."""
        return cents(euros * _PRICE_LISTS[self.currency])


def _included(gross: Decimal, rate: Decimal) -> Decimal:
    return cents(gross * rate / (1 + rate))
