"""Whether the audit trail tells of what an address handed out, refused, or showed of others; asked of every address."""

from accounts import audit
from accounts.models import AuditEntry, User
from inspection.models import PublicObjector

PHONE, EMAIL, REPORTER = "0763-3399871", "somebody.else@look.example", "某甲异议人"
"""What everybody but the one who asks has, in these tests."""

LOOKS = {"personal.look", "public_objection.look"}


def plant(asking) -> None:
    """Give everybody else a telephone and a mail address, and every objector a name."""
    User.objects.exclude(pk=asking.pk).update(phone=PHONE, email=EMAIL)
    PublicObjector.objects.update(name=REPORTER, phone=PHONE)
    audit.REFUSALS.forget()
    audit.LOOKS.forget()


def is_file(answer) -> bool:
    """Whether something is handed out, to be kept: by its header or by its kind."""
    kind = answer.headers.get("Content-Type", "")
    return answer.status_code == 200 and (
        "Content-Disposition" in answer.headers or kind.startswith(("application/pdf", "application/zip"))
    )


def untold(answer, body: bytes, since: int, is_theirs: bool) -> str:
    """What should stand in the trail after the entry ``since`` and does not; blank where all is told.

    A 404 is a refusal where what was asked for is there and somebody else's (``is_theirs``).
    """
    actions = set(AuditEntry.objects.filter(sequence__gt=since).values_list("action", flat=True))
    is_refused = answer.status_code in (401, 403, 429) or (answer.status_code == 404 and is_theirs)
    if is_refused and "access.refused" not in actions:
        return f"{answer.status_code} is no entry"
    if is_file(answer) and not actions - LOOKS:
        return "a file was handed out without an entry"
    shown = [text for text in (PHONE, EMAIL, REPORTER) if text.encode() in body]
    if shown and not actions & LOOKS:
        return f"shows {'、'.join(shown)} without an entry"
    return ""


def last() -> int:
    """The last entry there is."""
    return AuditEntry.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
