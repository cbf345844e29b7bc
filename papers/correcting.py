"""A paper that was issued with an error is corrected by another (更正通知): both stay, and each leads to the other."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts.posts import Power
from areas.models import Area
from common.clock import today
from common.exceptions import Refused, Stale
from papers import drafts, numbers
from papers.bodies import Issuer, body_at
from papers.document import (
    UNSIGNED,
    Imprint,
    Layout,
    Paper,
    PaperHead,
    PaperTable,
    Paragraph,
    SignOff,
    day_written,
    paragraphs,
    title_lines,
)
from papers.hooks import Draftable
from papers.issuing import issue
from papers.models import CLOSED, Document, Numbering, PaperDraft
from papers.wording import WordingTexts, words_for

KIND = "correction"
LONGEST = 300
_WRONG, _RIGHT = "误", "正"
"""Under which names a draft keeps them, beside the texts of its wording."""


def is_own(document: Document, body: Issuer | None) -> bool:
    """Whether the body issued the document: under its name, or a number of its own."""
    if body is None or not document.area_id.startswith(body.area):
        return False
    code = document.series.code if document.series else ""
    return document.issuer == body.name or code in (body.code, body.letter_code)


def notice(
    document: Document,
    issuer: Issuer,
    wrong: str,
    right: str,
    on: date,
    words: WordingTexts,
    number: str,
    signer: str = "",
) -> Paper:
    """The paper that corrects: which other, and which words are to be read how.

    A letter is corrected by a letter (函), what went upwards by a report (报告) with who signs, whatever else by a notice (通知).
    """
    old = document.description
    copies = old.imprint.copies_to if old.imprint else ""
    values = {
        "文种": form_of(old),
        "发文单位": issuer.name,
        "标题": document.subject,
        "文号": document.number,
        "日期": day_written(document.issued_on),
        "误": wrong,
        "正": right,
    }
    return Paper(
        title=title_lines(words.fill("title", values)),
        layout=Layout.LETTER if is_letter(old) else Layout.OFFICIAL,
        head=PaperHead(issuer.name if is_letter(old) else issuer.mark, number, signer if is_upward(old) else ""),
        addressee=old.addressee,
        body=(*paragraphs(words.fill("opening", values)), *paragraphs(words.fill("closing", values))),
        sign_off=SignOff(issuer.name, day_written(on)),
        note=old.note or issuer.asked(),
        imprint=None if is_letter(old) else Imprint(issuer.office, day_written(on), copies),
    )


def is_letter(paper: Paper) -> bool:
    return paper.layout == Layout.LETTER


def is_upward(paper: Paper) -> bool:
    """Whether it went to a superior, and so says who signed it."""
    return paper.head is not None and bool(paper.head.signer)


def form_of(paper: Paper) -> str:
    """What kind of paper corrects another (文种)."""
    return "函" if is_letter(paper) else "报告" if is_upward(paper) else "通知"


def drafted(
    *, document: Document, body: Issuer | None, wrong: str, right: str, on: date, by, number: str = ""
) -> Paper:
    """The notice as it would be issued; Refused where the wrong words do not stand in the paper, or nothing is corrected."""
    if not is_own(document, body) or not by.may(Power.KEEP_OFFICE):
        raise PermissionDenied("该公文不是本机关印发的公文，由印发机关更正。")
    wrong, right = " ".join(wrong.split()), " ".join(right.split())
    if not wrong or not right or wrong == right:
        raise Refused("请写明原文的错误文字和更正后的文字。")
    if max(len(wrong), len(right)) > LONGEST:
        raise Refused(f"一处更正最多 {LONGEST} 字。")
    if wrong not in _text(document):
        raise Refused(f"公文中没有“{wrong}”，请照原文填写。")
    return notice(document, body, wrong, right, on, words_for(KIND, document.area_id[:6], document), number, by.name)


def _text(document: Document) -> str:
    """All that the paper says, a line for each piece; its title without the breaks between its lines."""
    paper = document.description
    said = [paper.subject, paper.addressee, paper.note, *paper.attachments]
    for part in (paper.head, paper.sign_off, paper.imprint):
        said += [value for value in vars(part).values() if isinstance(value, str)] if part else []
    for block in (*paper.body, *paper.annex):
        said += [block.text] if isinstance(block, Paragraph) else []
        said += [cell for row in block.rows for cell in row] if isinstance(block, PaperTable) else []
    return "\n".join(said)


@transaction.atomic
def correct(
    *, document: Document, body: Issuer | None, wrong: str, right: str, on: date, by, serial: int | None = None
) -> Document:
    """Issue the notice to whoever reads the paper; ``serial`` is what the office's register gave, where that numbers.

    A draft of it is issued as it was checked; without one Refused where the body wants every paper checked.
    """
    said = {"document": document, "body": body, "wrong": wrong, "right": right, "on": on, "by": by}
    Document.objects.select_for_update().get(pk=document.pk)
    _require_new(document, drafted(**said))
    draft = draft_of(document)
    if draft is None and body.needs_check:
        raise Refused(f"{body.name}的公文印发前须经核稿：请先送核稿。")
    if draft is None and body.numbering == Numbering.REGISTER and serial is None:
        raise Refused("请填写登记簿给出的文号。")

    def numbered() -> tuple[numbers.DrawnNumber, str]:
        found = numbers.given(code=code_of(document, body), year=on.year, serial=serial)
        return found, str(found)

    return issue(
        kind=KIND,
        subject=document,
        issuer=body,
        area=document.area,
        on=on,
        by=by,
        is_circular=document.is_circular,
        is_letter=is_letter(document.description),
        build=lambda number: drafted(**said, number=number),
        numbered=None if draft else numbered,
    )


def _require_new(document: Document, paper: Paper) -> None:
    """Stale where a notice says already what this one would: of the same form sent twice, or of two people, one is issued."""
    for each in Document.objects.of(document).filter(kind=KIND):
        if each.description.body == paper.body:
            raise Stale(f"这处更正已由{each.number}印发，无须重复办理。")


@transaction.atomic
def open_draft(*, document: Document, body: Issuer | None, wrong: str, right: str, on: date, by) -> PaperDraft:
    """Begin the way of a notice through 核稿; Refused as by ``drafted``. The words to be corrected are the draft's for good."""
    drafted(document=document, body=body, wrong=wrong, right=right, on=on, by=by)
    said = {_WRONG: " ".join(wrong.split()), _RIGHT: " ".join(right.split())}
    return drafts.open_draft(kind=KIND, subject=document, issuer=body, by=by, more=said)


