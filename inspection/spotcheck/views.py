"""The pages of spot checks: the list, drawing, a sample with what it tells, the card for the field, the sheet."""

from fractions import Fraction
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from acceptance import plan
from accounts.access import requires
from accounts.audit import record
from accounts.posts import Power
from common.clock import now, today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.http import RowNotFound, get_object_or_404
from common.templatetags.figures import failure_share, share
from evidence.answers import attachment, inline
from evidence.store import Damaged, NoSpace
from field.snapshots import snapshots_of
from gate.uploads import uploads
from inspection.hands import Apart
from inspection.spotcheck import actions, offline, photos
from inspection.spotcheck.actions import FindingOvertaken, Observation
from inspection.spotcheck.demands import demand_of
from inspection.spotcheck.forms import AskedForm, DrawForm, EndForm, FindingForm, VoidForm
from inspection.spotcheck.models import FindingOutcome, HeldPhoto, Item, Photo, Sample, SampleState
from inspection.spotcheck.paper import field_sheet
from inspection.spotcheck.photos import Taken
from inspection.spotcheck.results import SampleResult, is_as_drawn
from inspection.spotcheck.tasks import missing
from inspection.vocabulary import Hand
from offline.deliveries import Answer, answered, entry_of, once, pack_answer, told
from papers.serving import answer as paper_answer

TONES = {FindingOutcome.PASSED: "met", FindingOutcome.FAILED: "missed", FindingOutcome.UNREACHED: "late", "": "pending"}
"""How an outcome is marked; the word stands beside it."""

STATE_TONES = {SampleState.OPEN: "info", SampleState.CONCLUDED: "met", SampleState.VOID: "pending"}


def _found(request: HttpRequest, pk: int) -> Sample:
    samples = Sample.objects.visible_to(request.user).select_related("township", "drawn_by", "decided_by")
    return get_object_or_404(samples, pk=pk)


def _crumbs(*last: tuple[str, str]) -> list[tuple[str, str]]:
    return [("首页", "/"), ("抽查", reverse("spotcheck:index")), *last]


@requires(Power.SEE_INSPECTIONS)
def index(request: HttpRequest) -> HttpResponse:
    """The samples one may see, the latest first."""
    samples = Sample.objects.visible_to(request.user).select_related("township", "drawn_by")
    page = Paginator(samples, 50).get_page(request.GET.get("page"))
    rows = [(sample, STATE_TONES[SampleState(sample.state)]) for sample in page]
    may_draw = request.user.may(Power.SPOT_CHECK)
    context = {
        "rows": rows,
        "page": page,
        "may_draw": may_draw,
        "missing": missing(request.user, today()) if may_draw else [],
    }
    return render(request, "inspection/spotcheck/index.html", context)


@requires(Power.SPOT_CHECK)
def draw(request: HttpRequest) -> HttpResponse:
    """Ask what the rule asks of a township's report, and draw it, before the report arrives."""
    if request.method == "POST":
        return _drawn(request)
    is_asked = "township" in request.GET
    asked = AskedForm(request.GET if is_asked else None, user=request.user)
    form = None
    if asked.is_valid():
        said = asked.cleaned_data
        form = DrawForm(initial={"township": said["township"], "period": str(said["period"])}, user=request.user)
    return _draw_page(request, asked, form)


def _drawn(request: HttpRequest) -> HttpResponse:
    form = DrawForm(request.POST, user=request.user)
    if form.is_valid():
        said = dict(form.cleaned_data)
        try:
            sample = actions.draw(quarter=said.pop("period"), at=now(), by=request.user, **said)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已抽取 {sample.size} 个，样本和种子已固定。")
            return redirect("spotcheck:sample", sample.pk)
    asked = AskedForm(request.POST, user=request.user)
    return _draw_page(request, asked, form, 422)


def _draw_page(request: HttpRequest, asked: AskedForm, form: DrawForm | None, status: int = 200) -> HttpResponse:
    """The page with what the rule asks, once township and quarter are known."""
    demand, is_late = None, False
    if asked.is_bound and asked.is_valid():
        said = asked.cleaned_data
        demand = demand_of(said["township"], said["period"])
        is_late = actions.was_sent(said["township"], said["period"])
    elif form is None:
        status = 422 if asked.errors else 200
    context = {
        "asked": asked,
        "form": form,
        "demand": demand,
        "is_late": is_late,
        "crumbs": _crumbs(("抽取样本", "")),
    }
    return render(request, "inspection/spotcheck/draw.html", context, status=status)


