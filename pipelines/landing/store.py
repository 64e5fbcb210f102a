"""The landing: a mirror of the shop in Parquet, one folder per order day, and one file per keyed table.

    landing/days/2011-03-01/orders.parquet, order_lines.parquet, ..., digest
    landing/keyed/customers.parquet, customers.digest, ...

A day is replaced whole or not at all. The first line of a digest file is a fingerprint of the rows without
`_extracted_at`; a day read again with the same content stays untouched, so `_extracted_at` says when this content was
first seen, and the later stages see at a glance which days are new to them. Its other lines are the checksums of the
files, by which damage is found. A day landed under another contract counts as never read: the shop may have more to
tell about it than was asked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from functools import cache
from typing import TYPE_CHECKING, Any

from pipelines import contract
from pipelines.home import write_text
from pipelines.landing.digest import checksums, content_digest, content_schema, sorted_rows, split_by_day, stamped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

    from pipelines.settings import Settings

DIGEST = "digest"

# A day of a small shop is a few kilobytes: dictionaries and statistics cost more to read than they save.
FILE_FORMAT: dict[str, Any] = {"compression": "zstd", "use_dictionary": False, "write_statistics": False}


def landed_days(settings: Settings) -> dict[dt.date, str]:
    """Every landed day with its digest, in order."""
    folder = _days_path(settings)
    if not folder.is_dir():
        return {}
    days = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    digests = {dt.date.fromisoformat(path.name): _content_line(path / DIGEST) for path in days}
    return {day: digest for day, digest in digests.items() if digest.startswith(f"{_version(settings)}-")}


def day_files(settings: Settings, table_name: str, days: Iterable[dt.date]) -> list[str]:
    """The files of one table on these days; a day without rows has none."""
    paths = (_days_path(settings) / day.isoformat() / f"{table_name}.parquet" for day in sorted(days))
    return [str(path) for path in paths if path.exists()]


def keyed_file(settings: Settings, table_name: str) -> Path | None:
    """The file of a keyed table, or None if the shop never delivered a row of it."""
    path = settings.landing_path / "keyed" / f"{table_name}.parquet"
    return path if path.exists() else None


def keyed_digests(settings: Settings) -> dict[str, str]:
    """Landed keyed tables with their digests."""
    folder = settings.landing_path / "keyed"
    return {path.stem: _content_line(path) for path in sorted(folder.glob("*.digest"))}


def recover(settings: Settings) -> None:
    """Mend what a killed run left: half-built days go, a day caught between old and new gets its old content back."""
    folder = _days_path(settings)
    if not folder.is_dir():
        return
    for leftover in sorted(folder.glob(".*")):
        kind, _, day = leftover.name.partition("_")
        if kind == ".old" and not (folder / day).exists():
            leftover.rename(folder / day)
        else:
            shutil.rmtree(leftover)


def discard_damaged(settings: Settings) -> list[Path]:
    """Remove landed days and keyed tables whose files are not the ones that were written; the shop is asked again.

    A file is damaged by a disk that fills up or fails, or by a hand. Returns what was removed.
    """
    damaged: list[Path] = []
    for day in landed_days(settings):
        folder = _days_path(settings) / day.isoformat()
        if not _is_as_written(folder / DIGEST, folder.glob("*.parquet")):
            _remove_day(folder)
            damaged.append(folder)
    for name in keyed_digests(settings):
        path = settings.landing_path / "keyed" / f"{name}.parquet"
        if not _is_as_written(path.with_suffix(".digest"), [path] if path.exists() else []):
            path.with_suffix(".digest").unlink()
            path.unlink(missing_ok=True)
            damaged.append(path)
    return damaged


def discard_days(settings: Settings, end: dt.date) -> None:
    """Remove the landed days from this one on."""
    for day in landed_days(settings):
        if day >= end:
            _remove_day(_days_path(settings) / day.isoformat())


def write_days(
    settings: Settings, days: Iterable[dt.date], tables: dict[str, pa.Table], extracted_at: dt.datetime
) -> set[dt.date]:
    """Replace whole days.

    Args:
        settings: The shop's.
        days: The days to replace; one without rows in `tables` becomes an empty day.
        tables: Rows by table in landed columns (addresses hashed), `order_date` first, the columns a source may
            leave out filled with their defaults.
        extracted_at: When the rows were read, UTC.

    Returns:
        The days whose content changed.
    """
    rows_by_day = {name: split_by_day(contract.TABLES[name], rows) for name, rows in tables.items()}
    known = landed_days(settings)
    changed = set()
    for day in sorted(days):
        content = {name: by_day[day] for name, by_day in rows_by_day.items() if day in by_day}
        digest = f"{_version(settings)}-{content_digest(content)}"
        if known.get(day) != digest:
            _replace_day(_days_path(settings), day, content, digest, extracted_at)
            changed.add(day)
    return changed


def read_day(settings: Settings, table_name: str, day: dt.date) -> pa.Table:
    """One table of one day as `write_days` takes it, without `_extracted_at`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = _days_path(settings) / day.isoformat() / f"{table_name}.parquet"
    schema = contract.TABLES[table_name].landed_schema()
    rows = pq.ParquetFile(path).read() if path.exists() else schema.empty_table()
    rows = rows.drop_columns([contract.EXTRACTED_AT])
    return rows.add_column(0, "order_date", pa.array([day] * rows.num_rows, pa.date32()))


