"""The posts (岗位): one table of who may do what; a user has a post and an area or an operator."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices


class Power(TextChoices):
    """What a post may be allowed to do; asked as ``user.may(Power.…)``."""

    SEE_REGISTRY = "see_registry", "查看区域和点位"
    SEE_NETWORK = "see_network", "查看接入点和报装工单"
    SEE_RETURNS = "see_returns", "查看季报"
    ENTER_RETURNS = "enter_returns", "填报季报"
    SIGN_RETURNS = "sign_returns", "签发季报"
    REVIEW_RETURNS = "review_returns", "审核季报"
    CONFIRM_RETURNS = "confirm_returns", "审定季报"
    RUN_ROUNDS = "run_rounds", "组织填报"
    SET_CHECKS = "set_checks", "维护核对口径"
    KEEP_REGISTRY = "keep_registry", "维护区域和点位台账"
    RECORD_SUCCESSIONS = "record_successions", "登记区域撤并"
    LOAD_NETWORK = "load_network", "上报接入点和报装工单"
    JUDGE_PROPOSALS = "judge_proposals", "审定变更申请"
    ENTER_COUNTS = "enter_counts", "填报运营企业数据"
    ISSUE_TOKENS = "issue_tokens", "管理接口令牌"
    SEE_VERDICTS = "see_verdicts", "查看评定结果"
    SEE_PROGRESS = "see_progress", "查看建设进度"
    SEE_INSPECTIONS = "see_inspections", "查看达标验收"
    WRITE_INSPECTIONS = "write_inspections", "起草自查报告"
    SIGN_INSPECTIONS = "sign_inspections", "签发自查报告"
    EXAMINE = "examine", "审核自查报告"
    CONFIRM_EXAMINATIONS = "confirm_examinations", "复核审核意见"
    COMPILE_SUBMISSIONS = "compile_submissions", "汇总上报"
    SUBMIT_SUBMISSIONS = "submit_submissions", "签发汇总上报"
    LOOSEN_HANDS = "loosen_hands", "放宽经手限制"
    RATIFY = "ratify", "审定称号"
    PUBLICISE = "publicise", "登记宣传报道"
    SPOT_CHECK = "spot_check", "组织抽查"
    AWARD_TITLES = "award_titles", "授牌"
    RECHECK_TITLES = "recheck_titles", "复核称号"
    WITHDRAW_TITLES = "withdraw_titles", "撤销称号"
    MAKE_PLANS = "make_plans", "测算建设方案"
    SIGN_PLANS = "sign_plans", "签发建设方案"
    BREAK_DOWN = "break_down", "分解任务"
    SIGN_BREAKDOWNS = "sign_breakdowns", "签发任务分解"
    ACCEPT_LETTERS = "accept_letters", "签订责任书"
    SEE_MATTERS = "see_matters", "查看督办事项"
    WRITE_REMARKS = "write_remarks", "作出批示"
    HANDLE_MATTERS = "handle_matters", "承办督办事项"
    SEE_MEASURES = "see_measures", "查看措施台账"
    ENTER_MEASURES = "enter_measures", "登记措施"
    CONFIRM_MEASURES = "confirm_measures", "确认措施"
    RUN_APPRAISALS = "run_appraisals", "组织考核"
    FREEZE_APPRAISALS = "freeze_appraisals", "考核定稿"
    PUBLISH_APPRAISALS = "publish_appraisals", "公布考核"
    SEE_PROBLEMS = "see_problems", "查看问题台账"
    HANDLE_PROBLEMS = "handle_problems", "登记和办理问题"
    CLOSE_PROBLEMS = "close_problems", "问题销号"
    ANSWER_REFERRALS = "answer_referrals", "反馈移送案件"
    RUN_SCREENS = "run_screens", "管理大屏"
    SEE_DOCUMENTS = "see_documents", "查看公文"
    EDIT_WORDINGS = "edit_wordings", "修改文书模板"
    DRAFT_PAPERS = "draft_papers", "拟稿和核稿"
    COUNTERSIGN_PAPERS = "countersign_papers", "会签公文"
    KEEP_OFFICE = "keep_office", "维护发文机关和发文字号"
    EXPORT = "export", "导出"
    MANAGE_ACCOUNTS = "manage_accounts", "管理账号"
    ASSIGN_POSTS = "assign_posts", "分配岗位"
    READ_AUDIT_TRAIL = "read_audit_trail", "查阅审计记录"
    SEE_STATUS = "see_status", "查看系统状态"


class Post(TextChoices):
    CLERK = "clerk", "街镇经办"
    TOWNSHIP_HEAD = "township_head", "街镇负责人"
    REVIEWER = "reviewer", "区经信局审核员"
    BUREAU_HEAD = "bureau_head", "区经信局负责人"
    GOVERNMENT = "government", "区政府"
    LEAD_UNIT = "lead_unit", "牵头单位"
    OPERATOR = "operator", "运营企业"
    AUTHORITY = "authority", "配合单位"
    LEADER = "leader", "领导"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDITOR = "auditor", "审计员"


class ScopeKind(StrEnum):
    """Kinds of scope: whether a post belongs to a township, to the district, to an operator, or to nothing."""

    TOWNSHIP = "township"
    DISTRICT = "district"
    OPERATOR = "operator"
    NONE = "none"


@dataclass(frozen=True)
class RoleGrants:
    """What a post grants: the kind of scope that its users have, and their powers."""

    scope_kind: ScopeKind
    powers: frozenset[Power]


_READING = {
    Power.SEE_REGISTRY,
    Power.SEE_NETWORK,
    Power.SEE_RETURNS,
    Power.SEE_VERDICTS,
    Power.SEE_PROGRESS,
    Power.SEE_INSPECTIONS,
    Power.SEE_DOCUMENTS,
    Power.SEE_MATTERS,
    Power.SEE_MEASURES,
    Power.SEE_PROBLEMS,
    Power.EXPORT,
}

_READING_DISTRICT = _READING | {Power.MAKE_PLANS}
"""Whoever reads the whole district may also ask what would make a target met."""

_EXAMINING = {
    Power.JUDGE_PROPOSALS,
    Power.RECORD_SUCCESSIONS,
    Power.EXAMINE,
    Power.COMPILE_SUBMISSIONS,
    Power.PUBLICISE,
    Power.SPOT_CHECK,
    Power.RECHECK_TITLES,
    Power.RUN_SCREENS,
    Power.EDIT_WORDINGS,
    Power.DRAFT_PAPERS,
    Power.HANDLE_PROBLEMS,
    Power.CLOSE_PROBLEMS,
    Power.BREAK_DOWN,
}

_KEEPING = {Power.KEEP_REGISTRY, Power.LOAD_NETWORK}

ROLE_GRANTS = {
    Post.CLERK: RoleGrants(
        ScopeKind.TOWNSHIP,
        frozenset(
            _READING
            | {Power.ENTER_RETURNS, Power.KEEP_REGISTRY, Power.WRITE_INSPECTIONS, Power.DRAFT_PAPERS}
            | {Power.HANDLE_MATTERS, Power.ENTER_MEASURES, Power.HANDLE_PROBLEMS, Power.CLOSE_PROBLEMS}
        ),
    ),
    Post.TOWNSHIP_HEAD: RoleGrants(
        ScopeKind.TOWNSHIP,
        frozenset(
            _READING
            | {Power.SIGN_RETURNS, Power.SIGN_INSPECTIONS, Power.DRAFT_PAPERS, Power.KEEP_OFFICE}
            | {Power.HANDLE_MATTERS, Power.ENTER_MEASURES, Power.HANDLE_PROBLEMS, Power.CLOSE_PROBLEMS}
            | {Power.ACCEPT_LETTERS}
        ),
    ),
    Post.REVIEWER: RoleGrants(
        ScopeKind.DISTRICT,
        frozenset(
            _READING_DISTRICT
            | _KEEPING
            | _EXAMINING
            | {Power.REVIEW_RETURNS, Power.RUN_ROUNDS, Power.HANDLE_MATTERS}
            | {Power.ENTER_MEASURES, Power.CONFIRM_MEASURES, Power.RUN_APPRAISALS}
        ),
    ),
    Post.BUREAU_HEAD: RoleGrants(
        ScopeKind.DISTRICT,
        frozenset(
            _READING_DISTRICT
            | _KEEPING
            | _EXAMINING
            | {Power.REVIEW_RETURNS, Power.CONFIRM_RETURNS, Power.RUN_ROUNDS, Power.SET_CHECKS}
            | {Power.CONFIRM_EXAMINATIONS, Power.SUBMIT_SUBMISSIONS, Power.LOOSEN_HANDS, Power.AWARD_TITLES}
            | {Power.SIGN_PLANS, Power.SIGN_BREAKDOWNS, Power.WRITE_REMARKS, Power.HANDLE_MATTERS}
            | {Power.COUNTERSIGN_PAPERS, Power.KEEP_OFFICE}
            | {Power.ENTER_MEASURES, Power.CONFIRM_MEASURES, Power.RUN_APPRAISALS, Power.FREEZE_APPRAISALS}
        ),
    ),
    Post.GOVERNMENT: RoleGrants(
        ScopeKind.DISTRICT,
        frozenset(
            _READING_DISTRICT
            | {
                Power.RATIFY,
                Power.AWARD_TITLES,
                Power.WITHDRAW_TITLES,
                Power.DRAFT_PAPERS,
                Power.COUNTERSIGN_PAPERS,
                Power.KEEP_OFFICE,
                Power.WRITE_REMARKS,
                Power.PUBLISH_APPRAISALS,
            }
        ),
    ),
    Post.LEAD_UNIT: RoleGrants(
        ScopeKind.DISTRICT,
        frozenset(
            _READING_DISTRICT
            | {Power.PUBLICISE, Power.COUNTERSIGN_PAPERS, Power.HANDLE_MATTERS}
            | {Power.ENTER_MEASURES, Power.CONFIRM_MEASURES, Power.HANDLE_PROBLEMS, Power.ANSWER_REFERRALS}
        ),
    ),
    Post.OPERATOR: RoleGrants(
        ScopeKind.OPERATOR,
        frozenset(
            {Power.SEE_NETWORK, Power.LOAD_NETWORK, Power.ENTER_COUNTS, Power.ISSUE_TOKENS, Power.EXPORT}
            | {Power.SEE_MATTERS, Power.HANDLE_MATTERS, Power.SEE_PROBLEMS, Power.HANDLE_PROBLEMS}
            | {Power.SEE_MEASURES, Power.ENTER_MEASURES}
        ),
    ),
    Post.AUTHORITY: RoleGrants(ScopeKind.DISTRICT, frozenset({Power.SEE_PROBLEMS, Power.ANSWER_REFERRALS})),
    Post.LEADER: RoleGrants(ScopeKind.DISTRICT, frozenset(_READING_DISTRICT | {Power.WRITE_REMARKS})),
    Post.SYSTEM_ADMIN: RoleGrants(ScopeKind.NONE, frozenset({Power.MANAGE_ACCOUNTS, Power.SEE_STATUS})),
    Post.SECURITY_ADMIN: RoleGrants(ScopeKind.NONE, frozenset({Power.ASSIGN_POSTS})),
    Post.AUDITOR: RoleGrants(ScopeKind.NONE, frozenset({Power.READ_AUDIT_TRAIL, Power.EXPORT})),
}
"""Every post has its grants; the three administrators (三员) enter and approve no business data."""

UNASSIGNED = RoleGrants(ScopeKind.NONE, frozenset())
"""A new account, until the security administrator has given it a post."""

ADMINISTRATORS = (Post.SYSTEM_ADMIN, Post.SECURITY_ADMIN, Post.AUDITOR)
"""三员: kept apart from one another and from all business."""


def grants_of(post: str) -> RoleGrants:
    """The grants of a post, '' being none yet; KeyError for a post that is not there."""
    return ROLE_GRANTS[Post(post)] if post else UNASSIGNED


def posts_at(*scope_kinds: ScopeKind) -> list[str]:
    """The posts tied to any of ``scope_kinds``; no post yet is tied to nothing."""
    found = [post.value for post, grants in ROLE_GRANTS.items() if grants.scope_kind in scope_kinds]
    return [*found, ""] if ScopeKind.NONE in scope_kinds else found
