import datetime as dt

import pyarrow as pa
import pytest

from pipelines.errors import SettingsError
from pipelines.extraction import extract
from pipelines.extraction.own_people import mark_own_orders
from pipelines.landing import store
from pipelines.settings import load_settings
from pipelines.settings.definitions import Definitions
from tests.support.memory_source import MemoryShop, whole_order
from tests.support.shops import make_settings

NOW = dt.datetime(2024, 3, 1, 1, 30)
DAY = dt.date(2024, 1, 2)
ORDERS = [("A", "jan@shop.nl"), ("B", "jan@mail.shop.nl"), ("C", "eve@example.nl"), ("D", None)]


@pytest.mark.parametrize(
    ("email", "order_type", "expected"),
    [
        ("jan@shop.nl", None, "staff"),
        (" Jan@SHOP.nl ", "sale", "staff"),
        ("jan@shop.nl", "exchange", "exchange"),
        ("jan@mail.shop.nl", "sale", "sale"),
        ("jan@example.nl", None, None),
        ("shop.nl", "sale", "sale"),
        (None, "sale", "sale"),
    ],
)
def test_an_order_from_an_own_address_is_staffs(email, order_type, expected):
    rows = orders(email, order_type, None)
    marked = mark_own_orders(rows, Definitions(staff_email_domains=("shop.nl",)))
    assert marked.to_pylist() == [{"order_type": expected, "is_test": None, "customer_email": email}]


@pytest.mark.parametrize(
    ("email", "is_test", "expected"),
    [
        (" Jan@TEST.nl ", False, True),
        ("jan@test.nl", None, True),
        ("jan@mail.test.nl", False, False),
        ("jan@example.nl", True, True),
        ("jan@example.nl", None, None),
        (None, False, False),
    ],
)
def test_an_order_from_an_address_of_testers_is_a_test(email, is_test, expected):
    rows = orders(email, "sale", is_test)
    marked = mark_own_orders(rows, Definitions(test_email_domains=("test.nl",)))
    assert marked.to_pylist() == [{"order_type": "sale", "is_test": expected, "customer_email": email}]


def orders(email, order_type, is_test):
    return pa.table(
        {
            "order_type": pa.array([order_type], pa.string()),
            "is_test": pa.array([is_test], pa.bool_()),
            "customer_email": pa.array([email], pa.string()),
        }
    )


@pytest.mark.parametrize(
    ("setting", "is_marked"),
    [
        ("staff_email_domains", lambda row: row["order_type"] == "staff"),
        ("test_email_domains", lambda row: row["is_test"]),
    ],
)
def test_another_list_reads_the_whole_history_again(tmp_path, setting, is_marked):
    shop = MemoryShop(*(whole_order(name, "2024-01-02 10:00", customer_email=email) for name, email in ORDERS))

    def night(*domains):
        settings = make_settings(tmp_path, shop={"as_of": dt.date(2024, 1, 20)}, definitions={setting: domains})
        done = extract.extract_changes(settings, shop, NOW)
        rows = store.read_day(settings, "orders", DAY)
        return DAY in done.read_days, [row["order_id"] for row in rows.to_pylist() if is_marked(row)]

    assert night() == (True, [])
    assert night("shop.nl") == (True, ["A"])
    assert night("mail.shop.nl", "shop.nl") == (True, ["A", "B"])
    assert night("shop.nl", "mail.shop.nl")[1] == ["A", "B"]
    assert night() == (True, [])


@pytest.mark.parametrize("setting", ["staff_email_domains", "test_email_domains"])
@pytest.mark.parametrize("domain", ["jan@shop.nl", "shop", "Shop.nl", ""])
def test_what_is_no_domain_is_refused(tmp_path, setting, domain):
    file = tmp_path / "shop.toml"
    file.write_text(
        '[shop]\nid = "s"\ncurrency = "EUR"\ntimezone = "Europe/Amsterdam"\nstart_date = 2024-01-01\n'
        f'[source]\nkind = "demo"\n[definitions]\n{setting} = ["{domain}"]\n'
    )
    with pytest.raises(SettingsError, match=setting):
        load_settings(file)
