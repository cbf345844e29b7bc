"""Where the rows lie of which entries of the audit trail tell: what rooms need to say so (``inbox.hooks.PLACES``)."""

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import AuditEntry


def of_rows(entries: list[AuditEntry], seen: QuerySet, name: str) -> dict[int, str]:
    """The address ``name`` of each row that an entry is about and that is among ``seen``.

    By the entry's sequence; one query, none where no entry is about such rows.
    """
    label = seen.model._meta.label_lower
    about = [entry for entry in entries if entry.subject_type == label]
    if not about:
        return {}
    there = {str(pk) for pk in seen.filter(pk__in={entry.subject_key for entry in about}).values_list("pk", flat=True)}
    return {entry.sequence: reverse(name, args=[entry.subject_key]) for entry in about if entry.subject_key in there}
