"""What records of measures say of an area or a site on its page in the register."""

from accounts.posts import Power
from measures.kinds import FTTH, TAG
from measures.listing import state_words, tone
from measures.models import MeasureRecord
from measures.moves import may_enter
from register.things import Panel, Thing

SHOWN = 10


def panel(user, thing: Thing) -> Panel | None:
    """The records of the thing itself, the latest first, with the ways to tag it; None where there are none and none may be entered."""
    if thing.table not in ("areas", "sites") or not user.may(Power.SEE_MEASURES):
        return None
    own = {"area": thing.row, "site": None} if thing.table == "areas" else {"site": thing.row}
    rows = MeasureRecord.objects.visible_to(user).filter(**own).exclude(state="void").with_subject()
    found = [(record, tone(record), state_words(record)) for record in rows.order_by("-pk")[:SHOWN]]
    kinds = [TAG, FTTH] if thing.table == "areas" and thing.row.kind == "quarter" else [TAG]
    offered = [kind for kind in kinds if may_enter(kind, user)]
    if not found and not offered:
        return None
    context = {"records": found, "offered": offered, "about": thing.key}
    return Panel("measures", "措施和标签", template="measures/_thing.html", context=context)
