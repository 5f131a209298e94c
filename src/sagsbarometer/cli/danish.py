"""Typer's own words in Danish: headings, marks and usage errors.

Typer has no translations to choose among. It lets a program bring its own classes for groups and commands
(`cls=`), and that is what is done here: headings are written by us, other texts are looked up in `WORDS`. A text
that is not there is shown as Typer wrote it. Nothing depends on the locale or the environment.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any, NoReturn, TypeVar, get_args

import typer
from typer.core import TyperCommand, TyperGroup

from sagsbarometer.cli.show import USAGE, say, tell_program

# Typer's text to ours. A field stands for any text, and its name says how it is shown: `names` without quotation
# marks, `quoted` between ours, `why` looked up in turn, others as they are. The first that fits is used.
WORDS = {
    "[OPTIONS]": "[VALG]",
    "COMMAND [ARGS]...": "KOMMANDO …",
    "Show this message and exit.": "Vis denne hjælp.",
    "{text}  [required]": "{text}  [skal angives]",
    "{text}  [default: {value}]": "{text}  [ellers {value}]",
    "{name} <path>": "{name}",
    "{name} <str>": "{name}",
    "{name} <list[str]>": "{name}",
    "{name} <int>": "{name} TAL",
    "Missing command.": "Der mangler en kommando.",
    "Missing option {names}.": "{names} mangler.",
    "Missing argument {names}.": "{names} mangler.",
    "No such command {quoted}. Did you mean {names}?": "Kommandoen {quoted} findes ikke. Mente du {names}?",
    "No such command {quoted}.": "Kommandoen {quoted} findes ikke.",
    "No such option: {name} (Possible options: {names})": "{name} findes ikke her. Mente du {names}?",
    "No such option: {name}": "{name} findes ikke her.",
    "Option {names} requires an argument.": "Efter {names} skal der stå en værdi.",
    "Option {names} does not take a value.": "{names} tager ingen værdi.",
    "Got unexpected extra argument(s) ({words})": "Der står for meget på linjen: {words}",
    "Invalid value for {names}: {why}": "{names}: {why}",
    "Input should be a valid integer, unable to parse string as an integer": "Der skal stå et helt tal.",
    "Unable to parse input string as an integer, exceeded maximum size": "Tallet er for stort.",
    "{kind} {quoted} does not exist.": "{quoted} findes ikke.",
    "{kind} {quoted} is a file.": "{quoted} er en fil.",
    "{kind} {quoted} is a directory.": "{quoted} er en mappe.",
    "{kind} {quoted} is not readable.": "{quoted} kan ikke læses: rettigheder mangler.",
    "{kind} {quoted} is not writable.": "{quoted} kan ikke skrives: rettigheder mangler.",
}
NO_GROUPS = "Skriv et helt tal uden punktum, komma og mellemrum, fx 10000."
_GROUPED = re.compile(r"\d[.,_\s]")
Function = TypeVar("Function", bound=Callable[..., Any])
_FIELD = re.compile(r"\\\{(\w+)\\\}")


def danish(text: str) -> str:
    """The Danish for one of Typer's texts; a text that is not among `WORDS` as it is."""
    for pattern, words in _patterns():
        if found := pattern.fullmatch(text):
            return words.format(**{field: _shown(field, part) for field, part in found.groupdict().items()})
    return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    # Made at the first use: most commands neither show help nor fail.
    return tuple(
        (re.compile(_FIELD.sub(r"(?P<\1>.+?)", re.escape(theirs)), re.DOTALL), ours)
        for theirs, ours in WORDS.items()
    )


def _shown(field: str, part: str) -> str:
    if field == "names":
        return part.replace("'", "")
    if field == "quoted":
        return f"»{part[1:-1]}«"
    return danish(part) if field == "why" else part


