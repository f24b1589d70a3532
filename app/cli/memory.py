"""How much memory this process takes, in megabytes; mapped files count where they were read."""

import sys
from pathlib import Path

import psutil

MEGABYTE = 1e6
STATUS = Path("/proc/self/status")


def resident_memory() -> int:
    """Return how much this process holds now."""
    resident: int = psutil.Process().memory_info().rss
    return round(resident / MEGABYTE)


def peak_memory() -> int:
    """Return the most that this process has held."""
    return round(_peak_bytes() / MEGABYTE)


def _peak_bytes() -> float:
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset)
    if STATUS.exists():  # of this program alone; Linux's getrusage counts the one that started it too
        lines = STATUS.read_text(encoding="utf-8").splitlines()
        if peak := next((line for line in lines if line.startswith("VmHWM:")), ""):
            return float(peak.split()[1]) * 1024
    import resource  # Unix alone has it

    peak_size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak_size if sys.platform == "darwin" else peak_size * 1024)
