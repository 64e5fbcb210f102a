"""The errors that a user may see.

ShopError                  base of all of them
├── SettingsError          the shop's TOML file or an environment variable is wrong
├── SourceError            what the shop delivered cannot be read, or breaks the contract
├── BatchRejected          too much of a batch is wrong; nothing of it was loaded
├── HomeError              the home folder is full, read-only or in use by another run
├── TransformError         a dbt model or test failed
└── PublishError           the marts could not be published

The text of an error is for a tired person at seven in the morning: what happened, in which file, table, row or setting,
and what to do next. docs/runbook.md has a heading for each kind.
"""

from __future__ import annotations


class ShopError(Exception):
    """Base of every error caused by the shop, a file or the machine; any other exception is a fault of ours."""


class SettingsError(ShopError):
    """A setting is wrong, unknown or missing."""


class SourceError(ShopError):
    """The source cannot be read, or it delivered something that the contract does not allow."""


class BatchRejected(ShopError):
    """A batch broke a rule that rejects the whole batch."""


class HomeError(ShopError):
    """The home folder cannot be written, or another run is using it."""


class TransformError(ShopError):
    """A dbt model or test failed."""


class PublishError(ShopError):
    """The marts could not be published; the last good ones stay published."""


RUNBOOK_HEADINGS: dict[type[ShopError], str] = {
    SourceError: "The source cannot be read",
    BatchRejected: "A batch was rejected",
    HomeError: "The home folder is full, read-only or in use",
    TransformError: "A model or a test failed",
    PublishError: "Publishing failed",
}
ANY_OTHER_HEADING = "Any other failure"


def runbook_heading(error: BaseException | None) -> str:
    """The heading of docs/runbook.md about an error, or about the one of ours that caused it."""
    while error is not None and not isinstance(error, ShopError):
        error = error.__cause__
    return next((text for kind, text in RUNBOOK_HEADINGS.items() if isinstance(error, kind)), ANY_OTHER_HEADING)
