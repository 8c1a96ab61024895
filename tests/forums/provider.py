"""A real OpenID Connect server in a process of its own."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import requests


@contextmanager
def running_provider(claims: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    """Its address. It knows those in `claims`, and believes whoever says to be one of them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = [
        part
        for sub, known in claims.items()
        for part in ("--user-claims", json.dumps({"sub": sub, **known}))
    ]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(
        [*command, *people], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=1)
            break
        except requests.ConnectionError:
            time.sleep(0.1)
    try:
        yield address
    finally:
        process.terminate()
        process.wait()
