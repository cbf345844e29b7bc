"""The head of the log as a signed file (存证树根文件), to be kept outside: made by the auditor's button or by a command."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import requires
from accounts.posts import Power
from common import clock
from papers.serving import file
from reports.certificates import signing
from witness import tree
from witness.models import LogHead

WHAT = "清城区全光网城市建设进度门户存证树根"


def exported(*, by, request=None) -> tuple[str, bytes]:
    """The file's name and its content, signed with the key that signs certificates; the trail says so."""
    head, end = tree.head(), LogHead.objects.filter(pk=LogHead.ONLY).first() or LogHead()
    said = {"what": WHAT, "size": head.size, "root": head.root, "algorithm": end.algorithm}
    content = signing.signed(said | {"at": clock.real_now().isoformat(timespec="seconds")})
    audit.record(action="witness.export", by=by, request=request, detail={"count": head.size, "root": head.root})
    return f"存证树根-{head.size}.json", json.dumps(content, ensure_ascii=False, indent=1).encode()


def read(content: bytes, public: bytes) -> tree.Head:
    """The head that a file names; ``signing.NotSigned`` with a sentence where it is none, or not signed with the key."""
    try:
        document: Any = signing.read(content)
    except ValueError:
        raise signing.NotSigned("文件不是 JSON，无法识别。") from None
    said = signing.verify(document, public)
    if said.get("what") != WHAT:
        raise signing.NotSigned("这不是存证树根文件。")
    return tree.Head(said["size"], said["root"])


@require_POST
@requires(Power.READ_AUDIT_TRAIL)
def export(request: HttpRequest) -> HttpResponse:
    name, content = exported(by=request.user, request=request)
    return file(content, name, "application/json")
