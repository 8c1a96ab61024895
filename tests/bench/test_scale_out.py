"""Scaling out, as docs/performance.md describes it: two web servers behind nginx, pgbouncer in
transaction mode, and a streaming replica that results are read from.

Leaders rate while it runs; the replica lags, dies, and another becomes the primary: no answer is
lost, and no page says anything else than it would without a replica.
"""

import asyncio
import contextlib
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from tests.bench.browser import Browser, Said
from tests.bench.journeys import Invited, Product, Tally
from tests.bench.load import by_clients
from tests.bench.servers import ROOT, Server, production, serving, wait_until_answering
from tools import pgbox

pytestmark = [
    pytest.mark.prove,
    pytest.mark.once,
    pytest.mark.skipif(
        not (shutil.which("pgbouncer") and shutil.which("nginx")),
        reason="pgbouncer and nginx must be installed (Debian: apt install pgbouncer nginx-light)",
    ),
]

PRIMARY = {"wal_level": "replica", "max_wal_senders": "5", "hot_standby": "on"}
BOUNCER = """
[databases]
postgres = host=127.0.0.1 port={behind} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 4
server_check_delay = 0
server_login_retry = 1
"""
PROXY = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    upstream plf {{ {servers} }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://plf;
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-Proto https;
            proxy_set_header X-Forwarded-For $remote_addr;
        }}
    }}
}}
"""
CHANGES_AT_EACH_ANSWER = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
MAIN = re.compile("<main.*</main>", re.DOTALL)
PUBLISHED = "SELECT md5(string_agg(p::text, '|' ORDER BY p.id)) FROM results_publication p"
READS = "SELECT seq_scan + coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE relname = %s"
RATINGS = "SELECT count(*) FROM assessments_rating WHERE value IS NOT NULL"
CAUGHT_UP = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder that the database's own user may read."""
    folder = Path(tempfile.mkdtemp(prefix="plf-scale-"))
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Bouncer:
    port: int
    file: Path
    process: subprocess.Popen[bytes]

    def lead_to(self, address: str) -> None:
        """What an operator does when a replica has become the primary."""
        self.file.write_text(BOUNCER.format(port=self.port, behind=port_of(address)))
        self.process.send_signal(signal.SIGHUP)


@contextlib.contextmanager
def bouncer_before(address: str, scratch: Path) -> Iterator[Bouncer]:
    port, file = pgbox.free_port(), scratch / "pgbouncer.ini"
    file.write_text(BOUNCER.format(port=port, behind=port_of(address)))
    person = pgbox.identity(pgbox.unprivileged())
    with subprocess.Popen(["pgbouncer", "--quiet", str(file)], **person) as process:
        try:
            yield Bouncer(port, file, process)
        finally:
            process.terminate()


@contextlib.contextmanager
def proxy_before(servers: list[Server], scratch: Path) -> Iterator[int]:
    port, file = pgbox.free_port(), scratch / "nginx.conf"
    upstream = " ".join(f"server 127.0.0.1:{one.port};" for one in servers)
    file.write_text(PROXY.format(port=port, folder=scratch, servers=upstream))
    with subprocess.Popen(["nginx", "-e", "stderr", "-c", str(file)]) as process:
        try:
            wait_until_answering(port, process)
            yield port
        finally:
            process.terminate()


def port_of(address: str) -> int:
    port = urlsplit(address).port
    assert port
    return port


def ask(address: str, statement: str, *values: object) -> object:
    with contextlib.closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()[0]


def wait_for_replay(primary: str, *replicas: str) -> None:
    reached = ask(primary, "SELECT pg_current_wal_flush_lsn()::text")
    deadline = time.monotonic() + 30
    for replica in replicas:
        while not ask(replica, CAUGHT_UP, reached):
            assert time.monotonic() < deadline, "the replica does not follow"
            time.sleep(0.05)


