"""Coffee and tea by subscription: collected by direct debit, beside the orders."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from pipelines.sources.demo.chance import Dice
from pipelines.sources.demo.lives import Row
from pipelines.sources.demo.people import Account, Person

_PLANS = (("koffie", "month", 30.44, Decimal("18.3486")), ("thee", "quarter", 91.31, Decimal("22.8899")))
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
