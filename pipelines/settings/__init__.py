"""The shop's TOML file and the environment, as one frozen `Settings`: the only reader of either.

What belongs here: reading, and saying what is wrong. What does not: the settings themselves, which are in
`pipelines.settings.sections`, `pipelines.settings.definitions`, `pipelines.settings.identity` and, of `[source]`, in
the modules of the kinds (`pipelines.settings.source_kinds`); and secrets. A secret is named in the TOML
(`email_key_env`) and read from that environment variable.
"""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationError

from pipelines.errors import SettingsError
from pipelines.settings.alerts import Alerts, AlertSecrets
from pipelines.settings.definitions import Definitions
from pipelines.settings.identity import Identity
from pipelines.settings.paths import PROJECT_ROOT, project_path
from pipelines.settings.sections import (
    Extract,
    Predict,
    Privacy,
    Schedule,
    Section,
    Shop,
    Validation,
    did_you_mean,
)
from pipelines.settings.source_kinds import SourceSection, read_section, source_kinds

CONFIG_VARIABLE = "KLANTWAARDE_CONFIG"
HOME_VARIABLE = "KLANTWAARDE_HOME"
READ_WHOLE_VARIABLE = "KLANTWAARDE_READ_WHOLE"
DEFAULT_CONFIG = "shops/cdnow.toml"


class ShopFile(Section):
    """The sections of a shop's file."""

    shop: Shop
    source: Annotated[SourceSection, BeforeValidator(read_section)]
    schedule: Schedule = Schedule()
    extract: Extract = Extract()
    validation: Validation = Validation()
    definitions: Definitions = Definitions()
    identity: Identity = Identity()
    predict: Predict = Predict()
    privacy: Privacy = Privacy()
    alerts: Alerts = Alerts()


class Settings(ShopFile):
    """Everything a run needs to know, read once: the shop's file, and what the environment says."""

    config_path: Path
    home: Path
    reads_whole: bool = False
    email_key: str | None = Field(default=None, repr=False)
    alert_secrets: AlertSecrets = Field(default=AlertSecrets(), repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.shop.timezone)

    @property
    def as_of_date(self) -> dt.date:
        """The day after the last business day that counts: `as_of`, else today in the shop's zone."""
        return self.shop.as_of or dt.datetime.now(self.zone).date()

    @property
    def warehouse_path(self) -> Path:
        """The pipeline's working DuckDB file. Nobody but the pipeline opens it."""
        return self.home / "warehouse.duckdb"

    @property
    def landing_path(self) -> Path:
        """Folder of landed day files."""
        return self.home / "landing"

    @property
    def quarantine_path(self) -> Path:
        """Folder of quarantined rows and validation records."""
        return self.home / "quarantine"

    @property
    def published_path(self) -> Path:
        """What BI tools read: always a whole, good set."""
        return self.home / "published"

    @property
    def dagster_path(self) -> Path:
        """DAGSTER_HOME: run history, schedules, compute logs."""
        return self.home / "dagster"


def shop_path(name: str) -> Path:
    """Where the file of a shop of this name is, or would be."""
    return PROJECT_ROOT / "shops" / f"{name}.toml"


def load_settings(config: str | Path | None = None, home: str | Path | None = None) -> Settings:
    """Read the shop's TOML and the environment.

    Args:
        config: The TOML file; default `KLANTWAARDE_CONFIG`, else `shops/cdnow.toml` of the project.
        home: Where data goes; default `KLANTWAARDE_HOME`, else `var/<shop id>/` of the project.

    Raises:
        SettingsError: The file is missing or not TOML, or a setting is wrong; the text names file, key and value.
    """
    path, document = _read_document(config)
    try:
        return _validated(path, document, home)
    except ValidationError as error:
        raise SettingsError(_explain(path, document, error)) from None


def examine_settings(
    config: str | Path | None = None, home: str | Path | None = None
) -> tuple[Settings | None, list[str]]:
    """The settings with defaults in the place of what is wrong, and a line about each wrong one.

    None if one is wrong that has no default. The arguments are those of `load_settings`.

    Raises:
        SettingsError: The file is missing or not TOML.
    """
    path, document = _read_document(config)
    try:
        return _validated(path, document, home), []
    except ValidationError as error:
        lines = _explain(path, document, error).splitlines()
        places = [problem["loc"] for problem in error.errors()]
    try:
        return _validated(path, _without(document, places), home), lines
    except ValidationError:
        return None, lines


