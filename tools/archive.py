"""Writes a directory into a zip archive that is the same for the same files: sorted, all of one time."""

import argparse
import sys
import zipfile
from pathlib import Path

_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644
_EXECUTABLE = 0o755


def write(folder: Path, archive: Path) -> None:
    """Makes the archive; Lambda needs its files readable for everybody."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _TIME)
            mode = _EXECUTABLE if file.suffix == ".so" else _MODE
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, file.read_bytes())


def main() -> None:
    """Writes it, and says how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("archive", type=Path)
    options = parser.parse_args()
    write(options.folder, options.archive)
    unpacked = sum(path.stat().st_size for path in options.folder.rglob("*") if path.is_file())
    size = options.archive.stat().st_size
    sys.stdout.write(f"{options.archive}: {size / 1e6:.1f} MB, {unpacked / 1e6:.1f} MB unpacked\n")


if __name__ == "__main__":
    main()
