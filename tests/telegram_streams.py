"""Nasty streams of Telegram's updates: groups in which everything happens, from a seed."""

import random
from collections.abc import Sequence
from typing import Any

from tests.fakes.telegram_world import BOT_ID
from tests.telegram_updates import (
    ANONYMOUS,
    AS_CHANNEL,
    FILE,
    HIDDEN,
    MEDIA,
    PHOTO,
    POLL,
    SERVICE,
    emoji,
)
from tests.telegram_updates import member as membership

Json = dict[str, Any]

NOON = 1_714_564_800
FORUM, PLAIN, BLIND, SUPER = -1001000000001, -1001000000002, -1001000000003, -1001000000004
BASIC = -4001
ASIDE = -1001000000078
CHANNEL = {"id": -1001000000077, "type": "channel", "title": "News"}
TITLES = {FORUM: "Forum", PLAIN: "Plain", BLIND: "Blind", SUPER: "Small", BASIC: "Small"}
SILENT: Json = {"id": 2002, "is_bot": True, "first_name": "Silent", "username": "SilentBot"}
ROBOT: Json = {"id": 2001, "is_bot": True, "first_name": "Robot", "username": "RobotBot"}
OURS = {"id": BOT_ID, "is_bot": True, "first_name": "Foyer", "username": "foyer_bot"}
PEOPLE: list[Json] = [
    {"id": 1001 + n, "is_bot": False, "first_name": f"P{n}"}
    | ({"username": f"p{n}"} if n % 2 else {})
    for n in range(8)
]
PIECES = (
    ("hello there", None),
    ("👩‍👩‍👧 🏃🏽", None),
    ("shall we?", None),
    ("où ça ？", None),
    ("متى؟", None),
    ("a || b ? c : d", "code"),
    ("?.", "code"),
    ("SELECT ?", "pre"),
    ("https://a.example/?q=1", "url"),
    ("b.example/x?y", "url"),
    ("this page", "text_link"),
    ("Ana 🦊", "text_mention"),
    ("Silent", "robot_mention"),
    ("@p1", "mention"),
    ("/stats", "bot_command"),
    ("bold?", "bold"),
    ("𝔘𝔫𝔦", "italic"),
)
EMOJI = ("👍", "❤", "🔥", "👎", "🙏", "5368324170671202286", "5368324170671202287", "paid")


STATUSES: tuple[tuple[str, Json], ...] = (
    ("member", {}), ("member", {}), ("left", {}), ("left", {}), ("kicked", {}),
    ("restricted", {"is_member": True}), ("restricted", {"is_member": False}),
    ("administrator", {}),
)  # fmt: skip


OTHER_CONTENTS: tuple[Json, ...] = (
    {"dice": {"emoji": "🎲", "value": 3}},
    {"location": {"latitude": 1.5, "longitude": 2.5}},
    {"contact": {"phone_number": "1", "first_name": "Zoé"}},
    {"animation": MEDIA["animation"], "document": FILE, "caption": "see?"},
)


