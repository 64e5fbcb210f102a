import datetime as dt

import pyarrow as pa
import pytest

from pipelines import contract
from pipelines.errors import SettingsError
from pipelines.extraction import extract
from pipelines.extraction.pseudonyms import EmailHasher
from pipelines.extraction.shared_addresses import SharedAddresses
from pipelines.landing import queries, store
from pipelines.settings import load_settings
from pipelines.settings.identity import Identity
from tests.support.memory_source import MemoryShop, whole_order
from tests.support.shops import make_settings

NOW = dt.datetime(2024, 3, 1, 1, 30)
DAY = dt.date(2024, 1, 2)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("info@example.com", "role"),
        ("info+nl@example.com", "role"),
        ("administratie@bakkerij.nl", "role"),
        ("bestelling@example.com", "role"),
        ("noreply@example.com", "role"),
        ("informatica@example.com", None),
        ("jan.info@example.com", None),
        ("jan@info.nl", None),
        ("2z3cbzpwighb6czjl27qkukdv5p2gc@verkopen.bol.com", "marketplace"),
        ("klant@bol.com", None),
        ("pp9qvc9r3gllqv2@marketplace.amazon.co.uk", "marketplace"),
        ("pp9qvc9r3gllqv2@marketplace.amazon.nl", "marketplace"),
        ("jan@amazon.nl", None),
        ("jan@ourmarketplace.amazon.nl", None),
        ("43ad1d549beae3625950@members.ebay.com", "marketplace"),
        ("8awgqyk6a5+cub31c122@user.allegromail.pl", "marketplace"),
        ("jan@bakery.example", "own_domain"),
        ("jan@mail.bakery.example", "own_domain"),
        ("info@bakery.example", "own_domain"),
        ("jan@ourbakery.example", None),
        (None, None),
    ],
)
def test_the_kind_of_an_address(address, kind):
    assert SharedAddresses(Identity(own_domains=("bakery.example",))).kind(address) == kind


def test_a_shop_may_give_other_lists():
    judge = SharedAddresses(Identity(role_addresses=(" Balie ",), marketplace_domains=("relay.example.*",)))
    assert judge.kind("balie@example.com") == "role"
    assert judge.kind("info@example.com") is None
    assert judge.kind("a@b.relay.example.com.br") == "marketplace"
    assert judge.kind("a@verkopen.bol.com") is None


def test_the_kind_stands_beside_the_hash_and_is_found_however_the_address_is_written():
    emails = ["\u200bInfo@Example.com ", "jan@example.com", "no address", None]
    rows = pa.table({"customer_id": list("abcd"), "email": emails, "country": ["NL"] * 4})
    landed = EmailHasher(b"key").pseudonymise(contract.CUSTOMERS, rows)
    assert landed.column_names == ["customer_id", "email_hash", "email_kind", "country"]
    assert landed.column("email_kind").to_pylist() == ["role", None, None, None]
    assert [value is None for value in landed.column("email_hash").to_pylist()] == [False, False, True, True]


@pytest.mark.parametrize("setting", ["role_addresses", "own_domains", "marketplace_domains"])
def test_another_list_reads_the_whole_history_again(tmp_path, setting):
    shop = MemoryShop(whole_order("A", "2024-01-02 10:00", customer_email="jan@bakery.nl"))
    kinds = {"role_addresses": "role", "own_domains": "own_domain", "marketplace_domains": "marketplace"}

    def night(*words):
        settings = make_settings(tmp_path, shop={"as_of": dt.date(2024, 1, 20)}, identity={setting: words})
        done = extract.extract_changes(settings, shop, NOW)
        [kind] = store.read_day(settings, "orders", DAY).column("customer_email_kind").to_pylist()
        return DAY in done.read_days, kind

    word = "jan" if setting == "role_addresses" else "bakery.nl"
    assert night("other.nl") == (True, None)
    assert night("other.nl") == (False, None)
    assert night(word) == (True, kinds[setting])
    assert night("other.nl") == (True, None)


def test_a_landing_without_kinds_is_read_again(tmp_path):
    """As an earlier version left it: the day's digest is of other columns."""
    settings = make_settings(tmp_path, shop={"as_of": dt.date(2024, 1, 20)})
    shop = MemoryShop(whole_order("A", "2024-01-02 10:00", customer_email="info@bakery.nl"))
    extract.extract_changes(settings, shop, NOW)
    digest = settings.landing_path / "days" / DAY.isoformat() / store.DIGEST
    digest.write_text(digest.read_text().replace(digest.read_text()[:8], "0" * 8, 1))
    assert DAY not in store.landed_days(settings)
    assert DAY in extract.extract_changes(settings, shop, NOW).read_days
    assert "customer_email_kind" in queries.empty_query(contract.ORDERS)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("role_addresses", "info@example.com"), ("own_domains", "Bakery"), ("marketplace_domains", "*.amazon.com")],
)
def test_what_is_no_such_word_is_refused(tmp_path, setting, value):
    file = tmp_path / "shop.toml"
    file.write_text(
        '[shop]\nid = "s"\ncurrency = "EUR"\ntimezone = "Europe/Amsterdam"\nstart_date = 2024-01-01\n'
        f'[source]\nkind = "demo"\n[identity]\n{setting} = ["{value}"]\n'
    )
    with pytest.raises(SettingsError, match=setting):
        load_settings(file)
