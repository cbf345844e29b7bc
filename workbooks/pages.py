"""The flow of pages by which a sheet is brought in, for whatever form: 交表, 核对读法, 预览. Every step is kept and redirects."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from areas.package.tables import Unreadable
from common.exceptions import Refused, Stale
from common.http import get_object_or_404
from gate.uploads import one_upload
from intake.outcome import SheetQuestion
from papers.serving import file
from workbooks import actions
from workbooks.forms import FormRow, UploadForm
from workbooks.models import SheetUpload
from workbooks.preview import lines_said, preview
from workbooks.reading import SheetContent, line_key
from workbooks.together import PageChanges

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ANSWER = "answer:"
_SAYS = "="
"""Before the value of an answer, so that one that takes nothing differs from none."""
_KEPT = 5
_MOST_TOLD = 10


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
    sent, text = one_upload(request, "file"), request.POST.get("text", "")
    if sent is not None:
        return actions.take_in(form, sent.data, sent.name)
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
    if request.method != "POST":
        return _reading_page(request, form, upload)
    try:
        page, wrong = _answered(request, form, upload)
    except Stale as reason:
        return _overtaken(request, form, reason)
    except Unreadable as reason:
        return _reading_page(request, form, upload, alert=str(reason), status=422)
    for sentence in wrong:
        messages.error(request, sentence)
    if page.others or page.unasked:
        return _reading_page(request, form, upload, page, status=409)
    asked = SheetContent.from_json(upload.content).questions
    return redirect(form.address("reading" if asked or wrong else "preview", upload.pk))


def _answered(request: HttpRequest, form: UploadForm, upload: SheetUpload) -> tuple[PageChanges, list[str]]:
    """Read the sheet again under the answers of a page; what else was changed on it, and what could not be understood."""
    while True:
        page = PageChanges(request.POST, upload.hands, request.user)
        said, wrong = _answers(page, SheetContent.from_json(upload.content), form, upload.answers)
        try:
            actions.answer(upload, form, said, page.hands)
        except actions.AnsweredMeanwhile:
            upload.refresh_from_db()
        else:
            return page, wrong


def _reading_page(
    request: HttpRequest,
    form: UploadForm,
    upload: SheetUpload,
    page: PageChanges | None = None,
    *,
    alert: str = "",
    status: int = 200,
) -> HttpResponse:
    """``page`` is one on which somebody changed what a colleague had changed: hers stays in the fields, and she is told."""
    content, typed = SheetContent.from_json(upload.content), page.typed if page else {}
    context: dict[str, Any] = {
        "content": content,
        "upload": upload,
        "alert": alert,
        "questions": list(_questions(content.questions, {})),
        "choices": list(_columns(content, form)),
        "settled": list(_questions(_settled(content), upload.answers)),
        "lines": list(_lines(content, form)),
        "labels": [_label(row, form) for row in form.rows.values()],
    }
    fields = [*context["questions"], *context["choices"], *context["settled"], *context["lines"]]
    context["fields"] = json.dumps({each["name"]: each["said"] for each in fields}, ensure_ascii=False)
    for each in fields:
        each["said"] = typed.get(each["name"], each["said"])
    context |= _others(page, "您打开本页之后，本表已被他人改动：请核对后继续") if page else {}
    return _page(request, form, "workbooks/reading.html", context, status)


def _others(page: PageChanges, title: str) -> dict[str, Any]:
    """What colleagues have changed since the page was shown, to be listed."""
    said = [
        {"text": str(each), "href": "" if each.name.startswith(_ANSWER) else f"#{each.name}"}
        for each in page.others[:_MOST_TOLD]
    ]
    if len(page.others) > _MOST_TOLD:
        said.append({"text": f"其余 {len(page.others) - _MOST_TOLD} 处见下。"})
    if page.unasked:
        said.append({"text": f"您填的另 {page.unasked} 项现已无须答复，未采用。"})
    return {"others": said, "others_title": title}


def _settled(content: SheetContent) -> list[SheetQuestion]:
    """What was asked and answered; a column is to be changed among all of them."""
    return [question for question in content.settled if not question.key.startswith("column/")]


def _answers(
    page: PageChanges, content: SheetContent, form: UploadForm, answers: Mapping[str, str]
) -> tuple[dict[str, str], list[str]]:
    """What was answered and changed, by key; and what could not be understood."""
    said, wrong = {}, []
    for question in (*content.questions, *_settled(content)):
        options = {_SAYS + value: label for value, label in question.options}
        now = _SAYS + answers[question.key] if question.key in answers else ""
        value = page.text(_ANSWER + question.key, question.text, now, options)
        if value in options:
            said[question.key] = value[1:]
    asked = {question.key for question in content.questions}
    letters = {place.letter: f"{place.letter} {_what(content)}" for place in content.places} | {"": "表中没有这一项"}
    for column in form.columns:
        key, now = f"column/{column.name}", content.letters.get(column.name, "")
        value = None if key in asked else page.text(_ANSWER + key, column.label, now, letters)
        if value in letters:
            said[key] = value
    codes = {_label(row, form): row.code for row in form.rows.values()}
    for line in content.lines:
        place = f"第 {line.row} {'列' if content.is_turned else '行'}"
        value = page.text(_ANSWER + line_key(line), place, _label(form.rows[line.code], form))
        if value and value not in codes:
            wrong.append(f"{place}：名单中没有“{value[:40]}”，请从列表中选择，或清空（不读这一行）。")
        elif value is not None:
            said[line_key(line)] = codes.get(value, "")
    return said, wrong


def _what(content: SheetContent) -> str:
    return "行" if content.is_turned else "列"


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
    options = [("", "表中没有这一项")] + [
        (place.letter, f"{place.letter} {_what(content)}：{place.heading or '（没有列名）'}")
        for place in content.places
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
            "said": letter,
            "samples": samples.get(letter, []),
            "why": found.why if found else "",
            "unit": "万户" if found and found.factor == 10_000 else column.unit,
            "is_asked": f"column/{column.name}" in asked,
        }


def _lines(content: SheetContent, form: UploadForm):
    for line in content.lines:
        yield {"line": line, "name": _ANSWER + line_key(line), "said": _label(form.rows[line.code], form)}


def preview_page(request: HttpRequest, form: UploadForm, upload: SheetUpload) -> HttpResponse:
    """What would change, cell by cell; each can be mended. What can be saved is saved once, the rest stays here."""
    if done := _done(request, form, upload):
        return done
    if request.method == "POST":
        return _posted(request, form, upload)
    return _previewed(request, form, upload)


def _previewed(
    request: HttpRequest, form: UploadForm, upload: SheetUpload, page: PageChanges | None = None
) -> HttpResponse:
    """``page`` is one whose sender is to be told what colleagues have changed; what she typed stays in its fields."""
    shown = preview(upload, form)
    context = {"preview": shown, "upload": upload, "said": "；".join(lines_said(shown.content))}
    context |= {"may_keep": form.is_open and not upload.has_expired}
    if page:
        shown.tell(page.others, page.typed)
        context |= _others(page, "未保存：您打开本页之后，本表已被他人改动，请核对后再保存")
    return _page(request, form, "workbooks/preview.html", context, 409 if page else 200)


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
        page = actions.mend(upload, form, request.POST)
    except Stale as reason:
        return _overtaken(request, form, reason)
    if page.others:
        return _previewed(request, form, upload, page)
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
