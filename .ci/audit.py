"""Ask for known vulnerabilities of what we ship; where the advisories cannot be reached, say that and go on.

Rule: only a vulnerability fails the run. Without the internet the report says that nothing was audited, where the tool
itself says that it found no known vulnerabilities.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SHIPPED = "requirements/run.txt"
AUDIT_SECONDS = 120  # 70 requests of some 50 ms each; a network that drops packets must not hold up the checks


def main() -> None:
    """Print one sentence about the whole set, and end with 1 if a package is vulnerable."""
    audited, skipped = _audit()
    if not audited:
        print(f"{SHIPPED}: not audited, because the advisories cannot be reached from here.")
        return
    vulnerable = [(package, advisory) for package in audited for advisory in package["vulns"]]
    for package, advisory in vulnerable:
        fixed = ", ".join(advisory["fix_versions"]) or "no release yet"
        print(f"{package['name']} {package['version']}: {advisory['id']}, fixed in {fixed}.")
    print(f"{SHIPPED}: {len(audited)} packages audited, {len(skipped)} unknown to the advisories.")
    sys.exit(bool(vulnerable))


def _audit() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the packages that the advisories know, and the others; neither without a network."""
    tool = Path(sys.executable).with_name("pip-audit")
    command = [tool, "--requirement", SHIPPED, "--require-hashes", "--disable-pip", "--progress-spinner=off"]
    try:
        run = subprocess.run(
            [*command, "--timeout=5", "--format=json"], capture_output=True, timeout=AUDIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return [], []
    if not run.stdout.strip():
        return [], []
    packages = json.loads(run.stdout)["dependencies"]
    return [each for each in packages if "vulns" in each], [each for each in packages if "vulns" not in each]


if __name__ == "__main__":
    main()
