"""The Kubernetes objects of `deploy/k8s`, as written and as kustomize renders them."""

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BASE = ROOT / "deploy" / "k8s" / "base"
EXAMPLE = ROOT / "deploy" / "k8s" / "overlays" / "example"

Manifest = dict[str, Any]


def written() -> list[Manifest]:
    """The base's objects, without rendering: what can be checked on any machine."""
    texts = (path.read_text() for path in sorted(BASE.glob("*.yaml")) if path.name != "kustomization.yaml")
    return [manifest for text in texts for manifest in yaml.safe_load_all(text)]


@cache
def rendered(kustomization: Path) -> list[Manifest]:
    """What `kubectl apply -k` would send; skips the test where neither kubectl nor kustomize is installed."""
    if kubectl := shutil.which("kubectl"):
        command = [kubectl, "kustomize"]
    elif kustomize := shutil.which("kustomize"):
        command = [kustomize, "build"]
    else:
        pytest.skip("needs kubectl (https://kubernetes.io/docs/tasks/tools) or kustomize on the path")
    result = subprocess.run([*command, str(kustomization)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return list(yaml.safe_load_all(result.stdout))


def only(manifests: list[Manifest], kind: str) -> Manifest:
    """The one object of a kind."""
    [manifest] = [manifest for manifest in manifests if manifest["kind"] == kind]
    return manifest
