"""Compiled programs, in Go and Rust: built when they are not there or their sources changed."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from google.protobuf.compiler.plugin_pb2 import CodeGeneratorRequest, CodeGeneratorResponse
from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from rich.console import Console

from loadtest.environments import CACHE, ROOT, NotInstallable
from vexil.v1 import config_service_pb2

HERE = Path(__file__).parent

_CLIENT = HERE / "client"
_MODULE = "vexil.dev/loadtest/client"


def compiled_client(console: Console) -> Path:
    """`loadtest/client`: streams and calls, and servers on grpc-go.

    Raises NotInstallable where it can't be built, with what to do about that.
    """
    go = shutil.which("go")
    if go is None:
        raise NotInstallable("Go is not installed: take 1.24 or newer from your system or https://go.dev/dl")
    compiler = [go, "build", "-mod=readonly", "-trimpath", "-buildvcs=false"]
    target = CACHE / "client"
    program, generator, overlay = target / "client", target / "protoc-gen-go", target / "overlay.json"
    contract = _with_imports(config_service_pb2.DESCRIPTOR)

    def build() -> None:
        # Of the module's own version of protobuf, whose hash go.sum has.
        package = "google.golang.org/protobuf/cmd/protoc-gen-go"
        _run([*compiler, "-o", str(generator), package], _CLIENT)
        overlay.write_text(json.dumps({"Replace": _messages_in_go(contract, generator, target)}))
        _run([*compiler, f"-overlay={overlay}", "-o", str(program), "."], _CLIENT)

    return _built(program, _digest(_CLIENT, contract.values()), build, console)


def empty_tonic(console: Console) -> Path:
    """`loadtest/tonic`: a server on tonic. Raises NotInstallable as `compiled_client` does."""
    cargo = shutil.which("cargo")
    if cargo is None:
        raise NotInstallable("cargo is not installed: take Rust 1.88 or newer from https://rustup.rs")
    sources, target = HERE / "tonic", CACHE / "tonic"
    command = [cargo, "build", "--quiet", "--release", "--locked", "--target-dir", str(target)]
    program = target / "release" / "empty-tonic"
    return _built(program, _digest(sources), lambda: _run(command, sources), console)


def _with_imports(file: FileDescriptor) -> Mapping[str, bytes]:
    """Encoded descriptors by name: those that the file imports before it."""
    files: dict[str, bytes] = {}
    for imported in file.dependencies:
        files |= _with_imports(imported)
    return files | {file.name: file.serialized_pb}


def _messages_in_go(contract: Mapping[str, bytes], generator: Path, target: Path) -> Mapping[str, str]:
    """Generates the package vexilv1 into `target`: where each of its files belongs in the module, and is."""
    own = [name for name in contract if name.startswith("vexil/")]
    packages = [f"M{name}={_MODULE}/vexilv1" for name in own]
    request = CodeGeneratorRequest(
        file_to_generate=own,
        parameter=",".join([f"module={_MODULE}", *packages]),
        proto_file=map(FileDescriptorProto.FromString, contract.values()),
    )
    response = CodeGeneratorResponse.FromString(_run([str(generator)], target, request.SerializeToString()))
    if response.error:
        raise NotInstallable(f"{generator.name}: {response.error}")
    for file in response.file:
        path = target / file.name
        path.parent.mkdir(exist_ok=True)
        path.write_text(file.content)
    return {str(_CLIENT / file.name): str(target / file.name) for file in response.file}


def _built(program: Path, digest: str, build: Callable[[], object], console: Console) -> Path:
    """The program, which is built unless it is there and of sources with that digest."""
    built = program.parent / "sources.sha256"
    if program.exists() and built.exists() and built.read_text() == digest:
        return program
    console.print(f"building {program.relative_to(ROOT)} …")
    program.parent.mkdir(parents=True, exist_ok=True)
    build()
    built.write_text(digest)
    return program


def _run(command: Sequence[str], folder: Path, given: bytes = b"") -> bytes:
    """What the command writes. Raises NotInstallable with what it said last where it fails."""
    environ = {name: value for name, value in os.environ.items() if name != "GOFLAGS"}
    done = subprocess.run(command, cwd=folder, env=environ, input=given, check=False, capture_output=True)
    if done.returncode:
        said = (done.stderr.decode(errors="replace").strip().splitlines() or ["no message"])[-1]
        raise NotInstallable(f"{' '.join([Path(command[0]).name, *command[1:2]])}: {said}")
    return done.stdout


def _digest(sources: Path, more: Iterable[bytes] = ()) -> str:
    """Differs when a source does, or what else goes into the program."""
    digest = hashlib.sha256()
    for path in sorted(path for path in sources.rglob("*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(sources)} {len(content)}\n".encode() + content)
    for content in more:
        digest.update(f"{len(content)}\n".encode() + content)
    return digest.hexdigest()
