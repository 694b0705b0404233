"""Generates `core/src/vexil/v1` from `proto/vexil/v1`.

The validation options stay in the generated descriptors as bytes, while the import of the file that
declares them is taken out: so no generated `buf.validate` module is shipped that could clash with another
package's, and protovalidate, which knows the options itself, still finds them.
"""

import shutil
import tempfile
from importlib import resources
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc

ROOT = Path(__file__).parent.parent
PROTO = ROOT / "proto"
OUT = ROOT / "core" / "src"
OPTIONS = "buf/validate/"


def run(*args: str) -> None:
    """Runs protoc; ends the program when it fails."""
    if protoc.main(["protoc", *args]):
        raise SystemExit("protoc failed")


def without_options_import(files: FileDescriptorSet) -> FileDescriptorSet:
    """The same files with no file of `buf/validate`, and none that imports one."""
    kept = [f for f in files.file if not f.name.startswith(OPTIONS)]
    for file in kept:
        imports = [name for name in file.dependency if not name.startswith(OPTIONS)]
        file.ClearField("dependency")
        file.dependency.extend(imports)
    return FileDescriptorSet(file=kept)


def main() -> None:
    """Replaces every generated file."""
    sources = sorted(str(p.relative_to(PROTO)) for p in PROTO.glob("vexil/**/*.proto"))
    well_known = resources.files("grpc_tools") / "_proto"
    for stale in (OUT / "vexil" / "v1").glob("*_pb2.py*"):
        stale.unlink()
    with tempfile.TemporaryDirectory() as scratch:
        image = Path(scratch, "image.binpb")
        run(f"-I{PROTO}", f"-I{well_known}", "--include_imports", f"--descriptor_set_out={image}", *sources)
        stripped = without_options_import(FileDescriptorSet.FromString(image.read_bytes()))
        image.write_bytes(stripped.SerializeToString(deterministic=True))
        run(f"--descriptor_set_in={image}", f"--python_out={scratch}", f"--pyi_out={scratch}", *sources)
        for file in Path(scratch, "vexil").rglob("*_pb2.py*"):
            shutil.copyfile(file, OUT / file.relative_to(scratch))
    print(f"generated {len(sources)} modules in {(OUT / 'vexil' / 'v1').relative_to(ROOT)}")


if __name__ == "__main__":
    main()
