"""Bundles: lines as they were sold; what is in them says what a customer cares for, where the shop wants it."""

from __future__ import annotations

from typing import Any

from tests.conformance.cases.case import THIRD_CHOICES, Case, case, comes_to, person
from tests.support.builders import line, order


def _breakfast(name: str, pins: str, anna: str, bert: str, settings: dict[str, Any] | None = None) -> Case:
    """Two buy a set of 60, of which three quarters are tea, beside tea of its own and jam; each spent most on this."""
    return case(
        name,
        pins,
        settings=settings,
        rows={
            "orders": [order("A", total=120), order("B", total=175, customer_id="bert")],
            "order_lines": [
                line("A", "1", 60, product_id="set", category="sets"),
                line("A", "2", 5, product_id="tin"),
                line("A", "3", 55, category="jam"),
                line("B", "1", 60, product_id="set", category="sets"),
                line("B", "2", 40, product_id="tin"),
                line("B", "3", 75, category="jam"),
            ],
            "products": [{"product_id": "tin", "category": "tea"}, {"product_id": "cup", "category": "cups"}],
            "bundle_components": [
                {"product_id": "set", "component_product_id": "tin", "value_rate": 3},
                {"product_id": "set", "component_product_id": "cup", "value_rate": 1},
            ],
        },
        orders={"A": comes_to(gross=120, net=120), "B": comes_to(gross=175, net=175)},
        lines={("A", "1"): {"net": 60}, ("A", "2"): {"net": 5}, ("B", "1"): {"net": 60}, ("B", "2"): {"net": 40}},
        days={"2024-03-01": (2, 295)},
        customers={"anna": person(1, 120, top_category=anna), "bert": person(1, 175, top_category=bert)},
    )


BUNDLES = [
    _breakfast(
        "bundle_as_sold",
        "Bundles: a line is what was sold, and so is what its buyer spent on",
        anna="sets",
        bert="jam",
    ),
    _breakfast(
        "bundle_exploded",
        "Bundles: a shop may look at what is in them; the lines and their money stay as they were sold",
        anna="jam",
        bert="tea",
        settings=THIRD_CHOICES,
    ),
]
