"""Limits, and readings where METRICS-READINGS is silent, as tiny communities."""

from tests.oracle_example import Example, everybody
from tests.worlds_lines import deleted, joined, member, reacted, said, talked

ROBOT = member("robot", is_bot=True)

RULES = {
    "§1.3 rule 2 tries the first human mentioned, and only that one": Example(
        [
            ROBOT,
            said("1", "b", "02-10 10:00"),
            said("2", "c", "02-10 12:00"),
            said("3", "a", "02-10 12:10", "a", "robot", "b", "c"),
        ],
        {"response_ratio": (0, 3)},
    ),
    "§1.3 rule 2 passes over a bot and reaches back 60 minutes": Example(
        [ROBOT, said("1", "b", "02-10 11:00"), said("2", "a", "02-10 12:00", "robot", "b")],
        {"response_ratio": (1, 1)},
    ),
    "§1.3 rule 3 takes the latest message to the author": Example(
        [
            said("1", "a", "02-10 12:00"),
            said("2", "b", "02-10 12:10", re="1"),
            said("3", "c", "02-10 12:15", re="gone", re_author="a"),
            said("4", "a", "02-10 12:20"),
        ],
        {"conversation_depth": 2, "response_ratio": (1, 1)},
    ),
    "§1.3 rule 3 looks after the author's own last message": Example(
        [
            said("1", "d", "02-10 11:00"),
            said("2", "b", "02-10 11:50", re="gone", re_author="a"),
            said("3", "a", "02-10 11:51", re="1"),
            said("4", "a", "02-10 12:10"),
        ],
        {"response_ratio": (1, 2)},
    ),
    "§1.3 rule 3 reaches back 30 minutes": Example(
        [
            said("1", "b", "02-10 12:00", "a"),
            said("2", "a", "02-10 12:30"),
            said("3", "b", "02-11 12:00", "a"),
            said("4", "a", "02-11 12:31"),
        ],
        {"response_ratio": (1, 3)},
    ),
    "§1.3 rule 4 reaches back five minutes": Example(
        [
            said("1", "a", "02-10 12:00"),
            said("2", "a", "02-10 12:05"),
            said("3", "a", "02-10 12:11"),
        ],
        {"response_ratio": (0, 2), "conversation_depth": 2},
    ),
    "§1.3 a thread separates conversations and not identities": Example(
        [
            said("1", "a", "02-10 12:00", thread="t1"),
            said("2", "b", "02-10 12:01", "a"),
            said("3", "c", "02-10 12:02", re="1"),
        ],
        {"response_ratio": (1, 2)},
    ),
    "§1.3 a bot's own message follows what it answers": Example(
        [
            ROBOT,
            said("1", "a", "02-10 12:00"),
            said("2", "robot", "02-10 12:01", re="1"),
            said("3", "b", "02-10 12:02", re="2"),
        ],
        {"response_ratio": (1, 1), "conversation_depth": 2},
    ),
    "Q1 the limit of 24 h is within": Example(
        [
            said("1", "a", "02-10 12:00", ask=True),
            said("2", "b", "02-11 12:00", re="1"),
            said("3", "a", "02-12 12:00", ask=True),
            said("4", "b", "02-12 13:00", re="3"),
            said("5", "a", "02-13 12:00"),
        ],
        {"answer_rate_24h": (2, 2), "answer_rate_1h": (1, 2)},
    ),
    "Q1 questions of the last day are not yet counted": Example(
        [
            said("1", "a", "02-01 12:00", ask=True),
            said("2", "a", "02-02 12:00", ask=True),
            said("3", "a", "03-01 12:00", ask=True),
            said("4", "a", "03-02 12:00", ask=True),
            said("5", "b", "03-02 12:01", re="4"),
        ],
        {"answer_rate_24h": (0, 2)},
    ),
}

