"""A check constraint that many tables share: rows that meet a condition must have a text, such as a reason."""

from django.db.models import CheckConstraint, Q


def worded(when: Q, field: str, *, name: str, sentence: str) -> CheckConstraint:
    """A check constraint: where ``when`` holds, the text ``field`` is not blank; ``sentence`` is the message in Chinese."""
    return CheckConstraint(condition=~when | ~Q(**{field: ""}), name=name, violation_error_message=sentence)
