"""The pages of successions: doing one, with its preview; the list; one act, and taking it back."""

import hashlib
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import requires
from accounts.posts import Power
from areas.models import Area
from common.exceptions import Refused, Stale
from common.http import RowNotFound
from proposals import actions
from proposals.models import Proposal, ProposalItem
from proposals.showing import effect_shown
from proposals.successions import acting, undoing
from proposals.successions.acting import Prepared
from proposals.successions.forms import StartForm, SuccessionForm, UndoForm, codes_in
from proposals.successions.planning import SuccessionAct
from proposals.successions.preview import SuccessionPreview
from proposals.vocabulary import Door, ItemState

SHOWN = 200
"""Acts of the list, the latest first."""


@requires(Power.RECORD_SUCCESSIONS)
def index(request: HttpRequest) -> HttpResponse:
    """What was done and what waits, and the rows from before that would not pass today."""
    applied = ProposalItem.objects.applied().filter(proposal=OuterRef("pk"))
    undone = ProposalItem.objects.applied().filter(proposal__undoes=OuterRef("pk"))
    rows = _acts(request.user).annotate(is_applied=Exists(applied), is_undone=Exists(undone))
    context = {
        "acts": list(rows.select_related("by").order_by("-pk")[:SHOWN]),
        "faulty": acting.faulty(request.user.scope.area or ""),
        "crumbs": [("撤并", "")],
    }
    return render(request, "proposals/successions/index.html", context)


def _acts(user):
    return Proposal.objects.visible_to(user).filter(source=Door.SUCCESSION)


def _typed(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


# ------------------------------------------------ doing


@requires(Power.RECORD_SUCCESSIONS)
def new(request: HttpRequest) -> HttpResponse:
    """Choose what to do with which areas; fill it in; look at what it does; send it to the second person."""
    act, origins = _asked_for(request)
    if act is None or not origins:
        return _start(request)
    form = SuccessionForm(_typed(request), act=act, origins=origins, to=request.GET.get("to", ""))
    prepared = _prepared(form, request.user) if request.method == "POST" and form.is_valid() else None
    if prepared and not form.errors and request.POST.get("seen") == _digest(prepared):
        sent = _sent(form, prepared, request.user)
        if sent:
            messages.success(request, f"已提交：{sent.title}。由区经信局另一人审定后生效。")
            return redirect("successions:act", pk=sent.pk)
    context = {
        "act": act,
        "origins": origins,
        "form": form,
        "is_done": False,
        "prepared": prepared if prepared and not form.errors else None,
        "was_changed": bool(request.POST.get("seen")) and not form.errors,
        "crumbs": [("撤并", reverse("successions:index")), (act.label, "")],
    }
    if context["prepared"]:
        found = prepared.sketch
        context |= {"seen": _digest(prepared), **_shown(prepared.plan.drafts, found.effect, request.user)}
    return render(request, "proposals/successions/new.html", context, status=422 if form.errors else 200)


def _asked_for(request: HttpRequest) -> tuple[SuccessionAct | None, list[Area]]:
    """The act and the areas in the address; RowNotFound for an area that is not there or not in scope."""
    asked = request.GET.get("act", "")
    act = SuccessionAct(asked) if asked in SuccessionAct.values else None
    codes = [code for text in request.GET.getlist("from") for code in codes_in(text)]
    found = {area.code: area for area in Area.objects.visible_to(request.user).filter(pk__in=codes)}
    if missing := [code for code in codes if code not in found]:
        raise RowNotFound(
            f"没有编码为“{'、'.join(missing)}”的区域，或不在您的范围内。请核对编码。",
            Area.objects.filter(pk__in=missing),
        )
    return act, [found[code] for code in codes]


def _start(request: HttpRequest) -> HttpResponse:
    given = {"act": request.GET.get("act", ""), "origins": " ".join(request.GET.getlist("from"))}
    form = StartForm(given if given["act"] else None, initial=given)
    context = {
        "form": form,
        "acts": SuccessionAct,
        "crumbs": [("撤并", reverse("successions:index")), ("办理撤并", "")],
    }
    return render(request, "proposals/successions/start.html", context)


def _prepared(form: SuccessionForm, by) -> Prepared | None:
    """The act worked out; what is wrong with it stands on the form."""
    try:
        prepared = acting.prepare(form.asked, by)
    except (Refused, Stale) as refusal:
        form.add_error(None, str(refusal))
        return None
    except ValueError as short:
        form.add_error(None, f"影响无法推算：{short}")
        return None
    for problem in prepared.problems:
        form.add_error(None, problem)
    return prepared


def _sent(form: SuccessionForm, prepared: Prepared, by) -> Proposal | None:
    try:
        return acting.propose(prepared, by, reason=form.cleaned_data["reason"])
    except (Refused, Stale) as refusal:
        form.add_error(None, str(refusal))
        return None


def _digest(prepared: Prepared) -> str:
    """What was looked at: sent is only what was shown."""
    return hashlib.sha256(repr(prepared.plan.drafts).encode()).hexdigest()


def _shown(drafts, effect: dict[str, Any], user) -> dict[str, Any]:
    """The parts of a preview for a page; titles have one of their own, and what is recoded or moves is told by itself."""
    return {
        "preview": SuccessionPreview(drafts),
        "effect": effect_shown({**effect, "further": []}, (), user) if effect else None,
        "titles": effect.get("further", []),
    }


# ------------------------------------------------ one act


@requires(Power.RECORD_SUCCESSIONS)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """What an act does or did, where it stands, and taking it back."""
    shown = _acts(request.user).select_related("by", "undoes").filter(pk=pk).first()
    if shown is None:
        raise RowNotFound("没有该撤并，或不在您的范围内。", Proposal.objects.filter(source=Door.SUCCESSION, pk=pk))
    form = UndoForm(_typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = undoing.undo(act=shown, by=request.user, **form.cleaned_data)
        except (Refused, Stale) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已提交：{made.title}。由区经信局另一人审定后生效。")
            return redirect("successions:act", pk=made.pk)
    items = list(shown.items.all())
    drafts = [actions.draft_of(item) for item in items if not shown.undoes_id]
    is_applied = any(item.state == ItemState.APPLIED for item in items)
    taken_back = undoing.standing_undoing(shown)
    may_undo = is_applied and not shown.undoes_id and taken_back is None
    context = {
        "act": shown,
        "is_applied": is_applied,
        "is_done": not shown.is_waiting,
        "taken_back": taken_back,
        "is_taken_back": taken_back is not None and taken_back.items.filter(state=ItemState.APPLIED).exists(),
        "may_undo": may_undo,
        "resting": undoing.resting(shown) if may_undo else [],
        "form": form,
        "crumbs": [("撤并", reverse("successions:index")), (shown.title, "")],
        **_shown(drafts, shown.effect, request.user),
    }
    return render(request, "proposals/successions/act.html", context, status=422 if form.errors else 200)
