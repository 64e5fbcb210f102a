"""`klantwaarde` as a person types it: what each command prints, and how it ends."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import subprocess
import sys
import tomllib

import duckdb
import pytest
from click.testing import CliRunner
from pydantic import Field

import pipelines.settings
from pipelines.errors import SettingsError
from pipelines.landing import quarantine
from pipelines.run import instance, new_shop, shell
from pipelines.run.command import main, shop_file
from pipelines.settings import PROJECT_ROOT, load_settings
from pipelines.settings.source_kinds import SourceKind, SourceSection, source_kinds, variables
from tests.support.shops import settings_text

COMMANDS = ("new", "doctor", "run", "ui", "status", "open")


def type_in(*words, **settings):
    """What `klantwaarde` and these words print, and the exit code."""
    done = CliRunner().invoke(main, words, **settings)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("KLANTWAARDE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def shops(tmp_path, monkeypatch):
    """An empty folder in the place of `shops/`."""
    folder = tmp_path / "shops"
    folder.mkdir()
    for module in (pipelines.settings, new_shop):
        monkeypatch.setattr(module, "shop_path", lambda name: folder / f"{name}.toml")
    return folder


@pytest.fixture
def bakery(tmp_path, home):
    (tmp_path / "shop").mkdir()
    path = tmp_path / "bakery.toml"
    path.write_text(settings_text("2024-01-15", kind="files", path=str(tmp_path / "shop")))
    return path


# As a whole


def test_the_script_is_the_command():
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())
    module, name = project["project"]["scripts"]["klantwaarde"].split(":")
    assert getattr(importlib.import_module(module), name) is main


def test_every_command_says_what_it_does():
    code, shown = type_in("--help")
    assert code == 0
    for command in COMMANDS:
        assert f"\n  {command} " in shown
        assert type_in(command, "--help")[0] == 0


def test_help_loads_no_library_but_that_of_the_command_line():
    code = (
        "import sys; from click.testing import CliRunner; from pipelines.run.command import main; "
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0; "
        "print(sorted({'dagster', 'dbt', 'duckdb', 'pandas', 'pyarrow', 'pydantic'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_shop_is_named_by_its_file_in_shops_or_by_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shop_file(None) is None
    assert shop_file("cdnow") == PROJECT_ROOT / "shops" / "cdnow.toml"
    assert shop_file("bakery.toml") == tmp_path / "bakery.toml"
    assert shop_file("sub/bakery") == tmp_path / "sub" / "bakery"


@pytest.mark.parametrize("command", [c for c in COMMANDS if c != "new"])
def test_a_shop_that_is_not_there_ends_with_those_that_are(command):
    code, shown = type_in(command, "cdnoww")
    assert code == 2
    assert "shops/cdnoww.toml: no such file (did you mean 'cdnow'?). Shops here: cdnow, demo, " in shown
    assert "Traceback" not in shown


# new


def test_new_writes_a_file_that_can_be_loaded(shops, tmp_path):
    flags = ("--kind", "files", "--currency", "EUR", "--timezone", "Europe/Brussels", "--start-date", "2024-01-01")
    code, shown = type_in("new", "bakery", *flags, "--set", f"path={tmp_path}", "--set", "decimal_mark=,")

    assert code == 0, shown
    assert shown.startswith(f"{shops}/bakery.toml written.\nNext: ")
    settings = load_settings(shops / "bakery.toml")
    assert (settings.shop.id, settings.shop.timezone) == ("bakery", "Europe/Brussels")
    assert settings.shop.start_date == dt.date(2024, 1, 1)
    assert (settings.source.path, settings.source.decimal_mark) == (tmp_path, ",")
    # What was left to its default can be seen, with what it means.
    assert '\n# naive_instants = "local"\n' in (shops / "bakery.toml").read_text()


def test_new_overwrites_nothing(shops):
    (shops / "bakery.toml").write_text("mine")
    code, shown = type_in("new", "bakery", "--kind", "demo", "--currency", "EUR")
    assert (code, (shops / "bakery.toml").read_text()) == (2, "mine")
    assert "bakery.toml: is there already." in shown


def test_new_says_all_that_is_missing_or_wrong_at_once(shops):
    code, shown = type_in("new", "Bakery", "--kind", "files", "--timezone", "Europe/Amsterdm", "--set", "pth=/x")
    assert code == 2
    for part in (
        "id = 'Bakery': ",
        "--currency: missing. ISO 4217 code",
        "timezone = 'Europe/Amsterdm': must be an IANA time zone (did you mean 'Europe/Amsterdam'?).",
        "--start-date: missing. First business day",
        "--set pth: unknown setting (did you mean 'path'?)",
        "--set path=...: missing. A folder, a single file, or a pattern such as",
    ):
        assert part in shown
    assert list(shops.iterdir()) == []


def test_new_asks_until_an_answer_will_do(shops):
    answers = ["bakery", "euro", "", "", "soon", "2024-01-01", "file", "demo"]
    with CliRunner().isolation(input="\n".join(answers) + "\n") as (out, *_):
        new_shop.make({}, [], can_ask=True)
    asked = out.getvalue().decode()
    assert "currency = 'euro': must be the three capital letters of a currency, such as EUR or USD" in asked
    assert "there is no such kind (did you mean 'files'?). The kinds are " in asked
    settings = load_settings(shops / "bakery.toml")
    assert (settings.shop.currency, settings.source.kind) == ("EUR", "demo")


class _BreadSection(SourceSection):
    url: str
    "Where the shop is."

    token_env: str = "BREAD_TOKEN"
    "Name of the variable with the token."

    loaves: int = 3
    "Loaves in an order."

    numbers: tuple[str, ...] = ()
    "Numbers of orders."

    words: dict[str, str] = Field(default_factory=dict)
    "What words mean, as on [their page](words.md)."


def test_new_knows_a_kind_by_its_section_alone_and_names_its_variables(shops, monkeypatch):
    kinds = {"bread": SourceKind(_BreadSection, lambda settings: None, "Bread.")}
    monkeypatch.setattr(sys.modules[SourceKind.__module__], "source_kinds", lambda: kinds)
    monkeypatch.setattr(new_shop, "source_kinds", lambda: kinds)
    monkeypatch.delenv("BREAD_TOKEN", raising=False)
    known = {"id": "bakery", "currency": "EUR", "timezone": "UTC", "start_date": "2024-01-01", "kind": "bread"}

    said = new_shop.make(known, ["url=123", "loaves=4", 'numbers=["1", "2"]'], can_ask=False)

    source = load_settings(shops / "bakery.toml").source
    assert (source.url, source.loaves, source.numbers) == ("123", 4, ("1", "2"))
    assert "\n# What words mean, as on their page.\n# words = {}\n" in (shops / "bakery.toml").read_text()
    assert "Before the first night, set\n  export BREAD_TOKEN=...\n" in said
    with pytest.raises(SettingsError, match=r"--set url=\.\.\.: missing\. Where the shop is\."):
        new_shop.make(known | {"id": "other"}, [], can_ask=False)


def test_a_secret_in_the_place_of_its_variable_is_not_shown(shops, monkeypatch):
    kinds = {"bread": SourceKind(_BreadSection, lambda settings: None, "Bread.")}
    monkeypatch.setattr(sys.modules[SourceKind.__module__], "source_kinds", lambda: kinds)
    monkeypatch.setattr(new_shop, "source_kinds", lambda: kinds)
    known = {"id": "bakery", "currency": "EUR", "timezone": "UTC", "start_date": "2024-01-01", "kind": "bread"}

    said = new_shop.make(known, ["url=u", "token_env=tk_5ecret"], can_ask=False)

    assert "tk_5ecret" not in said
    assert variables(load_settings(shops / "bakery.toml")) == {}


def test_every_kind_that_there_is_is_offered():
    _, shown = type_in("new", "bakery")
    for name in source_kinds():
        assert f"\n  {name}: " in shown


# doctor


def test_the_doctor_ends_with_1_for_a_shop_that_cannot_be_read(bakery):
    code, shown = type_in("doctor", str(bakery))
    assert code == 1
    assert "orders.csv or orders.parquet is missing. Found: nothing; the folder is empty." in shown


# status


def publish(home, as_of="2024-01-15"):
    (home / "published").mkdir(parents=True)
    manifest = {"as_of_date": as_of, "definition_version": "1", "tables": {"orders": {"row_count": 1, "sha256": ""}}}
    (home / "published" / "manifest.json").write_text(json.dumps(manifest))
    with duckdb.connect(str(home / "published" / "klantwaarde.duckdb")) as db:
        db.execute(
            "create schema marts; create table marts.orders as select 'A' as order_id, date '2024-01-14' as order_date"
        )


def record_a_night(settings, error=None):
    """A run of the nightly job as Dagster keeps it, of one step that may fail."""
    import dagster as dg

    from pipelines.assets.stage import stage
    from pipelines.errors import SourceError

    @dg.op
    def landing():
        with stage(settings, "extract"):
            if error:
                raise SourceError(error)

    @dg.job(name="nightly")
    def nightly():
        landing()

    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with dg.DagsterInstance.get() as dagster_instance:
        nightly.execute_in_process(instance=dagster_instance, raise_on_error=False, run_config=quiet)


@pytest.fixture
def prepared(bakery, monkeypatch):
    """The bakery's settings, with Dagster's home made; the environment and the folder are put back afterwards."""
    for name in ("DAGSTER_HOME", "KLANTWAARDE_CONFIG"):
        monkeypatch.setenv(name, "")
    monkeypatch.chdir(PROJECT_ROOT)
    settings = load_settings(bakery)
    instance.prepare(settings)
    return settings


def test_the_status_of_a_shop_without_a_night(bakery, home):
    code, shown = type_in("status", str(bakery))
    assert code == 1
    assert "last night  none yet" in shown
    assert f"published   nothing in {home}/published" in shown
    assert not home.exists()


def test_the_status_after_a_good_night_and_after_a_bad_one(bakery, home, prepared):
    publish(home)
    record_a_night(prepared)
    code, shown = type_in("status", str(bakery))
    assert code == 0, shown
    assert "last night  good: began 20" in shown
    assert "as of 2024-01-15, up to date; the newest order is of 2024-01-14" in shown
    assert "1 marts, 1 rows in" in shown
    assert "quarantine  empty" in shown

    record_a_night(prepared, "orders.csv: gone.")
    code, shown = type_in("status", str(bakery))
    assert code == 1
    assert "last night  failure: began 20" in shown
    assert "landing: orders.csv: gone." in shown


def test_the_status_says_what_is_old_kept_back_and_rejected(bakery, home, prepared):
    publish(home, as_of="2024-01-12")
    record_a_night(prepared)
    rows = duckdb.sql(
        "select date '2024-01-03' as order_date, 'orders' as table_name, 'A' as order_id, 'status_known' as rule "
        "union all select date '2024-01-03', 'order_lines', 'A', 'with_its_order'"
    ).to_arrow_table()
    quarantine.write_rejected(prepared, rows)
    quarantine.rejected_file(prepared).with_name("days").mkdir()
    quarantine._write(quarantine.day_file(prepared, dt.date(2024, 1, 3)), rows)

    code, shown = type_in("status", str(bakery))

    assert code == 1
    assert "as of 2024-01-12, 3 days behind" in shown
    assert "1 orders of 1 days, kept back by\n              orders.status_known: 1 rows" in shown
    assert "with_its_order" not in shown
    assert "rejected    the last batch: nothing of it was loaded" in shown


def test_the_status_takes_no_older_version_of_an_order_for_one_kept_back(bakery, home, prepared):
    """It lies among the rows that are not loaded, and breaks no rule."""
    publish(home)
    record_a_night(prepared)
    rows = duckdb.sql(
        "select date '2024-01-03' as order_date, 'orders' as table_name, 'A' as order_id, 'superseded' as rule"
    ).to_arrow_table()
    days = quarantine.day_file(prepared, dt.date(2024, 1, 3))
    days.parent.mkdir(parents=True)
    quarantine._write(days, rows)
    assert "quarantine  empty" in type_in("status", str(bakery))[1]


def test_the_status_for_cron_looks_without_a_night_and_tries_to_tell(bakery):
    code, shown = type_in("status", str(bakery), "--alert")
    assert (code, shown) == (0, "Shop bakery: no night has run yet.\n")
    code, shown = type_in("status", str(bakery), "--try-alerts")
    assert (code, "Nobody is told anything" in shown) == (1, True)


def test_the_status_shows_which_alerts_are_due(bakery, home, prepared):
    publish(home)
    record_a_night(prepared)
    long_ago = dt.datetime(2024, 1, 15).timestamp()
    os.utime(home / "published" / "manifest.json", (long_ago, long_ago))
    code, shown = type_in("status", str(bakery))
    assert code == 1
    assert "  alert       no new marts since 2024-01-15" in shown


# open


def open_it(bakery, *words):
    """In a process of its own, which the shell takes the place of."""
    command = [sys.executable, "-m", "pipelines.run.command", "open", str(bakery), *words]
    return subprocess.run(command, cwd=PROJECT_ROOT, input="", capture_output=True, text=True, timeout=60)


def test_open_runs_sql_on_the_published_file_and_cannot_write_it(bakery, home):
    publish(home)
    done = open_it(bakery, "-c", "select order_id from orders")
    assert (done.returncode, done.stderr) == (0, "")
    assert "│ A " in done.stdout
    assert "read-only" in open_it(bakery, "-c", "delete from orders").stderr
    assert open_it(bakery).returncode == 0


def test_open_says_that_nothing_is_published(bakery):
    code, shown = type_in("open", str(bakery))
    assert code == 1
    assert "nothing is published yet. Run the nightly job first: klantwaarde run." in shown


def test_open_says_what_is_missing_on_a_machine_without_the_shell(bakery, home, monkeypatch):
    publish(home)
    monkeypatch.setattr(shell.importlib.util, "find_spec", lambda name: None)
    code, shown = type_in("open", str(bakery))
    assert (code, "run `make setup`" in shown) == (1, True)
