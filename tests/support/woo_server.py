"""A WooCommerce shop of the tests, on 127.0.0.1: recorded answers of a real one, paged and filtered as that does.

The recording (`tests/sources/woocommerce_recorded/`) is of WooCommerce 10.9.1: `before.jsonl` is the shop on one night,
`changes.jsonl` what is different, new or gone on the next. What a real shop does that nobody would guess is done here
too: bounds that leave out their own second, a `Z` that shifts them, the bin that no list has, a page past the end that
says there are no pages.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import ssl
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

RECORDED = Path(__file__).parent.parent / "sources" / "woocommerce_recorded"
ZONE = ZoneInfo("Europe/Amsterdam")

# As invented as the buyers; no text, log or file of a run may hold them.
KEY = "ck_0123456789abcdef0123456789abcdef01234567"
SECRET = "cs_76543210fedcba9876543210fedcba9876543210"

STATUSES = ("pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "checkout-draft")

Row = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]


class Refused(Exception):
    """An answer with a code of its own."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        body = {"code": code, "message": message, "data": {"status": status}}
        self.answer: Answer = (status, {"Content-Type": "application/json"}, json.dumps(body).encode())


@dataclass
class Shop:
    """What the shop has, and how it behaves.

    Attributes:
        tables: Rows by table (`orders`, `refunds`, `customers`, `products`, `variations`) and id.
        requests: The paths asked for so far, with their parameters.
        trouble: Called before each answer with the number of the request, its path and its parameters. It may change
            the shop, or return another answer.
        is_on_posts: Orders lie among WordPress's posts: a page past the end keeps the true totals.
    """

    tables: dict[str, dict[int, Row]]
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    trouble: Callable[[int, str, dict[str, str]], Answer | None] = lambda *_: None
    is_on_posts: bool = False
    has_totals: bool = True
    url: str = ""

    def pass_a_day(self) -> None:
        """Make it the shop of the second night."""
        for row in _read("changes.jsonl"):
            table = self.tables[row["table"]]
            if row.get("gone"):
                table.pop(row["id"], None)
            else:
                table[row["id"]] = row

    def answer(self, path: str, asked: dict[str, str], authorization: str) -> Answer:
        self.requests.append((path, asked))
        try:
            troubled = self.trouble(len(self.requests), path, asked)
            if troubled is not None:
                return troubled
            _authorize(authorization)
            return self._list(path, asked)
        except Refused as refused:
            return refused.answer

    def _list(self, path: str, asked: dict[str, str]) -> Answer:
        page, size = int(asked.get("page", "1")), int(asked.get("per_page", "10"))
        if not 1 <= size <= 100 or page < 1:
            raise Refused(400, "rest_invalid_param", "Invalid parameter(s): per_page")
        rows = self._found(path, asked)
        total, pages = len(rows), -(-len(rows) // size)
        shown = rows[(page - 1) * size : page * size]
        if not shown and not self.is_on_posts:
            total = pages = 0
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        if self.has_totals:
            headers |= {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
        if "_fields" in asked:
            shown = [{name: row[name] for name in asked["_fields"].split(",") if name in row} for row in shown]
        return 200, headers, json.dumps([{k: v for k, v in row.items() if k != "table"} for row in shown]).encode()

    def _found(self, path: str, asked: dict[str, str]) -> list[Row]:
        """The rows of a list in its order; stable, with ties by id."""
        table, is_wanted = self._table(path, asked)
        rows = [row for row in self.tables[table].values() if is_wanted(row)]
        if "include" in asked:
            chosen = {int(number) for number in asked["include"].split(",")}
            rows = [row for row in rows if row["id"] in chosen]
        stamp = {"date": "date_created_gmt", "modified": "date_modified_gmt"}.get(asked.get("orderby", "date"), "id")
        rows.sort(key=lambda row: (row.get(stamp) or "", row["id"]) if stamp != "id" else row["id"])
        return rows if asked.get("order", "desc") == "asc" else rows[::-1]

    def _table(self, path: str, asked: dict[str, str]) -> tuple[str, Callable[[Row], bool]]:
        if path == "orders":
            statuses = asked.get("status", "any").split(",")
            unknown = [s for s in statuses if s not in ("any", "trash", *STATUSES)]
            if unknown:
                raise Refused(400, "rest_invalid_param", "Invalid parameter(s): status")
            return path, lambda row: _has_status(row, statuses) and _is_within(row, asked)
        if path == "refunds":
            return path, lambda row: _is_within(row, asked)
        if path == "customers":
            # It takes modified_after, and ignores it.
            return path, lambda row: asked.get("role") == "all" or row["role"] == "customer"
        if path == "products":
            in_bin = asked.get("status") == "trash"
            return path, lambda row: (row["status"] == "trash") == in_bin
        if path.startswith("products/") and path.endswith("/variations"):
            return "variations", lambda row: row["parent_id"] == int(path.split("/")[1])
        raise Refused(404, "rest_no_route", "No route was found matching the URL and request method.")


def recorded_shop() -> Shop:
    """The shop as it was recorded on the first night."""
    tables: dict[str, dict[int, Row]] = {}
    for row in _read("before.jsonl"):
        tables.setdefault(row["table"], {})[row["id"]] = row
    return Shop(tables)


@contextmanager
def served(shop: Shop, certificate: Path | None = None) -> Iterator[Shop]:
    """The shop on a port of this machine, by https if it has a certificate; `shop.url` is its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body in one packet: two wait for each other.
        wbufsize = -1

        def do_GET(self) -> None:
            parts = urllib.parse.urlsplit(self.path)
            asked = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
            path = parts.path.removeprefix("/wp-json/wc/v3/")
            status, headers, body = shop.answer(path, asked, self.headers.get("Authorization", ""))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    shop.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()


def web_page(status: int, text: str, **headers: str) -> Answer:
    """An answer of something that is no shop."""
    return status, {"Content-Type": "text/html", **headers}, text.encode()


def _read(name: str) -> Iterator[Row]:
    with (RECORDED / name).open(encoding="utf-8") as file:
        yield from (json.loads(text) for text in file)


def _authorize(authorization: str) -> None:
    key, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    if key != KEY:
        raise Refused(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
    if secret != SECRET:
        raise Refused(401, "woocommerce_rest_authentication_error", "Consumer secret is invalid.")


def _has_status(row: Row, statuses: list[str]) -> bool:
    """`any` leaves out the bin and drafts of the checkout, also beside other statuses."""
    if "any" in statuses:
        return row["status"] not in ("trash", "checkout-draft")
    return row["status"] in statuses


def _is_within(row: Row, asked: dict[str, str]) -> bool:
    for name, stamp, sign in (
        ("after", "date_created", 1),
        ("before", "date_created", -1),
        ("modified_after", "date_modified", 1),
        ("modified_before", "date_modified", -1),
    ):
        if name in asked:
            is_gmt = asked.get("dates_are_gmt") in ("true", "1")
            column = f"{stamp}_gmt" if is_gmt else stamp
            # A refund's own stamp of change is not in its row.
            value = row.get(column) or row[f"date_created{'_gmt' if is_gmt else ''}"]
            if sign * (dt.datetime.fromisoformat(value) - _bound(asked[name])).total_seconds() <= 0:
                return False
    return True


def _bound(text: str) -> dt.datetime:
    """A bound with a suffix is turned into the shop's local time, and then taken for what the filter compares."""
    bound = dt.datetime.fromisoformat(text)
    return bound if bound.tzinfo is None else bound.astimezone(ZONE).replace(tzinfo=None)
