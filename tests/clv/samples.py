"""Data for the tests of the models: CDNOW from an installed wheel, and shops simulated event by event.

The simulation follows the models' assumptions step by step and shares no code with the package's own sampler.
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

from pipelines.clv.histories import Floats, Histories, Ints, PurchaseDays, merge_days, summarise

CDNOW_CALIBRATION_END = 273  # 1997-10-01, counted from 1997-01-01: the papers' first 39 weeks
CDNOW_END = 546  # 1998-07-01


def cdnow_folder() -> Path:
    spec = find_spec("lifetimes")  # found, not imported: its data module needs a package that is gone
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "datasets"


@cache
def cdnow(is_master: bool = False) -> PurchaseDays:
    """All purchase days of the 1/10 sample (2,357 customers) or of the master file (23,570)."""
    if is_master:
        table = pd.read_csv(cdnow_folder() / "CDNOW_master.txt", sep=r"\s+")
        table.columns = pd.Index(["customer", "date", "count", "value"])
    else:
        names = ["customer", "sample", "date", "count", "value"]
        table = pd.read_csv(cdnow_folder() / "CDNOW_sample.txt", sep=r"\s+", header=None, names=names)
    day = (pd.to_datetime(table["date"].astype(str), format="%Y%m%d") - pd.Timestamp("1997-01-01")).dt.days
    customer = np.unique(table["customer"].to_numpy(), return_inverse=True)[1].astype(np.int64)
    value = table["value"].to_numpy(dtype=np.float64)
    return merge_days(customer, day.to_numpy(np.int64), value, int(customer.max()) + 1, CDNOW_END, True)


def cdnow_histories(is_master: bool = False, first_counts: bool = False) -> Histories:
    """The papers' calibration period, 39 weeks; mean values over repeat purchases only, as in the papers."""
    days, _ = cdnow(is_master).before(CDNOW_CALIBRATION_END)
    return summarise(days, CDNOW_CALIBRATION_END, first_counts)


@dataclass(frozen=True)
class Shop:
    customer: Ints
    day: Ints
    value: Floats
    customer_count: int
    as_of_day: int

    @property
    def known(self) -> PurchaseDays:
        return merge_days(self.customer, self.day, self.value, self.customer_count, self.as_of_day, False)

    @property
    def histories(self) -> Histories:
        return summarise(self.known, self.as_of_day, first_counts=True)

    def future(self, weeks: int) -> tuple[Floats, Floats]:
        days = PurchaseDays(self.customer, self.day, self.value, self.customer_count)
        return days.between(self.as_of_day, self.as_of_day + 7 * weeks)


def simulated_shop(
    customers: int,
    seed: int,
    r: float = 0.5,
    alpha: float = 8.0,
    a: float = 0.8,
    b: float = 2.5,
    p: float = 6.0,
    q: float = 4.0,
    gamma: float = 15.0,
    weeks: int = 104,
    hold: int = 52,
    is_modified: bool = False,
) -> Shop:
    """Customers arrive evenly over `weeks`; what follows in `hold` more weeks is there to be predicted."""
    rng = np.random.default_rng(seed)
    rate, leaving = rng.gamma(r, 1 / alpha, customers), rng.beta(a, b, customers)
    nu = rng.gamma(q, 1 / gamma, customers)
    now = rng.uniform(0, weeks, customers)
    active = np.flatnonzero(rng.random(customers) >= leaving) if is_modified else np.arange(customers)
    who, when = [np.arange(customers)], [now.copy()]
    while len(active):
        now[active] += rng.exponential(1 / np.maximum(rate[active], 1e-300))
        active = active[now[active] < weeks + hold]
        who.append(active)
        when.append(now[active].copy())
        active = active[rng.random(len(active)) >= leaving[active]]
    customer, day = np.concatenate(who), np.floor(np.concatenate(when) * 7).astype(np.int64)
    value = rng.gamma(p, 1 / nu[customer])
    _, first = np.unique(customer * 10**6 + day, return_index=True)
    return Shop(customer[first], day[first], value[first], customers, weeks * 7)
