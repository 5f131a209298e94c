"""The rules of the house that no linter knows. Each is a function, tried on what breaks it."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "sagsbarometer"
STAGES = (
    "kernel datafiles deliveries documents catalogue forms measures sampling collection review agreement estimation "
    "appeals disclosure release reporting checking store runs web cli"
).split()

FILE_LINES = 450
FUNCTION_LINES = 60
README_LINES = 40

# In pieces, so that this file does not hold what it looks for.
_HOSTS = ("py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian.org")
_PLACES = ("work", "tmp", "root", "home/[a-z]", "opt/py" + "pi", "opt/" + "wheels")
MACHINE = re.compile(
    "|".join(re.escape(host) for host in _HOSTS) + r"|(?<![\w.~-])/(?:" + "|".join(_PLACES) + r")(?![\w.])"
)


def sources(*folders: Path) -> Iterator[tuple[str, str]]:
    """Path from the top and text of every Python file in the folders."""
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            if path.parent.name == "migrations":  # Django writes them
                continue
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def over_budget(text: str) -> list[str]:
    """A file or a function too long to read in one go."""
    faults = []
    if (lines := len(text.splitlines())) > FILE_LINES:
        faults.append(f"{lines} lines, at most {FILE_LINES}")
    for function in functions(ast.parse(text)):
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > FUNCTION_LINES:
            faults.append(f"{function.name} has {length} lines, at most {FUNCTION_LINES}")
    return faults


def without_docstring(text: str) -> list[str]:
    """The public module, classes, functions and methods that do not say what they are."""
    tree = ast.parse(text)
    faults = [] if ast.get_docstring(tree) or not tree.body else ["the module"]
    return faults + list(_undocumented(tree.body, ""))


def _undocumented(body: Iterable[ast.stmt], prefix: str) -> Iterator[str]:
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_") or _inherits_its_docstring(node):
            continue
        if not ast.get_docstring(node):
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(node.body, f"{prefix}{node.name}.")


def _inherits_its_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    marks = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    return bool(marks & {"overload", "override", "setter"})


def beyond_ascii(text: str) -> list[str]:
    """Names of the code with letters that not every keyboard has; text and comments may have any."""
    if text.isascii():
        return []
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.string for token in tokens if token.type == tokenize.NAME and not token.string.isascii()]


def imports(text: str) -> set[str]:
    """The top packages a file imports, by statement or by name."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(str(node.module).partition(".")[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            found |= {
                str(item.value).partition(".")[0] for item in node.args if isinstance(item, ast.Constant)
            }
    return found


def machine_traces(text: str) -> list[str]:
    """Addresses of package registries and folders of somebody's machine."""
    return [
        f"line {number}: {match.group()}"
        for number, line in enumerate(text.splitlines(), 1)
        if (match := MACHINE.search(line))
    ]


def repository_files() -> list[Path]:
    """Every file that is or could be committed. Skips the test outside a git checkout."""
    command = ["git", "ls-files", "-coz", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


Rule = Callable[[str], list[str]]
RULES: list[Rule] = [over_budget, without_docstring, beyond_ascii]


@pytest.mark.parametrize("rule", RULES)
def test_source_keeps_the_rule(rule: Rule) -> None:
    faults = [f"{path}: {fault}" for path, text in sources(SOURCE) for fault in rule(text)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (over_budget, "x = 1\n" * (FILE_LINES + 1)),
        (over_budget, "def long():\n" + "    x = 1\n" * FUNCTION_LINES),
        (over_budget, "class C:\n    async def long(self):\n" + "        x = 1\n" * FUNCTION_LINES),
        (without_docstring, "x = 1\n"),
        (without_docstring, '"""Text."""\ndef public(): ...\n'),
        (without_docstring, '"""Text."""\nclass Public: ...\n'),
        (without_docstring, '"""Text."""\nclass Public:\n    """Text."""\n    def method(self): ...\n'),
        (beyond_ascii, "afgørelse = 1\n"),
        (beyond_ascii, "def f(år): ...\n"),
        (machine_traces, "see https://" + "py" + "pi.org/project/x"),
        (machine_traces, "read('/" + "tmp/spec.md')"),
        (machine_traces, "/" + "work/main"),
        (machine_traces, "file:///" + "opt/py" + "pi/simple"),
    ],
)
def test_rule_sees_what_breaks_it(rule: Rule, text: str) -> None:
    assert rule(text)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (over_budget, "x = 1\n" * FILE_LINES),
        (over_budget, "def short():\n" + "    x = 1\n" * (FUNCTION_LINES - 1)),
        (without_docstring, ""),
        (without_docstring, '"""Text."""\ndef _own(): ...\nclass _Own:\n    def method(self): ...\n'),
        (without_docstring, '"""Text."""\ndef public():\n    """Text."""\n    def inner(): ...\n'),
        (beyond_ascii, 'label = "afgørelse"  # på dansk\n'),
        (machine_traces, "law/ and docs/work/plan, https://example.org/work/x, $HOME/tmp"),
    ],
)
def test_rule_lets_the_rest_be(rule: Rule, text: str) -> None:
    assert rule(text) == []


