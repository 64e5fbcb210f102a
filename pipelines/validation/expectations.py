"""Checks a frame of rows against rules with Great Expectations. No other module uses it.

How a rule becomes an expectation belongs here; the rules themselves are in `pipelines.validation.rules`.
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from pipelines.validation.rules.catalogue import Rule


def validate(frame: pd.DataFrame, suite: Sequence[Rule]) -> dict[str, list[int]]:
    """Check a frame against a suite.

    Args:
        frame: One row per row of the table, with the columns that the suite looks at and a RangeIndex.
        suite: From `rules.suite()`.

    Returns:
        By rule name, the positions of the rows that break the rule. Rules that hold are not in it.

    Raises:
        RuntimeError: Great Expectations could not evaluate a rule; a fault of ours or of the library.
    """
    batch = _batch_definition().get_batch(batch_parameters={"dataframe": frame})
    results = batch.validate(
        _gx_suite(tuple(suite)),
        # Positions are enough: naming the failing rows by key costs sixteen times as much.
        result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False},
    )
    broken: dict[str, list[int]] = {}
    for result in results.results:
        name = result.expectation_config.meta["rule"]
        if _has_raised(result.exception_info):
            raise RuntimeError(f"Great Expectations could not check the rule {name}: {result.exception_info}")
        # GX gives numpy booleans in places.
        if not bool(result.success):
            broken[name] = [int(position) for position in result.result["unexpected_index_list"]]
    return broken


def _has_raised(exception_info: dict[str, Any]) -> bool:
    """Great Expectations reports one exception as a flat dict, and several as a dict by metric."""
    if "raised_exception" in exception_info:
        return bool(exception_info["raised_exception"])
    return any(bool(info["raised_exception"]) for info in exception_info.values())


@lru_cache(maxsize=1)
def _batch_definition() -> Any:
    """One in-memory GX context for the whole process."""
    with warnings.catch_warnings():
        # GX imports a module that Python has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations as gx

        context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    quiet: Any = {"globally": False}
    context.variables.progress_bars = quiet
    return (
        context.data_sources.add_pandas("landing")
        .add_dataframe_asset("batch")
        .add_batch_definition_whole_dataframe("whole")
    )


@lru_cache(maxsize=64)
def _gx_suite(suite: tuple[Rule, ...]) -> Any:
    import great_expectations as gx

    return gx.ExpectationSuite(name="rules", expectations=[_gx_expectation(rule) for rule in suite])


def _gx_expectation(rule: Rule) -> Any:
    from great_expectations.expectations.core.expect_column_values_to_be_between import ExpectColumnValuesToBeBetween
    from great_expectations.expectations.core.expect_column_values_to_be_in_set import ExpectColumnValuesToBeInSet
    from great_expectations.expectations.core.expect_column_values_to_not_be_in_set import (
        ExpectColumnValuesToNotBeInSet,
    )
    from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull

    about: Any = {"column": rule.column, "meta": {"rule": rule.name}}
    match rule.kind:
        case "not_null":
            return ExpectColumnValuesToNotBeNull(**about)
        case "in_set":
            return ExpectColumnValuesToBeInSet(**about, value_set=list(rule.values))
        case "not_in_set":
            return ExpectColumnValuesToNotBeInSet(**about, value_set=list(rule.values))
        case "at_least":
            return ExpectColumnValuesToBeBetween(**about, min_value=float(rule.values[0]))
    raise ValueError(f"{rule.table}.{rule.name} is not a rule about single rows: kind is {rule.kind}")
