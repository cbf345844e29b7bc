"""Pages of problems: the list, one problem with its steps, and what is written about it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from acceptance.verdicts.lookups import answers_not_there
from accounts.access import requires
from accounts.audit import record
from accounts.posts import Power
from common.clock import today
from common.exceptions import Refused, Stale
from common.forms import posted_version
from common.http import RowNotFound, get_object_or_404
from common.listing import answer
from evidence.answers import attachment, inline
from evidence.store import Damaged, NoSpace
from figures.address import question_address
from figures.asking import open_figure
from gate.uploads import names_of, uploads
from problems import actions, cases, listing, pages, worklist
from problems.actions import ShownFile
from problems.forms import CaseForm, HandOverForm, OutcomeForm, ProblemForm
from problems.kinds import CASES
from problems.masking import masked, said
from problems.models import Problem, ProblemFile
from problems.moves import MOVES
from problems.vocabulary import FileRole, ProblemAction, ProblemKind, ProblemSource

LONGEST_NUMBER = 9


@requires(Power.SEE_PROBLEMS)
def index(request: HttpRequest) -> HttpResponse:
    """The problems in sight, and as Excel."""
    rows = listing.dated_first(Problem.objects.visible_to(request.user).select_related("operator", "person", "area"))
    may_write = request.user.may(Power.HANDLE_PROBLEMS)
    on_map = listing.map_address(request.GET) if request.user.may(Power.SEE_PROGRESS) else ""
    return answer(request, listing.listing(today()), rows, may_write=may_write, on_map=on_map)


# ------------------------------------------------ writing one down


@requires(Power.HANDLE_PROBLEMS)
def new(request: HttpRequest) -> HttpResponse:
    """Write a problem down; where the same is open already, that one is shown first."""
    if request.method == "POST":
        return _opened(request)
    given = {name: request.GET.get(name, "").replace("\0", "") for name in ("table", "key", "kind")}
    initial = {"table": given["table"] or "areas", "key": given["key"], "kind": given["kind"]}
    return _form_page(request, ProblemForm(request.user, today(), initial=initial))


@requires(Power.HANDLE_PROBLEMS)
def new_case(request: HttpRequest) -> HttpResponse:
    """Write down a case of a fee or a monopoly."""
    if request.method == "POST":
        return _opened(request, is_case=True)
    given = {name: request.GET.get(name, "").replace("\0", "") for name in ("table", "key")}
    initial = {"table": given["table"] or "areas", "key": given["key"]}
    return _form_page(request, CaseForm(request.user, today(), initial=initial))


def _opened(request: HttpRequest, is_case: bool = False) -> HttpResponse:
    form, same, status = (CaseForm if is_case else ProblemForm)(request.user, today(), request.POST), [], 422
    if form.is_valid():
        try:
            files = files_of(request, FileRole.PROOF if is_case else FileRole.BEFORE)
            said_of = {"draft": form.draft, "by": request.user, "files": files, "is_apart": form.cleaned_data["apart"]}
            made = cases.open_case(case=form.case, **said_of) if is_case else actions.open_problem(**said_of)
        except actions.AlreadyOpen as known:
            same, status = known.problems, 409
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except NoSpace as full:
            form.add_error(None, str(full))
            status = 507
        else:
            _tell(request, f"已登记第 {made.pk} 号问题，由{made.to_unit}办理。")
            return redirect(made)
    return _form_page(request, form, same, status)


def _form_page(request: HttpRequest, form: ProblemForm, same=(), status: int = 200) -> HttpResponse:
    seen = {each.pk for each in Problem.objects.visible_to(request.user).filter(pk__in=[each.pk for each in same])}
    context = {
        "form": form,
        "title": "登记收费案件" if isinstance(form, CaseForm) else "登记问题",
        "is_case": isinstance(form, CaseForm),
        "place": form.place,
        "same": [(each, each.pk in seen) for each in same],
    }
    return render(request, "problems/new.html", context, status=status)


def files_of(request: HttpRequest, role: FileRole) -> list[ShownFile]:
    return [ShownFile(role, each) for each in uploads(request, "files")]


def _tell(request: HttpRequest, sentence: str) -> None:
    """That it was done, and whether something of what was typed, or of what its files are called, was masked."""
    words = [text for name, texts in request.POST.lists() if name != "query" for text in texts]
    typed = [*words, *names_of(request, "files")]
    messages.success(request, f"{sentence}{said(sum(masked(text)[1] for text in typed))}")


# ------------------------------------------------ one problem


def _in_sight(request: HttpRequest, pk: int) -> Problem:
    rows = Problem.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("operator", "person", "area", "opened_by", "into"), pk=pk)


@requires(Power.SEE_PROBLEMS)
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """One problem."""
    return shown(request, _in_sight(request, pk))


def shown(
    request: HttpRequest, found: Problem, wrong: str = "", status: int = 200, form: HandOverForm | None = None
) -> HttpResponse:
    user, posted = request.user, request.POST
    may = {action: MOVES.allows(action, found, user) for action in (ProblemAction.MERGE, ProblemAction.SPLIT)}
    members = pages.members(found, user)
    context = {
        "problem": found,
        "place_url": pages.place_url(found, user),
        "members": members,
        "files": pages.files(found),
        "notes": list(found.notes.select_related("by").order_by("pk")),
        "moves": list(found.moves.select_related("by", "problem").order_by("pk")),
        "merged": list(found.merged.order_by("pk")),
        "offered": pages.offered(found, user, {posted.get("action", ""): posted.get("reason", "")}, form),
        "may_merge": may[ProblemAction.MERGE],
        "may_split": may[ProblemAction.SPLIT] and len(members) > 1,
        "may_say": found.is_open and user.may(Power.HANDLE_PROBLEMS),
        "kinds": [(each.value, each.label) for each in ProblemKind if each not in CASES],
        "case": pages.case_of(found, user, _outcome(request)),
        "roles": FileRole.choices,
        "chosen": set(posted.getlist("member")),
        "typed": pages.typed(request),
        "state": listing.state_words(found, today()),
        "tone": listing.tone(found, today()),
        "problems": [{"text": wrong}] if wrong else [],
    }
    return render(request, "problems/problem.html", context, status=status)


def _outcome(request: HttpRequest) -> OutcomeForm | None:
    """The outcome that was sent and refused."""
    is_sent = request.resolver_match is not None and request.resolver_match.url_name == "outcome"
    return OutcomeForm(request.POST) if is_sent else None


def done(request: HttpRequest, found: Problem, deed, sentence: str) -> HttpResponse:
    """What ``deed`` does and then the page; where it is refused, the page with what was typed."""
    try:
        deed()
    except Stale as refusal:
        return shown(request, _in_sight(request, found.pk), str(refusal), 409)
    except Refused as refusal:
        return shown(request, _in_sight(request, found.pk), str(refusal), 422)
    except NoSpace as full:
        return shown(request, _in_sight(request, found.pk), str(full), 507)
    _tell(request, sentence)
    back = Problem.objects.visible_to(request.user).filter(pk=found.pk).exists()
    return redirect(found if back else "problems:index")


@require_POST
@requires(Power.HANDLE_PROBLEMS, Power.CLOSE_PROBLEMS)
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, hand over, report solved, close, send back, withdraw."""
    found, asked = _in_sight(request, pk), request.POST.get("action", "")
    if asked not in actions.STEPS:
        return shown(request, found, "请选择办理事项。", 422)
    action, form = ProblemAction(asked), None
    to = person = None
    if action == ProblemAction.HAND_OVER:
        form = HandOverForm(request.user, found.county, request.POST)
        if not form.is_valid():
            return shown(request, found, "请选择转给哪个单位。", 422, form)
        to, person = form.cleaned_data["to"], form.cleaned_data["person"]
    text = request.POST.get("reason", "")
    return done(
        request,
        found,
        lambda: actions.take_step(
            problem=found, action=action, version=posted_version(request), text=text, by=request.user, to=to,
            person=person, files=files_of(request, pages.ROLES.get(action, FileRole.PROOF)),
        ),
        f"已办理“{action.label}”。",
    )  # fmt: skip


