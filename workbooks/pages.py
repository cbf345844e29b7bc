"""The flow of pages by which a sheet is brought in, for whatever form: 交表, 核对读法, 预览. Every step is kept and redirects."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from areas.package.tables import Unreadable
from common.exceptions import Refused, Stale
from papers.serving import file
from workbooks import actions
from workbooks.forms import FormRow, UploadForm
from workbooks.models import SheetUpload
from workbooks.preview import lines_said, preview
from workbooks.reading import SheetContent, line_key

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ANSWER = "answer:"
_SAYS = "="
"""Before the value of an answer, so that one that takes nothing differs from none."""
_KEPT = 5


def download(form: UploadForm) -> HttpResponse:
    """The workbook of the form."""
    return workbook(actions.issue(form), form.title)


def workbook(content: bytes, name: str) -> HttpResponse:
    """A workbook to be saved under a name, which says so where the data are a demonstration's."""
    mark = "（演示数据）" if settings.DEMONSTRATION else ""
    return file(content, f"{name}{mark}.xlsx", XLSX)


def bring(request: HttpRequest, form: UploadForm) -> HttpResponse:
    """Choose a file or paste a block; what is read of it waits on pages of its own."""
    refusal = ""
    if request.method == "POST":
        if "forget" in request.POST:
            return _forget(request, form)
        try:
            upload = _taken(request, form)
            step = "preview" if not SheetContent.from_json(upload.content).questions else "reading"
            return redirect(form.address(step, upload.pk))
        except Unreadable as reason:
            refusal = str(reason)
    context = {
        "form": form,
        "refusal": refusal,
        "text": request.POST.get("text", "") if refusal else "",
        "waiting": form.uploads().waiting().select_related("by")[:_KEPT],
        "remembered": [_remembered(each, form) for each in actions.remembered(form)],
    }
    return _page(request, form, "workbooks/bring.html", context, 422 if refusal else 200)


def _taken(request: HttpRequest, form: UploadForm) -> SheetUpload:
    sent, text = request.FILES.get("file"), request.POST.get("text", "")
    if sent is not None:
        return actions.take_in(form, sent.read(), sent.name or "")
    if text.strip():
        return actions.take_in(form, text, actions.PASTED)
    raise Unreadable("未选择文件，也未粘贴内容：请选择文件，或复制表格后粘贴，再点击“读取”。")


def _forget(request: HttpRequest, form: UploadForm) -> HttpResponse:
    pk = request.POST["forget"]
    actions.forget(form, int(pk) if pk.isdecimal() and len(pk) < 10 else 0)
    return redirect(form.address("upload"))


def _remembered(each, form: UploadForm) -> dict[str, Any]:
    """A remembered reading in words."""
    labels = form.labels
    columns = [f"{labels[name]}取“{mark}”" for name, mark in each.mapping["columns"].items() if mark and name in labels]
    return {"reading": each, "columns": columns, "answers": len(each.mapping["answers"])}


def upload_or_404(visible: QuerySet, pk: int):
    """One of the uploads that the user may see; else 404."""
    return get_object_or_404(visible.select_related("by"), pk=pk)


def reading(request: HttpRequest, form: UploadForm, upload: SheetUpload) -> HttpResponse:
    """How the sheet is read, and what is asked; everything can be changed, nothing is saved in the form."""
    if done := _done(request, form, upload):
        return done
    content, alert = SheetContent.from_json(upload.content), ""
    if request.method == "POST":
        said, wrong = _answers(request.POST, content, form)
        try:
            content = actions.answer(upload, form, said)
            if not content.questions and not wrong:
                return redirect(form.address("preview", upload.pk))
            for sentence in wrong:
                messages.error(request, sentence)
            return redirect(form.address("reading", upload.pk))
        except Stale as reason:
            return _overtaken(request, form, reason)
        except Unreadable as reason:
            alert = str(reason)
    context = {"content": content, "alert": alert, "choices": list(_columns(content, form))}
    context |= {"questions": list(_questions(content.questions, {}))}
    context |= {"settled": list(_questions(content.settled, upload.answers)), "lines": list(_lines(content, form))}
    context |= {"labels": [_label(row, form) for row in form.rows.values()]}
    return _page(request, form, "workbooks/reading.html", context | {"upload": upload}, 422 if alert else 200)


