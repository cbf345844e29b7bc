"""What the bureau urged (催办) in the search of the whole portal: by the township's name, its initials or its code."""

from django.urls import reverse

from accounts.posts import Power
from register.searching import Hit, SearchGroup, answers, named
from returns.models import Urge


def urges(user, text: str) -> list[SearchGroup]:
    if not user.may(Power.SEE_RETURNS):
        return []
    seen = Urge.objects.filter(user.scope.areas("township__code")).select_related("round", "township", "by")
    return [answers("催办", named(seen, text, "township__code", "township__name"), _hit)]


def _hit(row: Urge) -> Hit:
    detail = f"{row.on:%Y-%m-%d} 催办，{row.by}"
    return Hit(f"{row}季报", row.township_id, detail, reverse("returns:round", args=[row.round.quarter]))
