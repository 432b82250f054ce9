"""A form asked question by question, for places that have no forms of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.errors import UserError
from bot.params import SWITCHES, Kind, Param, value_of
from bot.post import Block, Bullets, Field, Form, Note, Para, Post, Section, inert_name
from bot.text.phrase import phrase
from bot.text.texts import Texts

KEEP = "skip"
"""The command that leaves a question as it is; so does an empty answer."""
LEAVE = "cancel"
"""The command that leaves the whole form; nothing of it is done then."""

_MISFITS = {
    Kind.WHOLE: phrase("“{word}” is no whole number."),
    Kind.NUMBER: phrase("“{word}” is no number; write it like 1.5."),
    Kind.DAY: phrase("“{word}” is no day; write it like 2026-10-05."),
}
_NO_OPTION = phrase("“{word}” is none of the answers.")


@dataclass(frozen=True, slots=True)
class Asking:
    """A form on its way, in the language in which it began.

    `answers` are those given so far, by the fields' names; `again` names the fields that are asked
    once more because the command refused, and is empty while all are asked.
    """

    form: Form
    language: str
    answers: Mapping[str, str] = field(default_factory=dict)
    step: int = 0
    again: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether every question was asked."""
        return self.step == len(self._fields)

    @property
    def arguments(self) -> dict[str, str]:
        """What the form's command is to be called with: what was answered, else what holds now."""
        known = {entry.name: entry.value for entry in self.form.fields if entry.value}
        return known | dict(self.answers)

    @property
    def entry(self) -> Field:
        """What the open question asks for."""
        return self._fields[self.step]

    def question(
        self, texts: Texts, refusal: Post | None = None, *, lists_options: bool = True
    ) -> Post:
        """The question that is open, with what holds now; first, why the last answer was none."""
        entry = self.entry
        labels = tuple(label for _, label in entry.options if lists_options)
        blocks: list[Block] = [Para(entry.label)]
        blocks += [Bullets(labels)] if labels else []
        held = self._held(entry)
        now = inert_name(dict(entry.options).get(held, held), "")
        blocks += [Note(texts.text("Now: {value}", value=now))] if now else []
        is_first = self.step == 0 and not self.again
        if is_first or refusal is not None:
            blocks.append(Note(texts.text("/skip leaves it as it is, /cancel leaves the form.")))
        if self.again and self.answers and refusal is not None:
            blocks.append(Note(texts.text("Your other answers are kept.")))
        refused = refusal.sections if refusal else ()
        title = self.form.title if is_first and refusal is None else ""
        return Post(title, (*refused, Section("", "", tuple(blocks))))

    def answered(self, text: str, spoken: Iterable[Texts]) -> "Asking":
        """The form with the open question answered; nothing, or `/skip`, keeps what holds now.

        The label of an option may be in any language of `spoken`.

        Raises:
            UserError: an answer is needed, or it is none that may be given.
        """
        entry = self.entry
        words = text.strip()
        if words in ("", f"/{KEEP}"):
            if entry.required and not self._held(entry):
                raise UserError(phrase("This question needs an answer."))
            return replace(self, step=self.step + 1)
        answers = {**self.answers, entry.name: _meant(entry, words, spoken)}
        return replace(self, answers=answers, step=self.step + 1)

    def corrected(self, refusal: UserError) -> "Asking":
        """The form after its command refused; nothing else that was answered is lost.

        Asked again is what the refusal names or quotes, that answer being taken back; where it
        does neither, whatever was answered.
        """
        said = set(refusal.values.values())
        known = self.arguments
        doubtful = tuple(
            entry.name
            for entry in self.form.fields
            if entry.name in said or known.get(entry.name, "").lstrip("#@") in said
        )
        kept = {name: words for name, words in self.answers.items() if name not in doubtful}
        return replace(self, answers=kept, step=0, again=doubtful or tuple(self.answers))

    @property
    def _fields(self) -> tuple[Field, ...]:
        if not self.again:
            return self.form.fields
        return tuple(entry for entry in self.form.fields if entry.name in self.again)

    def _held(self, entry: Field) -> str:
        return self.answers.get(entry.name, entry.value)


def _meant(entry: Field, words: str, spoken: Iterable[Texts]) -> str:
    kind = Kind(entry.kind)
    if kind is not Kind.SWITCH and entry.options:
        return _option(entry, words, spoken)
    try:
        value = value_of(Param(entry.name, "", kind), words, "")
    except ValueError:
        if entry.options:
            return _option(entry, words, spoken)
        raise UserError(_MISFITS[kind], word=words) from None
    if kind is Kind.SWITCH:
        return SWITCHES[0] if value else SWITCHES[1]
    return words


def _option(entry: Field, words: str, spoken: Iterable[Texts]) -> str:
    said = words.casefold()
    names = [(value, label) for value, label in entry.options]
    for texts in spoken:
        names += [(value, texts.in_context("option", value)) for value, _ in entry.options]
    for value, label in names:
        if said in (value.casefold(), label.casefold()):
            return value
    raise UserError(_NO_OPTION, word=words)
