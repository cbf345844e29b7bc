"""The pages of proposals: the queue, a proposal and what may be done with it, its proofs, what left a denominator."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import requires
from accounts.audit import record
from accounts.posts import Power
from areas.models import Operator
from common.clock import today
from common.exceptions import Refused
from common.forms import posted_version
from common.http import RowNotFound
from common.listing import answer
from evidence import answers
from evidence.store import Damaged
from proposals import actions, lists
from proposals.models import Proof, Proposal, ProposalItem
from proposals.moves import MOVES
from proposals.pages import ProposalPage, chosen_numbers
from proposals.sketching import MOST_ITEMS
from proposals.vocabulary import Denominator, Door, ProposalAction
from proposals.wording import item_words

MOST_WORDS = 5
"""Items of a proposal that are told in a line of the batch."""
READING = Power.SEE_NETWORK
"""Whoever looks up the register may follow what is proposed in his scope."""
POLICY_READERS = (Power.KEEP_REGISTRY, Power.LOAD_NETWORK, Power.JUDGE_PROPOSALS, Power.SET_CHECKS)


@requires(READING)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The proposals in scope: for the bureau those that wait, by effect; for others their own."""
    rows = Proposal.objects.visible_to(request.user).select_related("area", "operator", "by")
    rows = rows.annotate(count=Count("items"))
    judges = request.user.may(Power.JUDGE_PROPOSALS)
    context = {
        "judges": judges,
        "silent": lists.silent(request.user).count() if judges else 0,
        "may_read_denominators": request.user.may(Power.SEE_REGISTRY),
        "may_succeed": request.user.may(Power.RECORD_SUCCESSIONS),
        "may_read_policy": any(request.user.may(power) for power in POLICY_READERS),
    }
    return answer(request, lists.PROPOSALS, rows, **context)


