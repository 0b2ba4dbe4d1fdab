"""What a demonstration shows: the example that it opens, who may sign in, and what to try first."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

from tanso.kernel.texts import Text

_LOADER = "tanso.interfaces.cli.example"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One way in: whose it is, and what to type."""

    who: Text
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What to print once the pages answer. `notice` says what the data are, and what they are not."""

    notice: Text
    sign_ins: tuple[SignIn, ...]
    try_first: tuple[Text, ...]


def load_example(say: Callable[[Text], None]) -> Demonstration | None:
    """Load the example into the connected database unless it is there; None where no example is built in.

    The loader is `open_demonstration(say) -> Demonstration` in `interfaces/cli/example.py`. It must be able to start
    again after it was killed half-way.
    """
    if importlib.util.find_spec(_LOADER) is None:
        return None
    loaded: Demonstration | None = importlib.import_module(_LOADER).open_demonstration(say)
    return loaded
