import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipelines.errors import SettingsError
from pipelines.settings import PROJECT_ROOT, load_settings

GIFT_SHOP_FILE = PROJECT_ROOT / "../shared/data/online_retail_II.parquet"

GOOD = """
[shop]
id = "bakery"
currency = "EUR"
timezone = "Europe/Amsterdam"
start_date = 2024-01-01

[source]
kind = "files"
path = "{folder}"
"""


@pytest.fixture
def write(tmp_path: Path):
    def write_toml(change: tuple[str, str] = ("", ""), more: str = "") -> Path:
        path = tmp_path / "bakery.toml"
        path.write_text(GOOD.format(folder=tmp_path).replace(*change) + more)
        return path

    return write_toml


def test_the_shops_that_come_with_the_project_are_valid_but_for_a_missing_download():
    assert load_settings(PROJECT_ROOT / "shops/cdnow.toml").shop.id == "cdnow"
    assert load_settings(PROJECT_ROOT / "shops/demo.toml").shop.id == "demo"
    if GIFT_SHOP_FILE.exists():
        assert load_settings(PROJECT_ROOT / "shops/online_retail.toml").shop.id == "online_retail"
    else:
        with pytest.raises(SettingsError, match="no such file"):
            load_settings(PROJECT_ROOT / "shops/online_retail.toml")


def test_a_good_file_gives_defaults_and_full_paths(write, tmp_path):
    settings = load_settings(write(), home=tmp_path / "home")
    assert settings.source.path == tmp_path
    assert settings.warehouse_path == tmp_path / "home" / "warehouse.duckdb"
    assert settings.extract.look_back_days == 3


@pytest.mark.parametrize(
    ("change", "more", "expected"),
    [
        (('"Europe/Amsterdam"', '"Europe/Amsterdm"'), "", ["shop.timezone", "did you mean 'Europe/Amsterdam'"]),
        (("start_date", "start_dat"), "", ["shop.start_date: missing", "shop.start_dat: unknown", "as_of, currency"]),
        (('kind = "files"', ""), "", ["source.kind: missing"]),
        (
            ("", ""),
            "pth = 3\n",
            [
                "source.pth: unknown setting (did you mean 'path'?); allowed here: currency_sign, date_format, ",
            ],
        ),
        (
            ("", ""),
            "seed = 3\n",
            [
                "source.seed: unknown setting; allowed here: currency_sign, date_format, day_only, decimal_mark, kind, "
                "naive_instants, path, thousands.",
            ],
        ),
        (('"files"', '"demo"'), "sed = 3\n", ["source.path: unknown", "allowed here: customers, kind, seed."]),
        (('"files"', '"demo"'), "customers = -1\n", ["source.customers = -1: input should be greater than or equal"]),
        (("[source]", "[[source]]"), "", ["source = [{", "should be a valid dictionary"]),
        (("", ""), "[schedule]\nnightly = '25:00'\n", ["schedule.nightly", "'25:00'"]),
        (("", ""), "[extract]\nlook_back_days = 0\n", ["extract.look_back_days", "0", "greater than or equal to 1"]),
        (("", ""), "[definitions]\nhigh_value_rate = 0.8\n", ["high_value_rate + middle_value_rate must be below 1"]),
        (("", ""), "[definitions]\ntest_order_tags = ['a, b']\n", ["definitions.test_order_tags.0", "'a, b'"]),
        (("", ""), "[definitions]\nstaff_order_tags = [' ']\n", ["definitions.staff_order_tags.0"]),
        (("", ""), "[definitions]\nwelcome_codes = ['A', '*']\n", ["definitions.welcome_codes.1", "'*'"]),
        (("", ""), "[definitions]\nunpaid_valid_statuses = ['paid']\n", ["'pending' or 'authorised'"]),
        (("", ""), "[schedul]\n", ["schedul: unknown setting (did you mean 'schedule'?)", "privacy"]),
        (("[shop]", "home = 'x'\n[shop]"), "", ["home", "not a setting of the file"]),
        (("[shop]", "[shop"), "", ["not a TOML file"]),
    ],
)
def test_a_wrong_setting_is_named_with_file_key_value_and_what_is_allowed(write, change, more, expected):
    path = write(change, more)
    with pytest.raises(SettingsError) as error:
        load_settings(path)
    assert str(path) in str(error.value)
    for words in expected:
        assert words in str(error.value)


