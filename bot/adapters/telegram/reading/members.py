"""Who comes, goes, asks to come in, or becomes something else in a group."""

from bot.adapters import Arrival
from bot.adapters.telegram.reading.people import STAND_INS, TELEGRAM, Me, account_of, name_of, robot
from bot.adapters.telegram.reading.told import NOTHING, Told, place_of
from bot.adapters.telegram.reading.wire import (
    Application,
    Link,
    Member,
    MemberChange,
    Message,
    User,
)
from bot.events import Event, JoinRequested, MemberDescribed, MemberJoined, MemberLeft
from bot.model import ChannelId, Place

EXACT = "exact"
"""The platform says through which of our links somebody came."""
UNKNOWN = "unknown"
"""Somebody came through a link that nobody named."""


def told_by_change(change: MemberChange) -> Told:
    """What a change of somebody's standing in a group tells."""
    before, after = change.old_chat_member, change.new_chat_member
    events: list[Event] = list(_described(before, after))
    if after.is_in and not before.is_in:
        events.append(_joined(change, after.user))
    elif before.is_in and not after.is_in:
        events.append(_left(change, after))
    return Told(
        place=place_of(change.chat.id),
        chat=change.chat,
        events=tuple(events),
        names={account_of(after.user.id): name_of(after.user)} if after.is_in else {},
        rights_changed=before.is_staff or after.is_staff,
    )


def told_by_own_change(change: MemberChange) -> Told:
    """What a change of the bot's own standing in a group tells."""
    before, after = change.old_chat_member, change.new_chat_member
    place = place_of(change.chat.id)
    if before.is_in and not after.is_in:
        return Told(place=place, chat=change.chat, departure=place)
    arrival = None if before.is_in or not after.is_in else _arrival(change)
    return Told(place=place, chat=change.chat, arrival=arrival, rights_changed=True)


def told_by_application(application: Application) -> Told:
    """What somebody's wish to be let in tells."""
    user, link = application.from_, application.invite_link
    asked = JoinRequested(
        platform=TELEGRAM,
        user=account_of(user.id),
        at=application.date * 1000,
        source=_source(link)[0],
    )
    return Told(place=place_of(application.chat.id), chat=application.chat, events=(asked,))


def told_by_service(message: Message, me: Me) -> Told:
    """Who comes and goes by a service message, which says less than Telegram tells administrators.

    The bot's own coming and going is told by other means.
    """
    at, by = message.date * 1000, message.from_
    events: list[Event] = []
    names: dict[str, str] = {}
    for user in message.new_chat_members:
        if user.id != me.id:
            events += [*_marked(user), _join(user, at, inviter=_inviter(by, user))]
            names[account_of(user.id)] = name_of(user)
    gone = message.left_chat_member
    if gone is not None and gone.id != me.id:
        events += [*_marked(gone), _leave(gone, at, "left" if _is_same(by, gone) else "kicked")]
    if not events:
        return NOTHING
    place = place_of(message.chat.id)
    return Told(place=place, chat=message.chat, events=tuple(events), names=names)


def _joined(change: MemberChange, user: User) -> MemberJoined:
    source, certainty = _source(change.invite_link)
    is_own = change.invite_link is not None or change.via_join_request
    inviter = None if is_own else _inviter(change.from_, user)
    return _join(user, change.date * 1000, source=source, certainty=certainty, inviter=inviter)


def _join(
    user: User,
    at: int,
    *,
    source: str | None = None,
    certainty: str | None = None,
    inviter: str | None = None,
) -> MemberJoined:
    return MemberJoined(
        platform=TELEGRAM,
        user=account_of(user.id),
        at=at,
        source=source,
        certainty=certainty,
        inviter=inviter,
        has_username=user.username is not None,
    )


def _left(change: MemberChange, after: Member) -> MemberLeft:
    if after.status == "kicked":
        how = "banned"
    else:
        how = "left" if _is_same(change.from_, after.user) else "kicked"
    return _leave(after.user, change.date * 1000, how)


def _leave(user: User, at: int, how: str) -> MemberLeft:
    return MemberLeft(platform=TELEGRAM, user=account_of(user.id), at=at, how=how)


def _source(link: Link | None) -> tuple[str | None, str | None]:
    """The source that a link was made for, and how sure that is; the primary link is no source."""
    if link is None or link.is_primary:
        return None, None
    return (link.name, EXACT) if link.name else (None, UNKNOWN)


def _inviter(by: User | None, user: User) -> str | None:
    """Who added somebody; nobody where they came by themselves or a bot or stand-in did it."""
    if by is None or by.is_bot or by.id in STAND_INS or by.id == user.id:
        return None
    return account_of(by.id)


def _is_same(by: User | None, user: User) -> bool:
    return by is not None and by.id == user.id


def _described(before: Member, after: Member) -> tuple[MemberDescribed, ...]:
    """What is now known of an account: that it is a bot, or an administrator, or one no more."""
    is_staff = after.is_staff if after.is_in and before.is_staff != after.is_staff else None
    is_bot = True if after.user.is_bot else None
    if is_staff is None and is_bot is None:
        return ()
    account = account_of(after.user.id)
    return (MemberDescribed(platform=TELEGRAM, user=account, is_bot=is_bot, is_staff=is_staff),)


def _marked(user: User) -> tuple[MemberDescribed, ...]:
    return (robot(account_of(user.id)),) if user.is_bot else ()


def _arrival(change: MemberChange) -> Arrival:
    """The bot is in a group now, brought by somebody whose language may be that of the group."""
    chat, place = change.chat, place_of(change.chat.id)
    spoken = (change.from_.language_code or "").partition("-")[0].lower()
    return Arrival(
        Place(place, chat.title, chat.type),
        change.date * 1000,
        main=ChannelId(*place),
        language=spoken or None,
    )
