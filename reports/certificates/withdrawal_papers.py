"""The papers of a withdrawal: what 撤销称号事先告知书 and 撤销通报 say, and their issue.

The notice is the bureau's and goes as a letter (函) to the township, which is not beneath it; the circular is the government's and goes to everybody.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from areas.models import Area
from papers import issuing
from papers.document import Imprint, Layout, Paper, PaperHead, SignOff, day_written, paragraphs, title_lines
from papers.issuing import Issuer, issue
from papers.models import Document
from papers.wording import WordingTexts, words_for
from reports.certificates.models import Certificate, Withdrawal, WithdrawalAction, WithdrawalState

NOTICE, CIRCULAR = "withdrawal-notice", "withdrawal-circular"


@dataclass(frozen=True)
class WithdrawnTitle:
    """The title that is to be, or was, taken back, in the words of its certificate."""

    unit: str
    title: str
    number: str
    issued_on: date
    ground: str

    @property
    def values(self) -> dict[str, str]:
        return {
            "单位": self.unit,
            "称号": self.title,
            "证书编号": self.number,
            "授牌日期": day_written(self.issued_on),
            "事由": self.ground,
        }


@dataclass(frozen=True)
class WithdrawalNotice:
    """What a 事先告知书 says; ``files`` are enclosed, ``until`` is the last day of ``days`` working days."""

    bureau: Issuer
    government: Issuer
    township: str
    titled: WithdrawnTitle
    text: str
    files: tuple[str, ...]
    days: int
    until: date
    on: date
    contact: str = ""


def notice(data: WithdrawalNotice, words: WordingTexts, number: str) -> Paper:
    values = data.titled.values | {
        "发文单位": data.bureau.name,
        "决定机关": data.government.name,
        "工作日数": str(data.days),
        "截止日": day_written(data.until),
    }
    files = "\n".join(f"{place}. {PurePath(name).stem}" for place, name in enumerate(data.files, start=1))
    facts = f"一、拟撤销的事由：{data.titled.ground}\n{data.text}"
    proof = f"二、证明材料\n{files or '以全光网建设台账和评定结果为据。'}"
    return Paper(
        title=title_lines(words.fill("title", values)),
        layout=Layout.LETTER,
        head=PaperHead(data.bureau.name, number),
        addressee=data.township,
        body=(
            *paragraphs(words.fill("opening", values)),
            *paragraphs(facts),
            *paragraphs(proof),
            *paragraphs(f"三、陈述申辩\n{words.fill('hearing', values)}"),
            *paragraphs(words.fill("closing", values)),
        ),
        sign_off=SignOff(data.bureau.name, day_written(data.on)),
        note=data.contact,
    )


@dataclass(frozen=True)
class WithdrawalCircular:
    """What a 撤销通报 says; ``text`` are the facts, ``heard`` is how the unit was heard, in a sentence, ``reason`` the government's."""

    government: Issuer
    bureau: Issuer
    titled: WithdrawnTitle
    text: str
    heard: str
    on: date
    reason: str = ""


def circular(data: WithdrawalCircular, words: WordingTexts, number: str) -> Paper:
    values = data.titled.values | {
        "发文单位": data.government.name,
        "复核单位": data.bureau.name,
        "事实": data.text,
        "听取意见": data.heard,
        "决定理由": f"{data.reason.rstrip('。；')}。" if data.reason else "",
        "撤销日期": day_written(data.on),
    }
    return Paper(
        title=title_lines(words.fill("title", values)),
        head=PaperHead(data.government.mark, number),
        addressee=words.fill("addressee", values).strip().rstrip("：:"),
        body=(*paragraphs(words.fill("opening", values)), *paragraphs(words.fill("closing", values))),
        sign_off=SignOff(data.government.name, day_written(data.on)),
        imprint=Imprint(
            data.government.office, day_written(data.on), words.fill("copies", values).strip().rstrip("。")
        ),
    )


