"""The pages of docs/ that are made from code: `make docs` writes them.

A test compares each file with a fresh one, so that no page says anything else than the code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.run.commands_page import commands_page
from pipelines.run.data_dictionary import data_dictionary
from pipelines.run.settings_page import settings_page
from pipelines.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "data_dictionary.md": data_dictionary,
    "settings.md": settings_page,
}


def main() -> None:
    """Write every page anew."""
    for name, make in PAGES.items():
        path = PROJECT_ROOT / "docs" / name
        path.write_text(make(), encoding="utf-8")
        print(f"{path.relative_to(PROJECT_ROOT)} written")


if __name__ == "__main__":
    main()
