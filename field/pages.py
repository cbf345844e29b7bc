"""The field page as it opens without a network."""

from dataclasses import dataclass
from typing import Any

from common import clock
from field.forms import VisitForm
from field.vocabulary import LEAST_ACCURATE_M, MOST_PHOTOS
from offline.pages import OfflinePage


@dataclass(frozen=True)
class FieldApp:
    """A page for work in the field: the names of its addresses, the template of its form, and its words."""

    pack: str
    visits: str
    home: str
    form: str
    things: str
    search: str
    deed: str
    outbox: str


WALK = FieldApp(
    pack="field:pack",
    visits="field:visits",
    home="field:index",
    form="field/_visit_form.html",
    things="村和点位",
    search="按名称或拼音首字母查找",
    deed="走访",
    outbox="本机的走访记录",
)


def shell_context() -> dict[str, Any]:
    """What the page needs of the portal, and nothing of anybody."""
    form = VisitForm(real_now=clock.real_now())
    return {"visit_form": form, "accurate": LEAST_ACCURATE_M, "photos": MOST_PHOTOS, "app": WALK}


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
