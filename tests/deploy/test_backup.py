"""The backup jobs of `deploy/k8s` are valid, and run commands that exist in the order that they should."""

import io
import shlex
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.deploy.manifests import BASE, ROOT, Manifest, only, rendered
from tests.deploy.test_kubernetes import SUPPORTED
from vexil.server.cli.app import run

JOB = ROOT / "deploy" / "k8s" / "backup"
COMPONENT = ROOT / "deploy" / "k8s" / "components" / "backup"


@pytest.fixture
def overlay(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an operator writes to have the base with backups."""
    directory = tmp_path_factory.mktemp("overlay")
    document = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [relative(directory, BASE)],
        "components": [relative(directory, COMPONENT)],
    }
    (directory / "kustomization.yaml").write_text(yaml.safe_dump(document))
    return directory


def relative(start: Path, to: Path) -> str:
    return str(Path(*[".."] * (len(start.parts) - 1)) / to.relative_to("/"))


def job_pod() -> Any:
    return only(rendered(JOB), "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]


@pytest.mark.parametrize("version", SUPPORTED)
def test_objects_are_valid(version: str, overlay: Path) -> None:
    for manifest in [*rendered(JOB), *rendered(overlay)]:
        kubernetes_validate.validate(manifest, version, strict=True)


def test_job_creates_then_verifies_then_prunes() -> None:
    pod = job_pod()
    steps = [*pod["initContainers"], *pod["containers"]]

    assert [step["args"][1] for step in steps] == ["create", "verify", "prune"]
    for step in steps:
        variables = {variable["name"]: variable["value"] for variable in step["env"]}
        assert_parses(step["args"], variables)
        mounts = {mount["mountPath"] for mount in step["volumeMounts"]}
        assert {variables["VEXIL_BACKUP_DIR"], str(Path(variables["VEXIL_BACKUP_KEY_FILE"]).parent)} <= mounts


def test_second_container_creates_then_verifies_then_prunes(overlay: Path) -> None:
    spec = only(rendered(overlay), "StatefulSet")["spec"]["template"]["spec"]
    server, backup = sorted(spec["containers"], key=lambda container: container["name"], reverse=True)
    commands = [
        shlex.split(line.strip().removesuffix("&&"))[1:]
        for line in backup["args"][0].splitlines()
        if line.strip().startswith("vexil ")
    ]

    assert server["name"] == "server"
    assert [command[1] for command in commands] == ["create", "verify", "prune"]
    variables = {variable["name"]: variable["value"] for variable in backup["env"]}
    for command in commands:
        assert_parses([part.replace("$VEXIL_BACKUP_DIR", "x") for part in command], variables)
    assert {mount["name"] for mount in backup["volumeMounts"]} <= {
        *(volume["name"] for volume in spec["volumes"]),
        "data",
    }


def test_pods_meet_the_restricted_profile(overlay: Path) -> None:
    pods: list[Manifest] = [job_pod(), only(rendered(overlay), "StatefulSet")["spec"]["template"]["spec"]]
    for pod in pods:
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        for container in [*pod.get("initContainers", []), *pod["containers"]]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }


def assert_parses(arguments: list[str], variables: dict[str, str]) -> None:
    """The command line is one that exists: what fails is that this machine has no such directory or key."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(said):
        for name, value in variables.items():
            patch.setenv(name, value)
        assert run(arguments)
    assert "/vexil-backup" in said.getvalue()
    assert "--help" not in said.getvalue()
