"""The metrics page is what Prometheus reads."""

from prometheus_client.parser import text_string_to_metric_families

from chassis import Metric, labelled, metrics_page, number


def test_the_page_is_read_back_by_the_library() -> None:
    def collect() -> list[Metric]:
        return [
            number("lilong_queue", "Waiting", 3),
            labelled("lilong_fate", "Readings", "fate", {"stored": 5, "repeated": 1}, counter=True),
            labelled("lilong_none", "Nothing yet", "what", {}),
        ]

    page, kind = metrics_page(collect)
    families = {family.name: family for family in text_string_to_metric_families(page.decode())}
    assert kind.startswith("text/plain")
    assert families["lilong_queue"].samples[0].value == 3
    fates = {row.labels["fate"]: row.value for row in families["lilong_fate"].samples}
    assert fates == {"stored": 5, "repeated": 1}
    assert families["lilong_fate"].type == "counter"
