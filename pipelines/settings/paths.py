"""Paths in a shop's file: where a relative one starts, and that there is something at its end."""

from __future__ import annotations

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


def _existing(path: Path, what: str, is_there: bool) -> Path:
    if not is_there:
        raise ValueError(
            f"no such {what} ({project_path(path)}). Give the path of the {what}, from the project's root or in full"
        )
    return project_path(path)


# Types of settings; their values are full paths.
ExistingFile = Annotated[Path, AfterValidator(_existing_file)]
ExistingFolder = Annotated[Path, AfterValidator(_existing_folder)]
