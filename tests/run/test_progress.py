"""What the stages say, in a terminal and elsewhere."""

from __future__ import annotations

import io
import logging
import re
import time

import pytest

from pipelines.run import progress

LOG = logging.getLogger("klantwaarde")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def own_handlers(monkeypatch):
    for name, value in (("handlers", []), ("propagate", True), ("level", logging.NOTSET)):
        monkeypatch.setattr(LOG, name, value)


@pytest.fixture
def wide(monkeypatch):
    for name, size in (("COLUMNS", "100"), ("LINES", "30")):
        monkeypatch.setenv(name, size)


def read(stream):
    """A read of 500 days in five steps, with a warning in it, and the stage's own words at the end."""
    progress.show(stream, time.monotonic())
    for done in range(100, 600, 100):
        if done == 300:
            LOG.warning("orders.csv: odd.")
        LOG.info("extract: read orders up to %s", done, extra={"done": done, "total": 500, "unit": "days"})
    LOG.info("extract: done")
    return stream.getvalue()


def test_elsewhere_than_in_a_terminal_each_step_is_a_line():
    lines = read(io.StringIO()).splitlines()
    assert [re.sub(r"^ *\d+\.\d s  ", "", text) for text in lines] == [
        "extract: read orders up to 100",
        "extract: read orders up to 200",
        "orders.csv: odd.",
        "extract: read orders up to 300",
        "extract: read orders up to 400",
        "extract: read orders up to 500",
        "extract: done",
    ]


def test_in_a_terminal_the_steps_are_a_bar_with_counts_and_the_time_left(wide):
    shown = read(Terminal())
    assert re.search(r"extract: +20%\|.*\| 100/500 \[00:00<\?, \? days/s\]", shown)
    lines = [text.rpartition("\r")[2] for text in shown.split("\n")]
    assert [re.sub(r"^ *\d+\.\d s  ", "", text) for text in lines if " s  " in text] == [
        "orders.csv: odd.",
        "extract: read orders up to 500",
        "extract: done",
    ]


def test_a_read_that_ends_early_leaves_no_bar_behind(wide):
    terminal = Terminal()
    progress.show(terminal, time.monotonic())
    LOG.info("extract: read", extra={"done": 1, "total": 500, "unit": "days"})
    LOG.info("validate: done")
    last = terminal.getvalue().rpartition("\r")[2]
    assert last.strip() == "0.0 s  validate: done"
