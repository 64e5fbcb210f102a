"""What a shop's refusal means and what to do, for each way in which an answer can be wrong. No text holds a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests import exceptions

if TYPE_CHECKING:
    from requests import Response

_WHERE = "WooCommerce > Settings > Advanced > REST API"
_SHOWN = 80


def refuse(url: str, response: Response) -> str | None:
    """Why this answer holds no rows, or None if it may."""
    if 300 <= response.status_code < 400:
        where = response.headers.get("Location", "an address it does not name").partition("/wp-json")[0]
        return f"{url}: sends us on to {where}. Write the address that the shop ends up at as source.url."
    body = _json_object(response)
    if response.status_code in (401, 403):
        return f"{url}: {_denied(response, body)}"
    if response.status_code == 404 and body.get("code") != "rest_no_route":
        return (
            f"{url}: there is no WordPress API at this address (404). Check source.url: the address of the shop's home "
            "page, with its folder if it is in one; and that Settings > Permalinks is not 'Plain'."
        )
    if response.status_code == 404:
        path = response.request.path_url.partition("?")[0].partition("/wc/v3")[2]
        return (
            f"{url}: WordPress is there, but has no {path} of WooCommerce. Is WooCommerce switched on in this site, "
            "and up to date?"
        )
    if response.status_code >= 400:
        said = f"{body.get('code', 'no reason given')}: {body.get('message', '')}"[: 3 * _SHOWN]
        return f"{url}: refuses {response.request.path_url} with {response.status_code} ({said})."
    if not _is_json(response):
        return (
            f"{url}: answers a web page instead of JSON{_beginning(response)}. Something stands before the shop: a "
            "maintenance page, a firewall, a proxy or a login. Let this machine pass to /wp-json/wc/v3."
        )
    return None


def without_answer(url: str, path: str, error: exceptions.RequestException) -> str:
    """Why there is no answer, after all attempts."""
    if isinstance(error, exceptions.SSLError):
        return (
            f"{url}: its certificate is not accepted: {_cause(error)}. Renew it, or correct the address; nothing was "
            "sent."
        )
    if isinstance(error, exceptions.HTTPError) and error.response is not None:
        status = error.response.status_code
        if status == 429:
            return (
                f"{url}: asks to slow down (429) at each attempt. Lower source.page_size, or let the shop's host allow "
                "more requests; the next run goes on where this one stopped."
            )
        return (
            f"{url}: fails at /{path} with {status} at each attempt{_beginning(error.response)}. Look into the shop's "
            "own error log. If it runs out of time or memory, lower source.page_size; the next run goes on where this "
            "one stopped."
        )
    if isinstance(error, exceptions.Timeout):
        return f"{url}: did not answer /{path} in time, at each attempt. Lower source.page_size, or run again later."
    return f"{url}: cannot be reached or breaks off at /{path}: {_cause(error)}. Check source.url and the connection."


def _denied(response: Response, body: dict[str, Any]) -> str:
    """WooCommerce answers alike to a wrong key and to none at all, but tells a wrong secret."""
    code, message = str(body.get("code", "")), str(body.get("message", ""))[:_SHOWN]
    status = response.status_code
    if code == "woocommerce_rest_authentication_error":
        return (
            f"knows the consumer key, but refuses it ({status}: {message}). Either the consumer secret is wrong, or "
            f"the key may only write: make one with permission 'Read' in {_WHERE}."
        )
    if status == 403 and code:
        return (
            f"the key's user may not see {response.request.path_url.partition('?')[0]} ({status}: {message}). Make the "
            f"key in {_WHERE} for a user who is shop manager or administrator, with permission 'Read'."
        )
    if code:
        return (
            f"does not know the consumer key ({status}: {message}). Check the environment variables that hold key and "
            "secret. If they are right, the web server takes the Authorization header away before WordPress sees it: "
            "its host has to pass it on."
        )
    return (
        f"something before the shop refuses us ({status}{_beginning(response)}): a firewall, a security plug-in or a "
        "password on the site. Let this machine pass to /wp-json/wc/v3."
    )


def _json_object(response: Response) -> dict[str, Any]:
    if response.status_code < 400 or not _is_json(response):
        return {}
    try:
        body = response.json()
    except exceptions.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


def _is_json(response: Response) -> bool:
    return "json" in response.headers.get("Content-Type", "").lower()


def _beginning(response: Response) -> str:
    text = " ".join(response.text[: 4 * _SHOWN].split())[:_SHOWN]
    return f" (it begins: {text})" if text else ""


def _cause(error: BaseException) -> str:
    """The innermost reason: the outer ones repeat the address."""
    inner: BaseException = error
    while inner.args and isinstance(inner.args[0], BaseException):
        inner = inner.args[0]
    reason = getattr(inner, "reason", None)
    return str(reason or inner).partition(">: ")[2] or str(reason or inner)
