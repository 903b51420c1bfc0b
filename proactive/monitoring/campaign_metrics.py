"""What Prometheus scrapes of campaigns. Every value of a label is one of a few known words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily, Metric

from proactive.monitoring.campaign_snapshot import CampaignSnapshot


def campaign_metrics(snapshot: CampaignSnapshot, pumpless: int | None) -> Iterator[Metric]:
    """The metrics of campaigns; `pumpless` is how many instances have no pump, None where nobody can tell."""
    yield by("aurora_campaigns", "Campaigns by state; those that are over for a day.", "state", snapshot.campaigns)
    yield by("aurora_paused_campaigns", "Paused campaigns by the cause.", "cause", snapshot.paused)
    text = "Clients of confirmed campaigns by what came of them; of those that are over for a day."
    yield by("aurora_campaign_clients", text, "status", snapshot.clients)
    yield by("aurora_campaign_unsent_clients", "Those of them that got nothing, by reason.", "reason", snapshot.unsent)
    text = "Numbers whose campaigns the breaker pauses, by its cause."
    yield by("aurora_campaign_paused_numbers", text, "cause", snapshot.numbers)
    if pumpless is not None:
        text = "Instances with live campaigns that have no pump: nobody hands them over."
        yield GaugeMetricFamily("aurora_campaign_pumpless_instances", text, pumpless)


def by(name: str, text: str, label: str, values: Mapping[str, int]) -> Metric:
    """A gauge with one label."""
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family
