"""The audit trail in words: what actions and subjects are called, and what was changed from what to what."""

import re
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Field, Model
from django.utils import timezone

from accounts.audit import FAILED, OK, REFUSED
from accounts.models import AuditEntry
from areas.models import Area
from common.periods import Quarter

ACTIONS = {
    "session.login": "登录",
    "session.failed": "登录失败",
    "session.locked": "登录锁定",
    "session.ceiling": "登录失败达到上限",
    "session.release": "解除登录限制",
    "session.logout": "退出",
    "session.end": "结束一处登录",
    "session.end_all": "结束全部登录",
    "session.over": "登录时间达到上限",
    "second_factor.enrol": "启用两步验证",
    "session.code_failed": "验证码错误",
    "second_factor.recover": "使用恢复码登录",
    "second_factor.renew_codes": "更换恢复码",
    "second_factor.remove": "解除两步验证",
    "second_factor.reset": "重置两步验证",
    "account.create": "建立账号",
    "account.edit": "修改账号资料",
    "account.reset_password": "重置密码",
    "account.password": "修改密码",
    "account.told": "告知账号变动",
    "account.disable": "停用账号",
    "account.enable": "启用账号",
    "account.assign_post": "分配岗位",
    "account.close_dormant": "停用长期未登录的账号",
    "account.reopen": "重新开放账号",
    "account.unlock": "解除登录锁定",
    "token.issue": "发放接口令牌",
    "token.revoke": "作废接口令牌",
    "token.failed": "接口令牌无效",
    "audit.verify": "验证审计链",
    "audit.protect": "重新装上审计保护",
    "witness.mail": "邮寄存证树根",
    "witness.export": "导出存证树根",
    "witness.verify": "核验存证",
    "audit.archive": "审计记录归档",
    "question.save": "保存常用查询",
    "question.drop": "删除常用查询",
    "anomaly.check": "核查异常行为",
    "anomaly.set_terms": "修改异常行为界限",
    "access.refused": "拒绝访问",
    "personal.look": "查看个人信息",
    "export": "导出",
    "return.open": "开始填报",
    "return.save": "保存季报草稿",
    "return.take_suggestions": "采用建议数",
    "return.submit": "报送季报",
    "return.hand_up": "提请签发季报",
    "return.hand_back": "季报退回经办",
    "return.withdraw": "撤回季报",
    "return.look": "打开季报审核",
    "return.take": "受理季报",
    "return.pass": "审核通过季报，报请审定",
    "return.confirm": "审定季报",
    "return.overrule": "季报退回审核员",
    "return.discard": "撤销季报更正",
    "round.open": "开放填报期",
    "round.unlock": "开放逾期补报",
    "round.urge": "催办季报",
    "check.set_terms": "修改核对口径",
    "count.save": "填报运营企业数据",
    "comment.write": "写批注",
    "comment.settle": "批注标为已处理",
    "comment.reopen": "批注重新打开",
    "round.remind": "发送催办邮件",
    "inbox.digest": "发送待办提醒",
    "late.ask": "申请补报",
    "late.grant": "允许补报",
    "late.refuse": "不予允许补报",
    "late.withdraw": "撤回补报申请",
    "return.approve": "审核通过季报",
    "return.send_back": "退回季报",
    "return.correct": "更正季报",
    "return.supersede": "季报被更正",
    "workbook.download": "下载季报工作簿",
    "workbook.upload": "上传季报工作簿",
    "workbook.confirm": "工作簿存为草稿",
    "workbook.history": "下载历年季报",
    "ledger.download": "下载台账工作簿",
    "ledger.upload": "上传台账工作簿",
    "ledger.confirm": "台账工作簿写入台账",
    "ledger.load": "接口上报台账",
    "job.start": "发起后台任务",
    "job.download": "下载任务结果",
    "plan.sign": "签发建设方案",
    "plan.withdraw": "撤回建设方案",
    "breakdown.draft": "起草任务分解",
    "breakdown.edit": "修改分解指标",
    "breakdown.propose": "任务分解提请签发",
    "breakdown.send_back": "任务分解退回修改",
    "breakdown.issue": "签发任务分解",
    "breakdown.accept": "签订责任书",
    "breakdown.discard": "作废任务分解",
    "breakdown.replace": "更换任务分解",
    "matter.write": "作出批示",
    "matter.sign": "签收督办事项",
    "matter.report": "反馈督办事项办理情况",
    "matter.close": "办结督办事项",
    "matter.send_back": "督办事项退回重办",
    "matter.withdraw": "撤回督办事项",
    "problem.open": "登记问题",
    "problem.accept": "受理问题",
    "problem.hand_over": "转办问题",
    "problem.solve": "报告问题解决",
    "problem.turn": "指标显示问题已解决",
    "problem.close": "问题销号",
    "problem.send_back": "问题退回重办",
    "problem.reopen": "问题重新打开",
    "problem.merge": "问题并入",
    "problem.split": "拆分问题",
    "problem.withdraw": "撤回问题",
    "problem.note": "问题留言",
    "problem.attach": "上传问题材料",
    "problem.download": "下载问题材料",
    "case.open": "登记收费和垄断案件",
    "case.refer": "案件移送主管部门",
    "case.answer": "登记主管部门反馈",
    "case.conclude": "登记案件处理结果",
    "case.look": "查看问题反映人",
    "threshold.set": "设置指标提醒",
    "threshold.remove": "删除指标提醒",
    "threshold.note": "知悉指标提醒",
    "measure.begin": "登记措施",
    "measure.revise": "修改措施记录",
    "measure.send": "报送措施记录",
    "measure.confirm": "确认措施记录",
    "measure.send_back": "退回措施记录",
    "measure.correct": "更正措施记录",
    "measure.discard": "撤销措施草稿",
    "measure.void": "作废措施记录",
    "measure.download": "下载措施附件",
    "appraisal.set_weights": "设置考核权重",
    "appraisal.begin": "开始考核",
    "appraisal.take": "考核重新计分",
    "appraisal.open": "考核征求意见",
    "appraisal.redo": "考核退回草稿",
    "appraisal.freeze": "考核定稿",
    "appraisal.publish": "公布考核",
    "appraisal.discard": "撤销考核",
    "appraisal.object": "对考核提出意见",
    "appraisal.answer": "答复考核意见",
    "screen.give": "开通大屏",
    "screen.withdraw": "收回大屏",
    "certificate.issue": "授牌",
    "certificate.recheck": "启动称号复核",
    "certificate.explain": "说明称号复核情况",
    "certificate.confirm": "复核后维持称号",
    "certificate.withdraw": "撤销称号",
    "withdrawal.propose": "提议撤销称号",
    "withdrawal.notify": "签发撤销称号告知书",
    "withdrawal.refer": "撤销称号报请区政府决定",
    "withdrawal.answer": "撤销称号陈述申辩",
    "withdrawal.withdraw": "决定撤销称号",
    "withdrawal.keep": "决定维持称号",
    "withdrawal.drop": "撤回撤销称号的提议",
    "withdrawal.attach": "上传撤销程序材料",
    "withdrawal.detach": "移除撤销程序材料",
    "withdrawal.download": "下载撤销程序材料",
    "certificate.print": "打印证书",
    "certificate.make_key": "生成证书签名密钥",
    "certificate.rotate_key": "更换证书签名密钥",
    "field.visit": "登记走访",
    "spot_check.draw": "抽取抽查样本",
    "spot_check.hold": "暂存抽查照片",
    "spot_check.enter": "登记抽查结果",
    "spot_check.conclude": "作出抽查结论",
    "spot_check.download": "下载抽查照片",
    "spot_check.void": "作废抽查样本",
    "document.issue": "印发公文",
    "document.export": "导出公文",
    "wording.edit": "修改文书模板",
    "wording.preview": "预览文书模板",
    "body.enter": "修改发文机关信息",
    "number.keep": "留用文号",
    "number.void": "作废文号",
    "draft.open": "公文拟稿",
    "draft.word": "修改公文稿",
    "draft.number": "登记文号",
    "draft.hand_in": "公文稿送核",
    "draft.check": "核稿同意",
    "draft.send_back": "公文稿退回",
    "draft.ask": "公文稿送会签",
    "draft.countersign": "会签同意",
    "draft.drop": "撤稿",
    "inspection.start": "起草自查报告",
    "inspection.save": "保存自查报告",
    "inspection.refreeze": "自查报告重新取数",
    "inspection.hand_up": "提请签发自查报告",
    "inspection.hand_back": "自查报告退回经办",
    "inspection.send": "签发报送自查报告",
    "inspection.withdraw": "撤回自查报告",
    "inspection.discard": "撤销自查报告",
    "inspection.take": "受理自查报告",
    "inspection.conclude": "自查报告审结",
    "inspection.pass_clean": "一并通过无须说明的单位",
    "inspection.confirm_clean": "一并复核同意通过",
    "inspection.reopen": "自查报告重新审核",
    "inspection_unit.pass": "申报单位审核通过",
    "inspection_unit.pass_short": "申报单位审核通过（渗透率未达参考值）",
    "inspection_unit.vet_pass": "申报单位拟通过，报请复核",
    "inspection_unit.vet_pass_short": "申报单位拟通过（渗透率未达参考值），报请复核",
    "inspection_unit.return": "申报单位退回补正",
    "inspection_unit.refuse": "申报单位不予通过",
    "inspection_unit.vet_refusal": "申报单位拟不予通过，报请复核",
    "inspection_unit.confirm_pass": "复核同意通过",
    "inspection_unit.confirm_refusal": "复核同意不予通过",
    "inspection_unit.overrule": "复核退回审核员",
    "inspection_unit.send_down": "区政府退回申报单位",
    "inspection_unit.end_title": "申报单位称号撤销",
    "submission.compile": "开始汇总",
    "submission.edit": "修改汇总",
    "submission.submit": "汇总上报区政府",
    "submission.recall": "撤回汇总上报",
    "submission.abandon": "撤销汇总",
    "submission.notice": "公示名单",
    "submission.give_ground": "登记审定依据",
    "submission.look": "审定前查看单位",
    "submission.set_aside": "拟退回单位",
    "submission.propose": "提出审定意见",
    "submission.decide": "审定批次",
    "submission.turn_down": "退回汇总上报",
    "submission.announce": "通报批次",
    "public_objection.enter": "登记公示异议",
    "public_objection.answer": "答复公示异议",
    "public_objection.look": "查看公示异议人",
    "hands.loosen": "放宽经手限制",
    "hands.tighten": "终止放宽经手限制",
    "objection.reply": "答复区政府退回意见",
    "objection.settle": "了结退回意见",
    "second_opinion.ask": "提请会商",
    "second_opinion.answer": "答复会商",
    "second_opinion.withdraw": "撤回会商",
    "evidence.add": "上传佐证材料",
    "evidence.make": "生成报装工单统计",
    "evidence.arrange": "调整佐证材料归属",
    "evidence.explain": "说明佐证材料疑点",
    "evidence.remove": "移除佐证材料",
    "evidence.download": "下载佐证材料",
    "publicity.enter": "登记宣传报道",
    "publicity.correct": "更正宣传报道",
    "publicity.withdraw": "撤下宣传报道",
    "succession.record": "登记撤并",
    "succession.revoke": "撤回撤并登记",
    "proposal.propose": "提出变更申请",
    "proposal.attach": "附变更依据",
    "proposal.apply": "变更即时生效",
    "proposal.accept": "采纳变更申请",
    "proposal.accept_part": "部分采纳变更申请",
    "proposal.vet": "变更申请拟采纳，报请复核",
    "proposal.confirm": "复核同意变更申请",
    "proposal.overrule": "变更申请复核退回审核员",
    "proposal.send_back": "退回变更申请",
    "proposal.refuse": "不予采纳变更申请",
    "proposal.revise": "变更申请修改后重新提交",
    "proposal.withdraw": "撤回变更申请",
    "proposal.download": "下载变更依据",
    "proposal.set_policy": "修改变更审定权限",
    "finding.explain": "说明不是台账问题",
    "finding.overrule": "不予认可台账问题的说明",
    "finding.set_bound": "修改台账问题界限",
    "package.import": "导入数据包",
    "package.export": "导出数据包",
    "calendar.take": "补录放假安排",
    "backup.make": "备份",
    "backup.thin": "清理旧备份",
    "backup.drill": "恢复演练",
    "backup.restore": "从备份恢复",
    "backup.stream": "连续备份",
    "portal.downgrade": "降级到旧版本",
}
"""Known actions; another is shown as it is written."""

