"""The till of the demo shop: lines, discounts, shipping and tax of one order, adding up to the cent."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from pipelines.sources.demo.amounts import ZERO, Terms, VatClass
from pipelines.sources.demo.catalogue import Product
from pipelines.sources.demo.lives import Part, Row


class Checkout:
    """One order being put together.

    Attributes:
        goods: The products at what is paid for them.
        shipping: What is paid for shipping.
        lines: Rows of order_lines.
    """

    def __init__(self, order_id: str, terms: Terms) -> None:
        self._order_id = order_id
        self._terms = terms
        self._taxes: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
        self._total = self._line_discounts = self._order_discount = self._shipping_net = self._fees = ZERO
        self.goods: list[Part] = []
        self.shipping = Part(None, None, 1, ZERO, ZERO, ZERO)
        self.lines: list[Row] = []

    def sell(self, product: Product, quantity: int, discount: Decimal, cost_day: dt.date | None = None) -> None:
        """Add an article; with `cost_day` the line says what the article costs that day."""
        value = self._terms.price(product.price, product.vat_class, quantity, discount)
        line = self._line("product", product.title, value.net, value.tax, value.rate)
        line |= {
            "product_id": product.product_id,
            "variant_id": product.variant_id or None,
            "sku": product.sku,
            "category": product.category,
            "quantity": quantity,
            "list_net_amount": value.list_net,
            "discount_net_amount": value.list_net - value.net,
            "unit_cost_amount": product.cost_on(cost_day) if cost_day else None,
        }
        self._line_discounts += value.list_net - value.net
        self.goods.append(Part(line["line_id"], product, quantity, value.net, value.tax, value.rate))
        if product.deposit:
            deposit = self._line("deposit", "Statiegeld", product.deposit * quantity)
            deposit["quantity"] = quantity

    def take_off(self, share: Decimal) -> None:
        """Take a share off all products, as a discount on the order that its lines do not show."""
        for part in self.goods if share else ():
            net, tax = self._terms.part(part.net, part.tax, part.rate, share)
            part.net, part.tax = part.net - net, part.tax - tax
            self._order_discount += net
            self._add(-net, -tax, part.rate)

    def sell_card(self, price: Decimal, voucher_kind: str) -> Decimal:
        """Add a gift card; returns what it is worth when it pays: with tax, or without if that is paid now."""
        if voucher_kind == "multi_purpose":
            net, tax, rate = price, ZERO, None
        else:
            value = self._terms.price(price, "standard")
            net, tax, rate = value.net, value.tax, value.rate
        line = self._line("gift_card", "Cadeaubon" if rate is None else "Bon workshop", net, tax, rate)
        line["voucher_kind"] = voucher_kind
        return net

    def charge(self, line_type: str, title: str, amount: Decimal) -> None:
        """Add a line that bears no tax, in the order's currency: tip, duty, rounding."""
        self._line(line_type, title, amount)

    def charge_taxed(self, line_type: str, title: str, price: Decimal) -> None:
        """Add a line with tax; the price is in euro, as of an article."""
        value = self._terms.price(price, "standard")
        self._line(line_type, title, value.net, value.tax, value.rate)

    def ship(self, price: Decimal, is_line: bool) -> None:
        """Charge shipping, on the order or as a line; taxed as the goods are if all of these are taxed alike."""
        classes: set[VatClass] = {part.product.vat_class for part in self.goods if part.product}
        vat_class: VatClass = "reduced" if classes == {"reduced"} else "standard"
        value = self._terms.price(price, vat_class)
        self.shipping = Part(None, None, 1, value.net, value.tax, value.rate)
        if is_line:
            self.shipping.line_id = self._line("shipping", "Verzending", value.net, value.tax, value.rate)["line_id"]
        else:
            self._shipping_net = value.net
            self._add(value.net, value.tax, value.rate)

    def add_fee(self, price: Decimal) -> None:
        """Charge a fee on the order; the price is in euro, as of an article."""
        value = self._terms.price(price, "standard")
        self._fees += value.net
        self._add(value.net, value.tax, value.rate)

    @property
    def total(self) -> Decimal:
        """What the buyer owes, to the cent."""
        return self._total.quantize(Decimal("0.01"))

    def amounts(self) -> Row:
        """The amounts of the order's row."""
        return {
            "total_gross_amount": self.total,
            "tax_amount": sum(self._taxes.values(), ZERO),
            "shipping_net_amount": self._shipping_net,
            "fee_net_amount": self._fees,
            "discount_net_amount": self._line_discounts + self._order_discount,
            "undistributed_discount_net_amount": self._order_discount,
        }

    def tax_lines(self) -> list[Row]:
        """Rows of tax_lines: one for each rate."""
        country = self._terms.country
        return [
            {
                "order_id": self._order_id,
                "tax_line_no": number,
                "tax_rate": rate,
                "country": country,
                "tax_amount": amount,
            }
            for number, (rate, amount) in enumerate(sorted(self._taxes.items()), start=1)
        ]

    def _line(self, line_type: str, title: str, net: Decimal, tax: Decimal = ZERO, rate: Decimal | None = None) -> Row:
        line: Row = {
            "order_id": self._order_id,
            "line_id": str(len(self.lines) + 1),
            "title": title,
            "quantity": 1,
            "net_amount": net,
            "discount_net_amount": ZERO,
            "tax_amount": tax,
            "tax_rate": rate,
            "line_type": line_type,
        }
        self.lines.append(line)
        self._add(net, tax, rate)
        return line

    def _add(self, net: Decimal, tax: Decimal, rate: Decimal | None) -> None:
        self._total += net + tax
        if rate is not None:
            self._taxes[rate] += tax
