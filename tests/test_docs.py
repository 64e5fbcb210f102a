import re
import subprocess
from pathlib import Path

import pytest

from pipelines.errors import ANY_OTHER_HEADING, RUNBOOK_HEADINGS
from pipelines.run.data_dictionary import data_dictionary
from pipelines.run.pages import PAGES
from pipelines.settings import PROJECT_ROOT, ShopFile
from pipelines.settings.source_kinds import source_kinds
from tests.conformance.cases import CASES

README = (PROJECT_ROOT / "README.md").read_text()
RUNBOOK = (PROJECT_ROOT / "docs" / "runbook.md").read_text()
MAKEFILE = (PROJECT_ROOT / "Makefile").read_text()
ARCHITECTURE = (PROJECT_ROOT / "docs" / "architecture.md").read_text()


@pytest.mark.needs_dbt
@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_says(name):
    page = PROJECT_ROOT / "docs" / name
    assert page.read_text() == PAGES[name](), "stale: run `make docs` and commit the page"


@pytest.mark.needs_dbt
def test_every_mart_column_has_a_meaning():
    holes = [line for line in data_dictionary().splitlines() if re.fullmatch(r"\| .* \|  \|", line)]
    assert holes == []


@pytest.mark.parametrize("heading", [*RUNBOOK_HEADINGS.values(), ANY_OTHER_HEADING])
def test_every_heading_that_an_error_names_stands_in_the_runbook(heading):
    assert f"## {heading}\n" in RUNBOOK


def test_every_make_target_that_the_docs_name_exists_and_the_readme_names_the_main_ones():
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    pages = [README, RUNBOOK, *(page.read_text() for page in PROJECT_ROOT.glob("*.md"))]
    named = {target for page in pages for target in re.findall(r"(?m)(?:^ +|`)make ([a-z-]+)", page)}
    assert named <= targets
    assert {"run", "test", "ui", "help"} <= named


def test_every_setting_says_what_it_is_and_names_each_word_that_it_may_be():
    sections = [field.annotation for field in ShopFile.model_fields.values()]
    for section in [*sections, *(kind.section for kind in source_kinds().values())]:
        for name, setting in section.model_json_schema()["properties"].items():
            assert setting["description"].endswith("."), name
            for word in setting.get("enum", setting.get("items", {}).get("enum", [])):
                assert f"`{word}`" in setting["description"], f"{name} does not explain {word}"


def test_links_between_pages_lead_somewhere():
    for page in [
        page for folder in (".", "docs", "docs/shops", "findings") for page in (PROJECT_ROOT / folder).glob("*.md")
    ]:
        for target, heading in re.findall(r"\]\(([^)#:]*)(#[^)]+)?\)", page.read_text()):
            linked = page.parent / target if target else page
            assert linked.exists(), f"{page.name} links to {target}"
            assert not heading or heading in anchors(linked), f"{page.name} links to {target}{heading}"


def test_the_index_of_findings_names_every_script_and_the_tests_that_guard_against_it():
    index = (PROJECT_ROOT / "findings" / "README.md").read_text()
    scripts = {script.name for script in (PROJECT_ROOT / "findings").glob("*.sh")}
    assert set(re.findall(r"\]\((\w+\.sh)\)", index)) == scripts
    tests = {name for path in code_files() for name in re.findall(r"def (test_\w+)", path.read_text())}
    assert set(re.findall(r"`(test_\w+)`", index)) <= tests


def test_every_column_table_and_setting_that_a_page_names_exists():
    code = "\n".join(path.read_text() for path in code_files())
    known = {*re.findall(r"\w+", code), *(path.stem for path in code_files())}
    # Not on the changelog, which also names what has gone.
    for page in [PROJECT_ROOT / "README.md", PROJECT_ROOT / "CONTRIBUTING.md", *(PROJECT_ROOT / "docs").glob("*.md")]:
        named = {name.split(".")[-1] for name in re.findall(r"`([a-z][a-z0-9_.]*_[a-z0-9_]+)`", page.read_text())}
        assert named - known == set(), f"{page.name} names what is not in the code"


def test_every_path_on_the_architecture_page_exists():
    named = {*tree_paths(), *re.findall(r"`((?:\.?\w+/)+[\w.]*|\w+\.(?:md|py|toml))`", ARCHITECTURE)}
    assert [path for path in sorted(named) if not is_in_project(path)] == []


def test_the_architecture_page_shows_every_package_top_module_and_folder_of_models():
    code, models = PROJECT_ROOT / "pipelines", PROJECT_ROOT / "dbt_project" / "models"
    packages = {module.parent for module in code.rglob("__init__.py")}
    modules = {module for module in code.glob("*.py") if module.name != "__init__.py"}
    folders = {model.parent for model in models.rglob("*.sql")}
    assert packages | modules | folders <= {PROJECT_ROOT / path for path in tree_paths()}


def test_make_help_lists_every_target_with_a_word_about_it():
    shown = subprocess.run(["make", "help"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("setup", "run", "ui", "test", "check", "bench", "docs", "clean"):
        assert f"make {target} " in shown


def test_the_conformance_page_names_every_case_and_no_other():
    pinned, red = conformance_tables()
    names = {case.name for case in CASES}
    assert cases_in(pinned) == names
    assert cases_in(red) <= names


def test_a_case_stands_on_the_row_that_it_says_it_pins():
    pinned, _ = conformance_tables()
    for case in CASES:
        topic = case.pins.split(":")[0].split(",")[0].lower()
        rows = [row.lower() for row, _, cases in pinned if f"`{case.name}`" in cases]
        assert any(topic in row for row in rows) or rows == ["several reasons at once"], f"{case.name} pins {topic}"


def test_every_row_of_the_conformance_page_was_switched_off():
    pinned, red = conformance_tables()
    assert {row for row, _, _ in pinned} == {row for row, _, _ in red}
    assert all(cells for _, _, cells in [*pinned, *red])


def conformance_tables():
    """The cells of both tables: what is pinned by which cases, and what went red."""
    page = (PROJECT_ROOT / "docs" / "conformance.md").read_text()
    tables = page.split("## The cases\n")[1].split("## What goes red\n")
    lines = [re.findall(r"(?m)^\| (?!row \|)([^|]+?) \|([^|]*)\|([^|]*)\|$", table) for table in tables]
    return [[tuple(cell.strip() for cell in line) for line in table] for table in lines]


def cases_in(table):
    return {name for _, _, cells in table for name in re.findall(r"`(\w+)`", cells)}


def tree_paths():
    """The paths of the tree on the architecture page, in which each level is indented by two spaces."""
    tree = ARCHITECTURE.split("## The tree")[1].split("\n## ")[0]
    paths, parents = [], []
    for indent, name in re.findall(r"(?m)^    ( *)([\w.]+/?)  ", tree):
        parents = [*parents[: len(indent) // 2], name]
        paths.append("".join(parents))
    return paths


def code_files():
    """Python, SQL and what describes it, without this file."""
    folders = ("pipelines", "dbt_project/models", "dbt_project/macros", "dbt_project/tests", "tests")
    files = (path for folder in folders for path in (PROJECT_ROOT / folder).rglob("*"))
    return [path for path in files if path.suffix in (".py", ".sql", ".yml") and path != Path(__file__)]


def anchors(page):
    """What a link to a heading of a page ends in."""
    headings = re.findall(r"(?m)^#+ (.*)$", page.read_text())
    return {"#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_in_project(path):
    """Whether a file or folder is there; `assets/` alone is one of `pipelines/`."""
    return (PROJECT_ROOT / path).exists() or (PROJECT_ROOT / "pipelines" / path).exists()
