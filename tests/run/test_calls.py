import sys
from pathlib import Path

import pytest

from pipelines.run import calls
from pipelines.settings import PROJECT_ROOT
from tests.support.shops import make_settings

SHOP = PROJECT_ROOT / "shops" / "bakery.toml"
HOME = PROJECT_ROOT / "var" / "bakery"


@pytest.mark.parametrize(
    ("config", "home", "command"),
    [
        (SHOP, HOME, "klantwaarde run bakery"),
        (Path("/srv/bakery.toml"), HOME, "klantwaarde run /srv/bakery.toml"),
        (SHOP, Path("/srv/home"), "KLANTWAARDE_HOME=/srv/home klantwaarde run bakery"),
        (
            *(Path("/srv/our shop.toml"), Path("/srv/the home")),
            "KLANTWAARDE_HOME='/srv/the home' klantwaarde run '/srv/our shop.toml'",
        ),
    ],
)
def test_the_command_shown_runs_the_same_shop_in_the_same_home(tmp_path, monkeypatch, config, home, command):
    monkeypatch.setattr(calls, "program", lambda: "klantwaarde")

    assert calls.call(make_settings(tmp_path, config_path=config, home=home), "run") == command


@pytest.mark.parametrize(
    ("python", "found", "program"),
    [
        (PROJECT_ROOT / ".venv/bin/python", None, ".venv/bin/klantwaarde"),
        (PROJECT_ROOT / ".venv/bin/python", "/usr/bin/klantwaarde", ".venv/bin/klantwaarde"),
        (PROJECT_ROOT / ".venv/bin/python", PROJECT_ROOT / ".venv/bin/klantwaarde", "klantwaarde"),
        (Path("/opt/env/bin/python"), None, "/opt/env/bin/klantwaarde"),
    ],
)
def test_the_command_is_called_as_the_shell_finds_it(monkeypatch, python, found, program):
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(calls.shutil, "which", lambda name: found and str(found))

    assert calls.program() == program