def test_a_missing_source_path_says_where_it_looked_for_what(write, tmp_path):
    nowhere = tmp_path / "nowhere"
    with pytest.raises(
        SettingsError,
        match=rf"source\.path = '{nowhere}': no such file or folder, and no file of this pattern \({nowhere}\)\. Give",
    ):
        load_settings(write((f'path = "{tmp_path}"', f'path = "{nowhere}"')))
    with pytest.raises(SettingsError, match="no such file"):
        load_settings(write(('"files"', '"online_retail"')))


def test_a_relative_source_path_starts_at_the_project(write, tmp_path):
    assert load_settings(write((f'path = "{tmp_path}"', 'path = "shops"'))).source.path == PROJECT_ROOT / "shops"


def test_all_that_is_wrong_is_said_at_once(write, tmp_path):
    path = write((f'path = "{tmp_path}"', 'path = "nowhere"\npth = 1'), "[extract]\nlook_back_days = 0\n")
    with pytest.raises(SettingsError) as error:
        load_settings(path)
    lines = str(error.value).splitlines()
    assert [line.removeprefix(f"{path}: ").split(" = ")[0].split(":")[0] for line in lines] == [
        *("source.path", "source.pth", "extract.look_back_days"),
    ]


def test_a_missing_shop_file_lists_the_shops_there_are():
    with pytest.raises(SettingsError, match="Shops here: cdnow, demo, files, online_retail, woocommerce"):
        load_settings("shops/nope.toml")


def test_the_email_key_comes_from_the_environment_and_never_shows(write, monkeypatch):
    monkeypatch.setenv("BAKERY_KEY", "very-secret")
    settings = load_settings(write(("", ""), "[privacy]\nemail_key_env = 'BAKERY_KEY'\n"))
    assert settings.email_key == "very-secret"
    assert "very-secret" not in repr(settings)


def test_the_template_of_a_shop_lacks_nothing_but_its_folder():
    with pytest.raises(SettingsError) as caught:
        load_settings(PROJECT_ROOT / "shops/files.toml")
    (problem,) = str(caught.value).splitlines()
    assert "source.path = '/data/bakery'" in problem


ISO_CODE = "must be the three capital letters of a currency, such as EUR or USD"
KINDS = (
    "The kinds are cdnow, demo, export, files, online_retail, woocommerce; a shop of any other system is read from its "
    "exports, with kind = 'export' or 'files'."
)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('"EUR"', '"euro"'), f"shop.currency = 'euro': {ISO_CODE} (did you mean 'EUR'?)."),
        (('"EUR"', '"gbp"'), f"shop.currency = 'gbp': {ISO_CODE} (did you mean 'GBP'?)."),
        (('"EUR"', '"€"'), f"shop.currency = '€': {ISO_CODE} (did you mean 'EUR'?)."),
        (('"EUR"', '"money"'), f"shop.currency = 'money': {ISO_CODE}."),
        (('"files"', '"shopware"'), f"source.kind = 'shopware': there is no such kind of source. {KINDS}"),
        (
            ('"files"', '"fles"'),
            f"source.kind = 'fles': there is no such kind of source (did you mean 'files'?). {KINDS}",
        ),
        (
            ("2024-01-01", "2024-01-01\nas_of = 2023-01-01"),
            "shop.as_of = 2023-01-01: must be later than shop.start_date (2024-01-01), or no day is left to read.",
        ),
        (
            ("2024-01-01", "2024-01-01\nas_of = 2999-01-01"),
            "shop.as_of = 2999-01-01: is in the future; today is {today}. Remove as_of, and the shop goes on until "
            "today.",
        ),
        (
            ("2024-01-01", "2999-01-01"),
            "shop.start_date = 2999-01-01: must be before today ({today}). Give the day of the shop's first order.",
        ),
    ],
)
def test_a_setting_that_cannot_be_right_is_explained_in_one_plain_sentence(write, change, sentence):
    path = write(change)
    with pytest.raises(SettingsError) as error:
        load_settings(path)
    today = dt.datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    assert str(error.value) == f"{path}: {sentence.format(today=today)}"


def test_a_shop_may_stop_today(write):
    today = dt.datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    assert load_settings(write(("2024-01-01", f"2024-01-01\nas_of = {today}"))).as_of_date == today
