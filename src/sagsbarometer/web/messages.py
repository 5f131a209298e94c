"""What the workplace says, gathered from the code, and its translations: `python -m sagsbarometer.web.messages`.

Everything is found here and compiled here, so that neither making nor testing a translation needs other programs.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]  # the package
PO = ROOT / "web/locale/en/LC_MESSAGES/django.po"
_SAYS = {"_", "gettext", "gettext_lazy", "said"}
_COUNTS = {"ngettext", "ngettext_lazy", "said"}
_ASK_WORDS, _ASK_NAMED = 3, {"label", "help", "missing", "empty", "choices"}
_TAG_WORDS = re.compile(r"""_\((?:"([^"]+)"|'([^']+)')\)""")
_HEADER = "Language: en\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
_HEADER += "Plural-Forms: nplurals=2; plural=(n != 1);\n"


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence to translate: for one, for several ("" where there is one form alone), and a file that says it."""

    one: str
    many: str = ""
    file: str = ""

    @property
    def key(self) -> str:
        """What a .mo file knows it by."""
        return f"{self.one}\0{self.many}" if self.many else self.one


def found() -> dict[str, Message]:
    """Every sentence of the package, by its Danish. Raises ValueError for one that nobody could translate."""
    every: dict[str, Message] = {}
    for path in sorted(ROOT.rglob("*.py")):
        if "migrations" not in path.parts:
            _keep(every, path, _of_python(path))
    for path in sorted([*ROOT.glob("web/**/*.html"), *ROOT.glob("web/**/templates/**/*.txt")]):
        _keep(every, path, _of_template(path))
    return every


def _keep(every: dict[str, Message], path: Path, messages: Iterator[tuple[str, str]]) -> None:
    for one, many in messages:
        if not one or not any(letter.isalpha() for letter in re.sub(r"\{\w+\}|%\(\w+\)s", "", one)):
            continue  # fields alone: nothing to translate
        known = every.setdefault(one, Message(one, many, str(path.relative_to(ROOT))))
        if many and not known.many:
            every[one] = Message(one, many, known.file)
        elif many and known.many != many:
            raise ValueError(f"{path}: {one!r} has two plurals")


def _of_python(path: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    fixed = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in _SAYS | _COUNTS and node.args:
            words = [_text(item, fixed, path) for item in node.args[:2]]
            yield words[0], words[1] if name in _COUNTS and len(words) > 1 else ""
        elif name == "all_said":
            for text in _texts(node.args[0], fixed, path):
                yield text, ""
        elif name in ("Ask", "_letter"):
            named = [item.value for item in node.keywords if item.arg in _ASK_NAMED]
            for item in [*node.args[:_ASK_WORDS], *named]:
                for text in _texts(item, fixed, path, choices=True):
                    yield text, ""


def _text(node: ast.expr, fixed: Mapping[str, ast.expr], path: Path) -> str:
    """A text written out; "" for a variable, whose words are marked where they are written."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left, fixed, path) + _text(node.right, fixed, path)
    if isinstance(node, ast.Name) and node.id in fixed:
        return _text(fixed[node.id], fixed, path)
    if isinstance(node, ast.JoinedStr):
        raise ValueError(f"{path}:{node.lineno}: an f-string cannot be translated; give its fields apart")
    return ""


def _texts(
    node: ast.expr, fixed: Mapping[str, ast.expr], path: Path, *, choices: bool = False
) -> Iterator[str]:
    """The words of a dictionary or a tuple; of a pair among `choices` the second."""
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts(value, fixed, path)
    elif isinstance(node, ast.Tuple):
        pairs = choices and all(isinstance(item, ast.Tuple) for item in node.elts)
        for item in node.elts:
            yield from _texts(item.elts[1] if pairs and isinstance(item, ast.Tuple) else item, fixed, path)
    else:
        yield _text(node, fixed, path)


