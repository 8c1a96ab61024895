"""The product with SENTRY_DSN set, where an error happens with an answer in hand: prints what would
be sent. In a process of its own, since Sentry's package takes hold of the whole of one."""

import json
import logging
import sys

import django
import sentry_sdk
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from sentry_sdk.transport import Transport

log = logging.getLogger(__name__)


@login_not_required
def fail(request: HttpRequest, key: str) -> HttpResponse:
    typed = request.POST["reason"]
    log.error("Typed %s", typed)
    raise ValueError(typed)


@login_not_required
def fine(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("fejl/<str:key>/", fail), path("", fine)]
handler500 = "plf.views.server_error"


def main(canary: str, number: str) -> None:
    django.setup()
    sent: list[dict] = []

    class Caught(Transport):
        """Instead of the network."""

        def capture_envelope(self, envelope):
            sent.extend(json.loads(item.payload.get_bytes()) for item in envelope.items)

    sentry_sdk.get_client().transport = Caught()
    settings.ROOT_URLCONF = __name__
    client = Client(
        raise_request_exception=False,
        headers={"Cookie": f"known={canary}", "X-Request-ID": number, "Referer": canary},
        REMOTE_ADDR="192.0.2.7",
    )
    status = client.post(f"/fejl/{canary}/?q={canary}", {"reason": canary}).status_code
    client.get("/")
    sys.stdout.write(json.dumps({"status": status, "sent": sent}, ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
