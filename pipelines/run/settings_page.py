"""The page docs/settings.md: every setting of a shop's file, from the settings' own descriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.run import markdown, ui
from pipelines.settings import CONFIG_VARIABLE, DEFAULT_CONFIG, HOME_VARIABLE, READ_WHOLE_VARIABLE, ShopFile
from pipelines.settings.sections import Privacy
from pipelines.settings.source_kinds import SourceSection, source_kinds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pipelines.settings.sections import Section

INTRODUCTION = """# Settings

Made by `make docs`; do not edit. Every shop has one TOML file in `shops/`. `klantwaarde new` writes one for your own.
A wrong or unknown setting stops the run. The message names the file, the setting, its value, and what is allowed.
"""

# As JSON Schema calls the limits of a number.
LIMITS = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most", "exclusiveMaximum": "below"}

HEADER = ("setting", "default", "meaning")


def settings_page() -> str:
    """The page."""
    parts = [INTRODUCTION]
    for name, field in ShopFile.model_fields.items():
        section: Any = field.annotation
        about = section.__doc__.partition(": ")[2]
        parts.append(f"## [{name}]\n\n{about[:1].upper()}{about[1:]}\n")
        parts += _source_tables(name) if section is SourceSection else [markdown.table(HEADER, _rows(name, section))]
    return "\n".join([*parts, "## Environment\n", _environment()])


def _source_tables(name: str) -> list[str]:
    """Which kinds of source there are, and the settings of each."""
    kinds = source_kinds()
    what = [(f"`{kind}`", kinds[kind].description) for kind in kinds]
    shared = SourceSection.model_fields.keys()
    rows = [(f"`{kind}`", *row) for kind in kinds for row in _rows(name, kinds[kind].section, leave_out=shared)]
    return [markdown.table((f"`{name}.kind`", "what it reads"), what), markdown.table(("kind", *HEADER), rows)]


def _rows(name: str, section: type[Section], leave_out: Collection[str] = ()) -> Iterator[tuple[str, str, str]]:
    for key, setting in section.model_json_schema()["properties"].items():
        if key not in leave_out:
            yield f"`{name}.{key}`", _default(setting), f"{setting['description']} {_limits(setting)}"


def _default(setting: dict[str, Any]) -> str:
    if "default" not in setting:
        return "required"
    value = setting["default"]
    if value in (None, [], {}):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return ", ".join(f"`{word}`" for word in (value if isinstance(value, list) else [value]))


def _limits(setting: dict[str, Any]) -> str:
    """What a number must lie between, as a sentence."""
    limits = [f"{words} {setting[limit]:g}" for limit, words in LIMITS.items() if limit in setting]
    return f"{' and '.join(limits).capitalize()}." if limits else ""


def _environment() -> str:
    variables = (
        (CONFIG_VARIABLE, f"`{DEFAULT_CONFIG}`", "The shop's file."),
        (
            HOME_VARIABLE,
            "`var/<shop.id>/`",
            "The home folder, where everything is kept: landing, quarantine, warehouse, published marts, run history.",
        ),
        (
            READ_WHOLE_VARIABLE,
            "not set",
            "Set to `1` for one run, it compares the whole shop with what has landed, as on the night of "
            "`extract.census_weekday`.",
        ),
        (
            Privacy().email_key_env,
            "a key file in the home folder",
            "Secret key of the e-mail hashes. `privacy.email_key_env` may name another variable.",
        ),
        ("PORT", f"`{ui.DEFAULT_PORT}`", "Port of the UI."),
        (
            ui.HOST_VARIABLE,
            f"`{ui.DEFAULT_HOST}`",
            "Address that the UI listens on. It asks for no password: leave it to this machine, except in a container.",
        ),
    )
    return markdown.table(("variable", "default", "meaning"), [(f"`{name}`", *rest) for name, *rest in variables])
