"""A new shop's settings file, from what a person answers or passes along: `klantwaarde new`.

Which settings a kind of source has, what they mean and what they may be is read from the kind's own section.
"""

from __future__ import annotations

import os
import textwrap
import tomllib
from typing import TYPE_CHECKING, Any

import click
from pydantic import ValidationError

from pipelines.errors import SettingsError
from pipelines.run.calls import program
from pipelines.settings import load_settings, shop_path
from pipelines.settings.sections import Schedule, Section, Shop, did_you_mean
from pipelines.settings.source_kinds import SourceSection, source_kinds, variables, without_links

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

# What is asked of every shop, with an answer to begin from.
SHOP_KEYS = {"id": None, "currency": "EUR", "timezone": "Europe/Amsterdam", "start_date": None}

# Of the comments in the file.
WIDTH = 100


class _Asker:
    """Finds a value for each setting: as passed along, else asked for, else missing."""

    def __init__(self, given: Mapping[str, str], can_ask: bool) -> None:
        self.problems: list[str] = []
        self._given = dict(given)
        self.can_ask = can_ask

    def find(self, key: str, read: Callable[[str], Any], about: str, default: str | None, option: str) -> Any:
        """The value of a setting; None, with a problem noted, if there is none.

        Args:
            key: The setting.
            read: Makes a value of text; raises ValueError with what is wrong.
            about: What the setting is.
            default: Suggested when asking.
            option: How it is passed along.
        """
        text = self._given.get(key)
        if text is None and not self.can_ask:
            self.problems.append(f"{option}: missing. {about}")
            return None
        while True:
            if text is None:
                click.echo(f"\n{about}")
                text = click.prompt(key, default=default)
            try:
                return read(text)
            except ValueError as error:
                message = f"{key} = {text!r}: {error}."
            if not self.can_ask:
                self.problems.append(message)
                return None
            click.echo(message)
            text = None


def make(answers: Mapping[str, str], given: Sequence[str], can_ask: bool) -> str:
    """Write the file of a new shop; returns what to do next.

    Args:
        answers: Values of `[shop]` and `kind` that are known already, as text.
        given: Settings of the kind, each as `setting=value`.
        can_ask: Whether somebody answers.

    Raises:
        SettingsError: Something is wrong or missing, all of it at once, or the shop's file is there already.
    """
    asker = _Asker(answers, can_ask)
    shop: dict[str, Any] = {}
    for key, default in SHOP_KEYS.items():
        option = "NAME" if key == "id" else f"--{key.replace('_', '-')}"
        shop[key] = asker.find(key, _reader(Shop, shop, key), _about(Shop, key), default, option)
        if key == "id" and shop[key] is not None:
            _require_free(shop_path(shop[key]))
    kinds = "\n".join(f"  {name}: {kind.text}" for name, kind in source_kinds().items())
    kind = asker.find("kind", _read_kind, f"{_about(SourceSection, 'kind')}\n{kinds}", None, "--kind")
    source = {} if kind is None else _source(asker, kind, given)
    if asker.problems:
        raise SettingsError("\n".join(asker.problems))
    return _write(shop_path(shop["id"]), shop, source)


def _source(asker: _Asker, kind: str, given: Sequence[str]) -> dict[str, Any]:
    """`[source]`: what was passed along, and what the kind requires."""
    section = source_kinds()[kind].section
    passed = {key: value for key, _, value in (text.partition("=") for text in given)}
    for key in passed.keys() - section.model_fields.keys():
        known = set(section.model_fields) - {"kind"}
        asker.problems.append(
            f"--set {key}: unknown setting{did_you_mean(key, known)}; a shop of kind {kind} has "
            f"{', '.join(sorted(known)) or 'none'}."
        )
    values: dict[str, Any] = {"kind": kind}
    inner = _Asker(passed, asker.can_ask)
    for key, field in section.model_fields.items():
        if key != "kind" and (key in passed or field.is_required()):
            value = inner.find(key, _reader(section, values, key), _about(section, key), None, f"--set {key}=...")
            values |= {} if value is None else {key: value}
    asker.problems += inner.problems
    return values


def _reader(section: type[Section], so_far: dict[str, Any], key: str) -> Callable[[str], Any]:
    """Makes a value of the setting's type out of text, by the section's own checks."""

    def read(text: str) -> Any:
        # Text such as 5, true or 2024-01-01 may be meant as a value, or as a word.
        for value in (*_as_toml(text), text):
            message = _problem(section, {**so_far, key: value}, key)
            if message is None:
                return value
        raise ValueError(message)

    return read


def _as_toml(text: str) -> list[Any]:
    try:
        return [tomllib.loads(f"value = {text}")["value"]]
    except tomllib.TOMLDecodeError:
        return []


def _problem(section: type[Section], values: dict[str, Any], key: str) -> str | None:
    """What is wrong with one of the values; others may be missing yet."""
    try:
        section.model_validate({name: value for name, value in values.items() if value is not None})
    except ValidationError as error:
        for problem in error.errors():
            if problem["loc"][:1] == (key,):
                return problem["msg"].removeprefix("Value error, ")
    return None


def _read_kind(text: str) -> str:
    kinds = source_kinds().keys()
    if text not in kinds:
        raise ValueError(f"there is no such kind{did_you_mean(text, set(kinds))}. The kinds are {', '.join(kinds)}")
    return text


def _about(section: type[Section], key: str) -> str:
    return " ".join(without_links(section.model_fields[key].description or "").split())


def _require_free(path: Path) -> None:
    if path.exists():
        raise SettingsError(f"{path}: is there already. Choose another name, or change that file.")


def _write(path: Path, shop: dict[str, Any], source: dict[str, Any]) -> str:
    text = _document(shop, source)
    # The file may have come into being since it was looked for.
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    try:
        settings = load_settings(path)
    except SettingsError:
        path.unlink()
        raise
    wanted = [name for name in variables(settings).values() if not os.environ.get(name)]
    lines = [f"{path} written."]
    if wanted:
        lines += ["Before the first night, set", *(f"  export {name}=..." for name in wanted)]
    return "\n".join([*lines, f"Next: {program()} doctor {shop['id']}"])


def _document(shop: dict[str, Any], source: dict[str, Any]) -> str:
    """The file's text, with the settings of the kind that were left to their default as comments."""
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("Every setting and its default: docs/settings.md."))
    document.add(tomlkit.nl())
    document.add("shop", tomlkit.item({key: value for key, value in shop.items() if value is not None}))
    table = tomlkit.item(source)
    section = source_kinds()[source["kind"]].section
    for key, field in section.model_fields.items():
        if key not in source:
            default = field.get_default(call_default_factory=True)
            # An empty table has no text of its own.
            shown = "..." if default is None else tomlkit.item(default).as_string() or "{}"
            table.add(tomlkit.nl())
            for line in [*textwrap.wrap(_about(section, key), WIDTH), f"{key} = {shown}"]:
                table.add(tomlkit.comment(line))
    table.add(tomlkit.nl())
    document.add("source", table)
    document.add("schedule", tomlkit.item({"nightly": Schedule().nightly}))
    return tomlkit.dumps(document).rstrip() + "\n"
