"""What a person types to do something with a shop, whatever file and home it was started with."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.run.command import NAME
from pipelines.settings import HOME_VARIABLE, shop_path
from pipelines.settings.paths import PROJECT_ROOT

if TYPE_CHECKING:
    from pipelines.settings import Settings


def call(settings: Settings, command: str) -> str:
    """The command line for a command of this shop."""
    is_shop_of_project = settings.config_path == shop_path(settings.config_path.stem)
    shop = settings.config_path.stem if is_shop_of_project else str(settings.config_path)
    is_usual_home = settings.home == PROJECT_ROOT / "var" / settings.shop.id
    home = [] if is_usual_home else [f"{HOME_VARIABLE}={shlex.quote(str(settings.home))}"]
    return " ".join([*home, program(), command, shlex.quote(shop)])


def program() -> str:
    """The command's name where the shell finds it, else its path from the project's root."""
    script = Path(sys.executable).with_name(NAME)
    found = shutil.which(NAME)
    if found is not None and Path(found).resolve() == script.resolve():
        return NAME
    is_inside = script.is_relative_to(PROJECT_ROOT)
    return shlex.quote(str(script.relative_to(PROJECT_ROOT) if is_inside else script))
