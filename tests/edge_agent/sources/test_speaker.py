"""Which device speaks."""

import pytest

from device_profiles import DecodeError
from edge_agent.sources.speaker import speaker


@pytest.mark.parametrize(
    ("path", "query", "pack", "device"),
    [
        (("senml", "bay-7"), (), [{"bn": "other/"}], "bay-7"),
        (("dp",), ("ep=urn:imei:490154203237518",), [{"bn": "/3303/0/"}], "urn:imei:490154203237518"),
        (("senml",), (), [{"bn": "urn:dev:ow:10e2073a01080063:"}], "urn:dev:ow:10e2073a01080063"),
        (("senml",), (), [{"n": "x"}, {"bn": "bay-7/3431/0/"}], "bay-7"),
        (("senml",), ("x=1", "ep="), [{"bn": "bay-7/3431/0/1"}], "bay-7"),
        (("senml",), (), [{"bn": "70b3d57ed0000001"}], "70b3d57ed0000001"),
    ],
)
def test_path_then_query_then_pack(
    path: tuple[str, ...], query: tuple[str, ...], pack: list[dict[str, object]], device: str
) -> None:
    assert speaker(path, query, pack) == device


@pytest.mark.parametrize("pack", [[], [{"n": "x"}], [{"bn": "/3303/0/"}], [{"bn": ""}], [{"bn": 7}]])
def test_nobody_speaks(pack: list[dict[str, object]]) -> None:
    with pytest.raises(DecodeError, match="expected who speaks"):
        speaker(("senml",), (), pack)