GROUPS = {
    "登录": ("session.", "second_factor."),
    "拒绝访问": ("access.", "token.failed", "session.locked"),
    "查看个人信息": ("personal.", "public_objection.look", "case.look"),
    "账号、岗位和令牌": ("account.", "token."),
    "审计和存证": ("audit.", "question.", "anomaly.", "witness."),
    "备份和运行": ("backup.", "portal."),
    "季报": ("return.", "round.", "check.", "count.", "comment.", "late.", "workbook."),
    "台账和变更": ("ledger.", "proposal.", "succession.", "finding.", "package.", "calendar.", "field."),
    "自查、汇总和审定": (
        *("inspection.", "inspection_unit.", "submission.", "public_objection.", "objection.", "second_opinion."),
        *("hands.", "evidence.", "publicity.", "spot_check."),
    ),
    "授牌": ("certificate.", "withdrawal."),
    "建设方案": ("plan.",),
    "分解落实": ("breakdown.",),
    "督办": ("matter.", "threshold."),
    "措施台账和考核": ("measure.", "appraisal."),
    "问题": ("problem.", "case."),
    "公文": ("document.", "wording.", "body.", "number.", "draft."),
    "任务、大屏和提醒": ("job.", "screen.", "inbox.", "round.remind"),
}
"""The groups in which the auditor asks for actions: those that begin so."""

