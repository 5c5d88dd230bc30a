"""Wall time and memory of the main job, as a user meets it. Run `make bench`.

Cold: an empty cache, so the posteriors are fitted and every dossier is left out once.
Warm: what the first run kept is there. Every run is a process of its own.
"""

import statistics
import tempfile

from machine import Watch, machine
from process import measured

REPEATS = 5
COMMANDS = {
    "suasion --help": ["--help"],
    "forecast, cold": ["forecast", "deep-strikes", "--quiet"],
    "forecast, warm": ["forecast", "deep-strikes", "--quiet"],
    "forecast + report, warm": [
        *("forecast", "deep-strikes", "--quiet", "--html", "report.html")
    ],
}


def main():
    print(machine())
    print(f"{'':26}{'median s':>10}{'best s':>9}{'peak MB':>9}  load before, after")
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in COMMANDS.items():
            repeats = 1 if "cold" in name else REPEATS
            with Watch() as watch:
                runs = [measured(arguments, folder) for _ in range(repeats)]
            seconds = [run[0] for run in runs]
            peak = max(run[1] for run in runs)
            print(
                f"{name:26}{statistics.median(seconds):10.2f}{min(seconds):9.2f}"
                f"{peak:9.0f}  {watch.before}, {watch.after}"
                + ("  BUSY: do not trust this line" if watch.busy else "")
            )


if __name__ == "__main__":
    main()
