"""How the papers of the acceptance chain are worded as delivered; the bureau may edit each (papers.wording)."""

from datetime import date

from common.periods import Quarter
from inspection import notice_papers, report_papers, submission_papers
from papers.issuing import Issuer
from papers.wording import Placeholder, Wording, WordingPart, register

_QUARTER = Quarter(2018, 2)
_BUREAU = Issuer("清远市清城区经济和信息化局", "清区经信", office="清远市清城区经济和信息化局办公室")
_GOVERNMENT = Issuer("清远市清城区人民政府", "清区府", office="清远市清城区人民政府办公室")
_TOWN = Issuer("清远市清城区源潭镇人民政府", "源潭府", office="清远市清城区源潭镇人民政府办公室")
_CONTACT = "联系人：陈某某，联系电话：0763-3361234"
_ASSESSED = (
    report_papers.Assessed(
        "源潭镇",
        "行政村达到全光网行政村标准90%以上",
        "16 个行政村中 15 个达到全光网行政村标准，应达到 15 个（90%以上）。",
        "满足",
        "第二部分（三）3",
    ),
    report_papers.Assessed(
        "源潭镇",
        "光网用户渗透率80%以上（参考指标）",
        "光网用户 18,200 户，占全部宽带用户 21,500 户的 84.65%，应达到 17,200 户（80%）。",
        "满足",
        "第二部分（三）3",
    ),
)
_UNITS = (
    submission_papers.ListedUnit("源潭镇", "441802103", "源潭镇", "全光网镇", _QUARTER.label),
    submission_papers.ListedUnit("秀溪村", "441802103201", "源潭镇", "全光网行政村", _QUARTER.label),
    submission_papers.ListedUnit("秀溪村大围", "441802103201201", "源潭镇", "全光网自然村", _QUARTER.label),
)
_NOTICED = "，并于2018年7月20日至2018年7月27日公示，收到异议1件，均已答复"
_BASIS = "（依据：2018年7月30日第12次区政府常务会议，清区府纪〔2018〕12号）"
_COUNTS = (("全光网镇", 1), ("全光网行政村", 1), ("全光网自然村", 1))

SELF_INSPECTION = register(
    Wording(
        key="self-inspection",
        title="自查报告",
        places=(
            Placeholder("报送单位", "报送报告的街道办事处或镇人民政府", _TOWN.name),
            Placeholder("受文单位", "区经济和信息化局", _BUREAU.name),
            Placeholder("季度", "取数的季度", _QUARTER.label),
            Placeholder("截止日", "该季度的最后一天", "2018年6月30日"),
            Placeholder("称号", "申请的称号", "全光网镇、全光网行政村"),
            Placeholder("数据来源", "取数所据的数据", "已审核的季报和台账"),
        ),
        parts=(
            WordingPart("title", "标题", "{报送单位}\n{季度}全光网建设达标自查报告", 2),
            WordingPart(
                "opening",
                "开头",
                "按照《清城区推进全光网城市建设实施方案》第三部分（三）的要求，我单位对照验收标准（试行）开展自查，"
                "截至{截止日}，申报单位已达到{称号}标准。现将有关情况报告如下：",
            ),
            WordingPart(
                "assessment",
                "对标自评的说明",
                "数据取自{季度}{数据来源}，取数后未作改动。逐条对照验收标准（试行）的结果见附件。",
            ),
            WordingPart("closing", "结尾", "特此报告。", 2),
        ),
        sample=lambda words: report_papers.self_inspection(
            report_papers.SelfInspection(
                township=_TOWN,
                bureau=_BUREAU,
                quarter=_QUARTER,
                on=date(2018, 7, 5),
                signer="张三",
                titles="全光网镇、全光网行政村",
                overview="本次申报的单位共 2 个：镇 1 个、行政村 1 个。\n源潭镇光网络覆盖率 98.33%，光网用户渗透率 84.65%。",
                assessed=_ASSESSED,
                evidence=("现场照片2份（秀溪村、新马村）", "测速记录5份（源潭镇）"),
                problems="源潭镇：16 个行政村中 15 个达到标准，1 个未达到。",
                contact=_CONTACT,
                digest="sha256:" + "0" * 64,
            ),
            words,
            "源潭府〔2018〕12号",
        ),
    )
)

