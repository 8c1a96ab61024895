"""The demo: a municipality to try the product on, with invented answers marked as such."""