def _answers(posted: Mapping[str, str], content: SheetContent, form: UploadForm) -> tuple[dict[str, str], list[str]]:
    """What was answered and changed, by key; and what could not be understood."""
    said, wrong = {}, []
    for question in (*content.questions, *content.settled):
        value = posted.get(_ANSWER + question.key, "")
        if value.startswith(_SAYS) and value[1:] in dict(question.options):
            said[question.key] = value[1:]
    letters = {place.letter for place in content.places} | {""}
    for column in form.columns:
        key, now = f"column/{column.name}", content.letters.get(column.name, "")
        value = posted.get(_ANSWER + key)
        if key not in said and value is not None and value in letters and value != now:
            said[key] = value
    codes = {_label(row, form): row.code for row in form.rows.values()}
    for line in content.lines:
        value = posted.get(_ANSWER + line_key(line), "").strip()
        if _ANSWER + line_key(line) not in posted or value == _label(form.rows[line.code], form):
            continue
        if value and value not in codes:
            wrong.append(f"第 {line.row} 行：名单中没有“{value[:40]}”，请从列表中选择，或清空（不读这一行）。")
        else:
            said[line_key(line)] = codes.get(value, "")
    return said, wrong


def _label(row: FormRow, form: UploadForm) -> str:
    """A row by its name, with its code where the name stands there twice."""
    twice = sum(each.name == row.name for each in form.rows.values()) > 1
    return f"{row.within}{row.name}（{row.code}）" if twice else row.name


def _questions(questions, answers: Mapping[str, str]):
    for each in questions:
        said = _SAYS + answers[each.key] if each.key in answers else ""
        options = [(_SAYS + value, label) for value, label in each.options]
        yield {"question": each, "name": _ANSWER + each.key, "said": said, "options": options}


def _columns(content: SheetContent, form: UploadForm):
    """Each column of the form with the columns of the sheet to choose from; the one taken, its first values, and why."""
    asked = {question.key for question in content.questions}
    what = "行" if content.is_turned else "列"
    options = [("", "表中没有这一项")] + [
        (place.letter, f"{place.letter} {what}：{place.heading or '（没有列名）'}") for place in content.places
    ]
    matched = {each.name: each for each in content.columns}
    samples = {place.letter: place.samples for place in content.places}
    for column in form.columns:
        found = matched.get(column.name)
        letter = found.letter if found else ""
        yield {
            "name": f"{_ANSWER}column/{column.name}",
            "label": column.label,
            "options": options,
            "letter": letter,
            "samples": samples.get(letter, []),
            "why": found.why if found else "",
            "unit": "万户" if found and found.factor == 10_000 else column.unit,
            "is_asked": f"column/{column.name}" in asked,
        }


def _lines(content: SheetContent, form: UploadForm):
    for line in content.lines:
        yield {"line": line, "name": _ANSWER + line_key(line), "label": _label(form.rows[line.code], form)}


def preview_page(request: HttpRequest, form: UploadForm, upload: SheetUpload) -> HttpResponse:
    """What would change, cell by cell; each can be mended. What can be saved is saved once, the rest stays here."""
    if done := _done(request, form, upload):
        return done
    if request.method == "POST":
        return _posted(request, form, upload)
    shown = preview(upload, form)
    context = {"preview": shown, "upload": upload, "said": "；".join(lines_said(shown.content))}
    return _page(
        request, form, "workbooks/preview.html", context | {"may_keep": form.is_open and not upload.has_expired}
    )


def _posted(request: HttpRequest, form: UploadForm, upload: SheetUpload) -> HttpResponse:
    here = form.address("preview", upload.pk)
    if upload.has_expired:
        messages.error(request, "本次上传已过保留期，未保存：请重新上传。")
        return redirect(here)
    if "discard" in request.POST:
        upload.delete()
        messages.info(request, f"已放弃{upload.file_name}中未保存的内容。")
        return redirect(form.back)
    try:
        actions.mend(upload, form, request.POST)
    except Stale as reason:
        return _overtaken(request, form, reason)
    if "look" in request.POST:
        return redirect(here)
    try:
        kept = actions.keep(upload, form, request.POST.get("standing", ""))
    except Refused as reason:
        messages.error(request, str(reason))
        return redirect(here)
    said = f"已存为草稿：{kept.rows} 行、{kept.cells} 处有改动。" if kept.cells else "没有改动的数字。"
    if kept.left:
        messages.warning(request, f"{said}还有 {kept.left} 处未保存，列在下面，更正后可再次保存。")
        return redirect(here)
    messages.success(request, said)
    return redirect(form.back)


def _overtaken(request: HttpRequest, form: UploadForm, reason: Stale) -> HttpResponse:
    """Back to the form: a colleague was done with the sheet first."""
    messages.error(request, str(reason))
    return redirect(form.back)


def _done(request: HttpRequest, form: UploadForm, upload: SheetUpload) -> HttpResponse | None:
    """Where to, once everything was kept."""
    if not upload.confirmed_at:
        return None
    messages.info(request, "本表已存为草稿。")
    return redirect(form.back)


def _page(request: HttpRequest, form: UploadForm, template: str, context: dict, status: int = 200) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=status)
