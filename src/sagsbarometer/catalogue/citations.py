"""How a provision is written for people."""

from __future__ import annotations


def danish_citation(path: str) -> str:
    """`forvaltningsloven/24/1` as `forvaltningsloven § 24, stk. 1`; `lov/32 a` as `lov § 32 a`."""
    act, *rest = path.split("/")
    section = f" § {rest[0]}" if rest else ""
    part = f", stk. {rest[1]}" if len(rest) > 1 else ""
    return f"{act}{section}{part}"
