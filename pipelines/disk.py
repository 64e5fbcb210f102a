"""Disk space: what a night needs, whether it is there, and the errors by which programs say that it is not."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import HomeError
from pipelines.settings.paths import files_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.settings import Settings

MB = 1_000_000

# What even the smallest shop takes: run history, compiled SQL, nearly empty marts and warehouse. Measured: 45 MB.
BASE_BYTES = 60 * MB

# Run history and compiled SQL of one night. Measured: 4 MB.
HISTORY_BYTES = 10 * MB

# A landed day is a folder of small files, each of which takes a block or two of the disk. Measured: 25 to 43 KB.
DAY_BYTES = 48_000

# What the home holds after a first night, by byte of the source's file beside the days' folders. A million rows of
# Online Retail II are 6 MB of Parquet, 45 MB of xlsx or 95 MB of csv, and make 140 MB of landing, warehouse and marts.
# A csv file is about an eighth of its size when it is compressed.
BYTES_BY_SOURCE_BYTE = {".parquet": 25.0, ".xlsx": 4.0, ".csv": 2.0, ".gz": 16.0}

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_UNWRITABLE = _FULL | {errno.EROFS, errno.EACCES, errno.EPERM}

# SQLite, in which Dagster keeps its run history, has words of its own.
_SQLITE_WORDS = ("database or disk is full", "disk I/O error", "attempt to write a readonly database")


def require_space(settings: Settings) -> None:
    """Refuse a night that would fill the disk before its end.

    Raises:
        HomeError: Less is free than the night is expected to need; the text has both figures and the disk.
    """
    for folder, needed in _needed_bytes(settings).items():
        free = shutil.disk_usage(folder).free
        if free < needed:
            raise HomeError(
                f"{folder}: too little disk space for the night: about {_mb(needed)} are needed, and {_mb(free)} are "
                f"free on the disk at {_mount(folder)}. Nothing was read. Free some, then run again; the last good "
                "marts stay published. Or move the home to a larger disk and name it in KLANTWAARDE_HOME (in TMPDIR, "
                "for temporary files)."
            )


def shortage(settings: Settings) -> str:
    """What is too little for the next night, in words; empty if there is enough."""
    try:
        require_space(settings)
    except HomeError as error:
        return str(error)
    return ""


def needed_bytes(settings: Settings) -> int:
    """What a night may add to the home, at most at a time.

    A new release stands beside the old ones, and dbt builds each table anew before the old one goes: both as large as
    they are now. Days never read come on top, by their number and by the size of the source's file.
    """
    days = settings.landing_path / "days"
    all_days = (settings.as_of_date - settings.shop.start_date).days
    landed = sum(not entry.name.startswith(".") for entry in os.scandir(days)) if days.is_dir() else 0
    unread = max(all_days - landed, 0)
    source = sum(size * BYTES_BY_SOURCE_BYTE.get(suffix, 0) for suffix, size in _source_files(settings))
    held = sum(_size(path) for path in (settings.warehouse_path, settings.published_path.resolve()))
    return int(max(BASE_BYTES, held + HISTORY_BYTES) + unread * DAY_BYTES + source * unread / all_days)


def _needed_bytes(settings: Settings) -> dict[Path, int]:
    """Folders to write to, one of each disk, and what each must have free: the home, and what is temporary."""
    home, temporary = _existing(settings.home), Path(tempfile.gettempdir())
    needed = {home: needed_bytes(settings)}
    # The source's tables are copied once, sorted by day.
    copies = int(sum(size for _, size in _source_files(settings)))
    if temporary.stat().st_dev == home.stat().st_dev:
        needed[home] += copies
    else:
        needed[temporary] = copies
    return needed


def _source_files(settings: Settings) -> Iterator[tuple[str, int]]:
    """Suffix and size of the files that the source reads, where it reads files."""
    path = getattr(settings.source, "path", None)
    if isinstance(path, Path):
        for file in files_at(path):
            yield file.suffix.lower(), file.stat().st_size


def is_unwritable(error: BaseException | None) -> bool:
    """Whether an error, or one that caused it, says that a disk is full or may not be written."""
    while error is not None:
        if (isinstance(error, OSError) and error.errno in _UNWRITABLE) or says_unwritable(str(error)):
            return True
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return False


def says_unwritable(text: str) -> bool:
    """The same of an error's text: DuckDB and SQLite give the system's error in words only."""
    return any(words in text for words in (*_SQLITE_WORDS, *map(os.strerror, _UNWRITABLE)))


def cannot_write(home: Path, error: BaseException) -> HomeError:
    """An error in words: the folder, the system's reason, what to do, and what is free on which disk."""
    # SQLAlchemy puts the statement and a link below the first line.
    reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
    path = _path_in(error)
    place = home if path is None or path.is_relative_to(home) else path
    if place != home and getattr(error, "errno", None) in (errno.EACCES, errno.EPERM):
        return HomeError(
            f"{place}: the user who runs this may not read or write it ({reason}). Correct its permissions, then run "
            "again. The last good marts stay published."
        )
    return HomeError(
        f"{place}: cannot be written: {reason}. Free disk space or correct the folder's permissions, then run again. "
        f"The last good marts stay published. {_free(place)}"
    )


def _path_in(error: BaseException) -> Path | None:
    """The file that an error is about: its own, or as DuckDB quotes it."""
    name = getattr(error, "filename", None)
    if isinstance(name, str):
        return Path(name)
    quoted = re.search(r'"(/[^"\n]+)"', str(error))
    return Path(quoted[1]) if quoted else None


def _free(path: Path) -> str:
    usage = shutil.disk_usage(_existing(path))
    return f"Free on the disk at {_mount(path)}: {_mb(usage.free)} of {_mb(usage.total)}."


def _mount(path: Path) -> Path:
    """Where the disk that holds a path is mounted."""
    return next(folder for folder in [_existing(path), *_existing(path).parents] if folder.is_mount())


def _existing(path: Path) -> Path:
    """The path, or the first folder above it that is there."""
    path = path.absolute()
    return next(folder for folder in [path, *path.parents] if folder.exists())


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _mb(size: float) -> str:
    return f"{size / MB:,.0f} MB"
