"""Random draws of what each customer may buy and spend, and totals that are consistent with them.

One draw is one possible world. It has one set of parameters for the whole shop, and in it every customer is alive or
not, buys at certain times, and spends certain amounts. So sums within one draw belong together, whatever the group, and
their spread over the draws is the model's uncertainty about the group.

Customers are simulated in blocks of fixed size, sorted by their history, each block with a random stream of its own
(seed, block number): results depend neither on the number of threads nor on the order of rows. Only totals and
quantiles are kept; memory holds one block of draws per thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from pipelines.clv.histories import Floats, Histories, Ints
from pipelines.clv.simulation.samplers import CountDraws
from pipelines.clv.spend.spend import SpendDraws

BLOCK_CUSTOMERS = 2048  # x 200 draws: some 20 MB of arrays


@dataclass(frozen=True)
class Simulation:
    """What is kept of the draws.

    Attributes:
        quantiles: Of each customer's value over the whole horizon, shop currency, shape (n, levels).
        totals: For each grouping, value per group, draw and period, shop currency, shape (groups, draws, periods).
    """

    quantiles: Floats
    totals: tuple[Floats, ...]


def simulate(
    counts: CountDraws,
    spend: SpendDraws,
    histories: Histories,
    period_ends: Floats,
    groupings: Sequence[Ints],
    levels: Sequence[float],
    seed: int,
    threads: int = 1,
) -> Simulation:
    """Simulate all customers and keep their quantiles and the totals of groups.

    Args:
        counts: Draws of the count model.
        spend: As many draws of the spend model.
        histories: The customers, n rows.
        period_ends: Ends of consecutive periods, ascending, in the unit of the histories; the last is the horizon.
        groupings: Ways to group the customers, each the group number 0, 1, ... of every customer, shape (n,).
        levels: Quantiles wanted, e.g. (0.1, 0.5, 0.9); may be empty.
        seed: Of the random streams.
        threads: Blocks simulated at the same time; the result does not depend on it.

    Returns:
        Quantiles and totals. Customers with equal histories share the quantiles of one of them.
    """
    order = histories.canonical_order()
    shapes = [(int(groups.max(initial=-1)) + 1, counts.draws, len(period_ends)) for groups in groupings]

    def one_block(number: int) -> tuple[Floats, list[Floats]]:
        rows = order[number * BLOCK_CUSTOMERS : (number + 1) * BLOCK_CUSTOMERS]
        block, rng = histories.take(rows), np.random.default_rng([seed, number])
        events = counts.purchases(block, float(period_ends[-1]), rng)
        values = spend.values(block, events.buyer_row, events.buyer_draw, events.event_buyer, rng)
        row, draw = events.buyer_row[events.event_buyer], events.buyer_draw[events.event_buyer]
        period = np.minimum(np.searchsorted(period_ends, events.time), len(period_ends) - 1)
        totals = [
            _sums(np.ravel_multi_index((groups[rows][row], draw, period), shape), values, shape)
            for groups, shape in zip(groupings, shapes, strict=True)
        ]
        if not levels:
            return np.empty((len(rows), 0)), totals
        of_customer = _sums(row * counts.draws + draw, values, (len(rows), counts.draws))
        return np.quantile(of_customer, levels, axis=1).T, totals

    blocks = range(-(-len(order) // BLOCK_CUSTOMERS))
    sums = [np.zeros(shape) for shape in shapes]
    quantiles = np.empty((len(order), len(levels)))
    with ThreadPoolExecutor(threads) as pool:
        for number, (block_quantiles, block_totals) in enumerate(pool.map(one_block, blocks)):  # in block order
            for total, part in zip(sums, block_totals, strict=True):
                total += part
            quantiles[order[number * BLOCK_CUSTOMERS : (number + 1) * BLOCK_CUSTOMERS]] = block_quantiles
    return Simulation(_share_among_equals(quantiles, histories, order), tuple(sums))


def _sums(cell: Ints, values: Floats, shape: tuple[int, ...]) -> Floats:
    sums: Floats = np.bincount(cell, weights=values, minlength=int(np.prod(shape))).astype(np.float64)
    return sums.reshape(shape)


def _share_among_equals(quantiles: Floats, histories: Histories, order: Ints) -> Floats:
    """Give customers with the same history the same numbers, those of the first in canonical order."""
    sorted_histories = histories.take(order)
    columns = (
        sorted_histories.frequency,
        sorted_histories.recency,
        sorted_histories.age,
        sorted_histories.spend_count,
        sorted_histories.spend_mean,
    )
    is_new = np.zeros(max(len(order) - 1, 0), dtype=bool)
    for column in columns:
        is_new |= np.diff(column) != 0
    first = np.maximum.accumulate(np.where(np.r_[True, is_new][: len(order)], np.arange(len(order)), 0))
    shared = np.empty_like(quantiles)
    shared[order] = quantiles[order[first]]
    return shared


def draw_matrices(
    counts: CountDraws, spend: SpendDraws, histories: Histories, horizons: Floats, seed: int
) -> tuple[Floats, Floats]:
    """All draws of a few customers, to measure coverage.

    Args:
        counts: Draws of the count model.
        spend: As many draws of the spend model.
        histories: The customers, n rows; keep n x draws in the low millions.
        horizons: Ascending, in the unit of the histories, shape (h,).
        seed: Of the random stream.

    Returns:
        Purchases and value (shop currency) up to each horizon, each of shape (h, n, draws).
    """
    rng = np.random.default_rng([seed, len(histories)])
    events = counts.purchases(histories, float(horizons[-1]), rng)
    values = spend.values(histories, events.buyer_row, events.buyer_draw, events.event_buyer, rng)
    shape = (len(horizons), len(histories), counts.draws)
    horizon = np.minimum(np.searchsorted(horizons, events.time), len(horizons) - 1)
    cell = np.ravel_multi_index(
        (horizon, events.buyer_row[events.event_buyer], events.buyer_draw[events.event_buyer]), shape
    )
    number = _sums(cell, np.ones_like(values), shape)
    value = _sums(cell, values, shape)
    return np.cumsum(number, axis=0), np.cumsum(value, axis=0)
