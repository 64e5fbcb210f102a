import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines import contract
from pipelines.landing import queries, store
from tests.support.shops import make_settings

NOW = dt.datetime(2024, 3, 1)
DAY, NEXT_DAY, DAY_AFTER = dt.date(2024, 1, 2), dt.date(2024, 1, 3), dt.date(2024, 1, 4)


@pytest.fixture
def settings(tmp_path):
    return make_settings(tmp_path)


def order_rows(*ids, day=DAY):
    schema = contract.ORDERS.landed_schema().insert(0, pa.field("order_date", pa.date32()))
    schema = schema.remove(schema.get_field_index("_extracted_at"))
    rows = [dict.fromkeys(schema.names) | {"order_date": day, "order_id": order_id} for order_id in ids]
    return pa.Table.from_pylist(rows, schema=schema)


def land(settings, *ids, day=DAY):
    return store.write_days(settings, [day], {"orders": order_rows(*ids, day=day)}, NOW)


def ids_on(settings, day=DAY):
    return store.read_day(settings, "orders", day).column("order_id").to_pylist()


def test_the_same_rows_in_another_order_are_the_same_day_and_keep_their_stamp(settings):
    assert land(settings, "A", "B") == {DAY}
    file = store.day_files(settings, "orders", [DAY])[0]
    before = Path(file).read_bytes()
    later = store.write_days(settings, [DAY], {"orders": order_rows("B", "A")}, NOW + dt.timedelta(days=1))
    assert later == set()
    assert Path(file).read_bytes() == before


def test_another_content_replaces_the_day_whole(settings):
    land(settings, "A", "B")
    assert land(settings, "C") == {DAY}
    assert ids_on(settings) == ["C"]


def test_a_day_without_rows_is_landed_too(settings):
    assert store.write_days(settings, [DAY, NEXT_DAY], {"orders": order_rows("A")}, NOW) == {DAY, NEXT_DAY}
    assert list(store.landed_days(settings)) == [DAY, NEXT_DAY]
    assert ids_on(settings, NEXT_DAY) == []


def test_a_table_without_rows_on_a_day_costs_no_file(settings):
    empty = {table.name: table.landed_schema().empty_table() for table in contract.ORDER_PARTS}
    day = pa.array([], pa.date32())
    empty = {name: rows.add_column(0, "order_date", day) for name, rows in empty.items()}
    store.write_days(settings, [DAY], {"orders": order_rows("A"), **empty}, NOW)
    assert {path.name for path in (settings.landing_path / "days" / f"{DAY}").iterdir()} == {"orders.parquet", "digest"}
    assert store.read_day(settings, "payments", DAY).schema.names[:3] == ["order_date", "order_id", "payment_id"]


def test_a_day_landed_under_another_contract_counts_as_never_read(settings, monkeypatch):
    land(settings, "A")
    land(settings, "B", day=NEXT_DAY)
    with monkeypatch.context() as patch:
        patch.setattr(store, "_contract_version", lambda: "other")
        assert store.landed_days(settings) == {}
        assert land(settings, "A") == {DAY}
        assert list(store.landed_days(settings)) == [DAY]
    assert list(store.landed_days(settings)) == [NEXT_DAY]
    assert land(settings, "A") == {DAY}


@pytest.mark.parametrize("moment", ["while building", "between the renames", "before removing the old"])
def test_a_kill_at_any_moment_leaves_the_old_day_or_the_new_one(settings, moment):
    land(settings, "old")
    folder = settings.landing_path / "days"
    final, new, old = folder / f"{DAY}", folder / f".new_{DAY}", folder / f".old_{DAY}"
    if moment == "while building":
        new.mkdir()
        (new / "orders.parquet").write_bytes(b"half")
    elif moment == "between the renames":
        new.mkdir()
        final.rename(old)
    else:
        old.mkdir()
        (old / "digest").write_text("older")
    store.recover(settings)
    assert ids_on(settings) == ["old"]
    assert [path.name for path in folder.iterdir()] == [f"{DAY}"]


def test_an_order_on_two_days_is_found(settings):
    assert queries.days_that_share_orders(settings) == set()
    assert queries.days_of_orders(settings, pa.array(["A"])) == set()
    land(settings, "A", "B", None)
    land(settings, "B", "B", day=NEXT_DAY)
    land(settings, "C", "C", None, day=DAY_AFTER)
    assert queries.days_that_share_orders(settings) == {DAY, NEXT_DAY}
    assert queries.days_of_orders(settings, pa.array(["A", "C", "D"])) == {DAY, DAY_AFTER}
    assert queries.days_of_orders(settings, pa.array([], pa.string())) == set()


def customer_rows(**countries):
    schema = contract.CUSTOMERS.landed_schema()
    schema = schema.remove(schema.get_field_index("_extracted_at"))
    rows = [dict.fromkeys(schema.names) | {"customer_id": key, "country": value} for key, value in countries.items()]
    return pa.Table.from_pylist(rows, schema=schema)


def test_a_keyed_row_replaces_the_row_of_its_key(settings):
    import pyarrow.parquet as pq

    assert store.upsert_keyed(settings, "customers", customer_rows(a="NL", b="BE"), NOW)
    assert not store.upsert_keyed(settings, "customers", customer_rows(b="BE"), NOW)
    assert store.upsert_keyed(settings, "customers", customer_rows(b="DE", c="NL"), NOW)
    rows = pq.read_table(store.keyed_file(settings, "customers")).to_pylist()
    assert {row["customer_id"]: row["country"] for row in rows} == {"a": "NL", "b": "DE", "c": "NL"}


