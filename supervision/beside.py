"""What stands beside a figure on its page: the matters that began with it, a form for a leader's word, and one for a bound."""

from urllib.parse import urlencode

from accounts.models import User
from accounts.posts import Power
from common.clock import today
from figures.asking import AskedFigure
from register.things import Panel
from supervision.forms import RemarkForm, TellingForm
from supervision.listing import state_words, tone
from supervision.models import Matter, Threshold

SHOWN = 5
"""Matters on a figure's page, the latest first."""


def panel(user: User, opened: AskedFigure) -> Panel | None:
    """None for whoever sees no matters, and for an operator's figures, which lie in no area."""
    area = opened.asked.area
    if not user.may(Power.SEE_MATTERS) or area is None:
        return None
    on = today()
    on_it = Matter.objects.visible_to(user).filter(figures__of=opened.figure.of, figures__area=area)
    may_write = user.may(Power.WRITE_REMARKS)
    context = {
        "matters": [
            (matter, tone(matter, on), state_words(matter, on))
            for matter in on_it.select_related("author").distinct().order_by("-pk")[:SHOWN]
        ],
        "thresholds": list(Threshold.objects.visible_to(user).filter(of=opened.figure.of, area=area)),
        "of": opened.figure.of,
        "query": urlencode(opened.question),
        "remark_form": RemarkForm(user, on, area=area.code) if may_write else None,
        "threshold_form": TellingForm(opened),
    }
    return Panel(
        "supervision", "批示和提醒", template="supervision/_beside.html", context=context, style="css/supervision.css"
    )
