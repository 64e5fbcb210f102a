"""What the demo shop sells, and what it pays for it over time."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal

from pipelines.sources.demo.amounts import ZERO, VatClass, cents
from pipelines.sources.demo.chance import Dice

# Title, category, price in euro for a Dutch consumer, pack; a pack of its own is a variant.
_ARTICLES = (
    ("Espresso bonen", "coffee", "8.95", "250"),
    ("Espresso bonen", "coffee", "29.95", "1000"),
    ("Filterkoffie Ethiopië", "coffee", "10.50", "250"),
    ("Filterkoffie Ethiopië", "coffee", "34.50", "1000"),
    ("Decaf Colombia", "coffee", "9.75", ""),
    ("Proefpakket vier branders", "coffee", "27.50", ""),
    ("Earl Grey", "tea", "6.95", ""),
    ("Sencha", "tea", "8.25", ""),
    ("Rooibos", "tea", "5.95", ""),
    ("Theeproeverij", "tea", "19.95", ""),
    ("Cold brew 6 blikjes", "drinks", "12.90", ""),
    ("Ginger beer 4 flesjes", "drinks", "9.40", ""),
    ("Het grote koffieboek", "books", "32.99", ""),
    ("Thee in honderd kopjes", "books", "24.99", ""),
    ("Cappuccinokop", "tableware", "12.95", ""),
    ("Theepot gietijzer", "tableware", "49.95", ""),
    ("Espressoglazen, 4 stuks", "tableware", "21.95", ""),
    ("Handgedraaide mok", "tableware", "28.00", ""),
    ("Handgedraaide kan", "tableware", "64.00", ""),
    ("Percolator", "equipment", "39.95", ""),
    ("Melkopschuimer", "equipment", "54.95", ""),
    ("Koffiemolen", "equipment", "119.00", ""),
    ("Espressomachine", "equipment", "449.00", ""),
    ("Pour-over set", "equipment", "34.95", ""),
    ("Keukenweegschaal", "equipment", "29.95", ""),
    ("Waterfilter", "equipment", "17.49", ""),
    ("Zonnepaneel voor het balkon", "solar", "329.00", ""),
    ("Workshop koffieproeven", "workshops", "49.00", ""),
)
# What is in a box, each worth its own price; of a coffee the smallest pack.
BUNDLES = {
    "Theeproeverij": ("Earl Grey", "Sencha", "Rooibos"),
    "Proefpakket vier branders": ("Espresso bonen", "Filterkoffie Ethiopië", "Decaf Colombia"),
    "Pour-over set": ("Filterkoffie Ethiopië", "Waterfilter"),
}
_VAT_CLASSES: dict[str, VatClass] = {"coffee": "reduced", "tea": "reduced", "drinks": "reduced", "books": "reduced"}
_POPULARITY = {"coffee": 9.0, "tea": 5.0, "drinks": 2.0, "books": 1.0, "tableware": 2.0, "equipment": 1.0}
_DEPOSIT = Decimal("0.15")
_PIECES_PER_PACK = {"Cold brew 6 blikjes": 6, "Ginger beer 4 flesjes": 4}


@dataclass(frozen=True)
class Product:
    """One article.

    Attributes:
        price: Of one piece for a consumer in the Netherlands, in euro with tax.
        weight: How often it is bought by somebody without a taste; 0: on demand only.
        deposit: Statiegeld on one piece.
        costs: What one piece costs the shop from a day on; empty: nobody knows.
        has_dated_costs: The shop keeps what the article cost before; else only today's cost is known.
    """

    product_id: str
    variant_id: str
    title: str
    category: str
    vat_class: VatClass
    price: Decimal
    weight: float
    deposit: Decimal
    costs: tuple[tuple[dt.date, Decimal], ...]
    has_dated_costs: bool

    @property
    def sku(self) -> str:
        """Stock keeping unit."""
        return "-".join(filter(None, (self.product_id.upper(), self.variant_id)))

    def cost_on(self, day: dt.date) -> Decimal | None:
        """What one piece costs on a day."""
        position = bisect_right([first for first, _ in self.costs], day) - 1
        return self.costs[position][1] if position >= 0 else None


@dataclass(frozen=True)
class Catalogue:
    """All articles."""

    products: tuple[Product, ...]

    def basket(self, dice: Dice, taste: str, count: int) -> list[Product]:
        """So many different articles, mostly of one category."""
        left = [product for product in self.products if product.weight]
        found = []
        for _ in range(count):
            product = dice.pick(left, [p.weight * (4 if p.category == taste else 1) for p in left])
            left.remove(product)
            found.append(product)
        return found

    def named(self, title: str) -> Product:
        """The first article of that name."""
        return next(product for product in self.products if product.title == title)


def draw_catalogue(seed: int, start: dt.date, until: dt.date) -> Catalogue:
    """The articles, with the costs set before a day."""
    products: list[Product] = []
    for number, (title, category, price, pack) in enumerate(_ARTICLES):
        is_same = bool(products) and products[-1].title == title
        vat_class: VatClass = "zero" if category == "solar" else _VAT_CLASSES.get(category, "standard")
        products.append(
            Product(
                product_id=products[-1].product_id if is_same else f"p{number + 1:02d}",
                variant_id=pack,
                title=title,
                category=category,
                vat_class=vat_class,
                price=Decimal(price),
                weight=_POPULARITY.get(category, 0.3 if category == "solar" else 0.0) / (1 + float(price) / 60),
                deposit=_DEPOSIT * _PIECES_PER_PACK.get(title, 0),
                costs=() if title.startswith("Handgedraaide") else _costs(Dice(seed, 2, number), price, start, until),
                has_dated_costs=category != "books",
            )
        )
    return Catalogue(tuple(products))


def _costs(dice: Dice, price: str, start: dt.date, until: dt.date) -> tuple[tuple[dt.date, Decimal], ...]:
    """A first cost from before the start, and a new one once or twice a year, mostly a higher one."""
    cost = Decimal(price) * Decimal(str(round(dice.between(0.30, 0.55), 3)))
    day = start - dt.timedelta(days=30)
    costs = []
    while day < until:
        costs.append((day, max(cents(cost), ZERO)))
        cost *= Decimal(str(round(dice.between(0.98, 1.08), 3)))
        day += dt.timedelta(days=dice.whole(150, 420))
    return tuple(costs)
