"""What is said of a unit beside deciding on it: second opinions, and what becomes of objections."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.access import requires
from accounts.models import User
from accounts.posts import Power
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.http import get_object_or_404
from inspection import advising, objections
from inspection.models import SecondOpinion, Unit, UnitObjection
from inspection.pages import numbers, posted_text, refused, unit_or_404

_TYPED = {"ask": "question", "answer": "answer", "withdraw": "withdrawal"}
"""Where each writes."""
_DONE = {"ask": "已提请会商，答复之前不作决定。", "answer": "已答复。", "withdraw": "已撤回会商。"}


@requires(Power.EXAMINE)
@require_POST
def second_opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a colleague about a unit, answer, or wait no longer."""
    unit, act = unit_or_404(request, pk), request.POST.get("act", "")
    way = _way(request, unit)
    if act not in _DONE:
        return refused(request, Refused("无法识别所选的办理事项，请重新选择。"), way, "返回", status=422)
    try:
        _deed(request, unit, act)
    except Refused as refusal:
        return _refused(request, refusal, way, _TYPED[act])
    messages.success(request, _DONE[act])
    return redirect(way)


def _refused(request: HttpRequest, refusal: Refused, way: str, typed: str) -> HttpResponse:
    """Nothing was done; what was typed in the field ``typed`` is shown, so that it need not be written again."""
    status = 409 if isinstance(refusal, Stale) else 422
    return refused(request, refusal, way, "返回", status, posted_text(request, typed))


def _deed(request: HttpRequest, unit: Unit, act: str) -> None:
    if act == "ask":
        chosen = User.objects.active().filter(pk__in=numbers([posted_text(request, "asked")])).first()
        version, question = posted_version(request), posted_text(request, "question")
        advising.ask(unit=unit, version=version, asked=chosen, question=question, by=request.user)
        return
    visible = SecondOpinion.objects.visible_to(request.user).filter(unit=unit)
    opinion = get_object_or_404(visible, pk__in=numbers([posted_text(request, "opinion")]))
    if act == "answer":
        advising.answer(opinion=opinion, text=posted_text(request, "answer"), by=request.user)
    else:
        advising.withdraw(opinion=opinion, reason=posted_text(request, "withdrawal"), by=request.user)


@requires(Power.EXAMINE, Power.CONFIRM_EXAMINATIONS, Power.RATIFY)
@require_POST
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what the government held against a unit, or settle what was held against it."""
    found = get_object_or_404(
        UnitObjection.objects.visible_to(request.user).select_related("area__parent", "unit"), pk=pk
    )
    unit = Unit.objects.live().filter(area=found.area_id).first() or found.unit
    way, act = _way(request, unit), request.POST.get("act", "")
    if act not in ("reply", "settle"):
        return refused(request, Refused("无法识别所选的办理事项，请重新选择。"), way, "返回", status=422)
    try:
        if act == "reply":
            objections.reply(objection=found, text=posted_text(request, f"reply-{pk}"), by=request.user)
            messages.success(request, "已答复区政府的意见。")
        else:
            objections.settle(objection=found, word=posted_text(request, f"word-{pk}"), by=request.user)
            messages.success(request, "已了结该意见。")
    except Refused as refusal:
        return _refused(request, refusal, way, f"reply-{pk}" if act == "reply" else f"word-{pk}")
    return redirect(way)


def _way(request: HttpRequest, unit: Unit) -> str:
    """Back to where one decides on the unit, else to all there is about it."""
    if request.user.may(Power.RATIFY) and unit.submission_id:
        return f"{reverse('inspection:submission_desk', args=[unit.submission_id])}?unit={unit.pk}"
    return reverse("inspection:examine" if request.user.may(Power.EXAMINE) else "inspection:unit", args=[unit.pk])
