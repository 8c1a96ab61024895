"""Signing in through KOMBIT's Context Handler (SAML 2.0), one for all municipalities.

Optional: `requirements-saml.txt` is installed, and the settings SAML_… are given. The handler says
whose address it is and of which municipality, by its CVR number.
"""

from collections.abc import Mapping, Sequence

from allauth.socialaccount.models import SocialApp
from django.conf import settings

PROVIDER = "saml"
ORGANIZATION = "kombit"
# What OIOSAML 3 calls them, and what older profiles do.
ADDRESS = ("https://data.gov.dk/model/core/eid/email", "urn:oid:0.9.2342.19200300.100.1.3")
CVR = (
    "https://data.gov.dk/model/core/eid/professional/cvr",
    "dk:gov:saml:attribute:CvrNumberIdentifier",
)

Attributes = Mapping[str, Sequence[str]]


def is_set_up() -> bool:
    return all(settings.SAML.values())


def app() -> SocialApp:
    """Requests are signed; an answer counts only if what it says of the person is signed too."""
    given = settings.SAML
    return SocialApp(
        provider=PROVIDER,
        name="KOMBIT",
        client_id=ORGANIZATION,
        settings={
            "idp": {
                "entity_id": given["IDP_ENTITY_ID"],
                "sso_url": given["IDP_SSO_URL"],
                "x509cert": given["IDP_CERT"],
            },
            "attribute_mapping": {"email": list(ADDRESS)},
            "advanced": {
                "x509cert": given["SP_CERT"],
                "private_key": given["SP_KEY"],
                "authn_request_signed": True,
                "metadata_signed": True,
                "want_assertion_signed": True,
                "reject_idp_initiated_sso": True,
            },
        },
    )


def address_in(attributes: Attributes) -> str:
    return _first(attributes, ADDRESS)


def cvr_in(attributes: Attributes) -> str:
    return _first(attributes, CVR)


def _first(attributes: Attributes, names: Sequence[str]) -> str:
    found = (attributes[name][0] for name in names if attributes.get(name))
    return next(found, "")
