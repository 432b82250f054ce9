"""What Telegram's refusals and the network's failures mean, and that their texts show nothing."""

import asyncio
import io
import logging
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from pydantic import SecretStr
from telegram import Bot
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from bot.adapters.telegram.line import transport
from bot.adapters.telegram.line.client import connected
from bot.adapters.telegram.line.errors import delivery, is_unchanged
from bot.delivery import (
    AmbiguousError,
    AuthError,
    ConflictError,
    ContentError,
    DeliveryError,
    MessageGoneError,
    NotDeliveredError,
    TargetGoneError,
    TargetMovedError,
)
from tests.fakes.telegram import FakeTelegram, serving_telegram
from tests.fakes.telegram_faults import (
    BLOCKED,
    CHAT_NOT_FOUND,
    CONFLICT,
    CUT,
    HANG,
    KICKED,
    NO_RIGHTS,
    NOT_FOUND,
    RESET,
    TRUNCATED,
    UNAUTHORIZED,
    Fault,
    flooded,
    page,
)
from tests.fakes.telegram_refusals import RefusedError, bad_request, forbidden
from tests.telegram_bots import settings_for

CANARY = "the heron told nobody but Ana"


class Case(NamedTuple):
    name: str
    fault: Fault
    becomes: type[DeliveryError]
    is_done: bool = False
    """Whether Telegram did what it was asked all the same."""


MATRIX = [
    Case("flooded", flooded(7), NotDeliveredError),
    Case("flooded by a proxy", page(429), NotDeliveredError),
    Case("kicked", KICKED, TargetGoneError),
    Case("blocked", BLOCKED, TargetGoneError),
    Case("not started", Fault(forbidden("bot can't initiate conversation")), TargetGoneError),
    Case("group deleted", Fault(forbidden("the group chat was deleted")), TargetGoneError),
    Case("no such chat", CHAT_NOT_FOUND, TargetGoneError),
    Case("no right to write", NO_RIGHTS, TargetGoneError),
    Case("restricted", Fault(bad_request("CHAT_RESTRICTED")), TargetGoneError),
    Case("topic closed", Fault(bad_request("TOPIC_CLOSED")), TargetGoneError),
    Case("topic gone", Fault(bad_request("message thread not found")), TargetGoneError),
    Case(
        "migrated",
        Fault(bad_request("group chat was upgraded", migrate_to_chat_id=-1001)),
        TargetMovedError,
    ),
    Case("markup", Fault(bad_request(f"can't parse entities: tag {CANARY}")), ContentError),
    Case("too long", Fault(bad_request("message is too long")), ContentError),
    Case("no pictures", Fault(bad_request("not enough rights to send photos")), ContentError),
    Case(
        "answer to nothing", Fault(bad_request("message to be replied not found")), MessageGoneError
    ),
    Case("token withdrawn", UNAUTHORIZED, AuthError),
    Case("token malformed", NOT_FOUND, AuthError),
    Case("not alone", CONFLICT, ConflictError),
    Case(
        "too large for a proxy", Fault(RefusedError(413, "Request Entity Too Large")), ContentError
    ),
    Case("server fails", Fault(RefusedError(500, "Internal Server Error")), AmbiguousError),
    Case("bad gateway", page(502), AmbiguousError),
    Case("unavailable", page(503), AmbiguousError),
    Case("gateway timeout", page(504), AmbiguousError),
    *(
        Case(f"a proxy's page ({status})", page(status), AmbiguousError)
        for status in (200, 204, 302, 400, 401, 403, 404, 405, 409, 418)
    ),
    Case("a proxy that takes no such thing", page(413), ContentError),
    Case("cut before an answer", CUT, AmbiguousError),
    Case("reset after accepting", RESET, AmbiguousError, is_done=True),
    Case("silence after accepting", HANG, AmbiguousError, is_done=True),
    Case("half an answer", TRUNCATED, AmbiguousError, is_done=True),
]


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeTelegram]:
    with serving_telegram() as serving:
        yield serving


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "_READ", 0.3)


async def said(fake: FakeTelegram, chat: int, text: str = CANARY) -> DeliveryError:
    """How it fails to say something."""
    async with connected(settings_for(fake)) as client:
        with pytest.raises(DeliveryError) as caught, delivery():
            await client.bot.send_message(chat, text)
    return caught.value