def _of_template(path: Path) -> Iterator[tuple[str, str]]:
    from django.template.base import Lexer, TokenType

    block: list[list[str]] | None = None
    for token in Lexer(path.read_text(encoding="utf-8")).tokenize():
        word = token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""
        if token.token_type is TokenType.BLOCK and word in ("blocktranslate", "blocktrans"):
            block = [[]]
        elif token.token_type is TokenType.BLOCK and word in ("endblocktranslate", "endblocktrans"):
            parts = ["".join(part) for part in block or [[]]]
            yield parts[0], parts[1] if len(parts) > 1 else ""
            block = None
        elif block is not None and token.token_type is TokenType.BLOCK:  # {% plural %}
            block.append([])
        elif block is not None and token.token_type is TokenType.VAR:
            block[-1].append(f"%({token.contents.strip()})s")
        elif block is not None and token.token_type is TokenType.TEXT:
            block[-1].append(token.contents.replace("%", "%%"))
        elif token.token_type is TokenType.BLOCK and word in ("translate", "trans"):
            yield _quoted(token.contents), ""
        elif token.token_type in (TokenType.BLOCK, TokenType.VAR):
            for match in _TAG_WORDS.finditer(token.contents):
                yield match[1] or match[2], ""


def _quoted(contents: str) -> str:
    """The words of a translate tag as Django asks for them; "" where it translates a variable."""
    rest = contents.split(maxsplit=1)[1].strip()
    end = rest.find(rest[0], 1) if rest[0] in "\"'" else -1
    return rest[1:end].replace("%", "%%") if end > 0 else ""


def read_po(path: Path = PO) -> dict[str, tuple[Message, list[str]]]:
    """What a .po file translates, by its Danish. Raises ValueError where it is marked as fuzzy or is no such file."""
    found: dict[str, tuple[Message, list[str]]] = {}
    for entry in path.read_text(encoding="utf-8").split("\n\n"):
        fields: dict[str, str] = {}
        now = ""
        for line in entry.splitlines():
            if line.startswith("#,") and "fuzzy" in line:
                raise ValueError(f"fuzzy: {entry}")
            if line.startswith("#"):
                continue
            word, _, rest = line.partition(" ")
            if line.startswith('"'):
                rest = line
            elif word.startswith("msg"):
                now = word
            elif line.strip():
                raise ValueError(line)
            if line.strip():
                fields[now] = fields.get(now, "") + ast.literal_eval(rest)
        one = fields.get("msgid", "")
        if one:
            texts = [fields[name] for name in ("msgstr", "msgstr[0]", "msgstr[1]") if name in fields]
            found[one] = (Message(one, fields.get("msgid_plural", "")), texts)
    return found


def write_po(messages: Mapping[str, Message], known: Mapping[str, tuple[Message, list[str]]]) -> str:
    """The .po file of all sentences, with the translations that are known and room for the others."""
    entries = [f'msgid ""\nmsgstr ""\n{_lines(_HEADER)}']
    for message in sorted(messages.values(), key=lambda item: (item.file, item.one)):
        texts = known[message.one][1] if message.one in known else []
        lines = [f"#: {message.file}", f"msgid {_line(message.one)}"]
        if message.many:
            pair = (texts * 2)[:2] if texts else ["", ""]
            lines.append(f"msgid_plural {_line(message.many)}")
            lines += [f"msgstr[{at}] {_line(text)}" for at, text in enumerate(pair)]
        else:
            lines.append(f"msgstr {_line(texts[0] if texts else '')}")
        entries.append("\n".join(lines))
    return "\n\n".join(entries) + "\n"


def _line(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _lines(text: str) -> str:
    return "\n".join(_line(line) for line in text.splitlines(keepends=True))


def compiled(known: Mapping[str, tuple[Message, list[str]]]) -> bytes:
    """The .mo file (GNU gettext, little-endian, sorted, without a hash table)."""
    texts = {"": _HEADER} | {message.key: "\0".join(own) for message, own in known.values() if all(own)}
    pairs = sorted((key.encode(), text.encode()) for key, text in texts.items())
    count, start = len(pairs), 28
    at = start + 16 * count
    tables: list[list[int]] = [[], []]
    body = b""
    for side in (0, 1):
        for pair in pairs:
            tables[side] += [len(pair[side]), at + len(body)]
            body += pair[side] + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, start, start + 8 * count, 0, at)
    return head + struct.pack(f"<{4 * count}I", *tables[0], *tables[1]) + body


def main() -> int:
    """Writes the .po with what is new and without what is gone, and the .mo; says what has no translation yet."""
    known = read_po() if PO.exists() else {}
    PO.write_text(write_po(found(), known), encoding="utf-8")
    now = read_po()
    PO.with_suffix(".mo").write_bytes(compiled(now))
    lacking = [one for one, (_message, texts) in now.items() if not all(texts)]
    sys.stdout.write(
        "".join(f"{one}\n" for one in lacking) + f"{len(now)} sentences, {len(lacking)} to translate\n"
    )
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
