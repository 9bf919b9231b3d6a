# ruff: noqa: INP001 - a script beside the application, not part of it
"""What the site has beyond the pages of docs/: the schema's reference, the changelog and its like, and lists of pages.

Rule: a link that works in the repository works in the site, and a page loads nothing from other servers, or the build
fails.
"""

import re
import sys
from pathlib import Path
from posixpath import dirname, join, normpath, relpath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
sys.path.append(str(Path(__file__).parent))  # mkdocs loads a hook as a single file
from schema_pages import schema_pages  # noqa: E402 - found beside this file

ROOT_PAGES = {
    "README.md": "start.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
_LOADED = re.compile(r"""<(?:script|link|img|iframe)[^>]*(?:src|href)="?(?:https?:)?//[^ >]*""")
_TERM = re.compile(r"^\| (?P<term>[A-Za-z][A-Za-z ]*) \|", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<target>[^)\s:#]+)(?P<anchor>#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the pages of a folder where the navigation says `folder/*`; leave out pages that the root lacks."""
    config.nav = _expanded(config.nav, listed=set(_pages_in(config.nav)))
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are generated."""
    for name, text in schema_pages((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")).items():
        files.append(File.generated(config, f"reference/schema/{name}", content=text))
    for source, uri in ROOT_PAGES.items():
        if (ROOT / source).is_file():
            text = (ROOT / source).read_text(encoding="utf-8")
            files.append(File.generated(config, uri, content=_relinked(text, source=source, uri=uri)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Lead links to files of the repository to their pages; a file without a page stays as its name."""
    if page.file.generated_by:
        return markdown
    if page.file.src_uri == "reference/glossary.md":
        markdown = _TERM.sub(_with_anchor, markdown)
    return _relinked(markdown, source=f"docs/{page.file.src_uri}", uri=page.file.src_uri)


def on_post_page(output: str, page: Page, **_: object) -> str:
    """Fail where a page would load anything from another server."""
    if loaded := _LOADED.findall(output):
        raise PluginError(f"{page.file.src_uri} loads {loaded[0]}")
    return output


def _with_anchor(row: re.Match[str]) -> str:
    """Return the first cell of a row of the glossary as a target of links: `glossary.md#on-hand`."""
    return f'| <span id="{row["term"].lower().replace(" ", "-")}">{row["term"]}</span> |'


def _relinked(markdown: str, *, source: str, uri: str) -> str:
    def led(link: re.Match[str]) -> str:
        target = normpath(join(dirname(source), link["target"]))
        if target in ROOT_PAGES and not (ROOT / target).exists():
            return link["text"]
        if not (ROOT / target).exists():
            raise PluginError(f"{source} links to {link['target']}, which does not exist.")
        if target == "schema/schema.graphql":
            there = "reference/schema/index.md"
        elif target in ROOT_PAGES:
            there = ROOT_PAGES[target]
        elif target.startswith("docs/"):
            there = target.removeprefix("docs/")
        else:
            return link["text"]
        return f"[{link['text']}]({relpath(there, dirname(uri) or '.')}{link['anchor'] or ''})"

    return _LINK.sub(led, markdown)


def _pages_in(nav: Any) -> list[str]:  # noqa: ANN401 - YAML
    if isinstance(nav, str):
        return [nav]
    return [page for each in (nav.values() if isinstance(nav, dict) else nav) for page in _pages_in(each)]


def _expanded(nav: Any, *, listed: set[str]) -> Any:  # noqa: ANN401 - YAML
    if isinstance(nav, dict):
        return {title: _expanded(below, listed=listed) for title, below in nav.items()}
    if not isinstance(nav, list):
        return nav
    found: list[Any] = []
    for each in nav:
        if isinstance(each, str) and each.endswith("/*"):
            folder = ROOT / "docs" / each.removesuffix("/*")
            pages = sorted(str(path.relative_to(ROOT / "docs")) for path in folder.glob("*.md"))
            found += [page for page in pages if page not in listed]
        elif each in ROOT_PAGES.values() and not any(
            (ROOT / name).is_file() for name, uri in ROOT_PAGES.items() if uri == each
        ):
            continue
        else:
            found.append(_expanded(each, listed=listed))
    return found
