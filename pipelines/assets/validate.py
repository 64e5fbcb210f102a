"""Validate: which landed rows may be loaded, checked with Great Expectations. One asset check per table and outcome."""

import logging
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import dagster as dg

from pipelines.alerts.limits import tripped_limits
from pipelines.alerts.send import send
from pipelines.assets.stage import POOL, markdown_table, stage
from pipelines.errors import BatchRejected
from pipelines.settings import Settings
from pipelines.validation import validate
from pipelines.validation.rules.catalogue import Rule
from pipelines.validation.summary import CheckResult, ValidationReport

log = logging.getLogger("klantwaarde")

CONSEQUENCES = {
    "reject": "If one of these rules is broken, the whole batch is rejected and nothing of it is loaded.",
    "quarantine": "A row that breaks one of these rules is quarantined with the rest of its order, and not loaded.",
    "warn": "A row that breaks one of these rules is loaded all the same; somebody should look at it.",
}


def make_accepted(settings: Settings) -> dg.AssetsDefinition:
    """The asset `accepted`, with one check for each table and consequence of its rules.

    One check per rule would make over a hundred: a list nobody reads, and Dagster takes 30 ms to record each of them.
    """
    groups = {_check_name(rule): rule for rule in validate.all_rules(settings)}

    @dg.asset(
        name="accepted",
        deps=["landing"],
        group_name="validate",
        kinds={"greatexpectations", "parquet"},
        description=(
            "The landed rows that may be loaded. A row that breaks a rule is quarantined with its whole order; a batch "
            "that cannot be trusted is rejected, and nothing of it is loaded."
        ),
        check_specs=[
            dg.AssetCheckSpec(
                name,
                asset="accepted",
                description=CONSEQUENCES[rule.consequence],
                blocking=rule.consequence == "reject",
            )
            for name, rule in groups.items()
        ],
        pool=POOL,
    )
    def accepted(settings: dg.ResourceParam[Settings]) -> Iterator[Any]:
        with stage(settings, "validate"):
            report = validate.validate_landing(settings)
        log.info("validate: %s", report)
        send(settings, tripped_limits(settings, report))
        for name, checks in groupby(sorted(report.checks, key=_name_of_result), key=_name_of_result):
            yield _asset_check_result(name, list(checks))
        with stage(settings, "validate"):
            if report.rejected:
                raise BatchRejected("\n".join(report.rejected))
        yield dg.MaterializeResult(metadata=_counts(report))

    return accepted


def _check_name(rule: Rule) -> str:
    return f"{rule.table}__{rule.consequence}"


def _name_of_result(check: CheckResult) -> str:
    return _check_name(check.rule)


def _asset_check_result(name: str, checks: Sequence[CheckResult]) -> dg.AssetCheckResult:
    """The rules of one check as a table, broken ones first, with what to do and the first examples."""
    checks = sorted(checks, key=lambda check: check.passed)
    broken = [check for check in checks if not check.passed]
    metadata: dict[str, Any] = {
        "rows checked": max(check.checked_count for check in checks),
        "rules": markdown_table(
            ("rule", "rows that break it", "what must hold"),
            [(check.rule.name, check.failed_count, check.rule.text) for check in checks],
        ),
    }
    if broken:
        metadata["what to do"] = markdown_table(
            ("rule", "what to do"), [(check.rule.name, check.rule.what_to_do) for check in broken]
        )
        metadata["first examples"] = markdown_table(
            ("rule", "day", "key", "column", "value"),
            [(check.rule.name, *example.values()) for check in broken for example in check.examples],
        )
    return dg.AssetCheckResult(
        check_name=name,
        passed=not broken,
        # A quarantined row is a warning about data, not a failure of the night.
        severity=(
            dg.AssetCheckSeverity.ERROR if checks[0].rule.consequence == "reject" else dg.AssetCheckSeverity.WARN
        ),
        metadata=metadata,
    )


def _counts(report: ValidationReport) -> dict[str, Any]:
    rows = markdown_table(
        ("table", "read", "accepted", "quarantined", "exact repeats", "superseded"),
        [
            (t.table, t.read_count, t.accepted_count, t.quarantined_count, t.repeated_count, t.superseded_count)
            for t in report.totals
        ],
    )
    return {"days validated": len(report.validated_days), "rows": rows}
