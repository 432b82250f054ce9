"""The examples of METRICS-READINGS I, N, C and L, and of growth."""

from tests.oracle_example import Example, alone, edge, everybody
from tests.worlds_lines import joined, left, member, reacted, said, talked

STAR = [edge("ana", "bob"), edge("ana", "cyd")]
INEQUALITY = {
    "I1 gini over those who wrote": Example(
        [
            *alone("a", "02-10", "02-11", "02-12", "02-13"),
            *alone("b", "02-10", "02-11"),
            *alone("c", "02-10"),
            *alone("d", "02-10"),
            reacted("e", "c 02-10", "02-10 13:00"),
        ],
        {"gini": 5 / 16, "top1_share": (4, 8), "bus_factor": 2, "n2_voices": 64 / 22},
    ),
    "I2 the hero is in neither number": Example(STAR, {"hero_survival": (0, 2)}),
    "I3 voice is no edge": Example(
        [talked("c", "02-10 12:00", "02-10 12:30"), talked("s", "02-10 12:00", "02-10 12:30")],
        {"mau": 2, "reciprocity": (0, 0), "giant_component": (1, 2)},
    ),
    "I4 centralisation of a star": Example(
        [*STAR, *alone("dan", "02-10"), *alone("eve", "02-10")], {"degree_centralisation": 1}
    ),
    "I5 the component that holds most": Example(
        [*STAR, *alone("bob", "02-10"), *alone("cyd", "02-10"), *alone("eve", "02-10")],
        {"giant_component": (3, 4)},
    ),
}

WEEKS = [
    *alone("new1", "02-25"),
    *alone("new2", "02-26"),
    *alone("again", "01-08", "02-27"),
    *alone("lost1", "02-18"),
    *alone("lost2", "02-19"),
]
GROWTH: dict[str, int] = {"new": 2, "retained": 0, "resurrected": 1, "churned": 2}

NEWCOMERS = {
    "N1 who joined 30 December to 23 February": Example(
        [
            *everybody({"b": "02-23", "c": "02-24"}),
            joined("a", "2024-12-30T00:00:00Z"),
            joined("z", "2024-12-29T23:59:59Z"),
        ],
        {"activation_7d": (0, 2)},
    ),
    "N2 first posts 5 January to 1 March": Example(
        [
            *everybody({"a": "01-04", "b": "01-05", "c": "03-01", "d": "03-02"}),
            *alone("a", "01-04"),
            *alone("b", "01-05"),
            *alone("c", "03-01"),
            *alone("d", "03-02"),
        ],
        {"newcomer_first_reply_24h": (0, 2)},
    ),
    "N2 a first post on day 41 is no newcomer's": Example(
        [joined("a", "2024-12-20T12:00:00Z"), *alone("a", "01-30")],
        {"newcomer_first_reply_24h": (0, 0)},
    ),
    "N3 a reply after 11 h, a reaction after 26 h": Example(
        [
            *everybody({"a": "02-10", "b": "02-10"}),
            said("1", "a", "02-10 12:00"),
            said("2", "b", "02-11 12:00"),
            said("3", "old", "02-10 23:00", re="1"),
            reacted("old", "2", "02-12 14:00"),
        ],
        {"newcomer_first_reply_24h": (1, 2)},
    ),
    "N4 the cohorts of D1": Example(
        everybody({"a": "01-03", "b": "01-04", "c": "02-28", "d": "03-01"})
        + alone("b", "01-05")
        + alone("c", "02-28"),
        {"retention_d1": (1, 2)},
    ),
    "N4 the cohorts of W1": Example(
        [
            joined("a", "2024-12-22T12:00:00Z"),
            joined("b", "2024-12-23T12:00:00Z"),
            *everybody({"c": "02-16", "d": "02-17"}),
            *alone("b", "01-05"),
            *alone("c", "03-02"),
        ],
        {"retention_w1": (1, 2)},
    ),
    "N4 the cohorts of W4": Example(
        [
            joined("a", "2024-12-01T12:00:00Z"),
            joined("b", "2024-12-02T12:00:00Z"),
            *everybody({"c": "01-26", "d": "01-27"}),
            *alone("c", "02-23"),
        ],
        {"retention_w4": (1, 2)},
    ),
    "N5 new is the first word ever": Example(
        [joined("a", "01-05 12:00"), *alone("a", "02-26"), *alone("b", "01-10", "02-26")],
        {"growth": {"new": 1, "retained": 0, "resurrected": 1, "churned": 0}, "quick_ratio": None},
    ),
    "O3 N6 growth has parts, the last week is not smoothed": Example(
        WEEKS, {"growth": GROWTH, "quick_ratio": 1.5}
    ),
    "N7 7 and 14 January are core": Example(
        [*alone("a", "01-07", "01-14"), *alone("b", "01-07", "01-08"), *alone("a", "02-10")],
        {"core_kept": (1, 1)},
    ),
    "N8 left by themselves within a day": Example(
        [
            *everybody({"a": "02-02", "b": "02-10", "c": "02-10", "d": "03-01", "e": "03-02"}),
            left("b", "02-10 17:00"),
            left("c", "02-12 12:00", how="left"),
            left("d", "03-01 13:00", how="banned"),
            left("e", "03-02 13:00"),
        ],
        {"early_leave_rate": (1, 4)},
    ),
}

