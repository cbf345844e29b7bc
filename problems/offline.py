"""Problems on a phone without a network: the page, what it takes along (the village walk's pack), and what it brings back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from areas.package.registry import EAST, NORTH
from common import clock
from common.clock import today
from common.exceptions import Refused
from field.forms import sentences_of
from field.pages import FieldApp
from field.snapshots import Snapshot, plausible
from field.vocabulary import LEAST_ACCURATE_M, MOST_PHOTOS
from gate.uploads import IncomingFile
from offline.deliveries import Answer
from offline.pages import OfflinePage
from problems import actions
from problems.actions import ShownFile
from problems.drafts import ProblemDraft, place_of
from problems.kinds import CASES
from problems.masking import masked, said
from problems.models import LONGEST_TEXT, Problem
from problems.vocabulary import FileRole, ProblemKind, ProblemSource

REPORTING = FieldApp(
    pack="problems:pack",
    visits="problems:deliveries",
    home="problems:field",
    form="problems/_field_form.html",
    things="村和点位",
    search="按名称或拼音首字母查找",
    deed="登记问题",
    outbox="本机登记的问题",
)


class DeviceProblemForm(forms.Form):
    """A problem as a phone sends it: its kind is enough; the photos say where."""

    kind = forms.ChoiceField(
        label="类别",
        choices=[(each.value, each.label) for each in ProblemKind if each not in CASES],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择类别。", "invalid_choice": "没有该类别，请更新页面。"},
    )
    text = forms.CharField(
        label="情况", max_length=LONGEST_TEXT, required=False, widget=forms.Textarea({"rows": 3}), help_text="可以不填"
    )
    lon = forms.FloatField(label="经度", min_value=EAST[0], max_value=EAST[1], required=False)
    lat = forms.FloatField(label="纬度", min_value=NORTH[0], max_value=NORTH[1], required=False)
    accuracy = forms.FloatField(label="定位误差", min_value=0, max_value=1e7, required=False, widget=forms.HiddenInput)
    at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, real_now: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.real_now = real_now

    def clean_at(self) -> datetime:
        return plausible(self.cleaned_data["at"], self.real_now)

    @property
    def sentences(self) -> list[str]:
        """All that is wrong, each with the field's label."""
        return sentences_of(self)


def shell_context() -> dict[str, Any]:
    """What the page needs of the portal, and nothing of anybody."""
    form = DeviceProblemForm(real_now=clock.real_now())
    return {"visit_form": form, "accurate": LEAST_ACCURATE_M, "photos": MOST_PHOTOS, "app": REPORTING}


def offline_page() -> OfflinePage:
    return OfflinePage(
        name="problems",
        address="problems:field",
        template="problems/field_shell.html",
        module="problems-field",
        styles=("css/field.css",),
        asks_position=True,
        context=shell_context,
    )


def received(user, given: Mapping[str, str], photos: list[Snapshot]) -> Answer:
    """Take in a problem; where the same is open already, words and photos go there. Refused with all that is wrong."""
    place = place_of(user, given.get("table", ""), given.get("key", ""), today())
    if place is None:
        raise Refused("台账中没有该处，或不在您的辖区内，未接收。")
    form = DeviceProblemForm(given, real_now=clock.real_now())
    if not form.is_valid():
        raise Refused(" ".join(form.sentences))
    asked = form.cleaned_data
    kind = ProblemKind(asked["kind"])
    draft = ProblemDraft(kind, place, asked["text"] or f"现场发现{kind.label}。", ProblemSource.FIELD)
    files = [ShownFile(FileRole.BEFORE, IncomingFile(each.name, each.data), each.seen) for each in photos]
    words = said(masked(asked["text"])[1])
    try:
        problem = actions.open_problem(draft=draft, by=user, files=files, where=_where(asked, photos))
    except actions.AlreadyOpen as known:
        return _joined(user, known.problems[0], asked["text"], files, words)
    return _answer(f"已登记第 {problem.pk} 号问题，由{problem.to_unit}办理。{words}", problem)


def _where(asked: Mapping[str, Any], photos: list[Snapshot]) -> tuple[float, float] | None:
    """Where it was seen: as the phone was asked, else where the first photo was taken."""
    if asked["lon"] is not None and asked["lat"] is not None:
        return asked["lon"], asked["lat"]
    return next(((each.lon, each.lat) for each in photos if each.lon is not None and each.lat is not None), None)


def _joined(user, problem: Problem, text: str, files: list[ShownFile], words: str) -> Answer:
    """A problem of that kind was open: nothing that was brought along is lost, and there is no second one."""
    if text:
        actions.note(problem=problem, text=text, by=user)
    if files:
        actions.add_files(problem=problem, files=files, by=user)
    return _answer(f"同一地点已有未销号的同类问题，已补入第 {problem.pk} 号。{words}", problem)


def _answer(message: str, problem: Problem) -> Answer:
    return {"fate": "accepted", "message": message, "link": reverse("problems:problem", args=[problem.pk])}
