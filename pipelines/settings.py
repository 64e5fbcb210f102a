"""The shop's TOML file and the environment, as one frozen `Settings`: the only reader of either.

What belongs here: every setting with its default, its limits and its one-line help. What does not: secrets. A secret
is named in the TOML (`email_key_env`) and read from that environment variable.
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from pipelines.errors import SettingsError

PROJECT_ROOT = Path(__file__).resolve().parent.parent

CONFIG_VARIABLE = "KLANTWAARDE_CONFIG"
HOME_VARIABLE = "KLANTWAARDE_HOME"
DEFAULT_CONFIG = "shops/cdnow.toml"


# One word of the shop's own, as it stands in a list separated by commas.
_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^,]*$")]
_Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^,*]+\*?$")]
_Domain = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Shop(_Section):
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
            raise ValueError(f"must be an IANA time zone{_did_you_mean(value, available_timezones())}")
        return value

    @model_validator(mode="after")
    def _start_before_as_of(self) -> Shop:
        if self.as_of is not None and self.as_of <= self.start_date:
            raise ValueError(f"as_of must be later than start_date ({self.start_date})")
        return self


class CdnowSource(_Section):
    """`[source]` of the CDNOW sample, which comes inside the `lifetimes` package."""

    kind: Literal["cdnow"]


class OnlineRetailSource(_Section):
    """`[source]` of the UCI Online Retail II file."""

    kind: Literal["online_retail"]
    path: Path = Field(description="The xlsx, csv or parquet file.")


class FilesSource(_Section):
    """`[source]` of a folder with contract tables as csv or parquet files."""

    kind: Literal["files"]
    path: Path = Field(description="The folder.")


class DemoSource(_Section):
    """`[source]` of the demo shop, which makes up its own orders."""

    kind: Literal["demo"]
    customers: int = Field(
        default=2000,
        ge=0,
        # Ten thousand take some 20 seconds and 0.6 GB for three years: it is all made in memory, every time.
        le=20_000,
        description="People who come to buy in the first three years; as many come in the next three.",
    )
    seed: int = Field(default=1, ge=0, description="Same seed, same shop.")


SourceSettings = Annotated[CdnowSource | OnlineRetailSource | FilesSource | DemoSource, Field(discriminator="kind")]


class Schedule(_Section):
    """`[schedule]`: when the nightly job runs."""

    nightly: str = Field(
        default="02:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="Local time of the nightly run, HH:MM."
    )


class Extract(_Section):
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


class Validation(_Section):
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


class Definitions(_Section):
    """`[definitions]`: what the numbers mean where shops differ (docs/method.md)."""

    count_zero_value_orders: bool = Field(default=False, description="Orders worth 0 are purchases.")
    unpaid_expires_after_days: int = Field(
        default=30, ge=1, description="Days after which an order on account that nobody paid is no revenue."
    )
    unpaid_valid_statuses: tuple[Literal["pending", "authorised"], ...] = Field(
        default=("authorised",),
        description="Unpaid orders in these statuses count until they expire, as confirmed ones always do.",
    )
    count_cancelled_after_payment: bool = Field(
        default=False, description="Orders paid, then cancelled and given back, are purchases."
    )
    count_marketplace_orders: bool = Field(
        default=False, description="Orders through a marketplace are purchases of their buyers."
    )
    count_exchanges_as_orders: bool = Field(
        default=False, description="An exchange that is an order of its own is a purchase, apart from what it changes."
    )
    discount_spread: Literal["value", "quantity"] = Field(
        default="value", description="Over its lines, a discount on the whole order falls by value or by pieces."
    )
    refund_allocation: Literal["value", "quantity", "shipping_first"] = Field(
        default="value",
        description="A refund that names no line falls on lines by what is left, by pieces, or on shipping first.",
    )
    refund_exchange_rate: Literal["order_day", "refund_day"] = Field(
        default="order_day", description="Refunds of orders in another currency count at the rate of this day."
    )
    exchange_rate_basis: Literal["day", "month_average"] = Field(
        default="day",
        description="Other currencies count at the reference rate of the day, or at the average of its month.",
    )
    cost_back_on_return: Literal["restocked", "always", "never"] = Field(
        default="restocked", description="When goods that come back cost nothing again."
    )
    store_credit_is_discount: bool = Field(
        default=False, description="Store credit that pays is a discount, not a payment."
    )
    test_order_tags: tuple[_Word, ...] = Field(default=(), description="Orders with one of these tags are tests.")
    test_payment_gateways: tuple[_Word, ...] = Field(
        default=("bogus",), description="Orders with a payment through one of these gateways are tests."
    )
    test_email_domains: tuple[_Domain, ...] = Field(
        default=(), description="Orders from an address of these domains are tests."
    )
    gift_cards_count_at: Literal["redemption", "sale"] = Field(
        default="redemption", description="Gift cards are revenue of who redeems them, or of who buys them."
    )
    staff_email_domains: tuple[_Domain, ...] = Field(
        default=(), description="Orders from an address of these domains are of staff: revenue, and no purchases."
    )
    staff_order_tags: tuple[_Word, ...] = Field(
        default=(), description="Sales with one of these tags are of staff: revenue, and no purchases."
    )
    subscription_order_tags: tuple[_Word, ...] = Field(
        default=(), description="Orders with one of these tags, whose lines do not say so, are subscriptions'."
    )
    prepaid_counts_at: Literal["delivery", "charge"] = Field(
        default="delivery",
        description="What is paid in advance for several deliveries is revenue with each of them, or when it is paid.",
    )
    daily_sales_clock: Literal["order_day", "shipped_day"] = Field(
        default="order_day", description="The day on which what an order sold counts in the daily marts."
    )
    daily_refund_clock: Literal["refund_day", "order_day"] = Field(
        default="refund_day", description="The day on which a refund counts in the daily marts."
    )
    daily_edit_clock: Literal["edit_day", "order_day"] = Field(
        default="edit_day", description="The day on which an edit counts in the daily marts."
    )
    cohort_refund_clock: Literal["order_day", "refund_day"] = Field(
        default="order_day", description="The day on which a refund counts in the cohort marts."
    )
    cohort_basis: Literal["gross", "net", "net_and_shipping", "gross_margin", "contribution"] = Field(
        default="net", description="The amount that a cohort is followed by."
    )
    rfm_refund_clock: Literal["order_day", "refund_day"] = Field(
        default="order_day", description="The day by which a refund lies in RFM's window of months."
    )
    rfm_basis: Literal["gross", "net", "net_and_shipping", "gross_margin", "contribution"] = Field(
        default="net", description="The amount that RFM's money is."
    )
    concentration_basis: Literal["gross", "net", "net_and_shipping", "gross_margin", "contribution"] = Field(
        default="net", description="The amount that ranks customers by value."
    )
    cap_over_refunds_in_scores: bool = Field(
        default=False, description="RFM's money takes no order's net revenue as less than 0."
    )
    count_businesses_as_consumers: bool = Field(
        default=False, description="Businesses share RFM scores and value tiers with consumers."
    )
    businesses_by_contact: bool = Field(
        default=False, description="Each contact of a company is a customer, instead of the company."
    )
    discount_acquired_rate: float = Field(
        default=0.10,
        gt=0,
        le=1,
        # The usual welcome code is 10 %; less is the odd reduced article.
        description="From this discount on the first order on, a customer counts as won by a discount.",
    )
    welcome_codes: tuple[_Code, ...] = Field(
        default=(), description="Discount codes that welcome a new customer; WELKOM* is every code that begins so."
    )
    rfm_window_months: int = Field(default=24, ge=1, description="Months of orders that frequency and money look at.")
    high_value_rate: float = Field(default=0.20, gt=0, lt=1, description="Share of customers in the value tier high.")
    middle_value_rate: float = Field(default=0.30, gt=0, lt=1, description="Share of customers in the tier middle.")
    top_revenue_rate: float = Field(
        default=0.80, gt=0, le=1, description="Share of revenue that the top revenue set brings."
    )

    @model_validator(mode="after")
    def _tiers_leave_a_rest(self) -> Definitions:
        if self.high_value_rate + self.middle_value_rate >= 1:
            raise ValueError("high_value_rate + middle_value_rate must be below 1: the rest is the tier low")
        return self


class Predict(_Section):
    """`[predict]`: the customer-lifetime-value models."""

    yearly_discount_rate: float = Field(
        default=0.10, ge=0, lt=1, description="Discount rate a year of `predicted_clv_12m_discounted_amount`."
    )
    seed: int = Field(default=0, ge=0, description="Seed of the simulated intervals: same seed, same figures.")


class Privacy(_Section):
    """`[privacy]`: how e-mail addresses become keyed hashes."""

    email_key_env: str = Field(
        default="KLANTWAARDE_EMAIL_KEY",
        description="Environment variable with the hash key; without it a key file is made in the home folder.",
    )


class Settings(_Section):
    """Everything a run needs to know, read once."""

    shop: Shop
    source: SourceSettings
    schedule: Schedule = Schedule()
    extract: Extract = Extract()
    validation: Validation = Validation()
    definitions: Definitions = Definitions()
    predict: Predict = Predict()
    privacy: Privacy = Privacy()
    config_path: Path
    home: Path
    email_key: str | None = Field(default=None, repr=False)

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.shop.timezone)

    @property
    def as_of_date(self) -> dt.date:
        """The day after the last business day that counts: `as_of`, else today in the shop's zone."""
        return self.shop.as_of or dt.datetime.now(self.zone).date()

    @property
    def warehouse_path(self) -> Path:
        """The pipeline's working DuckDB file. Nobody but the pipeline opens it."""
        return self.home / "warehouse.duckdb"

    @property
    def landing_path(self) -> Path:
        """Folder of landed day files."""
        return self.home / "landing"

    @property
    def quarantine_path(self) -> Path:
        """Folder of quarantined rows and validation records."""
        return self.home / "quarantine"

    @property
    def published_path(self) -> Path:
        """What BI tools read: always a whole, good set."""
        return self.home / "published"

    @property
    def dagster_path(self) -> Path:
        """DAGSTER_HOME: run history, schedules, compute logs."""
        return self.home / "dagster"