HANDED_OUT = frozenset(
    {
        *("export", "workbook.download", "workbook.history", "ledger.download", "job.download", "certificate.print"),
        *("withdrawal.download", "document.export", "evidence.download", "package.export"),
        *("proposal.download", "spot_check.download", "measure.download", "problem.download"),
    }
)
"""Actions by which something left the portal: a group of its own, 导出和下载."""


def actions_of(group: str) -> list[str]:
    """The actions of a group; KeyError for one that is not there."""
    if group == TAKEN:
        return sorted(HANDED_OUT)
    return [action for action in ACTIONS if action.startswith(GROUPS[group])]


TAKEN = "导出和下载"

FORMER = frozenset({"succession.record", "succession.revoke"})
"""Actions that the portal writes no more; what was written once must be readable for ever."""

RESULTS = {OK: "成功", REFUSED: "被拒绝", FAILED: "失败"}
MISSING = "（空）"
IN_A_LINE = 3
"""How many facts of an entry stand in its row of the list."""


def action_label(entry: AuditEntry) -> str:
    return ACTIONS.get(entry.action, entry.action)


def result_label(entry: AuditEntry) -> str:
    return RESULTS.get(entry.result, entry.result)


def subject_label(entry: AuditEntry) -> str:
    """季报：东城街道2018年第二季度季报."""
    if not entry.subject_type:
        return ""
    model = model_of(entry)
    kind = model._meta.verbose_name if model else entry.subject_type
    return f"{kind}：{entry.subject_name or entry.subject_key}"