def test_a_whole_delivery_leaves_only_the_rows_that_it_has(settings):
    import pyarrow.parquet as pq

    store.upsert_keyed(settings, "customers", customer_rows(a="NL", b="BE"), NOW)
    assert store.replace_keyed(settings, "customers", customer_rows(b="BE"), NOW)
    assert not store.replace_keyed(settings, "customers", customer_rows(b="BE"), NOW)
    assert pq.read_table(store.keyed_file(settings, "customers")).column("customer_id").to_pylist() == ["b"]


@pytest.mark.parametrize("nothing", [None, "no rows"])
def test_a_keyed_table_without_rows_is_as_if_it_had_never_been_delivered(settings, nothing):
    rows = None if nothing is None else customer_rows()
    assert not store.replace_keyed(settings, "customers", rows, NOW)
    store.upsert_keyed(settings, "customers", customer_rows(a="NL"), NOW)
    assert store.replace_keyed(settings, "customers", rows, NOW)
    assert store.keyed_file(settings, "customers") is None
    assert store.keyed_digests(settings) == {}


def test_days_from_one_on_are_discarded(settings):
    land(settings, "A")
    land(settings, "B", day=NEXT_DAY)
    store.discard_days(settings, NEXT_DAY)
    assert list(store.landed_days(settings)) == [DAY]


def test_a_kill_while_a_day_is_removed_leaves_nothing_of_it(settings):
    land(settings, "A")
    (file,) = map(Path, store.day_files(settings, "orders", [DAY]))
    file.parent.rename(file.parent.with_name(f".gone_{DAY}"))
    store.recover(settings)
    assert list(settings.landing_path.joinpath("days").iterdir()) == []


def test_a_keyed_file_of_an_earlier_contract_goes_on_with_the_new_columns_empty(settings):
    import pyarrow.parquet as pq

    store.upsert_keyed(settings, "customers", customer_rows(a="NL"), NOW)
    file = store.keyed_file(settings, "customers")
    pq.write_table(pq.ParquetFile(file).read().drop_columns(["company_id"]), file)
    assert store.upsert_keyed(settings, "customers", customer_rows(b="BE"), NOW)
    rows = pq.read_table(store.keyed_file(settings, "customers")).to_pylist()
    assert [(row["customer_id"], row["company_id"]) for row in rows] == [("a", None), ("b", None)]


def test_a_kill_between_a_keyed_file_and_its_digest_is_repaired(settings):
    store.upsert_keyed(settings, "customers", customer_rows(a="NL"), NOW)
    digest = settings.landing_path / "keyed" / "customers.digest"
    digest.write_text("that of an older file")
    assert store.upsert_keyed(settings, "customers", customer_rows(a="NL"), NOW)
    assert digest.read_text() != "that of an older file"


def test_a_day_read_back_and_written_again_is_the_same_day(settings):
    full = order_rows("A", "B")
    stamps = pa.array([None, dt.datetime(2024, 1, 2)], pa.timestamp("us"))
    full = full.set_column(full.schema.get_field_index("placed_at"), "placed_at", stamps)
    amounts = pa.array([Decimal(1), None], pa.decimal128(18, 4))
    full = full.set_column(full.schema.get_field_index("tax_amount"), "tax_amount", amounts)
    flags = pa.array([None, True])
    full = full.set_column(full.schema.get_field_index("is_test"), "is_test", flags)
    store.write_days(settings, [DAY], {"orders": full}, NOW)
    again = store.read_day(settings, "orders", DAY)
    assert store.write_days(settings, [DAY], {"orders": again}, NOW) == set()
    changed = full.set_column(full.schema.get_field_index("is_test"), "is_test", pa.array([False, True]))
    assert store.write_days(settings, [DAY], {"orders": changed}, NOW) == {DAY}


def test_a_day_cut_short_is_removed_and_counts_as_never_read(settings):
    land(settings, "A")
    land(settings, "B", day=NEXT_DAY)
    (file,) = map(Path, store.day_files(settings, "orders", [DAY]))
    file.write_bytes(file.read_bytes()[:300])
    assert store.discard_damaged(settings) == [file.parent]
    assert list(store.landed_days(settings)) == [NEXT_DAY]
    assert store.discard_damaged(settings) == []


def test_a_day_with_a_file_too_few_is_removed(settings):
    land(settings, "A")
    (file,) = map(Path, store.day_files(settings, "orders", [DAY]))
    file.unlink()
    assert store.discard_damaged(settings) == [file.parent]


def test_a_damaged_keyed_table_is_removed_with_its_digest(settings):
    store.upsert_keyed(settings, "customers", customer_rows(a="NL"), NOW)
    file = store.keyed_file(settings, "customers")
    assert store.discard_damaged(settings) == []
    file.write_bytes(b"nothing of the kind")
    assert store.discard_damaged(settings) == [file]
    assert store.keyed_digests(settings) == {}


def test_what_an_earlier_version_landed_without_checksums_stays(settings):
    land(settings, "A")
    store.upsert_keyed(settings, "customers", customer_rows(a="NL"), NOW)
    for digest in settings.landing_path.rglob("*digest"):
        digest.write_text(digest.read_text().partition("\n")[0])
    assert store.discard_damaged(settings) == []
    assert ids_on(settings) == ["A"]
