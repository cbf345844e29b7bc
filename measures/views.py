"""The pages of records of measures: list, form, one record with its versions and steps."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from acceptance.verdicts.lookups import answers_not_there
from accounts import audit
from accounts.access import refusal, requires
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.http import RowNotFound, get_object_or_404
from common.listing import answer
from evidence import answers, keeping
from evidence.keeping import SoundFile
from evidence.store import Damaged, NoSpace
from figures.asking import open_figure
from gate.uploads import one_upload
from measures import actions, late, pages, tags
from measures.forms import FORMS, MeasureForm
from measures.kinds import KINDS, TAG, MeasureKind
from measures.listing import LISTING
from measures.models import MeasureFile, MeasureRecord
from measures.moves import may_enter
from measures.vocabulary import MeasureAction, MeasureState


@require_safe
@requires(Power.SEE_MEASURES)
def records(request: HttpRequest) -> HttpResponse:
    """The records in sight and as Excel; what is missing, what is counted, which kinds the person may enter."""
    rows = MeasureRecord.objects.visible_to(request.user)
    return answer(
        request,
        LISTING,
        rows.with_subject(),
        kinds=pages.kinds(request.user),
        owed=late.shown_to(request.user, today()),
        counted=pages.counted(rows, request.GET.get("kind", "")),
        on=today(),
        has_appraisal=settings.APPRAISAL,
        sees_tags=request.user.may(Power.SEE_PROGRESS),
    )


@require_safe
@requires(Power.SEE_PROGRESS)
@answers_not_there
def tags_page(request: HttpRequest) -> HttpResponse:
    """How the sites under each tag stand, in an area and quarter (the own one, the latest)."""
    opened = open_figure(request.user, f"{tags.CAPABILITY}.{tags.TAGS[0][0]}", request.GET, today())
    context = {
        "rows": tags.progress(opened.asked),
        "asked": opened.asked,
        "as_of": opened.as_of,
        "may_tag": may_enter(TAG, request.user),
    }
    return render(request, "measures/tags.html", context)


def _kind(key: str) -> MeasureKind:
    if key not in KINDS:
        raise RowNotFound("措施台账中没有这一类记录，请返回措施台账选择。")
    return KINDS[key]


def _require_entering(request: HttpRequest, kind: MeasureKind) -> None:
    if not may_enter(kind, request.user):
        raise PermissionDenied(f"{kind}不由您的岗位登记。{refusal(request.user, (Power.ENTER_MEASURES,))}")


@requires(Power.ENTER_MEASURES)
def new(request: HttpRequest, key: str) -> HttpResponse:
    """Enter a record of a kind; ``?about=`` names to what it belongs."""
    kind = _kind(key)
    _require_entering(request, kind)
    form = FORMS[key](request.user, request.POST or None, about=request.GET.get("about", ""))
    if request.method != "POST":
        return _form_page(request, kind, form)
    if not form.is_valid():
        return _form_page(request, kind, form, status=422)
    try:
        given = _given(form, _file(request))
        begun = actions.begin(kind=kind, given=given, by=request.user)
    except NoSpace as full:
        return _form_page(request, kind, form, str(full), 507)
    except Refused as problem:
        return _form_page(request, kind, form, str(problem), 422)
    return _sent_too(request, begun)


def _given(form: MeasureForm, file: SoundFile | None) -> actions.TypedMeasure:
    area, site = (form.subject.area, form.subject.site) if form.subject else (None, None)
    return actions.TypedMeasure(form.kept, area, site, file)


def _file(request: HttpRequest) -> SoundFile | None:
    sent = one_upload(request, "file")
    return keeping.checked(sent.data, sent.name) if sent else None


def _sent_too(request: HttpRequest, record: MeasureRecord) -> HttpResponse:
    """Send what was just saved, where that was asked for; what keeps it from being sent is said on its page."""
    if request.POST.get("act") != MeasureAction.SEND or record.state not in pages.SENDABLE:
        messages.success(request, f"已保存{record}。")
        return redirect(record)
    try:
        actions.take_step(record=record, action=MeasureAction.SEND, version=record.version, text="", by=request.user)
    except Refused as problem:
        return _record_page(request, record, f"已保存，尚未报送：{problem}", 422)
    messages.success(request, f"已报送{record}。")
    return redirect(record)


def _form_page(
    request: HttpRequest, kind: MeasureKind, form: MeasureForm, problem: str = "", status: int = 200, record=None
) -> HttpResponse:
    is_confirmed = record is not None and record.state == MeasureState.CONFIRMED
    files = [file.name for file in record.files.all()] if record else []
    said = f"已有附件：{'、'.join(files)}。" if files else ""
    context = {
        "kind": kind,
        "deed": "登记" if record is None else "更正" if is_confirmed else "修改",
        "is_confirmed": is_confirmed,
        "form": form,
        "record": record,
        "problems": [{"text": problem}] if problem else [],
        "reason": request.POST.get("reason", ""),
        "version": request.POST.get("version") or (record.version if record else 0),
        "file_mark": "（报送时必填）" if kind.needs_file and not files else "",
        "file_help": f"PDF 或照片，一次一个，保存后不能删除。{said}",
    }
    return render(request, "measures/form.html", context, status=status)


def _in_sight(request: HttpRequest, pk: int) -> MeasureRecord:
    rows = MeasureRecord.objects.visible_to(request.user).with_subject()
    return get_object_or_404(rows, pk=pk)


@require_safe
@requires(Power.SEE_MEASURES)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: its values, what was changed when and by whom, its files, its steps, what may be done."""
    return _record_page(request, _in_sight(request, pk))


