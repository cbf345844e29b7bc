"""The field page as it opens without a network."""

from typing import Any

from common import clock
from field.forms import VisitForm
from field.vocabulary import LEAST_ACCURATE_M, MOST_PHOTOS
from offline.pages import OfflinePage


def shell_context() -> dict[str, Any]:
    """What the page needs of the portal, and nothing of anybody."""
    return {"visit_form": VisitForm(real_now=clock.real_now()), "accurate": LEAST_ACCURATE_M, "photos": MOST_PHOTOS}


def offline_page() -> OfflinePage:
    return OfflinePage(
        name="field",
        address="field:index",
        template="field/shell.html",
        module="field",
        styles=("css/field.css",),
        asks_position=True,
        context=shell_context,
    )