class Commands(typer.Typer):
    """A Typer whose help and usage errors are Danish and plain; without arguments it shows its help."""

    def __init__(self, help: str) -> None:
        super().__init__(
            cls=_Group,
            help=help,
            no_args_is_help=True,
            add_completion=False,
            pretty_exceptions_enable=False,
            rich_markup_mode=None,
        )

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Function], Function]:
        """As Typer's; the command speaks Danish."""
        return super().command(name, **{"cls": _Command, **settings})


# Contexts, formatters and parameters are classes that Typer does not offer by name: hence Any.


class _Command(TyperCommand):
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # Typer reads 10.000 as ten, and ten thousand is meant.
        whole: dict[str, Any] = {name: item for item in self.params if _is_whole(item) for name in item.opts}
        for word, after in pairwise([*args, ""]):
            name, sign, value = word.partition("=")
            number = value if sign else after
            if name in whole and _GROUPED.search(number):
                raise typer.BadParameter(NO_GROUPS, ctx=ctx, param=whole[name])
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _write_parameters(self, ctx, formatter)

    def main(self, *args: Any, **settings: Any) -> Any:
        return _spoken(super().main, *args, **settings)


class ListCommand(_Command):
    """A command whose repeated options may also be written once with several values: `--periods 2023 2024`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As Typer's, after each further value has got the option's name before it."""
        names = {name for item in self.params if getattr(item, "multiple", False) for name in item.opts}
        spread: list[str] = []
        option, served = "", False
        for word in args:
            if word.startswith("--"):
                name, sign, _ = word.partition("=")
                option, served = (name if name in names else ""), bool(sign)
            elif option:
                spread += [option] if served else []
                served = True
            spread.append(word)
        return super().parse_args(ctx, spread)


class _Group(TyperGroup):
    def format_usage(self, ctx: Any, formatter: Any) -> None:
        _write_usage(self, ctx, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        _write_parameters(self, ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        width = formatter.width - 6 - max(len(name) for name in self.commands)
        rows = [(name, command.get_short_help_str(width)) for name, command in self.commands.items()]
        with formatter.section("Kommandoer"):
            formatter.write_dl(rows)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and self.no_args_is_help:
            say(ctx.get_help())
            raise typer.Exit(USAGE)
        return super().parse_args(ctx, args)

    def main(self, *args: Any, **settings: Any) -> Any:
        return _spoken(super().main, *args, **settings)


def _is_whole(item: Any) -> bool:
    """Whether an option takes a whole number."""
    asked = item.type_descriptor.annotation
    return asked is int or int in get_args(asked)


def _write_usage(command: Any, ctx: Any, formatter: Any) -> None:
    pieces = (danish(piece).replace("{", "").replace("}", "") for piece in command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="Brug: ")


def _write_parameters(command: Any, ctx: Any, formatter: Any) -> None:
    for heading, kind in (("Argumenter", "argument"), ("Valg", "option")):
        parameters = [item for item in command.get_params(ctx) if item.param_type_name == kind]
        records = filter(None, (item.get_help_record(ctx) for item in parameters))
        if rows := [(danish(name), danish(text)) for name, text in records]:
            with formatter.section(heading):
                formatter.write_dl(rows)


def _spoken(main: Callable[..., Any], *args: Any, standalone_mode: bool = True, **settings: Any) -> Any:
    """Runs `main`; in standalone mode usage errors are told and the process ends, as Typer's own does."""
    if not standalone_mode:
        return main(*args, standalone_mode=False, **settings)
    try:
        code = main(*args, standalone_mode=False, **settings)
    except typer.TyperException as error:
        _stop(error)
    sys.exit(code or 0)  # a code when the command ended itself, else what it returned: None


def _stop(error: typer.TyperException) -> NoReturn:
    context: Any = getattr(error, "ctx", None)
    if context is not None:
        say(f"{context.get_usage()}\nHjælp: {context.command_path} --help\n")
    fault = danish(error.format_message())
    say(f"Fejl: {fault}")
    tell_program("SYSTEM-103", fault, "Se hjælpen til kommandoen.")
    sys.exit(error.exit_code)
