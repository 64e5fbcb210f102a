"""The UI and its daemon, started once as `klantwaarde ui` starts them, driven over their own GraphQL."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from pipelines.settings import PROJECT_ROOT
from tests.support.builders import line, order
from tests.support.nights import query, run_night, take_in
from tests.support.shops import START, make_settings, settings_text, write_shop

pytestmark = pytest.mark.slow(130)

# Five processes import the code location, two at a time.
REPOSITORY = {"repositoryLocationName": "klantwaarde", "repositoryName": "__repository__"}
START_SECONDS, RUN_SECONDS = 240, 240


class Ui:
    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"
        self.url = f"{self.address}/graphql"

    def ask(self, question, **variables):
        body = json.dumps({"query": question, "variables": variables}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
        assert "errors" not in answer, answer
        return answer["data"]

    def wait(self, question, is_there, seconds, **variables):
        deadline = time.monotonic() + seconds
        last = None
        while time.monotonic() < deadline:
            try:
                last = self.ask(question, **variables)
                if is_there(last):
                    return last
            except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
                last = error
            time.sleep(1)
        raise AssertionError(f"not there after {seconds} s; last answer: {last}")


def shop(**amounts):
    """One order for each name, on a day of its own; no stamp says when it was changed."""
    days = {"A": 2, "B": 3, "C": 4, "D": 8}
    return {
        "orders": [order(name, f"2024-01-{days[name]:02}T10:00:00Z") for name in amounts],
        "order_lines": [line(name, net=amount) for name, amount in amounts.items()],
    }


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ui")
    settings = make_settings(folder, shop={"as_of": START.replace(day=10)})
    settings.config_path.write_text(settings_text("2024-01-10", kind="files", path=str(settings.source.path)))
    write_shop(settings.source.path, **shop(A=10, B=20, C=30, D=40))
    take_in(settings)
    return settings


@pytest.fixture(scope="module")
def ui(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "KLANTWAARDE_CONFIG": str(settings.config_path),
        "KLANTWAARDE_HOME": str(settings.home),
        "PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.run.command", "ui"],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        ui = Ui(port)
        ready = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }"
        ui.wait(ready, lambda data: data["repositoriesOrError"]["nodes"], START_SECONDS)
        yield ui
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_second_ui_of_the_shop_is_refused_with_the_address_of_the_first(ui, settings):
    environment = os.environ | {
        "KLANTWAARDE_CONFIG": str(settings.config_path),
        "KLANTWAARDE_HOME": str(settings.home),
        "PORT": "1",
    }
    command = [sys.executable, "-m", "pipelines.run.command", "ui"]
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert done.stderr.strip().startswith(f"The UI of shop 'bakery' is running already: open {ui.address}.")


def test_the_nightly_schedule_is_on(ui):
    data = ui.ask(
        "query($r: RepositorySelector!) { schedulesOrError(repositorySelector: $r)"
        " { ... on Schedules { results { name cronSchedule executionTimezone scheduleState { status } } } } }",
        r=REPOSITORY,
    )
    assert data["schedulesOrError"]["results"] == [
        {
            "name": "every_night",
            "cronSchedule": "30 2 * * *",
            "executionTimezone": "Europe/Amsterdam",
            "scheduleState": {"status": "RUNNING"},
        }
    ]


def backfill(ui, days):
    launched = ui.ask(
        "mutation($p: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $p)"
        " { __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }",
        p={
            "selector": {
                "repositorySelector": REPOSITORY,
                "partitionSetName": "nightly_partition_set",
            },
            "partitionNames": days,
        },
    )["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    question = (
        'query($id: String!) { runsOrError(filter: {tags: [{key: "dagster/backfill", value: $id}]})'
        " { ... on Runs { results { runId status tags { key value } } } } }"
    )
    data = ui.wait(
        question,
        lambda data: (
            data["runsOrError"]["results"]
            and all(run["status"] in ("SUCCESS", "FAILURE", "CANCELED") for run in data["runsOrError"]["results"])
        ),
        RUN_SECONDS,
        id=launched["backfillId"],
    )
    return data["runsOrError"]["results"]


def published_tables(settings):
    return json.loads((settings.published_path / "manifest.json").read_text())["tables"]


def test_a_backfill_of_three_days_is_one_run_that_reads_them_again(ui, settings):
    """An order of these days is gone and one edited; one of another day is edited too, which no backfill asks for."""
    days = ["2024-01-02", "2024-01-03", "2024-01-04"]
    write_shop(settings.source.path, **shop(A=10, B=25, D=45))
    (first,) = backfill(ui, days)
    assert first["status"] == "SUCCESS"
    everything = "select order_id, gross_amount::integer from marts.orders order by all"
    assert query(settings, everything) == [("A", 10), ("B", 25), ("D", 40)]
    tables, release = published_tables(settings), settings.published_path.resolve()

    # Again, without Dagster: a second run of its own would only load the tools once more.
    run_night(settings, [dt.date.fromisoformat(day) for day in days])
    assert published_tables(settings) == tables
    assert settings.published_path.resolve() != release
