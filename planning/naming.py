"""Actions of an answer, or of a pin, in words: what, whose, where."""

from collections.abc import Iterable, Mapping
from typing import Any

from areas.models import Area, Operator
from planning.models import TaskAction

Action = Mapping[str, Any]


class ActionNames:
    """The names that some actions need; two queries."""

    def __init__(self, actions: Iterable[Action]) -> None:
        codes = {each["area_code"] for each in actions if "area_code" in each}
        self._operators = dict(Operator.objects.values_list("code", "name"))
        self._areas = dict(Area.objects.filter(code__in=codes).values_list("code", "name"))

    def what(self, action: Action) -> str:
        """中国电信新建接入点; without the operator where the action names a point."""
        code = action.get("operator", "")
        return f"{self._operators.get(code, code)}{TaskAction(action['action']).label}"

    def where(self, action: Action) -> str:
        """The number of the point, the area of the orders, or longitude and latitude to the last digit."""
        if "ap_id" in action:
            return action["ap_id"]
        if "area_code" in action:
            return self._areas.get(action["area_code"], action["area_code"])
        return f"{action['lon']!r}，{action['lat']!r}"

    def words(self, action: Action) -> str:
        return f"{self.what(action)}（{self.where(action)}）"