@requires(READING)
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal, and the deed that its page asks for."""
    found = proposal_or_404(request.user, pk)
    if request.method != "POST":
        return _page(request, found)
    deed = _DEEDS.get(request.POST.get("action", ""))
    if deed is None:
        return _page(request, found, "无法识别所选的办理事项，请重新选择。", 422)
    try:
        said = deed(request, found)
    except Refused as refusal:
        return _page(request, proposal_or_404(request.user, pk), str(refusal), 409)
    messages.success(request, said)
    return redirect("proposals:proposal", pk)


def proposal_or_404(user, pk: int) -> Proposal:
    rows = Proposal.objects.visible_to(user).select_related("area", "operator", "by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise RowNotFound("没有该变更申请，或不在您的范围内。请从“变更”进入。", Proposal.objects.filter(pk=pk))
    return found


def _page(request: HttpRequest, shown: Proposal, refusal: str = "", status: int = 200) -> HttpResponse:
    page = ProposalPage(shown, request.user, request.GET.get("page", ""))
    context = {
        "page": page,
        "proposal": shown,
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "numbers": request.POST.get("numbers", ""),
        "chosen": chosen_numbers(request.POST.getlist("item"), "", MOST_ITEMS),
        "crumbs": [("变更申请", reverse("proposals:index")), (shown.title, "")],
    }
    return render(request, "proposals/proposal.html", context, status=status)


# ------------------------------------------------ deeds; each answers with the sentence that says what was done


def _accept(request: HttpRequest, shown: Proposal) -> str:
    _require_same_effect(request, shown, ProposalAction.ACCEPT)
    actions.decide(proposal=shown, action=ProposalAction.ACCEPT, version=posted_version(request), by=request.user)
    return _outcome(shown)


def _accept_part(request: HttpRequest, shown: Proposal) -> str:
    _require_same_effect(request, shown, ProposalAction.ACCEPT_PART)
    actions.decide(
        proposal=shown, action=ProposalAction.ACCEPT_PART, version=posted_version(request), by=request.user,
        reason=request.POST.get("reason", ""), chosen=_chosen(request, shown),
    )  # fmt: skip
    return _outcome(shown)


def _send_back(request: HttpRequest, shown: Proposal) -> str:
    return _decided(request, shown, ProposalAction.SEND_BACK)


def _refuse(request: HttpRequest, shown: Proposal) -> str:
    return _decided(request, shown, ProposalAction.REFUSE)


def _decided(request: HttpRequest, shown: Proposal, action: ProposalAction) -> str:
    reason = request.POST.get("reason", "")
    actions.decide(proposal=shown, action=action, version=posted_version(request), by=request.user, reason=reason)
    return _outcome(shown)


def _confirm(request: HttpRequest, shown: Proposal) -> str:
    _require_same_effect(request, shown, ProposalAction.CONFIRM)
    actions.confirm(proposal=shown, version=posted_version(request), by=request.user)
    return _outcome(shown)


def _overrule(request: HttpRequest, shown: Proposal) -> str:
    reason = request.POST.get("reason", "")
    actions.overrule(proposal=shown, version=posted_version(request), reason=reason, by=request.user)
    return _outcome(shown)


def _withdraw(request: HttpRequest, shown: Proposal) -> str:
    actions.withdraw(proposal=shown, version=posted_version(request), by=request.user)
    return _outcome(shown)


def _refresh(request: HttpRequest, shown: Proposal) -> str:
    """The effect on the register as it is now; for whoever decides, or proposed it."""
    page = ProposalPage(shown, request.user)
    if not (page.may_decide or page.may_confirm or page.is_own_unit):
        raise PermissionDenied("只有提出单位和审定的人可以重新推算影响。")
    actions.refresh_effect(shown, today())
    return "已按现在的台账重新推算影响。"


def _outcome(shown: Proposal) -> str:
    shown.refresh_from_db()
    return f"“{shown.title}”：{shown.moves.last().deed}，现在是“{shown.get_state_display()}”。"


def _chosen(request: HttpRequest, shown: Proposal) -> set[int]:
    return chosen_numbers(request.POST.getlist("item"), request.POST.get("numbers", ""), MOST_ITEMS)


def _require_same_effect(request: HttpRequest, shown: Proposal, action: ProposalAction) -> None:
    """The effect is found anew; Refused, once, when it turns more than the page on which the decision was taken said.

    Whoever may not decide is told before anything is worked out.
    """
    MOVES.permit(action, shown.county, request.user)
    effect = actions.refresh_effect(shown, today())
    told = [posted_version(request, name) for name in ("turned", "past")]
    found = [effect.get(name, 0) for name in ("turned", "past")]
    if any(now > then for now, then in zip(found, told, strict=True)):
        raise Refused(
            f"未办理：按现在的台账重新推算，会改变 {found[0]} 项评定结果（其中往季 {found[1]} 项），比您打开页面时多。"
            "下面是新的影响，请核对后再办理。"
        )


_DEEDS: dict[str, Callable[[HttpRequest, Proposal], str]] = {
    ProposalAction.ACCEPT: _accept,
    ProposalAction.ACCEPT_PART: _accept_part,
    ProposalAction.SEND_BACK: _send_back,
    ProposalAction.REFUSE: _refuse,
    ProposalAction.CONFIRM: _confirm,
    ProposalAction.OVERRULE: _overrule,
    ProposalAction.WITHDRAW: _withdraw,
    "refresh": _refresh,
}


# ------------------------------------------------ several at once


@requires(Power.JUDGE_PROPOSALS)
def batch(request: HttpRequest) -> HttpResponse:
    """The waiting proposals that turn nothing, by name, and the acceptance of those that are ticked."""
    rows = list(lists.silent(request.user).prefetch_related("items"))
    if request.method == "POST":
        return _accepted(request, rows)
    names = dict(Operator.objects.values_list("code", "name"))
    for row in rows:
        row.words = "；".join(item_words(item, names) for item in row.items.all()[:MOST_WORDS])
    own = [row for row in rows if row.by_id == request.user.pk]
    ready = [row for row in rows if row.by_id != request.user.pk]
    return render(request, "proposals/batch.html", {"ready": ready, "own": own})


def _accepted(request: HttpRequest, rows: list[Proposal]) -> HttpResponse:
    asked = set(request.POST.getlist("proposal"))
    done, left = [], []
    for row in rows:
        if f"{row.pk}-{row.version}" not in asked:
            continue
        try:
            _accept_silent(row, request.user)
            done.append(row.title)
        except Refused as refusal:
            left.append(f"{row.title}：{refusal}")
    if done:
        messages.success(request, f"已采纳 {len(done)} 件：{'；'.join(done[:10])}{' 等' if len(done) > 10 else ''}。")
    if left:
        messages.warning(request, f"有 {len(left)} 件未办理：{'；'.join(left[:10])}")
    if not done and not left:
        messages.warning(request, "未选择变更申请，或已由他人办理。")
    return redirect("proposals:index")


def _accept_silent(row: Proposal, by) -> None:
    effect = actions.refresh_effect(row, today())
    if effect.get("turned") or effect.get("counts", {}).get("figures"):
        raise Refused("按现在的台账会改变评定结果或者计数，请逐件审定。")
    actions.decide(proposal=row, action=ProposalAction.ACCEPT, version=row.version, by=by)


# ------------------------------------------------ proofs


@requires(READING)
@require_GET
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture, written anew."""
    return answers.inline(_proof_or_404(request.user, pk))


@requires(READING)
@require_GET
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """The file as it was uploaded, to be saved."""
    proof = _proof_or_404(request.user, pk)
    try:
        response = answers.attachment(proof)
    except Damaged as damaged:
        raise RowNotFound(str(damaged)) from damaged
    record(action="proposal.download", by=request.user, subject=proof.proposal, detail={"file": proof.name})
    return response


def _proof_or_404(user, pk: int) -> Proof:
    found = Proof.objects.filter(proposal__in=Proposal.objects.visible_to(user), pk=pk).first()
    if found is None:
        raise RowNotFound("没有该依据，或不在您的范围内。", Proof.objects.filter(pk=pk))
    return found


# ------------------------------------------------ denominators


@requires(Power.SEE_REGISTRY)
@require_GET
def denominators(request: HttpRequest) -> HttpResponse:
    """Everything that ever left a denominator or entered one; what a data package brought as new did not enter by a decision."""
    scope = request.user.scope
    rows = ProposalItem.objects.applied().exclude(denominator="").filter(area_code__startswith=scope.area)
    rows = rows.exclude(denominator=Denominator.ENTERED, proposal__source=Door.IMPORT)
    rows = rows.select_related("proposal__by", "decided_by")
    return answer(request, lists.denominators_for(request.user), rows)
