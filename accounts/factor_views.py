"""The pages of the second factor: the second step of a login, and the own authenticator with its recovery codes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import second_factor as factors
from accounts import sessions
from accounts.forms import CodeForm, EnrolForm
from accounts.login import IN_SESSION, Attempt, LoginRefused, awaited, confirmed, take_second_step
from accounts.throttle import CODE
from common.exceptions import Refused

_ENROLLING = "enrolling"
"""In a session: the sealed secret that is being enrolled."""


@login_not_required
@never_cache
@sensitive_post_parameters("code")
def second_step(request):
    """The code, after the password; whoever has given no password, or too long ago, begins anew."""
    user = None if request.user.is_authenticated else awaited(request)
    if user is None:
        return redirect("accounts:login")
    form, problem = CodeForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        target, before = request.session.get("next", "/"), factors.codes_left(user)
        try:
            take_second_step(request, user, form.cleaned_data["code"])
            if (left := factors.codes_left(user)) < before:
                messages.warning(request, factors.left_words(left))
            return redirect(target)
        except LoginRefused as refused:
            problem = refused
    return answered(request, "accounts/second_step.html", problem, {"form": CodeForm() if problem else form})


def answered(request, template: str, problem: LoginRefused | None, context: dict):
    """A page with why nothing was done, and how long to wait where guesses are throttled."""
    wait = problem.retry_after if problem else 0
    said = {"problems": [{"text": str(problem)}] if problem else []}
    response = render(request, template, {**context, **said}, status=429 if wait else 200)
    if wait:
        response["Retry-After"] = str(wait)
    return response


@never_cache
@sensitive_post_parameters("code", "present")
def second_factor(request):
    """The own authenticator: enrolled with a code of it and the present password; recovery codes stand on the answer and nowhere else."""
    if factors.of(request.user):
        return _own(request)
    secret = _enrolling(request)
    form, problem = EnrolForm(request.POST if request.method == "POST" else None, user=request.user), None
    try:
        if request.method == "POST" and confirmed(request, form):
            return _own(request, codes=_enrol(request, secret, form.cleaned_data["code"]))
    except LoginRefused as refused:
        problem = refused
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("accounts:second_factor")
    context = {
        "form": EnrolForm(user=request.user) if problem else form,
        "qr": factors.qr(request.user, secret),
        "written": factors.written(secret),
        "required": factors.is_required(request.user),
    }
    return answered(request, "accounts/enrol.html", problem, context)


def _enrolling(request) -> bytes:
    """The secret of the enrolment that this session has begun; a new one at first."""
    secret = factors.unseal(request.session.get(_ENROLLING, ""))
    if secret is None:
        secret = factors.new_secret()
        request.session[_ENROLLING] = factors.seal(secret)
    return secret


def _attempt(request) -> Attempt:
    """Guesses at codes within a session count by account, apart from those of strangers, from wherever they come."""
    return Attempt(request.user.username, IN_SESSION, known=True, steps=CODE)


def _enrol(request, secret: bytes, code: str) -> list[str]:
    """LoginRefused for a code that is not the authenticator's."""
    attempt = _attempt(request)
    attempt.take_turn()
    step = factors.step_of(secret, "".join(code.split()))
    if not step:
        attempt.note_failure(request, "session.code_failed")
        raise LoginRefused("验证码不正确。请核对手机时间是否准确，等显示下一个验证码再输入。")
    attempt.forget()
    codes = factors.enrol(user=request.user, secret=secret, step=step)
    del request.session[_ENROLLING]
    request.session[factors.PASSED] = True
    sessions.end_others(request)
    return codes


def _own(request, codes: list[str] | None = None, form: CodeForm | None = None, problem: LoginRefused | None = None):
    left = factors.codes_left(request.user)
    context = {
        "factor": factors.of(request.user),
        "left": left,
        "few": left <= factors.FEW,
        "codes": codes,
        "form": form or CodeForm(),
        "required": factors.is_required(request.user),
    }
    return answered(request, "accounts/second_factor.html", problem, context)


@never_cache
@sensitive_post_parameters("code")
def renew_codes(request):
    """Other recovery codes, for a code."""
    return _with_a_code(request, lambda: _own(request, codes=factors.renew_codes(request.user)))


@never_cache
@sensitive_post_parameters("code")
def remove(request):
    """The authenticator is taken off, for a code; another may be enrolled, and must be where the post asks for one."""

    def take_off():
        factors.remove(request.user)
        request.session.pop(factors.PASSED, None)
        messages.success(request, "已解除绑定。")
        return redirect("accounts:second_factor")

    return _with_a_code(request, take_off)


def _with_a_code(request, then):
    """Do what is asked for when the code that was typed is right; without a POST nothing."""
    if request.method != "POST" or factors.of(request.user) is None:
        return redirect("accounts:second_factor")
    form, attempt = CodeForm(request.POST), _attempt(request)
    if not form.is_valid():
        return _own(request, form=form)
    try:
        attempt.take_turn()
        if not factors.passes(request.user, form.cleaned_data["code"]):
            attempt.note_failure(request, "session.code_failed")
            raise LoginRefused("验证码不正确或已使用过，未作改动。")
    except LoginRefused as refused:
        return _own(request, problem=refused)
    attempt.forget()
    return then()