def width(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class Stream:
    """Groups in which everything happens that Telegram knows of; `updates` have no numbers yet.

    Nobody changes their mind within a second.
    """

    def __init__(self, seed: int, pauses: Sequence[int] = (0, 0, 1, 1, 7, 300, 4000)) -> None:
        self.dice = random.Random(seed)  # noqa: S311  a seed, so that it can be played again
        self.pauses = pauses
        self.updates: list[Json] = []
        self.date = NOON
        self.ids = dict.fromkeys(TITLES, 10)
        self.said: dict[int, list[Json]] = {chat: [] for chat in TITLES}
        self.status: dict[tuple[int, int], Json] = {}
        self.given: dict[tuple[int, int, int], list[str]] = {}
        self.topics: list[Json] = []
        self.basic = BASIC
        self.albums = 0
        for topic in range(2):
            self.open_topic(topic)

    def tell(self, kind: str, content: Json) -> None:
        """Telegram sends an update."""
        self.updates.append({kind: content})

    def chat(self, id: int) -> Json:
        """A Chat."""
        forum = {"is_forum": True} if id == FORUM else {}
        return {
            "id": id,
            "type": "group" if id == BASIC else "supergroup",
            "title": TITLES[id],
            **forum,
        }

    def tick(self) -> int:
        self.date += self.dice.choice(self.pauses)
        return self.date

    def anywhere(self) -> int:
        return self.dice.choice((FORUM, PLAIN, BLIND, self.basic))

    def anybody(self) -> Json:
        return self.dice.choice(PEOPLE)

    def play(self, steps: int) -> "Stream":
        deeds = (
            [self.say] * 9 + [self.album] * 2 + [self.react] * 6 + [self.member] * 7
            + [self.edit, self.service, self.request, self.elsewhere, self.migrate, self.poll]
        )  # fmt: skip
        for _ in range(steps):
            self.dice.choice(deeds)()
        return self

    def head(self, chat: int) -> Json:
        """Where and when, and who says it."""
        self.ids[chat] += self.dice.choice((1, 1, 1, 2))
        told = {"message_id": self.ids[chat], "date": self.tick(), "chat": self.chat(chat)}
        kind = self.dice.randrange(16)
        if kind == 0:
            return told | {"from": ANONYMOUS, "sender_chat": self.chat(chat)}
        if kind == 1:
            return told | {"from": AS_CHANNEL, "sender_chat": CHANNEL}
        if kind == 2:
            origin = {"type": "channel", "date": NOON, "chat": CHANNEL, "message_id": 3}
            return told | {
                "from": SERVICE, "sender_chat": CHANNEL, "is_automatic_forward": True,
                "forward_origin": origin,
            }  # fmt: skip
        if kind == 3:
            return told | {"from": ROBOT}
        return told | {"from": self.anybody()}

    def text(self) -> tuple[str, list[Json]]:
        """Words and their entities."""
        text, entities = "", []
        for words, kind in self.dice.choices(PIECES, k=self.dice.randrange(1, 5)):
            text += " " if text else ""
            entity: Json = {"type": kind, "offset": width(text), "length": width(words)}
            if kind == "text_link":
                entity["url"] = "https://c.example/?"
            if kind == "text_mention":
                entity["user"] = self.anybody()
            if kind == "robot_mention":
                entity |= {"type": "text_mention", "user": SILENT}
            entities += [entity] if kind else []
            text += words
        return text, entities

    def content(self) -> Json:
        text, entities = self.text()
        kind = self.dice.randrange(12)
        if kind < 7:
            return {"text": text, **({"entities": entities} if entities else {})}
        if kind < 11:
            media: Json = self.dice.choice(({"photo": PHOTO}, *({k: v} for k, v in MEDIA.items())))
            has_words = kind < 10 and not media.keys() & {"sticker", "video_note"}
            words = {"caption": text, "caption_entities": entities} if has_words else {}
            return {**media, **words}
        return self.dice.choice(OTHER_CONTENTS)

    def place(self, chat: int) -> Json:
        """A topic, a thread of answers, or neither; and what it answers."""
        told: Json = {}
        answered = (
            self.dice.choice(self.said[chat][-9:])
            if self.said[chat] and self.dice.random() < 0.4
            else None
        )
        if chat == FORUM and self.dice.random() < 0.6:
            topic = self.dice.choice(self.topics)
            number = topic["message_thread_id"]
            told = {
                "message_thread_id": number,
                "is_topic_message": True,
                "reply_to_message": topic,
            }
            here = [one for one in self.said[chat] if one.get("message_thread_id") == number]
            answered = self.dice.choice(here[-9:]) if here and answered else None
        elif answered and chat == FORUM and answered.get("is_topic_message"):
            answered = None
        elif answered and chat not in (FORUM, BASIC):
            told = {"message_thread_id": answered.get("message_thread_id", answered["message_id"])}
        if answered:
            told["reply_to_message"] = {
                k: v for k, v in answered.items() if k != "reply_to_message"
            }
            if self.dice.random() < 0.3:
                told["quote"] = {"text": "why?", "position": 0}
        elif self.dice.random() < 0.08:
            origin = {"type": "user", "date": NOON, "sender_user": self.anybody()}
            told["external_reply"] = {"origin": origin, "chat": self.chat(PLAIN), "message_id": 11}
            told["quote"] = {"text": "really?", "position": 0}
        return told

    def say(self) -> None:
        chat = self.anywhere()
        message = self.head(chat) | self.content() | self.place(chat)
        if "forward_origin" not in message and self.dice.random() < 0.1:
            message["forward_origin"] = HIDDEN
        if self.dice.random() < 0.05:
            message["via_bot"] = ROBOT
        chance = self.dice.random()
        if chance < 0.06:  # Foyer hears of its own messages by what answers them
            message = without(message, "sender_chat", "forward_origin") | {"from": OURS}
        self.said[chat].append(message)
        if chance > 0.12:  # others were said while nobody listened
            self.tell("message", message)

    def album(self) -> None:
        chat = self.anywhere()
        self.albums += 1
        head = self.head(chat) | self.place(chat)
        for item in range(self.dice.randrange(2, 6)):
            self.ids[chat] += item > 0
            text, entities = self.text()
            words = (
                {"caption": text, "caption_entities": entities} if self.dice.random() < 0.3 else {}
            )
            message = head | {
                "message_id": self.ids[chat], "media_group_id": str(13_000_000 + self.albums),
                "photo": PHOTO, **words,
            }  # fmt: skip
            self.said[chat].append(message)
            self.tell("message", message)
            if self.dice.random() < 0.2:
                self.react()

    def edit(self) -> None:
        told = [one["message"] for one in self.updates if "text" in one.get("message", {})]
        if told:
            text, entities = self.text()
            message = self.dice.choice(told) | {
                "text": text,
                "entities": entities,
                "edit_date": self.tick(),
            }
            self.tell("edited_message", message)

    def open_topic(self, number: int) -> None:
        message = self.head(FORUM) | {"from": self.anybody()}
        message = without(message, "sender_chat", "forward_origin")
        message |= {
            "message_thread_id": message["message_id"], "is_topic_message": True,
            "forum_topic_created": {"name": f"Topic {number}?", "icon_color": 1},
        }  # fmt: skip
        self.topics.append(message)
        self.tell("message", message)

    def service(self) -> None:
        chat = self.anywhere()
        pinned = self.dice.choice(self.said[chat]) if self.said[chat] else None
        what: Json = self.dice.choice(
            (
                {"new_chat_title": "What?"}, {"delete_chat_photo": True},
                {"video_chat_started": {}},
                {"pinned_message": without(pinned or {}, "reply_to_message")},
                {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
                {"boost_added": {"boost_count": 1}}, {"forum_topic_edited": {"name": "Why?"}},
                {"new_chat_photo": PHOTO},
            )
        )  # fmt: skip
        if what.get("pinned_message") != {}:
            message = self.head(chat) | what
            self.said[chat].append(message)
            self.tell("message", message)

    def react(self) -> None:
        chat = self.anywhere()
        if not self.said[chat]:
            return
        message, user = self.dice.choice(self.said[chat][-9:])["message_id"], self.anybody()
        key = (chat, message, user["id"])
        self.date += key in self.given
        new = self.dice.sample(EMOJI, k=self.dice.randrange(3))
        change = {
            "chat": self.chat(chat), "message_id": message, "date": self.tick(),
            "old_reaction": emoji(*self.given.get(key, ())),
            "new_reaction": emoji(*new),
        }  # fmt: skip
        if self.dice.random() < 0.1:
            change |= {"actor_chat": CHANNEL, "old_reaction": [], "new_reaction": emoji("👍")}
        else:
            change["user"] = user
            self.given[key] = new
        self.tell("message_reaction", change)
        if self.dice.random() < 0.1:
            counts = [{"type": emoji("👍")[0], "total_count": 7}]
            told = {key: change[key] for key in ("chat", "message_id", "date")}
            self.tell("message_reaction_count", {**told, "reactions": counts})

    def member(self) -> None:
        chat, user = self.anywhere(), self.dice.choice([*PEOPLE[:3], ROBOT])
        status, more = self.dice.choice(STATUSES)
        new = membership(status, user, **more)
        old = self.status.get((chat, user["id"]), membership("left", user))
        if old == new:
            return
        self.date += 1
        self.status[chat, user["id"]] = new
        others = [one for one in (*PEOPLE, ANONYMOUS) if one is not user]
        is_own = status != "kicked" and (status != "restricted" or not more["is_member"])
        by = user if is_own and self.dice.random() < 0.5 else self.dice.choice(others)
        date = self.tick()
        is_in = [is_inside(old), is_inside(new)]
        change = {
            "chat": self.chat(chat), "from": by, "date": date,
            "old_chat_member": old, "new_chat_member": new,
        }  # fmt: skip
        if is_in == [False, True] and by is user and self.dice.random() < 0.7:
            change["invite_link"] = self.link()
            change |= self.dice.choice(
                ({}, {"via_join_request": True}, {"via_chat_folder_invite_link": True})
            )
        elif is_in == [False, True] and self.dice.random() < 0.3:
            change["via_join_request"] = True
        if chat != BLIND:
            self.tell("chat_member", change)
        came = {"new_chat_members": [user, OURS][: self.dice.randrange(1, 3)]}
        head = self.head(chat) | {"from": by, "date": date}
        head = without(head, "sender_chat", "forward_origin")
        if is_in == [False, True]:
            self.tell("message", head | came)
        if is_in == [True, False]:
            self.tell("message", head | {"left_chat_member": user})

    def link(self) -> Json:
        name = self.dice.choice((None, "Flyer", "Vidéo 🎬", "Partner?"))
        return {
            "invite_link": "https://t.me/+abc…", "creator": PEOPLE[0], "is_revoked": False,
            "creates_join_request": False, "is_primary": name is None,
            **({"name": name} if name else {}),
        }  # fmt: skip

    def request(self) -> None:
        user = self.anybody()
        self.date += 1
        asked = {"chat": self.chat(self.anywhere()), "from": user, "date": self.tick()}
        asked |= {"user_chat_id": user["id"], "invite_link": self.link()}
        self.tell("chat_join_request", asked)

    def elsewhere(self) -> None:
        """What is not said in a group."""
        user, head = self.anybody(), {"message_id": self.dice.randrange(1, 99), "text": "who?"}
        head["date"] = self.tick()
        if self.dice.random() < 0.3:
            aside = {"id": ASIDE, "type": "supergroup", "is_direct_messages": True}
            head["direct_messages_topic"] = {"topic_id": user["id"], "user": user}
            self.tell("message", {**head, "from": user, "chat": aside})
        elif self.dice.random() < 0.5:
            private = {"id": user["id"], "type": "private", "first_name": "P"}
            self.tell("message", {**head, "from": user, "chat": private})
        else:
            self.tell("channel_post", {**head, "chat": CHANNEL, "sender_chat": CHANNEL})

    def poll(self) -> None:
        chat = self.anywhere()
        poll = POLL | {"id": f"53{self.dice.randrange(10**6)}"}
        message = self.head(chat) | {"poll": poll}
        self.said[chat].append(message)
        self.tell("message", message)
        for user in self.dice.sample(PEOPLE, k=2):
            chosen = self.dice.choice(([0], [1], []))
            vote = {"poll_id": poll["id"], "user": user, "option_ids": chosen}
            self.tell("poll_answer", vote | {"option_persistent_ids": [*map(str, chosen)]})

    def migrate(self) -> None:
        if self.basic != BASIC:
            return
        self.basic = SUPER
        told = [(BASIC, {"migrate_to_chat_id": SUPER}), (SUPER, {"migrate_from_chat_id": BASIC})]
        for chat, what in self.dice.choice((told, told[:1], told[1:])):
            head = self.head(chat) | {"from": ANONYMOUS, "sender_chat": self.chat(chat)}
            head = without(head, "forward_origin", "is_automatic_forward")
            self.tell("message", head | what)


def is_inside(member: Json) -> bool:
    return bool(member.get("is_member")) or member["status"] in ("member", "administrator")


def without(content: Json, *keys: str) -> Json:
    return {key: value for key, value in content.items() if key not in keys}
