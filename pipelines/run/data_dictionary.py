"""The page docs/data_dictionary.md: published marts and the contract, from what dbt and the contract say themselves."""

from __future__ import annotations

import json
from typing import Any

from pipelines import contract
from pipelines.run import glossary, markdown
from pipelines.warehouse.dbt_project import ensure_manifest

INTRODUCTION = """# Data dictionary

Made by `make docs`; do not edit. The published marts come first, then the contract that a source fills.

Money (`_amount`) is in the shop's currency, without tax, exact to four decimals. Instants (`_at`) are UTC; dates
(`_date`) are business days in the shop's time zone. A `_rate` is usually between 0 and 1. `as_of_date` is exclusive:
the first day that does not count. A column with a link is explained in the [glossary](glossary.md).
"""

KEPT_BY = {
    "order_day": "Lies on the business day of its order.",
    "own_day": "Lies on a business day of its own.",
    "key": "Kept by key.",
}


def data_dictionary() -> str:
    """The page."""
    manifest = json.loads(ensure_manifest().read_text(encoding="utf-8"))
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    marts = sorted((node for node in models if node["fqn"][1] == "marts"), key=lambda node: str(node["name"]))
    sections = [INTRODUCTION, "## Marts\n"]
    anchors = glossary.anchors()
    sections += [_mart(node, anchors) for node in marts]
    sections.append("## Contract\n\nWhat every source delivers (`pipelines/contract/`). **Bold** is required.\n")
    sections += [_contract_table(table) for table in contract.TABLES.values()]
    return "\n".join(sections)


def _mart(node: dict[str, Any], anchors: dict[str, str]) -> str:
    rows = []
    for name, column in node["columns"].items():
        shown = f"[`{name}`](glossary.md#{anchors[name]})" if name in anchors else f"`{name}`"
        rows.append((shown, column["data_type"] or "", column["description"]))
    about = markdown.one_line(node["description"])
    return f"### {node['name']}\n\n{about}\n\n{markdown.table(('column', 'type', 'meaning'), rows)}"


def _contract_table(table: contract.Table) -> str:
    rows = []
    for column in table.columns:
        name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
        kind = contract.DUCKDB_TYPES[column.type]
        meaning = column.description
        if column.allowed is not None:
            meaning += f" One of {', '.join(f'`{value}`' for value in column.allowed)}."
        if column.default is not None:
            meaning += f" Default {column.default}."
        rows.append((name, kind, meaning))
    return (
        f"### contract: {table.name}\n\n{table.description} Key: {', '.join(table.key)}. {KEPT_BY[table.kept_by]}\n\n"
        f"{markdown.table(('column', 'type', 'meaning'), rows)}"
    )
