"""Published parameters, likelihoods and point values, to the digits given."""

import numpy as np
import pytest

from pipelines.clv.counts import bg_nbd, sbg
from pipelines.clv.counts.bg_nbd import BgNbd
from pipelines.clv.counts.collapse import collapse
from pipelines.clv.spend import gamma_gamma
from pipelines.clv.spend.gamma_gamma import GammaGamma
from tests.clv.samples import CDNOW_CALIBRATION_END, CDNOW_END, cdnow, cdnow_histories

PAPER = {
    "log_likelihood": 0.0,
    "covariance": np.eye(4),
    "status": "converged",
    "smallest_curvature": 1.0,
    "customers": 1.0,
}
BG_PAPER = BgNbd(0.243, 4.414, 0.793, 2.426, False, **PAPER)
MBG_PAPER = BgNbd(0.525, 6.183, 0.891, 1.614, True, **PAPER)
GG_PAPER = GammaGamma(6.25, 3.74, 15.44, "gamma_gamma", 0.0, np.eye(3), "converged", 1.0, 946.0)


def one(*numbers):
    return tuple(np.array([float(number)]) for number in numbers)


def cdnow_collapsed(is_master=False):
    histories = cdnow_histories(is_master)
    return collapse(histories.frequency, histories.recency, histories.age)[0]


def test_cdnow_comes_out_as_in_the_papers():
    sample, master = cdnow_histories(), cdnow_histories(is_master=True)
    assert (len(sample), sample.frequency.sum(), (sample.frequency > 0).sum()) == (2_357, 2_457, 946)
    assert (len(master), master.frequency.sum()) == (23_570, 24_337)
    assert ((master.frequency > 0) & (master.spend_mean > 0)).sum() == 9_450
    assert ((master.frequency > 0) & (master.spend_mean == 0)).sum() == 1
    for is_master, holdout in ((False, 1_882), (True, 19_684)):
        assert cdnow(is_master).between(CDNOW_CALIBRATION_END, CDNOW_END)[0].sum() == holdout


@pytest.mark.parametrize(
    ("is_modified", "is_master", "params", "log_likelihood"),
    [
        # CLVTools' tests: .2425945 4.4136019 .7929199 2.4258881, -9582.429; the paper's digits are below.
        (False, False, (0.2425945, 4.4136020, 0.7929220, 2.4259068), -9582.42921),
        (True, False, (0.5248432, 6.1830859, 0.8913593, 1.6140020), -9582.13572),
        (False, True, (0.251624, 4.788943, 0.723434, 2.161088), -95368.4439),
        (True, True, (0.637140, 7.310290, 0.807474, 1.228394), -95336.9583),
    ],
)
def test_bg_and_mbg_nbd_on_cdnow(is_modified, is_master, params, log_likelihood):
    model = bg_nbd.fit(cdnow_collapsed(is_master), is_modified, prior=None)
    assert model.status == "converged"
    assert model.params == pytest.approx(params, abs=1e-6)
    assert model.log_likelihood == pytest.approx(log_likelihood, abs=6e-5)


def test_bg_nbd_is_the_published_fit_to_the_published_digits():
    model = bg_nbd.fit(cdnow_collapsed(), prior=None)
    assert tuple(model.params.round(3)) == (0.243, 4.414, 0.793, 2.426)
    assert round(model.log_likelihood, 1) == -9582.4


def test_gamma_gamma_on_cdnow():
    histories = cdnow_histories()
    repeat = histories.frequency > 0
    model = gamma_gamma.fit(histories.spend_count[repeat], histories.spend_mean[repeat], prior=None)
    assert model.params == pytest.approx((6.2495729, 3.7442241, 15.4435168), abs=5e-6)
    assert model.log_likelihood == pytest.approx(-4055.917695, abs=2e-6)
    assert tuple(model.params.round(2)) == (6.25, 3.74, 15.44)  # Fader and Hardie (2013)


def test_gamma_gamma_on_cdnow_master():
    histories = cdnow_histories(is_master=True)
    usable = histories.spend_mean > 0
    model = gamma_gamma.fit(histories.spend_count[usable], histories.spend_mean[usable], prior=None)
    assert model.params == pytest.approx((6.275359, 3.624450, 14.983687), abs=2e-6)


@pytest.mark.parametrize(("x", "recency", "expected"), [(0, 0, -0.59947382), (200, 38, 100.79569)])
def test_log_likelihood_of_one_customer(x, recency, expected):
    data, _ = collapse(*one(x, recency, 40))
    assert bg_nbd.log_likelihood(np.array([0.25, 4.0, 0.8, 2.5]), False, data)[0] == pytest.approx(expected, abs=6e-6)


