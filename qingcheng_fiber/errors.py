"""Answers when something is wrong, in words a person can act on, with what she had typed.

None but 403 and 404 needs the database. Under /api/, and where a script asks for it, they are JSON: a system reads no page.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.db import DatabaseError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

from areas.models import Area
from common import request_id
from common.database import is_away
from common.exceptions import Stale
from common.http import RowNotFound, own_address
from entry import plain
from gate.disk import is_full
from gate.uploads import MEGABYTE, NoSpace, OverQuota, are_sent

RETRY_SECONDS = "30"
API = "/api/"
IN_JSON = {
    400: "请求无法识别，未作任何改动。",
    403: "没有权限办理。",
    404: "没有该接口地址。可用地址见 /api/ 和接口文档。",
    405: "该地址不接受这种请求方法，未作任何改动。",
    409: "您打开页面之后，内容已由他人改动，未保存。请刷新后核对。",
    413: "请求内容超过允许的大小，未接收，未作任何改动。请分批发送。",
    429: "请求过于频繁，未办理。请稍后再试。",
    500: "门户处理请求时出错，未完成的改动已撤回。请稍后再试。",
    503: "门户暂时无法连接数据库，未完成的改动已撤回。请半分钟后再试。",
    507: "服务器磁盘已满，未完成的改动已撤回。请通知系统管理员。",
}
"""What a system is told."""
ALONE = frozenset(IN_JSON) - {403, 404}
"""The pages that stand without the portal around them."""


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403, str(exception or ""))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if _is_for_a_system(request):
        return _json(403, "页面已过期，提交的内容未接收。请刷新页面后重新提交。")
    return render(request, "qingcheng_fiber/csrf.html", kept(request), status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404, str(exception) if isinstance(exception, RowNotFound) else "")


def too_large(request: HttpRequest) -> HttpResponse:
    """413 of a body that nobody reads; only what was typed beside the files, for someone who has been here before."""
    if request.COOKIES and int(request.META["CONTENT_LENGTH"]) <= _STILL_READ * settings.LARGEST_BODY:
        request.upload_handlers = [_NoFiles()]
        request.files_passed_by = True
    else:
        request.POST = QueryDict()
    most = settings.LARGEST_BODY // MEGABYTE
    return page(request, 413, f"一次上传的文件合计超过 {most} MB，未接收，未作任何改动。" if most else "")


_STILL_READ = 5
"""How many times as large as allowed a body may be for what was typed in it to be looked for."""


class _NoFiles(FileUploadHandler):
    """Lets every file of a body pass by."""

    def new_file(self, *args, **options) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data, start) -> None:
        """Nothing: it is never asked, for every file is skipped."""

    def file_complete(self, file_size) -> None:
        """Nothing: see above."""


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when it was the database that did not answer, or 507 when a disk is full.

    Django calls this while the exception is being handled. A middleware could not do the same: those
    within it have their exceptions turned into answers before it sees them.
    """
    fault = sys.exception()
    if is_full(fault):
        return page(request, 507)
    if is_away(fault):
        response = page(request, 503)
        response["Retry-After"] = RETRY_SECONDS
        return response
    return page(request, 500)


def of_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
    """The page of a refusal that no view has caught: too much for a day, no room for files, somebody else was faster."""
    for kind, status in ((OverQuota, 429), (NoSpace, 507), (Stale, 409)):
        if isinstance(exception, kind):
            return page(request, status, str(exception))
    return None


def page(request: HttpRequest, status: int, reason: str = "") -> HttpResponse:
    """The page of a status, with what was typed; ``reason`` stands in the place of what is usually said."""
    if _is_for_a_system(request):
        return _json(status, reason)
    # What a person can tell the administrator; who sent too much or nonsense has nobody to tell.
    number = request_id.current.get() if status >= 500 else ""
    typed = kept(request, is_passing=status in PASSING, asks_database=status != 503)
    template, context = f"qingcheng_fiber/{status}.html", {"reason": reason, "number": number, **typed}
    if status not in ALONE:
        return render(request, template, context, status=status)
    return HttpResponse(render_to_string(template, context), status=status)


