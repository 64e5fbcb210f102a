import multiprocessing
import subprocess
import sys
import time

import pytest

from pipelines import home
from pipelines.errors import HomeError
from pipelines.settings import PROJECT_ROOT
from tests.support.shops import make_settings


def hold(settings, line):
    with home.locked(settings, "load"):
        line.send("ready")
        # Also ends when the other end is closed.
        line.poll(20)


@pytest.fixture
def settings(tmp_path):
    return make_settings(tmp_path)


@pytest.fixture
def other_run(settings):
    context = multiprocessing.get_context("spawn")
    # A pipe, and no event: setting an event waits for ever for a process that was killed while it waited.
    line, its_end = context.Pipe()
    process = context.Process(target=hold, args=(settings, its_end))
    process.start()
    its_end.close()
    assert line.poll(60)
    assert line.recv() == "ready"
    yield process, line
    line.close()
    process.join()


def test_a_second_run_says_who_has_the_home(settings, other_run):
    with (
        pytest.raises(HomeError, match=f"in use by process {other_run[0].pid}, stage load"),
        home.locked(settings, "publish", timeout_seconds=0.1),
    ):
        pass


def test_a_second_run_waits_and_then_goes_on(settings, other_run, caplog):
    _, line = other_run
    line.close()
    with home.locked(settings, "publish", timeout_seconds=20):
        pass


def test_a_killed_run_leaves_no_lock_behind(settings, other_run):
    process, _ = other_run
    process.kill()
    process.join()
    started = time.monotonic()
    with home.locked(settings, "publish", timeout_seconds=5):
        assert time.monotonic() - started < 2


def test_a_home_that_cannot_be_made_says_so(settings):
    settings.home.write_text("a file where the folder should be")
    with pytest.raises(HomeError, match=r"cannot be written.*last good marts stay"), home.locked(settings, "extract"):
        pass


def test_a_full_disk_says_so(settings):
    """A limit on the file size is what a full disk looks like to a program; only a process of its own can bear it."""
    code = f"""
import resource, signal
from pathlib import Path
from pipelines import home
from tests.support.shops import make_settings
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with home.locked(make_settings(Path({str(settings.home.parent)!r})), "extract"):
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    (Path({str(settings.home)!r}) / "data").write_bytes(b"x" * 5000)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert "HomeError" in done.stderr
    assert "cannot be written: File too large. Free disk space" in done.stderr


@pytest.mark.parametrize(
    ("sections", "word"),
    [
        ({"shop": {"id": "brewery"}}, "shop 'brewery' (EUR, source files)"),
        ({"shop": {"currency": "USD"}}, "shop 'bakery' (USD, source files)"),
        ({"source": {"kind": "demo"}}, "shop 'bakery' (EUR, source demo)"),
    ],
    ids=["another id", "another currency", "a copied file with the id left as it was"],
)
def test_a_home_of_one_shop_refuses_another(settings, tmp_path, sections, word):
    with home.locked(settings, "extract"):
        pass
    other = make_settings(tmp_path, **sections)
    with pytest.raises(HomeError) as caught, home.locked(other, "extract"):
        pass
    for text in (str(settings.home), "shop 'bakery' (EUR, source files)", word, "KLANTWAARDE_HOME", "Start over"):
        assert text in str(caught.value)
    with home.locked(settings, "extract"):
        pass


def test_a_home_that_an_earlier_version_filled_with_another_shop_is_refused(settings, tmp_path):
    settings.published_path.mkdir(parents=True)
    (settings.published_path / "manifest.json").write_text('{"shop": "bakery"}')
    with pytest.raises(HomeError, match=r"holds the marts of shop 'bakery', .* shop 'brewery'. Nothing was read"):
        home.claim(make_settings(tmp_path, shop={"id": "brewery"}))
    home.claim(settings)
    assert '"id": "bakery"' in (settings.home / home.OWNER_FILE).read_text()
