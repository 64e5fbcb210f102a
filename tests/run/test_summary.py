from pathlib import Path

import pytest

from pipelines.run.summary import make_command
from pipelines.settings import PROJECT_ROOT
from tests.support.shops import make_settings

SHOP = PROJECT_ROOT / "shops" / "bakery.toml"
HOME = PROJECT_ROOT / "var" / "bakery"


@pytest.mark.parametrize(
    ("config", "home", "command"),
    [
        (SHOP, HOME, "make run SHOP=bakery"),
        (Path("/srv/bakery.toml"), HOME, "KLANTWAARDE_CONFIG=/srv/bakery.toml make run"),
        (SHOP, Path("/srv/home"), "KLANTWAARDE_HOME=/srv/home make run SHOP=bakery"),
        (
            *(Path("/srv/our shop.toml"), Path("/srv/home")),
            "KLANTWAARDE_CONFIG='/srv/our shop.toml' KLANTWAARDE_HOME=/srv/home make run",
        ),
    ],
)
def test_the_command_shown_runs_the_same_shop_in_the_same_home(tmp_path, config, home, command):
    settings = make_settings(tmp_path, config_path=config, home=home)

    assert make_command(settings, "run") == command
