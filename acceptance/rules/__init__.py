"""The rules of the plan, as pure functions: no Django, no clock, no input or output."""

VERSION = 1
"""Raised whenever the same facts may give another verdict or another ledger, so that everything is judged again."""
