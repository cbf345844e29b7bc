"""Changing how documents are worded: a new version each time, with who, when and why."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts import audit
from accounts.posts import Power
from common.exceptions import Refused
from papers.models import WordingVersion
from papers.wording import Wording, words_for


@transaction.atomic
def edit(*, wording: Wording, county: str, texts: Mapping[str, str], reason: str, seen: int, by) -> WordingVersion:
    """Store the texts as a new version; no texts: back to the delivered ones.

    ``seen`` is the version that the page showed: Refused when somebody was faster, when a text is wrong,
    when nothing changed, or without a reason.
    """
    if not by.may(Power.EDIT_WORDINGS) or not by.scope.holds(county):
        raise PermissionDenied("您的岗位不能修改文书模板。")
    reason, words = reason.strip(), words_for(wording.key, county)
    wrong = [problem for text in texts.values() for problem in wording.problems(text)]
    if wrong:
        raise Refused("".join(wrong))
    if not reason:
        raise Refused("请写明修改原因。")
    if seen != words.version:
        raise Refused("页面打开后，他人已修改该模板。请重新打开，核对后修改。")
    if dict(wording.delivered | dict(texts)) == dict(words.texts):
        raise Refused("文字没有改动，未保存新版本。")
    kept = {key: texts[key] for key in wording.delivered if key in texts}
    version = _store(wording, county, words.version + 1, kept, reason, by)
    detail = {"wording": wording.title, "version": [words.version, version.version], "reason": reason}
    audit.record(action="wording.edit", by=by, subject=version, detail=detail)
    return version


def _store(wording: Wording, county: str, number: int, texts: dict, reason: str, by) -> WordingVersion:
    try:
        with transaction.atomic():
            return WordingVersion.objects.create(
                county=county, key=wording.key, version=number, texts=texts, reason=reason[:200], by=by
            )
    except IntegrityError:
        raise Refused("页面打开后，他人已修改该模板。请重新打开，核对后修改。") from None
