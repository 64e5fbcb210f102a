"""`klantwaarde run` as people see it: what it prints, how it ends, and what it leaves published."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from pipelines.settings import PROJECT_ROOT
from tests.support.builders import line, order
from tests.support.real_nights import NIGHTLY, environment_of, run_night
from tests.support.shops import settings_text, write_shop

pytestmark = pytest.mark.slow(50)

SETTINGS = settings_text("2024-01-15", kind="files", path="{folder}/shop")

ORDERS = [
    order(f"A{day}", f"2024-01-{day:02}", customer, total=10)
    for day, customer in ((3, "anna"), (4, None), (11, "anna"))
]
LINES = [line(row["order_id"]) for row in ORDERS]


@dataclass(frozen=True)
class Run:
    """What one run left behind."""

    code: int
    out: str
    err: str
    release: Path
    manifest: bytes

    @property
    def progress(self) -> list[str]:
        """Lines that begin with the seconds since the start, without these."""
        return re.findall(r"^ *\d+\.\d s  (.*)$", self.out, re.MULTILINE)


def kill_a_run(folder: Path, settings: str = SETTINGS) -> None:
    """Start a run, and kill it once it is in a stage: Dagster goes on taking it for one that is under way."""
    (folder / "bakery.toml").write_text(settings.format(folder=folder))
    process = subprocess.Popen(NIGHTLY, cwd=PROJECT_ROOT, env=environment_of(folder), stdout=subprocess.DEVNULL)
    while not (folder / "home" / ".lock").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    assert process.wait() == -signal.SIGKILL


def run(folder: Path, settings: str = SETTINGS) -> Run:
    (folder / "bakery.toml").write_text(settings.format(folder=folder))
    home = folder / "home"
    done = run_night(folder)
    manifest = home / "published" / "manifest.json"
    return Run(
        done.code,
        done.out,
        done.err,
        (home / "published").resolve(),
        manifest.read_bytes() if manifest.exists() else b"",
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("bakery")


@pytest.fixture(scope="module")
def good(folder):
    """A night after one that was killed: `test_nights.py` kills stages, this the run around them."""
    write_shop(folder / "shop", orders=ORDERS, order_lines=LINES)
    kill_a_run(folder)
    return run(folder)


@pytest.fixture(scope="module")
def broken(folder, good):
    """The next night, with a word where an amount should be."""
    write_shop(folder / "shop", orders=ORDERS, order_lines=[*LINES[:2], {**LINES[2], "net_amount": "ten"}])
    return run(folder)


def test_a_good_night_says_what_each_stage_did(good):
    assert (good.code, good.err) == (0, "")
    assert good.out.startswith("klantwaarde: the nightly job of shop bakery, as of 2024-01-15\n")
    stages = {text.partition(": ")[0]: text for text in good.progress}
    said = ["extract", "validate", "load", "transform", "publish"]
    assert [name for name in stages if name in said] == said
    assert "3 orders, 3 lines read from 14 days" in stages["extract"]
    assert "6 rows = 6 accepted + 0 quarantined + 0 exact repeats" in stages["validate"]
    assert "14 days replaced" in stages["load"]
    assert re.search(r"[1-9]\d+ models built, [1-9]\d+ tests run", good.out)
    assert re.search(r"[1-9]\d+ marts, [1-9][\d,]+ rows", stages["publish"])


def test_a_good_night_shows_every_day_in_the_calendar_of_the_ui_also_days_without_orders(good, folder):
    with dg.DagsterInstance.from_config(str(folder / "home" / "dagster")) as instance:
        shown = instance.get_materialized_partitions(dg.AssetKey("landing"))
    assert shown == {f"2024-01-{day:02}" for day in range(1, 15)}


def test_a_good_night_ends_with_the_summary(good, folder):
    summary = good.out.rpartition("\n\nShop bakery, as of 2024-01-15 (2024-01-03 to 2024-01-11)\n")[2]
    assert re.search(r"orders +3 of which 3 purchases", summary)
    assert re.search(r"customers +1 of 1 people known", summary)
    assert re.search(r"= net revenue +30\.00 +3 rows", summary)
    assert re.search(r"residual +0\.00 +0 rows", summary)
    assert f"Published: {good.release.parent.parent / 'published'}" in summary
    for name, command in (("look", "open"), ("again", "run"), ("browser", "ui")):
        call = rf"KLANTWAARDE_HOME={folder}/home (\S+/)?klantwaarde {command} {folder}/bakery.toml"
        assert re.search(rf"  {name}: +{call}\n", summary + "\n")
    assert (
        "  without a person              1 of these orders: 10.00 EUR net revenue that is in no customer's value\n"
    ) in summary
    assert json.loads(good.manifest)["tables"]["orders"]["row_count"] == 3


def test_a_broken_file_ends_the_night_with_its_place_its_stage_and_the_page_to_read(broken, folder):
    assert broken.code == 1
    assert f"{folder}/shop/order_lines.csv: row 4, column net_amount: 'ten' is not an amount." in broken.err
    assert "Traceback" not in broken.out + broken.err
    (failed,) = (text for text in broken.progress if text.startswith("Stage "))
    assert failed == "Stage extract failed. See docs/runbook.md, 'The source cannot be read'."
    assert "\n## The source cannot be read\n" in (PROJECT_ROOT / "docs" / "runbook.md").read_text()
    # What needs the failed stage is not begun, and no summary makes it look like a good night.
    assert not any(text.startswith(("validate", "load", "transform", "publish")) for text in broken.progress)
    assert "net revenue" not in broken.out


def test_a_broken_file_leaves_the_last_good_marts_published(good, broken):
    assert json.loads(good.manifest)["tables"].keys() >= {"orders", "customers", "reconciliation"}
    assert (broken.release, broken.manifest) == (good.release, good.manifest)
    assert (broken.release / "klantwaarde.duckdb").is_file()


def test_a_wrong_setting_ends_with_one_line_that_says_which(tmp_path):
    (tmp_path / "shop").mkdir()
    wrong = run(tmp_path, SETTINGS.replace("Europe/Amsterdam", "Europe/Amsterdm"))
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err == (
        f"{tmp_path}/bakery.toml: shop.timezone = 'Europe/Amsterdm': must be an IANA time zone "
        "(did you mean 'Europe/Amsterdam'?).\n"
    )
    assert not (tmp_path / "home").exists()
