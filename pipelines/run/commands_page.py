"""The page docs/commands.md: what `klantwaarde` and each of its commands say about themselves."""

from __future__ import annotations

import click

from pipelines.run.command import NAME, main

INTRODUCTION = f"""# Commands

Made by `make docs`; do not edit. `make setup` puts the command at `.venv/bin/{NAME}`; after `source .venv/bin/activate`
it is `{NAME}`. `make run`, `make ui` and `make doctor` call it.
"""

WIDTH = 100


def commands_page() -> str:
    """The page."""
    names = main.context_settings["help_option_names"]
    group = click.Context(main, info_name=NAME, terminal_width=WIDTH, help_option_names=names)
    parts = [INTRODUCTION, _help(main, group)]
    for name in main.list_commands(group):
        command = main.commands[name]
        context = click.Context(command, parent=group, info_name=name, terminal_width=WIDTH)
        parts.append(f"## {name}\n\n{_help(command, context)}")
    return "\n".join(parts)


def _help(command: click.Command, context: click.Context) -> str:
    return f"```text\n{command.get_help(context).rstrip()}\n```\n"
