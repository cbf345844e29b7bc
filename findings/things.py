"""What is wrong with a thing of the register, on its own page."""

from findings import pages
from findings.pages import FindingShown
from findings.vocabulary import FindingTable
from register.things import Alert, Panel, Thing, may_propose

SAID_BY_ITSELF = "site_unlocated"
"""The check of which the page of the thing tells without being asked."""


def findings(user, thing: Thing) -> Panel | None:
    """What is open of the thing: what bears on verdicts stands on top of its page; None where nothing is found."""
    found = pages.about(user, thing.table, thing.key) if thing.table in FindingTable.values else []
    if not found:
        return None
    may = may_propose(user, thing)
    alerts = [_alert(each, may) for each in found if each.finding.matters and each.finding.code != SAID_BY_ITSELF]
    context = {"findings": found, "may_mend": may}
    return Panel("findings", "台账问题", template="findings/_thing.html", context=context, alerts=alerts)


def _alert(shown: FindingShown, may: bool) -> Alert:
    if may and shown.mend:
        return Alert("late", shown.label, shown.sentence, shown.mend, "更正")
    return Alert("late", shown.label, shown.sentence, shown.url, "查看")
