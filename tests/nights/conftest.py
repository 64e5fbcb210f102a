import pytest

from tests.nights.january_shop import GOOD, copied, make_january_shop
from tests.support.nights import take_in
from tests.support.shops import write_shop


@pytest.fixture(scope="session")
def good_home(tmp_path_factory):
    """The January shop after a good night; tests only copy it."""
    settings = make_january_shop(tmp_path_factory.mktemp("good"))
    write_shop(settings.source.path, **GOOD)
    take_in(settings)
    return settings


@pytest.fixture
def settings(good_home, tmp_path):
    """The January shop after a good night, to go on with."""
    return copied(good_home, tmp_path)