def test_expected_purchases_of_the_papers_example_customer():
    customer = one(2, 30.43, 38.86)
    week_39 = np.array([39.0])
    assert BG_PAPER.expected_purchases(week_39, *customer)[0, 0] == pytest.approx(1.22603, abs=6e-6)
    assert BG_PAPER.probability_alive(*customer)[0] == pytest.approx(0.72658, abs=6e-6)
    assert MBG_PAPER.expected_purchases(week_39, *customer)[0, 0] == pytest.approx(1.26296, abs=6e-6)
    assert MBG_PAPER.probability_alive(*customer)[0] == pytest.approx(0.70620, abs=6e-6)


def test_one_time_buyers_are_alive_in_bg_and_doubted_in_mbg():
    assert BG_PAPER.probability_alive(*one(0, 0, 38.86))[0] == 1.0
    assert MBG_PAPER.probability_alive(*one(0, 0, 38.86))[0] == pytest.approx(0.38974, abs=6e-6)


def test_expected_purchases_of_a_new_customer():
    found = BG_PAPER.expected_purchases(np.array([1.0, 10.0, 39.0, 78.0]), *one(0, 0, 0))[0]
    assert found == pytest.approx([0.053268, 0.432413, 1.196723, 1.860519], abs=6e-7)


def test_expected_spend():
    count, mean = np.array([0.0, 1.0, 2.0]), np.array([0.0, 35.0, 22.35])
    assert GG_PAPER.expected_spend(count, mean) == pytest.approx([35.21898, 35.06674, 24.66371], abs=6e-6)


def test_holdout_purchases_by_frequency_on_cdnow():
    histories = cdnow_histories()
    for is_modified, total in ((False, 1653.41), (True, 1576.73)):
        model = bg_nbd.fit(cdnow_collapsed(), is_modified, prior=None)
        columns = (histories.frequency, histories.recency, histories.age)
        expected = model.expected_purchases(np.array([39.0]), *columns)[:, 0]
        assert expected.sum() == pytest.approx(total, abs=0.02)
        if not is_modified:
            band = np.minimum(histories.frequency, 7).astype(int)
            means = np.bincount(band, weights=expected) / np.bincount(band)
            assert means == pytest.approx([0.225, 0.523, 1.044, 1.520, 2.164, 2.654, 3.504, 6.157], abs=6e-4)


# Fader and Hardie (2007), survival in percent after 0 .. 12 renewals; fitted to the first seven.
ACTUAL = {
    "regular": [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3],
    "high end": [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4],
}
SBG = {
    "regular": [100, 62.7, 47.4, 38.8, 33.2, 29.2, 26.2, 23.9, 22.0, 20.4, 19.1, 18.0, 17.0],
    "high end": [100, 85.1, 74.7, 67.0, 61.0, 56.2, 52.2, 48.9, 46.0, 43.6, 41.4, 39.5, 37.8],
}


def sbg_of(segment):
    left = np.array(ACTUAL[segment][:8]) * 10  # of 1,000
    lost = np.arange(1.0, 8.0)
    return sbg.fit(lost, -np.diff(left), np.array([7.0]), left[7:], prior=None)


@pytest.mark.parametrize(
    ("segment", "params", "log_likelihood"),
    [("regular", (0.7040773, 1.1820430), -1680.26519), ("high end", (0.6680884, 3.8060954), -1611.15815)],
)
def test_sbg_parameters(segment, params, log_likelihood):
    model = sbg_of(segment)
    assert model.status == "converged"
    assert (model.alpha, model.beta) == pytest.approx(params, abs=6e-7)
    assert model.log_likelihood == pytest.approx(log_likelihood, abs=6e-6)


@pytest.mark.parametrize("segment", ["regular", "high end"])
def test_sbg_survival_table(segment):
    survival = 100 * sbg_of(segment).survival(np.arange(13.0))
    assert survival == pytest.approx(SBG[segment], abs=0.051)


@pytest.mark.parametrize(
    ("segment", "lifetime", "residual"),
    [
        ("regular", 3.694908, [2.964, 4.103, 4.870, 5.442, 5.894]),
        ("high end", 5.922254, [5.414, 5.901, 6.294, 6.620, 6.897]),
    ],
)
def test_sbg_discounted_lifetimes(segment, lifetime, residual):
    model = sbg_of(segment)
    assert model.discounted_expected_lifetime(0.1) == pytest.approx(lifetime, abs=6e-7)
    assert model.discounted_residual_lifetime(np.arange(1.0, 6.0), 0.1) == pytest.approx(residual, abs=6e-4)
