"""How allauth is to behave here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: people are invited by their municipality."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
