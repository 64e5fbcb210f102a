"""What the CLV models cost on a simulated shop of a million customers, and next to the `lifetimes` package."""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings

import numpy as np

from pipelines.clv.counts import bg_nbd
from pipelines.clv.counts.collapse import collapse
from pipelines.clv.histories import DAYS_PER_MONTH, DAYS_PER_WEEK, Floats, Histories
from pipelines.clv.simulation.samplers import BgNbdDraws
from pipelines.clv.simulation.simulate import simulate
from pipelines.clv.spend import spend
from pipelines.clv.value import by_pair

CUSTOMERS, COMPARED_CUSTOMERS, DRAWS = 1_000_000, 100_000, 200
HORIZONS = np.array([3, 6, 12, 24, 36]) * DAYS_PER_MONTH / DAYS_PER_WEEK


def shop(customers: int) -> Histories:
    """Histories simulated from BG/NBD and gamma-gamma with known parameters, in whole days."""
    rng = np.random.default_rng(1)
    age = rng.integers(7, 728, customers) / DAYS_PER_WEEK
    rate = rng.gamma(0.5, 1 / 8.0, customers)
    leaving = rng.beta(0.8, 2.5, customers)
    most = np.where(leaving > 0, rng.geometric(np.maximum(leaving, 1e-9)), 1_000)
    count = np.minimum(rng.poisson(rate * age), most).astype(np.float64)
    recency = np.where(count > 0, age * rng.beta(np.maximum(count, 1.0), 1.0), 0.0)
    recency = np.round(recency * DAYS_PER_WEEK) / DAYS_PER_WEEK
    mean = rng.gamma(6.0 * (count + 1), 1.0) / (count + 1) / rng.gamma(4.0, 1 / 15.0, customers)
    return Histories(count, recency, age, count + 1, mean)


def main() -> None:
    """Print the costs as JSON on the last line; the shop itself is made before the clock starts."""
    histories = shop(CUSTOMERS)
    x, recency, age = histories.frequency, histories.recency, histories.age
    start = time.process_time()
    data, _ = collapse(x, recency, age)
    model = bg_nbd.fit(data)
    spend_model = spend.fit(histories)
    price = spend_model.expected_spend(histories.spend_count, histories.spend_mean)
    tables = by_pair(model, x, age, HORIZONS, 0.10)
    points = model.probability_alive(x, recency, age)[:, None] * tables.plain[tables.pair] * price[:, None]
    point_cpu = time.process_time() - start
    assert np.isfinite(points).all()
    point_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rng = np.random.default_rng(0)
    draws = BgNbdDraws(np.repeat(model.params[:, None], DRAWS, axis=1), is_modified=False)
    spend_draws, _ = spend.draw(spend_model, histories, DRAWS, rng)
    start = time.process_time()
    simulate(draws, spend_draws, histories, HORIZONS[2:3], [], (0.1, 0.5, 0.9), seed=0, threads=2)
    interval_cpu = time.process_time() - start
    few = histories.take(slice(0, COMPARED_CUSTOMERS))
    ours, theirs = _fit_cpu(few.frequency, few.recency, few.age)
    print(
        json.dumps(
            {
                "point_cpu": point_cpu,
                "point_mb": point_mb,
                "interval_cpu": interval_cpu,
                "fit_cpu": ours,
                "lifetimes_fit_cpu": theirs,
            }
        )
    )


def _fit_cpu(x: Floats, recency: Floats, age: Floats) -> tuple[float, float]:
    """CPU-seconds of one fit, ours (collapsing included) and that of `lifetimes`: medians of three."""
    warnings.simplefilter("ignore")
    from lifetimes import BetaGeoFitter

    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(3):
        start = time.process_time()
        bg_nbd.fit(collapse(x, recency, age)[0])
        ours.append(time.process_time() - start)
        start = time.process_time()
        BetaGeoFitter().fit(x, recency, age)
        theirs.append(time.process_time() - start)
    return sorted(ours)[1], sorted(theirs)[1]


if __name__ == "__main__":
    sys.exit(main())
