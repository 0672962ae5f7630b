"""What a newcomer does first: the README's command in a copy of the project, and then the README's program."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

_PROJECT = Path(__file__).parents[2]
_README = (_PROJECT / "README.md").read_text()
_NOT_COPIED = shutil.ignore_patterns(".*", "_build", "__pycache__", "build", "dist", "tests", "*.egg-info")
_NO_REGISTRY = re.compile(r"No matching distribution found|NewConnectionError|ConnectTimeoutError|ReadTimeoutError")


def _demo_command() -> str:
    found = re.search(r"<!-- demo command -->\n```sh\n(.*?)\n```", _README, flags=re.DOTALL)
    assert found is not None
    return found[1]


def _environment(home: Path) -> dict[str, str]:
    """The variables of somebody who has just logged in, except for those that pip needs to reach its registry."""
    kept = ("PIP_", "SSL_", "REQUESTS_CA", "HTTP_", "HTTPS_", "NO_PROXY", "http_", "https_", "no_proxy", "LANG", "LC_")
    variables = {name: value for name, value in os.environ.items() if name.startswith(kept)}
    if (settings := Path.home() / ".config" / "pip" / "pip.conf").exists():
        variables.setdefault("PIP_CONFIG_FILE", str(settings))
    pythons = home / "bin"
    pythons.mkdir()
    (pythons / "python3").symlink_to(sys.executable)  # a python3 that is as new as the package requires
    return {**variables, "HOME": str(home), "PATH": f"{pythons}:/usr/local/bin:/usr/bin:/bin"}


def _run(command: list[str], folder: Path, variables: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode and _NO_REGISTRY.search(done.stdout) and not os.environ.get("CI"):
        pytest.skip(f"pip cannot reach its package registry:\n{done.stdout[-1000:]}")
    assert done.returncode == 0, done.stdout
    return done.stdout


@contextmanager
def _fake_dixa(python: Path, variables: dict[str, str]) -> Generator[dict[str, str], None, None]:
    """The command that runs a fake Dixa, and what it says to set in the environment of a program."""
    command = [str(python), "-m", "dixa_async", "fake", "--port", "0", "--no-limit"]
    with subprocess.Popen(command, cwd=python.parents[2], env=variables, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = ""
            while "Ctrl-C" not in said and (line := process.stdout.readline()):
                said += line
            yield dict(re.findall(r"^  (DIXA_\w+)=(\S+)$", said, flags=re.MULTILINE))
            process.terminate()
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()


@pytest.mark.long
@pytest.mark.timeout(300)
def test_the_first_hour_of_a_newcomer(tmp_path: Path) -> None:
    project, home = tmp_path / "project", tmp_path / "home"
    home.mkdir()
    shutil.copytree(_PROJECT, project, ignore=_NOT_COPIED)
    shutil.copytree(_PROJECT / ".ci", project / ".ci")  # the build reads it
    variables = _environment(home)

    shown = _run(["sh", "-ec", _demo_command()], project, variables)
    assert "What to do next" in shown

    python = project / ".venv" / "bin" / "python"
    shutil.rmtree(project / "dixa_async")  # from here on, only what was installed
    program = project / "readme.py"
    program.write_text("\n\n".join(re.findall(r"```python\n(.*?)```", _README, flags=re.DOTALL)))
    with _fake_dixa(python, variables) as settings:
        _run([str(python), program.name], project, variables | settings)
        called = _run([str(python), "-m", "dixa_async", "call", "organization.get"], project, variables | settings)
        assert '"name"' in called
    assert (project / "january.jsonl").exists()