@require_POST
@requires(Power.HANDLE_PROBLEMS)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it part of the problem whose number is given."""
    found, number = _in_sight(request, pk), request.POST.get("into", "").strip()
    is_number = number.isdecimal() and len(number) <= LONGEST_NUMBER
    into = Problem.objects.visible_to(request.user).filter(pk=int(number)).first() if is_number else None
    if into is None:
        return shown(request, found, f"没有第“{number}”号问题，或不在您的查看范围内，请核对编号。", 422)
    text = request.POST.get("reason", "")
    return done(
        request,
        found,
        lambda: actions.merge(problem=found, into=into, version=posted_version(request), reason=text, by=request.user),
        f"已并入第 {into.pk} 号问题。",
    )


@require_POST
@requires(Power.HANDLE_PROBLEMS)
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a problem of its own of the members that are ticked."""
    found, post = _in_sight(request, pk), request.POST
    if post.get("kind", "") not in ProblemKind.values:
        return shown(request, found, "请选择拆出问题的类别。", 422)
    ticked = [int(each) for each in post.getlist("member") if each.isdecimal() and len(each) <= LONGEST_NUMBER]
    return done(
        request,
        found,
        lambda: actions.split(
            problem=found, members=ticked, kind=post["kind"], text=post.get("text", ""), version=posted_version(request),
            reason=post.get("reason", ""), by=request.user,
        ),
        "已拆分。",
    )  # fmt: skip