def _without(document: dict[str, Any], places: list[tuple[int | str, ...]]) -> dict[str, Any]:
    """The document without the settings, or the whole sections, at these places."""
    rest = {name: dict(section) if isinstance(section, dict) else section for name, section in document.items()}
    for section, *keys in places:
        if keys and isinstance(rest.get(str(section)), dict):
            rest[str(section)].pop(str(keys[0]), None)
        else:
            rest.pop(str(section), None)
    return rest


def _read_document(config: str | Path | None) -> tuple[Path, dict[str, Any]]:
    path = project_path(config or os.environ.get(CONFIG_VARIABLE) or DEFAULT_CONFIG)
    document = _read_toml(path)
    strange = document.keys() & (Settings.model_fields.keys() - ShopFile.model_fields.keys())
    if strange:
        raise SettingsError(f"{path}: {', '.join(sorted(strange))}: not a setting of the file; remove it.")
    return path, document


def _validated(path: Path, document: dict[str, Any], home: str | Path | None) -> Settings:
    shop_section = document.get("shop")
    shop_id = shop_section.get("id", "shop") if isinstance(shop_section, dict) else "shop"
    given_home = home or os.environ.get(HOME_VARIABLE)
    return Settings.model_validate(
        {
            **document,
            "config_path": path,
            "home": project_path(given_home) if given_home else PROJECT_ROOT / "var" / str(shop_id),
            "reads_whole": bool(os.environ.get(READ_WHOLE_VARIABLE)),
            "email_key": _secret(document, "privacy", "email_key_env", Privacy().email_key_env),
            "alert_secrets": {name: _secret(document, "alerts", f"{name}_env") for name in AlertSecrets.model_fields},
        }
    )


def _secret(document: dict[str, Any], section: str, key: str, default: str = "") -> str | None:
    """What the environment variable holds that a setting names."""
    given = document.get(section)
    variable = given.get(key, default) if isinstance(given, dict) else default
    return os.environ.get(str(variable)) or None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        shops = {p.stem for p in shop_path("*").parent.glob("*.toml")}
        hint = did_you_mean(path.stem, shops)
        raise SettingsError(
            f"{path}: no such file{hint}. Shops here: {', '.join(sorted(shops))}; `klantwaarde new` starts your own."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not a TOML file: {error}.") from None


def _explain(path: Path, document: dict[str, Any], error: ValidationError) -> str:
    """One line for each wrong setting: file, key, value, what is allowed."""
    lines = []
    for problem in error.errors():
        keys = [str(part) for part in problem["loc"]]
        key = ".".join(keys) or "the file"
        if problem["type"] == "extra_forbidden":
            allowed = _allowed_keys(document, keys[:-1])
            hint = did_you_mean(keys[-1], allowed)
            lines.append(f"{path}: {key}: unknown setting{hint}; allowed here: {', '.join(sorted(allowed))}.")
        elif problem["type"] == "missing":
            lines.append(f"{path}: {key}: missing; this setting is required.")
        else:
            message = problem["msg"].removeprefix("Value error, ")
            # Somebody may have written the secret itself.
            value = "(not shown)" if key.endswith("_env") else _as_written(problem.get("input"))
            lines.append(f"{path}: {key} = {value}: {message[:1].lower() + message[1:]}.")
    return "\n".join(lines)


def _as_written(value: object) -> str:
    """A value as it is in the file, where a date is not between quotes."""
    return str(value) if isinstance(value, dt.date) else repr(value)


def _allowed_keys(document: dict[str, Any], section: list[str]) -> set[str]:
    if not section:
        return set(ShopFile.model_fields)
    if section == ["source"]:
        return set(source_kinds()[document["source"]["kind"]].section.model_fields)
    annotation = ShopFile.model_fields[section[0]].annotation
    return set(annotation.model_fields) if isinstance(annotation, type) and issubclass(annotation, Section) else set()
