"""Counts and gauges as a Prometheus page."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct


class Metric(Struct, frozen=True, kw_only=True):
    """One metric with its values by labels; `counter` says that it only rises."""

    name: str
    text: str
    values: Mapping[tuple[tuple[str, str], ...], float]
    counter: bool = False


def number(name: str, text: str, value: float, *, counter: bool = False) -> Metric:
    """Give a metric without labels."""
    return Metric(name=name, text=text, values={(): value}, counter=counter)


def labelled(
    name: str,
    text: str,
    label: str,
    values: Mapping[str, float],
    *,
    counter: bool = False,
) -> Metric:
    """Give a metric with one label."""
    return Metric(
        name=name,
        text=text,
        values={((label, key),): n for key, n in values.items()},
        counter=counter,
    )


def metrics_page(collect: Callable[[], Iterable[Metric]]) -> tuple[bytes, str]:
    """Render metrics in the Prometheus text format and return the page and its content type."""
    from prometheus_client import (
        CollectorRegistry,  # 3 MB that an unscraped gateway never needs
    )
    from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Adapter(collect))  # type: ignore[arg-type]  # the library asks for a class, uses the method
    return generate_latest(registry), CONTENT_TYPE_LATEST


class _Adapter:
    def __init__(self, collect: Callable[[], Iterable[Metric]]) -> None:
        self._collect = collect

    def collect(self) -> Iterator[object]:
        """Give each metric in the library's own form."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        for metric in self._collect():
            family = CounterMetricFamily if metric.counter else GaugeMetricFamily
            labels = [label for label, _ in next(iter(metric.values), ())]
            out = family(metric.name, metric.text, labels=labels)
            for values, value in metric.values.items():
                out.add_metric([text for _, text in values], value)
            yield out
