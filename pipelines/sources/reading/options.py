"""What a shop's settings say about how its files are written: shared by every kind of source that reads files."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from pydantic import ValidationInfo, field_validator

from pipelines.settings.paths import ExistingFiles
from pipelines.settings.source_kinds import SourceSection
from pipelines.sources.reading.decimals import DecimalMark, ThousandsMark
from pipelines.sources.reading.notation import Notation

if TYPE_CHECKING:
    from pipelines.settings.sections import Shop


class ReadingOptions(SourceSection):
    """`[source]` of a shop that is read from files."""

    path: ExistingFiles
    """A folder, a single file, or a pattern such as `exports/2024/*.csv`. Files may be `.csv`, `.csv.gz`, `.xlsx` or
    `.parquet`. A path that is not absolute starts at the project's root."""

    naive_instants: Literal["local", "utc"] = "local"
    """What a date and time without an offset is: `local` time in `shop.timezone`, or `utc`. A local time in the hour
    that the clock shows twice in autumn is the first; one in the hour that it leaves out in spring is moved on by an
    hour. Both are counted in a warning."""

    decimal_mark: DecimalMark | None = None
    """The sign before the decimals of amounts, quantities and rates, `.` or `,`; the other may then group thousands.
    Without this setting each column says it itself: in `12,50` the comma cannot group thousands. A column in which
    every value leaves it open (`3.540` may be 3.54 or 3540) is refused."""

    thousands: ThousandsMark | None = None
    """The sign that groups thousands, if it is not the other one of `.` and `,`: a blank or `'`. It needs
    `decimal_mark`."""

    currency_sign: str | None = None
    """What may stand before or after an amount, as in `€ 12,50`. Without this setting: the sign and the code of
    `shop.currency`."""

    date_format: str | None = None
    """How dates are written that are not in ISO form, in the signs of `strftime`: `%d-%m-%Y` for 31-03-2024. A time of
    day may follow (`14:05`, `14:05:00`, `2:05 PM`), or be part of the format. Without this setting each column says it
    itself: in `31-03-2024` the month cannot come first. A column in which every date leaves it open (`05-03-2024`) is
    refused."""

    day_only: bool = False
    """Whether a date without a time of day may stand where a time is due. It is then the beginning of that business
    day, and which of two orders of one day came first is decided by their numbers."""

    @field_validator("date_format")
    @classmethod
    def _names_a_day(cls, value: str | None) -> str | None:
        if value is not None:
            probe = dt.datetime(2023, 10, 29, 14, 5)  # noqa: DTZ001
            try:
                is_day = dt.datetime.strptime(probe.strftime(value), value).date() == probe.date()  # noqa: DTZ007
            except ValueError:
                is_day = False
            if not is_day or "%z" in value:
                raise ValueError("must name day, month and year, as in %d-%m-%Y")
        return value

    @field_validator("currency_sign")
    @classmethod
    def _is_no_number(cls, value: str | None) -> str | None:
        if value is not None and (not value.strip(" .,+-'") or any(sign.isdigit() for sign in value)):
            raise ValueError("must be a sign or a word such as € or EUR")
        return value if value is None else value.strip()

    @field_validator("thousands")
    @classmethod
    def _differs_from_decimal_mark(cls, value: str | None, info: ValidationInfo) -> str | None:
        mark = info.data.get("decimal_mark")
        if value is not None and (mark is None or mark == value):
            raise ValueError("needs decimal_mark, and another sign than that")
        return value

    def notation(self, shop: Shop) -> Notation:
        """How the shop writes, as far as its settings say."""
        return Notation(
            zone=shop.timezone if self.naive_instants == "local" else None,
            shop_zone=shop.timezone,
            decimal_mark=self.decimal_mark,
            thousands=self.thousands,
            currency_signs=(self.currency_sign,) if self.currency_sign else _signs_of(shop.currency),
            date_format=self.date_format,
            is_day_enough=self.day_only,
        )


def _signs_of(currency: str) -> tuple[str, ...]:
    """The sign of a currency and its code; the longer first, so that none is taken for the beginning of another."""
    from babel import Locale

    sign = Locale("en").currency_symbols.get(currency, currency)
    return tuple(sorted({sign, currency}, key=lambda word: (-len(word), word)))
