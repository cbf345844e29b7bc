"""The pages on which the bureau words its documents: the list, a wording with its versions, and the preview."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.audit import record
from accounts.posts import Power
from papers import editing
from papers.models import WordingVersion
from papers.pdf import pdf
from papers.serving import file
from papers.wording import LONGEST, Wording, WordingTexts, wording_of, wordings, words_for


class WordingForm(forms.Form):
    """A field for each text of a wording, why it is changed, and the version that the page showed."""

    reason = forms.CharField(
        label="修改原因",
        max_length=200,
        error_messages={"required": "请写明修改原因。"},
        help_text="例如：按区政府办公室意见调整",
    )
    seen = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": "页面已过期，请重新打开。", "invalid": "页面已过期，请重新打开。"},
    )

    def __init__(self, wording: Wording, *args, **options):
        super().__init__(*args, **options)
        self.wording = wording
        for part in wording.parts:
            self.fields[part.key] = forms.CharField(
                label=part.label,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": part.rows, "class": "wording-text"}),
                error_messages={"required": f"“{part.label}”不能空白。"},
            )
        self.order_fields([*(part.key for part in wording.parts), "reason", "seen"])

    def clean(self) -> dict:
        cleaned = super().clean()
        for part in self.wording.parts:
            cleaned[part.key] = cleaned.get(part.key, "").replace("\r\n", "\n")
            for problem in self.wording.problems(cleaned[part.key]):
                self.add_error(part.key, problem)
        return cleaned

    @property
    def texts(self) -> dict[str, str]:
        return {part.key: self.cleaned_data[part.key] for part in self.wording.parts}


@requires(Power.EDIT_WORDINGS)
def index(request: HttpRequest) -> HttpResponse:
    """All wordings, with the version in force and who made it."""
    latest = {}
    for version in WordingVersion.objects.filter(county=_county(request)).select_related("by").order_by("version"):
        latest[version.key] = version
    rows = [(wording, latest.get(wording.key)) for wording in wordings()]
    return render(request, "papers/wordings.html", {"rows": rows})


@requires(Power.EDIT_WORDINGS)
def wording(request: HttpRequest, key: str) -> HttpResponse:
    """The texts of one wording, to be changed; and all versions so far."""
    found, county = _wording(key), _county(request)
    words = words_for(key, county)
    if request.method != "POST":
        return _page(request, words, WordingForm(found, initial=dict(words.texts) | {"seen": words.version}))
    form = WordingForm(found, request.POST)
    if not form.is_valid():
        return _page(request, words, form, 422)
    given = {"reason": form.cleaned_data["reason"], "seen": form.cleaned_data["seen"]}
    try:
        version = editing.edit(wording=found, county=county, texts=form.texts, by=request.user, **given)
    except editing.Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, words, form, 409)
    messages.success(request, f"已保存“{found.title}”模板第 {version.version} 版，此后的公文按它成文。")
    return redirect("papers:wording", key)


@requires(Power.EDIT_WORDINGS)
@require_POST
def restore(request: HttpRequest, key: str) -> HttpResponse:
    """Back to the texts as delivered, as a new version."""
    found, county = _wording(key), _county(request)
    seen = request.POST.get("seen", "")
    try:
        editing.edit(
            wording=found,
            county=county,
            texts={},
            reason="恢复原文",
            seen=int(seen) if seen.isdecimal() and len(seen) < 10 else -1,
            by=request.user,
        )
        messages.success(request, f"“{found.title}”模板已恢复原文。")
    except editing.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("papers:wording", key)


@requires(Power.EDIT_WORDINGS)
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """The whole document with sample data (PDF): in the texts that were typed, else in those in force."""
    found, words = _wording(key), words_for(key, _county(request))
    if request.method == "POST":
        form = WordingForm(found, _for_preview(request))
        if not form.is_valid():
            return _page(request, words, form, 422)
        words = WordingTexts(found, form.texts)
    content = pdf(found.sample(words))
    record(action="wording.preview", by=request.user, detail={"wording": found.title})
    return file(content, f"{found.title}（预览）.pdf", "application/pdf")


def _for_preview(request: HttpRequest):
    """What was typed; a reason is not asked for yet."""
    data = request.POST.copy()
    data["reason"] = data.get("reason") or "预览"
    return data


def _page(request: HttpRequest, words: WordingTexts, form: WordingForm, status: int = 200) -> HttpResponse:
    versions = WordingVersion.objects.filter(county=_county(request), key=words.wording.key).select_related("by")
    labels = {part.key: part.label for part in words.wording.parts}
    context = {
        "wording": words.wording,
        "words": words,
        "form": form,
        "versions": [
            (version, [(labels.get(key, key), text) for key, text in version.texts.items()]) for version in versions
        ],
    }
    return render(request, "papers/wording.html", context, status=status)


def _wording(key: str) -> Wording:
    try:
        return wording_of(key)
    except KeyError:
        raise Http404 from None


def _county(request: HttpRequest) -> str:
    return request.user.area_id[:6]
