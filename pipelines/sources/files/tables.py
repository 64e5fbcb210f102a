"""Which of a shop's files hold which contract table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.settings.paths import files_at
from pipelines.sources.reading.rows import SUFFIXES, suffix_of
from pipelines.sources.reading.xlsx import sheet_titles

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Where rows of a table are.

    Attributes:
        path: The file.
        sheet: The worksheet, in a workbook that has one for each table.
    """

    path: Path
    sheet: str | None = None


@dataclass
class Found:
    """What there is.

    Attributes:
        places: The files of each table, in the order of their names.
        faults: Why they cannot be read.
        warnings: What is there and not read, though its name looks as if it should be.
    """

    places: dict[str, list[Place]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def find(path: Path) -> Found:
    """The files of each contract table: `orders.csv`, `orders_2024-01.csv` and so on, or worksheets of these names.

    Args:
        path: A folder, a file or a pattern.
    """
    found = Found()
    files = files_at(path)
    for name in (table.name for table in (*contract.ORDER_TABLES, *contract.KEYED_TABLES)):
        plain = [file for file in files if file.name.lower() in {f"{name}{suffix}" for suffix in SUFFIXES}]
        parts = [file for file in files if _is_part(name, file)]
        if len(plain) > 1:
            found.faults.append(f"{plain[0]} and {plain[1]}: both are there; remove the one that is out of date.")
        elif plain or parts:
            found.places[name] = [Place(file) for file in [*plain, *parts]]
        unread = [file.name for file in files if _looks_like(name, file) and file not in [*plain, *parts]]
        if unread:
            found.warnings.append(
                f"{path}: not read: {', '.join(unread)}. A file of {name} is called {name}, or {name}_ and a number or "
                f"a date, such as {name}_2024-01.csv."
            )
    _add_worksheets(found, files)
    for table in contract.ORDER_TABLES:
        if table.is_compulsory and table.name not in found.places and not found.faults:
            here = ", ".join(sorted(file.name for file in files)) or "nothing; the folder is empty"
            found.faults.append(
                f"{path}: {table.name}.csv or {table.name}.parquet is missing. Found: {here}."
                f"{_how_to_give_more(path, files)}"
            )
    return found


def _how_to_give_more(path: Path, files: list[Path]) -> str:
    if path.is_dir():
        return ""
    if files == [path]:
        return " Give the folder with all tables, or a workbook with a worksheet for each."
    return " Give a pattern that all tables match, or the folder."


def _add_worksheets(found: Found, files: list[Path]) -> None:
    """Take the worksheets called like a table from workbooks that are not."""
    taken = {place.path for places in found.places.values() for place in places}
    for file in files:
        if suffix_of(file) == ".xlsx" and file not in taken:
            for title in sheet_titles(file):
                name = title.strip().lower().replace(" ", "_")
                if name in contract.TABLES and name != contract.SOURCE_COUNTS.name:
                    found.places.setdefault(name, []).append(Place(file, title))


def _is_part(name: str, file: Path) -> bool:
    """Whether the file is called like the table and, after a sign, a number or a date."""
    rest = _rest(name, file)
    return rest is not None and re.fullmatch(r"[-_. (].*\d.*", rest) is not None


def _looks_like(name: str, file: Path) -> bool:
    rest = _rest(name, file)
    return rest is not None and re.match("[-_. (]", rest) is not None


def _rest(name: str, file: Path) -> str | None:
    """What follows the table's name in that of the file, without the suffix; None if it is another file."""
    suffix = suffix_of(file)
    lower = file.name.lower()
    if suffix not in SUFFIXES or not lower.startswith(name):
        return None
    return lower.removesuffix(suffix).removeprefix(name)