PASSING = frozenset({500, 503, 507})
"""What may be over when the same is sent once more."""
SECRET = ("password", "token", "secret", "otp", "captcha", "recovery")
"""Parts of names of fields whose contents no page shows again."""
SECRET_NAMES = frozenset({"present", "new", "again", "code"})
"""Such fields of the pages of one's own password and second factor (accounts.forms), by the whole name."""
SENT_ALONG = frozenset({
    "first", "version", "next", "cell", "column", "deed", "digest", "held", "objection", "past", "previewed", "query", "rows", "seen", "shown",
    "standing", "take", "turned", "until", "year", "accuracy", "at", "seen_name", "seen_households", "seen_lon", "seen_lat",
    "account", "act", "action", "table", "all", "bound", "check", "choose", "decision", "discard", "end", "forget", "form", "hand_up",
    "is_robust", "look", "of", "pins", "save", "step",
})  # fmt: skip
"""What nobody typed: hidden fields, and the buttons that were pressed."""
MOST_SHOWN = 300
WORDS = {
    "reason": "说明", "reason_code": "原因类别", "document": "依据", "note": "备注", "remark": "备注", "caption": "说明", "title": "标题",
    "name": "名称", "email": "电子邮箱", "number": "文号", "on": "日期", "text": "内容", "comment": "意见", "opinion": "意见", "signer": "签批人",
    "explanation": "情况说明", "lon": "经度", "lat": "纬度", "mbps": "实测下行速率", "period": "季度", "outcome": "结果", "kind": "类别",
    "username": "用户名", "unit": "单位", "phone": "办公电话", "requested_by": "申请人", "basis": "依据", "valid_until": "有效期至",
    "finding": "核查情况", "threshold": "界限", "ground": "依据", "place": "经度、纬度", "area_code": "区域编码", "setting": "场所",
    "valid_from": "起", "valid_to": "止", "nature": "性质", "firm": "物业服务企业", "into": "并入的问题编号",
}  # fmt: skip
"""What fields are called that many forms have; another stands under its own name."""


def kept(request: HttpRequest, *, is_passing: bool = False, asks_database: bool = True) -> dict[str, Any]:
    """What was typed, for a page to show it again in words: no password, no file, nothing that the page itself sends along.

    ``again`` is where it may be sent once more by a button, where that may help (``is_passing``) and none of it was left out:
    only what has passed the check against forged forms, lest a page of somebody else's needed no more than a press of it.
    """
    typed = [(name, text) for name, text in _posted(request) if not is_secret(name)]
    is_whole = len(typed) == len(_posted(request))
    shown = _in_words(request, typed, asks_database)
    may_again = is_passing and is_whole and bool(typed) and getattr(request, "csrf_processing_done", False)
    return {
        "typed": shown[:MOST_SHOWN],
        "fields": typed,
        "has_files": bool(shown) and (are_sent(request) or hasattr(request, "files_passed_by")),
        "again": request.get_full_path() if may_again else "",
        "csrf_token": get_token(request) if may_again else "",
        "back": _came_from(request),
    }


def _in_words(request: HttpRequest, typed: list[tuple[str, str]], asks_database: bool) -> list[tuple[str, str]]:
    """What a person typed, each with what its field is called; of a form of figures only what was changed, each by its place."""
    cells = plain.changed_at(request.path_info, dict(typed))
    names = _names({code for code, _, _ in cells}) if asks_database else {}
    figures = [(f"{names.get(code, code)} {label}", text or "（空白）") for code, label, text in cells]
    others = [(name, text) for name, text in typed if text.strip() and name.partition("-")[0] not in SENT_ALONG]
    is_grid = any(name.startswith(plain.SEEN) for name, _ in typed)
    return figures + [(called(name), text) for name, text in others if not (is_grid and plain.is_of_the_grid(name))]


def _names(codes: set[str]) -> dict[str, str]:
    """What areas are called; nothing while the database does not say."""
    with suppress(DatabaseError):
        return dict(Area.objects.filter(pk__in=codes).values_list("pk", "name")) if codes else {}
    return {}


def name_of(field: str) -> str:
    """The name of a field without the number of its row."""
    return re.sub(r"-\d+$", "", field)


def called(field: str) -> str:
    """What a field is called on its page: as WORDS says, else as its form does, else by its own name."""
    name = name_of(field)
    return WORDS.get(name) or _labels().get(name) or field


@cache
def _labels() -> dict[str, str]:
    """The labels of all forms, by the names of their fields."""
    return {
        name: str(field.label)
        for form in our_forms()
        for name, field in form.base_fields.items()
        if field.label is not None
    }


LIBRARIES = ("django", "django_otp", "rest_framework")


def our_forms(of: type[BaseForm] = BaseForm) -> Iterator[type[BaseForm]]:
    """The forms of all rooms, none of a library's."""
    for each in of.__subclasses__():
        if each.__module__.partition(".")[0] not in LIBRARIES:
            yield each
        yield from our_forms(each)


def _came_from(request: HttpRequest) -> str:
    """The page on which the form stood that was posted, where it is one of ours; opened anew it is as things are now."""
    page = request.headers.get("Referer", "") if request.method == "POST" else ""
    with suppress(DisallowedHost):
        return own_address(request, page)
    return ""


def is_secret(name: str) -> bool:
    """Whether no page may show again what was typed into a field."""
    return name in SECRET_NAMES or any(part in name.lower() for part in SECRET)


def _posted(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field of a form that was posted, but the portal's own token; none of what cannot be read."""
    posted: list[tuple[str, list[str]]] = []
    with suppress(Exception):  # Whatever made it unreadable is what the page is about.
        posted = [*request.POST.lists()] if request.method == "POST" else []
    return [(name, text) for name, texts in posted if name != "csrfmiddlewaretoken" for text in texts]


def _is_for_a_system(request: HttpRequest) -> bool:
    return request.path_info.startswith(API) or request.headers.get("Accept", "").startswith("application/json")


def _json(status: int, reason: str = "") -> JsonResponse:
    content = {"detail": reason or IN_JSON[status]}
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