def replace_keyed(settings: Settings, table_name: str, rows: pa.Table | None, extracted_at: dt.datetime) -> bool:
    """Make these rows, in landed columns, the whole of a keyed table. True if the content changed.

    Without a row the table is gone from the landing, as if the shop had never delivered it.
    """
    import pyarrow.parquet as pq

    table = contract.TABLES[table_name]
    path = settings.landing_path / "keyed" / f"{table_name}.parquet"
    if rows is None or rows.num_rows == 0:
        was_landed = path.with_suffix(".digest").exists()
        path.with_suffix(".digest").unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        return was_landed
    rows = sorted_rows(table, rows.cast(content_schema(table)))
    digest = content_digest({table_name: rows})
    if keyed_digests(settings).get(table_name) == digest:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    pq.write_table(stamped(rows, extracted_at), temporary, **FILE_FORMAT)
    temporary.replace(path)
    # The digest goes last: a run killed between the two leaves a file that its digest does not know, which counts as
    # damaged, and the next run reads it again.
    write_text(path.with_suffix(".digest"), f"{digest}\n{checksums([path])}")
    return True


def upsert_keyed(settings: Settings, table_name: str, rows: pa.Table, extracted_at: dt.datetime) -> bool:
    """Put rows, in landed columns, into a keyed table: a row replaces the rows of the same key.

    For what changed since an instant; rows without a key, which replace none, have to be read whole. True if the
    content changed.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = contract.TABLES[table_name]
    path = settings.landing_path / "keyed" / f"{table_name}.parquet"
    if path.exists():
        old = pq.ParquetFile(path).read().drop_columns([contract.EXTRACTED_AT])
        # Landed under an earlier contract, it knows nothing of the columns that came since.
        for name in set(rows.column_names) - set(old.column_names):
            old = old.append_column(name, pa.nulls(old.num_rows, rows.schema.field(name).type))
        kept = old.join(rows.select(list(table.key)), list(table.key), join_type="left anti")
        rows = pa.concat_tables([kept.select(rows.column_names), rows])
    return replace_keyed(settings, table_name, rows, extracted_at)


def _content_line(digest_file: Path) -> str:
    return digest_file.read_text(encoding="utf-8").partition("\n")[0]


def _is_as_written(digest_file: Path, files: Iterable[Path]) -> bool:
    _, has_checksums, written = digest_file.read_text(encoding="utf-8").partition("\n")
    # An earlier version wrote none; what it landed cannot be checked, and the shop may no longer have it all.
    return not has_checksums or written == checksums(files)


def _remove_day(folder: Path) -> None:
    """Out of sight first: `recover` removes what a killed run leaves of it."""
    shutil.rmtree(folder.rename(folder.with_name(f".gone_{folder.name}")))


def _days_path(settings: Settings) -> Path:
    return settings.landing_path / "days"


def _version(settings: Settings) -> str:
    """What a day's rows depend on beside the shop: the contract, the source's settings, and the words of an address."""
    rules = settings.definitions.domain_rules(), settings.identity.address_rules(), settings.source.row_rules()
    return _contract_version() + hashlib.sha256(repr(rules).encode()).hexdigest()[:8]


@cache
def _contract_version() -> str:
    """A fingerprint of the columns that lie on order days."""
    columns = [(table.name, table.landed_columns) for table in contract.DAY_TABLES]
    return hashlib.sha256(repr(columns).encode()).hexdigest()[:8]


def _replace_day(
    folder: Path, day: dt.date, content: dict[str, pa.Table], digest: str, extracted_at: dt.datetime
) -> None:
    """Build the day beside, then swap the folders; `recover` mends a kill between the two renames."""
    import pyarrow.parquet as pq

    new, old, final = (folder / name for name in (f".new_{day}", f".old_{day}", f"{day}"))
    new.mkdir(parents=True)
    for name, rows in content.items():
        pq.write_table(stamped(rows, extracted_at), new / f"{name}.parquet", **FILE_FORMAT)
    (new / DIGEST).write_text(f"{digest}\n{checksums(new.glob('*.parquet'))}", encoding="utf-8")
    if final.exists():
        final.rename(old)
    new.rename(final)
    if old.exists():
        shutil.rmtree(old)
