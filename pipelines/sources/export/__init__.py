"""The orders that a shop system exports as a file, in the layout of that system.

A layout is a module: the columns it reads, and the contract's tables as SQL over them. A file may be given more than
once and an order may be cut in two files; rows that two files have alike are one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pipelines import contract
from pipelines.errors import SourceError
from pipelines.settings.paths import files_at
from pipelines.settings.source_kinds import SourceKind
from pipelines.sources.export import shopify
from pipelines.sources.files import Files
from pipelines.sources.files.tables import Place
from pipelines.sources.files.unreadable import Cast
from pipelines.sources.reading import casting, evidence, wrong_values
from pipelines.sources.reading.options import ReadingOptions
from pipelines.sources.reading.rows import SUFFIXES, Rows, names, reading, suffix_of

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from pipelines.sources.export.layout import Layout

LAYOUTS = {"shopify": shopify.LAYOUT}


class ExportSource(ReadingOptions):
    """`[source]` of a shop system's own export of its orders."""

    layout: Literal["shopify"]
    """The system that made the export. `shopify`: Orders > Export > CSV, one row for each line of an order."""


class Export(Files):
    """Orders, lines and refunds out of a shop system's export."""

    def _cast_all(self, db: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, Cast]:
        source = self._settings.source
        assert isinstance(source, ExportSource)
        layout = LAYOUTS[source.layout]
        files = self._open_all(db, layout, folder)
        with reading(files[0].path):
            written, sentences = evidence.decided(db, layout.rows, files, self._notation)
            for sentence in (*wrong_values.uncastable_values(db, layout.rows, files, written), *sentences):
                self._fault(sentence)
            if self._faults:
                self._refuse([])
            for sentence in wrong_values.clock_changes(db, layout.rows, files, written):
                self._warn(sentence)
            rows = " union all ".join(casting.select(layout.rows, each, written) for each in files)
            db.execute(f"create table export_rows as {rows}")
            for statement in layout.statements:
                db.execute(statement)
        self._say(db, layout, names([rows.path for rows in files]))
        return {name: Cast(files, written) for name in layout.tables}

    def _open_all(self, db: duckdb.DuckDBPyConnection, layout: Layout, folder: Path) -> list[Rows]:
        """The export's files.

        Raises:
            SourceError: There is none, or one is no such export.
        """
        paths = [path for path in files_at(self._path) if suffix_of(path) in SUFFIXES]
        if not paths:
            raise SourceError(f"{self._path}: no {' or '.join(SUFFIXES)} file. Put the export of the shop there.")
        opened = [rows for path in paths if (rows := self._open(db, layout.rows, Place(path), folder))]
        for rows in opened:
            missing = [name for name in layout.required if name not in rows.columns]
            if missing:
                self._fault(
                    f"{rows.path}: no order export of {layout.system}: the columns {', '.join(missing)} are missing. "
                    f"Found: {', '.join(rows.columns)}."
                )
        if self._faults:
            self._refuse([])
        return [replace(rows, number=number) for number, rows in enumerate(opened)]

    def _say(self, db: duckdb.DuckDBPyConnection, layout: Layout, where: str) -> None:
        """Warn of what the export leaves open, and how often."""
        for name in layout.tables:
            self._map_countries(db, contract.TABLES[name], where)
        for query, text in layout.notes:
            (count,) = db.execute(query).fetchone() or (0,)
            if count:
                self._warn(f"{where}: {text.format(count=f'{count:,}')}")


KIND = SourceKind(
    ExportSource,
    Export,
    "The orders that a shop system exports as a file, in its own layout: `source.layout` says which. No column needs "
    "to be renamed.",
)
