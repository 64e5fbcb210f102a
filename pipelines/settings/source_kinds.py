"""The kinds of source that there are. Each is a module of `pipelines.sources`, found there: none is named here.

A kind is called like its module, and is one if the module has a constant `KIND`. That brings what the rest of the
pipeline asks of a kind: its section of the shop's file, how it is opened, and its line in docs/settings.md.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from pipelines.settings.sections import Section, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.settings import Settings


class SourceSection(Section):
    """`[source]`: where the shop's orders come from."""

    kind: str
    """What the orders are read from. Each kind has settings of its own."""

    def row_rules(self) -> list[Any]:
        """What the rows depend on beside the shop; empty if on nothing. If it changes, every day is read again."""
        return []


@dataclass(frozen=True)
class SourceKind:
    """One kind of source.

    Attributes:
        section: `[source]` in the file of a shop of this kind.
        open: Makes the `pipelines.sources.source.Source` of a shop.
        description: What it reads, for docs/settings.md.
    """

    section: type[SourceSection]
    open: Callable[[Settings], Any]
    description: str

    @property
    def text(self) -> str:
        """The description for a terminal."""
        return without_links(self.description)


def without_links(text: str) -> str:
    """A text of a page with the words of its links only."""
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)


@cache
def source_kinds() -> dict[str, SourceKind]:
    """Every kind by its name."""
    package = importlib.import_module("pipelines.sources")
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    constants = {name: getattr(importlib.import_module(f"pipelines.sources.{name}"), "KIND", None) for name in names}
    return {name: kind for name, kind in constants.items() if isinstance(kind, SourceKind)}


def variables(settings: Settings) -> dict[str, str]:
    """The environment variables that the source needs, by the setting that names each: `..._env`, for secrets.

    One that does not look like a name is left out: somebody may have written the secret itself.
    """
    values = settings.source.model_dump()
    named = {f"source.{name}": str(values[name]) for name in values if name.endswith("_env") and values[name]}
    return {setting: name for setting, name in named.items() if re.fullmatch("[A-Z][A-Z0-9_]*", name)}


def read_section(given: Any) -> Any:
    """`[source]` as the section of its kind, where it names one.

    Raises:
        ValidationError: The kind is missing or unknown, or a setting of the kind is wrong.
    """
    if not isinstance(given, dict):
        return given
    if "kind" not in given:
        raise _wrong_kind("missing", given)
    kind = source_kinds().get(str(given["kind"]))
    if kind is None:
        known = source_kinds().keys()
        words = {"hint": did_you_mean(str(given["kind"]), set(known)), "known": ", ".join(known)}
        text = (
            "there is no such kind of source{hint}. The kinds are {known}; a shop of any other system is read from its "
            "exports, with kind = 'export' or 'files'"
        )
        raise _wrong_kind(PydanticCustomError("kind", text, words), given["kind"])
    return kind.section.model_validate(given)


def _wrong_kind(problem: str | PydanticCustomError, given: Any) -> ValidationError:
    return ValidationError.from_exception_data("source", [InitErrorDetails(type=problem, loc=("kind",), input=given)])
