"""The least of a browser: asks, keeps its cookies and its connection, and says what came back.

Written for many at once in one process, so that what is measured is the server.
"""

import asyncio
import contextlib
import gzip
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.bench.servers import HOST, PROXIED

IDLE = 2.0  # seconds; the server hangs up after five
REDIRECTS = (301, 302, 303)


@dataclass(frozen=True)
class Said:
    status: int
    location: str
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Browser:
    """`address` is where the person sits, as the proxy says."""

    port: int
    address: str = "192.0.2.1"
    cookies: dict[str, str] = field(default_factory=dict)
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None
    used_at: float = 0.0

    async def get(self, path: str) -> Said:
        return await self._ask("GET", path, b"")

    async def post(self, path: str, fields: dict[str, str]) -> Said:
        return await self._ask("POST", path, urlencode(fields).encode())

    async def post_and_follow(self, path: str, fields: dict[str, str]) -> Said:
        said = await self.post(path, fields)
        while said.status in REDIRECTS:
            said = await self.get(said.location)
        return said

    async def _ask(self, method: str, path: str, body: bytes) -> Said:
        start = time.perf_counter()
        writer, reader = await self._connection()
        writer.write(self._head(method, path, len(body)) + body)
        status, headers = await _read_head(reader)
        content = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        self.used_at = time.perf_counter()
        if headers.get("connection") == "close":
            self.close()
        for cookie in headers.get("set-cookie", "").split("\n"):
            self.cookies.update({name: one.value for name, one in SimpleCookie(cookie).items()})
        return Said(status, headers.get("location", ""), content, self.used_at - start)

    def _head(self, method: str, path: str, length: int) -> bytes:
        headers = {
            **PROXIED,
            "X-Forwarded-For": self.address,
            "Origin": f"https://{HOST}",
            "Accept": "text/html,*/*",
            "Accept-Encoding": "gzip",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(length),
        }
        lines = [
            f"{method} {path} HTTP/1.1",
            *(f"{name}: {text}" for name, text in headers.items()),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def _connection(self) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
        if self.writer is None or time.perf_counter() - self.used_at > IDLE:
            self.close()
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader is not None
        return self.writer, self.reader

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.writer = self.reader = None

    async def end(self) -> None:
        """As `close`, and waited for: nothing is left of it when its loop ends."""
        writer = self.writer
        self.close()
        if writer is not None:
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def _read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for line in head[1:-2]:
        name, _colon, text = line.partition(":")
        name, text = name.lower(), text.strip()
        headers[name] = f"{headers[name]}\n{text}" if name in headers else text
    return int(head[0].split()[1]), headers
