"""Start Dagster's UI, daemon and schedule, on this machine only unless told otherwise: `klantwaarde ui`."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import HomeError, ShopError, runbook_heading
from pipelines.run import instance
from pipelines.settings import load_settings
from pipelines.warehouse import dbt_project

if TYPE_CHECKING:
    from pipelines.settings import Settings

# Dagster asks for no password: nobody but this machine should reach it. A container must listen to more.
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = "3000"
HOST_VARIABLE = "KLANTWAARDE_UI_HOST"


def main(config: Path | None = None, port: str | None = None) -> int:
    """Become `dagster dev`; returns only if a setting is wrong, the home cannot be written, or a UI is running."""
    host, port = os.environ.get(HOST_VARIABLE) or DEFAULT_HOST, port or os.environ.get("PORT") or DEFAULT_PORT
    try:
        settings = load_settings(config)
        instance.prepare(settings)
        _hold(settings, f"http://{host}:{port}")
        # Parsed once now, instead of in each of the five processes that load the code location.
        dbt_project.ensure_manifest()
    except HomeError as error:
        print(f"{error}\nSee docs/runbook.md, {runbook_heading(error)!r}.", file=sys.stderr)
        return 2
    except (ShopError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    dagster = str(Path(sys.executable).with_name("dagster"))
    return os.execv(dagster, [dagster, "dev", "-w", "workspace.yaml", "-h", host, "-p", port])


def _hold(settings: Settings, address: str) -> None:
    """Take the lock of the shop's UI, and keep it until `dagster dev` ends.

    Two schedulers on one run history would start each night twice and fill the log with each other's errors.

    Raises:
        HomeError: Another UI of the shop is running.
    """
    path = settings.home / ".ui"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        running = path.read_text(encoding="utf-8")
        os.close(descriptor)
        raise HomeError(
            f"The UI of shop {settings.shop.id!r} is running already: open {running}. To start another one, stop that "
            "one first."
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, address.encode(), 0)
    # `dagster dev` takes the place of this process and must not let go of the lock.
    os.set_inheritable(descriptor, True)


if __name__ == "__main__":
    sys.exit(main())
