"""The sections of the shop's file: every setting with its default, its limits and its description.

What the numbers mean (`[definitions]`) is in `pipelines.settings.definitions`; the settings of each kind of source
are in its module in `pipelines.sources`; the file is read in `pipelines.settings`.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator


class Section(BaseModel):
    """A section of the shop's file: no key that is not known, and no change after it was read.

    The text below each setting is its description, which docs/settings.md prints.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Shop(Section):
    """`[shop]`: which shop this is, its currency and its business day."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    """Short name of the shop: a lower-case letter, then lower-case letters, digits and `_`. It is `source_id` on every
    row, and names the home folder."""

    currency: str
    """ISO 4217 code of the currency that all reports are in, such as `EUR`. Orders in another currency need a rate in
    the contract table `exchange_rates`."""

    timezone: str
    """IANA time zone that decides on which business day an order lies, such as `Europe/Amsterdam`."""

    start_date: dt.date
    """First business day to read, such as `2024-01-01`. Orders placed earlier are left out."""

    as_of: dt.date | None = None
    """First day that no longer counts: the pipeline pretends that today is this day, for samples and tests. Without it,
    today in the shop's time zone."""

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"must be an IANA time zone{did_you_mean(value, available_timezones())}")
        return value

    @field_validator("currency")
    @classmethod
    def _iso_code(cls, value: str) -> str:
        if not re.fullmatch("[A-Z]{3}", value):
            code = _currency_code(value)
            hint = f" (did you mean {code!r}?)" if code else ""
            raise ValueError(f"must be the three capital letters of a currency, such as EUR or USD{hint}")
        return value

    @field_validator("start_date")
    @classmethod
    def _start_before_today(cls, value: dt.date, info: ValidationInfo) -> dt.date:
        today = _today(info)
        if value >= today:
            raise ValueError(f"must be before today ({today}). Give the day of the shop's first order")
        return value

    @field_validator("as_of")
    @classmethod
    def _after_start_and_not_in_future(cls, value: dt.date | None, info: ValidationInfo) -> dt.date | None:
        start, today = info.data.get("start_date"), _today(info)
        if value is not None and start is not None and value <= start:
            raise ValueError(f"must be later than shop.start_date ({start}), or no day is left to read")
        if value is not None and value > today:
            raise ValueError(f"is in the future; today is {today}. Remove as_of, and the shop goes on until today")
        return value


class Schedule(Section):
    """`[schedule]`: when the nightly job runs."""

    nightly: str = Field(default="02:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    """Time of the nightly run in the shop's time zone, as HH:MM."""


class Extract(Section):
    """`[extract]`: how far a night looks back, and how much it reads at once."""

    # Shop systems stamp a change up to some hours late, and a weekend without runs must not open a gap.
    look_back_days: int = Field(default=3, ge=1, le=366)
    """Days that a night looks back, if the shop can say what changed. It reads changes from this long before the newest
    one known, and compares the orders of these last days with the shop's own list. Of other shops every day is compared
    every night."""

    # Weekly finds a silent change soon enough for a month's figures, on the quietest night.
    census_weekday: int = Field(default=7, ge=0, le=7)
    """Night on which a shop that can say what changed is compared whole all the same, by content, to find what was
    deleted or changed without a stamp: 1 is Monday, 7 is Sunday, 0 is never. If no night runs then, the next one does
    it."""

    # About 150 MB of order lines in memory; less only costs time.
    batch_rows: int = Field(default=250_000, ge=1_000)
    """Order lines held in memory at once, at most. A single day is never split, even if it has more."""


class Validation(Section):
    """`[validation]`: how many bad rows a batch may have."""

    quarantine_limit_rate: float = Field(default=0.01, ge=0, le=1)
    """Share of a table's rows that may go into quarantine. Above it the batch is rejected: nothing of it is loaded."""

    # One bad order on a day of forty is 2.5 %: it must be quarantined, not stop the night of a small shop.
    quarantine_limit_min_rows: int = Field(default=10, ge=0)
    """Orders in quarantine, up to this many, that never reject a batch, whatever their share."""


class Predict(Section):
    """`[predict]`: the predictions of what customers will buy."""

    yearly_discount_rate: float = Field(default=0.10, ge=0, lt=1)
    """Discount rate per year of the discounted prediction over 12 months (`predicted_clv_12m_discounted_amount`)."""

    seed: int = Field(default=0, ge=0)
    """Seed of the simulated intervals. The same seed gives the same figures."""


class Privacy(Section):
    """`[privacy]`: how e-mail addresses become keyed hashes."""

    email_key_env: str = "KLANTWAARDE_EMAIL_KEY"
    """Name of the environment variable that holds the secret key of the e-mail hashes. If the variable is not set, a
    key file is made in the home folder. Keep the key: a new one gives every buyer a new hash, so all days must be read
    again."""


def _today(info: ValidationInfo) -> dt.date:
    """Today in the shop's time zone; if that is wrong, which is said of its own, in UTC."""
    return dt.datetime.now(ZoneInfo(info.data.get("timezone", "UTC"))).date()


def _currency_code(written: str) -> str | None:
    """The code of a currency that is written by its name or symbol in English, or in small letters."""
    from babel import Locale

    english = Locale("en")
    symbols = {symbol: code for code, symbol in english.currency_symbols.items()}
    names = {name.casefold(): code for code, name in english.currencies.items()}
    word = written.strip()
    return word.upper() if word.upper() in english.currencies else symbols.get(word) or names.get(word.casefold())


def did_you_mean(value: str, known: set[str]) -> str:
    """A hint at the known word that looks most like it, or nothing."""
    near = difflib.get_close_matches(value, sorted(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
