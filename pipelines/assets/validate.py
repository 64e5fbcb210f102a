"""Validate: Great Expectations at the boundary. What breaks a rule is quarantined, and a bad batch loads nothing."""

import logging
from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines import validation
from pipelines.assets.stage import POOL, stage
from pipelines.errors import BatchRejected
from pipelines.settings import Settings
from pipelines.validation.report import CheckResult, ValidationReport

log = logging.getLogger("klantwaarde")


def make_accepted(settings: Settings) -> dg.AssetsDefinition:
    """The accepted asset with a check for each rule; the rules know the shop's currency."""

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
                _check_name(rule.table, rule.name),
                asset="accepted",
                description=rule.text,
                blocking=rule.consequence == "reject",
            )
            for rule in validation.all_rules(settings)
        ],
        pool=POOL,
    )
    def accepted(settings: dg.ResourceParam[Settings]) -> Iterator[Any]:
        with stage(settings, "validate"):
            report = validation.validate_landing(settings)
        log.info("validate: %s", report)
        for check in report.checks:
            yield _asset_check_result(check)
        with stage(settings, "validate"):
            if report.rejected:
                raise BatchRejected("\n".join(report.rejected))
        yield dg.MaterializeResult(metadata=_counts(report))

    return accepted


def _check_name(table: str, rule: str) -> str:
    return f"{table}__{rule}"


def _asset_check_result(check: CheckResult) -> dg.AssetCheckResult:
    rule = check.rule
    metadata: dict[str, Any] = {
        "rule": rule.text,
        "consequence": rule.consequence,
        "rows checked": check.checked_count,
        "rows that break it": check.failed_count,
    }
    if not check.passed:
        metadata["what to do"] = rule.what_to_do
        metadata["first examples"] = dg.MetadataValue.md(
            "\n".join(
                ["| day | key | column | value |", "|---|---|---|---|"]
                + [f"| {e['day']} | {e['key']} | {e['column']} | {e['value']} |" for e in check.examples]
            )
        )
    return dg.AssetCheckResult(
        check_name=_check_name(rule.table, rule.name),
        passed=check.passed,
        # A quarantined row is a warning about data, not a failure of the night.
        severity=dg.AssetCheckSeverity.ERROR if rule.consequence == "reject" else dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )


def _counts(report: ValidationReport) -> dict[str, Any]:
    lines = ["| table | read | accepted | quarantined | exact repeats |", "|---|---|---|---|---|"]
    lines += [
        f"| {t.table} | {t.read_count} | {t.accepted_count} | {t.quarantined_count} | {t.repeated_count} |"
        for t in report.totals
    ]
    return {"days validated": len(report.validated_days), "rows": dg.MetadataValue.md("\n".join(lines))}
