"""Who may look at the registry: asked of the user alone, since the accounts are a room above this one.

A user answers ``may(power)`` and ``scope``; the powers are named by their values. The audit trail is
reached by the name in ``settings.AUDIT_RECORD``, as the user model is by that in AUTH_USER_MODEL.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils.module_loading import import_string
from rest_framework.permissions import BasePermission

SEE_REGISTRY = "see_registry"
SEE_NETWORK = "see_network"
EXPORT = "export"
KEEP_REGISTRY = "keep_registry"
LOAD_NETWORK = "load_network"
RECORD_SUCCESSIONS = "record_successions"

_DEEDS = {
    SEE_REGISTRY: "查看区域和点位台账",
    SEE_NETWORK: "查看接入点和工单台账",
    EXPORT: "导出数据",
    RECORD_SUCCESSIONS: "登记区域的撤并",
}


def refusal(power: str) -> str:
    return f"您的岗位不能{_DEEDS[power]}。如确需办理，请联系安全管理员调整岗位。"


def requires(power: str) -> Callable:
    """Answer 403, with the reason, to a user whose post lacks ``power``."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.may(power):
                raise PermissionDenied(refusal(power))
            return view(request, *args, **kwargs)

        guarded.powers = (power,)
        return guarded

    return decorate


class HasPower(BasePermission):
    """The same for the API: a view states its ``power``."""

    def has_permission(self, request, view) -> bool:
        self.message = refusal(view.power)
        return request.user.is_authenticated and request.user.may(view.power)


def record(**entry) -> None:
    """Write into the audit trail; the arguments are those of ``accounts.audit.record``."""
    import_string(settings.AUDIT_RECORD)(**entry)
