"""What each row of Online Retail II is: order line, refund, repeat or stock correction, in SQL.

docs/decisions.md gives the reason for each rule, and the rows and the amount it concerns.

Every row of the file ends in exactly one place: an order line, a refund, or a row counted in `day_counts` with the
reason why it is delivered as neither (`classified_rows.fate`).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import duckdb

    from pipelines.settings.sections import Shop

# Stock codes that are not an article: what they are on an order, what on a credit note, and their meaning. Any other
# code is an article, also M (manual: articles typed in by hand; most of its large credit notes take real sales back).
SPECIAL_CODES = {
    "POST": ("shipping", "shipping", "postage"),
    "DOT": ("shipping", "shipping", "postage"),
    "C2": ("shipping", "shipping", "carriage"),
    "BANK CHARGES": ("fee", "adjustment", "bank charges"),
    "AMAZONFEE": ("fee", "adjustment", "marketplace fee"),
    "CRUK": ("fee", "adjustment", "charity commission"),
    "ADJUST": ("adjustment", "adjustment", "adjustment"),
    "ADJUST2": ("adjustment", "adjustment", "adjustment"),
    "B": ("adjustment", "adjustment", "bad debt"),
    "S": ("adjustment", "adjustment", "samples"),
    "D": ("adjustment", "amount", "discount"),
}

# No single ISO code: Channel Islands (JE and GG), West Indies, European Community, Unspecified.
COUNTRIES = {
    "Australia": "AU",
    "Austria": "AT",
    "Bahrain": "BH",
    "Belgium": "BE",
    "Bermuda": "BM",
    "Brazil": "BR",
    "Canada": "CA",
    "Channel Islands": None,
    "Cyprus": "CY",
    "Czech Republic": "CZ",
    "Denmark": "DK",
    "EIRE": "IE",
    "European Community": None,
    "Finland": "FI",
    "France": "FR",
    "Germany": "DE",
    "Greece": "GR",
    "Hong Kong": "HK",
    "Iceland": "IS",
    "Israel": "IL",
    "Italy": "IT",
    "Japan": "JP",
    "Korea": "KR",
    "Lebanon": "LB",
    "Lithuania": "LT",
    "Malta": "MT",
    "Netherlands": "NL",
    "Nigeria": "NG",
    "Norway": "NO",
    "Poland": "PL",
    "Portugal": "PT",
    "RSA": "ZA",
    "Saudi Arabia": "SA",
    "Singapore": "SG",
    "Spain": "ES",
    "Sweden": "SE",
    "Switzerland": "CH",
    "Thailand": "TH",
    "USA": "US",
    "United Arab Emirates": "AE",
    "United Kingdom": "GB",
    "Unspecified": None,
    "West Indies": None,
}

# With fewer different rows, a day on which each row is there twice may be chance.
_MIN_ROWS_OF_A_REPEATED_DAY = 10


def classify(db: duckdb.DuckDBPyConnection, shop: Shop) -> list[str]:
    """Make `invoices` and `classified_rows` out of `file_rows`.

    Returns:
        What a person should know.
    """
    db.execute("create table special_codes (code varchar, line_type varchar, refund_kind varchar, meaning varchar)")
    db.executemany(
        "insert into special_codes values (?, ?, ?, ?)", [[code, *is_] for code, is_ in SPECIAL_CODES.items()]
    )
    db.execute("create table countries (name varchar, iso_code varchar)")
    db.executemany("insert into countries values (?, ?)", [list(pair) for pair in COUNTRIES.items()])
    db.execute(_SHEET_REPEATS)
    db.execute(_DAY_REPEATS)
    today = shop.as_of or dt.datetime.now(ZoneInfo(shop.timezone)).date()
    db.execute(_INVOICES, {"timezone": shop.timezone, "start_date": shop.start_date, "today": today})
    db.execute(_CLASSIFIED_ROWS)
    unknown = db.execute(
        "select distinct country from invoices where country not in (select name from countries) order by country"
    ).fetchall()
    names = ", ".join(repr(name) for (name,) in unknown)
    return [f"countries left empty, since our list has no ISO code for them: {names}."] if unknown else []


# The first days of December 2010 are in both sheets. Of a row that is in several sheets, the n-th copy in the
# later sheet is a repeat of the n-th copy in the earlier one; two equal rows in one sheet are two rows.
_SHEET_REPEATS = """
create table repeats as
with overlap as (
    select max(first_at) as first_at, min(last_at) as last_at
    from (select min(local_at) as first_at, max(local_at) as last_at from file_rows group by sheet)
    having count(*) > 1
),

