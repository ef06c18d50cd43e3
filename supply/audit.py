"""Ask for known vulnerabilities of what is pinned, and never call unchecked what is fine.

pip-audit ends with "No known vulnerabilities found" and exit code 0 where its service knows none of
the versions it was asked about, as an institution's own mirror answers. Here that fails.

Run: ``python -m supply.audit REQUIREMENTS [OPTIONS OF PIP-AUDIT]``; exit code 0 means that every
version was checked and none has a known vulnerability, 1 that some have, 2 that some could not be
checked.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

CLEAN, VULNERABLE, UNCHECKED = 0, 1, 2
MOST_NAMED = 10


def verdict(report: Any) -> tuple[int, str]:
    """Judge a report of pip-audit, as its ``--format json`` writes it.

    Returns:
        The exit code, and the text to show.

    >>> verdict({"dependencies": [{"name": "a", "version": "1", "vulns": []}]})
    (0, 'Checked 1 of 1 distributions: none has a known vulnerability.')
    >>> code, text = verdict({"dependencies": [{"name": "a", "skip_reason": "not found"}]})
    >>> code
    2
    """
    every = report["dependencies"]
    checked = [each for each in every if "skip_reason" not in each]
    unchecked = [each["name"] for each in every if "skip_reason" in each]
    bad = [
        f"{each['name']} {each['version']}: {vulnerability['id']}, mended in "
        + (", ".join(vulnerability["fix_versions"]) or "no version yet")
        for each in checked
        for vulnerability in each["vulns"]
    ]
    lines = [f"Checked {len(checked)} of {len(every)} distributions: "]
    if bad:
        lines[0] += f"{len(bad)} known vulnerabilities."
        lines += bad
    elif checked:
        lines[0] += "none has a known vulnerability."
    else:
        lines[0] += "nothing is known about any."
    if unchecked or not every:
        named = ", ".join(unchecked[:MOST_NAMED]) or "nothing to check"
        more = ", ..." if len(unchecked) > MOST_NAMED else ""
        lines += [
            f"Not checked, as the advisory service does not know them: {named}{more}.",
            "Run it where the advisories can be reached, or name another service: -s osv.",
        ]
    code = VULNERABLE if bad else UNCHECKED if unchecked or not every else CLEAN
    return code, "\n".join(lines)


def audit(requirements: str, options: Sequence[str] = ()) -> tuple[int, str]:
    """Ask pip-audit about the versions of a file, and judge what it reports."""
    done = subprocess.run(  # noqa: S603 - the command is ours, the options are the user's own
        [sys.executable, "-m", "pip_audit", "--format", "json", "--desc", "off", "--disable-pip",
         "--progress-spinner", "off", "--requirement", requirements, *options],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    try:
        report = json.loads(done.stdout)
    except ValueError:
        reason = (done.stderr.strip() or "no reason given").splitlines()[-1]
        return UNCHECKED, f"Nothing was checked, as pip-audit failed: {reason}"
    return verdict(report)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit("usage: python -m supply.audit REQUIREMENTS [OPTIONS OF PIP-AUDIT]")
    code, text = audit(sys.argv[1], sys.argv[2:])
    sys.stdout.write(f"{text}\n")
    sys.exit(code)