def test_every_stage_has_a_readme_of_one_screen() -> None:
    faults = []
    for stage in STAGES:
        readme = SOURCE / stage / "README.md"
        lines = readme.read_text(encoding="utf-8").splitlines() if readme.is_file() else []
        if not 3 <= len(lines) <= README_LINES:
            faults.append(f"{stage}/README.md has {len(lines)} lines")
    assert not faults, "\n".join(faults)


def test_every_folder_of_the_source_is_a_stage_we_know() -> None:
    found = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert found == set(STAGES)


def test_kernel_uses_the_standard_library_alone() -> None:
    allowed = sys.stdlib_module_names | {"sagsbarometer"}
    files = sources(SOURCE / "kernel")
    faults = [f"{path}: {foreign}" for path, text in files if (foreign := imports(text) - allowed)]
    assert not faults, "\n".join(faults)


def test_reconstruction_knows_nothing_of_the_program_it_tries() -> None:
    """Rows rebuilt with the program's own definitions would agree with it whatever they were."""
    files = dict(sources(ROOT / "demo" / "reconstruct"))
    assert files
    faults = [path for path, text in files.items() if "sagsbarometer" in imports(text)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    "text",
    [
        "import sagsbarometer.kernel",
        "from sagsbarometer import forms",
        "def f():\n    from sagsbarometer.forms import load",
        "importlib.import_module('sagsbarometer.forms')",
        "__import__('sagsbarometer')",
    ],
)
def test_an_import_is_seen_however_it_is_written(text: str) -> None:
    assert "sagsbarometer" in imports(text)


def test_nothing_tells_of_a_machine_or_a_registry() -> None:
    faults = []
    for path in repository_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a document
        faults += [f"{path.relative_to(ROOT)} {trace}" for trace in machine_traces(text)]
    assert not faults, "\n".join(faults)


def lock_entries(lock: str) -> dict[str, str]:
    """What a lock pins, `name==version` with its marker, and the lines of hashes under it."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9].*?) \\\n((?: .*\n?)+)", text, flags=re.MULTILINE))


@pytest.mark.parametrize("lock", ["app", "dev"])
def test_lock_holds_every_dependency_with_hashes(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[\[<>=]", line)[0] for line in project["dependencies"]}
    entries = lock_entries(lock)
    assert wanted <= {pin.partition("==")[0].partition("[")[0] for pin in entries}
    assert [pin for pin, hashes in entries.items() if "--hash=sha256:" not in hashes] == []


def test_development_uses_the_versions_of_the_program() -> None:
    app = set(lock_entries("app"))
    assert app
    assert app <= set(lock_entries("dev"))


def test_description_for_catalogues_of_public_software_is_complete() -> None:
    """The mandatory keys and lengths of publiccode.yml 0.4."""
    described = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert described["publiccodeYmlVersion"] == "0.4"
    assert described["softwareType"] == "standalone/other"
    assert described["legal"]["license"] == "EUPL-1.2"
    assert {"name", "url", "platforms", "categories", "developmentStatus"} <= set(described)
    assert described["maintenance"]["type"] == "community"
    assert all(contact["name"] for contact in described["maintenance"]["contacts"])
    assert {"localisationReady", "availableLanguages"} <= set(described["localisation"])
    for words in described["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert words["features"]
