"""An administrator sees a draft as a member will, in frames that the policies let through."""

import pytest
from playwright.sync_api import expect

from assessments.models import Edition
from assessments.operations.frameworks import new_draft

pytestmark = [pytest.mark.e2e, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_a_draft_is_shown_on_a_phone_and_on_a_computer(demo, visitor):
    draft = new_draft(edition=Edition.objects.get(framework__slug="norddjurs-plf"))
    administrator = visitor()
    page = administrator.sign_in("administrator@norddjurs.example")

    page.goto(f"{administrator.url}/admin/assessments/edition/{draft.pk}/vis/")

    for device, width in (("phone", 390), ("desk", 1280)):
        frame = page.frame_locator(f".device-{device} iframe")
        expect(frame.get_by_text("Vi ser uenighed som en styrke")).to_have_count(1)
        assert frame.locator("html").evaluate("() => innerWidth") == width
        expect(frame.get_by_role("radio").first).to_be_disabled()
