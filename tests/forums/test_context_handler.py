"""SAML 2.0 as KOMBIT's Context Handler speaks it, with a handler of our own: what is asked, and
which answers are believed. The national service itself is not tried."""

import zlib
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from django.test import Client
from django.urls import reverse
from lxml import etree
from onelogin.saml2.utils import OneLogin_Saml2_Utils as Saml
from zeal import zeal_ignore

from accounts.models import User
from forums.context_handler import address_in, cvr_in
from tests.forums import saml_urls

# The product's own addresses are made when they are first imported: here, before SAML is set up.
pytestmark = [pytest.mark.django_db, pytest.mark.urls(saml_urls.__name__)]
HOST = "plf.test.example"
HANDLER = "https://handler.example/saml"
CVR_NOW = "https://data.gov.dk/model/core/eid/professional/cvr"
ANSWER = """
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"
  xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_response" Version="2.0"
  IssueInstant="{now}" Destination="{acs}" InResponseTo="{asked}">
  <saml:Issuer>{handler}</saml:Issuer>
  <samlp:Status>
    <samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>
  </samlp:Status>
  {assertion}
</samlp:Response>"""
ASSERTION = """<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"
  ID="_assertion" Version="2.0" IssueInstant="{now}">
  <saml:Issuer>{handler}</saml:Issuer>
  <saml:Subject>
    <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">x</saml:NameID>
    <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
      <saml:SubjectConfirmationData NotOnOrAfter="{later}" Recipient="{acs}"
        InResponseTo="{asked}"/>
    </saml:SubjectConfirmation>
  </saml:Subject>
  <saml:Conditions NotBefore="{earlier}" NotOnOrAfter="{later}">
    <saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>
  </saml:Conditions>
  <saml:AuthnStatement AuthnInstant="{now}">
    <saml:AuthnContext>
      <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
    </saml:AuthnContext>
  </saml:AuthnStatement>
  <saml:AttributeStatement>
    <saml:Attribute Name="https://data.gov.dk/model/core/eid/email">
      <saml:AttributeValue>{email}</saml:AttributeValue>
    </saml:Attribute>
    <saml:Attribute Name="dk:gov:saml:attribute:CvrNumberIdentifier">
      <saml:AttributeValue>{cvr}</saml:AttributeValue>
    </saml:Attribute>
  </saml:AttributeStatement>
</saml:Assertion>"""


def visitor() -> Client:
    return Client(headers={"host": HOST})


def make_pair() -> tuple[str, str]:
    """A key and its certificate, as text."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(tz=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private.decode(), certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def pairs() -> dict[str, tuple[str, str]]:
    return {name: make_pair() for name in ("handler", "us", "somebody")}


@pytest.fixture
def handler(cast, settings, pairs):
    """An installation that is joined to the handler; the municipality by its CVR number."""
    settings.ALLOWED_HOSTS = [HOST]
    settings.SAML = {
        "IDP_ENTITY_ID": HANDLER,
        "IDP_SSO_URL": f"{HANDLER}/login",
        "IDP_CERT": pairs["handler"][1],
        "SP_CERT": pairs["us"][1],
        "SP_KEY": pairs["us"][0],
    }
    cast.municipality.cvr = "29189986"
    cast.municipality.save()
    registry.register(SAMLProvider)
    yield cast
    registry.provider_map.pop("saml")


def ask(client: Client) -> dict[str, list[str]]:
    asked = client.post(reverse("saml_login", args=["kombit"])).headers["Location"]
    assert asked.startswith(f"{HANDLER}/login?")
    return parse_qs(urlsplit(asked).query)


def request_in(query: dict[str, list[str]]) -> etree._Element:
    return etree.fromstring(zlib.decompress(b64decode(query["SAMLRequest"][0]), -15))


def answer(client: Client, pair: tuple[str, str] | None, **said: str):
    """The handler's answer to a question of ours, signed with the pair, and what we make of it."""
    now = datetime.now(tz=UTC)
    acs = f"http://{HOST}" + reverse("saml_acs", args=["kombit"])
    values = {
        "now": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "earlier": f"{now - timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}",
        "later": f"{now + timedelta(minutes=5):%Y-%m-%dT%H:%M:%SZ}",
        "asked": request_in(ask(client)).get("ID"),
        "acs": acs,
        "handler": HANDLER,
        "audience": f"http://{HOST}" + reverse("saml_metadata", args=["kombit"]),
        "email": "aftaleholder1@test.example",
        "cvr": "29189986",
        **said,
    }
    assertion = ASSERTION.format(**values)
    if pair:
        assertion = Saml.add_sign(assertion, *pair).decode()
    xml = ANSWER.format(**values, assertion=assertion)
    posted = client.post(acs, {"SAMLResponse": b64encode(xml.encode()).decode()})
    # allauth keeps the answer in a session of its own between the two requests.
    with zeal_ignore([{"model": "sessions.Session", "field": "get()"}]):
        return client.get(posted.headers["Location"])


def test_question_is_signed_and_says_who_asks(handler):
    query = ask(visitor())

    question = request_in(query)
    assert query["SigAlg"] == ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"]
    assert query["Signature"][0]
    assert question.get("AssertionConsumerServiceURL").endswith("/log-ind/saml/kombit/acs/")


def test_way_there_is_shown_and_its_page_may_send_a_form_there(handler):
    ways = visitor().get(reverse("municipalities")).content.decode()
    page = visitor().get(reverse("saml_login", args=["kombit"]))

    assert reverse("saml_login", args=["kombit"]) in ways
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' https://handler.example" in policy


def test_our_metadata_can_be_handed_to_the_handler(handler):
    response = visitor().get(reverse("saml_metadata", args=["kombit"]))

    assert response.status_code == 200
    assert etree.fromstring(response.content).tag.endswith("EntityDescriptor")


def test_member_of_the_municipality_is_signed_in(handler, pairs):
    client = visitor()

    response = answer(client, pairs["handler"])

    assert (response.status_code, response.url) == (302, "/")
    assert client.get("/konto/").context["user"] == handler.unit_head


@pytest.mark.once
@pytest.mark.parametrize(
    ("signed_by", "said", "status"),
    [
        (None, {}, 401),
        ("somebody", {}, 401),
        ("handler", {"later": "2020-01-01T00:00:00Z"}, 401),
        ("handler", {"audience": "https://en-anden.example"}, 401),
        ("handler", {"asked": "_noget-andet"}, 403),
        ("handler", {"cvr": "11111111"}, 302),
        ("handler", {"cvr": ""}, 302),
        ("handler", {"email": "chef@nabo.example"}, 302),
        ("handler", {"email": "nogen@test.example"}, 302),
    ],
)
def test_other_answers_sign_nobody_in(handler, pairs, signed_by, said, status):
    client = visitor()
    before = User.objects.count()

    response = answer(client, pairs.get(signed_by), **said)

    assert response.status_code == status
    assert client.get("/konto/").status_code == 302
    assert User.objects.count() == before


def test_without_its_settings_there_is_no_such_sign_in(cast, settings):
    settings.ALLOWED_HOSTS = [HOST]

    assert settings.SAML["SP_KEY"] == ""
    assert visitor().get(reverse("saml_login", args=["kombit"])).status_code == 404


def test_older_names_of_attributes_are_known():
    attributes = {"urn:oid:0.9.2342.19200300.100.1.3": ["a@b.example"], CVR_NOW: ["29189986"]}

    assert (address_in(attributes), cvr_in(attributes), cvr_in({})) == (
        "a@b.example",
        "29189986",
        "",
    )
