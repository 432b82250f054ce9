"""The numbers: what is measured of a community, a metric or a small family a file."""

from bot.facts import Facts
from bot.metrics import (
    activity,
    answers,
    channels,
    graph,
    growth,
    newcomers,
    retention,
    rhythm,
    size,
    talk,
    voices,
)
from bot.metrics.catalogue import CATALOGUE
from bot.metrics.figure import Figure, Unit
from bot.metrics.metric import Metric
from bot.metrics.needs import honest

METRICS: tuple[Metric, ...] = (
    Metric("headcount", size.headcount),
    Metric("reachable", size.reachable),
    Metric("dau", activity.dau),
    Metric("wau", activity.wau),
    Metric("mau", activity.mau),
    Metric("stickiness", activity.stickiness),
    Metric("regularity", activity.regularity),
    Metric("participation_rate", size.participation_rate),
    Metric("l28_4plus", activity.l28_4plus),
    Metric("non_new_communicators", activity.non_new_communicators),
    Metric("gini", voices.gini),
    Metric("n2_voices", voices.n2_voices),
    Metric("top1_share", voices.top1_share),
    Metric("bus_factor", voices.bus_factor),
    Metric("hero_survival", graph.hero_survival),
    Metric("degree_centralisation", graph.degree_centralisation),
    Metric("giant_component", graph.giant_component),
    Metric("clustering", graph.clustering),
    Metric("reciprocity", graph.reciprocity),
    Metric("activation_7d", newcomers.activation_7d),
    Metric("newcomer_first_reply_24h", newcomers.newcomer_first_reply_24h),
    Metric("retention_d1", retention.retention_d1),
    Metric("retention_w1", retention.retention_w1),
    Metric("retention_w4", retention.retention_w4),
    Metric("growth", growth.growth),
    Metric("quick_ratio", growth.quick_ratio),
    Metric("core_kept", growth.core_kept),
    Metric("early_leave_rate", newcomers.early_leave_rate),
    Metric("answer_rate_24h", answers.answer_rate_24h),
    Metric("answer_rate_1h", answers.answer_rate_1h),
    Metric("first_response_time", answers.first_response_time),
    Metric("conversation_depth", talk.conversation_depth),
    Metric("conversations_3plus", talk.conversations_3plus),
    Metric("response_ratio", talk.response_ratio),
    Metric("member_voice_share", talk.member_voice_share),
    Metric("channel_entropy", channels.channel_entropy),
    Metric("rhythm", rhythm.rhythm),
)


def measure(facts: Facts) -> dict[str, Figure]:
    """Every figure of the catalogue; what is not measured yet has no value and n 0.

    Nor has one that rests on what was hidden.
    """
    measured = {metric.id: metric.measure(facts) for metric in METRICS}
    return {
        id_: honest(id_, measured.get(id_) or _unmeasured(unit, facts.days), facts)
        for id_, unit in CATALOGUE.items()
    }


def _unmeasured(unit: Unit, window: int) -> Figure:
    x = 0 if unit is Unit.SHARE else None
    return Figure(None, 0, unit, enough=False, x=x, window_days=window)
