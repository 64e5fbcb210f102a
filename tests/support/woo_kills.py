"""First readings of a WooCommerce shop that are killed at one request after the other, as `kill -9` would.

    python -m tests.support.woo_kills <settings file> <folder of the homes> <first> <last> <step>

reads the shop into a home of its own for each number, dies when it has that many answers, and prints how each ended.
Each reading is forked from a process that has loaded the tools.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pipelines.settings import load_settings
from pipelines.sources.woocommerce.client import ShopApi
from tests.support.kills import dying_at_call, exit_code
from tests.support.nights import extract


def read_until_killed(config: Path, home: Path, number: int) -> None:
    """Read until the `number`-th answer, and die there."""
    ShopApi._check = dying_at_call(number, ShopApi._check)  # type: ignore[method-assign]
    extract(load_settings(config, home))


def main() -> None:
    config, homes = map(Path, sys.argv[1:3])
    first, last, step = map(int, sys.argv[3:])
    for number in range(first, last, step):
        code = exit_code(lambda number=number: read_until_killed(config, homes / f"{number}", number))
        print(number, code, flush=True)


if __name__ == "__main__":
    main()