def _record_page(request: HttpRequest, found: MeasureRecord, problem: str = "", status: int = 200) -> HttpResponse:
    typed = {request.POST.get("action", ""): request.POST.get("reason", "")}
    context = pages.record(found, request.user, typed) | {"problems": [{"text": problem}] if problem else []}
    return render(request, "measures/record.html", context, status=status)


@requires(Power.ENTER_MEASURES)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft or what came back, or correct what was confirmed."""
    found = _in_sight(request, pk)
    if not pages.may_change(found, request.user):
        return _record_page(request, found, "该记录现在不能由您修改，请核对状态和登记单位。", 409)
    form = FORMS[found.kind](request.user, request.POST or None, record=found)
    if request.method != "POST":
        return _form_page(request, found.declared, form, record=found)
    problem, status = "", 422
    if form.is_valid():
        try:
            changed = actions.change(
                record=found,
                version=posted_version(request),
                given=_given(form, _file(request)),
                by=request.user,
                reason=request.POST.get("reason", ""),
            )
            return _sent_too(request, changed)
        except NoSpace as full:
            problem, status = str(full), 507
        except Refused as refused:
            problem, status = str(refused), 409 if isinstance(refused, Stale) else 422
    return _form_page(request, found.declared, form, problem, status, record=_in_sight(request, pk))


@require_POST
@requires(Power.ENTER_MEASURES, Power.CONFIRM_MEASURES)
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a record, confirm it, send it back or void it; what was typed stays where it cannot be done."""
    found, action = _in_sight(request, pk), request.POST.get("action", "")
    if action not in actions.STEPS:
        return _record_page(request, found, "请选择办理事项。", 422)
    try:
        taken = actions.take_step(
            record=found,
            action=MeasureAction(action),
            version=posted_version(request),
            text=request.POST.get("reason", ""),
            by=request.user,
        )
    except Refused as problem:
        return _record_page(request, _in_sight(request, pk), str(problem), 409 if isinstance(problem, Stale) else 422)
    messages.success(request, f"已办理“{taken.deed}”。")
    return redirect(found)


@require_safe
@requires(Power.SEE_MEASURES)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """A file as it came, to be saved and not shown."""
    files = MeasureFile.objects.filter(record__in=MeasureRecord.objects.visible_to(request.user))
    file = get_object_or_404(files.select_related("record"), pk=pk)
    try:
        response = answers.attachment(file)
    except Damaged as damaged:
        return _record_page(request, _in_sight(request, file.record_id), str(damaged), 500)
    audit.record(action="measure.download", by=request.user, subject=file.record, detail={"file": file.name})
    return response
