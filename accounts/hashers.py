"""How passwords are hashed: as Django does, but signing in never writes one anew.

Django would, with more rounds, at the first sign-in after a release that has more. The number of
rounds stands in the row: it would tell for years who has signed in since, which is nearly who has
answered. A new password gets the rounds of its time.
"""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class Hasher(PBKDF2PasswordHasher):
    def must_update(self, encoded: str) -> bool:
        return False

    def verify(self, password: str, encoded: str) -> bool:
        """At the cost of today's rounds, right or wrong: the time tells nothing of an address."""
        is_right = super().verify(password, encoded)
        self.harden_runtime(password, encoded)
        return bool(is_right)
