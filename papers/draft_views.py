"""The page of a paper before it is issued: its words, who changed which sentence, who checks, how it will look."""

from datetime import date
from functools import cached_property

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import requires
from accounts.posts import Post, Power
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from papers import computed, drafts, numbers, serving
from papers.computed import ComputedText, EditedText
from papers.hooks import Draftable, draftable
from papers.models import CLOSED, DraftAction, DraftState, Numbering, PaperDraft
from papers.wording import Wording, WordingPart, wording_of

_MAY = (Power.DRAFT_PAPERS, Power.COUNTERSIGN_PAPERS)
_DONE = {
    DraftAction.OPEN: "已开始拟稿，文字取自现行模板。",
    DraftAction.WORD: "已保存。",
    DraftAction.NUMBER: "已登记文号。",
    DraftAction.HAND_IN: "已送核稿。",
    DraftAction.CHECK: "已核稿，待签发。",
    DraftAction.SEND_BACK: "已退回拟稿。",
    DraftAction.ASK: "已送会签。",
    DraftAction.COUNTERSIGN: "已会签。",
    DraftAction.DROP: "已撤稿。",
}


class DraftPage:
    """A kind of paper on a row, and its draft where there is one."""

    def __init__(self, request: HttpRequest, kind: str, name: str) -> None:
        found = draftable(kind, name)
        if found is None:
            raise Http404
        self.kind, self.name, self.user = kind, name, request.user
        self.paper: Draftable = found
        self.draft: PaperDraft | None = drafts.visible_to(request.user).of(kind, name).last()
        blank = PaperDraft(kind=kind, about=name, area_id=found.issuer.area, role=found.issuer.role)
        if self.draft is None and not drafts.is_own(blank, request.user):
            raise Http404

    @property
    def wording(self) -> Wording:
        return wording_of(self.kind)

    @cached_property
    def computed(self) -> tuple[ComputedText, ...]:
        """The sentences that the paper makes from its figures."""
        return self.paper.computed() if self.paper.is_open else ()

    @property
    def moved(self) -> list[tuple[EditedText, str]]:
        """The edits whose figures have moved since, each with what they say now."""
        found = computed.edits(self.draft.texts) if self.is_open else {}
        return [
            (found[text.key], text.text)
            for text in self.computed
            if text.key in found and found[text.key].computed != text.text
        ]

    @property
    def unused(self) -> list[EditedText]:
        """The edits of sentences that the paper does not say any more."""
        known = {text.key for text in self.computed}
        found = computed.edits(self.draft.texts) if self.is_open else {}
        return [edit for key, edit in found.items() if key not in known]

    def may_issue(self, user) -> bool:
        """Whether the user may issue it from here, as it stands."""
        is_ready = not self.is_open or self.draft.state == DraftState.READY
        power = self.paper.issue_power
        return self.paper.is_open and is_ready and power is not None and user.may(power)

    @property
    def initial(self) -> dict[str, str]:
        """The words as they stand: the draft's, and what the figures say where nobody edited."""
        texts = self.draft.texts
        return {**texts, **{text.key: computed.current(text, texts) for text in self.computed}}

    @property
    def code(self) -> str:
        return self.paper.issuer.letter_code if self.paper.is_letter else self.paper.issuer.code

    @property
    def is_open(self) -> bool:
        """Whether there is a draft on its way."""
        return self.draft is not None and self.draft.state not in CLOSED

    @property
    def may(self) -> set[str]:
        if not self.paper.is_open:
            return set()
        return drafts.may(self.draft, self.user) if self.is_open else {DraftAction.OPEN.value}

    def number(self, on: date) -> str:
        """The number that was noted for it; blank before."""
        serial = self.draft.serial if self.is_open else None
        return f"{numbers.series_of(self.code, on.year)}{serial}号" if serial else ""


class DraftForm(forms.Form):
    """A field for each text of the wording, and for each that the paper computes."""

    def __init__(self, wording: Wording, sentences: tuple[ComputedText, ...], *args, **options):
        super().__init__(*args, **options)
        parts: list[WordingPart | ComputedText] = [*wording.parts, *sentences]
        for part in parts:
            widget = forms.Textarea(attrs={"rows": part.rows, "class": "wording-text"})
            self.fields[part.key] = forms.CharField(label=part.label, widget=widget, required=False)


@requires(*_MAY)
def draft(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    page = DraftPage(request, kind, name)
    if request.method != "POST":
        return _shown(request, page)
    action = request.POST.get("action", "")
    try:
        if action not in page.may:
            raise Refused("该稿的状态已变化，或您的岗位不办理这一步。请核对后再办理。")
        _do(request, page, action)
    except Refused as refusal:
        page = DraftPage(request, kind, name)
        return _shown(request, page, str(refusal), 409 if isinstance(refusal, Stale) else 422)
    messages.success(request, _DONE[DraftAction(action)])
    return redirect("papers:draft", kind, name)


def _do(request: HttpRequest, page: DraftPage, action: str) -> None:
    said = {"version": posted_version(request), "by": request.user, "draft": page.draft}
    if action == DraftAction.OPEN:
        drafts.open_draft(kind=page.kind, subject=page.name, issuer=page.paper.issuer, by=request.user)
    elif action == DraftAction.WORD:
        keys = [*page.wording.delivered, *(text.key for text in page.computed)]
        texts = {key: request.POST[key] for key in keys if key in request.POST}
        drafts.word(texts=texts, computed=page.computed, confirmed=request.POST.getlist("confirmed"), **said)
    elif action == DraftAction.NUMBER:
        serial = request.POST.get("serial", "").strip()
        if not serial.isdecimal() or len(serial) > 6:
            raise Refused("文号请填写数字。")
        drafts.number(serial=int(serial), issuer=page.paper.issuer, code=page.code, on=today(), **said)
    else:
        fields = {"reason": request.POST.get("reason", ""), "asked": request.POST.get("asked", "")}
        drafts.move(action=action, **fields, **said)


def _shown(request: HttpRequest, page: DraftPage, refusal: str = "", status: int = 200) -> HttpResponse:
    typed = request.POST if refusal and request.POST.get("action") == DraftAction.WORD else None
    form = DraftForm(page.wording, page.computed, typed, initial=page.initial) if page.is_open else None
    series = numbers.series_of(page.code, today().year)
    context = {
        "page": page,
        "title": page.wording.title,
        "draft": page.draft,
        "paper": page.paper,
        "form": form,
        "may": page.may,
        "is_typed": page.paper.issuer.numbering == Numbering.REGISTER and not page.paper.has_own_number,
        "number": page.number(today()),
        "may_issue": page.may_issue(request.user),
        "next_number": f"{series}{series.last + 1}号",
        "asked": [each for each in drafts.asked_of() if each[0] != request.user.post],
        "asked_post": Post(page.draft.asked).label if page.draft and page.draft.asked else "",
        "moves": list(page.draft.moves.select_related("by")) if page.draft else [],
        "changes": drafts.changes(page.draft) if page.draft else [],
        "reason": request.POST.get("reason", "") if refusal else "",
        "refusal": refusal,
    }
    return render(request, "papers/draft.html", context, status=status)


@requires(*_MAY)
def preview(request: HttpRequest, kind: str, name: str, form: str) -> HttpResponse:
    """The paper as it would be issued now, in the words of its draft; without a number unless one is noted."""
    page = DraftPage(request, kind, name)
    if not page.paper.is_open:
        raise Http404
    try:
        paper = page.paper.build(page.number(today()), today())
    except Refused as refusal:
        return _shown(request, page, str(refusal), 422)
    return serving.answer(request, paper, form, subject=page.draft)
