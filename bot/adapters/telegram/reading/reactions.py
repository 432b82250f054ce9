"""Who reacted to a message, who voted in a poll, and which poll ended."""

from collections.abc import Sequence

from msgspec.structs import replace

from bot.adapters.telegram.reading.people import STAND_INS, TELEGRAM, speaker_of
from bot.adapters.telegram.reading.told import NOTHING, Told, place_of
from bot.adapters.telegram.reading.wire import Poll, Reacting, Reaction, Vote
from bot.events import Event, PollClosed, PollVoted, ReactionChanged
from bot.reduction import CUSTOM_EMOJI, reduce_emoji

PAID = "paid"


def told_by_reacting(reacting: Reacting) -> Told:
    """What somebody's reactions tell: the difference between before and now.

    Telegram tells counts of reactions that nobody is named for, too: they lead to no account and
    are left out.
    """
    chat, place = reacting.chat, place_of(reacting.chat.id)
    voice = speaker_of(reacting.user, reacting.actor_chat, chat.id)
    before = dict.fromkeys(map(_emoji, reacting.old_reaction))
    after = dict.fromkeys(map(_emoji, reacting.new_reaction))
    changes = [("remove", emoji) for emoji in before if emoji not in after]
    changes += [("add", emoji) for emoji in after if emoji not in before]
    events = [
        ReactionChanged(
            platform=TELEGRAM,
            channel=place.external_id,
            message=str(reacting.message_id),
            user=voice.account,
            emoji=emoji,
            at=reacting.date * 1000,
            op="add" if op == "add" else "remove",
        )
        for op, emoji in changes
    ]
    return Told(place=place, chat=chat, events=(*voice.described, *events))


def in_turn(events: Sequence[Event]) -> list[Event]:
    """Events in the order they were told, dated so that it can be told from the dates, too.

    Telegram dates reactions by the second. One that is taken back and put again within it would
    pass for taken back, so it is taken back a millisecond before.
    """
    kept: dict[int | ReactionChanged, Event] = {}
    for number, event in enumerate(events):
        if not isinstance(event, ReactionChanged):
            kept[number] = event
        elif event.op == "remove":
            kept[event] = event
        else:
            taken_back = kept.pop(replace(event, op="remove"), None)
            if taken_back is not None:
                before = replace(event, op="remove", at=event.at - 1)
                kept[before] = before
            kept[number] = event
    return list(kept.values())


def told_by_vote(vote: Vote, now: int) -> Told:
    """A vote, at the instant at which it is heard of; nothing where it is taken back."""
    is_nobody = vote.voter_chat is None and (vote.user is None or vote.user.id in STAND_INS)
    if is_nobody or not vote.option_ids:
        return NOTHING
    voice = speaker_of(vote.user, vote.voter_chat, 0)
    voted = PollVoted(platform=TELEGRAM, user=voice.account, poll=vote.poll_id, at=now)
    return Told(events=(*voice.described, voted), vote_in=vote.poll_id)


def told_by_poll(poll: Poll, now: int) -> Told:
    """The end of a poll, at the instant at which it is heard of."""
    if not poll.is_closed:
        return NOTHING
    return Told(events=(PollClosed(platform=TELEGRAM, poll=poll.id, at=now),), vote_in=poll.id)


def _emoji(reaction: Reaction) -> str:
    if reaction.type == "emoji" and reaction.emoji is not None:
        return reduce_emoji(reaction.emoji)
    return PAID if reaction.type == PAID else CUSTOM_EMOJI
