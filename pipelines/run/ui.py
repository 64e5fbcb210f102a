"""Start Dagster's UI, daemon and schedule for a shop, on this machine only: `make ui`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pipelines.errors import ShopError
from pipelines.run import instance
from pipelines.settings import load_settings
from pipelines.warehouse import dbt_project

HOST = "127.0.0.1"


def main() -> int:
    """Become `dagster dev`; returns only if the settings are wrong or the home cannot be written."""
    try:
        settings = load_settings()
        instance.prepare(settings)
        # Parsed once now, instead of in each of the five processes that load the code location.
        dbt_project.ensure_manifest()
    except (ShopError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    dagster = str(Path(sys.executable).with_name("dagster"))
    port = os.environ.get("PORT", "3000")
    return os.execv(dagster, [dagster, "dev", "-w", "workspace.yaml", "-h", HOST, "-p", port])


if __name__ == "__main__":
    sys.exit(main())
