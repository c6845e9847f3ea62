"""Codecs that mean harm: what they do, each as the body of decodeUplink."""

from collections.abc import Mapping
from typing import Final

ENDLESS: Final[Mapping[str, str]] = {
    "loop": "for (;;) {}",
    "recursion with a catch": "function f() { try { f(); } finally { f(); } } f();",
    "normalize": "var s = 'e\\u0301\\u0323'.repeat(4000000); for (;;) s.normalize('NFD').normalize('NFC');",
    "indexOf": "var a = 'a'.repeat(8000000), b = 'a'.repeat(4000000) + 'b'; return { data: { at: a.indexOf(b) } };",
    "join": "var a = new Array(300000000); return { data: { text: a.join('') } };",
    "fill": "var a = new Array(4294967295); a.fill(7); return { data: {} };",
    "reverse": "var a = []; a.length = 4294967295; Array.prototype.reverse.call(a); return { data: {} };",
    "regular expression": "return { data: { is: /^(a+)+$/.test('a'.repeat(40) + 'b') } };",
    "sort": "var a = []; for (var i = 0; i < 200000; i++) a.push(i); a.sort(function () { for (;;) {} });",
    "getter of the result": "return { get data() { for (;;) {} } };",
    "endless getters": (
        "var p = new Proxy({}, { ownKeys: function () { return ['a']; }, getOwnPropertyDescriptor: function () {"
        " return { value: 1, enumerable: true, configurable: true }; }, get: function () { for (;;) {} } });"
        " return { data: p };"
    ),
    "catches its own end": "for (;;) { try { for (;;) {} } catch (e) {} }",
    "thrown toString": "throw { toString: function () { for (;;) {} } };",
    "big number": "var n = 3n; for (;;) n = n * n;",
}
"""They never end by themselves, or not for a long time: each is stopped."""

GREEDY: Final[Mapping[str, str]] = {
    "lists": "var a = []; for (;;) a.push(new Array(1000).fill('x'));",
    "doubling text": "var s = 'x'; for (;;) s += s;",
    "repeat": "return { data: { text: 'x'.repeat(1 << 29) } };",
    "pad": "var a = []; for (;;) a.push('x'.padStart(1 << 20) + a.length);",
    "buffers": "var a = []; for (;;) a.push(new Uint8Array(1 << 20));",
    "deep list": "var a = []; for (;;) a = [a];",
    "recursion": "function f() { return f() + 1; } return { data: { n: f() } };",
    "deep text": "return { data: JSON.parse('['.repeat(1000000)) };",
}
"""They take memory or stack: each is refused, by the engine or by being stopped."""

TOO_MUCH: Final[Mapping[str, str]] = {
    "circle": "var a = {}; a.a = a; return { data: a };",
    "deep": "var a = {}; for (var i = 0; i < 100; i++) a = { a: a }; return { data: a };",
    "wide": "var a = []; for (var i = 0; i < 300000; i++) a.push(i); return { data: a };",
    "sparse": "return { data: new Array(4000000000) };",
    "long text": "return { data: { text: 'x'.repeat(300000) } };",
    "endless proxy": (
        "var p = new Proxy({}, { ownKeys: function () { return ['a']; }, getOwnPropertyDescriptor: function () {"
        " return { value: 1, enumerable: true, configurable: true }; }, get: function () { return p; } });"
        " return { data: p };"
    ),
    "number": "return 5;",
    "nothing": "return;",
    "throws nothing": "throw undefined;",
    "throws a proxy": "throw new Proxy({}, { get: function () { throw 1; } });",
}
"""What they give cannot be taken: each is refused at once."""


def codec(body: str) -> str:
    """Return the source of a codec with this body."""
    return f"function decodeUplink(input) {{ {body} }}"
