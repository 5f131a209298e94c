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
:root { color-scheme: light dark; --ink: #16232b; --paper: #fff; --link: #0b5a80; --line: #d3dbe0; --band: #0f4c66 }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 "IBM Plex Sans", "Liberation Sans", Arial, sans-serif; overflow-wrap: break-word }
.band { background: var(--band); color: #fff; padding: 2rem 1.25rem }
.band > *, main { max-width: 50rem; margin: 0 auto }
h1 { font-size: clamp(1.6rem, 1.2rem + 2vw, 2.25rem); line-height: 1.15; font-weight: 600 }
.band p { margin-top: .6rem }
main { padding: .5rem 1.25rem 3rem }
h2 { font-size: 1.2rem; margin: 2rem 0 .2rem; font-weight: 600 }
ul { list-style: none; padding: 0; margin: 0 }
li { padding: .5rem 0; display: flex; flex-wrap: wrap; gap: .1rem .8rem; justify-content: space-between;
  border-bottom: 1px solid var(--line) }
a { color: var(--link); font-weight: 600; overflow-wrap: anywhere; text-underline-offset: .15em }
a:focus-visible { outline: 3px solid #d98a00; outline-offset: 2px }
.mark { margin: 0; padding: .55rem 1.25rem; background: #fff4d6; color: #4a3500; text-align: center }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8eef1; --paper: #12191e; --link: #8fcbe4; --line: #34424b; --band: #0b3547 } }
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
