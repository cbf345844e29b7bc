"""The pages of the ledgers' workbooks: take one along, bring it back, look at what it would change, confirm."""

from contextlib import suppress
from dataclasses import asdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import refusal, requires
from accounts.posts import Power
from areas.package.registry import CHANGING
from areas.package.tables import Unreadable
from common.clock import today
from common.exceptions import Refused
from common.http import RowNotFound
from gate.uploads import one_upload
from jobs.actions import start
from papers.serving import file
from proposals import proofs
from proposals.desk_views import Files, asked, files_of
from proposals.forms import CHANGE, CORRECT, NatureForm, WhyForm
from proposals.showing import effect_shown
from workbooks.ledgers import actions, selecting, works, writing
from workbooks.ledgers.declared import LEDGERS, WorkbookLedger, WorkbookUnit, kept_by
from workbooks.ledgers.models import LedgerUpload
from workbooks.ledgers.preview import SHOWN, Findings
from workbooks.opening import TooManyAtOnce
from workbooks.pages import XLSX

KEEPING = (Power.KEEP_REGISTRY, Power.LOAD_NETWORK)
MANY_ROWS = 2_000
"""More are handed out and written in the background."""
MANY_BYTES = 256 * 1024
"""A larger file, of about so many rows, is read in the background."""


@requires(*KEEPING)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The ledgers that one keeps, and what waits to be confirmed."""
    kept = [(each, each.rows(request.user).count()) for each in kept_by(request.user)]
    waiting = [(upload, LEDGERS[upload.ledger]) for upload in _waiting(request)]
    context = {"ledgers": kept, "waiting": waiting, "unit": WorkbookUnit.of(request.user)}
    return render(request, "workbooks/ledgers/index.html", context)


@requires(*KEEPING)
def ledger(request: HttpRequest, key: str) -> HttpResponse:
    """Download the workbook of a ledger, or choose a file to bring in."""
    kept, refused = _kept(request, key), ""
    if request.method == "POST":
        try:
            return _taken_in(request, kept)
        except Unreadable as reason:
            refused = str(reason)
    chosen = selecting.chosen(kept, request.GET.urlencode(), request.user)
    context = {
        "ledger": kept,
        "unit": WorkbookUnit.of(request.user),
        "chosen": chosen,
        "query": request.GET.urlencode(),
        "is_large": chosen.count > MANY_ROWS,
        "waiting": [upload for upload in _waiting(request) if upload.ledger == key],
        "refusal": refused,
    }
    return render(request, "workbooks/ledgers/ledger.html", context, status=422 if refused else 200)


def _taken_in(request: HttpRequest, kept: WorkbookLedger) -> HttpResponse:
    """Keep the file and read it, at once or, where it is large, in the background; Unreadable when it is refused."""
    sent = one_upload(request, "file")
    if sent is None:
        raise Unreadable("未选择文件：请选择填好的工作簿，再点击“上传并预览”。")
    upload = actions.take_in(ledger=kept, file=sent, by=request.user)
    try:
        if sent.size > MANY_BYTES:
            raise TooManyAtOnce
        actions.examine(upload, by=request.user, at_once=True)
    except TooManyAtOnce:
        title = f"检查{kept.title}台账工作簿：{upload.file_name}"
        return redirect(start(works.examine, title=title, by=request.user, upload=upload.pk))
    except Unreadable:
        upload.delete()
        raise
    return redirect("ledgers:preview", upload.pk)


@requires(*KEEPING)
@require_POST
def download(request: HttpRequest, key: str) -> HttpResponse:
    """The workbook of what the filter finds; a long one is made in the background."""
    kept, query = _kept(request, key), request.GET.urlencode()
    chosen = selecting.chosen(kept, query, request.user)
    if chosen.count > MANY_ROWS:
        title = f"{kept.title}台账工作簿（{chosen.count} 行）"
        return redirect(start(works.write, title=title, by=request.user, ledger=key, query=query))
    on = today()
    content = actions.issue(ledger=kept, rows=chosen.rows, condition=chosen.condition, on=on, by=request.user)
    return file(content, writing.file_name(kept, WorkbookUnit.of(request.user), on), XLSX)


@requires(*KEEPING)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file would change and turn, what is wrong and what is odd; confirming it twice does it once."""
    upload = _upload(request, pk)
    if request.method != "POST":
        return _previewed(request, upload)
    if upload.has_expired:
        return _previewed(request, upload, "本次上传已过保留期，未提交：请重新上传工作簿。", status=409)
    found = _findings(upload)
    if request.POST.get("action") == "compare" or _chose_otherwise(request, found):
        return _compared_again(request, upload, found)
    return _confirmed(request, upload, found)


def _chose_otherwise(request: HttpRequest, found: Findings) -> bool:
    """Whether the page chose another nature or day than those whose effect it showed."""
    if "nature" not in request.POST:
        return False
    nature = NatureForm(request.POST)
    return not nature.is_valid() or nature.since != found.since_day


