import hashlib
import json
import multiprocessing
import time
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from pipelines import database, sql
from pipelines.errors import PublishError
from pipelines.publishing import publish
from tests.support.shops import make_settings


@pytest.fixture
def settings(tmp_path):
    settings = make_settings(tmp_path)
    settings.home.mkdir()
    fill(settings, version=1)
    return settings


def fill(settings, version):
    with closing(duckdb.connect(str(settings.warehouse_path))) as db:
        db.execute("create schema if not exists marts")
        for name in ("orders", "customers"):
            db.execute(
                f"create or replace table marts.{name} as "
                f"select {version} as version, 1000 - i as id, (i / 3)::decimal(18,4) as amount from range(1000) t(i)"
            )
        db.execute("comment on table marts.orders is 'One row per order; it''s small.'")
        db.execute("comment on column marts.orders.amount is 'Money.'")


def read(path, query):
    with closing(duckdb.connect(str(path), read_only=True)) as db:
        return db.execute(query).fetchall()


def test_both_forms_and_the_manifest_say_the_same(settings):
    publish.publish(settings, "run-1")
    published = settings.published_path
    manifest = json.loads((published / "manifest.json").read_text())
    assert manifest["run_id"] == "run-1"
    assert manifest["as_of_date"] == "2024-03-01"
    for name, facts in manifest["tables"].items():
        file = published / "marts" / f"{name}.parquet"
        assert facts == {"row_count": 1000, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        in_database = read(published / "klantwaarde.duckdb", f"from marts.{name}")
        assert in_database == duckdb.sql(f"from '{file}'").fetchall() == sorted(in_database)


def test_comments_come_along(settings):
    publish.publish(settings, "run-1")
    query = (
        "select comment from duckdb_tables() where table_name = 'orders' union all "
        "select comment from duckdb_columns() where table_name = 'orders' and comment is not null"
    )
    assert read(settings.published_path / "klantwaarde.duckdb", query) == [
        ("One row per order; it's small.",),
        ("Money.",),
    ]


def test_the_same_marts_have_the_same_hashes_whatever_the_order_of_their_rows(settings):
    first = publish.publish(settings, "run-1").tables
    with closing(duckdb.connect(str(settings.warehouse_path))) as db:
        db.execute("create or replace table marts.orders as from marts.orders order by hash(id)")
    second = publish.publish(settings, "run-2").tables
    assert first == second
    fill(settings, version=2)
    assert publish.publish(settings, "run-3").tables["orders"]["sha256"] != first["orders"]["sha256"]


def test_nothing_is_published_without_marts_and_the_old_set_stays(settings):
    publish.publish(settings, "run-1")
    with closing(duckdb.connect(str(settings.warehouse_path))) as db:
        db.execute("drop schema marts cascade")
    with pytest.raises(PublishError, match="schema marts is empty"):
        publish.publish(settings, "run-2")
    assert json.loads((settings.published_path / "manifest.json").read_text())["run_id"] == "run-1"


@pytest.mark.parametrize("target", publish.TARGETS)
@pytest.mark.parametrize("lost", [{"orders": 999}, {}])
def test_a_target_that_lost_rows_or_a_mart_stops_the_release(settings, monkeypatch, target, lost):
    publish.publish(settings, "run-1")
    write = publish.TARGETS[target]

    def write_less(db, folder, marts):
        written = write(db, folder, marts)
        del written["orders"]
        return written | lost

    monkeypatch.setitem(publish.TARGETS, target, write_less)
    with pytest.raises(PublishError, match=rf"marts\.orders: 1000 rows in the warehouse, .* in {target}\. Nothing was"):
        publish.publish(settings, "run-2")
    assert json.loads((settings.published_path / "manifest.json").read_text())["run_id"] == "run-1"


def test_every_target_says_how_many_rows_are_in_what_it_wrote(settings, tmp_path):
    with database.scratch() as db:
        db.execute(f"attach {sql.text(settings.warehouse_path)} as warehouse (read_only)")
        for write in publish.TARGETS.values():
            assert write(db, tmp_path, ["orders", "customers"]) == {"orders": 1000, "customers": 1000}


def test_a_kill_while_building_leaves_the_old_set_and_the_next_run_cleans_up(settings):
    publish.publish(settings, "run-1")
    half = settings.home / "releases" / ".new-run-2"
    (half / "marts").mkdir(parents=True)
    (half / "klantwaarde.duckdb").write_bytes(b"half")
    publish.publish(settings, "run-3")
    assert not half.exists()
    assert json.loads((settings.published_path / "manifest.json").read_text())["run_id"] == "run-3"


def test_old_releases_go_but_for_the_last(settings):
    for number in range(4):
        publish.publish(settings, f"run-{number}")
    assert len(list((settings.home / "releases").iterdir())) == 2


def test_a_published_folder_that_is_not_ours_is_left_alone(settings):
    settings.published_path.mkdir()
    with pytest.raises(PublishError, match="is a folder, not our link"):
        publish.publish(settings, "run-1")


def loop_reading(published, stop, outcome):
    opened, versions, errors = 0, set(), []
    while not stop.is_set():
        try:
            found = read(
                Path(published) / "klantwaarde.duckdb",
                "select (select max(version) from marts.orders), (select max(version) from marts.customers)",
            )[0]
        except Exception as error:
            errors.append(str(error))
            continue
        opened += 1
        versions.add(found)
    outcome.put((opened, versions, errors))


def test_readers_that_loop_through_swaps_never_see_an_error_or_a_mixture(settings):
    publish.publish(settings, "run-1")
    context = multiprocessing.get_context("spawn")
    stop, outcome = context.Event(), context.Queue()
    reader = context.Process(target=loop_reading, args=(str(settings.published_path), stop, outcome))
    reader.start()
    for version in range(2, 14):
        fill(settings, version)
        publish.publish(settings, f"run-{version}")
        time.sleep(0.1)
    stop.set()
    opened, versions, errors = outcome.get(timeout=30)
    reader.join()
    assert errors == []
    assert all(orders == customers for orders, customers in versions)
    assert len(versions) > 2, f"the reader saw {versions} in {opened} looks"
