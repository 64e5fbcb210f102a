"""The marts in one DuckDB file, with a comment on every table and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import sql
from pipelines.database import row_count

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

FILE = "klantwaarde.duckdb"


def write(db: duckdb.DuckDBPyConnection, folder: Path, marts: list[str]) -> dict[str, int]:
    """Copy the marts, sorted, from the attached `warehouse` into the release's file, which stays attached as `release`.

    Args:
        db: A scratch database with `warehouse` attached.
        folder: The release's.
        marts: Tables and views of schema `marts`.

    Returns:
        The number of rows of each mart in the file.
    """
    db.execute(f"attach {sql.text(folder / FILE)} as release")
    db.execute("create schema release.marts")
    for mart in marts:
        name = sql.identifier(mart)
        db.execute(f"create table release.marts.{name} as from warehouse.marts.{name} order by all")
        _copy_comments(db, mart)
    db.execute("checkpoint release")
    return {mart: row_count(db, f"release.marts.{sql.identifier(mart)}") for mart in marts}


def _copy_comments(db: duckdb.DuckDBPyConnection, mart: str) -> None:
    """A table made from a query has no comments."""
    where = "where database_name = 'warehouse' and schema_name = 'marts' and comment is not null"
    of_mart = f"""
        select comment from duckdb_tables() {where} and table_name = $mart
        union all
        select comment from duckdb_views() {where} and view_name = $mart
    """
    of_columns = f"select column_name, comment from duckdb_columns() {where} and table_name = $mart"
    table = f"release.marts.{sql.identifier(mart)}"
    statements = [
        f"comment on table {table} is {sql.text(comment)}"
        for (comment,) in db.execute(of_mart, {"mart": mart}).fetchall()
    ]
    statements += [
        f"comment on column {table}.{sql.identifier(column)} is {sql.text(comment)}"
        for column, comment in db.execute(of_columns, {"mart": mart}).fetchall()
    ]
    # In one transaction: each would be written to disk on its own.
    db.execute("; ".join(["begin", *statements, "commit"]))
