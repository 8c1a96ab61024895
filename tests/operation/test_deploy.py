"""What stands in deploy/ fits the product, and its own programs find no fault in it."""

import os
import re
import shutil
import socket
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import psycopg2
import pytest
from django.db import connection
from django.urls import resolve

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
DEBIAN = DEPLOY / "debian"
SCRIPTS = [
    *(DEBIAN / name for name in ("install", "upgrade", "restore", "plf")),
    DEPLOY / "container" / "upgrade",
]
UNITS = sorted([*DEBIAN.glob("*.service"), *DEBIAN.glob("*.timer")])
SETTING = re.compile(r"^([A-Z_]{4,})=", re.MULTILINE)


def needs(program: str):
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is not installed")


def settings_of_postgresql(text: str) -> dict[str, str]:
    return dict(re.findall(r"\b(log_\w+) ?= ?'?([\w-]+)", text))


@pytest.mark.once
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_script_can_be_read_and_run(script):
    assert os.access(script, os.X_OK)
    subprocess.run(["sh", "-n", script], check=True)


@pytest.mark.once
def test_settings_that_are_written_are_settings_that_are_read():
    known = set(
        re.findall(
            r'env\.\w+\(\s*"([A-Z_]+)"',
            (ROOT / "plf" / "settings.py").read_text() + (ROOT / "gunicorn.conf.py").read_text(),
        )
    ) | {"BIND", "POSTGRES_USER", "POSTGRES_PASSWORD", "PLF_HOST", "DEBIAN_FRONTEND"}
    container = (DEPLOY / "container" / "Containerfile").read_text()
    written = {
        name
        for script in (DEBIAN / "install", DEPLOY / "container" / "upgrade")
        for name in SETTING.findall(script.read_text())
    } | set(re.findall(r"^(?:ENV)? +([A-Z_]+)=", container, re.MULTILINE))

    assert {"SECRET_KEY", "FILES_DIR", "DATABASE_URL"} < written
    assert written <= known


@pytest.mark.once
def test_every_unit_that_is_installed_is_there_and_starts_a_command_that_is():
    commands = {path.stem for path in (ROOT / "plf" / "management" / "commands").glob("*.py")}
    started = {name for unit in UNITS for name in re.findall(r"manage\.py (\w+)", unit.read_text())}

    assert started == {"clock", "backup"}
    assert started < commands
    named = {
        script: set(re.findall(r"plf-[\w-]+\.(?:service|timer)", (DEBIAN / script).read_text()))
        for script in ("install", "upgrade", "restore")
    }
    serving = {"plf-web.service", "plf-sign-in.service", "plf-clock.service"}
    assert named["restore"] == serving
    assert named["upgrade"] == serving | {"plf-backup.timer"}
    assert named["upgrade"] | named["install"] | {"plf-backup.service"} == {
        path.name for path in UNITS
    }


