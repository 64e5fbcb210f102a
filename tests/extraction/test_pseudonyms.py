import stat

import pyarrow as pa
import pytest

from pipelines import contract
from pipelines.errors import HomeError
from pipelines.extraction.pseudonyms import EmailHasher, normalise_email, open_hasher
from tests.support.shops import make_settings

HASHER = EmailHasher(b"key")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Jan.Jansen@Example.COM ", "jan.jansen@example.com"),
        ("jan+tag@gmail.com", "jan+tag@gmail.com"),
        ("zoë@münchen.de", "zoë@xn--mnchen-3ya.de"),
        ("zoe\u0308@example.nl", "zoë@example.nl"),
        ("\ufeffjan\u200b@exam\u00adple.nl\u2060", "jan@example.nl"),
        ("\u200e jan@example.nl \u200f", "jan@example.nl"),
        ("\u200b@example.nl", None),
        ("not an address", None),
        ("a@b", None),
        ("", None),
        (None, None),
    ],
)
def test_normalisation(text, expected):
    assert normalise_email(text) == expected


def test_the_same_address_written_differently_has_one_hash_and_another_key_another():
    assert HASHER.hash(" A@B.nl") == HASHER.hash("a@b.NL") != EmailHasher(b"other").hash("a@b.nl")
    assert HASHER.hash("j.an@gmail.com") != HASHER.hash("jan@gmail.com")


def test_address_columns_are_hashed_and_addresses_in_other_texts_scrubbed():
    rows = contract.CUSTOMERS.delivered_schema().empty_table()
    rows = pa.table(
        {
            "customer_id": ["jan@example.nl", "7"],
            "created_at": pa.nulls(2, pa.timestamp("us")),
            "email": ["Jan@Example.nl", None],
            "country": ["NL", "mail me: x@y.nl, or piet@@z.nl!"],
        }
    )
    result = HASHER.pseudonymise(contract.CUSTOMERS, rows)
    assert result.column_names == ["customer_id", "created_at", "email_hash", "email_kind", "country"]
    assert result.column("email_hash").to_pylist() == [HASHER.hash("jan@example.nl"), None]
    assert result.column("customer_id").to_pylist() == [f"email-{HASHER.hash('jan@example.nl')}", "7"]
    assert "@y.nl" not in result.column("country").to_pylist()[1]


def test_a_key_file_is_made_once_and_only_the_owner_reads_it(tmp_path):
    settings = make_settings(tmp_path)
    first = open_hasher(settings).hash("a@b.nl")
    key_file = settings.home / "email.key"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert open_hasher(settings).hash("a@b.nl") == first


def test_an_empty_key_file_is_an_error_that_says_what_to_do(tmp_path):
    settings = make_settings(tmp_path)
    settings.home.mkdir(parents=True)
    (settings.home / "email.key").touch()
    with pytest.raises(HomeError, match="Restore it from a backup"):
        open_hasher(settings)
