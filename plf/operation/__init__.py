"""Running the product for real: its health, backing up, restoring, upgrading, rotating the secret.

The commands in `plf/management/commands` are its buttons. `docs/operation.md` says how and when.
"""