copies as (
    select
        *,
        row_number() over (
            partition by sheet, invoice, code, description, quantity, local_at, price, customer_id, country
            order by position
        ) as copy_no
    from file_rows
    where local_at between (select first_at from overlap) and (select last_at from overlap)
)

select position
from copies
qualify row_number() over (
    partition by copy_no, invoice, code, description, quantity, local_at, price, customer_id, country
    order by position
) > 1
"""

# A file without sheets: a day on which every row is there an even number of times was in both sheets, and half of it
# is a repeat. On other days, about one row in a hundred has an equal.
_DAY_REPEATS = f"""
insert into repeats
with copies as (
    select
        local_at::date as day,
        count(*) as copy_count,
        list(position order by position) as positions
    from file_rows
    where sheet is null
    group by invoice, code, description, quantity, local_at, price, customer_id, country
),

repeated_days as (
    select day
    from copies
    group by day
    having bool_and(copy_count % 2 = 0) and count(*) >= {_MIN_ROWS_OF_A_REPEATED_DAY}
)

select unnest(positions[copy_count // 2 + 1:])
from copies
where day in (select day from repeated_days)
"""

# One row per invoice. 83 invoices have two times, up to nine minutes apart: the earlier one is taken. Should an
# invoice name two customers or countries (none does), the first in the alphabet is taken.
_INVOICES = """
create table invoices as
select
    invoice,
    min(local_at) as local_at,
    min(local_at) at time zone $timezone at time zone 'UTC' as invoiced_at,
    -- A row without a date, or from the future, lies on the shop's first day, where validation finds it.
    if(min(local_at)::date <= $today, min(local_at)::date, $start_date) as order_date,
    min(customer_id) as customer_id,
    min(country) as country,
    invoice like 'C%' as is_credit_note,
    coalesce(bool_or(starts_with(code, 'TEST')), false) as is_test,
    min(customer_id) is null and bool_and(price = 0) and not is_test as is_stock_movement
from file_rows
group by invoice
"""

# Where each row ends up. Line numbers are positions within the invoice, so that equal lines stay two lines.
_CLASSIFIED_ROWS = """
create table classified_rows as
select
    file_rows.position,
    file_rows.invoice,
    file_rows.code,
    file_rows.description,
    file_rows.quantity,
    invoices.order_date,
    file_rows.amount,
    row_number() over (
        partition by file_rows.invoice order by repeats.position is not null, file_rows.position
    ) as line_no,
    coalesce(starts_with(file_rows.code, 'GIFT_0001_'), false) as is_gift_card,
    case
        -- An order line of a credit note (it charges instead of crediting), or below 0, is a correction.
        when invoices.is_credit_note or file_rows.amount < 0 then coalesce(special_codes.line_type, 'adjustment')
        when is_gift_card then 'gift_card'
        else coalesce(special_codes.line_type, 'product')
    end as line_type,
    case
        when invoices.is_test or is_gift_card then 'adjustment'
        else coalesce(special_codes.refund_kind, 'line')
    end as refund_kind,
    case
        when invoices.is_test then 'test'
        when is_gift_card then 'gift card'
        else special_codes.meaning
    end as refund_reason,
    case
        when repeats.position is not null then 'repeat'
        when not invoices.is_credit_note and file_rows.price = 0 and file_rows.quantity < 0
            then 'not_an_order: stock write-off'
        when not invoices.is_credit_note and invoices.is_stock_movement then 'not_an_order: stock found'
        when invoices.is_credit_note and file_rows.amount <= 0 then 'refund'
        else 'line'
    end as fate
from file_rows
left join repeats on file_rows.position = repeats.position
left join invoices on file_rows.invoice is not distinct from invoices.invoice
left join special_codes on file_rows.code = special_codes.code
"""
