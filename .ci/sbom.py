"""Puts a software bill of materials into the wheel, under ``.dist-info/sboms`` (PEP 770).

It is a hook of hatchling, which runs when a wheel is built. The wheel contains no code of others, so the bill lists
what the package requires. Nothing in it depends on the time or the machine: the same sources give the same wheel.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.requirements import Requirement


class SbomHook(BuildHookInterface[Any]):
    """Writes the bill, and removes it after the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the bill. An editable install needs none."""
        if version == "editable":
            return
        self._directory = tempfile.TemporaryDirectory()
        file = Path(self._directory.name, "dixa-async.cdx.json")
        core = self.metadata.core
        extras = [dep for group in core.optional_dependencies.values() for dep in group]
        bill = make_bill(core.name, self.metadata.version, core.license_expression, core.dependencies, extras)
        file.write_text(json.dumps(bill, indent=2) + "\n", encoding="utf-8")
        build_data["sbom_files"].append(str(file))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the bill."""
        if version != "editable":
            self._directory.cleanup()


def make_bill(name: str, version: str, license_id: str, required: list[str], optional: list[str]) -> dict[str, Any]:
    """Make a bill of materials.

    Args:
        name: the name of the package.
        version: its version.
        license_id: its licence, as an SPDX expression.
        required: what it requires.
        optional: what its extras require.

    Returns:
        The bill, as CycloneDX 1.6.
    """
    parts = [*(_part(each, "required") for each in required), *(_part(each, "optional") for each in optional)]
    reference = f"pkg:pypi/{name}@{version}"
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "library",
                "bom-ref": reference,
                "name": name,
                "version": version,
                "licenses": [{"expression": license_id}],
                "purl": reference,
            }
        },
        "components": parts,
        "dependencies": [{"ref": reference, "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def _part(text: str, scope: str) -> dict[str, Any]:
    requirement = Requirement(text)
    purl = f"pkg:pypi/{requirement.name}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": requirement.name,
        "scope": scope,
        "purl": purl,
        # Which version is installed is decided where it is installed.
        "properties": [{"name": "dixa-async:requirement", "value": str(requirement)}],
    }
