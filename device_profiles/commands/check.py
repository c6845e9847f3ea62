"""`lilong profile check`: is a profile folder in order?"""

import argparse
from pathlib import Path

from device_profiles.claims import graded
from device_profiles.commands.words import complain, say, tell
from device_profiles.declared import Spot, failing, source_of
from device_profiles.errors import ProfileError
from device_profiles.folder import PROFILE_FILE, Loaded, folders_in, hold_to_tests, load_folder
from device_profiles.quality import golden_of


def check(options: argparse.Namespace, language: str) -> int:
    """Check each folder given; return 1 if one is not in order."""
    good = True
    for given in options.folder:
        folders = folders_in(given)
        if not folders:
            complain(say("none", language, folder=given))
            good = False
        for folder in folders:
            good &= _check_one(folder, bool(options.source), language)
    return 0 if good else 1


def _check_one(folder: Path, show_source: bool, language: str) -> bool:
    try:
        one = load_folder(folder)
        if one.profile.slow:
            hold_to_tests(one.document, one.profile.decode, Spot(path=folder / PROFILE_FILE))
        problems = _golden_problems(one, language)
        level = graded(one).level.value if (folder / "quality.toml").exists() else say("no_quality", language)
    except ProfileError as error:
        complain(str(error))
        return False
    for problem in problems:
        complain(problem)
    if show_source and one.document.frame:
        tell(source_of(one.document, Spot(path=folder / PROFILE_FILE)))
    if not problems:
        count = len(golden_of(folder)) + len(one.document.tests)
        tell(say("good", language, key=one.profile.key, count=count, level=level))
    return not problems


def _golden_problems(one: Loaded, language: str) -> list[str]:
    problems = []
    for name, trial in golden_of(one.folder).items():
        problem = failing(trial, one.profile.decode)
        if problem:
            file = one.folder / "golden" / f"{name}.toml"
            problems.append(say("golden", language, file=file, problem=problem))
    return problems