def changes(entry: AuditEntry, places: Mapping[str, str] = MappingProxyType({})) -> list[tuple[str, str]]:
    """Each fact of the entry's detail with its name; changes as before → after. ``places`` are the names of areas by their codes."""
    model = model_of(entry)
    facts = entry.facts.items()
    return [(places.get(key) or _name(model, key), _text(model, key, value)) for key, value in facts]


def places(entry: AuditEntry) -> dict[str, str]:
    """The areas that facts of the entry are about, by code: who reads the trail has no register to look them up in; one query."""
    codes = [key for key in entry.facts if key.isdecimal()]
    found = Area.objects.filter(pk__in=codes).values_list("pk", "name") if codes else ()
    return {code: f"{name}（{code}）" for code, name in found}


def summary(entry: AuditEntry) -> str:
    """The first facts in a line, and how many more there are."""
    found = changes(entry)
    more = [f"另有 {len(found) - IN_A_LINE} 项"] if len(found) > IN_A_LINE else []
    return "；".join([f"{name}：{text}" for name, text in found[:IN_A_LINE]] + more)


def model_of(entry: AuditEntry) -> type[Model] | None:
    """What the entry's subject is; None where there is none, or no longer such a kind."""
    try:
        return apps.get_model(entry.subject_type) if entry.subject_type else None
    except LookupError:
        return None


def name_of(model, key: str) -> str:
    """What a detail is called: as the column of the subject, else as below; '' when nobody has named it yet."""
    field = _field(model, key)
    return str(field.verbose_name) if field else _NAMES.get(key, "")