def draft_of(document: Document) -> PaperDraft | None:
    """The draft of a notice that is on its way; it corrects what ``words_of`` says."""
    return PaperDraft.objects.of(KIND, document).open().last()


def words_of(draft: PaperDraft) -> dict[str, str]:
    return {"wrong": draft.texts[_WRONG], "right": draft.texts[_RIGHT]}


def draftable(kind: str, name: str) -> Draftable | None:
    """The notice whose draft is on its way."""
    draft = PaperDraft.objects.of(KIND, name).last() if kind == KIND else None
    document = _named(name) if draft else None
    if draft is None or document is None:
        return None
    issuer = body_at(Area.objects.get(pk=draft.area_id), draft.role, today())
    said = words_of(draft)

    def build(number: str, on: date) -> Paper:
        words = words_for(KIND, draft.area_id[:6], document)
        return notice(document, issuer, said["wrong"], said["right"], on, words, number, UNSIGNED)

    return Draftable(
        title=document.subject,
        url=reverse("papers:document", args=[document.pk]),
        issuer=issuer,
        is_letter=is_letter(document.description),
        is_open=draft.state not in CLOSED,
        build=build,
    )


def _named(name: str) -> Document | None:
    model, _, key = name.partition(":")
    is_document = model == Document._meta.label_lower and key.isdecimal() and len(key) <= 18
    return Document.objects.filter(pk=key).first() if is_document else None


def code_of(document: Document, body: Issuer) -> str:
    """In which of the body's series the notice is numbered: a letter in that of letters."""
    return body.letter_code if is_letter(document.description) else body.code


def corrections_of(document: Document) -> list[Document]:
    """The notices that correct a document, the first first."""
    return list(Document.objects.of(document).filter(kind=KIND).defer("paper"))


def corrected_by(document: Document) -> Document | None:
    """The document that a notice corrects."""
    return _named(document.about) if document.kind == KIND else None
