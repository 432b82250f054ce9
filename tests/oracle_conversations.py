"""Reply inference and conversations straight from METRICS.md §1.3 and METRICS-READINGS C1 to C9."""

from collections import defaultdict
from datetime import timedelta
from functools import cached_property

from tests.oracle_events import Post, Seen

MENTION_AGE = timedelta(minutes=60)
ADDRESS_AGE = timedelta(minutes=30)
CONTINUATION_AGE = timedelta(minutes=5)
CONVERSATION_GAP = timedelta(hours=24)


class Conversations:
    """Who answers what, and which messages hang together."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen

    def is_adrift(self, post: Post) -> bool:
        """It answers a message that is not stored or was moderated (METRICS-READINGS C3)."""
        if post.reply_to is None:
            return False
        target = self.seen.answered_post(post)
        return target is None or target.place in self.seen.moderated

    def parent(self, post: Post) -> Post | None:
        """The message that a post follows, by the first rule that matches."""
        if post.reply_to is not None:
            target = None if self.is_adrift(post) else self.seen.answered_post(post)
            rank = self.seen.rank
            return target if target is not None and rank[target] < rank[post] else None
        if not self.seen.human(post.author):
            return None
        return self._mentioned(post) or self._addressing(post) or self._continued(post)

    def _earlier(self, post: Post) -> list[Post]:
        """Human messages of the same room before a post; bots' are only reached by `reply_to`."""
        return [
            other
            for other in self.seen.human_posts
            if other.room == post.room and self.seen.rank[other] < self.seen.rank[post]
        ]

    def _last_of(self, post: Post, author: str) -> Post | None:
        return next((p for p in reversed(self._earlier(post)) if p.author == author), None)

    def _mentioned(self, post: Post) -> Post | None:
        """Rule 2, for the first mention of a human who is not the author."""
        others = [user for user in post.mentions if user != post.author and self.seen.human(user)]
        last = self._last_of(post, others[0]) if others else None
        return last if last is not None and post.at - last.at <= MENTION_AGE else None

    def _addresses(self, post: Post, user: str) -> bool:
        return user in post.mentions or self.seen.answered_author(post) == user

    def _addressing(self, post: Post) -> Post | None:
        """Rule 3, the latest message to the author since their own last one."""
        own = self._last_of(post, post.author)
        candidates = [
            other
            for other in self._earlier(post)
            if other.author != post.author
            and self._addresses(other, post.author)
            and (own is None or self.seen.rank[other] > self.seen.rank[own])
            and post.at - other.at <= ADDRESS_AGE
        ]
        return candidates[-1] if candidates else None

    def _continued(self, post: Post) -> Post | None:
        """Rule 4."""
        own = self._last_of(post, post.author)
        return own if own is not None and post.at - own.at <= CONTINUATION_AGE else None

    @cached_property
    def parents(self) -> dict[Post, Post | None]:
        """Every message's parent."""
        return {post: self.parent(post) for post in self.seen.posts}

    def start(self, post: Post) -> Post | None:
        """The message that began the conversation; None where that cannot be known."""
        if self.is_adrift(post):
            return None
        parent = self.parents[post]
        if parent is None or post.at - parent.at > CONVERSATION_GAP:
            return post
        return self.start(parent)

    @cached_property
    def by_start(self) -> dict[Post, list[Post]]:
        """Messages by their human start, the start among them (METRICS-READINGS C5)."""
        found: dict[Post, list[Post]] = defaultdict(list)
        for post in self.seen.posts:
            start = self.start(post)
            if start is not None and self.seen.human(start.author):
                found[start].append(post)
        return found

    def people(self, start: Post) -> list[Post]:
        """The human messages of a conversation."""
        return [post for post in self.by_start[start] if self.seen.human(post.author)]

    def answers(self, start: Post) -> list[Post]:
        """Messages of a conversation by other humans than the one who began it."""
        return [post for post in self.people(start) if post.author != start.author]

    def is_met(self, start: Post) -> bool:
        """Whether another human followed it ever, also after a longer silence (READINGS C8)."""
        return any(
            post.author != start.author
            and self.seen.human(post.author)
            and self._hangs(post, start)
            for post in self.seen.posts
        )

    def _hangs(self, post: Post, start: Post) -> bool:
        parent = self.parents[post]
        while parent is not None and parent is not start:
            parent = self.parents[parent]
        return parent is start
