"""How many prescribed workbooks are read, recomputed and compared a minute, by two processes, and what one costs.

    .venv/bin/python benchmarks/workbook.py [FILE.xlsx ...]

Without files, those of tests/data/workbooks: written by Tanso, by openpyxl, saved by LibreOffice, seven sources each.
Every reading begins with the bytes, as a page or a scenario gives them. CPU seconds are what counts on a busy machine:
a core reads 60 / (CPU seconds of one) workbooks a minute. No database.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

PROCESSES, TIMES, GOAL = 2, 300, 1_000
FOLDER = Path(__file__).parents[1] / "tests/data/workbooks"


def read_all(files: list[str], times: int) -> tuple[int, float]:
    """Read the files in turn; how many, and the CPU seconds that it took after the first of each."""
    from tanso.emissions import workbooks  # noqa: PLC0415
    from tanso.rulebook import library  # noqa: PLC0415

    contents = [Path(file).read_bytes() for file in files]
    rulebooks = {name: library().get(name) for name in {workbooks.scheme_of(content) for content in contents}}
    kinds = [(content, rulebooks[workbooks.scheme_of(content)]) for content in contents]
    for content, rulebook in kinds:
        reading = workbooks.read(content, rulebook)
        if reading.refused:
            raise SystemExit(reading.reason.en)
    begin = time.process_time()
    for number in range(times):
        content, rulebook = kinds[number % len(kinds)]
        workbooks.read(content, rulebook)
    return times, time.process_time() - begin


def main() -> None:
    files = sys.argv[1:] or [str(file) for file in sorted(FOLDER.glob("*.xlsx"))]
    begin = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES) as pool:
        done = list(pool.map(read_all, [files] * PROCESSES, [TIMES] * PROCESSES))
    wall_s = time.perf_counter() - begin
    count, cpu_s = sum(number for number, _ in done), sum(seconds for _, seconds in done)
    print(
        f"{count} workbooks of {len(files)} files, {PROCESSES} processes: {cpu_s:.1f} CPU-s, "
        f"{wall_s:.1f} s wall with the start"
    )
    print(f"one workbook: {cpu_s / count * 1000:.1f} ms of CPU")
    print(f"a minute on {PROCESSES} cores: {60 * PROCESSES * count / cpu_s:,.0f} (goal: {GOAL:,})")


if __name__ == "__main__":
    main()
