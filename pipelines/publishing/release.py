"""The folders of releases, and the link `published` that says which one is current.

A release is built in a folder that no reader looks at, and becomes current in one step. Whoever has files of the
release before open keeps them: it stays on disk until the next but one.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from pipelines.errors import PublishError

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.settings import Settings

# The current release and the one before: a report that takes minutes still finds its files.
KEPT_RELEASES = 2


def start(settings: Settings, run_id: str) -> Path:
    """An empty folder for a new release; what killed runs left unfinished goes."""
    releases = settings.home / "releases"
    for unfinished in releases.glob(".new-*"):
        shutil.rmtree(unfinished)
    folder = releases / f".new-{run_id}"
    folder.mkdir(parents=True)
    return folder


def make_current(settings: Settings, folder: Path, run_id: str) -> Path:
    """Give a finished release its name, point `published` at it, and remove the releases that are too old.

    Returns:
        The release's folder from now on.

    Raises:
        PublishError: `published` is there, and no link.
    """
    _sync(folder)
    final = _free_name(folder.parent, f"{settings.as_of_date}-{run_id[:8]}")
    folder.rename(final)
    _link(settings.published_path, final)
    _remove_old(final)
    return final


def _sync(folder: Path) -> None:
    """On disk before the link moves: a power cut must not leave a link to half-written files."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _free_name(releases: Path, name: str) -> Path:
    """A run that publishes again (a retry) gets a release of its own."""
    candidate, number = releases / name, 1
    while candidate.exists():
        number += 1
        candidate = releases / f"{name}-{number}"
    return candidate


def _link(published: Path, release: Path) -> None:
    """Point `published` at the release in one step: readers find the old set or the new one."""
    if published.exists() and not published.is_symlink():
        raise PublishError(f"{published}: is a folder, not our link. Move it away, then run again.")
    link = published.with_name(f".{published.name}.new")
    link.unlink(missing_ok=True)
    link.symlink_to(release.relative_to(published.parent), target_is_directory=True)
    link.replace(published)


def _remove_old(current: Path) -> None:
    others = [folder for folder in current.parent.iterdir() if folder != current]
    newest_first = sorted(others, key=lambda folder: folder.stat().st_mtime_ns, reverse=True)
    for old in newest_first[KEPT_RELEASES - 1 :]:
        shutil.rmtree(old)
