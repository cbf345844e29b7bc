"""The auditor's pages: the audit trail and its archives, an entry in full, saved questions, whether the chain holds."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import archives, triggers, wording
from accounts.access import requires
from accounts.archives import ArchivedRows
from accounts.audit import FAILED, OK, record, verified
from accounts.auditing_forms import QuestionForm
from accounts.lists import AUDIT
from accounts.models import AuditArchive, AuditEntry, AuditHead, SavedQuestion
from accounts.posts import Power
from common.http import get_object_or_404
from common.listing import Request, answer, described, unsorted

PAGE = 50


@dataclass(frozen=True)
class Stretch:
    """Entries next to each other, the newest first, and whether there are newer and older ones."""

    entries: list[AuditEntry]
    has_newer: bool = False
    has_older: bool = False


@requires(Power.READ_AUDIT_TRAIL)
def audit(request):
    """The newest entries that the filters find, and on from there: by sequence, so that a million cost what fifty do."""
    rows = AuditEntry.objects.visible_to(request.user).select_related("by")
    if request.GET.get("export"):
        return answer(request, AUDIT, rows)
    kept = SavedQuestion.objects.visible_to(request.user).select_related("owner")
    count = AuditHead.objects.values_list("sequence", flat=True).first() or 0
    return _shown(
        request, rows, _stretch, {"tab": "trail", "questions": kept, "count": count, "saving": QuestionForm()}
    )


def _shown(request, rows, stretch: Callable, context: dict):
    """The page of entries in the table or in an archive: narrowed by the same filters."""
    asked = Request(AUDIT, request.GET)
    shown, used = asked.narrowed(request, rows)
    found = stretch(used.qs, _number(request, "before"), _number(request, "after"))
    query = _query(request.GET, "before", "after", "export")
    context |= {
        "form": shown.form,
        "problems": [{"text": text} for text in asked.problems],
        "filtered": any(value not in (None, "") for value in used.form.cleaned_data.values()),
        "stretch": found,
        "query": query,
        "older": f"?{query}before={found.entries[-1].sequence}" if found.has_older else "",
        "newer": f"?{query}after={found.entries[0].sequence}" if found.has_newer else "",
        "reset": request.path if request.GET else "",
        "may_export": request.user.may(Power.EXPORT),
        **unsorted(AUDIT, found.entries),
    }
    return render(request, "accounts/audit.html", context)


def _number(request, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _query(data: QueryDict, *without: str) -> str:
    """The encoded conditions, ending in & when there are any."""
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        if name not in without and any(values):
            kept.setlist(name, values)
    return f"{kept.urlencode()}&" if kept else ""


def _stretch(rows: QuerySet, before: int | None, after: int | None) -> Stretch:
    if after is not None:
        newer = list(rows.filter(sequence__gt=after).order_by("sequence")[: PAGE + 1])
        if newer:
            return Stretch(newer[:PAGE][::-1], len(newer) > PAGE, has_older=True)
    older = list((rows.filter(sequence__lt=before) if before is not None else rows).order_by("-sequence")[: PAGE + 1])
    return Stretch(older[:PAGE], before is not None and bool(older), len(older) > PAGE)


def _stretch_of_file(rows: ArchivedRows, before: int | None, after: int | None) -> Stretch:
    """A stretch of an archive, which is read through from its oldest entry."""
    if after is not None:
        newer = list(islice(rows.filter(sequence__gt=after), PAGE + 1))
        if newer:
            return Stretch(newer[:PAGE][::-1], len(newer) > PAGE, has_older=True)
    latest = deque(rows.filter(sequence__lt=before) if before is not None else rows, maxlen=PAGE + 1)
    older = list(latest)[::-1]
    return Stretch(older[:PAGE], before is not None and bool(older), len(older) > PAGE)


@requires(Power.READ_AUDIT_TRAIL)
@require_POST
def keep_question(request):
    """Keep the filters of the page under a name."""
    form = QuestionForm(request.POST)
    query = _query(QueryDict(request.POST.get("query", "")), "before", "after", "export", "page").rstrip("&")
    question = SavedQuestion(owner=request.user, query=query)
    if form.is_valid():
        question.name, question.is_shared = form.cleaned_data["name"], form.cleaned_data["is_shared"]
    try:
        with transaction.atomic():
            question.full_clean()
            question.save()
            said = {"condition": _said(request, query), "is_shared": question.is_shared}
            record(action="question.save", by=request.user, subject=question, detail=said)
        messages.success(request, f"已存为常用查询“{question.name}”。")
    except ValidationError as problem:
        messages.error(request, f"未保存常用查询：{''.join(problem.messages)}")
    return redirect(f"{reverse('accounts:audit')}?{query}")


def _said(request, query: str) -> str:
    """The conditions of a question in words."""
    _, used = Request(AUDIT, QueryDict(query)).narrowed(request, AuditEntry.objects.none())
    return "；".join(described(used.form)) or "无（全部）"


@requires(Power.READ_AUDIT_TRAIL)
@require_POST
def drop_question(request, pk: int):
    """Delete a question of one's own; of a shared one whoever shared it decides."""
    question = get_object_or_404(SavedQuestion.objects.visible_to(request.user).filter(owner=request.user), pk=pk)
    with transaction.atomic():
        record(action="question.drop", by=request.user, subject=question)
        question.delete()
    messages.success(request, f"常用查询“{question.name}”已删除。")
    return redirect("accounts:audit")


