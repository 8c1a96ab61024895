"""A wire to the database that can fall silent: it still takes what is sent, and nothing comes back.

So it is behind a network that swallows everything, and on a machine that hangs.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Wire:
    def __init__(self, host: str, port: int) -> None:
        self.there = (host, port)
        self.speaks = threading.Event()
        self.speaks.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.ends: list[socket.socket] = []

    def run(self) -> None:
        with contextlib.suppress(OSError):  # closed: the test is over
            while True:
                here, _ = self.listener.accept()
                there = socket.create_connection(self.there)
                self.ends += [here, there]
                self._in_background(self.carry, here, there)
                self._in_background(self.carry, there, here)

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self.speaks.wait()
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.speaks.set()
        for end in [self.listener, *self.ends]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    @staticmethod
    def _in_background(work, *arguments) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()


@contextlib.contextmanager
def wire_to(host: str, port: int) -> Iterator[Wire]:
    wire = Wire(host, port)
    wire._in_background(wire.run)
    try:
        yield wire
    finally:
        wire.close()
