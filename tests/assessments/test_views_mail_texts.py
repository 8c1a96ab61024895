"""A municipality's own words in mails, as a browser sends them."""

import pytest
from django.urls import reverse

from assessments.models import MailText


@pytest.mark.parametrize(("longer", "status"), [("", 302), ("x", 422)])
def test_text_that_just_fits_is_kept_however_the_browser_breaks_its_lines(
    cast, client_of, longer, status
):
    url = reverse("assessments:mail_text", args=[cast.municipality.pk, "invitation", "da"])
    body = "\n".join(["x" * 99] * 40) + "y" + longer

    answer = client_of(cast.administrator).post(
        url, {"subject": "Hej", "body": body.replace("\n", "\r\n")}
    )

    assert answer.status_code == status
    assert [text.body for text in MailText.objects.all()] == ([] if longer else [body])
