"""What docs/glossary.md explains: the data dictionary links its columns to the entries that name them."""

from __future__ import annotations

import re

from pipelines.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "glossary.md"


def anchors() -> dict[str, str]:
    """For each column that the glossary names, the anchor of its entry, as GitHub makes anchors of headings."""
    found = {}
    for entry in re.split(r"^#{2,3} ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, _, text = entry.partition("\n")
        _, _, columns = text.partition("\nColumns:")
        anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        found.update(dict.fromkeys(re.findall(r"`(\w+)`", columns), anchor))
    return found
