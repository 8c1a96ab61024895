"""While the database is away: 503 with Retry-After, as a page or for the script. And the content
security policy that every response carries."""

import pytest
from csp.decorators import csp_exempt, csp_replace, csp_update
from csp.middleware import CSPMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from plf.lib.middleware import ContentSecurityPolicyMiddleware, DatabaseAwayMiddleware

HTML = {"Accept": "text/html,*/*"}


@pytest.fixture
def middleware():
    return DatabaseAwayMiddleware(lambda request: HttpResponse("ok"))


class SomebodyUnreachable:
    """The person on the request while the database cannot say who it is."""

    @property
    def is_authenticated(self):
        raise OperationalError("no connection")


@pytest.mark.parametrize("error", [OperationalError("x"), InterfaceError("x")])
def test_script_is_told_to_come_back(middleware, error):
    request = RequestFactory().post("/", {"goal": "1"}, headers={"Accept": "*/*"})

    response = middleware.process_exception(request, error)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content == b'{"ok": false, "away": true}'


def test_page_keeps_what_the_form_held(middleware):
    fields = {"reason-1": "<b>fra formularen", "goal-1": ["2", "3"]}
    request = RequestFactory().post("/", fields, headers=HTML)

    response = middleware.process_exception(request, OperationalError("x"))

    page = response.content.decode()
    assert response.status_code == 503
    assert 'name="reason-1" value="&lt;b&gt;fra formularen"' in page
    assert page.count('name="goal-1"') == 2


def test_page_never_holds_a_password(middleware):
    request = RequestFactory().post("/", {"password": "hemmeligt", "email": "a"}, headers=HTML)

    page = middleware.process_exception(request, OperationalError("x")).content.decode()

    assert "hemmeligt" not in page
    assert "<form" not in page


def test_person_who_cannot_be_looked_up_gets_the_page_and_is_not_asked_for_again(middleware):
    request = RequestFactory().get("/", headers=HTML)
    request.user = SomebodyUnreachable()

    response = middleware.process_view(request, None, (), {})

    assert response.status_code == 503
    assert request.user == AnonymousUser()


def test_everything_else_goes_its_way(middleware):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    assert middleware(request).content == b"ok"
    assert middleware.process_view(request, None, (), {}) is None
    assert middleware.process_exception(request, ValueError("x")) is None


def with_policy_already(request):
    return HttpResponse("x", headers={"Content-Security-Policy": "default-src 'self'"})


def missing(request):
    return HttpResponse("x", status=404)


def plain(request):
    return HttpResponse("x")


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(
    "view",
    [
        plain,
        missing,
        with_policy_already,
        csp_exempt()(plain),
        csp_update({"form-action": ["https://sign.in"]})(plain),
        csp_replace({"frame-ancestors": ["'self'"]})(plain),
    ],
)
def test_policy_is_what_django_csp_writes(view, debug, settings):
    settings.DEBUG = debug
    request = RequestFactory().get("/")

    ours, theirs = ContentSecurityPolicyMiddleware(view)(request), CSPMiddleware(view)(request)

    assert ours.headers == theirs.headers
    if view is plain:
        assert "default-src 'none'" in ours.headers["Content-Security-Policy"]