@requires(Power.SEE_INSPECTIONS)
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """A sample: how it was drawn, what was found, what it tells, and what was concluded."""
    return _shown(request, _found(request, pk))


def _shown(request: HttpRequest, drawn: Sample, status: int = 200, **said) -> HttpResponse:
    result = SampleResult(drawn)
    has_open = any(row.is_open for row in result.rows)
    bar = _bar(request, drawn) if has_open else ""
    may_check = request.user.may(Power.SPOT_CHECK) and not bar
    is_mine = drawn.state == SampleState.OPEN and may_check
    context = {
        "sample": drawn,
        "result": result,
        "rows": [(row, TONES[row.outcome], may_check and row.is_open) for row in result.rows],
        "tone": STATE_TONES[SampleState(drawn.state)],
        "is_as_drawn": is_as_drawn(drawn),
        "allowed": failure_share(drawn.allowed),
        "low": share(result.interval.low),
        "high": failure_share(result.interval.high),
        "share": None if result.estimate.share is None else failure_share(result.estimate.share),
        "level": f"{float(100 * Fraction(drawn.confidence)):g}%",
        "field": may_check and has_open,
        "end": EndForm(initial={"version": drawn.version}) if is_mine else None,
        "void": VoidForm(initial={"version": drawn.version}, auto_id="id_void_%s") if is_mine else None,
        "is_mine": is_mine,
        "bar": bar,
        "crumbs": _crumbs((str(drawn), "")),
    }
    return render(request, "inspection/spotcheck/sample.html", context | said, status=status)


def _bar(request: HttpRequest, drawn: Sample) -> str:
    """Why the sample is not the user's to work on though it is the post's; blank where nothing is kept back."""
    if not request.user.may(Power.SPOT_CHECK):
        return ""
    return Apart(actions.reported(drawn.township_id, drawn.period), request.user).bar(Hand.EXAMINING)


@require_POST
@requires(Power.SPOT_CHECK)
def conclude(request: HttpRequest, pk: int) -> HttpResponse:
    """What follows from the sample; the reviewer decides and says why."""
    return _end(request, pk, EndForm, "end", actions.conclude, "已作结论。")


