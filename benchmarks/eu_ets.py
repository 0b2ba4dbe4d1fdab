"""What each published installation-year of the EU ETS costs through the real engine: acts, CPU seconds, causes.

    .venv/bin/python benchmarks/eu_ets.py [YEARS [REGISTRIES]]

Runs `tanso example eu-ets` on a private server of its own, so that no other work of this machine's server is counted.
CPU is that of this process and of the whole server; wall time says little on a shared machine, mind the steal share.
"""

from __future__ import annotations

import sys

from tanso.interfaces.cli.replays import command, reader


def main() -> int:
    folder = reader.folder_of("eu-ets")
    if folder is None:
        raise SystemExit("examples/eu-ets is not there")
    years, registries = [*sys.argv[1:], None, None][:2]
    return command.run(folder, years=years, groups=registries, as_json=False, own_server=True)


if __name__ == "__main__":
    raise SystemExit(main())
