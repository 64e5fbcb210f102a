"""Nights that fail as `make run` and the schedule run them: somebody hears of each once, and no secret is kept."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipelines.settings import PROJECT_ROOT
from tests.alerts.servers import web_server
from tests.nights.january_shop import GOOD
from tests.support.real_nights import environment_of, run_night
from tests.support.shops import settings_text, write_shop

ALERTS = """
[alerts]
webhook_url_env = "BAKERY_HOOK"
webhook_format = "json"
"""


@pytest.fixture
def web(monkeypatch):
    with web_server() as server:
        monkeypatch.setenv("BAKERY_HOOK", f"http://127.0.0.1:{server.port}/services/T0KEN")
        yield server


@pytest.fixture
def shop(tmp_path):
    write_shop(tmp_path / "shop", **GOOD)
    text = settings_text("2024-01-31", kind="files", path=str(tmp_path / "shop"), naive_instants="utc")
    (tmp_path / "bakery.toml").write_text(text + ALERTS)
    return tmp_path


@pytest.mark.slow(15)
@pytest.mark.needs_dbt
def test_a_failed_stage_is_told_once_and_the_url_is_written_nowhere(shop, web):
    (shop / "shop" / "orders.csv").write_text("order_id,placed_at\nA,yesterday\n")
    night = run_night(shop)
    assert night.code == 1
    ((path, told),) = web.received
    assert path == "/services/T0KEN"
    assert told["event"] == "failed_night"
    assert told["subject"] == "klantwaarde, shop bakery: the night of 2024-01-31 failed in stage extract"
    assert f"{shop}/shop/orders.csv" in told["text"]
    assert "See docs/runbook.md, 'The source cannot be read'." in told["text"]
    assert "alerts: webhook at 127.0.0.1: klantwaarde, shop bakery: the night of 2024-01-31 failed" in night.out
    assert "T0KEN" not in night.out + night.err
    files = [path for path in night.home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in files)
    assert [path for path in files if b"T0KEN" in path.read_bytes()] == []


def test_a_night_that_does_not_even_start_is_told_and_a_receiver_that_is_down_changes_nothing(shop, web):
    (shop / "home").write_text("a file where the folder should be")
    first = run_night(shop)
    ((_, told),) = web.received
    assert told["subject"] == "klantwaarde, shop bakery: the night of 2024-01-31 failed"
    assert "home: cannot be written: " in told["text"]
    assert "See docs/runbook.md, 'The home folder is full, read-only or in use'." in told["text"]
    web.answer = 500
    second = run_night(shop)
    assert first.code == second.code == 1
    assert "alerts: not sent: webhook at 127.0.0.1: it answered 500." in second.out
    assert "T0KEN" not in second.out + second.err
    assert second.err.endswith("See docs/runbook.md, 'The home folder is full, read-only or in use'.\n")


def status(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "pipelines.run.status", *arguments],
        cwd=PROJECT_ROOT,
        env=environment_of(folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def test_the_status_of_a_shop_whose_nights_have_not_run_and_a_trial(shop, web):
    done = status(shop)
    assert (done.returncode, done.stdout) == (0, "Shop bakery: no night has run yet.\n")
    assert not (shop / "home").exists()
    for _ in range(2):
        trial = status(shop, "--try")
        assert trial.returncode == 0
        assert "alerts: webhook at 127.0.0.1: klantwaarde, shop bakery: a trial of the alerts\n" in trial.stdout
    assert len(web.received) == 2
    web.answer = 404
    assert status(shop, "--try").returncode == 1


def test_a_trial_without_anybody_to_tell_says_so(shop):
    (shop / "bakery.toml").write_text((shop / "bakery.toml").read_text().replace(ALERTS, ""))
    trial = status(shop, "--try")
    assert trial.returncode == 1
    assert "Nobody is told anything: [alerts] names neither mail_to nor webhook_url_env." in trial.stdout
