"""A paper before it is issued: 拟稿 → 核稿 → (会签) → 签发; one table of moves for all papers.

A draft gives its paper words of its own, and the number that the office's register gave it. The last step is the action
that issues the paper, in its own transaction (``papers.issuing.issue``). Whoever wrote does not check; an office of two is
enough, for whoever checked may sign. A paper without a draft is issued in the words of its wording, unless its body
wants every paper checked.
"""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from operator import attrgetter
from types import MappingProxyType

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Model, Q, QuerySet

from accounts.posts import ROLE_GRANTS, Post, Power
from common.exceptions import Refused, Stale
from papers import computed as sentences
from papers import numbers
from papers.bodies import OF_POST, Issuer
from papers.computed import ComputedText, EditedText
from papers.models import DraftAction, DraftMove, DraftState, Numbering, PaperDraft, about
from papers.wording import wording_of, words_for
from workflow.engine import Transition, Workflow

_OWN, _OTHERS = frozenset({Power.DRAFT_PAPERS}), frozenset({Power.COUNTERSIGN_PAPERS})
_S = DraftState

DRAFT_MOVES = Workflow(
    Transition(DraftAction.OPEN, (), _S.DRAFTING, _OWN),
    Transition(DraftAction.WORD, (_S.DRAFTING, _S.CHECKING), None, _OWN),
    Transition(DraftAction.NUMBER, (_S.DRAFTING, _S.CHECKING, _S.READY), None, _OWN),
    Transition(DraftAction.HAND_IN, (_S.DRAFTING,), _S.CHECKING, _OWN),
    Transition(DraftAction.CHECK, (_S.CHECKING,), _S.READY, _OWN),
    Transition(
        DraftAction.SEND_BACK,
        (_S.CHECKING, _S.COUNTERSIGNING, _S.READY),
        _S.DRAFTING,
        _OWN | _OTHERS,
        needs_reason=True,
    ),
    Transition(DraftAction.ASK, (_S.READY,), _S.COUNTERSIGNING, _OWN),
    Transition(DraftAction.COUNTERSIGN, (_S.COUNTERSIGNING,), _S.READY, _OTHERS),
    Transition(DraftAction.DROP, (_S.DRAFTING,), _S.DROPPED, _OWN, needs_reason=True),
    Transition(DraftAction.ISSUE, (_S.READY,), _S.ISSUED, _OWN, automatic=True),
    code_of=attrgetter("area_id"),
    trail={PaperDraft: "draft"},
)


def visible_to(user) -> QuerySet[PaperDraft]:
    """The drafts of the user's own body, and those that were put before the user's post to be countersigned."""
    role, code = OF_POST.get(user.post), user.area_id
    if not code:
        return PaperDraft.objects.none()
    own = Q(area_id=code, role=role) if role else Q(pk__in=())
    return PaperDraft.objects.filter(own | Q(asked=user.post, area__code__startswith=code))


def asked_of() -> list[tuple[str, str]]:
    """The posts that may be asked to countersign, with what they are called."""
    return [
        (post.value, post.label) for post, grants in ROLE_GRANTS.items() if Power.COUNTERSIGN_PAPERS in grants.powers
    ]


def is_own(draft: PaperDraft, user) -> bool:
    """Whether it is a paper of the body for which the user works."""
    return draft.area_id == user.area_id and draft.role == OF_POST.get(user.post)


def writers(draft: PaperDraft) -> set[int]:
    """Whoever wrote it (拟稿): opened it, or changed words while it was being written; primary keys."""
    wrote = draft.moves.filter(Q(action=DraftAction.OPEN) | Q(action=DraftAction.WORD, from_state=_S.DRAFTING))
    return set(wrote.values_list("by_id", flat=True))


def may(draft: PaperDraft, user) -> set[str]:
    """What the user may do to the draft as it stands."""
    return {
        action.value
        for action in DRAFT_MOVES
        if DRAFT_MOVES.allows(action, draft, user) and not _bar(draft, action, user)
    }


def _bar(draft: PaperDraft, action: str, by) -> str:
    """What besides post and area stands in somebody's way; blank where nothing does."""
    if draft.state == _S.COUNTERSIGNING and action in (DraftAction.COUNTERSIGN, DraftAction.SEND_BACK):
        return "" if by.post == draft.asked else f"该稿正送{Post(draft.asked).label}会签，由其办理。"
    if not is_own(draft, by):
        return "该稿不是本机关的公文稿。"
    if action == DraftAction.CHECK and by.pk in writers(draft):
        return "该稿由您拟写，须由他人核稿。"
    return ""


@transaction.atomic
def open_draft(
    *, kind: str, subject: Model | str, issuer: Issuer, by, more: Mapping[str, str] = MappingProxyType({})
) -> PaperDraft:
    """Begin to write the paper: the words are those of the wording in force; ``more`` is kept beside them."""
    DRAFT_MOVES.permit(DraftAction.OPEN, issuer.area, by)
    name = subject if isinstance(subject, str) else about(subject)
    draft = PaperDraft(kind=kind, about=name, area_id=issuer.area, role=issuer.role)
    if not is_own(draft, by):
        raise PermissionDenied("该公文不是本机关的公文。")
    draft.texts = {**words_for(kind, draft.area_id[:6]).texts, **more}
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise Stale("这份公文已在拟稿，请刷新页面。") from None
    return DRAFT_MOVES.record(DRAFT_MOVES.log(draft, DraftAction.OPEN, "", by, texts=draft.texts)).draft