REVIEW_REQUEST = register(
    Wording(
        key="review-request",
        title="商请审核函",
        places=(
            Placeholder("报送单位", "报送报告的街道办事处或镇人民政府", _TOWN.name),
            Placeholder("受文单位", "区经济和信息化局", _BUREAU.name),
            Placeholder("季度", "取数的季度", _QUARTER.label),
        ),
        parts=(
            WordingPart("title", "标题", "{报送单位}\n关于商请审核{季度}全光网\n建设达标自查报告的函", 3),
            WordingPart(
                "opening",
                "开头",
                "按照《清城区推进全光网城市建设实施方案》第三部分（三）的要求，我单位完成了{季度}全光网建设达标自查，"
                "现将达标自查报告送贵局。",
            ),
            WordingPart("closing", "结尾", "特此函商，请予函复。", 2),
        ),
        sample=lambda words: report_papers.review_request(
            report_papers.ReviewRequest(
                township=_TOWN,
                bureau=_BUREAU,
                quarter=_QUARTER,
                on=date(2018, 7, 5),
                request="商请贵局对以下单位的达标情况予以审核，并汇总报区人民政府审定：源潭镇拟授“全光网镇”；秀溪村拟授“全光网行政村”。",
                contact=_CONTACT,
                report_title="清远市清城区源潭镇人民政府2018年第二季度全光网建设达标自查报告（源潭府〔2018〕12号）",
            ),
            words,
            "源潭府函〔2018〕5号",
        ),
    )
)

EXAMINATION = register(
    Wording(
        key="examination",
        title="审核意见",
        places=(
            Placeholder("报送单位", "报送报告的街道办事处或镇人民政府", _TOWN.name),
            Placeholder("季度", "取数的季度", _QUARTER.label),
            Placeholder("来函文号", "商请审核函的发文字号", "源潭府函〔2018〕5号"),
            Placeholder("报告文号", "自查报告的发文字号", "源潭府〔2018〕12号"),
            Placeholder("数量", "申报的单位数", "2"),
            Placeholder("发文单位", "区经济和信息化局", _BUREAU.name),
            Placeholder("结论", "各结论的单位数", "审核通过1个，退回补正1个"),
        ),
        parts=(
            WordingPart("title", "标题", "{发文单位}\n关于{季度}全光网建设达标\n自查报告审核意见的复函", 3),
            WordingPart(
                "opening",
                "开头",
                "你单位关于商请审核{季度}全光网建设达标自查报告的函（{来函文号}）及所送自查报告（{报告文号}）收悉。按照《清城区推进全光网城市建设实施方案》"
                "第二部分（三）验收标准（试行），我局对申报的{数量}个单位逐条进行了审核。现函复如下：",
            ),
            WordingPart(
                "outcome", "审核结论", "{数量}个单位中，{结论}。各单位的结论和意见见附件1，逐条审核情况见附件2。", 2
            ),
            WordingPart("closing", "结尾：有审核通过的单位", "审核通过的单位由我局汇总后报区人民政府审定。", 2),
            WordingPart("returned", "结尾：有退回补正的单位", "退回补正的单位请补正后重新申报。", 2),
        ),
        sample=lambda words: report_papers.examination(
            report_papers.Examination(
                bureau=_BUREAU,
                township=_TOWN.name,
                quarter=_QUARTER,
                report_number="源潭府〔2018〕12号",
                on=date(2018, 7, 20),
                ruled=(
                    report_papers.Ruled("源潭镇", "全光网镇", "审核通过", "同意列入汇总上报。", code="441802103"),
                    report_papers.Ruled(
                        "秀溪村",
                        "全光网行政村",
                        "退回补正",
                        "测速记录不足，请补充。",
                        "抽查点位20个，不合格1个。",
                        "441802103201",
                    ),
                ),
                checked=tuple(
                    report_papers.Checked(each.unit, each.criterion, each.figures, "符合", "") for each in _ASSESSED
                ),
                reviewer="审核员甲",
                confirmed_by="经信局负责人",
                contact=_CONTACT,
                request_number="源潭府函〔2018〕5号",
            ),
            words,
            "清区经信函〔2018〕15号",
        ),
    )
)

COMPILATION = register(
    Wording(
        key="compilation",
        title="审定请示",
        places=(
            Placeholder("上报单位", "区经济和信息化局", _BUREAU.name),
            Placeholder("受文单位", "区人民政府", _GOVERNMENT.name),
            Placeholder("数量", "上报的单位数", "3"),
            Placeholder("季度", "达标的季度", _QUARTER.label),
        ),
        parts=(
            WordingPart("title", "标题", "{上报单位}关于审定\n{季度}全光网建设达标单位的请示", 2),
            WordingPart(
                "opening",
                "开头",
                "按照《清城区推进全光网城市建设实施方案》第三部分（三）的要求，我局对各街镇报送的达标自查报告进行了审核汇总。"
                "现就审定达标单位事宜请示如下：",
            ),
            WordingPart(
                "request", "请示事项", "拟请区人民政府审定附件所列{数量}个单位为全光网建设达标单位，并予通报。", 2
            ),
            WordingPart("closing", "结尾", "妥否，请批示。", 2),
        ),
        sample=lambda words: submission_papers.compilation(
            submission_papers.Compilation(
                bureau=_BUREAU,
                government=_GOVERNMENT,
                on=date(2018, 7, 25),
                signer="李四",
                opinion="经对 1 个街镇报送的达标自查报告进行审核，共 3 个单位达到验收标准（试行）。",
                units=_UNITS,
                counts=_COUNTS,
                contact=_CONTACT,
            ),
            words,
            "清区经信〔2018〕16号",
        ),
    )
)

