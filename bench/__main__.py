"""Runs the benchmarks that are named (all of them without a name) and prints their figures, or JSON with --json."""

import argparse
import json
import sys
from importlib import import_module
from typing import Final

_BENCHES: Final = ("wire", "profiles", "javascript", "outbox", "ingest", "agent", "belief", "thermal")


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(_BENCHES)}")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    options = parser.parse_args()
    unknown = set(options.names) - set(_BENCHES)
    if unknown:
        parser.error(f"expected names of {', '.join(_BENCHES)}, got {', '.join(sorted(unknown))}")
    found: dict[str, dict[str, float]] = {}
    for name in options.names or _BENCHES:
        found[name] = import_module(f"bench.{name}").figures()
        if not options.json:
            print(f"\n{name}")
            for what, figure in found[name].items():
                print(f"  {what:<64}{figure:>14,.2f}")
    if options.json:
        print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