@require_POST
@requires(Power.SPOT_CHECK)
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare it void; it stays on the list."""
    return _end(request, pk, VoidForm, "void", actions.void, "样本已作废，仍可查看。")


def _end(request: HttpRequest, pk: int, form_class, name: str, action, done: str) -> HttpResponse:
    drawn = _found(request, pk)
    form = form_class(request.POST, **({"auto_id": "id_void_%s"} if name == "void" else {}))
    if not form.is_valid():
        return _shown(request, drawn, 422, **{name: form, "bound": form})
    try:
        action(sample=drawn, at=now(), by=request.user, **form.cleaned_data)
    except Stale as stale:
        return _shown(request, _found(request, pk), 409, refusal=str(stale))
    except Refused as refusal:
        return _shown(request, drawn, 422, **{name: form, "refusal": str(refusal)})
    messages.success(request, done)
    return redirect("spotcheck:sample", pk)


@requires(Power.SPOT_CHECK)
def card(request: HttpRequest, pk: int, order: int) -> HttpResponse:
    """One member, to be filled on a phone in the field; then on to the next that has no result."""
    drawn = _found(request, pk)
    item = get_object_or_404(drawn.items.select_related("site", "area"), order=order)
    form = FindingForm(request.POST or None, today=today())
    status = _entered(request, item, form) if request.method == "POST" else 200
    if status == 302:
        messages.success(request, f"已登记：{item.name}")
        return redirect(_next(drawn, item))
    context = _card(request, drawn, item, form)
    response = render(request, "inspection/spotcheck/card.html", context, status=status)
    # The page may ask where the phone is; everywhere else the portal forbids it.
    response.headers["Permissions-Policy"] = "geolocation=(self)"
    return response


def _entered(request: HttpRequest, item: Item, form: FindingForm) -> int:
    """Enter the card: 302, or the status of a refusal whose sentences stand on the form; its photos are kept for later."""
    taken = [Taken(file.name, file.data) for file in uploads(request, "photos")]
    held = _still_wanted(request, item)
    for fault in photos.faults(taken, len(held)):
        form.add_error("photos", fault)
    try:
        if form.is_valid():
            said = {name: given for name, given in form.cleaned_data.items() if name != "photos"}
            version = posted_version(request)
            actions.enter(
                item=item, seen=Observation(**said), photos=taken, held=held, version=version, by=request.user
            )
            return 302
        photos.hold(item=item, photos=taken, by=request.user)
    except Stale as stale:
        form.add_error(None, str(stale))
        if isinstance(stale, FindingOvertaken):
            photos.hold(item=item, photos=taken, by=request.user)
        return 409
    except NoSpace as full:
        form.add_error(None, str(full))
        return 507
    except Refused as refusal:
        form.add_error(None, str(refusal))
        photos.hold(item=item, photos=taken, by=request.user)
    return 422


def _still_wanted(request: HttpRequest, item: Item) -> list[HeldPhoto]:
    """The photos kept from before, less those that are not wanted any more, which go."""
    held, unwanted = photos.held_by(item, request.user), request.POST.getlist("unwanted")
    photos.drop([photo for photo in held if str(photo.pk) in unwanted])
    return [photo for photo in held if str(photo.pk) not in unwanted]


def _next(drawn: Sample, item: Item) -> str:
    """The next card without a result, after this one and then from the start; the sample when there is none."""
    waiting = list(drawn.items.filter(findings__isnull=True).order_by("order").values_list("order", flat=True))
    following = next((order for order in waiting if order > item.order), waiting[0] if waiting else None)
    if following is None:
        return reverse("spotcheck:sample", args=[drawn.pk])
    return reverse("spotcheck:card", args=[drawn.pk, following])


def _card(request: HttpRequest, drawn: Sample, item: Item, form: FindingForm) -> dict:
    findings = list(item.findings.select_related("by").prefetch_related("photos"))
    is_open = drawn.takes(findings)
    return {
        "sample": drawn,
        "item": item,
        "form": form,
        "findings": [(finding, TONES[FindingOutcome(finding.outcome)]) for finding in reversed(findings)],
        "before": item.order - 1,
        "after": item.order + 1 if item.order < drawn.size else 0,
        "done": drawn.items.filter(findings__isnull=False).distinct().count(),
        "least": plan.current().capability.min_mbps,
        "is_open": is_open,
        "bar": _bar(request, drawn) if is_open else "",
        "held": photos.held_by(item, request.user),
    }


@require_GET
@requires(Power.SPOT_CHECK)
def field(request: HttpRequest) -> HttpResponse:
    """The members of open samples, to be looked at on a phone, with a network or without one."""
    pack = offline.pack_of(request.user)
    rows = [
        (sample, order, name, pack["samples"][str(sample)], mark) for sample, order, name, *_, mark in pack["checks"]
    ]
    context = offline.shell_context() | {"rows": rows}
    response = render(request, "inspection/spotcheck/field.html", context)
    response.headers["Permissions-Policy"] = "geolocation=(self)"
    return response


@gzip_page
@require_GET
@requires(Power.SPOT_CHECK)
def pack(request: HttpRequest) -> HttpResponse:
    """What the phone takes along."""
    return pack_answer(request, offline.pack_of(request.user))


@require_POST
@requires(Power.SPOT_CHECK)
def deliveries(request: HttpRequest) -> JsonResponse:
    """Take in what was found, each finding once, however often it is sent."""
    try:
        return answered(lambda: _received(request))
    except NoSpace as full:
        return told({"fate": "refused", "message": str(full)}, 507)


def _received(request: HttpRequest) -> Answer:
    number, said = entry_of(request)
    photos = snapshots_of(said, uploads(request, "photos"))
    deed = partial(offline.received, request.user, said, photos, number)
    return once(number=number, kind="check", by=request.user, deed=deed)


@requires(Power.SEE_INSPECTIONS)
def sheet(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """The field sheet, as PDF or Word."""
    drawn = _found(request, pk)
    return paper_answer(request, field_sheet(SampleResult(drawn)), form, subject=drawn)


@requires(Power.SEE_INSPECTIONS)
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """A photo, written anew, to whoever may see its sample."""
    return inline(_photo(request, pk))


@requires(Power.SEE_INSPECTIONS)
def original_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """The photo as the camera left it, to be saved and not shown."""
    found = _photo(request, pk)
    try:
        response = attachment(found)
    except Damaged as damaged:
        raise RowNotFound(str(damaged)) from damaged
    sample = found.finding.item.sample
    record(action="spot_check.download", by=request.user, subject=sample, detail={"file": found.name})
    return response


def _photo(request: HttpRequest, pk: int) -> Photo:
    visible = Sample.objects.visible_to(request.user)
    return get_object_or_404(Photo.objects.filter(finding__item__sample__in=visible), pk=pk)


@requires(Power.SPOT_CHECK)
def held_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """A photo that waits for its card to be put right."""
    visible = Sample.objects.visible_to(request.user)
    return inline(get_object_or_404(HeldPhoto.objects.filter(item__sample__in=visible), pk=pk))
