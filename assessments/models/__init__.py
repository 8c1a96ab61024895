"""The questions, the rounds, and who is invited. What they answer stands in `answers.py`."""

from assessments.models.frameworks import Edition, Framework, Goal, Pillar
from assessments.models.mails import MailText
from assessments.models.rounds import Participation, Round, RoundForum, SharedRating

__all__ = [
    "Edition",
    "Framework",
    "Goal",
    "MailText",
    "Participation",
    "Pillar",
    "Round",
    "RoundForum",
    "SharedRating",
]
