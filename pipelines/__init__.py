"""klantwaarde: from a shop's orders to what its customers are worth.

    shop ─extract─> landing ─validate─> accepted ─load─> raw ─transform─> core ─predict─> marts ─publish─> BI

Plain modules know the domain and never import Dagster:

    settings      the shop's TOML and the environment           contract     tables, columns, types, keys: once
    sources/      one module a kind of shop                     errors       what can go wrong
    extraction    shop → landing                                landing      day files; landed_rows: SQL over them
    validation/   landing → accepted and quarantined rows       quarantine   what was kept back, and what was validated
    loading       accepted rows → schema raw                    warehouse    the only one that opens DuckDB
    prediction    core → predictions; subscriptions: per plan   clv/         the models: arrays in and out, no database
    transform     dbt: staging → core → marts                   publishing   marts → files for BI, swapped whole
    home          one writer at a time                          pseudonyms   e-mail addresses → keyed hashes
    conventions   what the numbers mean; shop_row: for dbt      address_rules the shop's own people, by address
    nightly, ui   `make run`, `make ui`                         summary      what a night came to, on one screen

`assets/` and `definitions.py` show the stages to Dagster.
"""
