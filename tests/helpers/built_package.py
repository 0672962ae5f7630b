"""Checks what was built for a release: ``python tests/helpers/built_package.py dist wheel-built-from-the-tree``."""

import json
import sys
import tarfile
import zipfile
from pathlib import Path


def problems(dist: Path, from_tree: Path) -> list[str]:
    """What is wrong with a wheel and a source distribution.

    Args:
        dist: the directory with the source distribution, and the wheel that was built from it.
        from_tree: the directory with the wheel that was built from the source tree.
    """
    (wheel,), (sdist,), (other,) = dist.glob("*.whl"), dist.glob("*.tar.gz"), from_tree.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (info,) = {name.split("/")[0] for name in names if ".dist-info/" in name}
        bills = [name for name in names if name.startswith(f"{info}/sboms/")]
        bill = json.loads(archive.read(bills[0])) if bills else {}
    with tarfile.open(sdist) as archive_of_sources:
        sources = {name.partition("/")[2] for name in archive_of_sources.getnames()}
    required = ["dixa_async/py.typed", f"{info}/licenses/docs/LICENSE.txt", f"{info}/entry_points.txt"]
    found = [f"the wheel lacks {name}" for name in required if name not in names]
    found += [f"the wheel has {name}" for name in names if not name.startswith(("dixa_async/", f"{info}/"))]
    if bill.get("bomFormat") != "CycloneDX" or not bill.get("components"):
        found.append("the wheel lacks its bill of materials")
    if wheel.read_bytes() != other.read_bytes():
        found.append("the source distribution does not give the same wheel as the tree")
    needed = ["pyproject.toml", "README.md", "docs/LICENSE.txt", "docs/changelog.md", "noxfile.py", "tests/conftest.py"]
    return found + [f"the source distribution lacks {name}" for name in needed if name not in sources]


if __name__ == "__main__":
    sys.exit("\n".join(problems(Path(sys.argv[1]), Path(sys.argv[2]))) or 0)
