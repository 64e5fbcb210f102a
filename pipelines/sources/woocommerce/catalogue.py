"""Accounts and products of a WooCommerce shop, as rows of the contract's tables by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.sources.woocommerce.rules import Row, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.sources.woocommerce.client import ShopApi

_CUSTOMER_FIELDS = ("id", "date_created_gmt", "date_modified_gmt", "email", "billing", "shipping")
_PRODUCT_FIELDS = ("id", "name", "sku", "status", "type", "categories")
_VARIATION_FIELDS = ("id", "name", "sku", "status")


def customers(api: ShopApi) -> Iterator[list[Row]]:
    """Every account, page by page: also those of staff, who buy too, and of whom `role` would leave out some.

    The shop takes a date of change for accounts, and ignores it.
    """
    for page in api.pages("customers", _CUSTOMER_FIELDS, role="all", orderby="id", order="asc"):
        yield [_customer(account) for account in page]


def products(api: ShopApi) -> Iterator[list[Row]]:
    """Every product and its variations, page by page; those in the bin have been sold as well."""
    for status in ("any", "trash"):
        for page in api.pages("products", _PRODUCT_FIELDS, status=status, orderby="id", order="asc"):
            yield [row for product in page for row in _product(api, product)]


def _customer(account: Row) -> Row:
    return {
        "customer_id": str(account["id"]),
        "created_at": instant(account["date_created_gmt"]) if account["date_created_gmt"] else None,
        "email": account["email"] or None,
        "country": account["billing"].get("country") or account["shipping"].get("country") or None,
        "updated_at": instant(account["date_modified_gmt"]) if account["date_modified_gmt"] else None,
    }


def _product(api: ShopApi, product: Row) -> Iterator[Row]:
    own = {
        "product_id": str(product["id"]),
        "variant_id": "",
        "sku": product["sku"] or None,
        "title": product["name"],
        "category": product["categories"][0]["name"] if product["categories"] else None,
        "is_active": product["status"] == "publish",
    }
    yield own
    if product["type"].startswith("variable") and product["status"] != "trash":
        path = f"products/{product['id']}/variations"
        for variation in api.rows(path, _VARIATION_FIELDS, orderby="id", order="asc"):
            yield {
                **own,
                "variant_id": str(variation["id"]),
                "sku": variation["sku"] or None,
                "title": f"{product['name']} - {variation['name']}",
                "is_active": own["is_active"] and variation["status"] == "publish",
            }
