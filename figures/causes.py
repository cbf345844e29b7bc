"""Why a member does not count, as a key that a list can be narrowed by, with the words of acceptance.wording."""

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from acceptance.models import SiteVerdict
from acceptance.wording.sites import REASONS
from figures.address import MemberPart

NO_COORDINATES, NOT_RECORDED, NO_RETURN = "no_coordinates", "not_recorded", "no_return"
MEMBERS, PENETRATION, MEMBERS_UNKNOWN = "members", "penetration", "members_unknown"

OF_SITES = {key: words for key, words in REASONS.items() if key} | {NO_COORDINATES: "缺坐标"}
OF_LEAVES = OF_SITES | {NOT_RECORDED: "没有登记应有的点位"}
OF_AREAS = {
    MEMBERS: "达标数不足",
    PENETRATION: "渗透率不足",
    MEMBERS_UNKNOWN: "有待定的下级",
    NO_RETURN: "缺季报",
}


def _words(**of_part) -> Case:
    whens = (When(part=part, then=then) for part, then in of_part.items())
    return Case(*whens, default=Value(""), output_field=CharField())


def by_outcome(rows: QuerySet, name: str, passed: str, failed: str, unknown: str) -> QuerySet:
    """The rows whose field ``name`` has one of the three answers, annotated with the part that it makes them."""
    words = {passed: MemberPart.PASSED, failed: MemberPart.FAILED, unknown: MemberPart.UNKNOWN}
    whens = [When(**{name: answer}, then=Value(part)) for answer, part in words.items()]
    part = Case(*whens, default=Value(""), output_field=CharField())
    return rows.filter(**{f"{name}__in": list(words)}).annotate(part=part)


def of_sites(rows: QuerySet) -> QuerySet:
    """Site verdicts with their reason; what has no coordinates is told so."""
    return rows.annotate(cause=_words(failed=F("reason"), unknown=Value(NO_COORDINATES)))


def of_leaves(rows: QuerySet, failing: Q, kinds: tuple[str, ...]) -> QuerySet:
    """Natural villages and compounds with what most of their ``failing`` sites of the ``kinds`` fail by."""
    own = SiteVerdict.objects.standing().filter(
        county=OuterRef("county"), period=OuterRef("period"), area_code=OuterRef("area_id"), site__kind__in=kinds
    )
    most = own.filter(failing).order_by().values("reason").annotate(number=Count("pk")).order_by("-number", "reason")
    unknown = Case(When(Exists(own.filter(capable="unknown")), then=Value(NO_COORDINATES)), default=Value(NOT_RECORDED))
    return rows.annotate(cause=_words(failed=Subquery(most.values("reason")[:1]), unknown=unknown))


def of_areas(rows: QuerySet) -> QuerySet:
    """Villages and above, with the criterion by which they fall short: their share of members first, the rate second."""
    failed = Case(
        When(criteria__0__outcome="short", then=Value(MEMBERS)), default=Value(PENETRATION), output_field=CharField()
    )
    unknown = Case(
        When(criteria__0__outcome="unknown", then=Value(MEMBERS_UNKNOWN)),
        default=Value(NO_RETURN),
        output_field=CharField(),
    )
    return rows.annotate(cause=_words(failed=failed, unknown=unknown))
