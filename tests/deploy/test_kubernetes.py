"""`deploy/k8s` is valid for the supported Kubernetes versions and keeps what its comments promise."""

import tomllib
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from tests.deploy.manifests import BASE, EXAMPLE, Manifest, only, rendered, written

SUPPORTED = ("1.33", "1.34", "1.35", "1.36")


@pytest.fixture
def pod() -> Any:
    return only(written(), "StatefulSet")["spec"]["template"]


@pytest.fixture
def container(pod: Manifest) -> Any:
    [container] = pod["spec"]["containers"]
    return container


def assert_valid(manifests: list[Manifest], version: str) -> None:
    assert manifests
    for manifest in manifests:
        kubernetes_validate.validate(manifest, version, strict=True)


@pytest.mark.parametrize("version", SUPPORTED)
def test_base_as_written_is_valid(version: str) -> None:
    assert_valid(written(), version)


@pytest.mark.parametrize("version", SUPPORTED)
@pytest.mark.parametrize("kustomization", [BASE, EXAMPLE], ids=["base", "example"])
def test_rendered_objects_are_valid(kustomization: Path, version: str) -> None:
    assert_valid(rendered(kustomization), version)


def test_validation_refuses_an_unknown_field() -> None:
    manifest = only(written(), "StatefulSet")
    manifest["spec"]["template"]["spec"]["enableServiceLink"] = False
    with pytest.raises(kubernetes_validate.ValidationError):
        assert_valid([manifest], SUPPORTED[-1])


def test_one_replica_writes_the_volume() -> None:
    spec = only(written(), "StatefulSet")["spec"]
    [claim] = spec["volumeClaimTemplates"]
    assert spec["replicas"] == 1
    assert claim["spec"]["accessModes"] == ["ReadWriteOncePod"]
    assert spec["persistentVolumeClaimRetentionPolicy"] == {"whenDeleted": "Retain", "whenScaled": "Retain"}


def test_every_probe_asks_grpc_health_on_the_plain_port(container: Manifest) -> None:
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    probes = [container[name]["grpc"] for name in ("startupProbe", "readinessProbe", "livenessProbe")]
    assert [probe["port"] for probe in probes] == [ports["health"]] * 3
    assert container["readinessProbe"]["grpc"]["service"] == "vexil.v1.ConfigService"
    assert "service" not in container["livenessProbe"]["grpc"]


def test_pod_meets_the_restricted_profile(pod: Manifest, container: Manifest) -> None:
    assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
    assert pod["spec"]["securityContext"]["runAsUser"] > 0
    assert pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {kind for volume in pod["spec"]["volumes"] for kind in volume if kind != "name"} <= {
        "configMap",
        "emptyDir",
        "secret",
    }


def test_pod_has_no_access_to_the_cluster(pod: Manifest) -> None:
    assert pod["spec"]["automountServiceAccountToken"] is False
    assert only(written(), "ServiceAccount")["automountServiceAccountToken"] is False
    assert pod["spec"]["serviceAccountName"] == only(written(), "ServiceAccount")["metadata"]["name"]


def test_service_variables_are_not_taken_for_settings(pod: Manifest) -> None:
    """A service named vexil would set VEXIL_PORT and others in every pod of the namespace."""
    assert pod["spec"]["enableServiceLinks"] is False


def test_memory_is_bounded_and_processor_time_is_not(container: Manifest) -> None:
    resources = container["resources"]
    assert set(resources["requests"]) == {"cpu", "memory", "ephemeral-storage"}
    assert set(resources["limits"]) == {"memory", "ephemeral-storage"}


def test_service_budget_and_policy_select_the_pod(pod: Manifest) -> None:
    labels = pod["metadata"]["labels"]
    manifests = written()
    assert only(manifests, "Service")["spec"]["selector"] == labels
    assert only(manifests, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    assert only(manifests, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"] == labels
    assert only(manifests, "StatefulSet")["spec"]["selector"]["matchLabels"] == labels


def test_disruption_budget_lets_a_node_drain() -> None:
    assert only(written(), "PodDisruptionBudget")["spec"]["maxUnavailable"] == 1


def test_network_policy_opens_grpc_and_nothing_else() -> None:
    spec = only(written(), "NetworkPolicy")["spec"]
    [rule] = spec["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": "grpc"}]
    assert all("podSelector" in peer or "namespaceSelector" in peer for peer in rule["from"])
    assert sorted(spec["policyTypes"]) == ["Egress", "Ingress"]
    assert spec["egress"] == []


def test_mounted_files_are_the_configured_ones(container: Manifest) -> None:
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    settings = tomllib.loads((BASE / "vexil.toml").read_text())
    assert container["args"][-1] == f"{mounts['config']}/vexil.toml"
    assert settings["store"] == f"sqlite:///{mounts['data'].lstrip('/')}/vexil.db"
    assert {settings[name].rsplit("/", 1)[0] for name in ("cert_file", "key_file", "client_ca_file")} == {
        mounts["tls"]
    }


def test_rendered_pod_reads_the_generated_config_map() -> None:
    manifests = rendered(EXAMPLE)
    config = only(manifests, "ConfigMap")
    volumes = only(manifests, "StatefulSet")["spec"]["template"]["spec"]["volumes"]
    assert config["data"] == {"vexil.toml": (BASE / "vexil.toml").read_text()}
    assert {"name": "config", "configMap": {"name": config["metadata"]["name"]}} in volumes


def test_example_sets_image_namespace_and_storage_class() -> None:
    manifests = rendered(EXAMPLE)
    spec = only(manifests, "StatefulSet")["spec"]
    assert {m["metadata"].get("namespace") for m in manifests if m["kind"] != "Namespace"} == {"vexil"}
    assert spec["template"]["spec"]["containers"][0]["image"] == "registry.example.com/vexil-server:0.1.0"
    assert [claim["spec"]["storageClassName"] for claim in spec["volumeClaimTemplates"]] == ["fast-ssd"]
    labels = only(manifests, "Namespace")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
