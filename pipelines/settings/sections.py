"""The sections of the shop's TOML: every setting with its default, its limits and its one-line help.

What the numbers mean (`[definitions]`) stands in `pipelines.settings.definitions`, what a kind of source can be told
(`[source]`) in its own module in `pipelines.sources`; reading the file in `pipelines.settings`.
"""

from __future__ import annotations

import datetime as dt
import difflib
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator


class Section(BaseModel):
    """A section: no key that is not known, and no change after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shop(Section):
    """`[shop]`: which shop this is and what a day and a euro are there."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", description="Short name; `source_id` on every row.")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code of the reporting currency.")
    timezone: str = Field(description="IANA time zone of the business day.")
    start_date: dt.date = Field(description="First business day to read.")
    as_of: dt.date | None = Field(
        default=None, description="Exclusive: pretend that today is this day. Default: today in the shop's zone."
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"must be an IANA time zone{did_you_mean(value, available_timezones())}")
        return value

    @model_validator(mode="after")
    def _start_before_as_of(self) -> Shop:
        if self.as_of is not None and self.as_of <= self.start_date:
            raise ValueError(f"as_of must be later than start_date ({self.start_date})")
        return self


class Schedule(Section):
    """`[schedule]`: when the nightly job runs."""

    nightly: str = Field(
        default="02:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="Local time of the nightly run, HH:MM."
    )


class Extract(Section):
    """`[extract]`: how far a night looks back, and how much is read at once."""

    look_back_days: int = Field(
        default=3,
        ge=1,
        le=366,
        # Shop systems stamp a change up to some hours late, and a weekend without runs must not open a gap.
        description="Days re-read before the newest change known.",
    )
    census_weekday: int = Field(
        default=7,
        ge=0,
        le=7,
        # Weekly finds a silent deletion soon enough for a month's figures, on the quietest night.
        description="Night on which all days are counted, 1 Monday to 7 Sunday; 0: never.",
    )
    batch_rows: int = Field(
        default=250_000,
        ge=1_000,
        # About 150 MB of order lines in memory; less only costs time.
        description="Order lines read into memory at once, at most (a single day is never split).",
    )


class Validation(Section):
    """`[validation]`: how many bad rows a batch may hold."""

    quarantine_limit_rate: float = Field(
        default=0.01, ge=0, le=1, description="Share of a table's rows that may be quarantined; above it nothing loads."
    )
    quarantine_limit_min_rows: int = Field(
        default=10,
        ge=0,
        # One bad order on a day of forty is 2.5 %: it must be quarantined, not stop the night of a small shop.
        description="So many orders in quarantine never reject a batch by their share.",
    )


class Predict(Section):
    """`[predict]`: the customer-lifetime-value models."""

    yearly_discount_rate: float = Field(
        default=0.10, ge=0, lt=1, description="Discount rate a year of `predicted_clv_12m_discounted_amount`."
    )
    seed: int = Field(default=0, ge=0, description="Seed of the simulated intervals: same seed, same figures.")


class Privacy(Section):
    """`[privacy]`: how e-mail addresses become keyed hashes."""

    email_key_env: str = Field(
        default="KLANTWAARDE_EMAIL_KEY",
        description="Environment variable with the hash key; without it a key file is made in the home folder.",
    )


def did_you_mean(value: str, known: set[str]) -> str:
    """A hint at the known word that looks most like it, or nothing."""
    near = difflib.get_close_matches(value, sorted(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