def _step(draft: PaperDraft, action: str, version: int, by, reason: str = "", **fields) -> DraftMove:
    """Take a step that is nobody's else to take; Refused where something besides post and area stands in the way."""
    move = DRAFT_MOVES.permit(action, draft.area_id, by)
    reason = DRAFT_MOVES.require_reason(move, reason)
    if bar := _bar(draft, action, by):
        raise Refused(bar)
    texts = fields.get("texts", draft.texts)
    return DRAFT_MOVES.advance(draft, move, version, by, reason, said={"texts": texts}, **fields)


@transaction.atomic
def word(
    *,
    draft: PaperDraft,
    version: int,
    texts: Mapping[str, str],
    by,
    computed: Sequence[ComputedText] = (),
    confirmed: Collection[str] = (),
) -> DraftMove:
    """Keep the words, those of the wording and edits of the sentences that the paper computes; Refused where one is wrong or
    nothing changed. ``confirmed`` are edits that still hold though their figures have moved."""
    wording = wording_of(draft.kind)
    typed = {key: text.replace("\r\n", "\n").strip() for key, text in texts.items()}
    kept: dict = {key: typed[key] for key in wording.delivered if key in typed}
    wrong = [problem for text in kept.values() for problem in wording.problems(text)]
    if wrong := [*wrong, *sentences.problems(typed, computed)]:
        raise Refused("".join(wrong))
    if empty := [part.label for part in wording.parts if part.key in kept and not kept[part.key]]:
        raise Refused(f"“{'”、“'.join(empty)}”不能空白。")
    if computed:
        kept[sentences.EDITED] = sentences.merged(draft.texts, computed, typed, confirmed)
    if {sentences.EDITED: {}, **draft.texts} | kept == {sentences.EDITED: {}, **draft.texts}:
        raise Refused("文字没有改动，未保存。")
    return DRAFT_MOVES.record(_step(draft, DraftAction.WORD, version, by, texts=draft.texts | kept))


@transaction.atomic
def number(*, draft: PaperDraft, version: int, serial: int, issuer: Issuer, code: str, on: date, by) -> DraftMove:
    """Note the number that the office's register gave; Refused for one that does not follow on."""
    if issuer.numbering != Numbering.REGISTER:
        raise Refused("本机关的发文字号由门户编号，无须登记。")
    series = numbers.series_of(code, on.year)
    if serial != series.last + 1 and serial not in numbers.kept(series):
        raise Refused(numbers.unfit(series, serial))
    return DRAFT_MOVES.record(_step(draft, DraftAction.NUMBER, version, by, serial=serial))


@transaction.atomic
def move(*, draft: PaperDraft, action: str, version: int, reason: str = "", asked: str = "", by) -> DraftMove:
    """Hand in, check, send back, ask for a countersignature, give it, or drop the draft."""
    fields = {}
    if action == DraftAction.ASK:
        if asked not in dict(asked_of()) or OF_POST.get(Post(asked)) == draft.role:
            raise Refused("请选择会签单位。")
        fields["asked"] = asked
    return DRAFT_MOVES.record(_step(draft, action, version, by, reason, **fields))


def signed(*, kind: str, subject: Model | str | None, issuer: Issuer) -> PaperDraft | None:
    """The draft from which a paper is to be issued now; None where there is none.

    Refused where it is not ready, or where there is none and the body wants one.
    """
    draft = PaperDraft.objects.of(kind, subject).open().last() if subject is not None else None
    title = wording_of(kind).title
    if draft is not None and draft.state != _S.READY:
        raise Refused(
            f"“{title}”正在{draft.get_state_display().removesuffix('中')}，核稿同意后方可签发；弃用该稿的，请退回拟稿后撤稿。"
        )
    if draft is None and issuer.needs_check:
        raise Refused(f"{issuer.name}的公文印发前须经核稿：“{title}”尚未拟稿、核稿。")
    if issuer.numbering == Numbering.REGISTER and (draft is None or draft.serial is None):
        raise Refused(f"{issuer.name}的发文字号由登记簿编号：请先在“{title}”的拟稿页登记文号。")
    return draft


def issued(draft: PaperDraft, document, by) -> None:
    """Note the document that the draft became; its step is told by the action that issues the paper."""
    step = DRAFT_MOVES[DraftAction.ISSUE]
    DRAFT_MOVES.advance(draft, step, draft.version, by, said={"texts": draft.texts}, document=document)


@dataclass(frozen=True)
class WordChange:
    """A sentence that somebody changed: in which text, what it was and what it is."""

    step: DraftMove
    part: str
    before: str
    after: str


_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?|\n")


def changes(draft: PaperDraft) -> list[WordChange]:
    """Who changed which sentence, in order; paragraphs are not told apart from sentences."""
    parts = wording_of(draft.kind).parts
    found: list[WordChange] = []
    steps = list(draft.moves.select_related("by"))
    for before, step in pairwise(steps):
        for part in parts if step.texts != before.texts else ():
            found += _changed(step, part.label, before.texts.get(part.key, ""), step.texts.get(part.key, ""))
        found += _edited(step, sentences.edits(before.texts), sentences.edits(step.texts))
    return found


def _edited(step: DraftMove, old: Mapping[str, EditedText], new: Mapping[str, EditedText]) -> Iterator[WordChange]:
    """The sentences that the paper computes: edited, edited anew, or given back to the figures."""
    for key in sorted(old.keys() | new.keys()):
        text = new.get(key) or old[key]
        before = old[key].text if key in old else text.computed
        yield from _changed(step, text.label, before, new[key].text if key in new else text.computed)


def _changed(step: DraftMove, part: str, before: str, after: str) -> Iterator[WordChange]:
    """The sentences of one text that differ."""
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    for what, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            yield WordChange(step, part, "".join(old[i:j]).strip(), "".join(new[k:m]).strip())
