"""The units and the image file name what there is, and run as nobody special."""

import fnmatch
import importlib.util
import re
import shutil
import subprocess
import sys

import pytest

from pipelines.run.ui import HOST_VARIABLE
from pipelines.settings import CONFIG_VARIABLE, HOME_VARIABLE, PROJECT_ROOT

DEPLOY = PROJECT_ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
DOCKERFILE = (PROJECT_ROOT / "Dockerfile").read_text().replace("\\\n", " ")
STAGES = DOCKERFILE.split("\nFROM ")
PAGE = (PROJECT_ROOT / "docs" / "deployment.md").read_text()


def settings_of(unit):
    """The settings of a unit; one given twice has two values."""
    found = {}
    for name, value in re.findall(r"(?m)^(\w+)=(.*)$", unit.read_text()):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_a_service_starts_a_module_of_ours_as_a_user_of_its_own(unit):
    given = settings_of(unit)
    assert given["User"] == given["Group"] == ["klantwaarde"]
    (command,) = given["ExecStart"]
    python, _, module = command.split()
    assert python == f"{given['WorkingDirectory'][0]}/.venv/bin/python"
    assert importlib.util.find_spec(module)
    names = {value.partition("=")[0] for value in given["Environment"]}
    assert names <= {CONFIG_VARIABLE, HOME_VARIABLE, "HOME", "PORT"}
    assert given["NoNewPrivileges"] == ["yes"]
    assert given["ProtectSystem"] == ["strict"]


def test_the_ui_starts_at_boot_and_again_whenever_it_ends():
    given = settings_of(DEPLOY / "klantwaarde.service")
    assert (given["Restart"], given["StartLimitIntervalSec"]) == (["always"], ["0"])
    assert given["WantedBy"] == ["multi-user.target"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    for unit in DEPLOY.iterdir():
        text = unit.read_text().replace("/opt/klantwaarde/.venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text)
    units = [str(tmp_path / unit.name) for unit in (*SERVICES, DEPLOY / "klantwaarde-status.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "klantwaarde" in line]
    assert (ours, done.returncode) == ([], 0)


def copied():
    """What the image copies out of the project."""
    lines = re.findall(r"(?m)^COPY (?!--from)(.+)$", DOCKERFILE)
    return [source for line in lines for source in line.split()[:-1]]


def test_the_image_copies_what_there_is_and_nothing_that_is_ignored():
    ignored = [line for line in (PROJECT_ROOT / ".dockerignore").read_text().splitlines() if line[:1] not in ("#", "!")]
    kept = re.findall(r"(?m)^!(.+)$", (PROJECT_ROOT / ".dockerignore").read_text())
    assert ignored[0] == "*"
    assert sorted(copied()) == sorted(kept)
    for source in copied():
        assert (PROJECT_ROOT / source).exists()
        assert not any(fnmatch.fnmatch(source, pattern) for pattern in ignored[1:])


def test_the_image_has_all_that_a_night_and_the_ui_read():
    needed = {"pipelines", "dbt_project", "shops", "workspace.yaml", "pyproject.toml", "uv.lock"}
    assert needed <= set(copied())
    for path in (PROJECT_ROOT / "pipelines").rglob("*.py"):
        # A test's helper, a page or a figure would be missing there.
        assert not re.search(r"(?m)^(from|import) tests", path.read_text()), path


def test_the_image_installs_what_is_locked_and_downloads_nothing_else():
    assert "uv sync --frozen --no-group dev" in DOCKERFILE
    assert not re.search(r"(?m)^ADD|curl|wget|apt-get", DOCKERFILE)
    assert not re.search(r"(?m)^RUN .*(pip|uv) ", STAGES[-1])


def test_the_container_is_not_run_by_root_and_keeps_its_home_in_a_volume():
    last = STAGES[-1]
    (user,) = re.findall(r"(?m)^USER (\d+):\d+$", last)
    assert int(user) > 0
    (volume,) = re.findall(r"(?m)^VOLUME (.+)$", last)
    (home,) = re.findall(rf"{HOME_VARIABLE}=(\S+)", last)
    assert home.startswith(f"{volume}/")
    assert f"{HOST_VARIABLE}=0.0.0.0" in last
    # After it, nothing is run that needs root.
    assert "RUN" not in last[last.index("USER ") :]
    (command,) = re.findall(r'(?m)^CMD \["python", "-m", "([\w.]+)"\]$', last)
    assert importlib.util.find_spec(command)


def test_the_page_names_the_units_the_modules_and_the_user():
    for unit in DEPLOY.iterdir():
        assert unit.stem in PAGE
    for module in set(re.findall(r"pipelines\.run\.\w+", PAGE)):
        assert importlib.util.find_spec(module)
    assert "user 10001" in PAGE
