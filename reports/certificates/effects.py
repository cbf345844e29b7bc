"""Which titles a proposed change of the register touches: of units whose verdicts turn, that end, or become another kind."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from acceptance import plan
from acceptance.judging.rehearsing import Rehearsal
from acceptance.models import Basis
from acceptance.rules.plan import Plan
from areas.models import DatedValue, Succession
from areas.vocabulary import AreaKind
from common.periods import Quarter
from common.templatetags.figures import plain_date
from reports.certificates.models import Certificate, CertificateState


def titles(county: str, seen: Rehearsal) -> list[str]:
    """A sentence for each title: whether it would stand, by whom it is carried, whether it still counts."""
    held = Certificate.objects.filter(county=county).exclude(state=CertificateState.WITHDRAWN).order_by("number")
    return [
        *_succeeded(held, seen.successions),
        *_of_another_kind(held, seen.kinds, plan.current()),
        *_fallen(held, seen),
    ]


def _fallen(held: QuerySet, seen: Rehearsal) -> list[str]:
    """A sentence for each title that would not stand in the quarter of its award, or falls in a later one."""
    fallen: dict[str, list[str]] = {}
    for turn in seen.areas:
        period, basis, code = turn.subject
        outcomes = [side and side["outcome"] for side in (turn.before, turn.after)]
        ended = turn.after is None and code in {each.area_id for each in seen.successions}
        if basis == Basis.APPROVED and outcomes[0] == "achieved" and outcomes[1] != "achieved" and not ended:
            fallen.setdefault(code, []).append(period)
    return [
        sentence(certificate, fallen[certificate.area_id])
        for certificate in held.filter(area_id__in=fallen)
        if any(period >= certificate.period for period in fallen[certificate.area_id])
    ]


def sentence(certificate: Certificate, periods: list[str]) -> str:
    if certificate.period in periods:
        return f"{_called(certificate)}：授牌所依据的{Quarter.parse(certificate.period).label}不再达标。"
    later = Quarter.parse(min(period for period in periods if period > certificate.period))
    return f"{_called(certificate)}：自{later.label}起不再达标，将启动复核。"


def _called(certificate: Certificate) -> str:
    return f"{certificate.unit_name}“{certificate.title}”（{certificate.number}）"


def _succeeded(held: QuerySet, successions: Iterable[Succession]) -> list[str]:
    """Titles of units that end: into what, and whether the title is carried on."""
    by_area: dict[str, list[Succession]] = defaultdict(list)
    for each in successions:
        by_area[each.area_id].append(each)
    found = []
    for certificate in held.filter(area_id__in=by_area):
        rows = by_area[certificate.area_id]
        heirs = "、".join(f"{each.became}{each.successor.name}" for each in rows)
        carried = [each.successor.name for each in rows if each.carries_title]
        fate = f"称号由{'、'.join(carried)}承继" if carried else "称号保留在原单位名下，不由其承继"
        under = "；正在复核，复核照常进行" if certificate.state == CertificateState.RECHECKING else ""
        found.append(f"{_called(certificate)}：原单位自{plain_date(rows[0].on)}起{heirs}，{fate}{under}。")
    return found


def _of_another_kind(held: QuerySet, kinds: Iterable[DatedValue], current: Plan) -> list[str]:
    """Titles of units that become a kind which earns another title: the certificate keeps its own and is not counted."""
    by_area = {row.key: row for row in kinds}
    found = []
    for certificate in held.filter(area_id__in=by_area):
        row = by_area[certificate.area_id]
        earned = current.titles.get(row.value)
        if earned is None or earned.name != certificate.title:
            label = AreaKind(row.value).label
            found.append(
                f"{_called(certificate)}：自{plain_date(row.effective_on)}起是{label}，证书称号不变，不再计入按{label}授牌的个数。"
            )
    return found


def awarded_since(codes: Sequence[str], since: datetime) -> list[str]:
    """The titles that areas of a succession were awarded after it was applied."""
    rows = Certificate.objects.filter(area__in=codes, created_at__gte=since).order_by("number")
    return [f"{_called(certificate)}已授牌" for certificate in rows]
