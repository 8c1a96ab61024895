"""What those who are asked are told about their data, before the first question.

A municipality may write its own. A round keeps the text that it opened with.
"""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from forums.models import Municipality


def information_of(municipality: Municipality) -> str:
    """In the product's first language, as it is kept: what was told is told to all alike."""
    if municipality.information.strip():
        return municipality.information.replace("\r\n", "\n").strip()
    with translation.override(settings.LANGUAGE_CODE):
        told = _(
            "Taking part is voluntary. You can leave something out, stop, and withdraw your "
            "answers until the round closes.\n\n"
            "{municipality} is responsible for the data. It is used for one thing: that your forum "
            "can talk about how it works together. The legal ground is that the municipality does "
            "its work (the General Data Protection Regulation, article 6, 1, e).\n\n"
            "While the round is open, your answers are stored together with your name. When it "
            "closes, they are counted and deleted. What is left is how many chose each level, and "
            "the reasons word for word, without a name. Backups taken meanwhile live for at most "
            "35 days.\n\n"
            "No figure is made about one leader, and nothing from here is used in the yearly talk "
            "between you and your leader.\n\n"
            "If somebody asks the municipality for documents, the result of a closed round may be "
            "handed out under the ordinary rules. Single answers no longer exist by then.\n\n"
            "Under “My data” you can see, correct and take along what is stored about you, and ask "
            "to be erased. You can complain to Datatilsynet, datatilsynet.dk."
        ).format(municipality=municipality.name)
        contact = municipality.privacy_contact
        asked = _("Questions about personal data go to {contact}.").format(contact=contact)
        return f"{told}\n\n{asked}" if contact else told
