"""Directories on disk."""

import os
from pathlib import Path


def sync_names(directory: Path) -> None:
    """Makes the names in the directory outlive a power cut (fsync(2)). Windows can't, and need not."""
    if os.name == "nt":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
