"""The command `klantwaarde`: what a person types. Each of its commands is a few lines here, and loads what it needs.

A command takes the shop by its name, which is that of its file in `shops/`, or by the path of its file. Exit codes: 0
if all is well, 1 if something is wrong with the shop or its data, 2 if the settings or the arguments are wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "klantwaarde"


class Command(click.Group):
    """Tells a person what is wrong in the words of the error, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error that has words for a person ends it with them."""
        from pipelines.errors import SettingsError, ShopError

        try:
            return super().invoke(ctx)
        except ShopError as error:
            click.echo(error, err=True)
            ctx.exit(2 if isinstance(error, SettingsError) else 1)


@click.group(NAME, cls=Command, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """What a webshop's customers are worth: set up a shop, run its nights, look at the result.

    SHOP is the name of a file in shops/, such as cdnow, or the path of one. Without it, KLANTWAARDE_CONFIG names the
    file, else it is cdnow.
    """


def _takes_shop(command: Callable[..., None]) -> Callable[..., None]:
    return click.argument("shop", required=False)(command)


@main.command()
@click.argument("name", required=False)
@click.option("--kind", help="What its orders are read from, such as files.")
@click.option("--currency", help="ISO 4217 code of the currency of its reports, such as EUR.")
@click.option("--timezone", help="IANA time zone of its business days, such as Europe/Amsterdam.")
@click.option("--start-date", help="First business day to read, such as 2024-01-01.")
@click.option(
    "--set", "given", multiple=True, metavar="SETTING=VALUE", help="A setting of the kind, such as path=/data/bakery."
)
def new(name: str | None, given: tuple[str, ...], **flags: str | None) -> None:
    """Write the file of a new shop, shops/NAME.toml.

    Asks for what no option says. Without a terminal, what is missing is an error. A file that is there is never
    overwritten.
    """
    from pipelines.run import new_shop

    answers = {name: value for name, value in {"id": name, **flags}.items() if value is not None}
    click.echo(new_shop.make(answers, given, can_ask=sys.stdin.isatty()))


@main.command()
@_takes_shop
def doctor(shop: str | None) -> None:
    """Look at a shop before its first night, within seconds.

    Opens the source, shows what it says of its orders, and tries the newest days (of a small shop, all) against every
    rule. All problems are listed: of the settings, of the files, of the rows. Nothing is written. Exits with 1 if a
    night would not take in everything, with 2 if the settings are wrong.
    """
    import logging
    import os

    from pipelines.doctor.examine import examine

    # What the source warns of is in the report.
    logging.getLogger(NAME).addHandler(logging.NullHandler())
    report = examine(shop_file(shop), os.environ)
    click.echo(report)
    sys.exit(report.exit_code)


@main.command()
@_takes_shop
def run(shop: str | None) -> None:
    """Run the nightly job now, and sum up what it came to."""
    from pipelines.run import nightly

    sys.exit(nightly.main(shop_file(shop)))


@main.command()
@_takes_shop
@click.option("--port", help="Where it listens; default PORT, else 3000.")
def ui(shop: str | None, port: str | None) -> None:
    """Start Dagster's UI with the nightly schedule on."""
    from pipelines.run import ui as dagster_ui

    sys.exit(dagster_ui.main(shop_file(shop), port))


@main.command()
@_takes_shop
@click.option("--alert", is_flag=True, help="Only look whether anything is due, and send it to whom [alerts] names.")
@click.option("--try-alerts", is_flag=True, help="Send a trial to everyone whom [alerts] names.")
def status(shop: str | None, alert: bool, try_alerts: bool) -> None:
    """Show how the last night ended and how fresh the figures are.

    Also what is in quarantine, what is published, and which alerts are due. Exits with 1 if the last night failed, if
    nothing is published, if a night was missed, or if an alert is due. With --alert it is for cron, and starts nothing
    large.
    """
    config = shop_file(shop)
    if alert or try_alerts:
        from pipelines.run import status as alerts_due

        sys.exit(alerts_due.main(config, is_trial=try_alerts))
    from pipelines.run.overview import look
    from pipelines.settings import load_settings

    seen = look(load_settings(config))
    click.echo(seen)
    sys.exit(0 if seen.is_well else 1)


@main.command("open")
@_takes_shop
@click.option("-c", "--command", "query", metavar="SQL", help="Run this and end.")
def open_published(shop: str | None, query: str | None) -> None:
    """Open the published marts in DuckDB's shell, read-only.

    Their names stand alone: from customer_segments limit 10;
    """
    from pipelines.run import shell
    from pipelines.settings import load_settings

    shell.start(load_settings(shop_file(shop)), query)


def shop_file(shop: str | None) -> Path | None:
    """The settings file that a person means by a name or a path; None if none is named."""
    if shop is None:
        return None
    from pipelines.settings import shop_path

    is_path = shop.endswith(".toml") or "/" in shop
    return Path(shop).absolute() if is_path else shop_path(shop)


if __name__ == "__main__":
    main(prog_name=NAME)
