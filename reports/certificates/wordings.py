"""How the papers of a withdrawal are worded as delivered; the bureau may edit each (papers.wording)."""

from datetime import date

from papers.issuing import Issuer
from papers.wording import Placeholder, Wording, WordingPart, register
from reports.certificates import withdrawal_papers

_BUREAU = Issuer("清远市清城区经济和信息化局", "清区经信")
_GOVERNMENT = Issuer("清远市清城区人民政府", "清区府", office="清远市清城区人民政府办公室")
_TOWN = "清远市清城区源潭镇人民政府"
_TITLED = withdrawal_papers.WithdrawnTitle(
    "源潭镇秀溪村大围", "全光网自然村", "清城区全光网自然村〔2018〕12号", date(2018, 9, 3), "设施拆除"
)
_OF_THE_TITLE = (
    Placeholder("单位", "获称号的单位，连同所属街镇和村居", _TITLED.unit),
    Placeholder("称号", "获授的称号", _TITLED.title),
    Placeholder("证书编号", "证书的编号", _TITLED.number),
    Placeholder("授牌日期", "证书的日期", "2018年9月3日"),
    Placeholder("事由", "撤销的事由", _TITLED.ground),
)

WITHDRAWAL_NOTICE = register(
    Wording(
        key=withdrawal_papers.NOTICE,
        title="撤销称号事先告知书",
        places=(
            *_OF_THE_TITLE,
            Placeholder("发文单位", "区经济和信息化局", _BUREAU.name),
            Placeholder("决定机关", "区人民政府", _GOVERNMENT.name),
            Placeholder("工作日数", "方案规定的陈述申辩期限", "10"),
            Placeholder("截止日", "可以答复的最后一天", "2019年4月22日"),
        ),
        parts=(
            WordingPart("title", "标题", "{发文单位}\n关于撤销{单位}\n“{称号}”称号的事先告知书", 3),
            WordingPart(
                "opening",
                "开头",
                "{单位}于{授牌日期}获授“{称号}”称号（证书编号：{证书编号}）。经复核，我局拟报请{决定机关}撤销该称号，"
                "现将有关事项告知如下：",
            ),
            WordingPart(
                "hearing",
                "陈述申辩",
                "你单位可以在收到本告知书次日起{工作日数}个工作日内（至{截止日}，含当日），"
                "在全光网城市建设进度门户提出书面陈述申辩，并提交有关材料。逾期没有提出的，不影响作出决定。",
            ),
            WordingPart("closing", "结尾", "请将本告知书内容转告{单位}。\n特此告知。", 2),
        ),
        sample=lambda words: withdrawal_papers.notice(
            withdrawal_papers.WithdrawalNotice(
                bureau=_BUREAU,
                government=_GOVERNMENT,
                township=_TOWN,
                titled=_TITLED,
                text="经现场核查，原分光器已经拆除，半径1公里内没有其他光网接入点，不再具备光网接入能力。",
                files=("现场核查照片.jpg", "运营企业拆除说明.pdf"),
                days=10,
                until=date(2019, 4, 22),
                on=date(2019, 4, 8),
                contact="联系人：陈某某，联系电话：0763-3361234",
            ),
            words,
            "清区经信函〔2019〕8号",
        ),
    )
)

WITHDRAWAL_CIRCULAR = register(
    Wording(
        key=withdrawal_papers.CIRCULAR,
        title="撤销通报",
        places=(
            *_OF_THE_TITLE,
            Placeholder("发文单位", "区人民政府", _GOVERNMENT.name),
            Placeholder("复核单位", "区经济和信息化局", _BUREAU.name),
            Placeholder("事实", "提议时写明的事实和理由", "原分光器已经拆除，不再具备光网接入能力。"),
            Placeholder("听取意见", "听取单位意见的情况；方案没有规定听取的，空白", "（一句话）"),
            Placeholder("决定理由", "区政府决定撤销的理由", "核查属实，该镇没有异议。"),
            Placeholder("撤销日期", "作出决定的日期", "2019年4月24日"),
        ),
        parts=(
            WordingPart("title", "标题", "{发文单位}\n关于撤销{单位}\n“{称号}”称号的通报", 3),
            WordingPart("addressee", "主送", "各街道办事处、镇人民政府，区直有关单位，各电信运营企业", 2),
            WordingPart(
                "opening",
                "开头",
                "{单位}于{授牌日期}获授“{称号}”称号（证书编号：{证书编号}）。经{复核单位}复核，该单位"
                "已不符合授予该称号的条件。撤销事由：{事由}。{事实}\n{听取意见}{决定理由}",
            ),
            WordingPart(
                "closing",
                "结尾",
                "区人民政府决定，自{撤销日期}起撤销{单位}“{称号}”称号，证书和牌匾同时作废，由所在街镇收回牌匾。"
                "达到验收标准后，可以重新申报。",
            ),
            WordingPart("copies", "抄送", "区委办公室，区人大常委会办公室，区政协办公室", 2),
        ),
        sample=lambda words: withdrawal_papers.circular(
            withdrawal_papers.WithdrawalCircular(
                government=_GOVERNMENT,
                bureau=_BUREAU,
                titled=_TITLED,
                text="原分光器已经拆除，不再具备光网接入能力。",
                heard=f"{_TOWN}于2019年4月15日提出陈述申辩，已予听取。",
                on=date(2019, 4, 24),
                reason="核查属实，该镇没有异议。",
            ),
            words,
            "清区府〔2019〕5号",
        ),
    )
)
