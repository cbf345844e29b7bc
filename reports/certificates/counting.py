"""已授牌, the second basis of titles: how many are certified on a day."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Count

from reports.certificates.models import Certificate


def certified(county: str, on: date, user=None) -> Mapping[str, int] | None:
    """Certificates issued on or before ``on`` and not withdrawn by then, by kind of area; None while none was ever issued.

    With ``user`` only those in the user's scope are counted (rules, section 6).
    """
    issued = Certificate.objects.filter(county=county)
    if not issued.exists():
        return None
    held = issued.held_on(on) if user is None else issued.held_on(on).visible_to(user)
    return dict(held.order_by().values_list("kind").annotate(Count("pk")))
