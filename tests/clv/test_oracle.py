"""Agreement with lifetimes 0.11.3, an independent implementation, where that one is numerically sound."""

import numpy as np
import pytest

from pipelines.clv.counts import bg_nbd
from pipelines.clv.counts.collapse import collapse
from pipelines.clv.spend import gamma_gamma
from tests.clv.samples import cdnow_histories, simulated_shop

pytestmark = pytest.mark.filterwarnings("ignore")  # an archived library on a NumPy it never saw


@pytest.fixture(scope="module")
def lifetimes():
    return pytest.importorskip("lifetimes")


@pytest.mark.parametrize("name", ["cdnow", "simulated"])
def test_bg_nbd_agrees(lifetimes, name):
    histories = cdnow_histories() if name == "cdnow" else simulated_shop(3_000, seed=5, hold=0).histories
    columns = (histories.frequency, histories.recency, histories.age)
    theirs = lifetimes.BetaGeoFitter(penalizer_coef=0.0).fit(*columns)
    data, _ = collapse(*columns)
    ours = bg_nbd.fit(data, prior=None)
    # They stop at a looser tolerance: ours may only be higher.
    theirs_at = bg_nbd.log_likelihood(theirs.params_[["r", "alpha", "a", "b"]].to_numpy(), False, data)[0]
    assert 0 <= ours.log_likelihood - theirs_at < 1e-3
    assert ours.params == pytest.approx(theirs.params_[["r", "alpha", "a", "b"]].to_numpy(), rel=2e-3)
    theirs.params_[["r", "alpha", "a", "b"]] = ours.params  # from here on the same parameters: only formulas differ
    light = histories.frequency < 100
    expected = ours.expected_purchases(np.array([52.0]), *columns)[:, 0]
    wanted = theirs.conditional_expected_number_of_purchases_up_to_time(52.0, *columns)
    assert expected[light] == pytest.approx(np.asarray(wanted)[light], rel=1e-9)
    assert ours.probability_alive(*columns) == pytest.approx(theirs.conditional_probability_alive(*columns), rel=1e-9)


def test_mbg_nbd_agrees(lifetimes):
    histories = cdnow_histories()
    columns = (histories.frequency, histories.recency, histories.age)
    theirs = lifetimes.ModifiedBetaGeoFitter(penalizer_coef=0.0).fit(*columns)
    ours = bg_nbd.fit(collapse(*columns)[0], is_modified=True, prior=None)
    assert ours.params == pytest.approx(theirs.params_[["r", "alpha", "a", "b"]].to_numpy(), rel=2e-3)
    theirs.params_[["r", "alpha", "a", "b"]] = ours.params
    wanted = theirs.conditional_expected_number_of_purchases_up_to_time(52.0, *columns)
    assert ours.expected_purchases(np.array([52.0]), *columns)[:, 0] == pytest.approx(np.asarray(wanted), rel=1e-9)
    assert ours.probability_alive(*columns) == pytest.approx(theirs.conditional_probability_alive(*columns), rel=1e-9)


def test_gamma_gamma_agrees(lifetimes):
    histories = cdnow_histories()
    repeat = histories.frequency > 0
    count, mean = histories.spend_count[repeat], histories.spend_mean[repeat]
    theirs = lifetimes.GammaGammaFitter(penalizer_coef=0.0).fit(count, mean)
    ours = gamma_gamma.fit(count, mean, prior=None)
    assert ours.params == pytest.approx(theirs.params_[["p", "q", "v"]].to_numpy(), rel=2e-3)
    theirs.params_[["p", "q", "v"]] = ours.params
    wanted = theirs.conditional_expected_average_profit(histories.spend_count, histories.spend_mean)
    assert ours.expected_spend(histories.spend_count, histories.spend_mean) == pytest.approx(
        np.asarray(wanted), rel=1e-9
    )
