"""`lilong profile new`: a profile folder that loads at once, for somebody to fill in."""

import argparse
import json
from pathlib import Path

from device_profiles.commands.words import complain, say, tell
from device_profiles.errors import DecodeError
from device_profiles.folder import PROFILE_FILE, key_problem, load_folder
from device_profiles.quality import FILE, RULES
from device_profiles.written import from_hex

_PROFILE = """# {title_en}: what its bytes mean. docs/profiles.md explains every key.
key = {key}
title = {{ zh = {title_zh}, en = {title_en_text} }}
heartbeat_s = {heartbeat}
silent_after_s = {silent} # a little more than two heartbeats, so that one lost frame is no alarm
sources = [{source}]

# One test a frame that you have; every one is run whenever the profile is loaded.
{tests}
# The frames that the device sends; the first that fits is taken. This one only says that the device lives: give it
# fields instead, such as
#   [[frame.field]]
#   at = 0                       # the first byte
#   kind = "int"
#   width = 2
#   property = "air.temperature" # a name of the catalogue: wire/catalogue.py
#   scale = 0.1
#   absent = [0x7FFF]            # "not measured"
[[frame]]
name = "first"
{port}length = {length}
set = {{ "device.heartbeat" = true }}
"""
_TEST = """[[tests]]
{port}hex = "{hex}"
gives = {{ "device.heartbeat" = true }}

"""


def new(options: argparse.Namespace, language: str) -> int:
    """Write the folder; return 1 if it is there already, 2 if the key or the frames cannot be."""
    folder = Path(options.into) / options.key
    problem = key_problem(options.key)
    if problem:
        complain(problem)
        return 2
    if folder.exists():
        complain(say("there_already", language, folder=folder))
        return 1
    try:
        frames = [from_hex(text) for text in options.bytes]
    except DecodeError as error:
        complain(say("not_bytes", language, reason=error))
        return 2
    (folder / "golden").mkdir(parents=True)
    (folder / PROFILE_FILE).write_text(_profile(options, frames), encoding="utf-8")
    (folder / FILE).write_text(_quality(), encoding="utf-8")
    load_folder(folder)
    tell(say("made", language, folder=folder))
    return 0


def _profile(options: argparse.Namespace, frames: list[bytes]) -> str:
    sizes = [len(frame) for frame in frames]
    port = "" if options.port is None else f"port = {options.port}\n"
    title = options.title_en or options.key
    return _PROFILE.format(
        key=_text(options.key),
        title_en=title,
        title_en_text=_text(title),
        title_zh=_text(options.title_zh or title),
        heartbeat=options.heartbeat,
        silent=int(options.heartbeat * 2.5),
        source=_text(options.source),
        tests="".join(_TEST.format(port=port, hex=frame.hex()) for frame in frames),
        port=port,
        length=sizes[0] if min(sizes) == max(sizes) else f"[{min(sizes)}, {max(sizes)}]",
    )


def _quality() -> str:
    """Return a quality.toml that claims nothing."""
    tables = (
        f"[{level}]\n" + "".join(f'{rule} = "todo"\n' for rule in rules) for level, rules in RULES.items()
    )
    return "\n".join(tables)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
