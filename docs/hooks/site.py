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
PAGE_OF = ROOT_PAGES | {"schema/schema.graphql": "reference/schema/index.md"}
_ITEM = re.compile(r"(?:[-*]|\d+\.) ")
_LOADED = re.compile(r"""<(?:script|link|img|iframe)[^>]*(?:src|href)="?(?:https?:)?//[^ >]*""")
_TERM = re.compile(r"^\| (?P<term>[A-Za-z][A-Za-z ]*) \|", re.MULTILINE)
_PROGRAM = re.compile(r"\]\(([\w-]+\.(?:ts|py))\)")
_CODE_OR_LINK = re.compile(
    r"(?P<code>^```.*?^```)|(?P<picture>!?)\[(?P<text>[^\]]+)\]\((?P<target>[^)\s:#]+)(?P<anchor>#[^)\s]*)?\)",
    re.DOTALL | re.MULTILINE,
)


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the pages of a folder where the navigation says `folder/*`."""
    config.nav = _expanded(config.nav, listed=set(_pages_in(config.nav)))
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are generated."""
    sdl = (ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8")
    pages = {f"reference/schema/{name}": text for name, text in schema_pages(sdl).items()}
    for source, uri in ROOT_PAGES.items():
        pages[uri] = _for_site((ROOT / source).read_text(encoding="utf-8"), source=source, uri=uri)
    for uri, text in pages.items():
        files.append(File.generated(config, uri, content=text))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Adapt a page of docs/ to the site."""
    if page.file.generated_by:
        return markdown
    if page.file.src_uri == "reference/glossary.md":
        markdown = _TERM.sub(_with_anchor, markdown)
    if page.file.src_uri == "clients/index.md":
        markdown = _with_programs(markdown)
    return _for_site(markdown, source=f"docs/{page.file.src_uri}", uri=page.file.src_uri)


def on_post_page(output: str, page: Page, **_: object) -> str:
    """Fail where a page would load anything from another server."""
    if loaded := _LOADED.findall(output):
        raise PluginError(f"{page.file.src_uri} loads {loaded[0]}")
    return output


def _with_programs(markdown: str) -> str:
    """Return a page with the text of each program that it links to, below the others, and links to these."""
    names = dict.fromkeys(_PROGRAM.findall(markdown))
    texts = {name: (ROOT / "docs" / "clients" / name).read_text(encoding="utf-8") for name in names}
    sections = (f"### {name} {{: #{name} }}\n\n```{name[-2:]}\n{text}```\n" for name, text in texts.items())
    return "\n".join((_PROGRAM.sub(r"](#\1)", markdown), "## The programs\n", *sections))


def _with_anchor(row: re.Match[str]) -> str:
    """Return the first cell of a row of the glossary as a target of links: `glossary.md#on-hand`."""
    return f'| <span id="{row["term"].lower().replace(" ", "-")}">{row["term"]}</span> |'


def _for_site(markdown: str, *, source: str, uri: str) -> str:
    """Return a page whose links and pictures lead to files of the site; a file that has no page stays as its name."""

    def adapted(found: re.Match[str]) -> str:
        if found["code"]:
            return found["code"]
        target = normpath(join(dirname(source), found["target"]))
        if not (ROOT / target).exists():
            raise PluginError(f"{source} links to {found['target']}, which does not exist.")
        page = PAGE_OF.get(target) or (target.removeprefix("docs/") if target.startswith("docs/") else None)
        if page is None:
            return found["text"]
        return f"{found['picture']}[{found['text']}]({relpath(page, dirname(uri) or '.')}{found['anchor'] or ''})"

    return _CODE_OR_LINK.sub(adapted, _with_blank_before_lists(markdown))


def _with_blank_before_lists(markdown: str) -> str:
    """Return a page with a blank line between a paragraph and its list, which CommonMark can do without."""
    lines: list[str] = []
    is_code = False
    for line in markdown.splitlines():
        is_code ^= line.lstrip().startswith("```")
        before = lines[-1] if lines else ""
        if not is_code and _ITEM.match(line) and before and not before[0].isspace() and not _ITEM.match(before):
            lines.append("")
        lines.append(line)
    return "\n".join(lines) + "\n"


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
        else:
            found.append(_expanded(each, listed=listed))
    return found
