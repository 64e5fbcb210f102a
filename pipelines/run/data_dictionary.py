"""Write docs/data_dictionary.md from what the dbt project and the contract say: `make docs`.

A test compares the file with a fresh one, so that the page never says anything else than the code.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pipelines import contract
from pipelines.settings import PROJECT_ROOT
from pipelines.warehouse.dbt_project import ensure_manifest

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = PROJECT_ROOT / "docs" / "data_dictionary.md"

INTRODUCTION = """# Data dictionary

Made by `make docs`; do not edit. The published marts come first, then the contract that a source fills.

Money (`_amount`) is in the shop's currency, without tax, exact to four decimals. Instants (`_at`) are UTC; dates
(`_date`) are business days in the shop's time zone. A `_rate` lies between 0 and 1. `as_of_date` is exclusive: the
first day that does not count.
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
    sections += [_mart(node) for node in marts]
    sections.append("## Contract\n\nWhat every source delivers (`pipelines/contract/`). **Bold** is required.\n")
    sections += [_contract_table(table) for table in contract.TABLES.values()]
    return "\n".join(sections)


def _mart(node: dict[str, Any]) -> str:
    rows = [(f"`{name}`", column["data_type"] or "", column["description"]) for name, column in node["columns"].items()]
    return f"### {node['name']}\n\n{_one_line(node['description'])}\n\n{_table(('column', 'type', 'meaning'), rows)}"


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
        f"{_table(('column', 'type', 'meaning'), rows)}"
    )


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join(f"| {' | '.join(_one_line(cell) for cell in line)} |" for line in lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(data_dictionary(), encoding="utf-8")
    print(f"{PAGE.relative_to(PROJECT_ROOT)} written")
