"""What Foyer says about what it records: in full on `/privacy`, in short when it arrives."""

from bot.digest.floors import FLOOR
from bot.post import Bullets, Para, Post, Section, plain
from bot.privacy.mydata import KEPT_DAYS
from bot.text.texts import Texts


def notice(texts: Texts) -> Post:
    """What a community reads when Foyer comes in."""
    return plain(
        texts.text(
            "Hello, I am Foyer. I greet newcomers, and once a week I tell how this community is"
            " doing: whether questions get answers, newcomers stay and many voices are heard."
        ),
        texts.text(
            "I write down that somebody wrote, answered, reacted, talked by voice, came or left,"
            " with the time and the channel. Never what was written or said, and no pictures."
            " Nobody gets a score or a rank."
        ),
        texts.text(
            "/privacy tells it in full. With /optout you are not recorded in this community, with"
            " /forgetme you are erased wherever I am."
        ),
        texts.text("Moderators begin with /setup."),
    )


def policy(texts: Texts) -> Post:
    """What is recorded and what never, for how long, who sees it, and what members can do."""
    return Post(
        texts.text("Your privacy"),
        (
            _recorded(texts),
            _never_recorded(texts),
            _how_long(texts),
            _who_sees_what(texts),
            _what_you_can_do(texts),
        ),
    )


def _recorded(texts: Texts) -> Section:
    return _list(
        "recorded",
        texts.text("What I write down"),
        texts.text(
            "That you wrote, answered, mentioned, reacted, voted, opened a thread, talked by voice,"
            " asked to be let in, came, left or moderated: when, where and with whom."
        ),
        texts.text(
            "How long a message is, and whether it has a question mark, a link or a picture or"
            " file in it."
        ),
        texts.text(
            "Your account’s number and age, whether it has a picture and a user name, and the"
            " invitation you came with."
        ),
        texts.text(
            "Your choices: the language of my answers, and accounts that you said are both yours."
            " And what moderators put right: that you are no bot, say."
        ),
        texts.text("What moderators note about a day, in their own words."),
        texts.text("Your display name, but only for a greeting; it goes a day after it."),
    )


def _never_recorded(texts: Texts) -> Section:
    return _list(
        "never",
        texts.text("What I never write down"),
        texts.text("What anybody writes or says: no words, no pictures, no files, no sound."),
        texts.text("A score, a rank or a label for a person."),
        texts.text(
            "What you ask me with commands, except what they are there to keep: your language,"
            " settings, corrections and moderators’ notes about a day."
        ),
    )


def _how_long(texts: Texts) -> Section:
    kept = texts.text(
        "Each single event for {time}. Then only the sums of each day stay: how much you took part,"
        " and how often you answered or reacted to whom.",
        time=texts.span(KEPT_DAYS),
    )
    return Section("kept", texts.text("For how long"), (Para(kept),))


def _who_sees_what(texts: Texts) -> Section:
    return _list(
        "seen",
        texts.text("Who sees what"),
        texts.text(
            "Moderators see figures about the community, its channels and where members came from."
        ),
        texts.plural(
            "Everybody sees figures that stand for at least {n} person.",
            "Everybody sees figures that stand for at least {n} people.",
            FLOOR,
        ),
        texts.text("Your own data is shown to you alone, with /mydata."),
        texts.text(
            "Whoever runs me keeps the store and its backups. I hand nothing to anybody else."
        ),
    )


def _what_you_can_do(texts: Texts) -> Section:
    return _list(
        "choices",
        texts.text("What you can do"),
        texts.text("/mydata: everything I know of you, as files."),
        texts.text(
            "/optout: what is stored of you in this community is erased, and you are not recorded"
            " here any more. /optin takes that back."
        ),
        texts.text("/forgetme: the same, in every community where I am."),
        texts.text(
            "To keep to that, I remember a number made of your account’s and a secret key. It tells"
            " nobody who you are."
        ),
    )


def _list(id: str, title: str, *items: str) -> Section:
    return Section(id, title, (Bullets(items),))
