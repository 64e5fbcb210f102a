"""The rules about rows in plain Python: the second opinion that `validation/test_expectations.py` compares with.

Where rows are not what a test is about, these judge them too: Great Expectations takes half a second for each batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from pipelines.validation.rules.catalogue import Rule


def validate(frame: pd.DataFrame, suite: Sequence[Rule]) -> dict[str, list[int]]:
    """As `pipelines.validation.expectations.validate`."""
    broken = {}
    for rule in suite:
        positions = [n for n, value in enumerate(frame[rule.column]) if _breaks(rule, value)]
        if positions:
            broken[rule.name] = positions
    return broken


def _breaks(rule: Rule, value: object) -> bool:
    import pandas as pd

    if rule.kind == "not_null":
        return bool(pd.isna(value))
    if pd.isna(value):
        return False
    if rule.kind == "at_least":
        return value < rule.values[0]
    return (value in rule.values) == (rule.kind == "not_in_set")
