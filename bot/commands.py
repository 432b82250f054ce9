"""A command as it was declared, and what is known when somebody types it."""

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, get_type_hints

from bot.errors import UserError
from bot.model import AccountId, ChannelId, PlaceId
from bot.params import Kind, Param, param_of, value_of
from bot.post import Answer, Field, Form
from bot.text.phrase import phrase
from bot.text.texts import Texts
from bot.typed import check_names, read_typed

__all__ = ["UNGIVEN", "Asker", "Check", "Command", "Kind", "Param", "Request", "Run", "declared"]

UNGIVEN = phrase("/{command} needs “{name}”; /help {command} tells more.")


@dataclass(frozen=True, slots=True)
class Asker:
    """Whoever typed a command; `is_staff` is what the platform says at this moment."""

    account: AccountId
    name: str
    is_staff: bool = False
    language: str | None = None
    manages: frozenset[PlaceId] = frozenset()
    """Other guilds and chats named in what was asked that the asker moderates, too."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command as it was typed; `place` is None in a private chat with the bot.

    `arguments` are the words of each parameter: an account's or a channel's id for a member or
    channel, else what was typed.
    """

    place: PlaceId | None
    channel: ChannelId
    asker: Asker
    command: str
    arguments: Mapping[str, str]


Run = Callable[..., Awaitable[Answer]]
Check = Callable[[Mapping[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Command:
    """A command; `summary` is a sentence of the catalogues.

    `private` answers are for the asker's eyes, `hidden` commands are reached by buttons only,
    `anywhere` ones work outside a community too. `cooldown` are the seconds that a member waits
    before asking again in the same community. `check` refuses values by their names, also of some
    parameters alone, that the command would not take whatever else holds.
    """

    name: str
    summary: str
    params: tuple[Param, ...]
    run: Run
    staff_only: bool = False
    private: bool = False
    hidden: bool = False
    anywhere: bool = False
    cooldown: int = 0
    check: Check | None = None

    @property
    def asks_back(self) -> bool:
        """Whether what was typed wrongly may be asked for in a form; what is hidden is not typed.

        What members decide about themselves is not put into their mouths.
        """
        return self.private and self.staff_only and not self.hidden

    def in_languages(self, spoken: Iterable[Texts]) -> "Command":
        """This, its options known by what they are called in some languages too."""
        known = list(spoken)
        return replace(self, params=tuple(param.in_languages(known) for param in self.params))

    def form(self, texts: Texts, known: Mapping[str, str]) -> Form:
        """Asks for every parameter, beside what is `known` of it now."""
        fields = tuple(
            Field(
                param.name,
                texts.text(param.description),
                tuple((option, texts.in_context("option", option)) for option in param.answers),
                known.get(param.name, ""),
                param.required,
                param.kind,
            )
            for param in self.params
        )
        return Form(texts.text(self.summary), self.name, fields)

    def values(self, arguments: Mapping[str, str], platform: str) -> dict[str, Any]:
        """What the function is called with.

        Raises:
            UserError: a word does not fit its parameter, or one is missing.
        """
        check_names(self.name, self.params, arguments)
        return {param.name: _value(self, param, arguments, platform) for param in self.params}

    def fitting(self, arguments: Mapping[str, str], platform: str) -> dict[str, str]:
        """Those of the words that fit their parameters."""
        found = {}
        for param in self.params:
            word = arguments.get(param.name, "").strip()
            with suppress(ValueError):
                if word:
                    value_of(param, word, platform)
                    found[param.name] = word
        return found

    def check_answer(self, name: str, word: str, platform: str) -> None:
        """Make sure that the command can take a word that fits its parameter.

        Raises:
            UserError: it would refuse it in any case.
        """
        if self.check is not None:
            param = next(param for param in self.params if param.name == name)
            self.check({name: value_of(param, word, platform)})

    def read_words(self, words: str) -> dict[str, str]:
        """The arguments in what was typed after the command: `name:value`, or in their order.

        The last text parameter takes all the words that are left, an earlier one those up to what
        can only be for others. A parameter that may be left out is passed over by a word that
        fits a later one only.

        Raises:
            UserError: there are too many words, or there is no parameter of a name; where words
                are free, what looks like a name is one of them.
        """
        return read_typed(self.name, self.params, words)


def declared(function: Run, **traits: Any) -> Command:
    """The command that a function declares by its name, docstring and annotated parameters."""
    hints = get_type_hints(function, include_extras=True)
    _, *parameters = inspect.signature(function).parameters.values()
    summary = (inspect.getdoc(function) or "").partition("\n")[0]
    params = tuple(param_of(parameter, hints[parameter.name]) for parameter in parameters)
    return Command(function.__name__, summary, params, function, **traits)


def _value(command: Command, param: Param, arguments: Mapping[str, str], platform: str) -> Any:
    word = arguments.get(param.name, "").strip()
    if not word:
        if param.required:
            raise UserError(UNGIVEN, command=command.name, name=param.name)
        return param.default
    try:
        return value_of(param, word, platform)
    except ValueError:
        raise UserError(
            phrase("“{word}” does not fit “{name}”; /help {command} tells what does."),
            word=word,
            name=param.name,
            command=command.name,
        ) from None
