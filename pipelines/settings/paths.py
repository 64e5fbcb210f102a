"""Paths in a shop's file: where a relative one starts, and that there is something at its end."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

PROJECT_ROOT = Path(__file__).resolve().parent.parent.parent


def project_path(path: str | Path) -> Path:
    """Relative paths start at the project's root, so that a command means the same from any folder."""
    return (PROJECT_ROOT / Path(path).expanduser()).resolve()


def _existing_file(path: Path) -> Path:
    return _existing(path, "file", project_path(path).is_file())


def _existing_folder(path: Path) -> Path:
    return _existing(path, "folder", project_path(path).is_dir())


def _existing_files(path: Path) -> Path:
    if not files_at(project_path(path)) and not project_path(path).is_dir():
        raise ValueError(
            f"no such file or folder, and no file of this pattern ({project_path(path)}). Give the path of a folder or "
            "a file, or a pattern such as exports/orders_*.csv, from the project's root or in full"
        )
    return project_path(path)


def files_at(path: Path) -> list[Path]:
    """The file, the files in the folder, or those whose path matches the pattern; in the order of their names."""
    if path.is_file():
        return [path]
    # A pattern may be absolute, which Path.glob does not take.
    matches = (Path(match) for match in glob.iglob(str(path), recursive=True))  # noqa: PTH207
    found = path.iterdir() if path.is_dir() else matches
    return sorted(each for each in found if each.is_file() and not each.name.startswith((".", "~")))


def _existing(path: Path, what: str, is_there: bool) -> Path:
    if not is_there:
        raise ValueError(
            f"no such {what} ({project_path(path)}). Give the path of the {what}, from the project's root or in full"
        )
    return project_path(path)


# Types of settings; their values are full paths.
ExistingFile = Annotated[Path, AfterValidator(_existing_file)]
ExistingFiles = Annotated[Path, AfterValidator(_existing_files)]
ExistingFolder = Annotated[Path, AfterValidator(_existing_folder)]
