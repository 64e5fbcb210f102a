import duckdb
import pytest

from pipelines import database
from pipelines.errors import HomeError
from tests.support.shops import make_settings


@pytest.fixture
def settings(tmp_path):
    settings = make_settings(tmp_path)
    with database.connect(settings) as db:
        db.execute("create table numbers as select i, md5(i::varchar) as text from range(100_000) as rows (i)")
    return settings


def test_a_cut_warehouse_is_put_aside_and_a_new_one_made(settings, caplog):
    path = settings.warehouse_path
    path.write_bytes(path.read_bytes()[:300])
    with database.connect(settings) as db:
        assert db.execute("from duckdb_tables()").fetchall() == []
    assert (settings.home / "warehouse.damaged-1.duckdb").stat().st_size == 300
    assert f"{path} is damaged" in caplog.text
    assert "Nothing is lost" in caplog.text


def test_damage_that_shows_while_reading_is_told_and_the_next_connection_starts_anew(settings):
    error = duckdb.IOException("IO Error: Corrupt database file: computed checksum 1 does not match 2")
    with (
        pytest.raises(HomeError, match=r"is damaged.*warehouse\.damaged-1\.duckdb.*rebuilt.*Run again"),
        database.connect(settings),
    ):
        raise error
    with database.connect(settings) as db:
        assert db.execute("from duckdb_tables()").fetchall() == []


def test_a_file_that_another_program_holds_is_not_called_damaged(settings, monkeypatch):
    def held(_):
        raise duckdb.IOException('IO Error: Could not set lock on file "warehouse.duckdb"')

    monkeypatch.setattr(database, "_open", held)
    with pytest.raises(HomeError, match="close it there"), database.connect(settings):
        pass
    assert settings.warehouse_path.exists()
