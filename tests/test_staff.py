import datetime as dt

import pyarrow as pa
import pytest

from pipelines import extraction, landing
from pipelines.errors import SettingsError
from pipelines.settings import load_settings
from pipelines.staff import mark_staff_orders
from tests.memory_source import MemoryShop, order
from tests.shops import make_settings

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
    rows = pa.table(
        {"order_type": pa.array([order_type], pa.string()), "customer_email": pa.array([email], pa.string())}
    )
    assert mark_staff_orders(rows, ["shop.nl"]).column("order_type").to_pylist() == [expected]


def test_another_list_reads_the_whole_history_again(tmp_path):
    shop = MemoryShop(*(order(name, "2024-01-02 10:00", customer_email=email) for name, email in ORDERS))

    def night(*domains):
        settings = make_settings(
            tmp_path, shop={"as_of": dt.date(2024, 1, 20)}, definitions={"staff_email_domains": domains}
        )
        done = extraction.extract_changes(settings, shop, NOW)
        rows = landing.read_day(settings, "orders", DAY)
        return DAY in done.read_days, [row["order_id"] for row in rows.to_pylist() if row["order_type"] == "staff"]

    assert night() == (True, [])
    assert night("shop.nl") == (True, ["A"])
    assert night("mail.shop.nl", "shop.nl") == (True, ["A", "B"])
    assert night("shop.nl", "mail.shop.nl")[1] == ["A", "B"]
    assert night() == (True, [])


@pytest.mark.parametrize("domain", ["jan@shop.nl", "shop", "Shop.nl", ""])
def test_what_is_no_domain_is_refused(tmp_path, domain):
    file = tmp_path / "shop.toml"
    file.write_text(
        '[shop]\nid = "s"\ncurrency = "EUR"\ntimezone = "Europe/Amsterdam"\nstart_date = 2024-01-01\n'
        f'[source]\nkind = "demo"\n[definitions]\nstaff_email_domains = ["{domain}"]\n'
    )
    with pytest.raises(SettingsError, match="staff_email_domains"):
        load_settings(file)
