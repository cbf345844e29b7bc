"""What of the papers stands for good: the documents that were issued, and the steps of their drafts."""

from papers.models import Document, DraftMove
from witness.kinds import Sealed, steps


def kinds() -> tuple[Sealed, ...]:
    return steps(DraftMove, "draft"), Sealed(Document)
