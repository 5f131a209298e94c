"""A PDF as blocks: by its tags where it has them, else as well as the places of its words allow, which is said.

Reads bytes made by anybody with libraries written in C: only for a process of its own, whose memory and time are
limited.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sagsbarometer.checking.paper import Block, Budget, Paper, RawCell, RawTable, Text, flat, refusal
from sagsbarometer.checking.read_pdf_words import Page, read_pages, rows_of

if TYPE_CHECKING:
    import pikepdf

MAX_PAGES = 2_000
_MOST_NODES = 1_000_000
_DEEPEST = 120
_DAMAGED = "Gem den igen som PDF fra det program, den er lavet i."
_PARAGRAPHS = frozenset(
    {"/P", "/LI", "/Note", "/FENote", "/Caption", "/Title", "/BlockQuote", "/TOCI", "/Aside", "/Code"}
)
_HEADINGS = frozenset({"/H", "/H1", "/H2", "/H3", "/H4", "/H5", "/H6"})
_LEFT_OUT = frozenset({"/Figure", "/Formula", "/TOC", "/Artifact"})


def read_pdf(data: bytes, name: str, on_time: Callable[[], None]) -> Paper:
    """The document as blocks. Raises Faults: CHECK-202 damaged, CHECK-204 larger than reports are, CHECK-205 locked."""
    import pikepdf

    try:
        with pikepdf.open(_stream(data)) as document:
            if document.is_encrypted:
                raise _locked(name)
            if len(document.pages) > MAX_PAGES:
                raise Budget(name).refused(f"den har over {MAX_PAGES} sider")
            pages = read_pages(data, name, on_time)
            language = str(document.Root.get("/Lang", ""))
            tree = document.Root.get("/StructTreeRoot")
            tagged = document.Root.get("/MarkInfo", pikepdf.Dictionary()).get("/Marked", False) is True
            if tree is not None and tagged and any(page.marked for page in pages):
                return _tagged(document, tree, pages, name, language)
    except pikepdf.PasswordError:
        raise _locked(name) from None
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise refusal(
            "CHECK-202", name, f"Filen er beskadiget eller ikke en PDF ({type(error).__name__}).", _DAMAGED
        ) from None
    return _plain(pages, name, language)


def _stream(data: bytes) -> Any:
    import io

    return io.BytesIO(data)


def _locked(name: str) -> Exception:
    return refusal("CHECK-205", name, "Filen er krypteret.", "Fjern adgangskoden, og gem den igen.")


def _plain(pages: list[Page], name: str, language: str) -> Paper:
    blocks: list[Block] = []
    budget = Budget(name)
    for number, page in enumerate(pages, 1):
        for block in rows_of(page, number):
            budget.block()
            if isinstance(block, RawTable):
                budget.table(0)
                for row in block.rows:
                    for _ in row:
                        budget.cell()
            blocks.append(block)
    remarks = (
        "PDF'en har ingen mærker, der siger, hvad der er tabeller. De er gættet ud fra, hvor ordene står; en tabel kan "
        "være overset eller læst forkert. Har du rapporten som Word eller HTML, så brug den.",
    )
    if not any(page.words for page in pages):
        remarks = ("PDF'en har ingen tekst, der kan læses; den kan være scannet. Intet er bedømt.",)
    return Paper(name, "pdf", tuple(blocks), language, remarks, guessed=True)


def _tagged(document: pikepdf.Pdf, tree: Any, pages: list[Page], name: str, language: str) -> Paper:
    numbers = {page.obj.objgen: at for at, page in enumerate(document.pages)}
    reader = _Reader(Budget(name), pages, numbers, _roles(tree))
    reader.walk(tree.get("/K"), None, 0)
    said = ("PDF'en er læst efter sine mærker.",)
    return Paper(name, "pdf", tuple(reader.blocks), language, said)


def _roles(tree: Any) -> dict[str, str]:
    """Names of a document's own for common tags."""
    given = tree.get("/RoleMap")
    return {str(key): str(given[key]) for key in given} if given is not None else {}