@pytest.mark.parametrize("case", MATRIX, ids=[case.name for case in MATRIX])
async def test_every_fault_has_its_class(
    fake: FakeTelegram, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    chat = fake.group()
    fake.faults.add("sendMessage", case.fault)
    before, calls = len(fake.sent), len(fake.called("sendMessage"))
    error = await said(fake, chat)
    assert type(error) is case.becomes
    assert len(fake.sent) - before == case.is_done
    assert len(fake.called("sendMessage")) - calls == 1  # the library never tries again by itself
    shown = (
        f"{error!r} {error.__cause__!r} {error.__context__ if error.__suppress_context__ else 0}"
    )
    assert fake.token not in str(error)
    assert CANARY not in str(error)
    assert "Ana" not in str(error)
    assert error.__suppress_context__, shown
    words = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert not any(CANARY in record.getMessage() for record in words)


async def test_a_flood_wait_is_what_telegram_said_and_a_little_more(fake: FakeTelegram) -> None:
    chat = fake.group()
    fake.faults.add("sendMessage", flooded(7))
    error = await said(fake, chat)
    assert isinstance(error, NotDeliveredError)
    assert 7_000 < error.retry_after < 9_000
    fake.faults.add("sendMessage", flooded(3_600))
    error = await said(fake, chat)
    assert isinstance(error, NotDeliveredError)
    assert error.retry_after > 3_600_000


async def test_a_group_that_moved_tells_where_to(fake: FakeTelegram) -> None:
    chat = fake.group(kind="group")
    new = fake.migrate(chat)
    error = await said(fake, chat)
    assert isinstance(error, TargetMovedError)
    assert error.new_target == str(new)


async def test_nobody_listening_is_surely_not_delivered(fake: FakeTelegram) -> None:
    chat = fake.group()
    async with connected(settings_for(fake)) as client:
        with fake.unreachable(), pytest.raises(NotDeliveredError) as caught, delivery():
            await client.bot.send_message(chat, CANARY)
    assert caught.value.retry_after == 0
    assert str(caught.value) == "no connection (ConnectError)"


async def test_an_exhausted_pool_is_surely_not_delivered(
    fake: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"_READ": 1.0, "_POOL": 0.05, "_CONNECTIONS": 1}.items():
        monkeypatch.setattr(transport, name, value)
    chat = fake.group()
    async with connected(settings_for(fake)) as client:
        fake.faults.add("sendMessage", Fault(delay=0.5))

        async def say() -> str:
            try:
                with delivery():
                    await client.bot.send_message(chat, "hello")
            except DeliveryError as error:
                return f"{type(error).__name__} {error}"
            return "said"

        outcomes = await asyncio.gather(say(), say())
    assert sorted(outcomes) == ["NotDeliveredError no connection (PoolTimeout)", "said"]


async def test_a_token_that_is_refused_at_the_start_is_not_shown(fake: FakeTelegram) -> None:
    token = "5000000001:AAnobodys_token_of_the_right_shape_0"  # noqa: S105  nobody's
    with pytest.raises(AuthError) as caught:
        async with connected(settings_for(fake, token=SecretStr(token))):
            pass
    assert str(caught.value) == "Telegram does not accept the token"
    assert caught.value.__suppress_context__


def judged(error: TelegramError, cause: BaseException | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught, delivery():
        raise error from cause
    return caught.value


REFUSALS: dict[str, tuple[type[DeliveryError], list[str]]] = {
    "gone": (
        TargetGoneError,
        [
            "Chat not found",
            "Private chat not found",
            "Group chat was deactivated",
            "Have no rights to send a message",
            "Not enough rights to send text messages to the chat",
            "Not enough rights to manage chat invite link",
            "Need administrator rights in the channel chat",
            "Chat_write_forbidden",
            "Chat_send_plain_forbidden",
            "Chat_admin_required",
            "Peer_id_invalid",
            "Message thread not found",
            "Topic_deleted",
            "Topic_id_invalid",
            "Bot is not a member of the channel chat",
        ],
    ),
    "message gone": (
        MessageGoneError,
        [
            "Message to edit not found",
            "Message to delete not found",
            "Message to pin not found",
            "Message not found",
            "Replied message not found",
            "Message_id_invalid",
        ],
    ),
    "content": (
        ContentError,
        [
            "Message is too long",
            "Message can't be edited",
            "Message can't be deleted for everyone",
            "Not enough rights to send photos to the chat",
            "Not enough rights to manage pinned messages in the chat",
            "Message is not modified: specified new message content is the same",
            "Button_data_invalid",
            "Wrong file identifier/http url specified",
            "Query is too old and response timeout expired or query id is invalid",
        ],
    ),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_refusals_are_told_apart_by_what_they_say(kind: str) -> None:
    becomes, descriptions = REFUSALS[kind]
    for description in descriptions:
        assert type(judged(BadRequest(description))) is becomes, description
        assert type(judged(BadRequest(f"Bad Request: {description.upper()}"))) is becomes


CAUSES: list[tuple[httpx.HTTPError, type[DeliveryError]]] = [
    (httpx.ConnectError(CANARY), NotDeliveredError),
    (httpx.ConnectTimeout(CANARY), NotDeliveredError),
    (httpx.PoolTimeout(CANARY), NotDeliveredError),
    (httpx.ProxyError(CANARY), NotDeliveredError),
    (httpx.UnsupportedProtocol(CANARY), NotDeliveredError),
    (httpx.ReadTimeout(CANARY), AmbiguousError),
    (httpx.WriteTimeout(CANARY), AmbiguousError),
    (httpx.ReadError(CANARY), AmbiguousError),
    (httpx.WriteError(CANARY), AmbiguousError),
    (httpx.RemoteProtocolError(CANARY), AmbiguousError),
    (httpx.DecodingError(CANARY), AmbiguousError),
]


@pytest.mark.parametrize(("cause", "becomes"), CAUSES, ids=[type(c).__name__ for c, _ in CAUSES])
def test_a_failing_network_is_judged_by_whether_anything_left(
    cause: httpx.HTTPError, becomes: type[DeliveryError]
) -> None:
    error: NetworkError = NetworkError(f"httpx: {CANARY}")
    if isinstance(cause, httpx.TimeoutException):
        error = TimedOut()
    told = judged(error, cause)
    assert type(told) is becomes
    assert CANARY not in str(told)


UNSPEAKABLE = [
    BadRequest(f'Can\'t parse entities: unsupported start tag "{CANARY}" at byte offset 3'),
    BadRequest(f"Inline keyboard button url '{CANARY}' is invalid: wrong http url"),
    BadRequest(f"Bad request (400). Parsing the server response b'{CANARY}' failed"),
    Forbidden(f"Forbidden (403). Parsing the server response b'{CANARY}' failed"),
    Forbidden(f'Forbidden: "{CANARY}"'),
    InvalidToken(f"The token `123:{CANARY}` was rejected by the server."),
    Conflict(f"Conflict: {CANARY}"),
    NetworkError(f"Bad Gateway (502). Parsing the server response b'{CANARY}' failed"),
    TelegramError(f"Invalid server response {CANARY}"),
]


@pytest.mark.parametrize("error", UNSPEAKABLE, ids=lambda error: str(error)[:20])
def test_no_text_quotes_what_it_is_about(error: TelegramError) -> None:
    told = str(judged(error))
    assert CANARY not in told
    assert "heron" not in told
    assert told


def test_a_conflict_names_its_cure() -> None:
    other = judged(Conflict("Conflict: terminated by other getUpdates request"))
    assert str(other) == "another process reads this bot's updates; stop one of them"
    called = judged(Conflict("Conflict: can't use getUpdates method while webhook is active"))
    assert str(called) == "a webhook is set for this bot elsewhere; stop whoever sets it"


def test_an_edit_that_changes_nothing_can_be_told() -> None:
    assert is_unchanged(judged(BadRequest("Message is not modified: it is the same")))
    assert not is_unchanged(judged(BadRequest("Message is too long")))


def test_other_failures_pass_as_they_are() -> None:
    with pytest.raises(KeyError), delivery():
        raise KeyError("ours")


async def test_an_answer_that_is_none_is_not_logged(
    fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = Bot(fake.token, fake.api_url, fake.file_url)
    chat = fake.group()
    async with theirs:
        fake.faults.add("sendMessage", TRUNCATED)
        with pytest.raises(TelegramError):
            await theirs.send_message(chat, CANARY * 50)
    assert CANARY in caplog.text  # what the library does by itself
    caplog.clear()
    fake.faults.add("sendMessage", TRUNCATED)
    await said(fake, chat, CANARY * 50)
    assert CANARY not in caplog.text


async def test_no_way_to_write_an_error_down_shows_the_token(fake: FakeTelegram) -> None:
    stream = io.StringIO()
    logger = logging.getLogger("test.errors")
    logger.addHandler(logging.StreamHandler(stream))
    fake.faults.add("getMe", UNAUTHORIZED)
    try:
        async with connected(settings_for(fake)):
            pass
    except AuthError:
        logger.exception("failed")
    assert "AuthError" in stream.getvalue()
    assert fake.token not in stream.getvalue()


def test_there_are_twelve_faults_and_more() -> None:
    names: list[Any] = [case.name for case in MATRIX]
    assert len(set(names)) == len(names) >= 12
    assert {case.becomes for case in MATRIX} == {
        NotDeliveredError,
        AmbiguousError,
        TargetGoneError,
        TargetMovedError,
        ContentError,
        MessageGoneError,
        AuthError,
        ConflictError,
    }
