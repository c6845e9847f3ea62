"""The quarantine as HTML, in Chinese and English: what was not understood, what it could be, how to accept it."""

import shlex
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from device_profiles.recognition import Guess
from edge_agent.health.page import page, time_text
from edge_agent.outbox import Quarantined
from wire import property_named

_MOST_SHOWN_BYTES: Final = 64


def quarantine_html(entries: Sequence[Quarantined], guesses: Mapping[str, Sequence[Guess]]) -> str:
    """Render what could not be understood, the newest first, with guesses by device in front."""
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td{kind}>{cell}</td>"
            for kind, cell in (
                (' class="when"', time_text(entry.at_ms)),
                ("", _where(entry)),
                ("", escape(entry.reason)),
                ("", _bytes(entry)),
            )
        )
        + "</tr>"
        for entry in entries
    )
    head = "<tr><th>时间 time</th><th>来源 from</th><th>原因 reason</th><th>内容 bytes</th></tr>"
    shown = f"<p>最新的 {len(entries)} 条。The newest {len(entries)} readings.</p>" if entries else ""
    body = f"<table>{head}{rows}</table>" if entries else '<p class="good">空。Empty.</p>'
    return page(
        "隔离区 Quarantine",
        f"<nav><a href='/status'>状态 status</a></nav><h1>隔离区 Quarantine</h1>{_guesses(guesses)}{shown}{body}",
    )


def _guesses(guesses: Mapping[str, Sequence[Guess]]) -> str:
    return "".join(_device(device, found) for device, found in guesses.items())


def _device(device: str, found: Sequence[Guess]) -> str:
    title = f"<h2>{escape(device)}</h2>"
    if not found:
        return f"{title}<p>没有已知设备发送这样的报文。No known device sends such bytes.</p>"
    head = "<tr><th>档案 profile</th><th>含义 what it would say</th><th>接受 accept</th></tr>"
    return f"{title}<table>{head}{''.join(_guess(device, one) for one in found)}</table>"


def _guess(device: str, one: Guess) -> str:
    name = f"{escape(one.title.zh)}<br>{escape(one.title.en)}"
    how = f"{one.understood}/{one.frames} 条 frames, {one.bits} 比特 bits"
    odd = "".join(
        f"<br>不合常理 odd: {escape(row.property)} = {escape(str(row.value))}" for row in one.odd[:3]
    )
    said = "<br>".join(
        f"{escape(property_named(row.property).title.zh)} {escape(row.property)} = "
        f"{escape(str(row.value))} {escape(property_named(row.property).unit)}"
        for row in one.preview
    )
    command = f"lilong agent accept {shlex.quote(device)} {shlex.quote(one.key)}"
    return f"<tr><td>{name}<br>{how}{odd}</td><td>{said}</td><td><code>{escape(command)}</code></td></tr>"


def _where(entry: Quarantined) -> str:
    return escape(" · ".join(part for part in (entry.source, entry.device, entry.where) if part))


def _bytes(entry: Quarantined) -> str:
    shown = entry.payload[:_MOST_SHOWN_BYTES].hex()
    more = "…" if len(entry.payload) > _MOST_SHOWN_BYTES else ""
    return f"<code>{shown}{more}</code> ({len(entry.payload)})"
