"""The review of drafts, one field after the other: accept, edit, reject, later, quit. Nothing is written that was not asked about.

Every answer is kept, so a review goes on where it ended. A draft becomes a record when all its fields are decided and the record
passes every check of the register; until then nothing of it is there. Protected drafts are counted and never become records here.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple

from msgspec import Struct, field

from netglass.form.fault import FaultError
from netglass.reader.draft.model import Draft, Field, Reading, Value
from netglass.reader.draft.record import Chosen, Review, make_record, propose_id, tell_faults
from netglass.register.library import Register

PROGRESS = "netglass-review-1"
KEYS = "a accept, e VALUE edit, r reject, s later, q quit"


class Answer(Struct, forbid_unknown_fields=True):
    """What was decided of a field: ``a``, ``e`` with a value, or ``r``."""

    key: Literal["a", "e", "r"]
    value: Value = None


class Progress(Struct, forbid_unknown_fields=True):
    """How far a review has come: answers by draft and path, what the reviewer added, and what came of each draft."""

    form: str
    drafts_sha256: str
    answers: dict[str, dict[str, Answer]] = field(default_factory=dict)
    added: dict[str, dict[str, str]] = field(default_factory=dict)
    done: dict[str, str] = field(default_factory=dict)
    """By id of the draft: ``rejected``, or the id of the record that was written or matched."""


class Desk(NamedTuple):
    """What a review needs of the world: asking, telling, keeping the progress, writing a record, reading the register."""

    ask: Callable[[str], str | None]
    """Shows a question and returns the answer; None at the end of the input."""
    tell: Callable[[str], None]
    keep: Callable[[Progress], None]
    write: Callable[[dict[str, Any]], Path]
    read: Callable[[], Register]


class Quit(Exception):
    """The reviewer has had enough for now."""


class Later(Exception):
    """The reviewer leaves this draft for another time."""


def review_drafts(reading: Reading, progress: Progress, desk: Desk, reviewer: str, day: str) -> int:
    """Ask about every draft that is not done yet, and write what was accepted.

    Args:
        reading: the drafts.
        progress: what was decided already; it is changed, and kept after every answer.
        desk: the way to the reviewer and to the register.
        reviewer: the role of who answers.
        day: of the review, ``YYYY-MM-DD``.

    Returns:
        How many records were written.
    """
    if reading.protected:
        desk.tell(
            f"{len(reading.protected)} protected drafts stay here: keep such cases with `netglass case add`, without the person."
        )
    written = 0
    try:
        for draft in reading.drafts:
            if draft.id in progress.done:
                continue
            try:
                written += _Sitting(reading, draft, progress, desk, reviewer, day).run()
            except Later:
                desk.tell(f"{draft.id}: left for later.")
    except Quit:
        desk.tell("Stopped; the same command goes on from here.")
    return written


class _Sitting:
    """The review of one draft."""

    def __init__(self, reading: Reading, draft: Draft, progress: Progress, desk: Desk, reviewer: str, day: str) -> None:
        self._reading, self._draft, self._progress, self._desk = reading, draft, progress, desk
        self._reviewer, self._day = reviewer, day
        self._answers = progress.answers.setdefault(draft.id, {})
        self._added = progress.added.setdefault(draft.id, {})

    def run(self) -> bool:
        """Ask, and return whether a record was written."""
        draft = self._draft
        self._desk.tell(
            f"\n{draft.id}  ({draft.rule}, {draft.confidence:.2f}, chars {draft.span.start}-{draft.span.end})"
        )
        source = self._progress.done.get("source-1", "")
        if draft.kind != "source" and source in ("", "rejected"):
            self._desk.tell("  the record of the document comes first: accept source-1")
            raise Later
        if draft.matches and self._take_match(draft.matches):
            return False
        for item in self._list_fields():
            self._decide(item)
        if draft.fields and all(
            answer.key == "r" for path, answer in self._answers.items() if path not in ("cc", "id")
        ):
            self._finish("rejected")
            return False
        return self._write(source)

    def _take_match(self, record: str) -> bool:
        known = self._answers.get("\0match")
        key = (
            known.key
            if known
            else self._ask(f"  it seems to be {record}: a it is, r it is another, s later, q quit", "ar")[0]
        )
        self._answers["\0match"] = Answer(key)  # type: ignore[arg-type]
        self._desk.keep(self._progress)
        if key == "a":
            self._finish(record)
        return key == "a"

    def _list_fields(self) -> list[Field]:
        """Return what is asked: the country, the fields of the draft, the records that it names, and the id last."""
        draft, at = self._draft, self._draft.span
        fields = [Field("cc", draft.cc, at, "", 0.5), *(item for item in draft.fields if item.path != "cc")]
        said = self._progress.done.get(draft.statement or "", "rejected")
        if said != "rejected":
            fields.append(Field("statement", said, at, "", draft.confidence))
        return fields

    def _decide(self, item: Field) -> None:
        if item.path in self._answers:
            return
        shown = "?" if item.value is None else ", ".join(item.value) if isinstance(item.value, list) else item.value
        relative = f" (written: {item.relative})" if item.relative else ""
        quote = f"\n      “{item.quote}”" if item.quote else ""
        while True:
            key, value = self._ask(
                f"  {item.path} = {shown}{relative} [{item.confidence:.2f}]{quote}\n    {KEYS}", "aer"
            )
            if key == "a" and item.value is None:
                self._desk.tell("    there is no value yet: edit or reject it")
            elif key == "e" and not value:
                self._desk.tell("    write the value after e: e 2031-05-14")
            else:
                break
        self._answers[item.path] = Answer(key, _read_value(value, item.value) if key == "e" else None)  # type: ignore[arg-type]
        self._desk.keep(self._progress)

    def _write(self, source: str) -> bool:
        while True:
            register = self._desk.read()
            chosen = self._choose()
            cc = self._get("cc", self._draft.cc) or "INT"
            proposed = propose_id(self._draft.kind, cc, chosen, register.records, self._reading.document.sha256)
            self._decide(Field("id", proposed, self._draft.span, "", 0.5))
            id = self._added.get("id") or self._get("id", proposed) or proposed
            review = Review(self._reviewer, self._day, source, self._reading.document.sha256)
            try:
                if id in register.records:
                    raise FaultError([])
                content = make_record(self._draft.kind, id, cc, chosen, review, register)
            except FaultError as error:
                if self._amend(tell_faults(error.faults) or [f"id: {id!r} is taken; give another"]):
                    return False
                continue
            path = self._desk.write(content)
            self._desk.tell(f"  written: {path}")
            self._finish(id)
            return True

    def _amend(self, faults: list[str]) -> bool:
        """Ask for what is missing or wrong; return whether the draft was given up."""
        for fault in faults:
            self._desk.tell(f"    {fault}")
        key, rest = self._ask("    e PATH VALUE give or change a field, r reject the draft, s later, q quit", "er")
        if key == "r":
            self._finish("rejected")
            return True
        path, _, value = rest.partition(" ")
        if path and value:
            self._added[path] = value.strip()
            self._desk.keep(self._progress)
        return False

    def _choose(self) -> list[Chosen]:
        made = []
        asked = self._list_fields()[1:]
        country = self._draft.find_field("cc")
        if country:  # in an endorsement the country is a fact
            made.append(Chosen("cc", self._get("cc", country.value), country.span, country.quote))
        for item in asked:
            answer = self._answers.get(item.path)
            if answer is None or answer.key == "r" or item.path in self._added:
                continue
            value = answer.value if answer.key == "e" else item.value
            behind = item if item.quote else self._draft.fields[0]
            made.append(Chosen(item.path, value, behind.span, behind.quote))
        made += [Chosen(path, _read_added(value)) for path, value in self._added.items() if path not in ("id", "cc")]
        return made

    def _get(self, path: str, told: Value) -> str | None:
        if path in self._added:
            return self._added[path]
        answer = self._answers.get(path)
        value = answer.value if answer and answer.key == "e" else told
        return str(value) if value is not None else None

    def _ask(self, question: str, keys: str) -> tuple[str, str]:
        while True:
            answer = self._desk.ask(question)
            if answer is None:
                raise Quit
            key, _, rest = answer.strip().partition(" ")
            if key == "q":
                raise Quit
            if key == "s":
                raise Later
            if key in keys and len(key) == 1:
                return key, rest.strip()
            self._desk.tell(f"    answer with one of {', '.join([*keys, 's', 'q'])}")

    def _finish(self, outcome: str) -> None:
        self._progress.done[self._draft.id] = outcome
        self._desk.keep(self._progress)


def _read_value(text: str, told: Value) -> Value:
    return [part.strip() for part in text.split(",")] if isinstance(told, list) else text


def _read_added(value: str) -> Value:
    """Return a value that a reviewer added: a list where it is in brackets."""
    return [part.strip() for part in value[1:-1].split(",")] if value.startswith("[") and value.endswith("]") else value