ORDER = {
    "T4 of equal length, a digit comes before a letter": Example(
        [said("m-7", "a", "02-10 12:00", re="128"), said("128", "b", "02-10 12:00")],
        {"response_ratio": (1, 1), "reciprocity": (0, 1)},
    ),
    "T4 ids too long for an integer are still longer": Example(
        [said("98", "a", "02-10 12:00"), said("9" * 30, "b", "02-10 12:00", re="98")],
        {"response_ratio": (1, 1), "reciprocity": (0, 1)},
    ),
    "T3 a deletion after T does not make anybody new": Example(
        [
            said("1", "a", "2024-11-01T12:00:00Z"),
            said("2", "a", "02-27 12:00"),
            deleted("2", "03-10 12:00", by_moderator=True),
        ],
        {"growth": {"new": 0, "retained": 0, "resurrected": 1, "churned": 0}},
    ),
}

REACTIONS = {
    "two adds without a removal are the first": Example(
        [
            reacted("a", "1", "02-02 12:00", message_author="b"),
            reacted("a", "1", "02-03 12:00", message_author="b"),
        ],
        {"reciprocity": (0, 0)},
    ),
    "a removal of the same instant takes the add away": Example(
        [
            reacted("a", "1", "02-10 12:00", op="remove", message_author="b"),
            reacted("a", "1", "02-10 12:00", message_author="b"),
        ],
        {"reciprocity": (0, 0), "reachable": 0},
    ),
    "one's own message, an unknown author: present, no interaction": Example(
        [
            said("1", "a", "01-01 12:00"),
            reacted("a", "1", "02-10 12:00"),
            reacted("b", "gone", "02-10 12:00"),
        ],
        {"reciprocity": (0, 0), "reachable": 2, "mau": 0},
    ),
    "on a moderated message: a head and nothing else": Example(
        [
            said("1", "a", "02-10 12:00"),
            reacted("b", "1", "02-10 12:01"),
            deleted("1", "02-10 12:02", by_moderator=True),
        ],
        {"reciprocity": (0, 0), "reachable": 0, "headcount": 2},
    ),
    "nobody welcomes themselves": Example(
        [
            joined("a", "02-10 11:00"),
            said("1", "a", "02-10 12:00"),
            said("2", "a", "02-10 12:01"),
            reacted("a", "1", "02-10 12:02"),
        ],
        {"newcomer_first_reply_24h": (0, 1)},
    ),
}

DAYS = {
    "who joins after T is not there": Example(
        [joined("a", "03-02 23:59"), joined("b", "03-03 00:00")], {"headcount": 1}
    ),
    "reachable for 28 days by joining, for 91 by acting": Example(
        [
            *everybody({"a": "02-02", "b": "02-03"}),
            said("1", "d", "2024-12-02T00:00:00Z"),
            said("2", "e", "2024-12-01T23:59:59Z"),
        ],
        {"reachable": 2},
    ),
    "voice of two days, or of two channels, is not together": Example(
        [
            talked("a", "02-10 12:00", "02-10 12:10"),
            talked("b", "02-11 12:00", "02-11 12:10"),
            talked("c", "02-10 12:00", "02-10 12:10", "v2"),
        ],
        {"mau": 0},
    ),
    "voice ends at T": Example(
        [
            talked("a", "03-02 23:56", "03-03 00:30"),
            talked("b", "03-02 23:56", "03-03 00:30"),
        ],
        {"mau": 0, "reachable": 0},
    ),
    "one person counts once in each channel, voice among them": Example(
        [
            said("1", "a", "02-10 12:00"),
            said("2", "b", "02-10 12:00"),
            talked("a", "02-10 12:00", "02-10 12:30"),
            talked("c", "02-10 12:00", "02-10 12:30"),
            talked("d", "02-11 12:00", "02-11 12:30"),
        ],
        {"channel_entropy": 1},
    ),
}

EXAMPLES: dict[str, Example] = {**RULES, **ORDER, **REACTIONS, **DAYS}
