"""From text to tree: a recursive descent with no more of a grammar than the language has.

expression  = conjunction {"or" conjunction}
conjunction = negation {"and" negation}
negation    = {"not"} comparison
comparison  = sum [operator sum | "in" (name | "(" literal {"," literal} ")")]
sum         = primary {("+" | "-") (number | name) "days" | "-" primary}
primary     = literal | name | "state" "(" name ")" | "count_true" "(" expression {"," expression} ")"
            | "(" expression ")"
"""

from __future__ import annotations

from typing import NoReturn

from sagsbarometer.forms.language.tokens import OTHER_WORDS, RESERVED, Kind, Token, fault_at, tokenize
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
    children,
)
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Place
from sagsbarometer.kernel.said import said

MAX_LENGTH = 4000  # characters
MAX_DEPTH = 50  # levels of the tree: every later stage walks it by recursion
_OPERATORS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_ARITHMETIC = said("Brug kun en dato + eller - et antal days, og en dato - en dato.")


def parse(text: str, place: Place) -> Node:
    """The tree of an expression. `a and (b and c)` and `a and b and c` give the same one.

    Raises Faults with one problem, its column where in the text it is. Codes: SPROG-101 unexpected character,
    102 unfinished text, 103 unexpected word or sign, 104 parenthesis missing or too many, 105 chained
    comparison, 106 arithmetic that is not allowed, 107 unknown function, 108 empty, 109 ends too early,
    110 too long, 111 too deep, 112 faulty `in`, 113 no such date, 114 number too large.
    """
    if len(text) > MAX_LENGTH:
        fault = said(
            "Udtrykket er på {length} tegn; der er plads til {limit}.",
            length=str(len(text)),
            limit=str(MAX_LENGTH),
        )
        raise fault_at(place, MAX_LENGTH, "SPROG-110", fault, said("Del det i flere afledte variable."))
    tokens = tokenize(text, place)
    if tokens[0].kind is Kind.END:
        remedy = said("Skriv et udtryk, fx true, eller slet linjen.")
        raise fault_at(place, 0, "SPROG-108", said("Udtrykket er tomt."), remedy)
    node = _Parser(tokens, place).whole()
    if _deeper_than(node, MAX_DEPTH):
        raise _too_deep(place, 0)
    return node


def _deeper_than(node: Node, limit: int) -> bool:
    level: list[Node] = [node]
    for _ in range(limit):
        level = [child for parent in level for child in children(parent)]
        if not level:
            return False
    return True


def _too_deep(place: Place, offset: int) -> Exception:
    fault = said("Udtrykket er indlejret i mere end {depth} niveauer.", depth=MAX_DEPTH)
    return fault_at(place, offset, "SPROG-111", fault, said("Del det i flere afledte variable."))


def _flat(kind: type[And] | type[Or], items: list[Node]) -> Node:
    """The items under one And or Or; those of its own kind are laid out in it."""
    if len(items) == 1:
        return items[0]
    flat: list[Node] = []
    for item in items:
        flat.extend(item.items if isinstance(item, kind) else (item,))
    return kind(tuple(flat))


