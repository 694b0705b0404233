"""What is raised where an engine can't be had."""

import shutil


class EngineMissing(Exception):
    """An engine, or what it needs, is not installed; the text says what, and what to do."""


def require_program(name: str, package: str) -> str:
    """The path of a program, or EngineMissing, which says to install `package`."""
    path = shutil.which(name)
    if path is None:
        raise EngineMissing(f"{name} is not installed; install {package}")
    return path
