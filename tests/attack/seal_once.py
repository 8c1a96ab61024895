"""Run by the kill test in a process of its own: seal every due round of its database."""

import os
import sys

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.attack.kill_settings"
    django.setup()

    from django.utils.dateparse import parse_datetime

    from results.seal import seal_due_rounds

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    now = parse_datetime(sys.argv[1])
    assert now is not None
    seal_due_rounds(now=now)
    sys.stdout.write("sealed\n")
