"""Secrets are hidden however they are written, and nothing else is."""

import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.logs.mask import HIDDEN, Mask

TELEGRAM = "123456789:AAEhBOweik6ad6PsVZcgbdX1Yp-abc_defg"
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"
ODD = 'pä"s\\s <wort>/&=?%'

texts = st.text(st.characters(codec="utf-8"), max_size=30)


def spellings(secret: str) -> dict[str, str]:
    return {
        "as it is": secret,
        "in an address": quote(secret, safe=""),
        "with small digits": quote(secret, safe="").replace("%3A", "%3a").replace("%2F", "%2f"),
        "twice in an address": quote(quote(secret, safe=""), safe=""),
        "in a path": quote(secret),
        "as JSON": json.dumps(secret)[1:-1],
        "as JSON with letters": json.dumps(secret, ensure_ascii=False)[1:-1],
        "as Python": repr(secret)[1:-1],
        "as ASCII": ascii(secret)[1:-1],
        "as bytes": repr(secret.encode())[2:-1],
        "as HTML": html.escape(secret),
    }


@pytest.mark.parametrize("secret", [TELEGRAM, DISCORD, ODD, "correct-horse"])
@pytest.mark.parametrize("how", list(spellings("")))
def test_a_known_secret_is_hidden(secret: str, how: str) -> None:
    written = spellings(secret)[how]
    assert Mask([secret])(f"before {written} after") == f"before {HIDDEN} after"


@settings(deadline=None)
@given(texts, texts, st.text(st.characters(codec="utf-8"), min_size=8, max_size=40))
def test_no_secret_stands_in_any_masked_text(before: str, after: str, secret: str) -> None:
    mask = Mask([secret])
    for written in (secret, quote(secret, safe=""), quote_plus(secret, safe=" ")):
        assert secret not in mask(f"{before}{written}{after}")


def test_the_half_of_a_token_that_is_secret_is_hidden_alone() -> None:
    mask = Mask([TELEGRAM, DISCORD])
    for part in (TELEGRAM.partition(":")[2], DISCORD.rpartition(".")[2]):
        assert mask(f"x={part};") == f"x={HIDDEN};"


def test_of_two_secrets_the_longer_is_hidden_whole() -> None:
    mask = Mask(["correct-horse", "correct-horse-battery"])
    assert mask("correct-horse-battery") == HIDDEN


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"https://api.telegram.org/bot{TELEGRAM}/getMe", "https://api.telegram.org/bot*/getMe"),
        (f"bot{TELEGRAM.replace(':', '%3A')}/getMe", "bot*/getMe"),
        (f"token {DISCORD}.", "token *."),
        (f"Authorization: Bot {'a1' * 12}", "Authorization: Bot *"),
        (f"Bearer {'Zz9.' * 6}", "Bearer *"),
        (f"Basic {'QWxhZGRpbjpvcGVu'}==", "Basic *"),
        (
            f"https://discord.com/api/webhooks/123/{'a-B_9' * 12}?wait=true",
            "https://discord.com/api/webhooks/*?wait=true",
        ),
        (f"/interactions/99/{'aW50' * 10}/callback", "/interactions/*/callback"),
        ("postgresql://foyer:pw@db:5432/foyer", "postgresql://*@db:5432/foyer"),
        ("postgresql://:pw@db/foyer", "postgresql://*@db/foyer"),
        ("host=db password=pw user=foyer", "host=db password=* user=foyer"),
        ("GET /x?a=1&token=abc&b=2", "GET /x?a=1&token=*&b=2"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_though_nobody_named_it(text: str, left: str) -> None:
    assert Mask()(text) == left.replace("*", HIDDEN)


@pytest.mark.parametrize(
    "text",
    [
        "platform turned the bot away",
        "2026-10-05T08:00:00.123Z info bot.running running platforms=['discord']",
        "http://127.0.0.1:8080/readyz",
        "postgresql://db:5432/foyer?user=foyer",
        "discord:175928847299117063 telegram:-1001234567890",
        "Bot was added; Basic facts; Bearer of news",
        "/srv/foyer/bot/adapters/supervisor.py:61 Supervisor._keep",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_everything_else_is_left_as_it_is(text: str) -> None:
    assert Mask([TELEGRAM, DISCORD, "correct-horse"])(text) == text


def test_what_is_too_short_to_be_a_secret_is_left() -> None:
    assert Mask(["", "foyer"])("foyer runs") == "foyer runs"
