"""The page on which one thing is changed, added, ended or voided, and the one on which a returned proposal is sent again."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from common.clock import today
from common.exceptions import Refused
from common.exceptions import Stale as Overtaken
from common.forms import posted_version
from evidence.store import NoSpace
from gate.uploads import uploads
from proposals import actions, places, proofs
from proposals.actions import Why
from proposals.desk import NO_REASON_TO_LEAVE, WHY_IT_LEAVES, Rehearsed, rehearse
from proposals.forms import CHANGE, CORRECT, PLACE, ThingForm, WhyForm
from proposals.models import HeldProof, Proposal
from proposals.pages import ProposalPage, open_items, thing_url
from proposals.revising import MOST_REVISED, ReviseForm
from proposals.subjects import Subject, areas_near, new_subject, require_keeper, subject_or_404
from proposals.views import proposal_or_404
from proposals.vocabulary import Act, Door, ProposalState

KEEPERS = (Power.KEEP_REGISTRY, Power.LOAD_NETWORK)
_ACTS = (CHANGE, CORRECT, Act.ADD, Act.END, Act.VOID)
_TITLES: dict[str, str] = {Act.ADD: "新增", Act.END: "终止", Act.VOID: "作废"}


@dataclass
class Files:
    """The proofs chosen on a page so far, and what was wrong with others."""

    held: list[HeldProof] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    status: int = 422


def files_of(request: HttpRequest) -> Files:
    """The files that the page held already, less those taken out again, and those chosen now."""
    kept = [number for number in request.POST.getlist("held") if number not in request.POST.getlist("drop")]
    found = Files(proofs.held(kept, request.user))
    for file in uploads(request, "proofs"):
        try:
            if len(found.held) >= proofs.MOST:
                raise Refused(f"一份申请最多附 {proofs.MOST} 个文件。")
            found.held.append(proofs.hold(file, request.user))
        except Refused as refusal:
            found.errors.append(f"{file.name}：{refusal}")
        except NoSpace as full:
            found.errors.append(str(full))
            found.status = 507
    return found


def asked(form: WhyForm, files: Files, *, is_leaving: bool) -> bool:
    """Whether the reason and the files may go with what is proposed; else the form says what is wrong."""
    for error in files.errors:
        form.add_error(None, error)
    if form.is_valid() and is_leaving and form.cleaned_data["reason_code"] in NO_REASON_TO_LEAVE:
        form.add_error("reason_code", WHY_IT_LEAVES)
    return form.is_valid()


# ------------------------------------------------ one thing


@requires(*KEEPERS)
def new(request: HttpRequest) -> HttpResponse:
    """One thing: what is asked for, what it would turn, and the way to those who accept."""
    table, act = request.GET.get("table", ""), request.GET.get("act", "")
    require_keeper(table, request.user)
    act = act if act in _ACTS else ""
    subject = _subject(request, table, act)
    if table == "service_orders" and act == Act.END:
        act = ""
    asked = [name for value in request.GET.getlist("column") for name in value.split(",")]
    if table == "service_orders" and not asked and act not in (Act.ADD, Act.VOID):
        asked = ["completed_on", "cancelled_on"]
    options = {"user": request.user, "given": request.GET}
    form = ThingForm(subject, act, asked, request.POST if request.method == "POST" else None, **options)
    if request.method != "POST":
        return _thing_page(request, form)
    return _posted(request, form)


def _subject(request: HttpRequest, table: str, act: str) -> Subject:
    if act == Act.ADD:
        return new_subject(table, request.GET.dict(), request.user, today())
    return subject_or_404(table, request.GET.get("key", ""), request.user, _shown_day(request.GET.get("from", "")))


def _shown_day(text: str) -> date:
    """The day of which the values are shown and corrected: today, that of a dated value, or before all of them (first)."""
    if text == "first":
        return date.min
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()


def _posted(request: HttpRequest, form: ThingForm) -> HttpResponse:
    """What is wrong in its place; else what it would do, and the sending of what was looked at."""
    files = files_of(request)
    for error in files.errors:
        form.add_error(None, error)
    if not form.is_valid():
        return _thing_page(request, form, files, status=files.status)
    shown, refusal = _rehearsed(request, form)
    if shown is None or form.errors:
        return _thing_page(request, form, files, shown, refusal, status=422)
    if shown.is_empty:
        form.add_error(None, "没有改动：修改内容与现登记一致。")
        return _thing_page(request, form, files, status=422)
    wants = request.POST.get("step") == "send"
    if wants and WHY_IT_LEAVES in shown.remarks and request.POST.get("previewed"):
        form.add_error("reason_code", WHY_IT_LEAVES)
        return _thing_page(request, form, files, shown, status=422)
    if not wants or not (shown.may_skip or request.POST.get("previewed") == shown.digest):
        return _thing_page(request, form, files, shown)
    return _sent(request, form, files, shown)


def _rehearsed(request: HttpRequest, form: ThingForm) -> tuple[Rehearsed | None, str]:
    cleaned, drafts = form.cleaned_data, form.drafts()
    try:
        shown = rehearse(
            drafts, request.user, document=cleaned["document"], reason_code=cleaned["reason_code"], remarks=form.remarks
        )
    except Refused as refused:
        return None, str(refused)
    for problem in shown.found.errors:
        form.place_errors(problem.column, problem.message)
    for stale in shown.stale:
        form.place_errors(stale.column, stale.message)
    return shown, ""


def _sent(request: HttpRequest, form: ThingForm, files: Files, shown: Rehearsed) -> HttpResponse:
    cleaned = form.cleaned_data
    try:
        made, _ = actions.propose(
            drafts=shown.found.assembly.drafts,
            by=request.user,
            source=Door.PAGE,
            why=Why(cleaned["reason_code"], cleaned["reason"], cleaned["document"]),
            has_proof=bool(files.held),
            found=shown.found,
            attach=lambda proposal: proofs.adopt(proposal, files.held, request.user),
        )
    except Overtaken as stale:
        return _thing_page(request, form, files, shown, str(stale), status=409)
    except Refused as refused:
        form.place(str(refused))
        return _thing_page(request, form, files, shown, status=422)
    assert made is not None
    messages.success(request, sent_words(made, shown.found.waiting))
    return redirect("proposals:proposal", made.pk)


def sent_words(made: Proposal, waiting: list) -> str:
    """已提交, or what is in force already."""
    at_once = made.items.count() - len(waiting)
    if not waiting:
        return f"“{made.title}”已生效。"
    return f"“{made.title}”已提交，等待区经信局审定。" + (f"其中 {at_once} 项已即时生效。" if at_once else "")


def _thing_page(
    request: HttpRequest,
    form: ThingForm,
    files: Files | None = None,
    shown: Rehearsed | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    subject, user = form.subject, request.user
    title = f"{_TITLES.get(form.act, '更正和变更')}{subject.name or subject.declared.label}"
    within = Area.objects.visible_to(user).filter(pk=subject.area_code).first() if subject.is_new else None
    here = ("areas", within.code, within.name) if within else (subject.table, subject.key, subject.name)
    back = "" if subject.is_new and not within else thing_url(here[0], here[1], user)
    context = {
        "form": form,
        "subject": subject,
        "title": title,
        "asked": [form[name] for name in form.asked],
        "folded": [form[name] for name in form.folded],
        "is_bound": form.is_bound,
        "seen": _seen(form, shown),
        "files": files or Files(),
        "shown": shown if shown and not form.errors else None,
        "lacking": _lacking(form, files or Files(), shown),
        "refusal": refusal,
        "waiting": open_items(subject.table, subject.key, user) if not subject.is_new else [],
        "suggestions": areas_near(subject.area_code, user, subject.table) if "area_code" in form.fields else [],
        "map": _map(form),
        "crumbs": [(here[2] or subject.declared.label, back), (title, "")],
        "within": within,
        "act": form.act,
    }
    response = render(request, "proposals/new.html", context, status=status)
    if context["map"] is not None:
        response["Permissions-Policy"] = "geolocation=(self)"
    return response


def _lacking(form: ThingForm, files: Files, shown: Rehearsed | None) -> str:
    """What is still to be filled in before the drafts that are shown can be sent, so that no click is spent on it."""
    if shown is None or form.errors:
        return ""
    if WHY_IT_LEAVES in shown.remarks:
        return "请改选原因类别，写明退出分母的原因。"
    return actions.lacking(form.why, shown.found, bool(files.held))


def _seen(form: ThingForm, shown: Rehearsed | None) -> list[tuple[str, str]]:
    """What the page showed when it was first opened; of what has changed since, and is told, the value of now."""
    told = {stale.column for stale in shown.stale} if shown else set()
    return [
        (name, text if name.removeprefix("seen-") in told else form.data.get(name, text)) for name, text in form.seen
    ]


def _map(form: ThingForm) -> dict[str, Any] | None:
    """The small map on which the place can be dragged; None where the page has no place."""
    if PLACE not in form.fields:
        return None
    texts, subject = form.subject.texts, form.subject
    before = places.spot_of(texts)
    after = None
    if form.is_bound and form.is_valid():
        after = places.spot_of({name: str(form.cleaned_data.get(name) or "") for name in places.COLUMNS})
    elif not form.is_bound and subject.is_new:
        after = before
        before = None
    around = places.neighbours(form._user, after or before, subject.area_code, subject.key)
    metres = places.metres_between(before, after)
    moved = [{"name": subject.name, "before": before, "after": after or before, "metres": metres}]
    return {**places.background(), "moved": moved, "around": around}


# ------------------------------------------------ what came back


@requires(*KEEPERS)
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """The returned items of a proposal, to be changed and sent again."""
    found = proposal_or_404(request.user, pk)
    page = ProposalPage(found, request.user)
    if found.state != ProposalState.RETURNED:
        messages.warning(request, f"该申请现为“{found.get_state_display()}”，不能修改。")
        return redirect("proposals:proposal", pk)
    if not page.is_own_unit:
        raise PermissionDenied("只有提出单位可以修改后重新提交。")
    if page.is_whole:
        messages.warning(request, "退回的撤并请撤回，更正后重新办理。")
        return redirect("proposals:proposal", pk)
    if len(page.returned) > MOST_REVISED:
        messages.warning(request, f"退回的事项超过 {MOST_REVISED} 项：请撤回本申请，用台账工作簿更正后重新提交。")
        return redirect("proposals:proposal", pk)
    form = ReviseForm(found, page.returned, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _revise_page(request, found, page, form)
    return _revised(request, found, page, form)


def _revised(request: HttpRequest, found: Proposal, page: ProposalPage, form: ReviseForm) -> HttpResponse:
    files = files_of(request)
    for error in files.errors:
        form.add_error(None, error)
    if not form.is_valid():
        return _revise_page(request, found, page, form, files, status=files.status)
    drafts, cleaned = form.drafts(), form.cleaned_data
    if not drafts:
        form.add_error(None, "没有留下要提交的事项：不再需要的，请撤回本申请。")
        return _revise_page(request, found, page, form, files, status=422)
    try:
        shown = rehearse(drafts, request.user, document=cleaned["document"], reason_code=cleaned["reason_code"])
    except Refused as refused:
        return _revise_page(request, found, page, form, files, refusal=str(refused), status=422)
    for problem in shown.found.errors:
        form.place_error(problem.index, problem.column, problem.message)
    if not form.errors and shown.is_empty:
        form.add_error(None, "没有改动：修改内容与现登记一致。")
    if form.errors:
        return _revise_page(request, found, page, form, files, status=422)
    if request.POST.get("step") != "send" or request.POST.get("previewed") != shown.digest:
        return _revise_page(request, found, page, form, files, shown)
    if WHY_IT_LEAVES in shown.remarks:
        form.add_error("reason_code", WHY_IT_LEAVES)
        return _revise_page(request, found, page, form, files, shown, status=422)
    return _sent_again(request, found, page, form, files, shown)


def _sent_again(
    request: HttpRequest, found: Proposal, page: ProposalPage, form: ReviseForm, files: Files, shown: Rehearsed
) -> HttpResponse:
    cleaned = form.cleaned_data
    try:
        with transaction.atomic():
            step, _ = actions.revise(
                proposal=found,
                version=posted_version(request),
                drafts=shown.found.assembly.drafts,
                by=request.user,
                why=Why(cleaned["reason_code"], cleaned["reason"], cleaned["document"]),
                has_proof=bool(files.held or page.proofs),
            )
            if step is None:
                raise Refused("未重新提交：台账刚刚改过，其中有的事项按现在的台账不能生效。请核对后再提交。")
            proofs.adopt(found, files.held, request.user)
    except Overtaken as stale:
        return _revise_page(request, found, page, form, files, shown, str(stale), status=409)
    except Refused as refused:
        form.place(str(refused))
        return _revise_page(request, found, page, form, files, shown, status=422)
    messages.success(request, f"“{found.title}”已重新提交，等待区经信局审定。")
    return redirect("proposals:proposal", found.pk)


def _revise_page(
    request: HttpRequest,
    found: Proposal,
    page: ProposalPage,
    form: ReviseForm,
    files: Files | None = None,
    shown: Rehearsed | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "proposal": found,
        "page": page,
        "form": form,
        "files": files or Files(),
        "shown": shown if shown and not form.errors else None,
        "refusal": refusal,
        "crumbs": [
            ("变更申请", reverse("proposals:index")),
            (found.title, reverse("proposals:proposal", args=[found.pk])),
            ("修改后重新提交", ""),
        ],
    }
    return render(request, "proposals/revise.html", context, status=status)