def notice_paper(withdrawal: Withdrawal, number: str, until: date, days: int, on: date) -> Paper:
    """The notice of a proposal, with the files that the bureau handed in; whoever proposed can be asked about it."""
    certificate, proposer = withdrawal.certificate, withdrawal.moves.select_related("by").earliest("pk").by
    district = _district(certificate)
    bureau = issuing.bureau(district, on)
    data = WithdrawalNotice(
        bureau=bureau,
        government=issuing.government(district, on),
        township=issuing.township(township_of(certificate), on).name,
        titled=_titled(withdrawal),
        text=withdrawal.text,
        files=tuple(withdrawal.files.filter(is_answer=False).values_list("name", flat=True)),
        days=days,
        until=until,
        on=on,
        contact=bureau.asked(proposer),
    )
    return notice(data, words_for(NOTICE, certificate.county, withdrawal), number)


def circular_paper(withdrawal: Withdrawal, number: str, on: date, reason: str) -> Paper:
    """The circular by which the title ends, for a reason."""
    certificate = withdrawal.certificate
    district = _district(certificate)
    data = WithdrawalCircular(
        government=issuing.government(district, on),
        bureau=issuing.bureau(district, on),
        titled=_titled(withdrawal),
        text=withdrawal.text,
        heard=_heard(withdrawal, issuing.township(township_of(certificate), on).name),
        on=on,
        reason=reason,
    )
    return circular(data, words_for(CIRCULAR, certificate.county, withdrawal), number)


def _titled(withdrawal: Withdrawal) -> WithdrawnTitle:
    certificate = withdrawal.certificate
    return WithdrawnTitle(
        certificate.unit_full_name,
        certificate.title,
        certificate.number,
        certificate.issued_on,
        withdrawal.get_ground_display(),
    )


def _heard(withdrawal: Withdrawal, township: str) -> str:
    """How the unit was heard: it answered, it let the term pass, or the plan asks for no hearing (blank)."""
    answered = withdrawal.moves.filter(action=WithdrawalAction.ANSWER).order_by("pk").last()
    if answered:
        return f"{township}于{day_written(answered.on)}提出陈述申辩，已予听取。"
    if withdrawal.state == WithdrawalState.HEARING and withdrawal.hear_until:
        return f"经事先告知（{withdrawal.notice_number}），{township}在期限内没有提出陈述申辩。"
    return ""


def _district(certificate: Certificate) -> Area:
    return Area.objects.get(code=certificate.county)


def township_of(certificate: Certificate) -> Area:
    """The street or town in which the unit lies, or which is the unit."""
    return Area.objects.select_related("parent").get(code=certificate.area_id[:9])


def issuer_of(kind: str, withdrawal: Withdrawal, on: date) -> Issuer:
    """The bureau of the notice, the government of the circular."""
    body = issuing.bureau if kind == NOTICE else issuing.government
    return body(_district(withdrawal.certificate), on)


def issue_notice(withdrawal: Withdrawal, until: date, days: int, on: date, by) -> Document:
    """Give the notice its number and let the township read it; in the transaction that begins the hearing."""
    return issue(
        kind=NOTICE,
        subject=withdrawal,
        issuer=issuer_of(NOTICE, withdrawal, on),
        area=township_of(withdrawal.certificate),
        on=on,
        by=by,
        is_letter=True,
        build=lambda number: notice_paper(withdrawal, number, until, days, on),
    )


def issue_circular(withdrawal: Withdrawal, on: date, by, reason: str) -> Document:
    """Give the circular its number and let every township read it; in the transaction that withdraws the title."""
    return issue(
        kind=CIRCULAR,
        subject=withdrawal,
        issuer=issuer_of(CIRCULAR, withdrawal, on),
        area=_district(withdrawal.certificate),
        on=on,
        by=by,
        build=lambda number: circular_paper(withdrawal, number, on, reason),
        is_circular=True,
    )
