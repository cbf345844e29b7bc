"""A constraint that many tables share: where something holds, the words that belong to it are there."""

from django.db.models import CheckConstraint, Q


def worded(when: Q, field: str, *, name: str, sentence: str) -> CheckConstraint:
    """The text ``field`` is not blank in a row of which ``when`` holds; ``sentence`` says so to people."""
    return CheckConstraint(condition=~when | ~Q(**{field: ""}), name=name, violation_error_message=sentence)
