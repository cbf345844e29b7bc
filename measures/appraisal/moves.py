"""The legal moves of an appraisal: read by actions, pages, docs and tests alike."""

from accounts.posts import Power
from measures.appraisal.models import Appraisal
from measures.appraisal.vocabulary import AppraisalAction, AppraisalState
from workflow.engine import Transition, Workflow

_A, _S = AppraisalAction, AppraisalState
_RUNNING, _FREEZING = frozenset({Power.RUN_APPRAISALS}), frozenset({Power.FREEZE_APPRAISALS})
_PUBLISHING = frozenset({Power.PUBLISH_APPRAISALS})

APPRAISALS: Workflow = Workflow(
    Transition(_A.BEGIN, (), _S.DRAFT, _RUNNING),
    Transition(_A.TAKE, (_S.DRAFT,), None, _RUNNING),
    Transition(_A.OPEN, (_S.DRAFT,), _S.OBJECTING, _RUNNING),
    Transition(_A.REDO, (_S.OBJECTING, _S.FROZEN), _S.DRAFT, _FREEZING, needs_reason=True),
    Transition(_A.FREEZE, (_S.OBJECTING,), _S.FROZEN, _FREEZING),
    Transition(_A.PUBLISH, (_S.FROZEN,), _S.PUBLISHED, _PUBLISHING),
    Transition(_A.DISCARD, (_S.DRAFT, _S.OBJECTING), _S.VOID, _FREEZING, needs_reason=True),
    code_of=lambda appraisal: appraisal.county,
    trail={Appraisal: "appraisal"},
)
