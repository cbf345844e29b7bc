"""Official documents in the search of the whole portal: by number, by title or the initials of the title."""

from django.urls import reverse

from accounts.posts import Power
from papers.models import Document
from register.searching import Hit, SearchGroup, answers, named


def documents(user, text: str) -> list[SearchGroup]:
    if not user.may(Power.SEE_DOCUMENTS):
        return []
    rows = named(Document.objects.visible_to(user), text, "number", "subject")
    return [answers("公文", rows, _hit)]


def _hit(row: Document) -> Hit:
    detail = f"{row.issuer}，{row.issued_on:%Y-%m-%d}"
    return Hit(row.subject, row.number, detail, reverse("papers:document", args=[row.pk]))
