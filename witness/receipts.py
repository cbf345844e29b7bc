"""What papers carry of the log, and whether it still stands in it: for whoever holds a receipt or a circular."""

from dataclasses import dataclass, field
from datetime import datetime

from witness import tree
from witness.kinds import kinds
from witness.models import Leaf, LogHead
from witness.sealing import entry

KEEP = (
    "请先对照纸面逐组核对，排除抄录错误。确属不符的，请保留本页和纸质原件，不要在门户内改动任何数据，"
    "立即报告审计员，由审计员核验、查明改动之处，并与其他单位的回执、已印发的通报和存证邮件所载的树根逐一比对。"
)
"""What to do where a paper and the log disagree."""


@dataclass(frozen=True)
class Receipt:
    """A leaf as a paper names it: where it stands, the digest of what it says, the head when it was the last."""

    position: int
    at: datetime
    digest: str
    root: str

    @property
    def short_digest(self) -> str:
        return tree.grouped(self.digest)

    @property
    def short_root(self) -> str:
        return tree.grouped(self.root)


def of_step(step, rows: str) -> Receipt | None:
    """The receipt for the rows of the kind ``rows`` that a step sealed of its document; None where there is none.

    They were sealed with the step, in the same transaction and after it.
    """
    taken = Leaf.objects.filter(kind=step._meta.label_lower, key=str(step.pk)).order_by("sequence").first()
    if taken is None:
        return None
    sealed = Leaf.objects.filter(kind=rows, key=str(step.subject.pk), sequence__gt=taken.sequence, is_late=False)
    leaf = sealed.order_by("sequence").first()
    return leaf and Receipt(leaf.sequence, leaf.at, leaf.hash, tree.stored().head(leaf.sequence).root)


@dataclass
class ReceiptCheck:
    """What came of holding a paper against the log: each thing that was looked at, and whether it held."""

    position: int
    now: tree.Head
    leaf: Leaf | None = None
    held: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.failed

    @property
    def kind(self) -> str:
        """What the leaf is about, in words."""
        found = kinds().get(self.leaf.kind) if self.leaf else None
        return found.label if found else ""

    @property
    def digest(self) -> str:
        return tree.grouped(self.leaf.hash) if self.leaf else ""

    def say(self, holds: bool, yes: str, no: str) -> bool:
        (self.held if holds else self.failed).append(yes if holds else no)
        return holds


def checked(position: int, root: str) -> ReceiptCheck:
    """Hold a position and the root printed with it against the log as it is stored today."""
    log = tree.stored()
    found = ReceiptCheck(position, log.head())
    if not 0 < position <= found.now.size:
        found.failed.append(f"存证现有 {found.now.size:,} 条，没有第 {position:,} 条：抄录有误，或末尾的存证被删除。")
        return found
    printed = tree.Head(position, tree.typed(root))
    if not found.say(
        log.head(position).root.startswith(printed.root) and len(printed.root) >= tree.SHORT,
        f"纸面所载树根与存证前 {position:,} 条的树根相同。",
        f"纸面所载树根与存证前 {position:,} 条的树根不同：抄录有误，或其中有存证被改动、删除。",
    ):
        return found
    found.leaf = Leaf.objects.get(pk=position)
    content = tree.hashing(found.leaf.algorithm).hash_buff(entry(found.leaf)).hex()
    found.say(
        content == found.leaf.hash,
        f"第 {position:,} 条存证的内容与其摘要相符。",
        f"第 {position:,} 条存证的内容与其摘要不符：内容被改动。",
    )
    found.say(
        log.includes(position) and log.continues(printed),
        f"第 {position:,} 条仍在今天的存证树中，今天的存证由当时的存证续成，其间没有改动或删除。",
        "今天的存证不是由当时的存证续成：其中有存证被改动或删除。",
    )
    end = LogHead.objects.filter(pk=LogHead.ONLY).first()
    found.say(
        end is not None and tree.head() == found.now,
        f"今天的存证共 {found.now.size:,} 条，登记的末尾与各条相符。",
        "登记的存证末尾与各条存证不符。",
    )
    return found