class _Reader:
    """Walks the tags; each gives the words that are marked as its own."""

    def __init__(
        self, budget: Budget, pages: list[Page], numbers: dict[tuple[int, int], int], roles: dict[str, str]
    ) -> None:
        self.budget, self.pages, self.numbers, self.roles = budget, pages, numbers, roles
        self.blocks: list[Block] = []
        self.nodes = 0
        self.deep = 0  # tables in tables

    def kind(self, element: Any) -> str:
        """The tag, by its common name."""
        tag = str(element.get("/S", ""))
        return self.roles.get(tag, tag)

    def children(self, kids: Any, page: Any) -> list[tuple[Any, Any]]:
        """What stands in a tag: other tags and numbers of marked words, each with its page."""
        import pikepdf

        if kids is None:
            return []
        listed = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
        self.nodes += len(listed)
        if self.nodes > _MOST_NODES:
            raise self.budget.refused("den har flere mærker, end nogen rapport har")
        return [(kid, page) for kid in listed]

    def walk(self, kids: Any, page: Any, depth: int) -> None:
        """The blocks among these tags."""
        if depth > _DEEPEST:
            raise self.budget.refused("den er bygget dybere, end nogen rapport er")
        import pikepdf

        for kid, at in self.children(kids, page):
            if not isinstance(kid, pikepdf.Dictionary):
                continue
            here = kid.get("/Pg", at)
            kind = self.kind(kid)
            if kind in _LEFT_OUT:
                # A figure's caption stands in it, and its table may.
                self.walk(kid.get("/K"), here, depth + 1)
            elif kind == "/Table":
                self.table(kid, here, depth)
            elif kind in _PARAGRAPHS or kind in _HEADINGS:
                self.paragraph(kid, kind, here, depth)
            else:
                self.walk(kid.get("/K"), here, depth + 1)

    def paragraph(self, element: Any, kind: str, page: Any, depth: int) -> None:
        """One paragraph, heading or caption; tables that stand in it come after."""
        text = flat(self.words(element.get("/K"), page, depth + 1))
        if text:
            self.budget.block()
            self.budget.text(len(text))
            said = "heading" if kind in _HEADINGS else "caption" if kind == "/Caption" else "text"
            self.blocks.append(Text(text, f"side {self.page_of(element, page) + 1}", said))

    def page_of(self, element: Any, page: Any) -> int:
        """The page, from 0, where a tag's words begin, as far as it says."""
        import pikepdf

        here = element.get("/Pg", page)
        kids = element.get("/K")
        while here is None and kids is not None:
            first = kids[0] if isinstance(kids, pikepdf.Array) and len(kids) else kids
            if not isinstance(first, pikepdf.Dictionary):
                break
            here, kids = first.get("/Pg"), first.get("/K")
        return self.numbers.get(here.objgen, 0) if here is not None else 0

    def words(self, kids: Any, page: Any, depth: int) -> str:
        """Everything that is marked as within these tags."""
        import pikepdf

        if depth > _DEEPEST:
            raise self.budget.refused("den er bygget dybere, end nogen rapport er")
        parts = []
        for kid, at in self.children(kids, page):
            if isinstance(kid, int):
                parts.append(self.marked(int(kid), at))
            elif isinstance(kid, pikepdf.Dictionary):
                here = kid.get("/Pg", at)
                if kid.get("/Type") == "/MCR":
                    parts.append(self.marked(int(kid.get("/MCID", -1)), here))
                elif kid.get("/Type") != "/OBJR":
                    parts.append(self.words(kid.get("/K"), here, depth + 1))
        return "".join(parts)

    def marked(self, number: int, page: Any) -> str:
        """The words that carry a number on a page."""
        if page is None:
            return ""
        at = self.numbers.get(page.objgen)
        return "" if at is None or at >= len(self.pages) else self.pages[at].marked.get(number, "")

    def table(self, element: Any, page: Any, depth: int) -> None:
        """A table with its caption and its rows, on however many pages."""
        import pikepdf

        self.deep += 1
        self.budget.table(self.deep)
        rows: list[tuple[RawCell, ...]] = []
        caption, heads = "", 0
        parts: list[tuple[Any, Any, bool]] = [(element, page, False)]
        while parts:
            part, here, head = parts.pop(0)
            inner: list[tuple[Any, Any, bool]] = []
            for kid, at in self.children(part.get("/K"), part.get("/Pg", here)):
                if not isinstance(kid, pikepdf.Dictionary):
                    continue
                kind = self.kind(kid)
                if kind == "/Caption":
                    caption = flat(self.words(kid.get("/K"), kid.get("/Pg", at), depth + 1))
                elif kind in ("/THead", "/TBody", "/TFoot"):
                    inner.append((kid, at, kind == "/THead"))
                elif kind == "/TR":
                    heads += head and heads == len(rows)
                    rows.append(self.row(kid, kid.get("/Pg", at), depth))
            parts = inner + parts
        self.deep -= 1
        self.budget.block()
        self.blocks.append(RawTable(tuple(rows), f"side {self.page_of(element, page) + 1}", caption, heads))

    def row(self, element: Any, page: Any, depth: int) -> tuple[RawCell, ...]:
        """The cells of a row."""
        import pikepdf

        cells = []
        for kid, at in self.children(element.get("/K"), page):
            if isinstance(kid, pikepdf.Dictionary) and self.kind(kid) in ("/TH", "/TD"):
                across, down = _spans(kid.get("/A"))
                self.budget.cell()
                text = flat(self.words(kid.get("/K"), kid.get("/Pg", at), depth + 1))
                cells.append(RawCell(text, self.kind(kid) == "/TH", across, down))
        return tuple(cells)


def _spans(attributes: Any) -> tuple[int, int]:
    import pikepdf

    listed = list(attributes) if isinstance(attributes, pikepdf.Array) else [attributes]
    across = down = 1
    for item in listed:
        if isinstance(item, pikepdf.Dictionary):
            across = max(across, int(item.get("/ColSpan", 1)))
            down = max(down, int(item.get("/RowSpan", 1)))
    return across, down
