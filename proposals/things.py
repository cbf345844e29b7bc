"""What was proposed of a thing of the register, on its page: what is not decided yet, and its history as a time line."""

from proposals.history import history
from proposals.models import TABLES
from proposals.pages import open_items
from proposals.vocabulary import Act
from register.things import Alert, Panel, Thing

_TABLES = dict(TABLES)


def waiting(user, thing: Thing) -> Panel | None:
    """What waits or came back; it is said on top, too, so that nobody proposes it twice. None where there is nothing."""
    items = open_items(thing.table, thing.key, user) if thing.table in _TABLES else []
    if not items:
        return None
    alerts = [Alert(item.tone, item.state, item.words, item.url, "查看申请" if item.url else "") for item in items[:3]]
    return Panel(
        "waiting", "未办结的变更", template="proposals/_thing_waiting.html", context={"items": items}, alerts=alerts
    )


def time_line(user, thing: Thing) -> Panel | None:
    """Every value with the day from which it holds: who said so, why, by which proof, accepted by whom."""
    if thing.table not in _TABLES:
        return None
    entries = history(thing.table, thing.key, user)
    context = {"entries": entries, "is_imported": all(each.act != Act.ADD for each in entries)}
    return Panel(
        "history",
        "变更记录",
        template="proposals/_thing_history.html",
        context=context,
        is_wide=True,
        style="proposals",
    )