def _confirmed(request: HttpRequest, upload: LedgerUpload, found: Findings) -> HttpResponse:
    form, files = WhyForm(request.POST), files_of(request)
    if not asked(form, files, is_leaving=bool(found.leaving)):
        return _previewed(request, upload, form=form, files=files, status=files.status)
    digest, why, title = request.POST.get("digest", ""), form.why, LEDGERS[upload.ledger].title
    if found.rows > MANY_ROWS:
        held = [str(file.pk) for file in files.held]
        said = {"upload": upload.pk, "digest": digest, "why": asdict(why), "held": held}
        return redirect(start(works.confirm, title=f"提交{title}台账：{upload.file_name}", by=request.user, **said))
    try:
        done = actions.confirm(upload=upload, digest=digest, by=request.user, why=why, files=files.held)
    except actions.LedgerChanged as reason:
        upload = _upload(request, upload.pk)
        with suppress(Unreadable):
            actions.examine(upload, by=request.user, since=found.since_day)
        return _previewed(request, upload, str(reason), form, files, status=409)
    except Refused as reason:
        form.place(str(reason))
        return _previewed(request, _upload(request, upload.pk), form=form, files=files, status=422)
    if done is None:
        messages.info(request, "本工作簿已提交，未重复提交。")
    else:
        messages.success(request, f"已提交{title}台账：{done.outcome}")
    return redirect("ledgers:preview", upload.pk)


def _compared_again(request: HttpRequest, upload: LedgerUpload, found: Findings) -> HttpResponse:
    """The preview anew, with what differs taken as a correction or as a change from a day on; what was typed stays."""
    nature, form, files = NatureForm(request.POST), WhyForm(request.POST), files_of(request)
    for error in files.errors:
        form.add_error(None, error)
    if not nature.is_valid():
        return _previewed(request, upload, form=form, files=files, nature=nature, status=422)
    since = nature.since
    if upload.confirmed_at is None and found.rows > MANY_ROWS:
        title = f"检查{LEDGERS[upload.ledger].title}台账工作簿：{upload.file_name}"
        return redirect(start(works.examine, title=title, by=request.user, upload=upload.pk, since=str(since or "")))
    if upload.confirmed_at is None:
        try:
            actions.examine(upload, by=request.user, since=since)
        except Unreadable as reason:
            return _previewed(request, upload, str(reason), form, files, nature=nature, status=409)
    told = "" if request.POST.get("action") == "compare" else "尚未提交：影响已按所选的重新推算，请核对后再提交。"
    return _previewed(request, _upload(request, upload.pk), told, form, files)


def _previewed(
    request: HttpRequest,
    upload: LedgerUpload,
    alert: str = "",
    form: WhyForm | None = None,
    files: Files | None = None,
    nature: NatureForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found, kept = _findings(upload), LEDGERS[upload.ledger]
    context = {
        "upload": upload,
        "ledger": kept,
        "unit": WorkbookUnit(upload.area, upload.operator),
        "found": found,
        "effect": effect_shown(found.effect, (), request.user),
        "shown": SHOWN,
        "alert": alert,
        "may_confirm": found.writes and not upload.confirmed_at and not upload.has_expired,
        "may_date": kept.table.name in CHANGING and found.changed,
        "nature": nature or NatureForm(initial={"nature": CHANGE if found.since else CORRECT, "on": found.since_day}),
        "form": form or WhyForm(),
        "files": files or Files(),
        "most_files": proofs.MOST,
    }
    return render(request, "workbooks/ledgers/preview.html", context, status=status)


def _findings(upload: LedgerUpload) -> Findings:
    if upload.findings is None:
        raise RowNotFound("本工作簿正在检查，请到“我的任务进度”查看。")
    return Findings.from_json(upload.findings)


def _kept(request: HttpRequest, key: str) -> WorkbookLedger:
    """The ledger, when the user may keep it."""
    if key not in LEDGERS:
        raise RowNotFound("没有该台账，请从“台账维护”进入。")
    if not request.user.may(LEDGERS[key].power):
        raise PermissionDenied(refusal(request.user, (LEDGERS[key].power,)))
    return LEDGERS[key]


def _waiting(request: HttpRequest):
    """The uploads of one's unit that are not confirmed; the files themselves are not fetched."""
    own = LedgerUpload.objects.visible_to(request.user).waiting().exclude(findings=None)
    return own.select_related("by").defer("content")[:20]


def _upload(request: HttpRequest, pk: int) -> LedgerUpload:
    seen = LedgerUpload.objects.visible_to(request.user).select_related("area", "operator", "issued", "by")
    upload = seen.filter(pk=pk).first()
    if upload is not None and request.user.may(LEDGERS[upload.ledger].power):
        return upload
    raise RowNotFound(
        "没有本次上传的记录，或不在您的范围内。请从“台账维护”重新上传。", LedgerUpload.objects.filter(pk=pk)
    )
