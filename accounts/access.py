"""Permission checks for views (``requires``, ``HasPower``), and the authentication backend."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission

from accounts.models import User
from accounts.posts import Power


def refusal(user, powers: tuple[Power, ...]) -> str:
    """Why ``user`` may not: which post lacks which powers; the page says whom to ask."""
    wanted = "、".join(f"“{power.label}”" for power in powers)
    post = getattr(user, "post_label", "") or "未定岗"
    return f"您的岗位（{post}）没有{wanted}权限，不能办理。"


def allowed(user, powers: tuple[Power, ...]) -> bool:
    """Whether ``user`` has any of ``powers``; a visitor who is not logged in has none."""
    return user.is_authenticated and any(user.may(power) for power in powers)


def requires(*powers: Power) -> Callable:
    """Let only those through who have any of ``powers``; for others a 403 page that says why.

    Login is already asked for by the middleware. What a post may do at all is settled here;
    whose rows it may do it to is asked of the queryset (``visible_to``), where it is a 404.
    """
    if not powers:
        raise TypeError("requires() needs at least one power")

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not allowed(request.user, powers):
                raise PermissionDenied(refusal(request.user, powers))
            return view(request, *args, **kwargs)

        guarded.powers = powers  # type: ignore[attr-defined]
        return guarded

    return decorate


class HasPower(BasePermission):
    """Permission of an API view: the user needs any of the powers that the view states as ``powers = (Power.…,)``."""

    def has_permission(self, request, view) -> bool:
        self.message = refusal(request.user, view.powers)
        return allowed(request.user, view.powers)


class PortalBackend(BaseBackend):
    """Username and password; a wrong name takes as long as a wrong password, and neither says which it was."""

    def authenticate(self, request, username: str | None = None, password: str | None = None, **_) -> User | None:
        if not username or password is None:
            return None
        user = User.objects.filter(username=username).first()
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active and not user.has_expired else None

    def get_user(self, user_id: int) -> User | None:
        """Asked at each request, so that disablement and the end of its time work at once."""
        return User.objects.open().select_related("area", "operator").filter(pk=user_id).first()
