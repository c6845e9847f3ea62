"""A hello is said again until it is answered, and then only now and then."""

from edge_agent.uplink.greeting import Greeting


def test_hellos_without_an_answer_grow_rarer() -> None:
    greeting = Greeting(every_s=300.0, answer_within_s=10.0)
    now, times = 0.0, []
    for _ in range(8):
        now = greeting.due_at
        times.append(now)
        greeting.said(now)
    assert times == [0, 10, 30, 70, 150, 310, 610, 910]


def test_an_answer_makes_the_next_one_rare() -> None:
    greeting = Greeting(every_s=300.0, answer_within_s=10.0)
    greeting.said(0.0)
    greeting.answered(1.0)
    assert greeting.due_at == 301.0
    greeting.answered(200.0)  # a late copy of the answer changes nothing
    assert greeting.due_at == 301.0
    greeting.said(301.0)
    assert greeting.due_at == 311.0


def test_news_is_told_at_once_and_waited_for_anew() -> None:
    greeting = Greeting(every_s=300.0, answer_within_s=10.0)
    for now in (0.0, 10.0, 30.0):
        greeting.said(now)
    greeting.hurry(50.0)
    assert greeting.due_at == 50.0
    greeting.said(50.0)
    assert greeting.due_at == 60.0
