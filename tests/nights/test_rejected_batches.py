"""A rejected batch: nothing of it is loaded, people are told why, and the next night takes it in once corrected."""

from __future__ import annotations

import datetime as dt

import pytest

from pipelines.errors import BatchRejected
from pipelines.landing import quarantine
from pipelines.warehouse import load
from tests.nights.january_shop import (
    GOOD,
    TABLES,
    Tables,
    counts,
    keys_of,
    make_january_shop,
    merged,
    one_more_order,
    raw,
    require_counts_add_up,
    whole,
)
from tests.support.builders import exchange_rate
from tests.support.nights import query, take_in
from tests.support.shops import write_shop


def many_bad_orders() -> Tables:
    """One more than a batch may have, beside a good one."""
    return merged(one_more_order(), *(whole(f"bad-{number:02}", 23, "12") for number in range(11)))


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        (
            one_more_order(currency="USD"),
            [
                "orders: currency_can_be_converted",
                "currency, EUR",
                "1 of 1 rows",
                "2024-01-23, new: currency = USD, without a rate on or before 2024-01-23",
                "add its rates to exchange_rates",
                "correct the export",
                "set shop.currency",
            ],
        ),
        (
            many_bad_orders(),
            [
                "orders: 11 of 12 rows (91.7%)",
                "more than the limit of 1.0%.",
                "orders.order_adds_up: broken by 11 rows",
                "2024-01-23, bad-00: total_gross_amount = 12.0000, but its parts add up to 10.0000",
                "Compare the order with the shop's own page of it",
            ],
        ),
    ],
    ids=["currency without a rate", "1 % limit passed"],
)
def test_of_a_rejected_batch_nothing_is_loaded_until_it_is_corrected(settings, tables, words):
    write_shop(settings.source.path, **tables)
    before = counts(settings)
    for _ in range(2):
        with pytest.raises(BatchRejected) as caught:
            take_in(settings)
        for text in [*words, str(quarantine.rejected_file(settings)), "docs/runbook.md, 'A batch was rejected'"]:
            assert text in str(caught.value)
        load.load_accepted(settings)
        assert raw(settings) == keys_of(GOOD)
        assert counts(settings) == before
    assert quarantine.rejected_file(settings).exists()
    for row in tables["orders"]:
        row |= {"currency": "EUR", "total_gross_amount": "10"}
    write_shop(settings.source.path, **tables)
    take_in(settings)
    assert raw(settings) == keys_of(tables)
    assert not quarantine.rejected_file(settings).exists()
    require_counts_add_up(settings, tables)


def test_a_rejected_history_is_read_again_though_no_stamp_says_that_it_was_corrected(tmp_path):
    settings = make_january_shop(tmp_path)
    tables = merged(GOOD, whole("dollars", 5, currency="USD"))
    write_shop(settings.source.path, **tables)
    with pytest.raises(BatchRejected, match="currency = USD"):
        take_in(settings)
    assert raw(settings) == {name: [] for name in TABLES}
    tables["orders"][-1]["currency"] = "EUR"
    write_shop(settings.source.path, **tables)
    take_in(settings)
    assert raw(settings) == keys_of(tables)


def test_an_order_in_another_currency_is_loaded_the_night_after_its_rates_are_there(settings):
    tables = one_more_order(currency="USD")
    write_shop(settings.source.path, **tables)
    with pytest.raises(BatchRejected, match="exchange_rates"):
        take_in(settings)
    write_shop(settings.source.path, exchange_rates=[exchange_rate("USD", "0.918273645", "2024-01-19")])
    take_in(settings)
    assert raw(settings) == keys_of(tables)
    assert query(settings, "select currency, rate_date, rate::varchar from raw.exchange_rates") == [
        ("USD", dt.date(2024, 1, 19), "0.918273645")
    ]
