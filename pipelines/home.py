"""The home folder: whose it is, its lock, and writing a file to it whole or not at all.

A home belongs to one shop, the first that uses it. One run at a time: every stage holds the lock while it writes. A
second run waits, and says which run it waits for.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines import disk
from pipelines.errors import HomeError, ShopError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipelines.settings import Settings

log = logging.getLogger("klantwaarde")

# The longest stage of a million-order shop takes minutes. After half an hour, something is wrong.
LOCK_TIMEOUT_SECONDS = 1800.0

OWNER_FILE = "shop.json"


def claim(settings: Settings) -> None:
    """Make the home this shop's if it is nobody's yet.

    The rows of two shops in one home would be taken for one shop's. A shop is known by its id, its currency and the
    kind of its source: another kind or currency under the same id is another shop's file with the id left as it was.

    Raises:
        HomeError: It belongs to another shop, or it cannot be written.
    """
    path = settings.home / OWNER_FILE
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _refuse_home_of_earlier_version(settings)
            write_text(path, json.dumps(_owner(settings), indent=2) + "\n")
        require_own(settings)
    except OSError as error:
        raise disk.cannot_write(settings.home, error) from None


def require_own(settings: Settings) -> None:
    """Raise if the home is another shop's; one that is nobody's yet will do.

    Raises:
        HomeError: It belongs to another shop.
    """
    path = settings.home / OWNER_FILE
    if not path.exists():
        _refuse_home_of_earlier_version(settings)
        return
    owner, shop = json.loads(path.read_text(encoding="utf-8")), _owner(settings)
    if owner != shop:
        raise HomeError(
            f"{settings.home} belongs to {_described(owner)}, and {settings.config_path} describes {_described(shop)}. "
            f"Nothing was read. Give each shop an id of its own in [shop], or a home of its own in KLANTWAARDE_HOME. "
            f"If it is the same shop and really has changed, start over with an empty home: see docs/runbook.md, "
            f"'Start over'."
        )


def _refuse_home_of_earlier_version(settings: Settings) -> None:
    """An earlier version did not write whose the home is; what it published says so all the same."""
    manifest = settings.published_path / "manifest.json"
    shop_id = json.loads(manifest.read_text(encoding="utf-8"))["shop"] if manifest.exists() else settings.shop.id
    if shop_id != settings.shop.id:
        raise HomeError(
            f"{settings.home} holds the marts of shop {shop_id!r}, and {settings.config_path} describes shop "
            f"{settings.shop.id!r}. Nothing was read. Give this shop a home of its own in KLANTWAARDE_HOME."
        )


def _owner(settings: Settings) -> dict[str, str]:
    return {"id": settings.shop.id, "currency": settings.shop.currency, "source_kind": settings.source.kind}


def _described(shop: dict[str, str]) -> str:
    return f"shop {shop['id']!r} ({shop['currency']}, source {shop['source_kind']})"


@contextmanager
def locked(settings: Settings, stage: str, timeout_seconds: float = LOCK_TIMEOUT_SECONDS) -> Iterator[None]:
    """Hold the lock of the home folder for one stage.

    The kernel releases the lock when its process ends, so a killed run does not leave it behind.

    Args:
        settings: The shop's.
        stage: Shown to a run that waits.
        timeout_seconds: How long to wait for another run.

    Raises:
        HomeError: The home belongs to another shop, cannot be written, is full, or another run keeps the lock longer
            than `timeout_seconds`.
    """
    claim(settings)
    path = settings.home / ".lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise disk.cannot_write(settings.home, error) from None
    try:
        _wait_for(descriptor, path, timeout_seconds)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()}, stage {stage}".encode(), 0)
        yield
    except ShopError:
        raise
    except Exception as error:
        if disk.is_unwritable(error):
            raise disk.cannot_write(settings.home, error) from error
        raise
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def _wait_for(descriptor: int, path: Path, timeout_seconds: float) -> None:
    deadline = time.monotonic() + timeout_seconds
    has_warned = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            holder = path.read_text(encoding="utf-8") or "another run"
            if time.monotonic() >= deadline:
                raise HomeError(
                    f"{path.parent} is in use by {holder}, and still was after {timeout_seconds:.0f} seconds. "
                    "Wait until that run ends, or end it, then run again. Nothing was changed."
                ) from None
            if not has_warned:
                log.warning("%s is in use by %s; waiting for it to finish.", path.parent, holder)
                has_warned = True
            time.sleep(0.2)
