"""Start Dagster's UI, daemon and schedule for a shop, on this machine only: `make ui`."""

from __future__ import annotations

import os
import sys

from pipelines.errors import ShopError
from pipelines.run import instance
from pipelines.settings import load_settings
from pipelines.warehouse.transform import ensure_manifest

HOST = "127.0.0.1"


def main() -> int:
    """Become `dagster dev`; comes back only when the settings are wrong."""
    try:
        settings = load_settings()
        instance.prepare(settings)
        # Now, once, instead of in each process that loads the code location.
        ensure_manifest()
    except (ShopError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    command = str(instance.venv_tool("dagster"))
    port = os.environ.get("PORT", "3000")
    return os.execv(command, [command, "dev", "-w", "workspace.yaml", "-h", HOST, "-p", port])


if __name__ == "__main__":
    sys.exit(main())
