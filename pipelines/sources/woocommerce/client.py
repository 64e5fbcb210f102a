"""WooCommerce's web API, read with dlt: pages of rows, and what is wrong said in words.

dlt repeats a request that failed on the way (429, 5xx, a broken connection or body), and turns the pages. Only GET
requests are made. Import this module late: dlt takes a second.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

# dlt's own switch. Nothing here starts its telemetry; this holds if a later version does by itself.
os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")

from dlt.common.configuration.specs import RuntimeConfiguration
from dlt.common.jsonpath import compile_path
from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import HttpBasicAuth
from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator, SinglePagePaginator
from requests import exceptions

from pipelines.errors import SourceError
from pipelines.sources.woocommerce.refusals import refuse, without_answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlt.sources.helpers.rest_client.paginators import BasePaginator
    from requests import Response

Row = dict[str, Any]

# A page that fails is asked for this often, after 1, 2, 4 and 8 seconds; a shop that says Retry-After is obeyed.
ATTEMPTS = 5
BACKOFF_SECONDS = 1.0

# A page of a hundred orders takes a small host some seconds, and a busy one a minute.
TIMEOUT_SECONDS = 120

_WORTH_A_RETRY = (exceptions.ConnectionError, exceptions.Timeout, exceptions.ChunkedEncodingError)


class TruncatedBody(exceptions.ConnectionError):
    """An answer that calls itself JSON and breaks off."""


class WooPages(PageNumberPaginator):
    """Pages by number, until the last one that the shop's header names.

    `Link` is no use: behind a proxy it names another address. A page past the end says that there are no pages; it is
    asked for only if a host strips the header.
    """

    def __init__(self) -> None:
        super().__init__(base_page=1, total_path=None)

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Whether another page follows."""
        super().update_state(response, data)
        pages = _number(response, "X-WP-TotalPages")
        if pages is not None and self.current_value > pages:
            self._has_next_page = False


class ShopApi:
    """The API of one shop.

    Attributes:
        page_size: Rows in a page.
    """

    def __init__(self, url: str, key: str, secret: str, page_size: int) -> None:
        self.page_size = page_size
        self._url = url
        session = Client(
            request_timeout=TIMEOUT_SECONDS,
            raise_for_status=False,
            exceptions=(),
            retry_condition=_is_worth_a_retry,
            request_max_attempts=ATTEMPTS,
            request_backoff_factor=BACKOFF_SECONDS,
        ).session
        self._client = RESTClient(
            f"{url}/wp-json/wc/v3",
            auth=HttpBasicAuth(key, secret),
            session=session,
            # Compiled once: dlt does it for every page, which costs more than reading the page.
            data_selector=compile_path("$"),
            config=RuntimeConfiguration(),
        )
        self._session = session

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def pages(self, path: str, fields: Sequence[str] = (), **params: Any) -> Iterator[list[Row]]:
        """The rows of a list, page by page.

        Raises:
            SourceError: The shop refuses, cannot be reached, or answers something else than rows.
        """
        yield from (rows for rows, _ in self._pages(path, fields, params, self.page_size, WooPages()))

    def rows(self, path: str, fields: Sequence[str] = (), **params: Any) -> list[Row]:
        """All rows of a list, each once; see `pages`."""
        by_id = {row["id"]: row for page in self.pages(path, fields, **params) for row in page}
        return list(by_id.values())

    def by_id(self, path: str, ids: Sequence[int], fields: Sequence[str] = (), **params: Any) -> list[Row]:
        """The rows with these ids, as far as the shop has them."""
        found: list[Row] = []
        for first in range(0, len(ids), self.page_size):
            chosen = ",".join(str(number) for number in ids[first : first + self.page_size])
            found += self.rows(path, fields, include=chosen, **params)
        return found

    def total(self, path: str, **params: Any) -> int | None:
        """How many rows the shop itself says a list has; None if a host strips the header."""
        (answer,) = self._pages(path, ("id",), params, 1, SinglePagePaginator())
        return answer[1]

    def _pages(
        self, path: str, fields: Sequence[str], params: dict[str, Any], page_size: int, paginator: BasePaginator
    ) -> Iterator[tuple[list[Row], int | None]]:
        if fields:
            params = {**params, "_fields": ",".join(fields)}
        try:
            # Not redirected: another address would get the key as well, and most lose it on the way.
            for page in self._client.paginate(
                path,
                params={**params, "per_page": page_size},
                paginator=paginator,
                hooks={"response": [self._check]},
                allow_redirects=False,
            ):
                yield list(page), _number(page.response, "X-WP-Total")
        except exceptions.RequestException as error:
            raise SourceError(without_answer(self._url, path, error)) from None

    def _check(self, response: Response, *_: Any, **__: Any) -> None:
        """Raise what a wrong answer means. What a retry may cure is raised as an error of the connection."""
        # Read first: a connection whose answer is left unread is never given back. Not parsed: dlt does that, and a
        # page of orders is large.
        body = response.content.strip()
        if response.status_code == 429 or response.status_code >= 500:
            response.raise_for_status()
        refusal = refuse(self._url, response)
        if refusal:
            raise SourceError(refusal)
        if not body.startswith(b"["):
            raise SourceError(
                f"{self._url}: {response.request.path_url} answers something else than a list. Is a plug-in of the "
                "shop changing the answers of its REST API?"
            )
        if not body.endswith(b"]"):
            raise TruncatedBody(f"the answer breaks off after {len(response.content):,} bytes")


def _is_worth_a_retry(_: Response | None, error: BaseException | None) -> bool:
    """What passes by itself. A certificate does not."""
    return isinstance(error, _WORTH_A_RETRY) and not isinstance(error, exceptions.SSLError)


def _number(response: Response, header: str) -> int | None:
    value = response.headers.get(header, "")
    return int(value) if value.isdigit() else None
