"""Looks for secrets in the files that git has; tools/known-secrets.json has findings that are none.

After a look at each new finding that is no secret either: `python tools/check_secrets.py --accept`.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from detect_secrets.core import baseline
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings

KNOWN = Path("tools/known-secrets.json")
_FULL_OF_DIGESTS = (".lock", ".sum", "package-lock.json", "_pb2.py", "_pb2.pyi", "golden.json", str(KNOWN))

_REFERENCES = (r"secretName: ", r"secret: ?.?(arn:aws|env):")
"""Lines that only say where a secret is: volumes of Kubernetes, and settings."""

_EXCLUDED_LINES = "detect_secrets.filters.regex.should_exclude_line"

_MADE_UP = {"Secret Keyword", "Basic Auth Credentials"}
"""What stands under a name such as `password`, or before the `@` of an address: in tests it is made up."""


def scanned(paths: Sequence[str]) -> SecretsCollection:
    """What looks like a secret in these files, without asking any service whether it is one."""
    found = SecretsCollection()
    with default_settings() as settings:
        usual = [{"path": path} for path in settings.filters]
        settings.configure_filters([*usual, {"path": _EXCLUDED_LINES, "pattern": list(_REFERENCES)}])
        found.scan_files(*paths)
    for name in found.files:
        if name.startswith("tests/"):
            found[name] = {secret for secret in found[name] if secret.type not in _MADE_UP}
    return found


def tracked() -> Sequence[str]:
    """The files of the tree, but for those that are full of digests."""
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    return [path for path in listed.split("\0") if path and not path.endswith(_FULL_OF_DIGESTS)]


def main() -> int:
    """The exit code: 1 where there is something new. No secret is printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept", action="store_true", help="take what is found now as known")
    wanted = parser.parse_args()
    found = scanned(tracked())
    if wanted.accept:
        document = baseline.format_for_output(found, is_slim_mode=True)
        KNOWN.write_text(json.dumps({"results": document["results"]}, indent=2) + "\n")
        return 0
    new = found - SecretsCollection.load_from_baseline(json.loads(KNOWN.read_text()))
    places = sorted((name, secret.line_number, secret.type) for name, secret in new)
    for name, line, kind in places:
        print(f"{name}:{line}: {kind}", file=sys.stderr)
    if places:
        print("a secret goes elsewhere, and is changed; for what is none see tools/check_secrets.py")
    return int(bool(places))


if __name__ == "__main__":
    sys.exit(main())
