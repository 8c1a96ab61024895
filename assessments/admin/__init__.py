"""The questions, the rounds and the people in the administration. Nobody's answers are here."""

from assessments.admin import editions, frameworks, people, rounds

__all__ = ["editions", "frameworks", "people", "rounds"]
