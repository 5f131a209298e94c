"""A plain page of links: no JavaScript, nothing from elsewhere, readable at any width and in the dark."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

# What stands under one heading: its name, and the items as HTML.
Section = tuple[str, Iterable[str]]


def item(address: str, title: str, what: str = "") -> str:
    """One line of a list: a link, and what lies behind it."""
    note = f"<span>{escape(what)}</span>" if what else ""
    return f'<li><a href="{escape(address)}">{escape(title)}</a>{note}</li>'


def offered(title: str, files: Sequence[tuple[str, str]], language: str = "") -> str:
    """One line for what is there in several formats: the title leads to the first of `files` (address, what it is), and
    each of the others has a link of its own. `language` where it is not that of the page."""
    (first, what), *others = files
    told = f' lang="{escape(language)}"' if language else ""
    links = [
        f'<a href="{escape(address)}" aria-label="{escape(title)}, {escape(words)}">{escape(words)}</a>'
        for address, words in others
    ]
    also = " · ".join([escape(what), *links])
    return f'<li><a href="{escape(first)}"{told}>{escape(title)}</a><span>{also}</span></li>'


def page(title: str, meta: str, sections: Sequence[Section], mark: str = "", language: str = "da") -> str:
    """The page as HTML. `mark` is what must be known before anything is read: a draft, rebuilt data."""
    lists = ((heading, "".join(items)) for heading, items in sections)
    return _PAGE.format(
        language=escape(language),
        title=escape(title),
        files="files" if language == "en" else "filer",
        style=_STYLE,
        mark=f'<p class="mark">{escape(mark)}</p>' if mark else "",
        meta=escape(meta),
        main="".join(f"<h2>{escape(heading)}</h2><ul>{items}</ul>\n" for heading, items in lists if items),
    )


_STYLE = """
:root { color-scheme: light dark; --ink: #16232b; --paper: #fff; --link: #0b5a80; --line: #d3dbe0; --band: #0f4c66;
  --accent: #0f4c66 }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 "IBM Plex Sans", "Liberation Sans", Arial, sans-serif; overflow-wrap: break-word }
.band { background: var(--band); color: #fff; padding: 2rem 1.25rem }
.band > *, main { max-width: 50rem; margin: 0 auto }
h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.25rem); line-height: 1.15; font-weight: 600 }
.band p { margin-top: .6rem }
main { padding: .5rem 1.25rem 3rem }
h2 { font-size: 1.3125rem; line-height: 1.25; margin: 2.25rem 0 .3rem; font-weight: 600; color: var(--accent) }
ul { list-style: none; padding: 0; margin: 0 }
li { padding: .5rem 0; display: grid; gap: .1rem 1.5rem; border-bottom: 1px solid var(--line) }
li > * { min-width: 0; overflow-wrap: anywhere; justify-self: start }
@media (min-width: 40rem) {
  li { grid-template-columns: minmax(0, 9fr) minmax(0, 11fr) }
  li > :only-child { grid-column: 1 / -1 } }
a { color: var(--link); font-weight: 600; overflow-wrap: anywhere; text-underline-offset: .15em }
a:focus-visible { outline: 3px solid #d98a00; outline-offset: 2px }
span a { font-weight: 400 }
.mark { margin: 0; padding: .55rem 1.25rem; background: #fff4d6; color: #4a3500; text-align: center }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eef1; --paper: #12191e; --link: #8fcbe4; --line: #34424b; --band: #0b3547;
    --accent: #9ccbdc } }
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --link: #0f4c66; --line: #bbb; --accent: #0f4c66 }
  @page { margin: 2.2cm 2cm }
  body { font-size: 10.5pt }
  .mark, .band, main { padding: 0 0 .5cm; text-align: left; background: none; color: #000 }
  li { break-inside: avoid }
  h2 { break-after: avoid } }
"""

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {files}</title>
<style>{style}</style></head><body>
<header>
{mark}
<div class="band"><h1>{title}</h1><p>{meta}</p></div>
</header>
<main>
{main}</main></body></html>
"""
