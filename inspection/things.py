"""What the acceptance chain says of an area on its page in the register."""

from django.urls import reverse

from accounts.posts import Power
from inspection.models import Unit
from inspection.pages import unit_mark
from register.things import Panel, Thing


def applications(user, thing: Thing) -> Panel | None:
    """The reports in which an area asked for its title, the latest first; None where it never did."""
    if thing.table != "areas" or not user.may(Power.SEE_INSPECTIONS):
        return None
    units = Unit.objects.visible_to(user).filter(area=thing.row).select_related("report__township")
    found = [(unit, unit_mark(unit), reverse("inspection:unit", args=[unit.pk])) for unit in units.order_by("-pk")]
    if not found:
        return None
    return Panel("applications", "申报和验收", template="inspection/_thing.html", context={"units": found})
