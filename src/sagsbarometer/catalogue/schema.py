"""What may stand in the files of `law/`: one model an item.

Every item has the period it holds, where it is from and the day somebody last checked it. A period with an empty day
has no limit that we know. The words are ours; labels of the board's own groups are as it prints them.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from sagsbarometer.datafiles.validated import Strict, Word
from sagsbarometer.kernel.said import said

_ELI = re.compile(r"https://[a-z.]+/eli/[a-z0-9/]+")


def _address(text: str) -> str:
    if text and not _ELI.fullmatch(text):
        raise ValueError(said("en ELI er en adresse med /eli/ i; lad feltet være tomt, hvor den ikke kendes"))
    return text


def _with_danish(words: dict[str, str]) -> dict[str, str]:
    if not words.get("da"):
        raise ValueError(said("den danske tekst (da) mangler"))
    return words


Eli = Annotated[Word, AfterValidator(_address)]
Words = Annotated[dict[str, Word], AfterValidator(_with_danish)]
Day = Annotated[Word, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")]
Checked = Annotated[Word, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Moment = Annotated[Word, Field(pattern=r"^\d{4}(-\d{2}-\d{2})?$")]  # a day, or a year where no more is known
Id = Annotated[Word, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
SubjectId = Annotated[Word, Field(pattern=r"^[a-z0-9]+(_[a-z0-9]+)*$")]  # a label may begin with a number
Said = Annotated[Word, Field(min_length=1)]
Scope = Literal["child", "adult", "all"]
ProvisionKind = Literal["same_content", "moved", "changed", "continues"]
BasketKind = Literal["narrower_basket", "wider_basket", "other_basket", "split_basket"]
Area = Literal["child_disability", "adult_disability", "child", "adult", "all", "procedure"]


class Period(Strict):
    """From one day to another, both included; an empty day is no limit that we know."""

    from_: Day = Field("", alias="from")
    to: Day = ""

    def holds(self, day: date) -> bool:
        """Whether `day` is in the period."""
        return self.from_ <= day.isoformat() and (not self.to or day.isoformat() <= self.to)


class InForce(Period):
    """A period in force, with what we do not know about it."""

    note: Word = ""


_UNKNOWN = InForce.model_validate({})


class Act(Strict):
    """An act, order or circular. `short` is how it is cited; `names` are other ways people write it."""

    id: Id
    kind: Literal["act", "order", "circular"] = "act"
    title: Words
    short: Words
    names: list[Said] = []
    in_force: InForce
    eli: Eli = ""  # empty where we do not know it
    source: Said
    last_checked: Checked


class Attention(Strict):
    """What the documents say is hard about a condition. Not a rule."""

    wording: Words
    source: Said


class Condition(Strict):
    """One step that must be assessed under a provision; the spine of everything."""

    id: Id
    label: Words
    wording: Words
    source: Said
    in_force: InForce = _UNKNOWN  # within that of the provision
    principle_decisions: list[Word] = []
    attention: list[Attention] = []


class Provision(Strict):
    """A section of an act, with its conditions in the order they are assessed where we have them.

    `provision` is its id: `serviceloven/97`, `barnets_lov/82/1` (stk. 1), `barnets_lov/90 jf. serviceloven/112`.
    `conditions_of` names the provision whose conditions hold here as well, because the content is the same.
    """

    provision: Said
    title: Words
    area: Area = "all"
    programme: Literal["", "child", "adult"] = ""  # which list of the programme 2022-2025 it stands on
    in_force: InForce
    source: Said
    last_checked: Checked
    note: Word = ""
    conditions: list[Condition] = []
    conditions_of: Word = ""


class Requirement(Strict):
    """Something a decision must live up to. The classes are never added up.

    The six legal defects and the four case-handling rules are what a barometer counts; `other_requirement` is what the
    law asks besides. `counted_as` tells under which of the ten a barometer counts a breach of it.
    """

    id: Id
    class_: Literal["legal_defect", "case_handling_rule", "other_requirement"] = Field(alias="class")
    label: Words
    citations: list[Said]
    in_force: InForce
    last_checked: Checked
    applies: Words
    applies_if: Word = ""  # row language on the names of a form
    provisions: list[Said] = []  # only decisions under these; empty for all
    counted_as: Word = ""
    wording: Words
    principle_decisions: list[Word] = []
    source: Said


class PrincipleDecision(Strict):
    """A binding decision, numbered N-YY. We hold none of them: only what the documents tell."""

    number: Annotated[Word, Field(pattern=r"^\d{1,3}-\d{2}$")]
    area: Literal["social", "employment", "children", ""] = ""  # the list of the annual report it stands on
    keywords: Word = ""  # as the annual report prints them
    about: Words | None = None  # what the documents use it for, in our words
    provisions: list[Said] = []
    status: Literal["cited, content not held", "listed, content not held"]
    cited_in: list[Said] = []
    source: Said
    last_checked: Checked


class Covered(Period):
    """A provision, or a range of them, that a case subject covers in a period."""

    provision: Said
    scope: Scope = "all"


class CaseSubject(Strict):
    """One of the board's own groups of provisions. The label is as it is printed, and the id is made of it."""

    id: SubjectId
    law_area: Id = ""  # of the file it stands in
    label: Words
    in_force: InForce = _UNKNOWN
    provisions: list[Said | Covered] = []
    exceptions: list[Said] = []  # `except` of the label: »undtaget §§ 25 b-e«
    line: int = 0  # of the table in the head's source
    source: Word = ""
    last_checked: Day = ""
    note: Word = ""


