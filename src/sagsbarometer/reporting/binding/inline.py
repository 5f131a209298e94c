"""Running text to inlines: bound numbers, cross references, footnote marks, and what markdown-it saw."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, errors
from sagsbarometer.measures.cells import WITHHELD, Cell
from sagsbarometer.reporting.binding.bound import bound_number
from sagsbarometer.reporting.binding.digits import unbound
from sagsbarometer.reporting.binding.given import given_number
from sagsbarometer.reporting.binding.quantities import disagreements, said, sentences, share
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import (
    CrossRef,
    Emphasis,
    FootnoteRef,
    Inline,
    Inlines,
    LineBreak,
    Link,
    Number,
    Strong,
    Text,
    plain,
)
from sagsbarometer.reporting.faults import Report
from sagsbarometer.reporting.numbers import printed

_MARK = re.compile(
    r"\[(?P<fixed>[^\[\]]+)\]\{\.fixed\}"
    r"|\[(?P<danish>[^\[\]\d]+)\]\{\.da\}"
    r"|\{(?P<bound>[^{}]*)\}"
    r"|\[\^(?P<note>[\w-]+)\]"
    r"|\[@(?P<ref>[\w-]+)\]"
    r"|(?P<brace>[{}])"
)
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s]+", re.IGNORECASE)
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+)[»(\"]?$")


@dataclass(slots=True)
class Context:
    """What one text file is read against, and what reading it gathers."""

    edition: Edition
    report: Report
    targets: dict[str, str] = field(default_factory=dict)  # id to the words of a cross reference
    notes: dict[str, int] = field(default_factory=dict)  # footnote id to its number, in order of use
    pointed: list[tuple[int, str]] = field(default_factory=list)  # line and figure or annex pointed to
    noted: list[tuple[int, str]] = field(default_factory=list)  # line and footnote pointed to


@functools.cache  # to make one takes longer than to read a line with it
def parser() -> MarkdownIt:
    """The markdown we read. Reading leaves it as it was: it keeps no text, and nobody may change its rules."""
    # Link definitions would swallow `[^note]: …` lines that are not ours, and a line of dashes under a
    # paragraph would make it a heading without anyone meaning it.
    markdown = MarkdownIt("commonmark", {"html": False}).disable(["reference", "lheading"])
    # Otherwise a link to `javascript:` would be printed as it is written; we refuse it with a reason.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    markdown.parse("-")  # it orders its rules at the first text, which two readers at once must not do
    return markdown


def line_inlines(context: Context, text: str, line: int, heading: bool = False) -> Inlines:
    """The inlines of a piece of text that stands outside the markdown proper: a title, a footnote."""
    tokens = parser().parseInline(text)
    return inlines(context, tokens[0], line, heading) if tokens else ()


def note_words(edition: Edition, words: str, where: str) -> str:
    """A note with its bound numbers printed. `where` is the place shown in messages. Raises Faults when it holds
    numbers that are not bound."""
    report = Report(where)
    context = Context(edition, report)
    read = line_inlines(context, words, 1)
    check_words(context, read, 1)
    told = plain(read)
    if errors(report.problems):
        raise Faults(report.problems)
    return told


def anchor(target: str) -> str:
    """Where a cross reference leads: the anchor of a figure or an annex."""
    return target.replace("_", "-") if target.startswith("annex_") else f"fig-{target}"


def inlines(context: Context, token: Token, line: int, heading: bool = False) -> Inlines:
    """The inlines of one markdown-it `inline` token that begins on `line`; faults go to the context."""
    children = token.children or []
    _check_digits(context, children, line, heading)
    stack: list[tuple[str, str, list[Inline]]] = [("", "", [])]
    before = ""
    at = line
    for child in children:
        match child.type:
            case "text":
                stack[-1][2].extend(_marks(context, child.content, at, before))
                before = (before + child.content)[-80:]
                at += child.content.count("\n")
            case "softbreak":
                stack[-1][2].append(Text(" "))
                before, at = before + " ", at + 1
            case "hardbreak":
                stack[-1][2].append(LineBreak())
                before, at = before + " ", at + 1
            case "strong_open" | "em_open" | "link_open":
                address = _address(context, child, at) if child.type == "link_open" else ""
                stack.append((child.type, address, []))
            case "strong_close" | "em_close" | "link_close":
                kind, address, inner = stack.pop()
                stack[-1][2].append(_wrapped(kind, address, _joined(inner)))
            case _:
                remedy = "Brug almindelig tekst, fed, kursiv og henvisninger."
                context.report.fault(
                    115, at, f"{_KINDS.get(child.type, child.type)} kan ikke bruges her.", remedy
                )
    return _joined(stack[0][2])


_TOGETHER = re.compile(r"(§|\b(?:stk|nr|kap)\.|\b(?:litra|kapitel|bilag)|(?<!\d)\d{1,2}\.) (?=[\da-zæøå])")


def kept_together(text: str) -> str:
    """`text` with no-break spaces where a line must not end: `§ 97`, `stk. 2`, `20. december`."""
    return _TOGETHER.sub("\\1\u00a0", text)


def _joined(items: list[Inline]) -> Inlines:
    """`items` with neighbouring words as one, set so that what belongs together stays on one line."""
    joined: list[Inline] = []
    for item in items:
        last = joined[-1] if joined else None
        if (
            isinstance(item, Text)
            and isinstance(last, Text)
            and (item.fixed, item.danish) == (last.fixed, last.danish)
        ):
            joined[-1] = replace(last, text=last.text + item.text)
        else:
            joined.append(item)
    return tuple(
        replace(item, text=kept_together(item.text)) if isinstance(item, Text) else item for item in joined
    )


_KINDS = {"code_inline": "Kode mellem `…`", "image": "Et billede", "html_inline": "HTML"}


def _wrapped(kind: str, address: str, children: Inlines) -> Inline:
    if kind == "strong_open":
        return Strong(children)
    return Link(children, address) if kind == "link_open" else Emphasis(children)


def _address(context: Context, token: Token, line: int) -> str:
    address = str(token.attrGet("href") or "")
    if not _ADDRESS.fullmatch(address):
        fault = f"Adressen {shown(address)} kan ikke bruges i en henvisning."
        context.report.fault(115, line, fault, "Skriv en fuld adresse, der begynder med https://.")
    return address


def _check_digits(context: Context, children: Sequence[Token], line: int, heading: bool) -> None:
    """Every digit outside marks is law, date or year, or a fault. Seen over the whole block, for context."""
    text = "".join(child.content if child.type == "text" else _space(child.type) for child in children)
    masked = _MARK.sub(lambda match: "\0" * len(match.group()), text)
    for position, digits in unbound(masked, heading, context.edition.language):
        context.report.unbound_digit(line + text[:position].count("\n"), digits)


def _space(kind: str) -> str:
    return "\n" if kind in ("softbreak", "hardbreak") else ""


def _marks(context: Context, content: str, line: int, before: str) -> list[Inline]:
    """The text of one token with its marks replaced."""
    parts: list[Inline] = []
    end = 0
    for match in _MARK.finditer(content):
        if match.start() > end:
            parts.append(Text(content[end : match.start()]))
        starts_sentence = _SENTENCE_START.search(before + content[: match.start()]) is not None
        parts.extend(_mark(context, match, line, starts_sentence))
        end = match.end()
    if end < len(content):
        parts.append(Text(content[end:]))
    return parts


def _mark(context: Context, match: re.Match[str], line: int, starts_sentence: bool) -> list[Inline]:
    match match.lastgroup:
        case "fixed":
            return [Text(match["fixed"], fixed=True)]
        case "danish":
            return [Text(match["danish"], danish=context.edition.language != "da")]
        case "bound":
            return _number(context, match["bound"], line, starts_sentence)
        case "note":
            context.noted.append((line, match["note"]))
            first = match["note"] not in context.notes
            return [FootnoteRef(context.notes.setdefault(match["note"], len(context.notes) + 1), first)]
        case "ref":
            target = match["ref"]
            context.pointed.append((line, target))
            words = context.targets.get(target, target)
            return [CrossRef(_capital(words) if starts_sentence else words, anchor(target))]
        case _:
            context.report.malformed(line, match.group())
            return []


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _number(context: Context, inside: str, line: int, starts_sentence: bool) -> list[Inline]:
    if (given := given_number(context.edition, context.report, inside, line)) is not None:
        return [Text(given, fixed=True)] if given else []
    number = bound_number(context.edition, context.report, inside, line)
    if number is None:
        return []
    if number.text == WITHHELD:
        fault = f"Tallet {shown(inside.strip(), 120)} er skjult og skrives {WITHHELD}."
        context.report.warning(211, line, fault, "Skriv sætningen om, så den kan læses uden tallet.")
    return [replace(number, text=_capital(number.text)) if starts_sentence else number]


def numbers(children: Inlines) -> list[tuple[int, Number]]:
    """Every bound number with its position in the plain words of `children`."""
    found: list[tuple[int, Number]] = []
    _gather(children, 0, found)
    return found


def _gather(children: Inlines, at: int, found: list[tuple[int, Number]]) -> int:
    for item in children:
        match item:
            case Number(text):
                found.append((at, item))
                at += len(text)
            case Text(text) | CrossRef(text):
                at += len(text)
            case Strong(inner) | Emphasis(inner) | Link(inner):
                at = _gather(inner, at, found)
            case LineBreak():
                at += 1
            case FootnoteRef():
                pass
    return at


def check_words(context: Context, children: Inlines, line: int) -> None:
    """RAPPORT-201 for words such as "knap halvdelen" that no bound share of their sentence fits."""
    text, found = plain(children, without_fixed=True), numbers(children)
    for start, end in sentences(text):
        inside = [number for position, number in found if start <= position < end]
        told_shares(context, text[start:end], inside, line)


def cells_of(edition: Edition, number: Number) -> tuple[Cell, ...]:
    """The cell of a number, and the one it is the difference to; each of its own round."""
    held = [(number.measure, number.before), *([(number.minus, number.minus_before)] if number.minus else [])]
    return tuple(edition.of(before).cell(ref) for ref, before in held)


def _is_withheld(edition: Edition, number: Number) -> bool:
    return any(cell.hidden for cell in cells_of(edition, number))


def told_shares(context: Context, text: str, inside: list[Number], line: int) -> None:
    """RAPPORT-201 for the words of `text` held against the shares of `inside`; RAPPORT-131 where the number is withheld
    and the words would tell it."""
    if gone := [number for number in inside if _is_withheld(context.edition, number)]:
        for item in said(text, context.edition.language):
            hidden = f"{{{gone[0].measure}}}"
            fault = (
                f"»{item.words}« står ved et tal, der er skjult ({hidden}), og fortæller, hvor stort det er."
            )
            context.report.fault(
                131, line, fault, "Skriv sætningen om, så den ikke siger, hvor meget det er."
            )
    cells = [cells_of(context.edition, number)[0] for number in inside if not number.minus]
    cells = [cell for cell in cells if not cell.hidden]
    shares = [value for cell in cells if (value := share(cell)) is not None]
    for item in disagreements(text, shares, context.edition.language):
        told = ", ".join(dict.fromkeys(printed(cell, "percent") for cell in cells if share(cell) is not None))
        context.report.warning(
            201,
            line,
            f"»{item.words}« passer ikke med {told}, som er bundet her.",
            f"Ret ordet, eller bind det rette tal. »{item.words}« bruges om {item.allowed}.",
        )
