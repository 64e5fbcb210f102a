"""The first reading of a WooCommerce shop, beside a bare dlt pipeline that lands the same pages as Parquet.

    python -m tests.bench.woo reading|dlt <url> <folder>

prints, as JSON on the last line, what one of them cost; `measure` runs both against a shop of copies of the recorded
orders, each in a process of its own.
"""

from __future__ import annotations

import bisect
import datetime as dt
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.parse
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import Process, Queue
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.extraction import extract
from pipelines.landing import store
from pipelines.settings import PROJECT_ROOT, load_settings
from pipelines.sources.source import open_source
from pipelines.sources.woocommerce.reading import COUNTED_FIELDS, ORDER_FIELDS
from tests.support.woo_server import KEY, SECRET, recorded_shop

if TYPE_CHECKING:
    from collections.abc import Sequence

START, AS_OF = dt.date(2022, 1, 1), dt.date(2025, 1, 1)

SETTINGS = """
[shop]
id = "woo"
currency = "EUR"
timezone = "Europe/Amsterdam"
start_date = {start}
as_of = {as_of}

[source]
kind = "woocommerce"
url = "{url}"
exchange_rates = {{USD = 1}}
"""


def measure(orders: int) -> dict[str, dict[str, float]]:
    """Seconds and memory of our reading and of the bare pipeline, over the same shop."""
    ports: Queue[int] = Queue()
    server = Process(target=_serve, args=(orders, ports), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ports.get(timeout=300)}"
    try:
        with tempfile.TemporaryDirectory() as folder:
            return {what: _measured(what, url, f"{folder}/{what}") for what in ("dlt", "reading")}
    finally:
        server.terminate()


def _measured(what: str, url: str, folder: str) -> dict[str, float]:
    environment = {**os.environ, "WOOCOMMERCE_KEY": KEY, "WOOCOMMERCE_SECRET": SECRET}
    environment["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.woo", what, url, folder],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _read(url: str, folder: Path) -> int:
    """The night's extract stage on an empty home."""
    config = folder / "woo.toml"
    config.write_text(SETTINGS.format(start=START, as_of=AS_OF, url=url))
    settings = load_settings(config, folder / "home")
    with closing(open_source(settings)) as source:
        extract.extract_changes(settings, source, dt.datetime(2025, 1, 1, 1, 30))
    return sum(store.read_day(settings, "orders", day).num_rows for day in store.landed_days(settings))


def _bare(url: str, folder: Path) -> int:
    """dlt alone, as its documentation shows it."""
    import dlt
    from dlt.sources.helpers.rest_client import RESTClient
    from dlt.sources.helpers.rest_client.auth import HttpBasicAuth

    from pipelines.sources.woocommerce.client import WooPages

    client = RESTClient(f"{url}/wp-json/wc/v3", auth=HttpBasicAuth(KEY, SECRET), data_selector="$")

    @dlt.resource(name="orders", write_disposition="replace")
    def pages() -> Any:
        asked = {"per_page": 100, "orderby": "date", "order": "asc", "_fields": ",".join(ORDER_FIELDS)}
        yield from client.paginate("orders", params=asked, paginator=WooPages())

    pipeline = dlt.pipeline(
        "bare",
        destination=dlt.destinations.filesystem(f"file://{folder}/landed"),
        dataset_name="woo",
        pipelines_dir=str(folder / "state"),
    )
    pipeline.run(pages(), loader_file_format="parquet")
    trace: Any = pipeline.last_trace
    return int(trace.last_normalize_info.row_counts["orders"])


def _serve(orders: int, ports: Queue[int]) -> None:
    """Copies of the recorded orders over three years, every answer made beforehand."""
    recorded = [row for row in recorded_shop().tables["orders"].values() if row["status"] not in ("trash",)]
    recorded = [row for row in recorded if not row["refunds"]]
    begin, step = dt.datetime(2021, 12, 31, 23), (AS_OF - START) / orders
    stamps: list[str] = []
    # As a list of ids, as it is counted, and whole.
    texts: list[tuple[bytes, ...]] = []
    for number in range(orders):
        stamp = (begin + number * step).replace(microsecond=0)
        local = stamp.isoformat()
        order = {
            **recorded[number % len(recorded)],
            "id": number + 1,
            **dict.fromkeys(("date_created_gmt", "date_modified_gmt", "date_created"), local),
        }
        stamps.append(local)
        texts.append(
            tuple(
                json.dumps({name: order[name] for name in fields}).encode()
                for fields in (("id",), COUNTED_FIELDS, ORDER_FIELDS)
            )
        )

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            parts = urllib.parse.urlsplit(self.path)
            asked = dict(urllib.parse.parse_qsl(parts.query))
            is_orders = parts.path.endswith("/orders")
            chosen: Sequence[int] = ()
            if is_orders and "include" in asked:
                chosen = [int(number) - 1 for number in asked["include"].split(",")]
            elif is_orders:
                last = bisect.bisect_left(stamps, asked.get("before", "9"))
                chosen = range(bisect.bisect_right(stamps, asked.get("after", "")), last)
            size, page = int(asked["per_page"]), int(asked.get("page", "1"))
            fields = asked.get("_fields", "").count(",")
            kind = 0 if fields == 0 else 1 if fields + 1 == len(COUNTED_FIELDS) else 2
            body = b"[" + b",".join(texts[key][kind] for key in chosen[(page - 1) * size : page * size]) + b"]"
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-WP-Total", str(len(chosen)))
            self.send_header("X-WP-TotalPages", str(-(-len(chosen) // size)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ports.put(server.server_port)
    server.serve_forever()


def main() -> None:
    logging.disable(logging.WARNING)
    what, url, name = sys.argv[1:]
    folder = Path(name)
    folder.mkdir(parents=True, exist_ok=True)
    begin = time.perf_counter()
    count = {"reading": _read, "dlt": _bare}[what](url, folder)
    wall = time.perf_counter() - begin
    usage = resource.getrusage(resource.RUSAGE_SELF)
    figures = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / 1024, "orders": count}
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