def load_settings(config: str | Path | None = None, home: str | Path | None = None) -> Settings:
    """Read the shop's TOML and the environment.

    Args:
        config: The TOML file; default `KLANTWAARDE_CONFIG`, else `shops/cdnow.toml` of the project.
        home: Where data goes; default `KLANTWAARDE_HOME`, else `var/<shop id>/` of the project.

    Raises:
        SettingsError: The file is missing or not TOML, or a setting is wrong; the text names file, key and value.
    """
    path = _project_path(config or os.environ.get(CONFIG_VARIABLE) or DEFAULT_CONFIG)
    document = _read_toml(path)
    if "config_path" in document or "home" in document or "email_key" in document:
        raise SettingsError(f"{path}: config_path, home and email_key are not settings of the file; remove them.")
    shop_section = document.get("shop")
    shop_id = shop_section.get("id", "shop") if isinstance(shop_section, dict) else "shop"
    given_home = home or os.environ.get(HOME_VARIABLE)
    privacy_section = document.get("privacy")
    key_variable = (privacy_section if isinstance(privacy_section, dict) else {}).get(
        "email_key_env", Privacy().email_key_env
    )
    try:
        settings = Settings.model_validate(
            {
                **document,
                "config_path": path,
                "home": _project_path(given_home) if given_home else PROJECT_ROOT / "var" / str(shop_id),
                "email_key": os.environ.get(str(key_variable)) or None,
            }
        )
    except ValidationError as error:
        raise SettingsError(_explain(path, error)) from None
    return _with_existing_source(settings)


