"""The command that says whether a change of the code moved a published figure."""

import hashlib
import json

import duckdb
import pytest

from tests.support.compare import compare


@pytest.fixture
def publish(tmp_path):
    def write(name, query):
        folder = tmp_path / name
        (folder / "marts").mkdir(parents=True)
        file = folder / "marts" / "orders.parquet"
        duckdb.sql(query).write_parquet(str(file))
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        (folder / "manifest.json").write_text(json.dumps({"tables": {"orders": {"sha256": digest}}}))
        return folder

    return write


def verdict(before, after, renames=None):
    return compare(before, after, renames or {})["orders"]


def test_the_same_bytes_are_equal(publish):
    assert verdict(publish("a", "select 1 as x"), publish("b", "select 1 as x")) == "equal"


def test_a_renamed_and_moved_column_is_equal_under_its_new_name(publish):
    before, after = publish("a", "select 1 as x, 2 as y"), publish("b", "select 2 as y, 1 as z")
    assert verdict(before, after, {("*", "x"): "z"}) == "equal, columns renamed or moved"
    assert verdict(before, after) == "columns gone: x; new: z"


@pytest.mark.parametrize("query", ["select 2 as x", "select 1 as x union all select 1"], ids=["value", "a row twice"])
def test_a_moved_figure_is_seen(publish, query):
    assert "rows only after" in verdict(publish("a", "select 1 as x"), publish("b", query))
