"""Shopify's export of orders (Orders > Export): one row for each line, the order's own values on its first row only.

The export gives tax for the order alone. Whether prices have it in them shows in the order's own sum. Amounts with tax
are divided by value: tax lies on the lines that are taxable and on the shipping, at the rate that the order comes to.
What was refunded is one sum without a day, and a buyer is an e-mail address without an account.
"""

from __future__ import annotations

from pipelines import contract
from pipelines.contract import Column, Table
from pipelines.sources.export.layout import Layout
from pipelines.sql import identifier

_ROWS = Table(
    "shopify_orders",
    ("Name",),
    (
        Column("Name", "text", "The order's number, such as #1001; on each of its rows.", required=True),
        Column("Id", "text", "The shop's own id of the order."),
        Column("Email", "text", "The buyer's e-mail address."),
        Column("Financial Status", "text", "Whether the order is paid.", required=True),
        Column("Created at", "instant", "When the order was placed.", required=True),
        Column("Paid at", "instant", "When it was paid."),
        Column("Fulfilled at", "instant", "When it was sent."),
        Column("Cancelled at", "instant", "When it was cancelled."),
        Column("Currency", "text", "Currency of all amounts.", required=True),
        Column("Subtotal", "money", "The lines after all discounts.", required=True),
        Column("Shipping", "money", "Shipping charged.", required=True),
        Column("Taxes", "money", "Tax on the order.", required=True),
        Column("Total", "money", "What the buyer owed.", required=True),
        Column("Discount Code", "text", "Codes used."),
        Column("Refunded Amount", "money", "What was given back in all."),
        Column("Shipping Country", "text", "Country of the delivery."),
        Column("Billing Country", "text", "Country of the invoice."),
        Column("Source", "text", "Where the order was placed."),
        Column("Tags", "text", "The shop's tags."),
        Column("Tax 2 Name", "text", "The second rate of tax, if there is one."),
        Column("Lineitem name", "text", "The article.", required=True),
        Column("Lineitem quantity", "quantity", "Pieces.", required=True),
        Column("Lineitem price", "money", "Price of one piece.", required=True),
        Column("Lineitem discount", "money", "Discount on the line alone."),
        Column("Lineitem sku", "text", "Stock keeping unit."),
        Column("Lineitem taxable", "flag", "Whether the line is taxed."),
    ),
    "One row for each line of an order.",
)

_HEAD_COLUMNS, _LINE_COLUMNS = (
    ", ".join(identifier(column.name) for column in _ROWS.columns if column.name.startswith("Lineitem") is of_line)
    for of_line in (False, True)
)

# An order's own values are on its first row; the others have its number, its date and a line. Two files may have the
# same order: its first row is then the same order, or another version of it.
_HEADS = f"""
create table heads as
select *, coalesce("Id", "Name") as order_id, "Total" - "Subtotal" - "Shipping" as tax_on_top
from export_rows
where "Total" is not null
qualify row_number() over (partition by {_HEAD_COLUMNS} order by _file, _row) = 1
"""

# Of lines that are alike, as many are meant as one file has: an order may have the same article twice.
_LINES = f"""
create table lines as
with numbered as (
    select *, row_number() over (partition by _file, "Name", {_LINE_COLUMNS} order by _row) as copy_number
    from export_rows
    where "Lineitem quantity" is not null
),

met_first as (
    select *
    from numbered
    qualify row_number() over (partition by "Name", {_LINE_COLUMNS}, copy_number order by _file, _row) = 1
),

known as (select "Name", min(order_id) as order_id from heads group by "Name")

select
    coalesce(known.order_id, met_first."Name") as order_id,
    row_number() over (partition by met_first."Name" order by met_first._file, met_first._row) as line_number,
    met_first.* exclude (copy_number),
    ("Lineitem quantity" * "Lineitem price" - coalesce("Lineitem discount", 0))::decimal(18, 4) as amount,
    coalesce("Lineitem taxable", true) as is_taxable
from met_first
left join known on met_first."Name" = known."Name"
"""

# By order: the discount on the whole order, what of each amount is tax, and how prices are meant.
_SHARES = """
create table shares as
with summed as (
    select
        order_id,
        sum(amount) as amount,
        sum(if(is_taxable, amount, 0)) as taxable_amount
    from lines
    group by order_id
),

compared as (
    select
        heads.order_id,
        heads._file,
        heads._row,
        heads."Taxes",
        heads."Shipping",
        -- The sum of an order says whether tax comes on top. A cent may be lost in rounding.
        abs(heads.tax_on_top) <= abs(heads.tax_on_top - heads."Taxes") as has_tax_in_it,
        greatest(coalesce(summed.amount, 0) - heads."Subtotal", 0) as discount,
        summed.amount,
        summed.taxable_amount
    from heads
    left join summed on heads.order_id = summed.order_id
),

based as (
    select
        *,
        if(amount <> 0, discount / amount, 0) as discount_rate,
        if(amount <> 0, taxable_amount / amount, 0) as taxable_rate,
        coalesce(taxable_amount, 0) * (1 - if(amount <> 0, discount / amount, 0)) + "Shipping" as taxed_amount
    from compared
),

rated as (
    select *, if(taxed_amount <> 0, "Taxes" / taxed_amount, 0) as tax_rate
    from based
)

select
    order_id,
    _file,
    _row,
    has_tax_in_it,
    discount,
    -- Of a price, of a discount on the order, and of a line after that discount: what share is tax.
    if(has_tax_in_it, tax_rate, 0)::decimal(10, 9) as tax_in_price_rate,
    if(has_tax_in_it, tax_rate * taxable_rate, 0)::decimal(10, 9) as tax_in_discount_rate,
    (tax_rate * (1 - discount_rate))::decimal(10, 9) as tax_of_line_rate
from rated
"""

