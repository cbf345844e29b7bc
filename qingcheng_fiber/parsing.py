"""What the API reads: JSON, a plain refusal of what only looks like it, and no parameter that it would overlook."""

from django.http import HttpRequest, JsonResponse
from rest_framework.exceptions import ParseError
from rest_framework.metadata import BaseMetadata
from rest_framework.parsers import JSONParser

from qingcheng_fiber.errors import API


class Json(JSONParser):
    """JSON that is no deeper nested than can be read."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError("JSON 嵌套过深，未读取。") from None


class Askable(BaseMetadata):
    """The answer to OPTIONS: the methods, and the parameters that a GET may have."""

    def determine_metadata(self, request, view) -> dict:
        actions = getattr(view, "action_map", None) or {}
        return {"methods": view.allowed_methods, "parameters": _parameters(view, actions)}


class KnownParameters:
    """Refuse, under /api/, a parameter that its view does not know: a misspelt filter is not one that finds all,
    and who writes ``?dry_run=1`` does not mean to write."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> JsonResponse | None:
        if not request.path_info.startswith(API):
            return None
        is_read = request.method in ("GET", "HEAD", "OPTIONS")
        known = _parameters(view.cls, getattr(view, "actions", None) or {}) if is_read else []
        strange = [name for name in request.GET if name not in known]
        return _refused(strange, known) if strange else None


def _parameters(view, actions: dict) -> list[str]:
    """What may be asked of a list: its filters, its order, its pages; of a row what its view says; of anything else nothing."""
    if "list" not in actions.values():
        return list(getattr(view, "row_parameters", ())) if "retrieve" in actions.values() else []
    pages = view.pagination_class
    return sorted({*view.filterset_class.base_filters, "ordering", pages.page_query_param, pages.page_size_query_param})


def _refused(strange: list[str], known: list[str]) -> JsonResponse:
    names = "、".join(f"“{name[:40]}”" for name in strange[:5])
    way_out = f"该地址可用的参数：{'、'.join(known)}。" if known else "该请求不带参数。"
    detail = f"无法识别参数{names}，未办理。{way_out}"
    return JsonResponse({"detail": detail}, status=400, json_dumps_params={"ensure_ascii": False})