@pytest.mark.once
@needs("systemd-analyze")
def test_units_hold_in_systemd_s_own_eyes(tmp_path):
    """Laid on a machine's root of their own, with the programs that they start."""
    place = tmp_path / "etc" / "systemd" / "system"
    shutil.copytree(DEBIAN / "plf-.service.d", place / "plf-.service.d")
    for unit in UNITS:
        shutil.copy(unit, place)
    for target in ("sysinit", "basic", "shutdown", "multi-user", "timers", "time-sync"):
        (place / f"{target}.target").write_text("[Unit]\n")
    (place / "system.slice").write_text("[Unit]\n")
    programs = tmp_path / "opt" / "plf" / "current" / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("gunicorn", "python"):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)

    done = subprocess.run(
        ["systemd-analyze", "verify", f"--root={tmp_path}", *(unit.name for unit in UNITS)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.once
def test_server_that_refuses_to_start_never_tells_systemd_that_it_runs(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setblocking(False)
        done = subprocess.run(
            [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0"],
            check=False,
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "NOTIFY_SOCKET": str(tmp_path / "notify"),
                "ALLOWED_HOSTS": "plf.kommune.dk",
                "SECRET_KEY": "kort",
                "DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}",
            },
            capture_output=True,
            text=True,
            timeout=60,
        )

        assert done.returncode == 1
        assert "plf.E002" in done.stderr
        with pytest.raises(BlockingIOError):
            systemd.recv(100)


PASSWORDS = {
    "/log-ind/": True,
    "/velkommen/abc:1x/": True,
    "/adgangskode/glemt/": True,
    "/adgangskode/ny/1a-set-password/": True,
    "/konto/adgangskode/": True,
    "/konto/adgangskode/vaelg/": True,
    "/konto/bekraeft/": True,
    "/": False,
    "/log-ind/kode/": False,
    "/log-ud/": False,
    "/konto/": False,
    "/runder/1/2/gem/": False,
}


@pytest.mark.once
@pytest.mark.parametrize(("address", "has_password"), PASSWORDS.items(), ids=PASSWORDS.keys())
def test_both_proxies_have_passwords_checked_beside_the_pages(address, has_password):
    resolve(address)  # there is such a page
    nginx = re.search(r'"~(\^POST .+)" 127\.0\.0\.1:8001;', (DEPLOY / "nginx.conf").read_text())
    caddy = re.search(r"method POST\n\s+path (.+)", (DEPLOY / "Caddyfile").read_text())
    assert nginx
    assert caddy

    assert bool(re.search(nginx[1], f"POST {address}")) is has_password
    assert any(fnmatchcase(address, path) for path in caddy[1].split()) is has_password
    assert not re.search(nginx[1], f"GET {address}")


@pytest.mark.once
@needs("caddy")
def test_caddyfile_holds_in_caddy_s_own_eyes():
    done = subprocess.run(
        ["caddy", "adapt", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"],
        check=True,
        env={"PATH": os.environ["PATH"], "PLF_HOST": "plf.example.org"},
        capture_output=True,
        text=True,
    )

    assert '"host":["plf.example.org"]' in done.stdout
    assert re.findall(r'"dial":"([^"]+)"', done.stdout) == ["127.0.0.1:8001", "127.0.0.1:8000"]
    assert '"exclude":["http.log.error"]' in done.stdout


@pytest.mark.once
@needs("nginx")
@needs("openssl")
def test_nginx_conf_holds_in_nginx_s_own_eyes(tmp_path):
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=plf"),
            *("-keyout", tmp_path / "plf.key", "-out", tmp_path / "plf.pem"),
        ],
        check=True,
        capture_output=True,
    )
    site = (DEPLOY / "nginx.conf").read_text()
    for folder in ("/etc/ssl/certs", "/etc/ssl/private", "/var/log/nginx"):
        site = site.replace(folder, str(tmp_path))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/error;\nevents {{}}\nhttp {{\n{site}\n}}\n"
    )

    done = subprocess.run(
        ["nginx", "-t", "-e", tmp_path / "error", "-c", tmp_path / "nginx.conf"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert "test is successful" in done.stderr


@pytest.mark.once
def test_both_proxies_say_the_same_while_the_pages_are_closed():
    said = {
        name: re.findall(r'"(<!doctype html>[^"]+)"', (DEPLOY / name).read_text())
        for name in ("Caddyfile", "nginx.conf")
    }

    assert said["Caddyfile"] == said["nginx.conf"]
    assert "sendes af sig selv" in said["Caddyfile"][0]


@pytest.fixture
def upgrade_containers(tmp_path):
    """With an engine that only writes down what it was asked, and fails at what it is told to."""
    shutil.copytree(DEPLOY, tmp_path / "deploy", ignore=shutil.ignore_patterns("*.env"))
    engine = tmp_path / "bin" / "docker"
    engine.parent.mkdir()

    def run(
        *arguments: str, fails: str, code: int = 1
    ) -> tuple[subprocess.CompletedProcess, list[str]]:
        asked = tmp_path / "asked"
        asked.write_text("")
        engine.write_text(
            "#!/bin/sh\n"
            f'echo "$@${{PLF_RELEASE:+, release $PLF_RELEASE}}" >>{asked}\n'
            f'case "$*" in {fails}) exit {code};; esac\n'
        )
        engine.chmod(0o755)
        done = subprocess.run(
            [tmp_path / "deploy" / "container" / "upgrade", *arguments],
            check=False,
            env={"PATH": f"{engine.parent}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
        )
        return done, asked.read_text().splitlines()

    return run


NO_DATABASE = '"volume inspect plf_database"'


@pytest.mark.once
@pytest.mark.parametrize("migrations_fail", [False, True], ids=["goes well", "fails"])
def test_container_upgrade_goes_on_with_the_old_where_the_migrations_fail(
    tmp_path, upgrade_containers, migrations_fail
):
    fails = NO_DATABASE + ('|*"manage.py upgrade"' if migrations_fail else "")

    done, asked = upgrade_containers("plf.example.org", fails=fails)

    folder = tmp_path / "deploy" / "container"
    built = next(one for one in asked if one.startswith("build"))
    assert "-t plf:next " in built
    ran = asked.index("compose run --rm clock python manage.py upgrade, release next")
    after = asked[ran + 1 :]
    assert "tag" not in " ".join(asked[:ran])
    if migrations_fail:
        assert after == ["image inspect plf", "compose up -d"]
    else:
        assert after[1:3] == ["tag plf plf:before", "tag plf:next plf"]
        assert after[3:5] == ["compose restart proxy", "compose up -d"]
        assert after[5].startswith("image prune")
    assert done.returncode == int(migrations_fail)
    for name in ("plf.env", "db.env"):
        assert (folder / name).stat().st_mode & 0o077 == 0
    password = re.search(r"POSTGRES_PASSWORD=(\w{64})", (folder / "db.env").read_text())
    assert f":{password[1]}@db/plf" in (folder / "plf.env").read_text()


@pytest.mark.once
def test_container_upgrade_starts_nothing_on_a_database_that_was_not_put_back(upgrade_containers):
    done, asked = upgrade_containers(
        "plf.example.org", fails=NO_DATABASE + '|*"manage.py upgrade"', code=3
    )

    assert done.returncode == 1
    assert asked[-1] == "compose run --rm clock python manage.py upgrade, release next"


@pytest.mark.once
def test_container_upgrade_from_a_new_folder_makes_no_new_password(tmp_path, upgrade_containers):
    done, asked = upgrade_containers("plf.example.org", fails="nothing")

    assert done.returncode == 1
    assert "plf.env" in done.stderr
    assert asked == ["volume inspect plf_database"]
    assert not list((tmp_path / "deploy" / "container").glob("*.env"))


@pytest.mark.once
def test_container_has_the_packages_that_its_settings_ask_for(tmp_path, upgrade_containers):
    upgrade_containers("plf.example.org", fails=NO_DATABASE)
    with (tmp_path / "deploy" / "container" / "plf.env").open("a") as settings:
        settings.write("SENTRY_DSN=https://sentry.example.org/1\n")

    _, asked = upgrade_containers(fails="nothing")

    (build,) = (line for line in asked if line.startswith("build"))
    assert "requirements-sentry.txt" in build
    assert "requirements-saml.txt" not in build


@pytest.mark.once
def test_image_holds_no_secret_whichever_way_it_is_built():
    """The older builder reads only the one at the root; what is ignored there is not copied."""
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert not list((DEPLOY / "container").glob("*.dockerignore"))
    assert {".*", "deploy", "var", "**/*.env"} <= set(ignored)
    container = (DEPLOY / "container" / "Containerfile").read_text()
    (label,) = re.findall(r"^LABEL (.+)$", container, re.MULTILINE)
    assert f"label={label}" in (DEPLOY / "container" / "upgrade").read_text()


@pytest.mark.once
def test_containers_wait_for_the_database_and_hear_when_to_stop():
    compose = (DEPLOY / "container" / "compose.yaml").read_text()

    # By its socket it answers while it is set up, when nobody else can reach it.
    assert "pg_isready --host" in compose
    assert "until python manage.py backup" in compose
    assert re.search(r"^  init: true$", compose, re.MULTILINE)


@pytest.mark.once
@pytest.mark.parametrize("code", [0, 1, 3], ids=["goes well", "fails", "is not put back"])
def test_debian_upgrade_goes_on_with_the_old_where_the_migrations_fail(tmp_path, code):
    """On a machine's root of its own, whose programs only write down what they were asked; with
    sources and a umask that leave nothing to other users, such as the one it runs as."""
    source, machine, programs = (tmp_path / name for name in ("source", "machine", "programs"))
    shutil.copytree(DEPLOY, source / "deploy")
    script = source / "deploy" / "debian" / "upgrade"
    script.write_text(re.sub(r"/(?:opt|etc|usr)/", f"{machine}\\g<0>", script.read_text()))
    answer = f'#!/bin/sh\necho "$(basename $0) $@" >>{tmp_path}/asked\n'
    venv = 'mkdir -p "$3/bin"\nln -s /bin/true "$3/bin/pip"\nln -s /bin/true "$3/bin/python"\n'
    stubs = {
        source / "deploy" / "debian" / "plf": (
            f'echo "release $PLF_RELEASE beside $(readlink {machine}/opt/plf/current)" '
            f">>{tmp_path}/asked\nexit {code}\n"
        ),
        programs / "systemctl": "",
        programs / "python3": venv,
    }
    programs.mkdir()
    for path, what in stubs.items():
        path.write_text(answer + what)
        path.chmod(0o755)
    (source / "manage.py").write_text("")
    for path in (source, *source.rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)
    old = machine / "opt" / "plf" / "releases" / "20200101T000000Z"
    for folder in (
        old,
        machine / "etc/plf",
        machine / "etc/systemd/system",
        machine / "usr/local/sbin",
    ):
        folder.mkdir(parents=True)
    (machine / "etc/plf/plf.env").write_text("")
    current = machine / "opt" / "plf" / "current"
    current.symlink_to(old)

    done = subprocess.run(
        [script],
        check=False,
        env={"PATH": f"{programs}:{os.environ['PATH']}"},
        umask=0o077,
        capture_output=True,
        text=True,
    )

    services = "plf-web.service plf-sign-in.service plf-clock.service"
    asked = (tmp_path / "asked").read_text().splitlines()
    stopped = asked.index(f"systemctl stop {services}")
    # Cut off here, the machine has the old one to go on with.
    assert re.fullmatch(rf"release {old.parent}/\w+ beside {old}", asked.pop(stopped + 2))
    assert asked[stopped + 1 :] == [
        "plf upgrade",
        *([] if code == 3 else [f"systemctl start {services}"]),
    ]
    assert done.returncode == int(bool(code)), done.stderr
    assert (current.resolve() == old) is bool(code)
    assert len(list(old.parent.iterdir())) == (1 if code else 2)
    if not code:
        for path in (current.resolve(), current / "deploy", current / "manage.py"):
            assert path.stat().st_mode & 0o044 == 0o044, path


BY_HAND = "plf.kommune.dk {\n\ttls /etc/ssl/plf.pem /etc/ssl/plf.key\n"
CADDY = {
    "first": (0, "Debian's own", True),
    "written by hand": (0, BY_HAND + "\treverse_proxy 127.0.0.1:8001\n}\n", False),
    "from before plf-sign-in": (0, BY_HAND + "\treverse_proxy 127.0.0.1:8000\n}\n", True),
    "nginx instead": (1, "Debian's own", False),
}


@pytest.mark.once
@pytest.mark.parametrize(("disabled", "before", "is_written"), CADDY.values(), ids=CADDY.keys())
def test_debian_install_leaves_the_proxy_that_was_set_up(tmp_path, disabled, before, is_written):
    """On a machine's root of its own; once more, for what a newer release needs."""
    source, machine, programs = (tmp_path / name for name in ("source", "machine", "programs"))
    shutil.copytree(DEPLOY, source / "deploy")
    script = source / "deploy" / "debian" / "install"
    text = script.read_text().replace("-o plf -g plf ", "")
    script.write_text(re.sub(r"(?<=[ >])/(?:opt|etc|var)/", f"{machine}\\g<0>", text))
    for folder in ("etc/caddy", "etc/postgresql/15/main/conf.d"):
        (machine / folder).mkdir(parents=True)
    caddyfile = machine / "etc" / "caddy" / "Caddyfile"
    caddyfile.write_text(before)
    answer = f'#!/bin/sh\necho "$(basename $0) $@" >>{tmp_path}/asked\n'
    programs.mkdir()
    stubs = {
        source / "deploy" / "debian" / "upgrade": "",
        programs / "systemctl": f'case "$1" in is-enabled) exit {disabled};; esac',
        programs / "runuser": "echo 1",
        **{programs / name: "" for name in ("apt-get", "chown", "id")},
    }
    for path, what in stubs.items():
        path.write_text(answer + what)
        path.chmod(0o755)

    done = subprocess.run(
        [script, "plf.kommune.dk"],
        check=False,
        env={"PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )

    ours = (DEPLOY / "Caddyfile").read_text().replace("{$PLF_HOST}", "plf.kommune.dk")
    assert done.returncode == 0, done.stderr
    assert caddyfile.read_text() == (ours if is_written else before)
    assert not is_written or caddyfile.with_suffix(".before").read_text() == before
    asked = (tmp_path / "asked").read_text()
    assert ("systemctl restart caddy\n" in asked) is not disabled
    laid_here = f"chown -R plf:plf {machine}/var/backups/plf\n"
    assert asked.index(laid_here) < asked.index("upgrade \n")  # which starts the clock
    assert "ALLOWED_HOSTS=plf.kommune.dk\n" in (machine / "etc" / "plf" / "plf.env").read_text()


@pytest.mark.once
@pytest.mark.parametrize("code", [0, 1, 3], ids=["goes well", "fails", "is not put back"])
def test_debian_restore_opens_the_pages_but_on_a_database_that_was_not_put_back(tmp_path, code):
    script = tmp_path / "restore"
    text = (DEBIAN / "restore").read_text().replace("/usr/local/sbin/plf", f"{tmp_path}/plf")
    script.write_text(text)
    stubs = {"plf": f'case "$1" in upgrade) exit {code};; esac', "systemctl": "", "chown": ""}
    for name, what in stubs.items():
        asked = f'echo "{name} $1" >>{tmp_path}/asked'
        (tmp_path / name).write_text(f"#!/bin/sh\n{asked}\n{what}\n")
    for name in ("restore", *stubs):
        (tmp_path / name).chmod(0o755)

    done = subprocess.run(
        [script, "backup.tar.gz"], check=False, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    )

    assert done.returncode == code
    after = (tmp_path / "asked").read_text().splitlines()[1:]
    opened = [] if code == 3 else ["systemctl start"]
    assert after == ["systemctl stop", "plf restore", "plf upgrade", *opened]


# What is written, and what systemd gives its services: seen by `systemd-run -p EnvironmentFile=`.
ENVIRONMENT = {
    "EMAIL_URL=smtp+tls://plf:k$d&e'x@mail.kommune.dk:587": "smtp+tls://plf:k$d&e'x@mail.kommune.dk:587",
    """A=plain (x); `id` "mid" * it's""": """plain (x); `id` "mid" * it's""",
    """A="double $d & 'q' `id` \\" \\$ \\\\ \\n" """: """double $d & 'q' `id` " $ \\ \\n""",
    """A='single $d & "x" \\n'""": """single $d & "x" \\n""",
    r"A=back\\slash\$x\ y": r"back\slash$x y",
    "  A=a=b=c  ": "a=b=c",
    "A=# no comment": "# no comment",
    "A=": "",
}


@pytest.mark.once
@pytest.mark.parametrize(("line", "value"), ENVIRONMENT.items(), ids=ENVIRONMENT.keys())
def test_commands_read_their_settings_as_the_services_do(tmp_path, line, value):
    """And never as root, who would carry out whatever stands there."""
    current, settings, asked = tmp_path / "current", tmp_path / "plf.env", tmp_path / "asked"
    script = tmp_path / "plf"
    text = (DEBIAN / "plf").read_text()
    for name, path in (("/opt/plf/current", current), ("/etc/plf/plf.env", settings)):
        text = text.replace(name, str(path))
    settings.write_text(f"# a = comment\n\n; A=another\nA B=none\nA\n{line}\nZ=last")
    python = current / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    programs = {
        script: text,
        python: '#!/bin/sh\nenv -0\necho "$@" >&2\n',
        tmp_path / "id": f"#!/bin/sh\nif [ -e {asked} ]; then cat {asked}; else echo root; fi\n",
        tmp_path / "runuser": f'#!/bin/sh\nshift\necho "$1" >{asked}\nshift 2\nexec "$@"\n',
    }
    for path, what in programs.items():
        path.write_text(what)
        path.chmod(0o755)

    done = subprocess.run(
        [script, "backup", "--keep", "3"],
        check=False,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )

    given = dict(one.split("=", 1) for one in done.stdout.split("\0") if one)
    assert given[line.strip().partition("=")[0]] == value
    assert given["Z"] == "last"
    assert (done.returncode, asked.read_text()) == (0, "plf\n")
    assert done.stderr.splitlines()[-1] == "manage.py backup --keep 3"


@pytest.mark.once
def test_both_ways_to_run_postgresql_keep_the_same_silent():
    own = settings_of_postgresql((DEPLOY / "postgresql.conf").read_text())
    compose = (DEPLOY / "container" / "compose.yaml").read_text()

    assert len(own) == 6
    assert settings_of_postgresql(compose) == own


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes no log")
@pytest.mark.parametrize("is_silent", [True, False])
def test_log_of_postgresql_holds_nothing_that_was_to_be_stored(is_silent):
    """A row that is refused, with a reason in it; as it is set up, and as it would be without."""
    canary = f"Kanariefugl 5e0a {is_silent}"
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        log = Path(cursor.fetchone()[0]).parent / "log"
    if not log.exists():
        pytest.skip("this server writes its log elsewhere")
    conf = settings_of_postgresql((DEPLOY / "postgresql.conf").read_text()) if is_silent else {}
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    options = " ".join(f"-c {name}={value}" for name, value in conf.items())
    own = psycopg2.connect(**{**parameters, "options": options})

    with own.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE reasons (text varchar, is_short bool CHECK (is_short))")
        with pytest.raises(psycopg2.IntegrityError):
            cursor.execute("INSERT INTO reasons VALUES (%s, false)", [canary])
    own.close()

    written = log.read_bytes().decode(errors="replace")
    assert (canary not in written) is is_silent
