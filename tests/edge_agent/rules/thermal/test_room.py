"""Pictures of warmth: who is there, who lies still, who has fallen, and what is only a radiator."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demo.estate.thermal import Array, Posture, Scene, Spot, pictures
from device_profiles.protocols.thermal import Frame
from edge_agent.rules.thermal import Care, Mount, Room, ThermalSettings
from edge_agent.rules.thermal.background import Background
from edge_agent.rules.thermal.bodies import find_bodies

EYE = Array()


def person(*steps: tuple[float, float, float, float, float]) -> list[Posture]:
    """A path of (second, x, y, wide, high)."""
    return [Posture(at_s=t, x=x, y=y, wide=w, high=h, warmth_k=4) for t, x, y, w, h in steps]


def lived(scene: Scene, seconds: float, *, seed: int = 1, rules: ThermalSettings | None = None) -> list[Care]:
    room = Room(rules or ThermalSettings())
    return [
        room.looked(Frame(width=8, height=8, celsius=celsius), at_s)
        for at_s, celsius in pictures(scene, EYE, seconds, seed)
    ]


def said(cares: Sequence[Care], what: str) -> list[object]:
    return [getattr(care, what) for care in cares if getattr(care, what) is not None]


STANDING = [(20, -0.1, 0.45, 0.2, 0.5), (24, 0.5, 0.45, 0.2, 0.5), (40, 0.5, 0.45, 0.2, 0.5)]


def test_somebody_comes_and_goes() -> None:
    path = person(*STANDING, (44, 1.2, 0.45, 0.2, 0.5))
    assert said(lived(Scene(paths=[path]), 130), "presence") == [True, False]


def test_a_fall_is_told_once_it_lasts_and_ends_with_getting_up() -> None:
    down = [(41, 0.55, 0.8, 0.5, 0.22), (90, 0.55, 0.8, 0.5, 0.22)]
    up = [(92, 0.55, 0.45, 0.2, 0.5), (100, 0.55, 0.45, 0.2, 0.5)]
    cares = lived(Scene(paths=[person(*STANDING, *down, *up)]), 110)
    assert said(cares, "fall") == [True, False]
    told = next(number for number, care in enumerate(cares) if care.fall) / EYE.rate_hz
    assert 60 <= told <= 64  # 20 s after lying


def test_a_fall_ends_when_somebody_has_carried_them_out() -> None:
    down = [(41, 0.55, 0.8, 0.5, 0.22), (90, 0.55, 0.8, 0.5, 0.22)]
    assert said(lived(Scene(paths=[person(*STANDING, *down)]), 170), "fall") == [True, False]


@pytest.mark.parametrize(
    "down",
    [
        [(47, 0.55, 0.7, 0.5, 0.22), (100, 0.55, 0.7, 0.5, 0.22)],
        [(41, 0.5, 0.58, 0.24, 0.36), (100, 0.5, 0.58, 0.24, 0.36)],
        [(41, 0.5, 0.75, 0.4, 0.25), (46, 0.5, 0.75, 0.4, 0.25), (48, 0.5, 0.45, 0.2, 0.5)],
    ],
    ids=["lying down", "sitting down", "picking something up"],
)
def test_what_people_do_is_no_fall(down: list[tuple[float, float, float, float, float]]) -> None:
    assert said(lived(Scene(paths=[person(*STANDING, *down)]), 110), "fall") == []


def test_a_radiator_and_sunshine_are_nobody() -> None:
    radiator = Spot(x=0.2, y=0.8, size=0.2, warmth_k=8, from_s=10, rise_s=1200)
    sunshine = Spot(x=0.7, y=0.5, size=0.15, warmth_k=4, from_s=10, rise_s=900, drift_per_h=0.2)
    cares = lived(Scene(paths=[NOBODY], spots=[radiator, sunshine], drift_k_per_h=2), 1500)
    assert True not in said(cares, "presence")


NOBODY = person((1e9, 0, 0, 0.1, 0.1))


def test_somebody_asleep_is_not_forgotten_and_their_stillness_is_told() -> None:
    asleep = [(41, 0.5, 0.45, 0.2, 0.5), (50, 0.5, 0.7, 0.5, 0.2), (1300, 0.5, 0.7, 0.5, 0.2)]
    cares = lived(Scene(paths=[person(*STANDING, *asleep)]), 1250)
    assert said(cares, "presence")[-1] is True
    still = said(cares, "still_s")
    assert len(still) in (3, 4)
    assert 290 <= float(str(still[0])) <= 330


def test_somebody_who_is_there_at_the_start_is_seen_when_they_move() -> None:
    path = person(
        (0, 0.3, 0.45, 0.2, 0.5),
        (80, 0.3, 0.45, 0.2, 0.5),
        (82, 0.7, 0.45, 0.2, 0.5),
        (99, 0.7, 0.45, 0.2, 0.5),
    )
    cares = lived(Scene(paths=[path]), 95)
    assert said(cares, "presence") == [False, True]
    assert next(number for number, care in enumerate(cares) if care.presence) / EYE.rate_hz < 86


def test_a_stove_that_is_hot_at_the_start_is_nobody() -> None:
    stove = Spot(x=0.2, y=0.8, size=0.2, warmth_k=12, from_s=-3600)
    assert True not in said(lived(Scene(paths=[NOBODY], spots=[stove]), 120), "presence")


def test_nothing_is_concluded_over_a_gap() -> None:
    """The node was off between standing and lying: nobody saw a fall."""
    room = Room(ThermalSettings())
    standing = Scene(paths=[person((5, 0.5, 0.45, 0.2, 0.5), (60, 0.5, 0.45, 0.2, 0.5))])
    lying = Scene(paths=[person((0, 0.5, 0.8, 0.5, 0.22), (60, 0.5, 0.8, 0.5, 0.22))])
    found = [
        room.looked(Frame(width=8, height=8, celsius=celsius), at_s)
        for at_s, celsius in pictures(standing, EYE, 30, 1)
    ]
    found += [
        room.looked(Frame(width=8, height=8, celsius=celsius), 90 + at_s)
        for at_s, celsius in pictures(lying, EYE, 50, 1)
    ]
    assert said(found, "fall") == []


def test_from_the_ceiling_a_fall_is_a_body_that_becomes_longer() -> None:
    rules = ThermalSettings(mount=Mount.CEILING)
    path = person(
        (20, -0.1, 0.5, 0.26, 0.26),
        (24, 0.5, 0.5, 0.26, 0.26),
        (40, 0.5, 0.5, 0.26, 0.26),
        (41, 0.5, 0.5, 0.64, 0.24),
        (90, 0.5, 0.5, 0.64, 0.24),
        (92, 0.5, 0.5, 0.26, 0.26),
        (100, 0.5, 0.5, 0.26, 0.26),
    )
    assert said(lived(Scene(paths=[path]), 110, rules=rules), "fall") == [True, False]


def test_bodies_are_apart_or_together_and_specks_are_none() -> None:
    warm = [0.0] * 64
    for at in (9, 10, 17, 18, 45, 46, 54, 63):
        warm[at] = 3.0
    found = find_bodies(warm, 8, warmer_k=1.5, least_share=0.03)
    assert [sorted(body.pixels) for body in found] in (
        [[9, 10, 17, 18], [45, 46, 54, 63]],
        [[45, 46, 54, 63], [9, 10, 17, 18]],
    )
    assert find_bodies(warm, 8, warmer_k=1.5, least_share=0.1) == []


@given(
    st.lists(
        st.lists(st.one_of(st.floats(-60, 400), st.just(float("nan"))), min_size=16, max_size=16).filter(
            lambda one: sum(value == value for value in one) > 8
        ),
        min_size=1,
        max_size=12,
    ),
    st.lists(st.floats(-5, 100), min_size=12, max_size=12),
)
@settings(max_examples=60)
def test_any_pictures_and_any_clock(frames: list[list[float]], steps: list[float]) -> None:
    """Nothing breaks, a stillness is never below 0, and a fall begins before it ends."""
    room, now_s, fallen = (
        Room(ThermalSettings(fall_still_s=1, present_after_s=0.1, still_every_s=5)),
        0.0,
        False,
    )
    for celsius, step in zip(frames, steps, strict=False):
        now_s += step
        care = room.looked(Frame(width=4, height=4, celsius=tuple(celsius)), now_s)
        if care.fall is not None:
            assert care.fall is not fallen
            fallen = care.fall
        assert care.still_s is None or care.still_s >= 0 or step < 0


def test_the_empty_room_is_not_learned_from_a_body() -> None:
    background = Background()
    for _ in range(9):
        background.differences([20.0] * 4)
    background.learn([25.0, 20.4, 20.0, 20.0], {0}, 600)
    assert background.celsius[0] == 20.0
    assert background.celsius[1] > 20.0
