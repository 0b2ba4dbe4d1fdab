"""Serving the pages from this process, with gunicorn."""

from __future__ import annotations

import errno
import os
import signal
import socket
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

from tanso.kernel.errors import TansoError
from tanso.kernel.texts import Text

_LOOPBACK = ("127.0.0.1", "::1")


def listen(host: str, port: int) -> list[socket.socket]:
    """Take the port now, before anything slow begins. Raises TansoError `serve.port_taken` or `serve.host_refused`.

    "localhost" means both loopback addresses, because browsers differ in which of them they ask first.
    """
    if host != "localhost":
        return [_bound(host, port)]
    sockets = [_bound("127.0.0.1", port)]
    try:
        sockets.append(_bound("::1", port))
    except TansoError as error:
        if error.code == "serve.port_taken":
            raise
    return sockets


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind)
    except OSError as error:
        raise _refused(host, port, error) from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind(address)
        bound.listen(128)
    except OSError as error:
        bound.close()
        raise _refused(host, port, error) from error
    return bound


def _refused(host: str, port: int, error: OSError) -> TansoError:
    facts: dict[str, object] = {"host": host, "port": str(port), "reason": error.strerror or str(error)}
    if error.errno == errno.EADDRINUSE:
        return TansoError(
            code="serve.port_taken",
            message=Text(
                ja="ポート {port} はほかのプログラムが使っています。", en="Port {port} is used by another program."
            ).filled(facts),
            next_step=Text(
                ja="そのプログラムを終えるか、別のポートを選んでください（例：TANSO_PORT=8001 make demo）。",
                en="End that program, or choose another port, as in TANSO_PORT=8001 make demo.",
            ),
            facts=facts,
        )
    return TansoError(
        code="serve.host_refused",
        message=Text(
            ja="{host}:{port} で待ち受けられません：{reason}", en="Cannot listen on {host}:{port}: {reason}"
        ).filled(facts),
        next_step=Text(ja="TANSO_HOST と TANSO_PORT を確認してください。", en="Check TANSO_HOST and TANSO_PORT."),
        facts=facts,
    )


class _Server(BaseApplication):
    """Gunicorn with our sockets and one worker of several threads: enough for an authority's office."""

    def __init__(
        self, application: Callable[..., Any], sockets: list[socket.socket], ready: Callable[[], None]
    ) -> None:
        self._application = application
        self._sockets = sockets
        self._ready = ready
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": [f"fd://{one.detach()}" for one in self._sockets],
            "workers": 1,
            "threads": 8,
            "worker_class": "gthread",
            # Longer than people read: a browser that asks in the moment in which its connection is closed gets nothing.
            "keepalive": 65,
            "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108
            "preload_app": True,
            "control_socket_disable": True,
            "graceful_timeout": 5,
            "timeout": 120,
            "loglevel": "error",
            "proc_name": "tanso",
            "when_ready": self._when_ready,
            "post_worker_init": _leave_the_terminal_to_the_arbiter,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return self._application

    def _when_ready(self, _arbiter: object) -> None:
        # To gunicorn a closed terminal means "reload"; to the person who closed it, the end.
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        self._ready()


def _leave_the_terminal_to_the_arbiter(_worker: object) -> None:
    """Ctrl-C reaches the worker twice, from the terminal and from its arbiter, and gunicorn's handler for it may then
    wait for itself. Once is enough."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def serve(sockets: list[socket.socket], *, ready: Callable[[], None]) -> None:
    """Answer requests until SIGINT or SIGTERM (then SystemExit is raised). `ready` is called once, when it answers."""
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415
    from django.urls import get_resolver  # noqa: PLC0415

    application = get_wsgi_application()
    get_resolver().url_patterns  # noqa: B018 (read the pages now: a mistake must not wait for the first visitor)
    connections.close_all()  # a connection must not be shared with the worker
    _Server(application, sockets, ready).run()
