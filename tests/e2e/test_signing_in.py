"""Signing in, each way, in a browser; and being told before one is signed out."""

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from audit.models import Entry
from forums.models import Municipality
from tests.e2e.conftest import PASSWORD
from tests.e2e.scenes import become_visible
from tests.forums.provider import running_provider

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]
CHIEF = "chef@norddjurs.example"


@pytest.fixture
def passkeys():
    """Give a visitor's page a device that holds passkeys, and says yes to all."""

    def give(visitor):
        session = visitor.context.new_cdp_session(visitor.page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    return give


def test_passkey_is_set_up_where_it_is_required_and_signs_in(demo, visitor, passkeys):
    Municipality.objects.filter(slug="norddjurs").update(second_factor_required=True)
    someone = visitor(width=390)
    passkeys(someone)
    page = someone.page
    page.goto(someone.url)
    page.locator("input[name=login]").fill("administrator@norddjurs.example")
    page.locator("input[name=password]").fill("plf-demo")
    page.locator("main button.btn-primary").click()
    page.wait_for_url("**/konto/to-trin/")

    page.locator("main a.btn-primary").click()
    page.locator("input[name=password]").fill("plf-demo")
    page.locator("main button.btn-primary").click()
    page.locator("form[data-passkey] button").click()
    page.wait_for_url("**/konto/to-trin/koder/")
    assert page.locator(".codes li").count() == 10
    assert Entry.objects.filter(kind="passkey_added").count() == 1
    page.goto(f"{someone.url}/admin/")
    assert page.url.endswith("/admin/")

    page.goto(f"{someone.url}/log-ud/")
    page.locator("main button.btn-primary").click()
    page.wait_for_url("**/log-ind/")
    page.locator("input[name=login]").fill("administrator@norddjurs.example")
    page.locator("input[name=password]").fill("plf-demo")
    page.locator("main button.btn-primary").click()
    page.wait_for_url("**/log-ind/to-trin/")
    page.locator("form[data-passkey=get] button").click()
    page.wait_for_url(f"{someone.url}/")
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_browser_that_gives_no_passkey_is_told_so(demo, visitor):
    someone = visitor()
    page = someone.sign_in(CHIEF)
    page.goto(f"{someone.url}/konto/to-trin/noegler/ny/")
    page.locator("input[name=password]").fill("plf-demo")
    page.locator("main button.btn-primary").click()
    page.evaluate("void (navigator.credentials.create = () => Promise.reject(new Error()))")

    page.locator("form[data-passkey] button").click()

    page.locator("form[data-passkey] output:not(:empty)").wait_for()


def test_app_with_codes_is_set_up_and_it_and_a_recovery_code_sign_in(demo, visitor):
    someone = visitor(width=390)
    page = someone.sign_in_by_form(CHIEF)
    page.goto(f"{someone.url}/konto/to-trin/app/")
    page.locator("input[name=password]").fill("plf-demo")
    page.locator("main button.btn-primary").click()
    page.wait_for_url("**/konto/to-trin/app/")
    assert page.locator(".qr svg").is_visible()
    secret = page.locator("ol.steps code").inner_text()
    page.locator("input[name=code]").fill(code_of(secret))
    page.locator("main button.btn-primary").click()
    page.wait_for_url("**/konto/to-trin/koder/")
    recovery = page.locator(".codes li").first.inner_text()

    # An app's code signs in once; the next is taken half a minute early.
    for code in (code_of(secret, later=1), recovery):
        page.goto(f"{someone.url}/log-ud/")
        page.locator("main button.btn-primary").click()
        page.wait_for_url("**/log-ind/")
        page.locator("input[name=login]").fill(CHIEF)
        page.locator("input[name=password]").fill("plf-demo")
        page.locator("main button.btn-primary").click()
        page.wait_for_url("**/log-ind/to-trin/")
        page.locator("input[name=code]").fill(code)
        page.locator("main button.btn-primary").click()
        page.wait_for_url(f"{someone.url}/")


def code_of(secret: str, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def test_municipality_s_own_sign_in_leads_there_and_back(demo, visitor, monkeypatch):
    monkeypatch.setenv("OIDC_SECRET_NORDDJURS", "hemmeligt")
    someone = visitor(width=390)
    page = someone.page
    with running_provider({"chef": {"email": CHIEF, "email_verified": True}}) as provider:
        Municipality.objects.filter(slug="norddjurs").update(
            sign_in_server=provider, sign_in_client="plf"
        )
        # The provider's own page, and the style sheet that it fetches elsewhere.
        someone.may_meet(f"asked another host: {provider}", "cdn.jsdelivr.net", "Failed to load")
        page.goto(f"{someone.url}/log-ind/kommune/")
        page.locator("main a").filter(has_text="Norddjurs").click()
        page.locator("main button.btn-primary").click()
        page.wait_for_url(f"{provider}/**")
        page.locator("button[name=sub][value=chef]").click()
        page.wait_for_url(f"{someone.url}/")

    page.goto(f"{someone.url}/konto/")
    assert CHIEF in page.locator("main").inner_text()


def test_code_by_mail_leaves_at_once_and_signs_in(demo, visitor):
    someone = visitor()
    page = someone.page
    page.goto(f"{someone.url}/log-ind/kode/")
    page.locator("input[name=email]").fill(CHIEF)
    page.locator("main button.btn-primary").click()
    page.wait_for_url("**/log-ind/kode/skriv/")
    for _ in range(100):
        if mail.outbox:
            break
        time.sleep(0.05)

    page.locator("input[name=code]").fill(mail.outbox[0].subject.split()[-1])
    page.locator("main button.btn-primary").click()

    page.wait_for_url(f"{someone.url}/")


def test_person_is_told_before_being_signed_out_and_can_stay(demo, visitor):
    someone = visitor()
    page = someone.sign_in(CHIEF)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install(time=timezone.now())
    page.goto(f"{someone.url}/konto/")
    asked.clear()
    page.clock.run_for(57 * 60_000)
    assert [url for url in asked if "/static/" not in url] == []
    notice = page.locator("#session-notice")

    with time_machine.travel(timezone.now() + timedelta(minutes=58, seconds=1)):
        page.clock.run_for(61_000)
        notice.locator("button[value=stay]").wait_for()
        page.evaluate("document.querySelector('#session-notice button[value=stay]').click()")
        notice.wait_for(state="hidden")
        ends = Session.objects.latest("expire_date").expire_date
        assert ends > timezone.now() + timedelta(minutes=59)


def test_person_who_was_signed_out_is_told_and_keeps_what_was_written(demo, visitor):
    someone = visitor()
    page = someone.sign_in(CHIEF)
    page.clock.install(time=timezone.now())
    page.goto(f"{someone.url}/konto/adgangskode/")
    page.locator("input[name=oldpassword]").fill("halvt skrevet")

    Session.objects.all().delete()
    page.clock.run_for(59 * 60_000)

    page.locator("#session-notice a").wait_for()
    assert page.locator("input[name=oldpassword]").input_value() == "halvt skrevet"
    assert User.objects.filter(email=CHIEF).exists()


def test_person_who_signs_in_again_in_another_tab_carries_on_where_they_were(demo, visitor):
    someone = visitor()
    page = someone.sign_in(CHIEF)
    page.clock.install(time=timezone.now())
    page.goto(f"{someone.url}/konto/mine-data/")
    page.locator("input[name=name]").fill("Nyt Navn")
    Session.objects.all().delete()
    page.clock.run_for(59 * 60_000)
    page.locator("#session-notice a").wait_for()
    tab = page.context.new_page()
    tab.goto(someone.url)
    tab.get_by_label("E-mail").fill(CHIEF)
    tab.get_by_label("Adgangskode", exact=True).fill(PASSWORD)
    tab.get_by_role("button", name="Log ind").click()
    tab.wait_for_url(f"{someone.url}/")

    become_visible(page)
    page.locator("#session-notice").wait_for(state="hidden")
    page.locator("input[name=name]").press("Enter")

    expect(page.locator("#besked")).to_be_visible()
    assert User.objects.get(email=CHIEF).name == "Nyt Navn"


def test_page_takes_no_key_of_another_person_who_signs_in(demo, visitor):
    someone = visitor()
    page = someone.sign_in(CHIEF)
    page.clock.install(time=timezone.now())
    page.goto(f"{someone.url}/konto/mine-data/")
    key = page.locator("[name=csrfmiddlewaretoken]").first
    before = key.input_value()
    someone.sign_in(User.objects.exclude(email=CHIEF).filter(is_superuser=False).first())

    with page.expect_response("**/konto/session/"):
        page.clock.run_for(59 * 60_000)

    assert key.input_value() == before
