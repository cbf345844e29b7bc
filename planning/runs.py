"""A plan that was asked for and is not signed: a job whose folder holds the question, the answer and the facts' digest."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from django.db.models import QuerySet
from django.urls import reverse

from common.clock import now
from common.http import RowNotFound
from jobs.models import Job, JobState
from jobs.work import Finished, Progress, Refusal, Work, work
from planning.asking import PlanAsked, for_core
from planning.curve import curve
from planning.facts_digest import digest_of
from planning.planning import solved
from planning.question import CannotPlan
from planning.reading import asked as read
from planning.robust import robust
from planning.sentences import answer_words

RUN = "run.json"
"""The file in a job's folder that the pages read; what is handed out is the answer alone."""


@dataclass(frozen=True)
class SolvedPlan:
    """A question with its answer, and the facts that this rests on: as of when, and their digest."""

    asked: PlanAsked
    answer: dict
    facts_at: datetime
    facts_digest: str


@work(label="测算建设方案", unit="步", tries=2, again="请重新测算；仍然中断的，请缩小范围或缩短时限。")
def plan_least(progress: Progress, *, asked: dict) -> Finished:
    """Solve what was asked; refused where it cannot be planned."""
    question = PlanAsked.from_json(asked)
    progress.tell(saying=f"正在求解，最长 {question.time_limit} 秒。")
    try:
        found = solve(question)
    except CannotPlan as refusal:
        raise Refusal(str(refusal)) from refusal
    answer, facts = found.answer, {"facts_at": found.facts_at.isoformat(), "facts_digest": found.facts_digest}
    kept = {"asked": asked, "answer": answer, **facts}
    (progress.folder / RUN).write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
    file = f"build-plan-{question.area}-{question.milestone or 'title'}-{question.period}.json"
    (progress.folder / file).write_text(json.dumps(answer, ensure_ascii=False, indent=1), encoding="utf-8")
    return Finished(answer_words(answer), file=file, link=reverse("planning:run", args=[progress.folder.name]))


def solve(question: PlanAsked) -> SolvedPlan:
    """What was asked, solved; CannotPlan where it cannot be."""
    at = now()
    about = read(for_core(question))
    answer = robust(for_core(question)) if question.is_robust else solved(about)[0]
    return SolvedPlan(question, answer, at, digest_of(about.period.facts, about.period.county.plan.digest))


@work(label="测算逐个增建的效果", unit="步", tries=2, again="请重新测算；仍然中断的，请缩小范围或缩短时限。")
def price_more(progress: Progress, *, asked: dict) -> Finished:
    """For every count of new points the most that they bring; refused where it cannot be planned."""
    question = PlanAsked.from_json(asked)
    progress.tell(saying=f"正在逐个测算，最长 {question.time_limit} 秒。")
    try:
        answer = curve(for_core(question))
    except CannotPlan as refusal:
        raise Refusal(str(refusal)) from refusal
    (progress.folder / RUN).write_text(json.dumps({"asked": asked, "answer": answer}), encoding="utf-8")
    link = reverse("planning:curve", args=[progress.folder.name])
    return Finished(f"已测算 {len(answer['points'])} 种新建数量。", link=link)


@dataclass(frozen=True)
class PlanRun:
    """One solving, with its answer once it is there."""

    job: Job

    @cached_property
    def asked(self) -> PlanAsked:
        return PlanAsked.from_json(self.job.arguments["asked"])

    @cached_property
    def _kept(self) -> dict:
        path: Path = self.job.folder / RUN
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}

    @property
    def answer(self) -> dict | None:
        """The document of the answer; None while there is none, or no longer."""
        return self._kept.get("answer") if self.job.state == JobState.DONE else None

    @property
    def facts_at(self) -> datetime:
        return datetime.fromisoformat(self._kept["facts_at"])

    @property
    def facts_digest(self) -> str:
        return self._kept["facts_digest"]


def runs_of(user, work: Work = plan_least) -> QuerySet[Job]:
    """The user's own solvings, the latest first."""
    return Job.objects.visible_to(user).filter(work=work.path)


def run_or_404(user, pk: int, work: Work = plan_least) -> PlanRun:
    """One's own solving; a 404 for another's, as for one that is no longer there."""
    job = runs_of(user, work).filter(pk=pk).first()
    if job is None:
        raise RowNotFound(
            "没有该次测算，或已过保存期限，或不是您以现岗位发起的。请重新测算。", Job.objects.filter(pk=pk)
        )
    return PlanRun(job)
