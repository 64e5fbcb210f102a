"""A WooCommerce shop that misbehaves as real ones do: nothing is lost, nothing comes twice, each fault has a name."""

from __future__ import annotations

import base64
import datetime as dt
import traceback
from contextlib import closing

import pytest

from pipelines.errors import SettingsError, SourceError
from pipelines.landing import store
from pipelines.settings import load_settings
from pipelines.sources.source import open_source
from pipelines.sources.woocommerce import client
from tests.sources.woo import delivered, listed_from, woo_settings
from tests.support import nights
from tests.support.woo_server import KEY, RECORDED, SECRET, Refused, recorded_shop, served, web_page

RATES = "[source.exchange_rates]\nUSD = 0.5"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(client, "BACKOFF_SECONDS", 0.0)


@pytest.fixture
def shop():
    with served(recorded_shop()) as shop:
        yield shop


@pytest.fixture
def settings(tmp_path, shop, monkeypatch):
    return june(tmp_path, shop, monkeypatch)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The digests of a first night without trouble."""
    with served(recorded_shop()) as shop, pytest.MonkeyPatch.context() as patch:
        settings = june(tmp_path_factory.mktemp("woo"), shop, patch)
        nights.extract(settings)
        return store.landed_days(settings)


def june(folder, shop, monkeypatch, as_of="2026-07-01", **settings):
    """The shop's 28 orders of June, five to a page."""
    given = {"start_date": "2026-06-01", "page_size": 5, "sections": RATES, **settings}
    return woo_settings(folder, shop, monkeypatch, as_of, **given)


def at_order_pages(*numbers):
    """Whether a request is one of the first pages of orders, by their numbers."""
    seen = iter(range(1, 10_000))
    return lambda path: path == "orders" and next(seen) in numbers


