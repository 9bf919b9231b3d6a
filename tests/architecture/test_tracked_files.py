"""What is under version control: what we wrote, and nothing that was fetched or built."""

import shutil
import subprocess

import pytest

from tests.architecture.test_packages import ROOT

TOP_LEVEL = {
    *(".ci", ".dockerignore", ".editorconfig", ".github", ".gitignore", ".pre-commit-config.yaml"),
    *("CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md"),
    *("Dockerfile", "Makefile", "docker-compose.cluster.yml", "docker-compose.yml", "mkdocs.yml", "pyproject.toml"),
    *("app", "bench", "building", "dashboard", "deploy", "docs", "playground", "requirements", "resolvers", "schema"),
    "tests",
}


def tracked(*options: str) -> set[str]:
    """Return the paths that git knows."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("this is no checkout")
    command = [git, "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z", *options]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - no words of others
    return set(filter(None, answer.stdout.split("\0")))


def test_the_top_level_has_what_is_named_here_and_no_more() -> None:
    """What a command drops where it was called stays out."""
    assert {path.split("/")[0] for path in tracked()} == TOP_LEVEL


def test_nothing_is_tracked_that_is_built_or_fetched() -> None:
    """What .gitignore names got in by force, or before it was named."""
    assert tracked("--cached", "--ignored", "--exclude-standard") == set()
