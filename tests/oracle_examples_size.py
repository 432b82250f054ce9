"""The examples of METRICS-READINGS T, O, M and A."""

from datetime import date

from tests.oracle_example import Example, alone, edge, everybody
from tests.worlds_lines import (
    deleted,
    gap,
    joined,
    left,
    member,
    opened,
    reacted,
    said,
    talked,
    voted,
)

SECOND_ADD = [
    reacted("ana", "1", "03-01 09:00", message_author="bob"),
    reacted("ana", "1", "03-02 09:00", op="remove", message_author="bob"),
    reacted("ana", "1", "03-03 09:00", message_author="bob"),
]
SPAM = [
    said("1", "spammer", "02-10 12:00"),
    said("2", "ana", "02-10 12:05", re="1"),
    deleted("1", "02-10 12:10", by_moderator=True),
]
TAKEN_BACK = [
    reacted("ana", "1", "03-01 12:00", message_author="bob"),
    reacted("ana", "1", "03-05 12:00", op="remove", message_author="bob"),
]
TIME = {
    "T1 a message after midnight is outside": Example(
        [*alone("a", "03-02"), said("2", "b", "03-03 00:10")], {"dau": 1, "mau": 1}
    ),
    "T1 28 days begin on 3 February": Example(
        [said("1", "a", "02-02 23:59"), said("2", "b", "02-03 00:00")], {"mau": 1}
    ),
    "T2 six days and 20 minutes can be day 7": Example(
        [joined("a", "02-03 23:50"), reacted("a", "1", "02-10 00:10")], {"activation_7d": (0, 1)}
    ),
    "T2 day 6 ends at midnight": Example(
        [joined("a", "02-03 23:50"), reacted("a", "1", "02-09 23:59")], {"activation_7d": (1, 1)}
    ),
    "T3 a later removal does not exist yet": Example(
        TAKEN_BACK, {"reachable": 1, "reciprocity": (0, 1)}
    ),
    "T3 a removal counts from its day": Example(
        TAKEN_BACK, {"reachable": 0, "reciprocity": (0, 0)}, date(2025, 3, 9)
    ),
    "T4 9 comes before 10": Example(
        [said("9", "a", "02-10 12:00"), said("10", "b", "02-10 12:00", re="9")],
        {"response_ratio": (1, 1), "conversation_depth": 2},
    ),
    "T4 what is answered comes before its answer, whatever the ids": Example(
        [said("10", "a", "02-10 12:00"), said("9", "b", "02-10 12:00", re="10")],
        {"response_ratio": (1, 1), "reciprocity": (0, 1)},
    ),
    "T5 a week is seven days back": Example(
        [*alone("a", "02-26"), *alone("b", "02-27")], {"wau": 1}, date(2025, 3, 5)
    ),
}

OUTPUT = {
    "O1 two of three questions answered": Example(
        [
            said("1", "a", "02-10 12:00", ask=True),
            said("2", "b", "02-10 12:10", re="1"),
            said("3", "c", "02-12 12:00", ask=True),
            said("4", "b", "02-12 12:10", re="3"),
            said("5", "d", "02-14 12:00", ask=True),
        ],
        {"answer_rate_24h": (2, 3), "answer_rate_1h": (2, 3)},
    ),
    "O1 nothing at all": Example(
        [member("a")],
        {
            "headcount": 1,
            "mau": 0,
            "stickiness": None,
            "regularity": None,
            "gini": None,
            "n2_voices": None,
            "bus_factor": None,
            "answer_rate_24h": (0, 0),
            "quick_ratio": None,
            "giant_component": (0, 0),
        },
    ),
    "O4 six hours down": Example(
        [gap("02-10 00:00", "02-10 05:00"), gap("02-10 03:00", "02-10 06:00")],
        {"coverage": 1 - 6 / 672},
    ),
    "O4 one channel, or another month, is no gap": Example(
        [gap("02-10 00:00", "02-10 05:00", "c1"), gap("01-01 00:00", "02-03 00:00")],
        {"coverage": 1},
    ),
}