def _text(model, key: str, value) -> str:
    """A value in words: a change with an arrow, facts within a fact one after the other."""
    field = _field(model, key)
    if isinstance(value, dict):
        # What is told of a part of the subject, a line of a return say, is no column of the subject itself.
        return "，".join(f"{_name(None, name)} {_text(None, name, inner)}" for name, inner in value.items()) or MISSING
    if isinstance(value, list) and len(value) == 2 and key not in _LISTS:
        return f"{_said(field, value[0])} → {_said(field, value[1])}"
    return _said(field, value)


def _name(model, key: str) -> str:
    return name_of(model, key) or key


def _field(model, key: str) -> Field | None:
    """The column of the subject that is called so; what merely points to the subject has no name of its own."""
    try:
        field = model._meta.get_field(key) if model else None
    except FieldDoesNotExist:
        return None
    return field if isinstance(field, Field) else None


def _said(field: Field | None, value) -> str:
    """A value in words, whatever it is: an entry that was written once must be readable for ever."""
    if value is None or value in ("", []):
        return MISSING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_said(field, each) for each in value)
    if isinstance(value, dict):
        return _text(None, "", value)
    if isinstance(field, DateTimeField) or _MOMENT.match(str(value)):
        return _moment(str(value))
    if _QUARTER.fullmatch(str(value)):
        return Quarter.parse(str(value)).label
    return str(dict(field.flatchoices if field else ()).get(value, value))


def _moment(text: str) -> str:
    """A moment in the portal's time zone; what is none as it is."""
    try:
        return f"{timezone.localtime(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"
    except ValueError:
        return text


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_QUARTER = re.compile(r"\d{4}Q[1-4]")

_LISTS = frozenset({"problems", "sha256", "missing", "absent", "removed", "units", "returned", "people", "corrected"})
"""Details that may be lists; any other pair is what was before and after."""

_NAMES = {
    "limit": "限制范围",
    "failures": "失败次数",
    "address": "地址",
    "browser": "浏览器",
    "begun_at": "登录时间",
    "logins": "登录数",
    "hours": "小时",
    "photos": "照片（张）",
    "page": "网页地址",
    "rule": "规则",
    "threshold": "界限",
    "is_shared": "供全体审计员使用",
    "query": "条件",
    "first": "起始序号",
    "last": "截止序号",
    "status": "应答",
    "times": "次数",
    "what": "信息",
    "people": "涉及人员",
    "units": "单位",
    "comment": "批注",
    "asked": "提请",
    "list": "列表",
    "format": "格式",
    "rows": "条数",
    "items": "事项",
    "source": "来源",
    "level": "审定权限",
    "condition": "条件",
    "minutes": "分钟",
    "reason": "原因",
    "count": "条数",
    "last_hash": "末条摘要",
    "root": "存证树根",
    "to": "收件地址",
    "problem": "问题",
    "period": "季度",
    "area": "区域",
    "path": "文件",
    "file": "文件",
    "unit": "归属单位",
    "sha256": "文件摘要",
    "stamp": "校验号",
    "bound": "界限",
    "blocks_from": "自哪个季度起要求说明",
    "check": "核对规则",
    "missing": "缺失的保护",
    "problems": "不符之处",
    "absent": "缺失的材料",
    "removed": "清理的备份",
    "files": "文件（个）",
    "encrypted": "已加密",
    "seconds": "恢复用时（秒）",
    "lines": "行数",
    "corrects": "被更正的季报",
    "state": "状态",
    "version": "版本号",
    "explanation": "说明",
    "title": "标题",
    "subject": "标题",
    "form": "版式",
    "basis": "口径",
    "wording": "文书模板",
    "key": "签名密钥",
    "table": "表",
    "created": "新增",
    "changed": "变更",
    "proposed": "提请审定",
    "document": "依据",
    "year": "年度",
    "corrected": "更正的日期",
    "warnings": "提示",
    "areas": "区域",
    "sites": "点位",
    "operators": "运营企业",
    "access_points": "接入点",
    "service_orders": "报装工单",
    "changes": "变更",
    "successions": "撤并",
    "returns": "季报",
    "outcome": "核查结果",
    "until": "补报截止日期",
    "circular": "通报文号",
    "ratified": "审定通过（个）",
    "returned": "退回的单位",
    "term": "公示截止日期",
    "households": "总户数",
    "broadband_covered_households": "宽带覆盖户数",
    "fibre_covered_households": "光网覆盖户数",
    "broadband_users": "宽带用户数",
    "fibre_users": "光网用户数",
}
"""What details are called that are no field of their subject."""