_VALUES = {
    "orders": {
        "order_id": "heads.order_id",
        "order_number": '"Name"',
        "placed_at": '"Created at"',
        "cancelled_at": '"Cancelled at"',
        "status": """
            case
                when lower("Financial Status") = 'voided'
                    or "Cancelled at" is not null and lower("Financial Status") in ('pending', 'authorized')
                    then 'cancelled'
                when lower("Financial Status") = 'authorized' then 'authorised'
                when lower("Financial Status") = 'partially_paid' then 'pending'
                else lower("Financial Status")
            end
        """,
        "status_raw": '"Financial Status"',
        "customer_email": '"Email"',
        "currency": '"Currency"',
        "total_gross_amount": '"Total"',
        "tax_amount": '"Taxes"',
        "shipping_net_amount": '"Shipping" * (1 - tax_in_price_rate)',
        "undistributed_discount_net_amount": "discount * (1 - tax_in_discount_rate)",
        "discount_codes": '"Discount Code"',
        "prices_include_tax": 'if("Taxes" = 0, null, has_tax_in_it)',
        "sales_channel": '"Source"',
        "country": 'coalesce("Shipping Country", "Billing Country")',
        "tags": '"Tags"',
        "paid_at": '"Paid at"',
        "fulfilled_at": '"Fulfilled at"',
    },
    "order_lines": {
        "order_id": "lines.order_id",
        "line_id": "line_number",
        "sku": '"Lineitem sku"',
        "title": '"Lineitem name"',
        "quantity": '"Lineitem quantity"',
        "discount_net_amount": """
            coalesce("Lineitem discount", 0) * (1 - if(is_taxable, coalesce(tax_in_price_rate, 0), 0))
        """,
        "net_amount": "amount * (1 - if(is_taxable, coalesce(tax_in_price_rate, 0), 0))",
        "tax_amount": "if(is_taxable, amount * coalesce(tax_of_line_rate, 0), 0)",
    },
    "refunds": {
        "refund_id": "heads.order_id || '-refunded'",
        "order_id": "heads.order_id",
        "refunded_at": '"Created at"',
        "is_date_known": "false",
        "net_amount": """
            if(
                "Refunded Amount" >= "Total",
                "Refunded Amount" - "Taxes" - "Shipping" * (1 - tax_in_price_rate),
                "Refunded Amount" * (1 - "Taxes" / "Total")
            )
        """,
        "tax_amount": """if("Refunded Amount" >= "Total", "Taxes", "Refunded Amount" * "Taxes" / "Total")""",
        "shipping_net_amount": """if("Refunded Amount" >= "Total", "Shipping" * (1 - tax_in_price_rate), 0)""",
        "kind": "'amount'",
    },
}
_HEADS_WITH_SHARES = "heads join shares on heads._file = shares._file and heads._row = shares._row"
_FROM = {
    "orders": _HEADS_WITH_SHARES,
    "order_lines": """
        lines left join (
            from shares qualify row_number() over (partition by order_id order by _file, _row) = 1
        ) as shares on lines.order_id = shares.order_id
    """,
    "refunds": f"""{_HEADS_WITH_SHARES} where "Refunded Amount" > 0 and "Total" > 0""",
}


def _view(table: contract.Table) -> str:
    """SQL that makes a view of a contract table in the contract's types; what the export does not have is NULL."""
    values = _VALUES[table.name]
    columns = ", ".join(
        f"cast({values.get(column.name, 'null')} as {contract.DUCKDB_TYPES[column.type]}) as {column.name}"
        for column in table.columns
    )
    return f"create view {table.name}_cast as select {columns} from {_FROM[table.name]}"


_TABLES = (contract.ORDERS, contract.ORDER_LINES, contract.REFUNDS)

LAYOUT = Layout(
    system="Shopify",
    rows=_ROWS,
    statements=(_HEADS, _LINES, _SHARES, *(_view(table) for table in _TABLES)),
    tables=tuple(table.name for table in _TABLES),
    notes=(
        (
            "select count(*) from orders_cast",
            "orders whose buyer is known by an e-mail address alone, since the export names no accounts: {count}.",
        ),
        (
            "select count(*) from orders_cast where customer_email is null",
            "orders without an e-mail address, whose buyers are unknown: {count}.",
        ),
        (
            "select count(*) from refunds_cast",
            "orders with a refund without a day, since the export does not say when money went back: {count}. It "
            "counts on the day of the order.",
        ),
        (
            """select count(*) from heads where "Tax 2 Name" is not null""",
            "orders with more than one rate of tax, where the export does not say which line has which: {count}. Their "
            "tax is divided by value.",
        ),
        (
            """select count(distinct "Name") from lines where "Name" not in (select "Name" from heads)""",
            "orders with lines and no first row, which has their totals: {count}. A file with their beginning is "
            "missing; they stay in quarantine until it comes.",
        ),
    ),
)