MEMBERS = {
    "M1 who wrote is present, who was mentioned is not": Example(
        [said("1", "bob", "02-10 12:00", "zed")], {"headcount": 1}
    ),
    "M1 votes, reactions, voice and a member line make a head": Example(
        [
            voted("a", "02-10 12:00"),
            reacted("b", "1", "02-10 12:00", message_author="unseen"),
            talked("c", "02-10 12:00", "02-10 12:01"),
            member("d", is_staff=True),
        ],
        {"headcount": 4, "reachable": 2},
    ),
    "M2 a delayed message brings nobody back": Example(
        [joined("a", "02-01 12:00"), left("a", "02-10 12:00"), said("1", "a", "02-10 12:01")],
        {"headcount": 0, "mau": 1},
    ),
    "M3 who comes back is no newcomer": Example(
        [
            joined("a", "2023-05-01T12:00:00Z"),
            left("a", "2024-05-01T12:00:00Z"),
            joined("a", "02-20 12:00"),
        ],
        {"headcount": 1, "reachable": 0, "activation_7d": (0, 0), "retention_d1": (0, 0)},
    ),
    "M4 without joins nobody is new": Example(
        [*alone("a", "02-28"), *alone("b", "03-01")],
        {"newcomer_first_reply_24h": (0, 0), "non_new_communicators": 2},
    ),
    "M5 a leaver was active and is not reachable": Example(
        [*alone("eve", "02-12"), left("eve", "02-26 12:00")], {"mau": 1, "reachable": 0}
    ),
    "M6 leavers are not in the participation rate": Example(
        [
            *alone("ana", "02-12"),
            *alone("bob", "02-12"),
            *alone("cyd", "02-12"),
            *alone("eve", "02-12"),
            left("eve", "02-26 12:00"),
        ],
        {"participation_rate": (3, 3), "mau": 4},
    ),
    "M7 who only reacts is no active member": Example(
        [*alone("a", "02-10", "02-11", "02-12", "02-13"), reacted("b", "a 02-10", "02-10 13:00")],
        {"l28_4plus": (1, 1), "giant_component": (1, 1)},
    ),
    "M8 bots count nowhere": Example(
        [
            said("1", "ana", "02-10 12:00", "robot"),
            said("2", "robot", "02-10 12:01", "ana", re="1"),
            reacted("bob", "2", "02-10 12:02"),
            member("robot", is_bot=True),
        ],
        {"headcount": 2, "mau": 1, "reachable": 1, "reciprocity": (0, 0)},
    ),
    "M9 an id never seen acting is a human": Example(
        [said("1", "ana", "02-10 12:00", re="999", re_author="zed")],
        {"headcount": 1, "reciprocity": (0, 1)},
    ),
}

ACTIVITY = {
    "A1 three and four minutes are nothing": Example(
        [
            talked("a", "02-10 23:57", "02-11 00:04"),
            talked("b", "02-10 23:57", "02-11 00:04"),
        ],
        {"mau": 0, "reachable": 0, "headcount": 2},
    ),
    "A1 five minutes add up in one day, with one other": Example(
        [
            talked("a", "02-10 12:00", "02-10 13:00"),
            talked("b", "02-10 12:00", "02-10 12:02"),
            talked("b", "02-10 12:57", "02-10 13:00"),
            talked("c", "02-10 12:56", "02-10 13:00"),
        ],
        {"mau": 2, "reachable": 2},
    ),
    "A1 alone in voice is present and no communicator": Example(
        [talked("a", "02-10 12:00", "02-10 12:05"), opened("b", "02-10 12:00")],
        {"mau": 0, "reachable": 2},
    ),
    "A2 a young community divides by 28": Example(
        alone("a", *(f"02-{day}" for day in range(10, 20))), {"stickiness": 10 / 28}
    ),
    "A3 seven days old at T": Example(
        [*everybody({"a": "02-23", "b": "02-24"}), *alone("a", "02-28"), *alone("b", "02-28")],
        {"non_new_communicators": 1, "wau": 2},
    ),
    "A4 an interaction is of the day it was sent": Example(
        [said("1", "ana", "02-02 12:00"), said("2", "bob", "02-03 12:00", re="1")],
        {"reciprocity": (0, 1)},
    ),
    "A4 inferred replies are no interaction": Example(
        [said("1", "ana", "02-10 12:00", "bob"), said("2", "bob", "02-10 12:01")],
        {"reciprocity": (0, 1), "response_ratio": (1, 1)},
    ),
    "A5 reply and mention weigh two": Example(
        [
            said("1", "ana", "02-10 12:00"),
            said("2", "bob", "02-10 12:01", "ana", re="1"),
            edge("xia", "yan"),
            edge("yul", "yan"),
        ],
        {"hero_survival": (3, 4)},
    ),
    "A6 taken back, nothing": Example(SECOND_ADD, {"reachable": 0, "headcount": 1}),
    "A6 the add that stands": Example(
        SECOND_ADD, {"reachable": 1, "reciprocity": (0, 1)}, date(2025, 3, 3)
    ),
    "A7 a moderated message was never sent": Example(
        SPAM, {"headcount": 2, "mau": 1, "reciprocity": (0, 1), "response_ratio": (0, 0)}
    ),
    "A7 its author may delete it": Example(
        [*SPAM[:2], deleted("1", "02-10 12:10", by_moderator=False)],
        {"headcount": 2, "mau": 2, "response_ratio": (1, 1)},
    ),
    "A8 message 5 of two chats": Example(
        [
            said("5", "ana", "02-10 12:00"),
            said("5", "bob", "02-10 12:00", channel="c2"),
            said("6", "cyd", "02-10 12:01", channel="c2", re="5", re_author="ana"),
            said("7", "bob", "02-10 14:00", re="none", re_author="cyd"),
        ],
        {"mau": 3, "reciprocity": (2, 2), "response_ratio": (1, 2)},
    ),
}

EXAMPLES: dict[str, Example] = {**TIME, **OUTPUT, **MEMBERS, **ACTIVITY}
