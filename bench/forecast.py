"""Wall time and memory of the main job, as a user meets it. Run `make bench`.

Cold: an empty cache, so the posteriors are fitted and every dossier is left out once.
Warm: what the first run kept is there. Every run is a process of its own.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

from baselines import machine

REPEATS = 5
COMMANDS = {
    "suasion --help": ["--help"],
    "forecast, cold": ["forecast", "deep-strikes", "--quiet"],
    "forecast, warm": ["forecast", "deep-strikes", "--quiet"],
    "forecast + report, warm": [
        *("forecast", "deep-strikes", "--quiet", "--html", "report.html")
    ],
}


def measured(arguments, environment, folder):
    """Seconds and peak megabytes of one run."""
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "suasion", *arguments],
        stdout=subprocess.DEVNULL,
        env=environment,
        cwd=folder,
    )
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"suasion {' '.join(arguments)} failed with status {status}")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return time.perf_counter() - start, kilobytes / 1024


def main():
    print(machine())
    print(f"{'':26}{'median s':>10}{'best s':>9}{'peak MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"SUASION_CACHE_DIR": folder, "COLUMNS": "80"}
        for name, arguments in COMMANDS.items():
            repeats = 1 if "cold" in name else REPEATS
            runs = [measured(arguments, environment, folder) for _ in range(repeats)]
            seconds = [run[0] for run in runs]
            peak = max(run[1] for run in runs)
            print(
                f"{name:26}{statistics.median(seconds):10.2f}{min(seconds):9.2f}"
                f"{peak:9.0f}"
            )


if __name__ == "__main__":
    main()