def _project_path(path: str | Path) -> Path:
    """Relative paths start at the project's root, so that a command means the same from any folder."""
    return (PROJECT_ROOT / Path(path).expanduser()).resolve()


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        shops = ", ".join(sorted(p.stem for p in (PROJECT_ROOT / "shops").glob("*.toml")))
        raise SettingsError(f"{path}: no such file. Shops here: {shops}; copy one to start your own.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not a TOML file: {error}.") from None


def _with_existing_source(settings: Settings) -> Settings:
    source = settings.source
    if isinstance(source, CdnowSource | DemoSource):
        return settings
    path = _project_path(source.path)
    is_there = path.is_dir() if isinstance(source, FilesSource) else path.is_file()
    if not is_there:
        what = "folder" if isinstance(source, FilesSource) else "file"
        raise SettingsError(
            f"{settings.config_path}: source.path = {str(source.path)!r}: no such {what} ({path}). "
            f"Give the path of the {what}, from the project's root or in full."
        )
    return settings.model_copy(update={"source": source.model_copy(update={"path": path})})


def _explain(path: Path, error: ValidationError) -> str:
    """One line for each wrong setting: file, key, value, what is allowed."""
    lines = []
    for problem in error.errors():
        keys = [str(part) for part in problem["loc"] if part not in ("cdnow", "online_retail", "files", "demo")]
        key = ".".join(keys) or "the file"
        if problem["type"] == "extra_forbidden":
            allowed = _allowed_keys(keys[:-1])
            hint = _did_you_mean(keys[-1], allowed)
            lines.append(f"{path}: {key}: unknown setting{hint}; allowed here: {', '.join(sorted(allowed))}.")
        elif problem["type"] == "missing":
            lines.append(f"{path}: {key}: missing; this setting is required.")
        else:
            message = problem["msg"].removeprefix("Value error, ")
            lines.append(f"{path}: {key} = {problem.get('input')!r}: {message[:1].lower() + message[1:]}.")
    return "\n".join(lines)


def _allowed_keys(section: list[str]) -> set[str]:
    if not section:
        return set(Settings.model_fields) - {"config_path", "home", "email_key"}
    if section == ["source"]:
        return {"kind", "path", "customers", "seed"}
    annotation = Settings.model_fields[section[0]].annotation
    return set(annotation.model_fields) if isinstance(annotation, type) and issubclass(annotation, BaseModel) else set()


def _did_you_mean(value: str, known: set[str]) -> str:
    near = difflib.get_close_matches(value, sorted(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
