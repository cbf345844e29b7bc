"""What problems say of an area, a site or an access point on its page in the register."""

from accounts.posts import Power
from areas.vocabulary import CODE_LENGTH, AreaKind
from common.clock import today
from problems.kinds import CASES
from problems.listing import state_words, tone
from problems.models import Problem
from problems.views import new_address
from problems.vocabulary import ENDED, PlaceTable
from register.things import Alert, Panel, Thing

SHOWN, SHORT = 10, 60


def problems(user, thing: Thing) -> Panel | None:
    """The problems at a thing, of an area those beneath it too, the open ones first; None where there are none and none may be written."""
    if thing.table not in PlaceTable.values or not user.may(Power.SEE_PROBLEMS):
        return None
    seen = Problem.objects.visible_to(user).filter(**_at(thing))
    rows = sorted(seen.select_related("operator").order_by("-pk")[: SHOWN + 1], key=lambda row: row.state in ENDED)
    may_write = user.may(Power.HANDLE_PROBLEMS)
    if not rows and not may_write:
        return None
    on = today()
    context = {
        "rows": [(row, tone(row, on), state_words(row, on)) for row in rows[:SHOWN]],
        "more": len(rows) > SHOWN,
        "key": thing.key,
        "new": new_address(thing.table, thing.key) if may_write else "",
    }
    alerts = [
        Alert("late", "案件未办结", f"{row}：{row.text[:SHORT]}", row.get_absolute_url(), "查看")
        for row in rows
        if row.kind in CASES and row.is_open
    ]
    return Panel("problems", "问题", template="problems/_thing.html", context=context, alerts=alerts)


def _at(thing: Thing) -> dict[str, str]:
    is_leaf = len(thing.key) >= CODE_LENGTH[AreaKind.VILLAGE]
    if thing.table == PlaceTable.AREAS and is_leaf:
        return {"area__code__startswith": thing.key}
    return {"table": thing.table, "key": thing.key}