class _Parser:
    """Reads tokens from left to right; each method returns the node of one rule of the grammar."""

    def __init__(self, tokens: list[Token], place: Place) -> None:
        self.tokens = tokens
        self.place = place
        self.index = 0
        self.open = 0  # parentheses: what bounds the recursion

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    def sees(self, text: str) -> bool:
        return self.token.kind in (Kind.WORD, Kind.SIGN) and self.token.text == text

    def take(self) -> Token:
        token = self.token
        self.index += 1
        return token

    def accept(self, text: str) -> bool:
        if self.sees(text):
            self.index += 1
            return True
        return False

    def whole(self) -> Node:
        node = self.expression()
        if self.sees(")"):
            fault, remedy = said("Parentesen er ikke begyndt."), said("Slet den, eller sæt ( foran.")
            self.refuse(self.token, "SPROG-104", fault, remedy)
        if self.token.kind is not Kind.END:
            self.unexpected()
        return node

    def expression(self) -> Node:
        items = [self.conjunction()]
        while self.accept("or"):
            items.append(self.conjunction())
        return _flat(Or, items)

    def conjunction(self) -> Node:
        items = [self.negation()]
        while self.accept("and"):
            items.append(self.negation())
        return _flat(And, items)

    def negation(self) -> Node:
        start, count = self.token, 0
        while self.accept("not"):
            count += 1
        if count > MAX_DEPTH:
            raise _too_deep(self.place, start.offset)
        node = self.comparison()
        for _ in range(count):
            node = Not(node)
        return node

    def comparison(self) -> Node:
        left = self.sum()
        if self.compares():
            node: Node = Compare(self.take().text, left, self.sum())
        elif self.accept("in"):
            node = self.membership(left)
        else:
            return left
        if self.compares() or self.sees("in"):
            fault = said("Sammenligninger kan ikke kædes.")
            self.refuse(self.token, "SPROG-105", fault, said("Skriv a < b and b < c, eller sæt parentes."))
        return node

    def compares(self) -> bool:
        return self.token.kind is Kind.SIGN and self.token.text in _OPERATORS

    def membership(self, left: Node) -> Node:
        if self.sees("("):
            return OneOf(left, self.options(self.take()))
        if self.token.kind is not Kind.WORD or self.token.text in RESERVED:
            fault = said("Efter in skal stå en liste i parentes eller et spørgsmål med flere koder.")
            self.refuse(self.token, "SPROG-112", fault, said("Skriv q in ('a', 'b') eller 'a' in q."))
        name = self.name()
        if not (isinstance(left, Literal) and isinstance(left.value, str)):
            fault = said("Foran in {text} skal stå én kode mellem '.", text=name.text)
            self.refuse(name, "SPROG-112", fault, said("Skriv 'a' in {text}.", text=name.text))
        return Holds(left.value, name.text)

    def options(self, opening: Token) -> tuple[Literal, ...]:
        options: list[Literal] = []
        while not options or self.accept(","):
            start = self.token
            literal = self.literal()
            if literal is None:
                if start.kind is Kind.END:
                    self.unclosed(opening)
                remedy = said("Skriv værdier med komma imellem: ('a', 'b').")
                if start.kind is Kind.WORD and start.text not in RESERVED:
                    remedy = said("Skriv koden mellem ': '{text}'.", text=start.text)
                self.refuse(start, "SPROG-112", said("Listen efter in må kun indeholde værdier."), remedy)
            options.append(literal)
        self.close(opening)
        return tuple(options)

    def sum(self) -> Node:
        node = self.primary()
        while self.sees("+") or self.sees("-"):
            node = self.moved(node, self.take())
        return node

    def moved(self, node: Node, sign: Token) -> Node:
        start = self.token
        amount = self.primary()
        number = isinstance(amount, Literal) and type(amount.value) is int
        if self.accept("days"):
            if start.kind is not Kind.NUMBER and not (isinstance(amount, Ref) and start.kind is Kind.WORD):
                fault = said("Foran days skal stå et helt tal eller et navn.")
                self.refuse(start, "SPROG-106", fault, said("Skriv fx decision_date + 28 days."))
            return Shift(node, 1 if sign.text == "+" else -1, amount)
        if number:
            remedy = said("Skriv days efter tallet, hvis det er dage. {arithmetic}", arithmetic=_ARITHMETIC)
            self.refuse(
                sign, "SPROG-106", said("Der kan ikke lægges et tal til eller trækkes et tal fra."), remedy
            )
        if sign.text == "+":
            self.refuse(sign, "SPROG-106", said("Kun dage kan lægges til, og days mangler."), _ARITHMETIC)
        return DaysBetween(node, amount)

    def primary(self) -> Node:
        literal = self.literal()
        if literal is not None:
            return literal
        if self.sees("-"):
            self.refuse(self.token, "SPROG-106", said("Et minus skal stå foran et tal."), _ARITHMETIC)
        if self.sees("("):
            opening = self.enter()
            node = self.expression()
            self.leave(opening)
            return node
        if self.token.kind is not Kind.WORD:
            self.missing()
        if self.token.text in ("state", "count_true"):
            return self.function()
        if self.token.text in RESERVED:
            self.missing()
        return Ref(self.name().text)

    def name(self) -> Token:
        name = self.take()
        if self.sees("("):
            fault = said("Der findes ingen funktion {text}.", text=shown(name.text))
            self.refuse(
                name, "SPROG-107", fault, said("Brug state(q) eller count_true(a, b); andre findes ikke.")
            )
        return name

    def function(self) -> Node:
        function = self.take()
        if not self.sees("("):
            example = "state(q)" if function.text == "state" else "count_true(a, b)"
            fault = said("Efter {text} mangler (.", text=function.text)
            remedy = said("Skriv {example}.", example=example)
            self.refuse(self.token, "SPROG-103", fault, remedy)
        opening = self.enter()
        node = self.state() if function.text == "state" else self.count()
        self.leave(opening)
        return node

    def state(self) -> Node:
        if self.token.kind is not Kind.WORD or self.token.text in RESERVED:
            fault, remedy = said("I state() skal stå et navn."), said("Skriv fx state(q), uden '.")
            self.refuse(self.token, "SPROG-103", fault, remedy)
        return StateOf(self.name().text)

    def count(self) -> Node:
        items = [self.expression()]
        while self.accept(","):
            items.append(self.expression())
        return CountTrue(tuple(items))

    def literal(self) -> Literal | None:
        if self.sees("true") or self.sees("false"):
            return Literal(self.take().text == "true")
        if self.token.kind in (Kind.TEXT, Kind.DATE, Kind.NUMBER):
            return Literal(self.take().value)
        following = self.tokens[self.index + 1] if self.sees("-") else self.token
        if following.kind is Kind.NUMBER and isinstance(following.value, int):
            self.index += 2
            return Literal(-following.value)
        return None

    def enter(self) -> Token:
        self.open += 1
        if self.open > MAX_DEPTH:
            raise _too_deep(self.place, self.token.offset)
        return self.take()

    def leave(self, opening: Token) -> None:
        self.close(opening)
        self.open -= 1

    def close(self, opening: Token) -> None:
        if self.accept(")"):
            return
        if self.token.kind is Kind.END:
            self.unclosed(opening)
        self.unexpected()

    def unclosed(self, opening: Token) -> NoReturn:
        self.refuse(
            opening, "SPROG-104", said("Parentesen er ikke sluttet."), said("Sæt ) hvor den slutter.")
        )

    def unexpected(self) -> NoReturn:
        """Refuse the token that is next: the expression cannot go on with it."""
        token = self.token
        previous = self.tokens[self.index - 1] if self.index else token
        for word in (token, previous):
            if meant := _meant(word):
                fault = said("{text} kan ikke stå her.", text=shown(word.text))
                remedy = said("Skriv {meant}.", meant=meant)
                self.refuse(word, "SPROG-103", fault, remedy)
        if token.text == "not":
            remedy = said("Sæt parentes: not (q in ('a', 'b')) eller a == (not b).")
        elif token.kind is Kind.SIGN or token.text in RESERVED:
            remedy = said("Slet {text}, eller ret det, der står foran.", text=shown(token.text))
        else:
            remedy = said(
                "Skriv and, or eller en sammenligning (fx ==) imellem. Koder og tekster står mellem '."
            )
        self.refuse(token, "SPROG-103", said("{text} kan ikke stå her.", text=shown(token.text)), remedy)

    def missing(self) -> NoReturn:
        """Refuse the token that is next: a name, a value or a parenthesis must come before it."""
        token = self.token
        if token.kind is Kind.END:
            fault = said("Der mangler noget efter {text}.", text=shown(self.tokens[self.index - 1].text))
            self.refuse(token, "SPROG-109", fault, said("Skriv udtrykket færdigt."))
        if token.text == "not" or _meant(token):
            self.unexpected()
        fault = said("Der mangler noget foran {text}.", text=shown(token.text))
        self.refuse(token, "SPROG-103", fault, said("Skriv et navn, en værdi eller en parentes foran."))

    def refuse(self, token: Token, code: str, fault: str, remedy: str) -> NoReturn:
        raise fault_at(self.place, token.offset, code, fault, remedy)


def _meant(token: Token) -> str | None:
    """The word of this language for one that is not: `og` gives `and`, `AND` gives `and`."""
    lower = token.text.lower()
    if token.kind not in (Kind.WORD, Kind.SIGN) or token.text in RESERVED:
        return None
    return lower if lower in RESERVED else OTHER_WORDS.get(lower)