@requires(Power.READ_AUDIT_TRAIL)
def archive_list(request):
    """Which pieces of the trail lie in files, and whether each is still there as it was written."""
    kept = [(each, archives.problem(each)) for each in AuditArchive.objects.all()]
    return render(request, "accounts/archives.html", {"archives": kept, "months": settings.AUDIT_MONTHS})


@requires(Power.READ_AUDIT_TRAIL)
def archive(request, first: int):
    """The entries of an archive, with the same filters."""
    found = get_object_or_404(AuditArchive.objects.all(), pk=first)
    if problem := archives.problem(found):
        messages.error(request, f"{problem}请立即报告。")
        return redirect("accounts:archives")
    return _shown(request, ArchivedRows(found), _stretch_of_file, {"tab": "archives", "archive": found})


@requires(Power.READ_AUDIT_TRAIL)
def entry(request, sequence: int):
    found = _archived(sequence) or get_object_or_404(
        AuditEntry.objects.visible_to(request.user).select_related("by"), pk=sequence
    )
    return render(
        request,
        "accounts/entry.html",
        {
            "entry": found,
            "action": wording.action_label(found),
            "result": wording.result_label(found),
            "tone": "met" if found.result == OK else "missed",
            "subject": wording.subject_label(found),
            "changes": wording.changes(found, wording.places(found)),
        },
    )


def _archived(sequence: int) -> AuditEntry | None:
    """An entry that lies in an archive whose file holds; None for any other."""
    kept = AuditArchive.objects.filter(first_sequence__lte=sequence, last_sequence__gte=sequence).first()
    if kept is None or archives.problem(kept):
        return None
    return next(iter(ArchivedRows(kept).filter(sequence=sequence)), None)


@requires(Power.READ_AUDIT_TRAIL)
def verify(request):
    """Read the whole chain and say whether it holds; the verification is itself an entry."""
    if request.method == "POST":
        finding = verified()
        if finding.problem:
            messages.error(request, f"审计链验证不通过：{finding.problem}请立即报告，并保留数据库备份备查。")
        else:
            messages.success(request, f"审计链完整：共 {finding.count} 条，末条摘要 {finding.last_hash or '（无）'}。")
        lost = triggers.missing(connection)
        if lost:
            messages.error(
                request, f"数据库中缺少防止改动的触发器：{'、'.join(lost)}。可能有人准备改动记录，请立即报告。"
            )
        detail = {"count": finding.count, "last_hash": finding.last_hash}
        if finding.problem:
            detail["problem"] = finding.problem
        if lost:
            detail["missing"] = lost
        record(action="audit.verify", by=request.user, detail=detail, result=FAILED if finding.problem or lost else OK)
    return redirect("accounts:audit")