CIRCULAR = register(
    Wording(
        key="circular",
        title="通报",
        places=(
            Placeholder("发文单位", "区人民政府", _GOVERNMENT.name),
            Placeholder("批次", "审定的批次", "2018年第3批"),
            Placeholder("审定日期", "区政府审定的日期", "2018年7月30日"),
            Placeholder("公示情况", "公示的起止和异议办理情况；没有公示的，空白", _NOTICED),
            Placeholder("审定依据", "审定所据的会议或批示", _BASIS),
            Placeholder("数量", "审定的单位数", "3"),
        ),
        parts=(
            WordingPart("title", "标题", "{发文单位}关于\n{批次}全光网建设达标单位的通报", 2),
            WordingPart("addressee", "主送", "各街道办事处、镇人民政府，区直有关单位，各电信运营企业", 2),
            WordingPart(
                "opening",
                "开头",
                "按照《清城区推进全光网城市建设实施方案》第三部分（三）的要求，经区经济和信息化局审核汇总{公示情况}，"
                "区人民政府于{审定日期}审定{审定依据}，{数量}个单位达到全光网建设验收标准（试行），现予通报。",
            ),
            WordingPart(
                "closing",
                "结尾",
                "希望受到通报的单位巩固成果，持续提升光网用户渗透率；尚未达标的单位对照标准加快建设，"
                "确保按期完成全光网城市建设任务。",
            ),
            WordingPart("copies", "抄送", "区委办公室，区人大常委会办公室，区政协办公室", 2),
        ),
        sample=lambda words: submission_papers.circular(
            submission_papers.Circular(
                government=_GOVERNMENT,
                batch="2018年第3批",
                ratified_on=date(2018, 7, 30),
                on=date(2018, 8, 1),
                units=_UNITS,
                counts=_COUNTS,
                noticed=_NOTICED,
                basis=_BASIS,
            ),
            words,
            "清区府〔2018〕3号",
        ),
    )
)

NOTICE = register(
    Wording(
        key="notice",
        title="公示",
        places=(
            Placeholder("发文单位", "区人民政府", _GOVERNMENT.name),
            Placeholder("数量", "拟审定的单位数", "2"),
            Placeholder("工作日", "公示的工作日数", "5"),
            Placeholder("公示日期", "公示的第一天，不计入期限", "2018年7月26日"),
            Placeholder("截止日期", "公示的最后一天", "2018年8月2日"),
            Placeholder("受理单位", "受理异议的单位", _BUREAU.name),
            Placeholder("受理电话", "受理异议的办公电话", "0763-3366000"),
            Placeholder("网上查看", "公示网页的网址；没有设定门户网址的为空", ""),
        ),
        parts=(
            WordingPart("title", "标题", "{发文单位}关于\n拟审定全光网建设达标单位的公示", 2),
            WordingPart(
                "opening",
                "开头",
                "按照《清城区推进全光网城市建设实施方案》的要求，经区经济和信息化局审核汇总，拟审定{数量}个单位达到全光网建设"
                "验收标准（试行），现予公示。公示期{工作日}个工作日，自{公示日期}至{截止日期}。",
            ),
            WordingPart(
                "closing",
                "结尾",
                "公示期内对名单有异议的，可以电话、来信或者当面向{受理单位}反映，受理电话：{受理电话}。反映情况应当实事求是，"
                "提倡署真实姓名并留联系电话，反映人的情况予以保密。\n{网上查看}",
            ),
        ),
        sample=lambda words: notice_papers.notice(
            notice_papers.NoticeData(
                government=_GOVERNMENT,
                office=_BUREAU.name,
                phones=("0763-3366000",),
                on=date(2018, 7, 26),
                until=date(2018, 8, 2),
                days=5,
                units=(
                    notice_papers.NoticedUnit(
                        "源潭镇", "441802103", "源潭镇", "全光网镇", _QUARTER.label, _ASSESSED[0].figures
                    ),
                    notice_papers.NoticedUnit(
                        "秀溪村大围", "441802103201201", "源潭镇", "全光网自然村", _QUARTER.label, "光网络覆盖 1 处。"
                    ),
                ),
            ),
            words,
            "清区府公示〔2018〕1号",
        ),
    )
)
