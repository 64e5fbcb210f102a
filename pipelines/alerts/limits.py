"""Alerts about what validation found: more rows in quarantine than the limit, and days that are unusual.

A batch over the limit is rejected, and told as a failed night. Here are the limits that tripped without stopping
anything: few rows, though a large share (`validation.quarantine_limit_min_rows`), and the warnings about unusual days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.alerts.alert import Alert
from pipelines.validation import anomalies

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.validation.summary import CheckResult, ValidationReport


def tripped_limits(settings: Settings, report: ValidationReport) -> list[Alert]:
    """The alerts that a validation gives rise to; none if it rejected the batch, which fails the night."""
    if report.rejected:
        return []
    unusual = [check for check in report.checks if check.rule in anomalies.RULES and not check.passed]
    return [*_quarantined(settings, report), *map(_unusual_day, unusual)]


def _quarantined(settings: Settings, report: ValidationReport) -> list[Alert]:
    limit = settings.validation.quarantine_limit_rate
    over = [total for total in report.totals if total.quarantined_count > limit * total.read_count]
    if not over:
        return []
    lines = [
        f"{total.table}: {total.quarantined_count:,} of {total.read_count:,} rows "
        f"({total.quarantined_count / total.read_count:.1%})"
        for total in over
    ]
    counts = " ".join(f"{total.table} {total.quarantined_count}/{total.read_count}" for total in over)
    return [
        Alert(
            ("tripped_limit",),
            f"quarantine {max(report.validated_days, default=settings.as_of_date)} {counts}",
            f"more than {limit:.1%} of the rows read are in quarantine",
            "\n".join(
                [
                    f"Of the rows validated tonight, more than {limit:.1%} were quarantined with their orders. "
                    "The other rows were loaded:",
                    *lines,
                    "See docs/runbook.md, 'Orders are in quarantine'.",
                ]
            ),
        )
    ]


def _unusual_day(check: CheckResult) -> Alert:
    rule = check.rule
    seen = [f"{example['day']}: {example['value']}" for example in check.examples]
    days = " ".join(example["day"] for example in check.examples)
    return Alert(
        ("tripped_limit",),
        f"{rule.table}.{rule.name} {check.failed_count} {days}",
        f"{rule.table}: {rule.name} does not hold",
        "\n".join(["What should hold: " + rule.text, *seen, rule.what_to_do, "The rows were loaded."]),
    )