def run(surroundings: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, check=True
    )
    return done.stdout.decode()


def look(port: int, who: Invited, path: str) -> Said:
    async def once() -> Said:
        browser = Browser(port, cookies={"__Host-session": who.session})
        said = await browser.get(path)
        await browser.end()
        return said

    return asyncio.run(once())


def same(page: Said) -> str:
    """What the page says, without its frame, which counts how long the session lasts."""
    found = MAIN.search(page.text)
    assert found, page.status
    return CHANGES_AT_EACH_ANSWER.sub("", found[0])


def rate(port: int, product: Product, people: list[Invited]) -> Tally:
    return asyncio.run(
        by_clients(product, product.goal_by_goal, port, people, clients=10, turns=len(people) // 10)
    )


def test_nothing_is_lost_and_no_page_differs_when_scaled_out(scratch):
    with contextlib.ExitStack() as running:
        first = contextlib.ExitStack()
        primary = first.enter_context(pgbox.server(**PRIMARY))
        running.push(first)
        direct = production(scratch, primary)
        run(direct, "manage.py", "migrate", "--verbosity=0")
        run(direct, "manage.py", "collectstatic", "--noinput", "--verbosity=0")
        told = json.loads(run(direct, "-m", "tests.bench.one_municipality", "build"))
        people = [Invited(**one) for one in told["people"]]
        product = Product(told["goals"])
        dying = contextlib.ExitStack()
        replica = dying.enter_context(pgbox.server(primary=port_of(primary), **PRIMARY))
        running.push(dying)
        heir = running.enter_context(pgbox.server(primary=port_of(primary), **PRIMARY))
        bouncer = running.enter_context(bouncer_before(primary, scratch))
        pooled = f"postgres://postgres@127.0.0.1:{bouncer.port}/postgres"
        scaled = production(scratch, pooled, REPLICA_URL=replica)
        servers = [running.enter_context(serving(scaled)) for _server in range(2)]
        plain = running.enter_context(serving(direct)).port
        port = running.enter_context(proxy_before(servers, scratch))
        wait_for_replay(primary, replica, heir)

        # The result comes from the replica, and is the same page.
        before = ask(replica, READS, "results_publication")
        assert same(look(port, people[0], told["result"])) == same(
            look(plain, people[0], told["result"])
        )
        deadline = time.monotonic() + 15
        while ask(replica, READS, "results_publication") == before:
            assert time.monotonic() < deadline, "the replica was not asked"
            look(port, people[0], told["result"])
            time.sleep(0.5)

        # Leaders rate through nginx, two web servers and pgbouncer.
        tally = rate(port, product, people)
        assert tally.wrong == []
        assert ask(primary, RATINGS) == tally.ratings == len(people) * len(product.goals)

        # The replica stands still; a round is sealed, and its result is there at once.
        ask(replica, "SELECT pg_wal_replay_pause()::text")
        run(direct, "-m", "tests.bench.one_municipality", "seal")
        newest = look(port, people[0], told["next_result"])
        assert newest.status == 200
        assert same(newest) == same(look(plain, people[0], told["next_result"]))
        assert "Søjle" in newest.text

        # The replica dies: one page takes a moment more, and is the same.
        dying.close()
        for _server in range(4):
            page = look(port, people[0], told["next_result"])
            assert same(page) == same(newest)
            assert page.seconds < 5

        # The primary dies, and another replica takes its place: everything is there.
        published = ask(primary, PUBLISHED)
        wait_for_replay(primary, heir)
        first.close()
        assert ask(heir, "SELECT pg_promote()")
        bouncer.lead_to(heir)
        assert ask(heir, PUBLISHED) == published
        deadline = time.monotonic() + 30
        while look(port, people[0], told["next_result"]).status != 200:
            assert time.monotonic() < deadline, "the pages do not come back"
            time.sleep(0.5)
        assert same(look(port, people[0], told["next_result"])) == same(newest)
