"""`lilong profile import`: make profile folders of a checkout of a public device repository."""

import argparse
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

import msgspec

from device_profiles.commands.words import complain, say, tell
from device_profiles.errors import ProfileError
from device_profiles.repositories import Imported, NotImported, Status, import_devices, open_repository
from device_profiles.shelf import SHIPPED

_SHOWN = 6


def import_profiles(options: argparse.Namespace, language: str) -> int:
    """Import and say of each device what came of it; return 1 if nothing was imported."""
    if options.into.resolve().is_relative_to(SHIPPED.resolve()):
        raise ProfileError(f"{options.into}: expected a folder of the site, not one of the product")
    repository = open_repository(options.path)
    outcomes = []
    for outcome in import_devices(repository, options.into, vendor=options.vendor, device=options.device):
        outcomes.append(outcome)
        if not options.json:
            _tell(outcome, language)
    imported = [one for one in outcomes if isinstance(one, Imported)]
    failed = [one for one in outcomes if isinstance(one, NotImported)]
    if options.json:
        tell(_as_json(imported, failed))
    else:
        _sum_up(imported, failed, language, str(options.into))
    return 0 if imported else 1


def _tell(outcome: Imported | NotImported, language: str) -> None:
    if isinstance(outcome, NotImported):
        complain(
            say("not_imported", language, vendor=outcome.vendor, device=outcome.device, reason=outcome.reason)
        )
        return
    line = say(
        "imported",
        language,
        key=outcome.key,
        status=outcome.status,
        properties=", ".join(outcome.properties),
        golden=outcome.golden,
    )
    if outcome.unread:
        names = ", ".join(outcome.unread[:_SHOWN]) + (" ..." if len(outcome.unread) > _SHOWN else "")
        line += say("unread", language, count=len(outcome.unread), names=names)
    if outcome.disagreeing:
        line += say("disagreeing", language, count=len(outcome.disagreeing))
    tell(line)


def _sum_up(imported: Sequence[Imported], failed: Sequence[NotImported], language: str, into: str) -> None:
    statuses = Counter(one.status for one in imported)
    counts = {str(status): statuses[status] for status in Status}
    tell(say("import_sum", language, imported=len(imported), failed=len(failed), into=into, **counts))
    reasons = sorted(one.reason.partition(";")[0].partition(":")[0] for one in failed)
    for reason, those in groupby(reasons):
        tell(say("import_reason", language, count=len(list(those)), reason=reason))
    if imported:
        tell(say("by_name", language))
        for one in imported:
            for name in one.names:
                tell(f"  {msgspec.json.encode(name).decode()} = {msgspec.json.encode(one.key).decode()}")


def _as_json(imported: Sequence[Imported], failed: Sequence[NotImported]) -> str:
    rows = [{**msgspec.structs.asdict(one), "folder": str(one.folder)} for one in imported]
    by_name = {name: one.key for one in imported for name in one.names}
    return msgspec.json.encode({"imported": rows, "failed": failed, "by_name": by_name}).decode()
