from typing import Annotated

from bot.cog import HOUR, Cog
from bot.commands import Kind
from bot.context import Alarm, CommandContext, Context, Due
from bot.events import MemberJoined, MessageSent
from bot.post import Post, plain
from bot.recurrence import Daily, Recurrence
from bot.settings import CommunitySettings


def evening(settings: CommunitySettings) -> Recurrence | None:
    return Daily(settings.digest_hour) if settings.digest else None


def declared() -> Cog:
    """A cog with one of each."""
    cog = Cog("sample")

    @cog.command(staff_only=True, private=True, hidden=True, anywhere=True, cooldown=30)
    async def press(ctx: CommandContext, post: Annotated[str, "Which post"] = "") -> Post:
        """Press the button.

        Nobody types this.
        """
        return plain(post)

    @cog.command()
    async def ask(ctx: CommandContext) -> Post:
        """Ask."""
        return plain("asked")

    @cog.on(MemberJoined)
    async def meet(ctx: Context, event: MemberJoined) -> None:
        raise NotImplementedError

    @cog.on(MessageSent)
    async def listen(ctx: Context, event: MessageSent) -> None:
        raise NotImplementedError

    @cog.routine("sum_up", when=evening)
    async def sum_up(ctx: Context, due: Due) -> None:
        raise NotImplementedError

    @cog.routine("tidy", when=evening, window=HOUR)
    async def tidy(ctx: Context, due: Due) -> None:
        raise NotImplementedError

    @cog.alarm("ding")
    async def ding(ctx: Context, alarm: Alarm) -> None:
        raise NotImplementedError

    return cog


def test_commands_keep_the_traits_they_were_declared_with() -> None:
    press, ask = declared().commands
    assert (press.name, press.summary) == ("press", "Press the button.")
    assert press.staff_only
    assert press.private
    assert press.hidden
    assert press.anywhere
    assert press.cooldown == 30
    assert [(param.name, param.kind) for param in press.params] == [("post", Kind.TEXT)]
    assert (ask.name, ask.params) == ("ask", ())
    assert not any((ask.staff_only, ask.private, ask.hidden, ask.anywhere, ask.cooldown))


def test_handlers_hear_the_events_they_were_declared_for_in_their_order() -> None:
    handlers = declared().handlers
    assert [(one.cog, one.event) for one in handlers] == [
        ("sample", MemberJoined),
        ("sample", MessageSent),
    ]


def test_routines_have_a_name_a_rhythm_and_a_window_of_a_day_and_a_half() -> None:
    sum_up, tidy = declared().routines
    assert (sum_up.name, sum_up.window) == ("sum_up", 36 * 3600)
    assert (tidy.name, tidy.window) == ("tidy", 3600)
    assert sum_up.when(CommunitySettings(digest_hour=18)) == Daily(18)
    assert sum_up.when(CommunitySettings(digest=False)) is None


def test_alarms_are_known_by_their_name() -> None:
    assert [alarm.name for alarm in declared().alarms] == ["ding"]


def test_a_declared_function_stays_what_it_was() -> None:
    cog = Cog("plain")

    async def hear(ctx: Context, event: MemberJoined) -> None:
        raise NotImplementedError

    async def due(ctx: Context, due: Due) -> None:
        raise NotImplementedError

    async def ring(ctx: Context, alarm: Alarm) -> None:
        raise NotImplementedError

    async def run(ctx: CommandContext) -> Post:
        """Run."""
        return plain()

    assert cog.on(MemberJoined)(hear) is hear
    assert cog.routine("due", when=evening)(due) is due
    assert cog.alarm("ring")(ring) is ring
    assert cog.command()(run) is run
    assert [cog.handlers[0].run, cog.routines[0].run] == [hear, due]
    assert [cog.alarms[0].run, cog.commands[0].run] == [ring, run]


def test_cogs_share_nothing() -> None:
    one, other = declared(), Cog("other")
    assert one.commands
    assert [other.commands, other.handlers, other.routines, other.alarms] == [[], [], [], []]
