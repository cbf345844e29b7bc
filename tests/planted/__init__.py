"""Locks of the portal, each taken away in a copy of it: the tests that stand in docs/security.md for its row must fail."""
