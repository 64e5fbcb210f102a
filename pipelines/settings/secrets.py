"""Secrets, from the environment only: the shop's file names the variable, and no text repeats what is in it."""

from __future__ import annotations

import os
import re

from pipelines.errors import SettingsError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,38}")


def secret(setting: str, variable: str, what: str, example: str = "") -> str:
    """The secret in a variable.

    Args:
        setting: The setting that names the variable, such as `source.consumer_key_env`.
        variable: Its value: the name of the variable.
        what: What the secret is, for the message.
        example: How such a secret begins, if they all begin alike.

    Raises:
        SettingsError: The variable is not set, or the setting holds the secret itself.
    """
    if not _NAME.fullmatch(variable) or (example and variable.startswith(example)):
        # Not shown: it may be the secret.
        raise SettingsError(
            f"{setting}: must be the name of an environment variable, not {what} itself. Put {what} into a variable, "
            "write the variable's name here, and make a new one: this file is no place for it."
        )
    value = os.environ.get(variable, "").strip()
    if not value:
        raise SettingsError(f"{variable}: this environment variable is not set. It must hold {what} ({setting}).")
    if example and not value.startswith(example):
        raise SettingsError(f"{variable}: does not hold {what}, which begins with {example!r} ({setting}).")
    return value
