"""How the papers of no other room are worded as delivered: the notice that corrects another."""

from datetime import date

from papers import correcting
from papers.bodies import Issuer
from papers.document import Imprint, Paper, to_json
from papers.models import Document
from papers.wording import Placeholder, Wording, WordingPart, register

_GOVERNMENT = Issuer("清远市清城区人民政府", "清区府", office="清远市清城区人民政府办公室")
_SUBJECT = "清远市清城区人民政府关于2018年第3批全光网建设达标单位的通报"

CORRECTION = register(
    Wording(
        key=correcting.KIND,
        title="更正通知",
        places=(
            Placeholder("发文单位", "印发原件和更正的机关", _GOVERNMENT.name),
            Placeholder("标题", "原件的标题", _SUBJECT),
            Placeholder("文种", "通知；更正函的为函，更正上行文的为报告", "通知"),
            Placeholder("文号", "原件的发文字号", "清区府〔2018〕3号"),
            Placeholder("日期", "原件的成文日期", "2018年8月1日"),
            Placeholder("误", "原件的错误文字", "秀溪村大围"),
            Placeholder("正", "更正后的文字", "秀溪村大围（一）"),
        ),
        parts=(
            WordingPart("title", "标题", "{发文单位}\n关于更正{文号}文的{文种}", 2),
            WordingPart("opening", "正文", "{日期}印发的《{标题}》（{文号}）中，“{误}”应为“{正}”。"),
            WordingPart("closing", "结尾", "特此更正。", 2),
        ),
        sample=lambda words: correcting.notice(
            Document(
                subject=_SUBJECT,
                number="清区府〔2018〕3号",
                issued_on=date(2018, 8, 1),
                paper=to_json(
                    Paper(_SUBJECT, (), addressee="各街道办事处、镇人民政府", imprint=Imprint("", "", "区委办公室"))
                ),
            ),
            _GOVERNMENT,
            "秀溪村大围",
            "秀溪村大围（一）",
            date(2018, 8, 10),
            words,
            "清区府〔2018〕5号",
        ),
    )
)
