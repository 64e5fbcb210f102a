"""Looks at a shop from its settings to its rows, and goes on as far as it can to find everything at once."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from pipelines import home
from pipelines.doctor import dry_run, facts, sample
from pipelines.doctor.report import Report
from pipelines.errors import HomeError, SettingsError, ShopError
from pipelines.extraction.before_start import before_start
from pipelines.settings import examine_settings
from pipelines.settings.source_kinds import source_kinds, variables
from pipelines.sources.source import Examinable, open_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pipelines.doctor.report import Severity
    from pipelines.settings import Settings
    from pipelines.sources.source import Source


def examine(config: str | Path | None, environment: Mapping[str, str]) -> Report:
    """Everything that can be said of a shop within seconds.

    Args:
        config: The shop's file, as for `load_settings`.
        environment: Where the shop's secrets are.

    Raises:
        SettingsError: There is no such file, or it is not TOML.
    """
    settings, wrong = examine_settings(config)
    report = Report(f"klantwaarde doctor: {settings.config_path if settings else config}")
    for text in wrong:
        report.add_problem("settings", text)
    if settings is None:
        report.add_fact("source", "not opened: the settings do not say which")
        return report
    report.title = f"klantwaarde doctor: shop {settings.shop.id}, {settings.config_path}"
    try:
        home.require_own(settings)
    except HomeError as error:
        report.add_problem("settings", str(error))
    report.add_fact("home", f"{settings.home}{'' if settings.home.exists() else ', which the first night makes'}")
    for setting, variable in variables(settings).items():
        report.add_fact("variable", f"{variable} ({setting}) is {'set' if environment.get(variable) else 'not set'}")
    _examine_source(report, settings)
    return report


def _examine_source(report: Report, settings: Settings) -> None:
    kind = source_kinds()[settings.source.kind]
    report.add_fact("source", f"{settings.source.kind}: {kind.text.partition('. ')[0].rstrip('.')}")
    try:
        with closing(open_source(settings)) as source:
            missing_columns = _refused(report, source)
            taken = sample.take(settings, source)
            oldest = sample.oldest_day(settings, source, taken)
            left_out = before_start(settings, source)
    except (ShopError, OSError) as error:
        severity: Severity = "settings" if isinstance(error, SettingsError) else "refused"
        for text in str(error).splitlines() or [type(error).__name__]:
            report.add_problem(severity, text)
        report.add_fact("rules", "not tried: the source could not be read")
        return
    for text in (*source.warnings, *(note.text for note in left_out)):
        report.add_problem("warn", text)
    facts.add_facts(report, settings, taken, oldest)
    for severity, text in dry_run.broken_rules(settings, taken, missing_columns):
        report.add_problem(severity, text)


def _refused(report: Report, source: Source) -> list[tuple[str, str]]:
    """Add what the source would refuse; returns the columns that are missing."""
    if not isinstance(source, Examinable):
        return []
    faults = source.examine()
    for fault in faults:
        report.add_problem("refused", fault.text)
    return [fault.missing_column for fault in faults if fault.missing_column]
