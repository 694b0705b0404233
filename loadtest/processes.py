"""What the system says about processes (Linux; see proc(5))."""

import os
from pathlib import Path


def resident_bytes(pid: int | str = "self") -> int:
    """How much of a process's memory is in RAM."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int | str = "self") -> float:
    """The processor time that a process has used so far, in user and system mode; 10 ms fine."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
