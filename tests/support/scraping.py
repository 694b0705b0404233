"""What Prometheus would read of a server."""

from urllib.request import urlopen

from prometheus_client.parser import text_string_to_metric_families


def scraped(address: str) -> dict[tuple[str, str], float]:
    """The numbers that `host:port` tells, by name and namespace (empty: of the whole server)."""
    with urlopen(f"http://{address}/metrics") as answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    return {
        (sample.name, sample.labels.get("namespace", "")): sample.value
        for family in families
        for sample in family.samples
    }
