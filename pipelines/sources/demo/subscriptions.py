"""Coffee and tea by subscription: collected by direct debit, beside the orders; what is bought on top names it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from pipelines.sources.demo.chance import Dice
from pipelines.sources.demo.lives import OrderLife, Row
from pipelines.sources.demo.people import Account, Person

_PLANS = (("koffie", "month", 30.44, Decimal("18.3486")), ("thee", "quarter", 91.31, Decimal("22.8899")))
_CATEGORIES = {"koffie": "coffee", "thee": "tea"}
_SUBSCRIBER_RATE = 0.12
# Shifted beta-geometric (Fader and Hardie 2007): the chance to cancel at each renewal differs over people only.
_CHURN_A, _CHURN_B = 0.8, 3.2


def subscriptions_of(person: Person, account: Account) -> list[Row]:
    """The subscription of an account, if it has one, with its end, which may lie in the future."""
    dice = Dice(*person.key, 2)
    if person.kind != "consumer" or not dice.happens(_SUBSCRIBER_RATE):
        return []
    plan, interval, days, amount = dice.pick(_PLANS, (0.7, 0.3))
    started_at = dice.later(account.created_at, 1, 120)
    churn, renewals = dice.beta(_CHURN_A, _CHURN_B), 1
    # Twenty years of renewals are enough for anybody.
    while renewals < 240 and not dice.happens(churn):
        renewals += 1
    cancelled_at = started_at + dt.timedelta(days=int(days * renewals))
    return [
        {
            "subscription_id": f"sub-{account.account_id}",
            "customer_id": account.account_id,
            "plan": plan,
            "started_at": started_at,
            "cancelled_at": cancelled_at,
            "interval": interval,
            "net_amount": amount,
        }
    ]


def put_on_subscriptions(lives: Iterable[OrderLife], subscriptions: Iterable[Row]) -> None:
    """Say on each line with an article of a plan that the account's subscription of that plan ran on that day."""
    running = {row["customer_id"]: row for row in subscriptions}
    for life in lives:
        found = running.get(life.row["customer_id"])
        if found is None or not found["started_at"] <= life.placed_at < found["cancelled_at"]:
            continue
        for name, row in life.rows:
            if name == "order_lines" and row.get("category") == _CATEGORIES[found["plan"]]:
                row["subscription_id"] = found["subscription_id"]
