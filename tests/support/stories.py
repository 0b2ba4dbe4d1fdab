"""Stories that many tests of a module begin with: lived once, then cloned, which costs a fraction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.db import connections

from tanso.database import clones
from tanso.database.urls import Server

_W = TypeVar("_W")


class Once(Protocol):
    """The fixture `once`: live a story in a world, or have both as the story left them; returns the world."""

    def __call__(self, story: Callable[[_W], None], world: _W) -> _W: ...


class Stories:
    """Each story's database as it was at its end, and what its world then knew."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._ends: dict[str, tuple[Server, dict[str, Any]]] = {}

    def lived(self, story: Callable[[_W], None], world: _W, database: Server) -> _W:
        """Let `database`, which is connected, and the world that began in it be as the story leaves them."""
        name = story.__qualname__
        if name in self._ends:
            end, known = self._ends[name]
            connections.close_all()
            clones.replace(database, end.database)
            vars(world).update(known)
        else:
            story(world)
            connections.close_all()
            self._ends[name] = clones.clone(self._server, database.database), dict(vars(world))
        return world

    def forget(self) -> None:
        """Give the databases back."""
        for end, _known in self._ends.values():
            clones.drop(end)
        self._ends.clear()