@require_POST
@requires(Power.HANDLE_PROBLEMS)
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something about it."""
    found, text = _in_sight(request, pk), request.POST.get("comment", "")
    return done(request, found, lambda: actions.note(problem=found, text=text, by=request.user), "已留言。")


@require_POST
@requires(Power.HANDLE_PROBLEMS)
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Add photos or papers to it."""
    found, role = _in_sight(request, pk), request.POST.get("role", "")
    if role not in FileRole.values:
        return shown(request, found, "请选择材料的内容。", 422)
    return done(
        request,
        found,
        lambda: actions.add_files(problem=found, files=files_of(request, FileRole(role)), by=request.user),
        "材料已上传。",
    )


# ------------------------------------------------ files


def _file(request: HttpRequest, pk: int) -> ProblemFile:
    rows = ProblemFile.objects.filter(problem__in=Problem.objects.visible_to(request.user))
    return get_object_or_404(rows.select_related("problem"), pk=pk)


@require_GET
@requires(Power.SEE_PROBLEMS)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A photo, written anew."""
    return inline(_file(request, pk))


@require_POST
@requires(Power.SEE_PROBLEMS)
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """A file as it came; the audit trail is told."""
    found = _file(request, pk)
    try:
        response = attachment(found)
    except Damaged as damaged:
        raise RowNotFound(str(damaged)) from damaged
    record(action="problem.download", by=request.user, subject=found, detail={"sha256": found.digest})
    return response


@require_POST
@requires(Power.HANDLE_PROBLEMS)
@answers_not_there
def work_list(request: HttpRequest) -> HttpResponse:
    """Make problems of whoever lacks of a figure, as many as the page said."""
    of, query = request.POST.get("of", ""), QueryDict(request.POST.get("query", ""))
    opened = open_figure(request.user, of, query, today())
    try:
        done = worklist.take_up(opened=opened, count=posted_version(request, "shown"), by=request.user)
    except Refused as refusal:
        context = {
            "panel": worklist.panel(request.user, opened),
            "problems": [{"text": str(refusal)}],
            "back": question_address(opened.figure.of, opened.question | {"part": opened.part}),
        }
        status = 409 if isinstance(refusal, Stale) else 422
        return render(request, "problems/work_list.html", context, status=status)
    messages.success(
        request, f"已列入 {done.members} 个对象：新建 {done.opened} 个问题，补入 {done.added} 个原有问题。"
    )
    return redirect(f"{reverse('problems:index')}?source={ProblemSource.FIGURE}")


def new_address(table: str, key: str, kind: str = "") -> str:
    """The form for a problem at a thing of the register."""
    query = f"?table={table}&key={key}" + (f"&kind={kind}" if kind else "")
    return reverse("problems:new") + query
