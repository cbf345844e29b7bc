"""The figure of awarded titles: ``awarded.town`` of a kind of area, ``awarded.townships_achieved`` of what a measure counts."""

from functools import partial

from django.db.models import Q, QuerySet, Value

from acceptance.rules.plan import Plan
from areas.dated import KindsOverTime
from areas.vocabulary import AreaKind
from figures.address import MemberPart
from figures.declared import FigureQuery, OpenedFigure
from figures.filters import AreaMembers
from reports.awards import TITLED
from reports.certificates.models import Certificate, held
from reports.certificates.register import REGISTER


def find(of: str, plan: Plan) -> OpenedFigure | None:
    """The titles that are held by areas of a kind, or of the kinds that a measure counts; None for other names."""
    name, _, key = of.partition(".")
    kinds = TITLED.get(key) or tuple(kind for kind in AreaKind if kind == key)
    if name != "awarded" or not kinds:
        return None
    return OpenedFigure(
        of=of,
        title=f"已授牌的{'、'.join(plan.titles[kind].name for kind in kinds if kind in plan.titles)}",
        counts="截至当日持有的称号，以颁发的证书为准；复核中的仍计，已撤销的不计",
        noun="称号",
        unit="个",
        source=None,
        members=partial(_held, kinds=kinds),
        columns=lambda asked: REGISTER.columns,
        filterset=AreaMembers,
        order=("kind", "year", "serial"),
        names={MemberPart.ALL: "已授牌"},
        states={},
    )


def _held(asked: FigureQuery, kinds: tuple[str, ...]) -> QuerySet:
    """The certificates that are held on the day by areas that can still earn them, as reports.awards counts them."""
    rows = Certificate.objects.visible_to(asked.user).filter(held(asked.day), county=asked.area.county, kind__in=kinds)
    for code, kind in KindsOverTime(asked.area.county).become(asked.day).items():
        rows = rows.filter(~Q(area_id=code) | Q(kind=kind))
    rows = rows.filter(area__code__startswith=asked.code[:9]).select_related("area__parent")
    return rows.annotate(part=Value("held"), cause=Value(""))