CONVERSATIONS = {
    "C1 thanks after three hours are a new start": Example(
        [said("1", "c", "02-10 12:00"), said("2", "a", "02-10 15:00", "c")],
        {"response_ratio": (0, 2)},
    ),
    "C2 an inferred link addresses nobody": Example(
        [
            said("1", "a", "02-10 12:00"),
            said("2", "b", "02-10 12:01", re="1"),
            said("3", "a", "02-10 12:02"),
            said("4", "b", "02-10 12:08"),
        ],
        {"response_ratio": (1, 2), "conversation_depth": 3},
    ),
    "C3 a reply to the unknown is no start": Example(
        [
            said("1", "a", "02-10 12:00", re="999", ask=True),
            said("2", "b", "02-10 12:01", re="1"),
        ],
        {"response_ratio": (0, 0), "answer_rate_24h": (0, 0), "conversation_depth": None},
    ),
    "C4 an explicit reply after 49 h is a conversation of its own": Example(
        [said("1", "a", "02-10 12:00", ask=True), said("2", "b", "02-12 13:00", re="1")],
        {"response_ratio": (1, 2), "answer_rate_24h": (0, 1), "conversation_depth": None},
    ),
    "C4 after 23.5 h it is the same one": Example(
        [said("1", "a", "02-10 12:00"), said("2", "b", "02-11 11:30", re="1")],
        {"response_ratio": (1, 1), "conversation_depth": 2},
    ),
    "C5 a bot's greeting starts nothing": Example(
        [
            member("robot", is_bot=True),
            said("1", "robot", "02-10 12:00", "nia"),
            said("2", "nia", "02-10 12:02", ask=True),
        ],
        {"answer_rate_24h": (0, 1), "response_ratio": (0, 1)},
    ),
    "C5 a reply to a bot's message is no start": Example(
        [
            member("robot", is_bot=True),
            said("1", "robot", "02-10 12:00", "nia"),
            said("2", "nia", "02-10 12:02", ask=True, re="1"),
            said("3", "ana", "02-10 12:03", re="2"),
        ],
        {"answer_rate_24h": (0, 0), "response_ratio": (0, 0)},
    ),
    "C6 sizes 1 1 1 2 3 4": Example(
        [
            said("1", "a", "02-10 12:00"),
            said("2", "a", "02-11 12:00"),
            said("3", "a", "02-12 12:00"),
            said("4", "a", "02-13 12:00"),
            said("41", "b", "02-13 12:01", re="4"),
            said("5", "a", "02-14 12:00"),
            said("51", "b", "02-14 12:01", re="5"),
            said("52", "c", "02-14 12:02", re="51"),
            said("6", "a", "02-15 12:00"),
            said("61", "b", "02-15 12:01", re="6"),
            said("62", "a", "02-15 12:02", re="61"),
            said("63", "b", "02-15 12:03", re="62"),
        ],
        {"conversation_depth": 3, "conversations_3plus": (1, 6)},
    ),
    "C7 a conversation of 2 February is left out": Example(
        [said("1", "a", "02-02 23:59"), said("2", "b", "02-03 00:01", re="1")],
        {"response_ratio": (0, 0), "conversation_depth": None},
    ),
    "C8 any answer until T": Example(
        [
            said("1", "a", "02-10 12:00", ask=True),
            said("2", "a", "02-11 11:00", re="1"),
            said("3", "b", "02-12 10:00", re="2"),
        ],
        {"response_ratio": (1, 1), "answer_rate_24h": (0, 1)},
    ),
    "C9 a reply to the second line answers the first": Example(
        [
            member("a", is_staff=True),
            said("1", "a", "02-10 12:00", ask=True),
            said("2", "a", "02-10 12:03"),
            said("3", "c", "02-10 12:30", re="2"),
        ],
        {"answer_rate_24h": (1, 1), "answer_rate_1h": (1, 1)},
    ),
    "L5 four people and one": Example(
        [
            *(said(user, user, "02-10 12:00") for user in "abcd"),
            said("2", "a", "02-10 12:00", channel="c2"),
        ],
        {"channel_entropy": 0.7219280948873623},
    ),
}

EXAMPLES: dict[str, Example] = {**INEQUALITY, **NEWCOMERS, **CONVERSATIONS}
