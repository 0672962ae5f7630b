"""All checks, each a nox session in an environment of its own.

``nox`` runs those that a change must pass; ``nox -s bench`` measures speed.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "uv|venv"  # `pip install nox[uv]` installs packages in a tenth of the time
nox.options.stop_on_first_error = False

PROJECT = nox.project.load_toml("pyproject.toml")
SUPPORTED = ("3.11", "3.12", "3.13", "3.14", "3.15")
JSON_TESTS = ("json", "json_libraries", "serializer", "conversion", "unions")
SUITES = ("tests/unit", "tests/integration", "tests/bulk", "tests/redis", "tests/webhooks", "tests/benchmarks")
PARALLEL = ("-n", "auto", "--dist", "loadfile")
"""A file at a time: the examples of a page build on each other."""


def find_python(version: str) -> str | None:
    """The interpreter of a version, on the PATH or installed by pyenv, if there is one that starts."""
    on_path = shutil.which(f"python{version}")
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    by_pyenv = sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True)
    for candidate in [*([on_path] if on_path else []), *map(str, by_pyenv)]:
        # pyenv puts a python3.12 on the PATH that only says that 3.12 is not active.
        if subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0:
            return candidate
    return None


def pythons() -> dict[str, str]:
    """The interpreters to test with, by version: those that are supported and found, and the one that runs this."""
    found = {version: path for version in SUPPORTED if (path := find_python(version))}
    return {"{}.{}".format(*sys.version_info): sys.executable, **found}


def install(session: nox.Session, *groups: str, extras: str = "") -> None:
    """Install the package as a user would, and the tools of some dependency groups."""
    session.install(f".{extras}", *nox.project.dependency_groups(PROJECT, *groups))


def run_tests(session: nox.Session) -> None:
    """The tests of the package itself, without those that take very long or measure the clock."""
    install(session, "test")
    session.run("pytest", "-n", "auto", "-m", "not clock and not long", *SUITES, *session.posargs)


def run_all_tests(session: nox.Session) -> None:
    """All tests of the package itself, and the coverage of those that do not take very long."""
    install(session, "test")
    # With `-k` there may be nothing to run in one of them, which pytest reports by 5.
    codes = [0, 5] if session.posargs else [0]
    arguments = (*SUITES, *session.posargs)
    # Not pytest-cov: pytest loads the plugin of this package before that measures anything.
    data = {"COVERAGE_FILE": f"{session.create_tmp()}/coverage"}
    for options in (("-n", "auto", "-m", "not clock and not long"), ("-m", "clock and not long")):
        session.run("coverage", "run", "-m", "pytest", *options, *arguments, env=data, success_codes=codes)
    for options in (("-n", "auto", "-m", "long and not clock"), ("-m", "long and clock")):
        session.run("pytest", *options, *arguments, success_codes=codes)
    session.run("coverage", "combine", "--quiet", env=data)
    session.run("coverage", "report", env=data)


for number, (version, interpreter) in enumerate(pythons().items()):
    # What takes very long, or mostly waits, says the same on every Python.
    nox.session(python=interpreter, name=f"tests-{version}")(run_tests if number else run_all_tests)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, spelling, slots, and which package may import which."""
    install(session, "lint", extras="[progress,redis,otel]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("codespell")
    session.run("lint-imports", "--no-cache")
    # These need pytest and pydantic, which linting does not.
    excluded = r"dixa_async\.(testing\.(markers|pytest_plugin)|pydantic_schema)"
    session.run("python", "-m", "slotscheck", "--module", "dixa_async", "--exclude-modules", excluded)


@nox.session
def types(session: nox.Session) -> None:
    install(session, "types", extras="[progress,redis,otel]")
    session.run("mypy")
    session.run("mypy", "--python-version", "3.13", "tests/typed_changes.py")
    session.run("pyright")
    session.run("pyright", "--verifytypes", "dixa_async", "--ignoreexternal")
    # The README's examples too, as one program.
    examples = re.findall(r"```python\n(.*?)```", Path("README.md").read_text(), flags=re.DOTALL)
    program = Path(session.create_tmp(), "readme.py")
    program.write_text("\n\n".join(examples))
    session.run("mypy", "--strict", str(program))


@nox.session
def contract(session: nox.Session) -> None:
    """The package against Dixa's own description of the API, DIXA_OPENAPI=none goes without; FakeDixa with peers."""
    install(session, "bench")
    session.run("pytest", "tests/contract", "tests/peers", *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """The package against a server that misbehaves."""
    install(session, "test")
    session.run("pytest", *PARALLEL, "tests/faults", *session.posargs)


def unit_tests(*names: str) -> list[str]:
    return [f"tests/unit/test_{name}.py" for name in names]


@nox.session
def stdlib_json(session: nox.Session) -> None:
    """JSON without msgspec; `-- full` runs all unit, contract and fault tests so."""
    install(session, "test")
    pip = ("uv", "pip", "uninstall") if session.venv_backend == "uv" else ("python", "-m", "pip", "uninstall", "-y")
    session.run(*pip, "msgspec", external=True)
    if session.posargs == ["full"]:
        session.run("pytest", "-n", "auto", "-m", "not clock", "tests/unit", "tests/contract", "tests/faults")
    else:
        session.run("pytest", *unit_tests(*JSON_TESTS), *session.posargs)


@nox.session(python=next(iter(pythons().values())))
def lowest(session: nox.Session) -> None:
    """The oldest allowed version of everything that the package requires."""
    project = PROJECT["project"]
    required = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    floors = [re.sub(r">=([^,;]+)[^;]*", r"==\1", text) for text in required]
    tools = ("aioresponses", "hypothesis", "opentelemetry-sdk", "pytest", "pytest-asyncio", "pytest-timeout")
    session.install(".", *floors, *tools)
    names = (*JSON_TESTS, "client", "retry", "pagination", "session", "limiter", "telemetry", "custom_models")
    session.run("pytest", *unit_tests(*names), "tests/integration/test_messages.py", *session.posargs)


@nox.session
def uvloop(session: nox.Session) -> None:
    """Real sockets on uvloop."""
    install(session, "test", "uvloop")
    names = ("applied_requests", "authentication", "client_lifecycle", "fake_webhooks", "messages", "paging", "upload")
    integration = [f"tests/integration/test_{name}.py" for name in names]
    faults = ("tests/faults/test_statuses.py", "tests/faults/test_unreadable_responses.py")
    session.run("python", "-m", "pytest", "-p", "tests.helpers.on_uvloop", *integration, *faults, *session.posargs)


@nox.session
def optimized(session: nox.Session) -> None:
    """Without docstrings and asserts, and with warnings as errors from the first line on."""
    install(session, "test", extras="[progress]")
    python = ("python", "-OO", "-W", "error")
    session.run(*python, "-m", "dixa_async", "demo", silent=True)
    # pytest rewrites the asserts of the tests, which are carried out all the same.
    ignored = ("-W", "ignore:assertions not in test modules")
    names = (*JSON_TESTS, "client", "models_base", "pagination", "retry", "search")
    session.run(*python, *ignored, "-m", "pytest", *ignored, *unit_tests(*names), *session.posargs)


@nox.session
def package(session: nox.Session) -> None:
    """The wheel as a user gets it: built, installed, imported from elsewhere, run, and seen by a type checker."""
    session.install(*nox.project.dependency_groups(PROJECT, "package"))
    tmp = Path(session.create_tmp())
    shutil.rmtree(tmp / "dist", ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(tmp / "dist"))
    shutil.rmtree(tmp / "from_tree", ignore_errors=True)
    session.run("python", "-m", "build", "--no-isolation", "--wheel", "--outdir", str(tmp / "from_tree"))
    session.run("python", "tests/helpers/built_package.py", str(tmp / "dist"), str(tmp / "from_tree"))
    session.run("twine", "check", "--strict", *map(str, (tmp / "dist").iterdir()))
    (wheel,) = (tmp / "dist").glob("*.whl")
    session.install("--force-reinstall", f"{wheel}[progress,redis]")
    # Away from the source tree, where the type checker would find the package itself.
    shutil.copy("tests/typed_program.py", tmp)
    session.chdir(tmp)
    session.run("python", "-m", "dixa_async", "demo")
    # The page of the fake Dixa is not Python, but must be in the wheel, too.
    page = "importlib.resources.files('dixa_async.testing.page') / 'static' / 'index.html'"
    session.run("python", "-c", f"import importlib.resources; assert ({page}).is_file()")
    session.run("mypy", "--strict", "typed_program.py")


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation: every example, program and recipe runs, every page is built without a warning, and found."""
    install(session, "docs", extras="[progress,redis]")
    pytest = ("python", "-m", "pytest", *PARALLEL)
    session.run(*pytest, "-p", "tests.documentation", "docs", "README.md", *session.posargs)
    session.run(*pytest, "tests/examples", "tests/recipes", *session.posargs)
    # All pages (-a): Sphinx forgets the index entries of pages that it does not write, and the search needs them.
    session.run("sphinx-build", "-a", "-W", "--keep-going", "-q", "-b", "html", "docs", "docs/_build/html")
    session.run("python", "-m", "pytest", "tests/built_docs", *session.posargs)


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Speed, as ratios within one run. `-- --quick` is shorter; `-- --write docs/performance.md` keeps the page."""
    session.install(".", *nox.project.dependency_groups(PROJECT, "bench"))
    session.run("python", "-m", "tests.benchmarks", *session.posargs)
