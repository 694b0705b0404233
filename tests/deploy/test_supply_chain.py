"""What is shipped comes from lock files with digests, runs as nobody, and holds no secret."""

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IGNORED = {".venv", ".tools", ".cache", "node_modules", "target"}


def tree(pattern: str) -> list[Path]:
    return [path for path in ROOT.rglob(pattern) if not IGNORED & set(path.relative_to(ROOT).parts)]


def test_requirements_have_digests() -> None:
    files = [path for path in tree("*requirements*.txt") if "==" in path.read_text()]
    assert files
    for path in files:
        pinned = re.findall(r"^[A-Za-z0-9._\[\]-]+==.*$", path.read_text(), re.MULTILINE)
        assert all(line.rstrip().endswith("\\") or "--hash=" in line for line in pinned), path


def test_python_lock_has_digests() -> None:
    text = (ROOT / "uv.lock").read_text()
    assert not re.findall(r'^(?:sdist|    \{) ?=? ?\{? ?url = (?!.*hash = "sha256:).*$', text, re.MULTILINE)


@pytest.mark.parametrize("path", tree("Cargo.lock"), ids=lambda path: str(path.relative_to(ROOT)))
def test_rust_locks_have_digests(path: Path) -> None:
    packages = path.read_text().split("[[package]]")[1:]
    assert all("checksum = " in package for package in packages if "source = " in package)


@pytest.mark.parametrize("path", tree("package-lock.json"), ids=lambda path: str(path.relative_to(ROOT)))
def test_javascript_locks_have_digests(path: Path) -> None:
    packages = json.loads(path.read_text())["packages"]
    assert all(package["integrity"].startswith("sha512-") for name, package in packages.items() if name)


@pytest.mark.parametrize("path", tree("go.mod"), ids=lambda path: str(path.relative_to(ROOT)))
def test_go_modules_have_digests(path: Path) -> None:
    assert path.with_name("go.sum").is_file()


def test_servers_image_is_nobodys_with_nothing_but_what_is_installed() -> None:
    lines = (ROOT / "deploy" / "Containerfile").read_text().split("\nFROM ")[-1].splitlines()
    users = [line for line in lines if line.startswith("USER ")]
    assert users == ["USER 65532:65532"]
    assert lines.index(users[0]) < next(i for i, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    assert all("--from=" in line for line in lines if line.startswith(("COPY", "ADD")))


@pytest.mark.parametrize("file", ["deploy/Containerfile", "deploy/lambda/Containerfile"])
def test_images_are_built_from_what_is_listed_and_nothing_else(file: str) -> None:
    listed = (ROOT / ".dockerignore").read_text().split()
    allowed = [line.removeprefix("!") for line in listed if line.startswith("!")]
    copied = [
        line.split()[1:-1] for line in (ROOT / file).read_text().splitlines() if line.startswith("COPY")
    ]
    sources = [path for paths in copied if not paths[0].startswith("--from=") for path in paths]
    assert "*" in listed
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert any(source == each or source.startswith(f"{each}/") for each in allowed), source


class TestSecrets:
    @pytest.fixture
    def tree_with(self, tmp_path: Path) -> Path:
        if find_spec("detect_secrets") is None:
            pytest.skip("detect-secrets is not installed: make setup")
        (tmp_path / "tools").mkdir()
        (tmp_path / "tools" / "known-secrets.json").write_text('{"results": {}}')
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
        return tmp_path

    def check(self, tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        subprocess.run(["git", "add", "."], cwd=tree, check=True)
        return subprocess.run(
            [sys.executable, str(ROOT / "tools" / "check_secrets.py"), *arguments],
            cwd=tree,
            capture_output=True,
            text=True,
            check=False,
        )

    def test_committed_secret_is_found_and_not_printed(self, tree_with: Path) -> None:
        secret = "AKIA" + "IOSFODNN7" + "ABCDEFG"
        (tree_with / "settings.ini").write_text(f"[aws]\nid = {secret}\n")
        done = self.check(tree_with)
        assert done.returncode == 1
        assert "settings.ini:2" in done.stderr
        assert secret not in done.stdout + done.stderr

    def test_known_finding_stays_known_when_it_moves(self, tree_with: Path) -> None:
        file = tree_with / "settings.ini"
        file.write_text("password = " + '"correct-horse-battery"\n')
        assert self.check(tree_with).returncode == 1
        assert self.check(tree_with, "--accept").returncode == 0
        file.write_text("# moved\n\n" + file.read_text())
        assert self.check(tree_with).returncode == 0
