"""The publish stage: the marts as one set of files that BI tools read.

    publish      the stage: build a release beside the current one, check it, make it the current one
    release      the folders of releases: names, the link `published`, clean-up
    duckdb_file  target: all marts in one DuckDB file, sorted, with their comments
    parquet      target: one Parquet file per mart, and its content hash

A new target is a module here with one function, listed in `publish.TARGETS`:

    def write(db: DuckDBPyConnection, folder: Path, marts: list[str]) -> dict[str, int]

It copies every mart from `release.marts`, where `duckdb_file` has put the rows in their final order, to a place of its
own in the release's `folder`, reads it back, and returns the number of rows it found in each mart. `publish` compares
these with the warehouse before a reader sees the release.
"""
