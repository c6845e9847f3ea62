"""Small checkouts of the public repositories, with codecs written for these tests."""

from pathlib import Path

CLIMATE = """
function decodeUplink(input) {
  if (input.fPort !== 2) return { errors: ["unknown port"] };
  var b = input.bytes;
  return { data: { Temperature: b[0] / 2, humidity: b[1], battery: 2 + b[2] / 100, led: b[3] ? "On" : "Off",
    n: b[4] } };
}
"""
NORMAL = """
function decodeUplink(i) { return { data: { t: i.bytes[0], p: 1000 + i.bytes[1] } }; }
function normalizeUplink(i) { return { data: { air: { temperature: i.data.t, pressure: i.data.p } } }; }
"""
DOOR = """
function decodeUplink(i) {
  return { data: {
    door_status: i.bytes[0] ? "open" : "closed",
    level: { displayName: "Level", unit: "cm", value: i.bytes[1] },
    waterLevel: { unit: "cm", value: i.bytes[1] },
  } };
}
"""
WATER = """
function Decode(fPort, b) {
  return { temperature: b[0], distance: b[1], battery: b[2], leakage_status: b[3] ? "leak" : "normal" };
}
"""
C1_CODEC = """
uplinkDecoder:
  fileName: c1.js
  examples:
    - description: Warm
      input: {fPort: 2, bytes: [43, 40, 160, 1, 7]}
      output: {data: {Temperature: 21.5, humidity: 40, battery: 3.6, led: On, n: 7}}
    - description: Cold
      input: {fPort: 2, bytes: [0, 0x5A, 0x78, 0, 1]}
      output: {data: {Temperature: 0, humidity: 90, battery: 3.2, led: Off, n: 1}}
    - description: Mild
      input: {fPort: 2, bytes: [20, 50, 155, 0, 1]}
      output: {data: {Temperature: 10, humidity: 50, battery: 3.55, led: Off, n: 1}}
    - description: What the codec does not say
      input: {fPort: 2, bytes: [20, 50, 155, 0, 1]}
      output: {data: {Temperature: 99, humidity: 50, battery: 3.55, led: Off, n: 1}}
    - description: Unknown port
      input: {fPort: 9, bytes: [1]}
      output: {errors: [unknown port]}
"""
C4_CODEC = """
uplinkDecoder:
  fileName: c4.js
  examples:
    - description: One
      input: {fPort: 1, bytes: [20, 4]}
      output: {data: {t: 20, p: 1004}}
      normalizedOutput: {data: {air: {temperature: 20, pressure: 1004}}}
"""
C5_CODEC = """
uplinkDecoder:
  fileName: c5.js
  examples:
    - description: One
      input: {fPort: 1, bytes: [1]}
      output: {data: {shoe_size: 43}}
"""


def put(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def ttn(root: Path) -> Path:
    return put(
        root,
        {
            "LICENSE": "             Apache License\n             Version 2.0, January 2004\n",
            ".git/HEAD": "ref: refs/heads/master\n",
            ".git/packed-refs": "# pack-refs\n0123456789abcdef0123456789abcdef01234567 refs/heads/master\n",
            "vendor/index.yaml": "vendors:\n  - id: acme\n    name: ACME\n",
            "vendor/acme/index.yaml": "endDevices:\n  - c1\n  - c2\n  - c3\n  - c4\n  - c5\n",
            "vendor/acme/c1.yaml": _device("ACME C1 “climate”", ["1.0", "1.1"], "c1-codec"),
            "vendor/acme/c1-codec.yaml": C1_CODEC,
            "vendor/acme/c1.js": CLIMATE,
            "vendor/acme/c2.yaml": _device("ACME C2", ["2.0"], "c2-codec"),
            "vendor/acme/c2-codec.yaml": "uplinkDecoder:\n  fileName: c1.js\n",
            "vendor/acme/c3.yaml": _device("ACME C3", ["1"], ""),
            "vendor/acme/c4.yaml": _device("ACME C4", ["1"], "c4-codec"),
            "vendor/acme/c4-codec.yaml": C4_CODEC,
            "vendor/acme/c4.js": NORMAL,
            "vendor/acme/c5.yaml": _device("ACME C5", ["1"], "c5-codec"),
            "vendor/acme/c5-codec.yaml": C5_CODEC,
            "vendor/acme/c5.js": "function decodeUplink(i) { return { data: { shoe_size: 43 } }; }\n",
        },
    )  # fmt: skip


def chirpstack(root: Path) -> Path:
    return put(
        root,
        {
            "LICENSE": "MIT License\n\nPermission is hereby granted, free of charge, to any person\n",
            "vendors/acme/vendor.toml": '[vendor]\nname = "ACME"\n',
            "vendors/acme/devices/d1.toml": _toml("ACME D1 Door", 'codec = "d1.js"'),
            "vendors/acme/devices/d2.toml": _toml("ACME D2", ""),
            "vendors/acme/codecs/d1.js": DOOR,
            "vendors/acme/codecs/test_decode_d1.json": """[
  { // an open door
    "name": "open", "input": { "fPort": 0x2A, "bytes": [0x01, 150] },
    "expected": { "data": { "door_status": "open", "level": { "displayName": "Level", "unit": "cm", "value": 150 },
      "waterLevel": { "unit": "cm", "value": 150 } } }
  },
]""",
        },
    )  # fmt: skip


def milesight(root: Path) -> Path:
    return put(
        root,
        {
            "LICENSE.md": "GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007\n",
            "em-series/em999/em999-decoder.js": WATER,
            "em-series/em999/em999-codec.json": """{ "bytes": "1402640 1", "object": [
  { "id": "temperature", "unit": "°C", "access_mode": "R" }, { "id": "distance", "unit": "mm", "access_mode": "R" },
  { "id": "battery", "unit": "%", "access_mode": "R" },
  { "id": "leakage_status", "unit": "", "access_mode": "R", "values": [ { "name": "normal" }, { "name": "leak" } ] }
] }""",
            "em-series/em999/README.md": """# Water Sensor - EM999

```json
// 14FA 6401
{ "temperature": 20, "distance": 250, "battery": 100, "leakage_status": "leak" }

// 15FA6400
{ "temperature": 21, "distance": 250, "battery": 100, "leakage_status": "normal" }
// 16FA6400
{ "temperature": 22, "distance": broken }
```

```json
{ "no": "bytes" }
```
""",
        },
    )  # fmt: skip


def _device(name: str, versions: list[str], codec: str) -> str:
    lines = [f"name: {name}", "firmwareVersions:"]
    for version in versions:
        lines += [f"  - version: '{version}'", "    profiles:", f"      EU863-870: {{id: p, codec: {codec}}}"]
    return "\n".join(lines) + "\n"


def _toml(name: str, more: str) -> str:
    return f'[device]\nname = "{name}"\n[[device.firmware]]\nversion = "1.0"\n{more}\n'
