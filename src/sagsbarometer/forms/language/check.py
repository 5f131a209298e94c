"""Whether an expression makes sense: every name exists, every code can be chosen, types go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import Enum, auto

from sagsbarometer.forms.language.tokens import OTHER_WORDS, RESERVED
from sagsbarometer.forms.language.tree import (
    And,
    Compare,
    CountTrue,
    DaysBetween,
    Holds,
    Literal,
    Node,
    Not,
    OneOf,
    Or,
    Ref,
    Shift,
    StateOf,
)
from sagsbarometer.forms.language.types import TYPE_DA, Name, Type
from sagsbarometer.forms.language.write import write
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Place, Problem
from sagsbarometer.kernel.said import all_said, said


class _Other(Enum):
    """What a node can be beside a value of a type."""

    WORD = auto()  # 'kept': a code, a text or a state, as what it is compared with decides
    STATE = auto()  # state(q)


_Kind = Type | _Other
_ORDERED = (Type.INT, Type.DATE)
_LISTED = (Type.CODE, Type.TEXT, Type.INT, Type.DATE, _Other.STATE)
_OTHER_DA = all_said({_Other.WORD: "en tekst", _Other.STATE: "en tilstand"})


def check(
    node: Node, names: Mapping[str, Name], place: Place, expects: Type = Type.BOOL
) -> tuple[Type | None, tuple[Problem, ...]]:
    """The type of the whole expression (None where faults hide it) and every fault in it, placed at `place`.

    With no faults the evaluators never fail. Codes: SPROG-201 unknown name, 202 a code the question does not
    have, 203 unknown state, 204 different types compared, 205 things compared by size that have none, 206
    `in` on what it is not for, 207 `count_true` outside a comparison with a whole number, 208 arithmetic on
    what is not dates and days, 209 a question with several codes used as if it had one value, 210 the whole
    is not of the type expected, 211 something that is not yes or no under and/or/not/count_true, 212 two
    constants compared.
    """
    checker = _Checker(names, place)
    kind = checker.kind(node)
    if kind is _Other.WORD and expects in (Type.CODE, Type.TEXT):
        kind = expects
    if kind is Type.CODES:
        checker.several_codes(node)
    elif kind is not None and kind is not expects:
        remedy = (
            said("Sammenlign med noget, fx ==.")
            if expects is Type.BOOL
            else said("Ret udtrykket eller typen.")
        )
        fault = said(
            "Udtrykket giver {kind}, men her ventes {wanted}.", kind=_da(kind), wanted=TYPE_DA[expects]
        )
        checker.refuse("SPROG-210", fault, remedy)
    return (kind if isinstance(kind, Type) else None), tuple(dict.fromkeys(checker.problems))


def _da(kind: _Kind) -> str:
    return TYPE_DA[kind] if isinstance(kind, Type) else _OTHER_DA[kind]


def _closest(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.6) or get_close_matches(word.lower(), known, n=1)
    return said("Mente du {name}? ", name=close[0]) if close else ""


class _Checker:
    """Finds the kind of each node and gathers faults; a kind of None means a fault is told already."""

    def __init__(self, names: Mapping[str, Name], place: Place) -> None:
        self.names = names
        self.place = place
        self.problems: list[Problem] = []
        self.counting = False  # within count_true

    def refuse(self, code: str, fault: str, remedy: str) -> None:
        self.problems.append(Problem(code, self.place, fault, remedy))

    def kind(self, node: Node) -> _Kind | None:
        match node:
            case Literal(value):
                return _literal_kind(value)
            case Ref(name):
                known = self.name(name)
                return known.type if known else None
            case StateOf(name):
                return _Other.STATE if self.name(name) else None
            case Shift() | DaysBetween():
                return self.arithmetic(node)
            case CountTrue(items):
                self.refuse_count(node)
                self.yes_or_no(items)
                return None
            case Compare():
                self.compare(node)
            case OneOf():
                self.one_of(node)
            case Holds(code, name):
                self.holds(code, name)
            case Not(item):
                self.yes_or_no((item,))
            case And(items) | Or(items):
                self.yes_or_no(items)
        return Type.BOOL

    def name(self, name: str) -> Name | None:
        if name in self.names:
            return self.names[name]
        fault = said("Navnet {name} kendes ikke.", name=shown(name))
        question, _, rest = name.partition("__")
        meant = name.lower() if name.lower() in RESERVED else OTHER_WORDS.get(name.lower())
        if meant:
            remedy = said("Skriv {meant}.", meant=meant)
        elif rest and question in self.names:
            remedy = (
                said("Skriv state({question}).", question=question)
                if rest == "state"
                else said("Skriv '{rest}' in {question}.", rest=rest, question=question)
            )
        else:
            closest = _closest(name, sorted(self.names))
            remedy = said("{hint}En kode skal stå mellem '.", hint=closest or said("Se efter stavningen. "))
        self.refuse("SPROG-201", fault, remedy)
        return None

    def yes_or_no(self, items: Sequence[Node]) -> None:
        for item in items:
            kind = self.kind(item)
            if kind is Type.CODES:
                self.several_codes(item)
            elif kind is not None and kind is not Type.BOOL:
                fault = said(
                    "{item} er {kind}, ikke noget, der er ja eller nej.",
                    item=shown(write(item)),
                    kind=_da(kind),
                )
                self.refuse("SPROG-211", fault, said("Sammenlign det med noget, fx ==."))

    def several_codes(self, node: Node) -> None:
        text = write(node)
        fault = said("{text} kan have flere koder og ikke bruges som én værdi.", text=shown(text))
        self.refuse("SPROG-209", fault, said("Spørg om én kode ad gangen: 'kode' in {text}.", text=text))

    def refuse_count(self, node: Node) -> None:
        fault = said(
            "{node} skal sammenlignes med et helt tal, uden for andre count_true.", node=shown(write(node))
        )
        self.refuse("SPROG-207", fault, said("Skriv fx count_true(a, b, c) >= 2."))

    def arithmetic(self, node: Shift | DaysBetween) -> _Kind | None:
        if isinstance(node, Shift):
            wanted: tuple[tuple[Node, _Kind], ...] = ((node.date, Type.DATE), (node.days, Type.INT))
        else:
            wanted = ((node.later, Type.DATE), (node.earlier, Type.DATE))
        kinds = [self.kind(part) for part, _ in wanted]
        faulty = False
        for (part, demanded), kind in zip(wanted, kinds, strict=True):
            if kind is not None and kind is not demanded:
                fault = said(
                    "{part} er {kind}; her skal stå {demanded}.",
                    part=shown(write(part)),
                    kind=_da(kind),
                    demanded=_da(demanded),
                )
                days = isinstance(node, DaysBetween) and kinds == [Type.DATE, Type.INT]
                remedy = (
                    said("Skriv {node} days.", node=write(node))
                    if days
                    else said("Kun datoer og antal days kan regnes med.")
                )
                self.refuse("SPROG-208", fault, remedy)
                faulty = True
        return None if faulty else Type.DATE if isinstance(node, Shift) else Type.INT

    def compare(self, node: Compare) -> None:
        for count, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(count, CountTrue):
                self.compare_count(count, other)
                return
        if self.unquoted(node.left, node.right) or self.unquoted(node.right, node.left):
            return
        left, right = self.kind(node.left), self.kind(node.right)
        if left is None or right is None:
            return
        if isinstance(node.left, Literal) and isinstance(node.right, Literal):
            fault = said("{node} sammenligner to faste værdier.", node=shown(write(node)))
            self.refuse(
                "SPROG-212", fault, said("Skriv et navn på den ene side, eller true eller false i stedet.")
            )
        elif Type.CODES in (left, right):
            self.several_codes(node.left if left is Type.CODES else node.right)
        elif not self.alike(node.left, left, node.right, right):
            return  # told
        elif node.operator not in ("==", "!=") and left not in _ORDERED:
            fault = said(
                "{node} sammenligner noget, der ikke er større eller mindre.", node=shown(write(node))
            )
            self.refuse(
                "SPROG-205", fault, said("Brug ==, != eller in. Kun tal og datoer har en rækkefølge.")
            )

    def unquoted(self, word: Node, question: Node) -> bool:
        """Whether `word` is a code of the question without its quotes; tells so."""
        if not (isinstance(word, Ref) and isinstance(question, Ref)) or word.name in self.names:
            return False
        known = self.names.get(question.name)
        if known is None or word.name not in known.codes:
            return False
        fault = said("Navnet {name} kendes ikke.", name=shown(word.name))
        remedy = said("Skriv koden mellem ': '{name}'.", name=word.name)
        self.refuse("SPROG-201", fault, remedy)
        return True

    def compare_count(self, count: CountTrue, other: Node) -> None:
        number = isinstance(other, Literal) and type(other.value) is int
        if self.counting or not number:
            self.refuse_count(count)
        if isinstance(other, CountTrue):
            self.yes_or_no(other.items)
        elif not number:
            self.kind(other)
        outside, self.counting = self.counting, True
        self.yes_or_no(count.items)
        self.counting = outside

    def alike(self, left: Node, left_kind: _Kind, right: Node, right_kind: _Kind) -> bool:
        """Whether the two can be equal at all; tells why not."""
        for one, kind, other, other_kind in (
            (left, left_kind, right, right_kind),
            (right, right_kind, left, left_kind),
        ):
            if isinstance(one, Literal) and isinstance(one.value, str):
                return self.fits(one.value, other, other_kind)
            if kind is Type.CODE is other_kind and not self.shares_code(one, other):
                fault = said(
                    "{one} og {other} har ingen koder til fælles.",
                    one=shown(write(one)),
                    other=shown(write(other)),
                )
                self.refuse("SPROG-204", fault, said("De er aldrig ens: sammenlign med koder mellem '."))
                return False
        if left_kind is right_kind:
            return True
        fault = said(
            "{left} er {left_kind}, og {right} er {right_kind}.",
            left=shown(write(left)),
            left_kind=_da(left_kind),
            right=shown(write(right)),
            right_kind=_da(right_kind),
        )
        self.refuse("SPROG-204", fault, said("Sammenlign kun det, der er af samme slags."))
        return False

    def fits(self, word: str, item: Node, kind: _Kind) -> bool:
        """Whether a text between quotes can be the value of `item`; tells why not."""
        if kind is _Other.STATE:
            states = [state.value for state in State]
            if word not in states:
                remedy = said(
                    "{hint}Der findes: {states}.", hint=_closest(word, states), states=", ".join(states)
                )
                self.refuse("SPROG-203", said("{word} er ikke en tilstand.", word=shown(word)), remedy)
            return word in states
        if kind is Type.CODE and isinstance(item, Ref):
            return self.has_code(self.names[item.name], word)
        if kind is Type.TEXT:
            return True
        fault = said(
            "{item} er {kind} og er aldrig en tekst som {word}.",
            item=shown(write(item)),
            kind=_da(kind),
            word=shown(word),
        )
        remedy = said("Skriv tal, datoer, true og false uden '.")
        self.refuse("SPROG-204", fault, remedy)
        return False

    def has_code(self, known: Name, code: str) -> bool:
        if code in known.codes or (not known.codes and known.type is Type.CODE):
            return True
        remedy = said(
            "{hint}Den har: {codes}.",
            hint=_closest(code, known.codes),
            codes=", ".join(known.codes) or said("ingen koder"),
        )
        self.refuse("SPROG-202", said("{id} har ingen kode {code}.", id=known.id, code=shown(code)), remedy)
        return False

    def shares_code(self, one: Node, other: Node) -> bool:
        codes = [set(self.names[node.name].codes) for node in (one, other) if isinstance(node, Ref)]
        return not all(codes) or bool(set.intersection(*codes))

    def one_of(self, node: OneOf) -> None:
        kind = self.kind(node.item)
        if kind is None:
            return
        if isinstance(node.item, Literal):
            fault = said("{node} sammenligner faste værdier.", node=shown(write(node)))
            self.refuse("SPROG-212", fault, said("Skriv et navn foran in."))
        elif kind is Type.CODES:
            remedy = said("Skriv 'a' in {item} or 'b' in {item}.", item=write(node.item))
            fault = said(
                "{item} kan have flere koder og ikke stå foran in (...).", item=shown(write(node.item))
            )
            self.refuse("SPROG-206", fault, remedy)
        elif kind not in _LISTED:
            fault = said(
                "{item} er {kind} og kan ikke stå foran in (...).",
                item=shown(write(node.item)),
                kind=_da(kind),
            )
            self.refuse("SPROG-206", fault, said("Skriv det uden in."))
        else:
            for option in node.options:
                self.alike(node.item, kind, option, _literal_kind(option.value))

    def holds(self, code: str, name: str) -> None:
        known = self.name(name)
        if known is None:
            return
        if known.type is Type.CODES:
            self.has_code(known, code)
            return
        fault = said(
            "{name} er {type}; kun et spørgsmål med flere koder kan stå efter in.",
            name=name,
            type=_da(known.type),
        )
        self.refuse("SPROG-206", fault, said("Skriv {name} == '{code}'.", name=name, code=code))


def _literal_kind(value: object) -> _Kind:
    if isinstance(value, bool):
        return Type.BOOL
    if isinstance(value, int):
        return Type.INT
    return _Other.WORD if isinstance(value, str) else Type.DATE
