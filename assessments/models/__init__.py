"""The questions, the rounds, and who is invited. What they answer stands in `answers.py`."""

from assessments.models.frameworks import Edition, Framework, Goal, Pillar
from assessments.models.local_wordings import LocalWording
from assessments.models.mails import MailText
from assessments.models.rounds import Participation, Round, RoundForum, SharedRating

__all__ = [
    "Edition",
    "Framework",
    "Goal",
    "LocalWording",
    "MailText",
    "Participation",
    "Pillar",
    "Round",
    "RoundForum",
    "SharedRating",
]
