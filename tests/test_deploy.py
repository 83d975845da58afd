"""What `deploy/` says is consistent, and valid where a schema can tell; nothing here starts it."""

import re
from pathlib import Path
from typing import Any

import pytest

from service.settings import PREFIX, Settings

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: pip install -e '.[dev]'")

DEPLOY = Path(__file__).parents[1] / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
KUBERNETES = ("1.30", "1.33", "1.37")


class Unique(yaml.SafeLoader):
    """Refuses a key that stands twice."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"twice, {node.start_mark}"
        return super().construct_mapping(node, deep)


def resources() -> list[dict[str, Any]]:
    return [
        one for path in MANIFESTS for one in yaml.load_all(path.read_text(encoding="utf-8"), Unique)
    ]


COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
RESOURCES = resources()
PODS = [one for one in RESOURCES if one["kind"] in ("Deployment", "StatefulSet")]


def pod_of(one: dict[str, Any]) -> dict[str, Any]:
    return one["spec"]["template"]["spec"]


def name_of(one: dict[str, Any]) -> str:
    return f"{one['kind']}/{one['metadata']['name']}"


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("one", RESOURCES, ids=name_of)
def test_a_manifest_keeps_the_schema_of_kubernetes(one, version):
    schemas = pytest.importorskip(
        "kubernetes_validate", reason="not installed: pip install -e '.[dev]'"
    )
    schemas.validate(one, version, strict=True)


def test_every_resource_is_in_the_namespace_and_has_a_name_of_its_own():
    assert len({name_of(one) for one in RESOURCES}) == len(RESOURCES)
    for one in RESOURCES:
        assert one["kind"] == "Namespace" or one["metadata"]["namespace"] == "duijie", name_of(one)


@pytest.mark.parametrize("one", PODS, ids=name_of)
def test_what_a_pod_refers_to_is_there(one):
    labels = one["spec"]["template"]["metadata"]["labels"]
    assert one["spec"]["selector"]["matchLabels"] == labels
    pod = pod_of(one)
    known = {other["metadata"]["name"] for other in RESOURCES}
    volumes = {volume["name"]: volume for volume in pod.get("volumes", [])}
    claimed = {made["metadata"]["name"] for made in one["spec"].get("volumeClaimTemplates", [])}
    for volume in volumes.values():
        assert volume.get("configMap", {}).get("name", "milvus") in known
        assert volume.get("persistentVolumeClaim", {}).get("claimName", "home") in known
    for container in pod["containers"]:
        mounts = {mount["name"] for mount in container["volumeMounts"]}
        assert mounts <= volumes.keys() | claimed
        ports = {port.get("name") for port in container["ports"]}
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            wanted = container.get(probe, {}).get("httpGet", {}).get("port")
            assert wanted is None or wanted in ports
        assert container["resources"]["limits"]["memory"]
        assert container["resources"]["requests"]["memory"]
        assert container.get("readinessProbe")


def test_a_service_finds_pods():
    every = [one["spec"]["template"]["metadata"]["labels"].items() for one in PODS]
    for one in RESOURCES:
        if one["kind"] in ("Service", "PodDisruptionBudget"):
            selector = one["spec"]["selector"]
            wanted = selector.get("matchLabels", selector).items()
            assert any(wanted <= labels for labels in every), name_of(one)


def images() -> list[str]:
    composed = [service["image"] for service in COMPOSE["services"].values()]
    return composed + [box["image"] for one in PODS for box in pod_of(one)["containers"]]


@pytest.mark.parametrize("image", sorted(set(images())))
def test_an_image_has_a_version(image):
    assert re.search(r":[vR]?[A-Z]*\.?\d", image), image


def test_both_ways_run_the_same_versions():
    versions: dict[str, set[str]] = {}
    for image in images():
        name, _, version = image.rpartition(":")
        versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_what_a_service_of_the_compose_file_refers_to_is_there():
    services, volumes = COMPOSE["services"], COMPOSE["volumes"]
    for name, service in services.items():
        assert set(service.get("depends_on", ())) <= services.keys(), name
        for mount in service.get("volumes", ()):
            source = mount.split(":")[0]
            if source.startswith("./") and source != "./tls":  # people bring their certificate
                assert (DEPLOY / source).is_file(), source
            elif not source.startswith("./"):
                assert source in volumes, source
    workers = {name for name, one in services.items() if one["image"].startswith("duijie")}
    asked = set(re.findall(r"server (\S+):8000", (DEPLOY / "nginx.conf").read_text()))
    assert asked == workers


def test_no_password_is_written_down():
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    for line in text.splitlines():
        if "PASSWORD" in line and ":" in line and not line.strip().startswith("#"):
            assert "${" in line, line
    assert not [one for one in RESOURCES if one["kind"] == "Secret"]


def test_every_setting_that_is_given_exists():
    given = set(re.findall(rf"\b{PREFIX}([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))
    for path in (*MANIFESTS, DEPLOY / "Dockerfile"):
        given |= set(re.findall(rf"\b{PREFIX}([A-Z_]+)", path.read_text(encoding="utf-8")))
    assert {name.lower() for name in given} <= set(Settings.model_fields)
    assert {"DATABASE", "MILVUS"} <= given


def test_what_milvus_is_told_is_the_same_both_ways():
    composed = yaml.safe_load((DEPLOY / "milvus-user.yaml").read_text(encoding="utf-8"))
    (inside,) = (one for one in RESOURCES if one["kind"] == "ConfigMap")
    clustered = yaml.safe_load(inside["data"]["user.yaml"])
    assert clustered["queryNode"] == composed["queryNode"]
    assert composed["queryNode"]["segcore"]["interimIndex"]["enableIndex"] is False
