"""The pages of tokens: those of one's own operator, and those of an account for the security administrator."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import tokens
from accounts.access import requires
from accounts.factor_views import answered
from accounts.forms import TokenForm
from accounts.login import LoginRefused, confirmed
from accounts.models import Token
from accounts.posts import Power
from common.exceptions import Refused
from common.http import get_object_or_404


@never_cache
@sensitive_post_parameters("present")
@requires(Power.ISSUE_TOKENS)
def index(request):
    """The operator's tokens, and a new one for the present password; its secret stands on the answer to the form and nowhere else."""
    form = TokenForm(request.POST if request.method == "POST" else None, user=request.user)
    secret, problem = "", None
    try:
        if request.method == "POST" and confirmed(request, form):
            asked = form.cleaned_data
            _, secret = tokens.issue(name=asked["name"], days=asked["days"], by=request.user)
            form = TokenForm(user=request.user)
    except LoginRefused as refused:
        form, problem = form.as_typed(), refused
    except Refused as refused:
        form.add_error("name", str(refused))
    return answered(
        request,
        "accounts/tokens.html",
        problem,
        {
            "form": form,
            "secret": secret,
            "tokens": Token.objects.visible_to(request.user).select_related("user", "operator"),
            "address": request.build_absolute_uri("/api/"),
        },
    )


@requires(Power.ISSUE_TOKENS)
def revoke(request, pk: int):
    _revoke(request, pk)
    return redirect("accounts:tokens")


@requires(Power.ASSIGN_POSTS)
def revoke_of_user(request, pk: int):
    """From the page of the account that the token belongs to."""
    return redirect("accounts:user", _revoke(request, pk).user_id)


def _revoke(request, pk: int) -> Token:
    """Only a POST withdraws it."""
    token = get_object_or_404(Token.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        if tokens.revoke(token=token, by=request.user):
            messages.success(request, f"令牌“{token.name}”已作废，用它的系统立即不能再登录。")
        else:
            messages.info(request, f"令牌“{token.name}”此前已作废。")
    return token
