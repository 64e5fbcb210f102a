"""The glossary names what is published, and a word to which it gives a meaning has no second name."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from pipelines.run import glossary
from pipelines.settings import PROJECT_ROOT
from pipelines.warehouse import dbt_project
from tests.support.dbt_models import project_manifest

ENTRIES = glossary.PAGE.read_text(encoding="utf-8")
COLUMN_LINES = re.findall(r"^Columns: (.+(?:\n.+)*)", ENTRIES, re.MULTILINE)

# What BI users and operators read. The glossary may name the words that others use.
PAGES = [
    *(PROJECT_ROOT / name for name in ("README.md", "CONTRIBUTING.md")),
    *(page for page in (PROJECT_ROOT / "docs").glob("*.md") if page != glossary.PAGE),
    *(dbt_project.FOLDER / "models").rglob("*.md"),
    *(dbt_project.FOLDER / "models").rglob("*.yml"),
]
CODE = [
    *dbt_project.FOLDER.glob("m*/**/*.sql"),
    *dbt_project.FOLDER.glob("tests/*.sql"),
    *(PROJECT_ROOT / "pipelines").rglob("*.py"),
]

# Other words for what the glossary names, each with the word to use.
SYNONYMS = {
    "tender": "payment",
    "uncounted": "excluded",
    "decided_order": "non-renewal order",
    "line_kind": "step_kind",
}
# Phrases at which a reader stops.
RIDDLES = (r"\b(?:is|are) told\b", r"\bha(?:s|ve) it so\b", r"\bstands? in\b", r"\ba kind of money\b")


@pytest.fixture(scope="module")
def published() -> set[str]:
    models = [node for node in project_manifest().nodes.values() if node.resource_type == "model"]
    return {name for model in models if model.schema == "marts" for name in model.columns}


@pytest.mark.needs_dbt
def test_every_column_that_the_glossary_names_is_published(published: set[str]) -> None:
    assert set(glossary.anchors()) - published == set()


def test_each_column_is_explained_in_one_entry() -> None:
    named = Counter(name for line in COLUMN_LINES for name in re.findall(r"`(\w+)`", line))
    assert [name for name, times in named.items() if times > 1] == []
    assert set(named) == set(glossary.anchors())


def test_the_data_dictionary_links_every_column_that_the_glossary_names() -> None:
    page = (PROJECT_ROOT / "docs" / "data_dictionary.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"\[`(\w+)`\]\(glossary\.md#([\w-]+)\)", page)) == glossary.anchors()


@pytest.mark.parametrize("word", SYNONYMS)
def test_a_word_of_the_glossary_has_no_second_name(word: str) -> None:
    found = [path.name for path in [*PAGES, *CODE] if word in path.read_text(encoding="utf-8").lower()]
    assert found == [], f"say {SYNONYMS[word]!r}, not {word!r}"


@pytest.mark.parametrize("riddle", RIDDLES)
def test_no_page_speaks_in_riddles(riddle: str) -> None:
    found = [path.name for path in PAGES if re.search(riddle, path.read_text(encoding="utf-8"), re.IGNORECASE)]
    assert found == []


def test_a_description_does_not_lean_on_another() -> None:
    """The reader of a BI tool sees one column at a time."""
    docs = (dbt_project.FOLDER / "models" / "docs.md").read_text(encoding="utf-8")
    descriptions = dict(re.findall(r"{% docs (\w+) %}\n(.*?)\n{% enddocs %}", docs, re.DOTALL))
    leaning = re.compile(r"As [a-z_0-9]+,|The same\b|Likewise\b|Number of them\b|That\b|Of these\b")
    assert descriptions
    assert [name for name, text in descriptions.items() if leaning.match(text)] == []
    assert [name for name, text in descriptions.items() if text == f"Name of the {name}."] == []
