"""Which function writes which kind of event."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot import events
from bot.recorder import albums, happenings, members, messages
from bot.recorder.batch import Batch

Writer = Callable[[Batch, Any], Awaitable[None]]

WRITERS: dict[type[events.Event], Writer] = {
    events.ChannelDescribed: happenings.write_channels,
    events.MemberDescribed: members.write_descriptions,
    events.SourceDescribed: members.write_sources,
    events.MemberJoined: members.write_joins,
    events.JoinRequested: members.write_requests,
    events.MemberLeft: members.write_leaves,
    events.MembersCounted: members.write_counts,
    events.AlbumItemSent: albums.write_album_items,
    events.MessageSent: messages.write_messages,
    events.ReactionChanged: messages.write_reactions,
    events.MessageDeleted: messages.write_deletions,
    events.VoiceSpent: happenings.write_voice,
    events.PollVoted: happenings.write_votes,
    events.PollClosed: happenings.write_poll_closings,
    events.ThreadCreated: happenings.write_threads,
    events.ModeratorActed: happenings.write_mod_actions,
    events.GapNoted: happenings.write_gaps,
}
"""In the order in which a batch is written: deletions come after what they take away."""
