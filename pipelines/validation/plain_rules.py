"""The rules about rows without Great Expectations: for a look at a shop that must not take long, and for tests.

Nights use `pipelines.validation.expectations`. It takes seconds to start, and half a second for each batch. A test
holds one against the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from pipelines.validation.rules.catalogue import Rule


def validate(frame: pd.DataFrame, suite: Sequence[Rule]) -> dict[str, list[int]]:
    """As `pipelines.validation.expectations.validate`."""
    found = {rule.name: _broken(rule, frame[rule.column].reset_index(drop=True)) for rule in suite}
    return {name: positions for name, positions in found.items() if positions}


def _broken(rule: Rule, values: pd.Series) -> list[int]:
    """Positions of the values that break a rule; only `not_null` says anything about an empty one."""
    if rule.kind == "not_null":
        breaks = values.isna()
    else:
        known = values[values.notna()]
        if rule.kind == "at_least":
            breaks = known < rule.values[0]
        else:
            breaks = known.isin(rule.values) == (rule.kind == "not_in_set")
        values = known
    return [int(position) for position in values.index[breaks]]
