"""What the documents point to exists: links, their headings, and paths of the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [path for at in ("*", "docs/**/*", "bench/*", "ops/*") for path in ROOT.glob(f"{at}.md")]
#: Folders of the repository, and rooms of the product that documents name without `proactive/`.
TOP = ("proactive", "sandbox", "tests", "bench", "scripts", "supabase", "ops", "docs", "examples", "clients")
ROOMS = tuple(path.name for path in (ROOT / "proactive").iterdir() if path.is_dir())
PATH = re.compile(rf"`((?:{'|'.join((*TOP, *ROOMS, 'compare', 'chaos'))})/[\w./-]*)`")
#: Examples of what somebody may add.
EXAMPLES = re.compile(r"reviews|<")


def text_of(document: Path) -> str:
    """A document without its blocks of code."""
    return re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(document: Path) -> set[str]:
    """The anchors that GitHub gives a document's headings."""
    headings = re.findall(r"^#+ (.*)", text_of(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def exists(path: str) -> bool:
    """Whether a path stands in the repository, in the product, in bench or (without its ending) as a module."""
    return any(
        (ROOT / base / f"{path}{ending}").exists() for base in ("", "proactive", "bench") for ending in ("", ".py")
    )


def name(document: Path) -> str:
    return str(document.relative_to(ROOT))


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text_of(document)):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_path_that_a_document_names_exists(document: Path) -> None:
    named = PATH.findall(text_of(document))
    assert not [path for path in named if not EXAMPLES.search(path) and not exists(path)]


@pytest.mark.parametrize("document", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=name)
def test_a_decision_has_a_date_and_a_status(document: Path) -> None:
    assert re.search(r"^Date: \d{4}-\d\d-\d\d\. Status: ", document.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("document", ["README.md", "README.pt-BR.md"])
def test_a_readme_has_at_most_150_lines(document: str) -> None:
    assert len((ROOT / document).read_text("utf-8").splitlines()) <= 150