TROUBLE = {
    "asked to slow down": lambda answer: (429, {"Content-Type": "text/html", "Retry-After": "0"}, b"slow down"),
    "a fault in the middle": lambda answer: web_page(500, "<html>There has been a critical error"),
    "a gateway that gave up": lambda answer: web_page(504, "<html>Gateway time-out"),
    "a body that breaks off": lambda answer: (200, answer[1], answer[2][:-500]),
    "a connection that breaks off": lambda answer: (200, {**answer[1], "Content-Length": "9999999"}, answer[2]),
    "a page without its last rows": lambda answer: (200, answer[1], answer[2][: answer[2].rindex(b',{"id"')] + b"]"),
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_fault_that_passes_leaves_no_trace(settings, shop, undisturbed, trouble):
    is_hit, honest = at_order_pages(2, 9), shop._list

    def answer(number, path, asked):
        if is_hit(path):
            body = honest(path, asked)
            result = TROUBLE[trouble](body)
            if "Content-Length" in result[1]:
                result[1]["Connection"] = "close"
            return result
        return None

    shop.trouble = answer
    nights.extract(settings)
    assert store.landed_days(settings) == undisturbed


def test_an_order_deleted_between_two_pages_pulls_no_other_out_of_sight(settings, shop):
    """The next order moves to the page that was read already; the shop's own total tells."""

    def delete_the_first(number, path, asked):
        if asked.get("page") == "2" and 50 in shop.tables["orders"]:
            del shop.tables["orders"][50]

    before = {row["order_id"] for row in delivered(settings)["orders"]}
    shop.trouble = delete_the_first
    nights.extract(settings)
    assert {row["order_id"] for row in landed(settings)} == before - {"50"}


@pytest.mark.parametrize("request_number", [2, 8, 14, 20])
def test_an_order_edited_while_it_is_read_comes_whole_in_one_of_its_states(
    settings, shop, request_number, tmp_path, monkeypatch, plain
):
    """Whatever the moment, what lands is what the shop counts, and the next night has the newest state."""
    order = shop.tables["orders"][141]

    def edit(number, path, asked):
        if number == request_number:
            line = {**order["line_items"][0], "total": "11.51"}
            changed = {"line_items": [line, *order["line_items"][1:]], "date_modified_gmt": "2026-07-01T02:30:00"}
            shop.tables["orders"][141] = {**order, **changed}

    shop.trouble = edit
    nights.extract(settings)
    nights.validate(settings)
    shop.trouble = lambda *_: None
    later = june(tmp_path, shop, monkeypatch, "2026-07-02")
    nights.extract(later)
    assert store.landed_days(later) == read_first(june(tmp_path / "fresh", shop, monkeypatch, "2026-07-02"))


def test_a_list_of_changes_that_loses_one_order_and_gains_another_hides_none(tmp_path, shop, monkeypatch):
    """It is as long as the shop's total at the end, and lacks an order: the next to the one that is gone."""
    nights.extract(woo_settings(tmp_path, shop, monkeypatch))
    shop.pass_a_day()
    seen = []

    def go_on(number, path, asked):
        if "modified_after" in asked and asked.get("page") == "2" and not seen:
            seen.append(number)
            shop.tables["orders"][134]["date_modified_gmt"] = "2026-11-21T02:20:00"
            shop.tables["orders"][36]["status"] = "trash"

    shop.trouble = go_on
    later = woo_settings(tmp_path, shop, monkeypatch, "2026-11-21", page_size=5)
    nights.extract(later)
    assert seen
    shop.trouble = lambda *_: None
    assert store.landed_days(later) == read_first(woo_settings(tmp_path / "fresh", shop, monkeypatch, "2026-11-21"))


def test_a_refund_deleted_while_its_order_is_read_does_not_come_along(tmp_path, shop, monkeypatch):
    def delete(number, path, asked):
        if path == "refunds" and 164 in shop.tables["refunds"]:
            del shop.tables["refunds"][164]
            order = shop.tables["orders"][162]
            shop.tables["orders"][162] = {**order, "refunds": [row for row in order["refunds"] if row["id"] != 164]}

    shop.trouble = delete
    tables = delivered(june(tmp_path, shop, monkeypatch, "2026-07-10"))
    assert {row["refund_id"] for row in tables["refunds"] if row["order_id"] == "162"} == {"163"}


def test_a_shop_that_never_stands_still_is_an_error(settings, shop):
    def edit(number, path, asked):
        shop.tables["orders"][50]["date_modified_gmt"] = f"2026-11-20T00:00:{number % 60:02}"

    shop.trouble = edit
    with pytest.raises(SourceError, match="kept changing while they were read 5 times"):
        delivered(settings)


def test_a_night_that_failed_half_way_goes_on_where_it_stopped(tmp_path, shop, undisturbed, monkeypatch):
    settings = june(tmp_path, shop, monkeypatch, page_size=2)

    def fail_late(number, path, asked):
        is_late = path == "orders" and asked.get("page") == "12"
        return web_page(500, "<html>There has been a critical error") if is_late else None

    shop.trouble = fail_late
    with pytest.raises(SourceError, match="fails at /orders with 500 at each attempt"):
        nights.extract(settings)
    assert len(store.landed_days(settings)) > 14
    shop.trouble, shop.requests[:] = (lambda *_: None), []
    nights.extract(settings)
    assert store.landed_days(settings) == undisturbed
    assert min(listed_from(shop)) > "2026-06-14"


def test_a_first_reading_that_stopped_goes_on_where_it_stopped_on_a_census_night_too(tmp_path, shop, monkeypatch):
    settings = june(tmp_path, shop, monkeypatch, "2026-07-05", page_size=2)
    assert settings.as_of_date.isoweekday() == settings.extract.census_weekday
    shop.trouble = lambda _, path, asked: web_page(500, "") if path == "orders" and asked.get("page") == "12" else None
    with pytest.raises(SourceError):
        nights.extract(settings)
    shop.trouble, shop.requests[:] = (lambda *_: None), []
    nights.extract(settings)
    assert min(listed_from(shop)) > "2026-06-14"
    assert store.landed_days(settings) == read_first(june(tmp_path / "fresh", shop, monkeypatch, "2026-07-05"))


def test_old_orders_deleted_for_good_are_missed_by_their_number_alone(settings, shop, tmp_path, monkeypatch):
    nights.extract(settings)
    for order_id in (51, 150):
        del shop.tables["orders"][order_id]
    later = june(tmp_path, shop, monkeypatch, "2026-07-02")
    shop.requests.clear()
    nights.extract(later)
    fetched = {key for path, asked in shop.requests if path == "orders" for key in asked.get("include", "").split(",")}
    assert store.landed_days(later) == read_first(june(tmp_path / "fresh", shop, monkeypatch, "2026-07-02"))
    # The days of the two hold no other order, and those of the last days are few.
    assert len(fetched) < 15


def test_in_the_doubled_hour_of_autumn_no_change_is_lost(settings, shop):
    """The shop stamps a change in its first half an hour ahead; the look-back of days covers it."""
    # Changed at 00:40 UTC, stamped 01:40; another one at 01:10, with the right stamp, and read by an earlier night.
    for order_id, stamp in ((134, "2026-10-25T01:40:00"), (135, "2026-10-25T01:10:00")):
        order = shop.tables["orders"][order_id]
        shop.tables["orders"][order_id] = {**order, "status": "completed", "date_modified_gmt": stamp}
    with closing(open_source(settings)) as source:
        since = dt.datetime(2026, 10, 25, 1, 40) - dt.timedelta(days=settings.extract.look_back_days)
        changed = [row for batch in source.read_changed(since, dt.datetime(2026, 10, 26)) for row in ids(batch)]
    assert {"134", "135"} <= set(changed)


def test_an_unknown_status_goes_into_quarantine_with_the_line_to_add(
    settings, shop, tmp_path, monkeypatch, caplog, plain
):
    for key in (142, 143):
        shop.tables["orders"][key] = {**shop.tables["orders"][key], "status": "ready-to-ship"}
    # Called like a word of the contract, and not known for all that.
    shop.tables["orders"][145] = {**shop.tables["orders"][145], "status": "paid"}
    nights.take_in(settings)
    assert nights.query(settings, "select order_id from raw.orders where order_id in ('142', '143', '145')") == []
    assert "2 orders have the status 'ready-to-ship'" in caplog.text
    assert 'below [source.statuses] write ready-to-ship = "paid"' in caplog.text
    assert "1 order has the status 'paid'" in caplog.text
    known = RATES + '\n[source.statuses]\nready-to-ship = "paid"\npaid = "authorised"'
    nights.take_in(june(tmp_path, shop, monkeypatch, sections=known))
    found = nights.query(
        settings, "select status from raw.orders where order_id in ('142', '143', '145') order by order_id"
    )
    assert found == [("paid",), ("paid",), ("authorised",)]


def test_another_meaning_of_a_status_reads_the_whole_history_again(settings, shop, tmp_path, monkeypatch):
    nights.extract(settings)
    other = june(tmp_path, shop, monkeypatch, sections='[source.statuses]\nprocessing = "authorised"')
    nights.extract(other)
    statuses = {row["status"] for row in landed(other) if row["status_raw"] == "processing"}
    assert statuses == {"authorised"}


def test_a_zone_that_contradicts_the_shops_and_a_second_currency_are_said(tmp_path, shop, monkeypatch, caplog):
    settings = woo_settings(tmp_path, shop, monkeypatch)
    delivered(settings)
    assert (
        "2 orders are in USD, and WooCommerce keeps no exchange rates: write one below [source.exchange_rates]"
        in caplog.text
    )
    assert "another local time" not in caplog.text
    path = settings.config_path
    path.write_text(path.read_text().replace("Europe/Amsterdam", "America/New_York"))
    delivered(load_settings(path, tmp_path / "home"))
    assert " orders have another local time in the shop than in shop.timezone = 'America/New_York'" in caplog.text


def refused(status, code, message):
    return Refused(status, code, message).answer


MESSAGES = {
    "no WordPress there": (web_page(404, "<html>Not found"), "there is no WordPress API at this address"),
    "no WooCommerce in it": (refused(404, "rest_no_route", "No route was found"), "has no /orders"),
    "moved": (
        web_page(301, "", Location="https://www.shop.example/wp-json/wc/v3/orders?page=1"),
        "sends us on to https://www.shop.example. Write the address",
    ),
    "no right to see orders": (
        refused(403, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
        "the key's user may not see /wp-json/wc/v3/",
    ),
    "a key that may only write": (
        refused(401, "woocommerce_rest_authentication_error", "The API key provided does not have read permissions."),
        "does not have read permissions.). Either the consumer secret is wrong, or the key may only write",
    ),
    "a firewall": (web_page(403, "<html><title>Access denied"), "something before the shop refuses us (403"),
    "a page of a proxy": (
        web_page(200, "<html>Please log in to the wifi"),
        "answers a web page instead of JSON (it be",
    ),
    "no list": ((200, {"Content-Type": "application/json"}, b'{"ok": true}'), "something else than a list"),
    "too fast": (web_page(429, "", **{"Retry-After": "0"}), "asks to slow down (429) at each attempt"),
    "broken": (web_page(503, "<html>Briefly unavailable"), "with 503 at each attempt (it begins: <html>Briefly"),
    "another refusal": (
        refused(400, "rest_invalid_param", "Invalid parameter(s): orderby"),
        "with 400 (rest_invalid_param: Invalid parameter(s): orderby)",
    ),
}


@pytest.mark.parametrize("what", MESSAGES)
def test_each_wrong_answer_has_a_message_of_its_own(settings, shop, what):
    answer, words = MESSAGES[what]
    shop.trouble = lambda *_: answer
    with pytest.raises(SourceError) as error:
        delivered(settings)
    assert words in str(error.value)
    assert str(error.value).startswith(shop.url)
    whole = "".join(traceback.format_exception(error.value))
    assert not any(secret in whole for secret in (KEY, SECRET, base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()))


@pytest.mark.parametrize(
    ("key", "secret", "words"),
    [
        ("ck_wrong", SECRET, "does not know the consumer key (401: Sorry, you cannot list resources.)"),
        (KEY, "cs_wrong", "refuses it (401: Consumer secret is invalid.). Either the consumer secret is wrong"),
    ],
)
def test_a_wrong_key_and_a_wrong_secret_are_told_apart(settings, monkeypatch, key, secret, words):
    monkeypatch.setenv("WOOCOMMERCE_KEY", key)
    monkeypatch.setenv("WOOCOMMERCE_SECRET", secret)
    with pytest.raises(SourceError) as error:
        delivered(settings)
    assert words in str(error.value)


def test_an_address_where_nobody_listens_is_said(tmp_path, monkeypatch):
    with served(recorded_shop()) as shop:
        settings = woo_settings(tmp_path, shop, monkeypatch)
    with pytest.raises(SourceError, match=r"cannot be reached or breaks off at /orders: .*onnection refused"):
        delivered(settings)


def test_an_expired_certificate_is_said_at_once_and_nothing_is_sent(tmp_path, monkeypatch):
    certificate = RECORDED / "expired.pem"
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with served(recorded_shop(), certificate) as shop:
        with pytest.raises(SourceError, match=r"its certificate is not accepted: .*certificate has expired"):
            delivered(june(tmp_path, shop, monkeypatch))
        assert shop.requests == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://shop.example", "must begin with https://"),
        ("shop.example", "must begin with https://"),
        ("https://shop.example/wp-json/wc/v3", "without /wp-json"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused_before_anything_is_sent(tmp_path, shop, monkeypatch, url, words):
    shop.url = url
    with pytest.raises(SettingsError) as error:
        woo_settings(tmp_path, shop, monkeypatch)
    assert words in str(error.value)


def test_a_status_that_is_no_word_of_the_contract_is_refused(tmp_path, shop, monkeypatch):
    with pytest.raises(SettingsError, match=r"did you mean 'cancelled'"):
        woo_settings(tmp_path, shop, monkeypatch, sections='[source.statuses]\nlost = "canceled"')


@pytest.mark.parametrize("setting", ["consumer_key_env", "consumer_secret_env"])
def test_a_secret_in_the_shops_file_is_refused_and_not_repeated(settings, setting):
    value = KEY if setting == "consumer_key_env" else SECRET
    path = settings.config_path
    path.write_text(path.read_text().replace("page_size", f'{setting} = "{value}"\npage_size'))
    with pytest.raises(SettingsError) as error:
        open_source(load_settings(path))
    assert f"source.{setting}: must be the name of an environment variable" in str(error.value)
    assert value not in str(error.value)


def test_a_secret_in_the_address_is_refused_and_not_repeated(settings, shop):
    path = settings.config_path
    path.write_text(path.read_text().replace("http://", f"http://127.0.0.1:{SECRET}@"))
    with pytest.raises(SettingsError) as error:
        open_source(load_settings(path))
    assert SECRET not in str(error.value)


@pytest.mark.parametrize(
    ("value", "words"), [("", "this environment variable is not set"), (SECRET, "does not hold the consumer key")]
)
def test_a_variable_without_a_key_is_said_by_name(settings, monkeypatch, value, words):
    monkeypatch.setenv("WOOCOMMERCE_KEY", value)
    with pytest.raises(SettingsError) as error:
        open_source(settings)
    assert str(error.value).startswith(f"WOOCOMMERCE_KEY: {words}")
    assert SECRET not in str(error.value)


def ids(batch):
    return batch.tables["orders"].column("order_id").to_pylist()


def landed(settings):
    days = store.landed_days(settings)
    return [row for day in days for row in store.read_day(settings, "orders", day).to_pylist()]


def read_first(settings):
    """The digests of a first reading, in a home of its own."""
    nights.extract(settings)
    return store.landed_days(settings)
