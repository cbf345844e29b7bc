"""The pages that show returns: the list, a return, its receipt and its printable sheet."""

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from areas.vocabulary import TOWNSHIPS
from common.clock import today
from common.http import get_object_or_404
from common.listing import CODE, WORDS, Column, Listing, answer
from common.periods import Quarter
from entry.talk import talk_at
from returns.entry import views
from returns.entry.return_discussion import ReturnDiscussion
from returns.figures import BY_NAME, FIGURES
from returns.filters import ReturnFilter
from returns.models import Return, ReturnLine, ReturnStatus
from returns.moves import ReturnAction, allows
from returns.pages import address, return_context, return_or_404, tone_of
from returns.review import objections
from returns.review.history import REPLACED, events
from returns.rounds import calendar, late_views, rounds
from returns.sheet import sheet_of
from witness import receipts

RETURNS = Listing(
    key="returns",
    title="季报",
    unit="份",
    filterset=ReturnFilter,
    order=("-period", "township_id", "-revision"),
    template="returns/index.html",
    empty="没有符合条件的季报。",
    columns=(
        Column("period", "季度", "quarter.label", order=("period",), link=address, head=True),
        Column("code", "街镇编码", "township_id", CODE, on_page=False),
        Column("township", "街镇", "township.name", order=("township_id",)),
        Column("revision", "版次", order=("revision",)),
        Column("state", "状态", "status.label", order=("status_code",), tone=tone_of),
        Column("submitted_at", "报送时间", order=("submitted_at",)),
        Column("reason", "更正原因", "reason", WORDS),
    ),
)


@requires(Power.SEE_RETURNS)
def index(request: HttpRequest) -> HttpResponse:
    """The returns in scope; for the quarter asked for, else the one to report, which townships have none yet."""
    quarter = _quarter(request.GET.get("period", ""))
    there = Return.objects.standing().filter(period=str(quarter), township_id=OuterRef("pk")).with_status()
    begun = there.exclude(status_code=ReturnStatus.NOT_BEGUN)
    seen = Area.objects.visible_to(request.user).filter(kind__in=TOWNSHIPS).in_force(quarter.last_day)
    townships = list(seen.annotate(is_there=Exists(there), is_begun=Exists(begun)).order_by("code"))
    absent = [township for township in townships if not township.is_begun]
    return answer(
        request,
        RETURNS,
        Return.objects.visible_to(request.user).with_submission().with_status().select_related("township"),
        quarter=quarter,
        due=rounds.due_on(request.user.area_id[:6], quarter),
        absent=absent,
        are_begun=bool(townships) and not absent,
        is_own=any(township.pk == request.user.area_id for township in townships),
        townships=townships if request.user.may(Power.EXPORT) else [],
        may_batch=request.user.may(Power.REVIEW_RETURNS),
        may_open=any(not township.is_there for township in townships) and request.user.may(Power.ENTER_RETURNS),
    )


def _quarter(asked: str) -> Quarter:
    """The quarter asked for, if returns can be opened for it, else the one to report now."""
    try:
        quarter = Quarter.parse(asked)
    except ValueError:
        return calendar.reporting_quarter(today())
    return quarter if calendar.can_open(quarter, today()) else calendar.reporting_quarter(today())


@requires(Power.SEE_RETURNS)
def return_(request: HttpRequest, pk: int) -> HttpResponse:
    """The form while the township may change figures; otherwise the figures as they stand, and every step so far."""
    if request.method == "POST":
        return views.save(request, pk)
    quarterly_return = return_or_404(request, pk)
    may_save = allows(ReturnAction.SAVE, quarterly_return, request.user)
    is_over = may_save and rounds.is_entry_locked(quarterly_return, today())
    if may_save and not is_over:
        return views.form(request, quarterly_return)
    sheet = sheet_of(quarterly_return)
    may_enter = request.user.may(Power.ENTER_RETURNS)
    closed = (
        late_views.panel(
            late_views.round_of(quarterly_return.township, quarterly_return.quarter),
            quarterly_return.township,
            request.user,
            today(),
        )
        if is_over
        else {}
    )
    context = {
        "sheet": sheet,
        "compared": objections.compare(sheet),
        "late": closed,
        "may_enter": may_enter,
    }
    return render(request, "returns/return.html", return_context(request, quarterly_return) | context)


@requires(Power.SEE_RETURNS)
def receipt(request: HttpRequest, pk: int, move: int) -> HttpResponse:
    """Proof that a return was handed up or submitted: its number and the moment; of a submission what was sealed of it."""
    quarterly_return = return_or_404(request, pk)
    given = quarterly_return.moves.filter(action__in=[ReturnAction.HAND_UP, ReturnAction.SUBMIT])
    step = get_object_or_404(given.select_related("quarterly_return", "by"), pk=move)
    sealed = receipts.of_step(step, ReturnLine._meta.label_lower) if step.action == ReturnAction.SUBMIT else None
    context = {"step": step, "sealed": sealed}
    return render(request, "returns/receipt.html", return_context(request, quarterly_return) | context)


@requires(Power.SEE_RETURNS)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The return on paper (A4 landscape), to be signed and sealed."""
    quarterly_return = return_or_404(request, pk)
    return render(
        request, "returns/sheet.html", return_context(request, quarterly_return) | {"sheet": sheet_of(quarterly_return)}
    )


@requires(Power.SEE_RETURNS)
def history(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Where a village's figures come from, over all revisions; ``?figure=`` names one of them."""
    quarterly_return = return_or_404(request, pk)
    beneath = Area.objects.beneath(quarterly_return.township_id).filter(
        return_lines__quarterly_return__township=quarterly_return.township_id
    )
    area = get_object_or_404(beneath.distinct(), code=code)
    chosen = request.GET.get("figure", "")
    chosen = chosen if chosen in BY_NAME else ""
    told = events(quarterly_return, code, chosen)
    talk = None
    if quarterly_return.lines.filter(area_id=code).exists():
        discussion = ReturnDiscussion(quarterly_return)
        value, back = discussion.value(code, chosen), request.get_full_path()
        talk = talk_at(discussion, code, chosen, request.user, value, onward=back)
    context = {
        "area": area,
        "events": told,
        "is_corrected": any(each.what == REPLACED for each in told),
        "may_judge": request.user.may(Power.SEE_VERDICTS),
        "figures": [(figure.name, figure.label) for figure in FIGURES],
        "chosen": chosen,
        "talk": talk,
    }
    return render(request, "returns/review/history.html", return_context(request, quarterly_return) | context)
