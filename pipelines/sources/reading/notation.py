"""How a shop writes what text alone leaves open: by its settings, and by what each column says itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.sources.reading import decimals


@dataclass(frozen=True)
class Notation:
    """How a shop writes numbers, dates and instants.

    Attributes:
        zone: The IANA zone of instants without an offset; None for UTC.
        shop_zone: The IANA zone in which a day without a time begins.
        decimal_mark: The sign before the decimals; None: what each column says.
        thousands: The sign that groups thousands; None: the other one of point and comma.
        currency_signs: What may stand before or after an amount.
        date_format: How dates that are not in ISO form are written, as `strftime` has it; None: what each column says.
        is_day_enough: A date without a time is an instant: the beginning of that day.
        forms: How the numbers of a column are written, where `decided`.
        date_formats: How the dates of a column are written, where `decided`.
    """

    zone: str | None = None
    shop_zone: str = "UTC"
    decimal_mark: decimals.DecimalMark | None = None
    thousands: decimals.ThousandsMark | None = None
    currency_signs: tuple[str, ...] = ()
    date_format: str | None = None
    is_day_enough: bool = False
    forms: dict[str, decimals.Form] = field(default_factory=dict)
    date_formats: dict[str, str | None] = field(default_factory=dict)

    def form(self, column: str) -> decimals.Form:
        """How the numbers of a column are written."""
        return self.forms.get(column, decimals.Form(self.decimal_mark, self.thousands))
