"""Who may be named for a unit's targets: the people of the unit whose accounts are open."""

from django.db.models import Q

from accounts.models import User
from accounts.posts import Post
from breakdown.vocabulary import LineLevel

_TOWNSHIP = (Post.TOWNSHIP_HEAD, Post.CLERK)


class People:
    """The people of a district's units and of the operators, with open accounts; one query."""

    def __init__(self, county: str) -> None:
        asked = Q(area__code__startswith=county) | Q(operator__isnull=False)
        self._every = list(User.objects.open().filter(asked).select_related("operator").order_by("pk"))
        self.operators = {each.operator_id: str(each.operator) for each in self._every if each.operator_id}

    def of(self, level: str, area: str, operator: str | None, unit: str) -> list[User]:
        """The people of a unit; of a township its head first."""
        if level == LineLevel.OPERATOR:
            return [each for each in self._every if each.operator_id == operator]
        if level == LineLevel.LEAD_UNIT:
            return [each for each in self._every if each.area_id == area and each.unit == unit]
        found = [each for each in self._every if each.area_id == area[:9] and each.post in _TOWNSHIP]
        return sorted(found, key=lambda each: (_TOWNSHIP.index(each.post), each.pk))

    def first(self, level: str, area: str, operator: str | None, unit: str) -> User | None:
        return next(iter(self.of(level, area, operator, unit)), None)