class Break(Strict):
    """Where figures before and after cannot simply be compared. `kind` is about the cases that are counted."""

    date: Moment
    kind: Literal[BasketKind, "changed", "new_area"]
    law: Literal["", "same_content", "moved", "changed"] = ""  # what happened to the rule itself
    scope: Scope
    note: Words
    source: Said


class AreaNote(Strict):
    """The acts that one note names."""

    acts: list[Id]
    source: Said


class LawArea(Strict):
    """One of the ten groups of acts that the board counts cases under."""

    id: Id
    label: Words
    acts: list[Id]
    coverage: list[AreaNote] = []  # what the notes of the tables say, where they differ
    in_force: InForce
    breaks: list[Break] = []
    note: Word = ""
    source: Said
    last_checked: Checked


class Member(Period):
    """A case subject that is part of a series in a period."""

    case_subject: SubjectId


class Series(Strict):
    """A topic followed over time, across changes of the law and of the groups."""

    id: Id
    label: Words
    members: list[Member]
    breaks: list[Break] = []
    source: Said
    last_checked: Checked


class Succession(Strict):
    """What took the place of a provision on a date, for whom. `continues` names the provision itself."""

    from_: Said = Field(alias="from")
    to: Said
    date: Checked
    scope: Scope
    kind: ProvisionKind
    note: Words | None = None
    source: Said
    last_checked: Checked


class BasketChange(Strict):
    """What took the place of a case subject. `lost` and `gained` are what the labels name on one side only."""

    from_: SubjectId = Field(alias="from")
    to: list[SubjectId]
    date: Checked
    scope: Scope
    kind: BasketKind
    lost: list[Said] = []
    gained: list[Said] = []
    note: Words
    source: Said
    last_checked: Checked


class Amendment(Strict):
    """A change of rules that kept their place."""

    provisions: list[Said]
    date: Moment
    scope: Scope
    note: Words
    source: Said
    last_checked: Checked


class Outcome(Strict):
    """How an appeal case ended."""

    id: Id
    label: Words
    definition: Words
    on_the_merits: bool
    reversed: bool
    reach: int  # how far the body goes into the decision; 0 for not at all. The order is ours
    one_of: list[Id] = []  # it is one of these, and the source does not tell which
    source: Said
    last_checked: Checked


class Keyword(Strict):
    """A word of the register: why a decision was reversed, or what was criticised. `label` is as it is printed."""

    id: Id
    label: Words
    definition: Words
    source: Said
    last_checked: Checked
