import pytest

from tests.support.landed import make_settings


@pytest.fixture
def settings(tmp_path):
    return make_settings(tmp_path)
