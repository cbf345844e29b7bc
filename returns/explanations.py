"""What a sentence that explains a village's figures is worth: its reason, its substance, and for which figures it was given.

``explained`` of a line is what stood there when the sentence was given: ``figures`` the five, ``about`` the columns that were odd.
It is None for a sentence that a package brought in, or that was given before reasons were asked for: that one stands as it is.
The browser weighs in the same way (static/js/entry-sentences.js), by what ``for_browser`` tells it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from returns.checks import BY_CODE, FigureProblem
from returns.figures import BY_NAME, NAMES, Figures
from returns.models.vocabulary import ExplanationReason

LEAST, LEAST_DIFFERENT = 6, 4
"""Characters that must be left of a sentence when its empty words are taken out, and how many different ones."""

EMPTY = (
    "情况", "属实", "属于", "核实", "核对", "检查", "确认", "查实", "确实", "准确", "真实", "正确", "无误", "无异常", "正常", "没有", "问题",
    "同上", "如上", "如前", "以上", "上述", "如此", "这样", "实际", "已经", "经", "已", "与", "和", "的", "是", "了", "为", "均", "都",
    "本村", "本居", "本季度", "本季", "上季度", "上季", "该村", "数字", "数据", "填报", "统计", "说明", "原因", "变化", "变动", "波动",
    "增加", "减少", "上升", "下降", "增长", "较大", "相符", "一致", "不变", "请核对", "请审核", "请", "无",
)  # fmt: skip
"""Words that say nothing of what happened in a village."""

MISSING_SENTENCE = "尚未说明"
MISSING_REASON = "请选择原因类别"
HOLLOW = "说明过于笼统，请写明原因：例如哪个小区、多少户、何时"
FALLEN = "原说明之后数字已改（{changed}），请重新说明或删去"
NEEDLESS = "原说明之后数字已改（{changed}），不再列作说明，可重写或删去"

Explained = Mapping[str, Any] | None


def stamp(figures: Figures, problems: Iterable[FigureProblem]) -> dict[str, Any]:
    """For which figures a sentence is given: those that are odd as it is typed, among all five as they stand."""
    odd = columns_of(problems)
    return {"figures": dict(figures), "about": [name for name in NAMES if name in odd]}


def columns_of(problems: Iterable[FigureProblem]) -> set[str]:
    """The columns in which something is odd; of a rate both figures."""
    odd = [each for each in problems if each.is_oddity]
    return {each.figure for each in odd} | {
        getattr(BY_CODE[each.code].rule, "denominator", each.figure) for each in odd
    }


def changed(explained: Explained, figures: Figures, problems: Iterable[FigureProblem] = ()) -> str:
    """Which of the figures that are explained, or are odd now, are others than when the sentence was given; blank for none."""
    if explained is None:
        return ""
    then, columns = explained["figures"], columns_of(problems) | set(explained["about"])
    return "、".join(
        f"{BY_NAME[name].label} {_text(then[name])} → {_text(figures[name])}"
        for name in NAMES
        if name in columns and then[name] != figures[name]
    )


def fault(sentence: str, reason: str, explained: Explained, figures: Figures, problems: Iterable[FigureProblem]) -> str:
    """Why a row that is odd is not explained; blank where it is."""
    problems = list(problems)
    if not sentence:
        return MISSING_SENTENCE
    if explained is None:
        return ""
    if what := changed(explained, figures, problems):
        return FALLEN.format(changed=what)
    if is_hollow(sentence, [text for each in problems for text in (each.message, each.more)]):
        return HOLLOW
    return "" if reason else MISSING_REASON


def is_hollow(sentence: str, messages: Iterable[str] = ()) -> bool:
    """Whether a sentence says too little, or only what the checks say already (``messages``)."""
    said = _letters(sentence)
    if any(said in _letters(message) for message in messages):
        return True
    for word in _EMPTY:
        said = said.replace(word, "")
    return len(said) < LEAST or len(set(said)) < LEAST_DIFFERENT


def _letters(text: str) -> str:
    return "".join(each for each in text if each.isalnum())


_EMPTY = sorted((*EMPTY, *(_letters(each.label) for each in ExplanationReason)), key=len, reverse=True)
"""The longest first; to say once more which reason it is says nothing either."""


def account(sentence: str, reason: str) -> str:
    """The sentence with its reason in words (拆迁或撤并：…), unless it says that itself; without a reason the sentence alone."""
    is_named = not reason or reason_named(sentence) == reason
    return sentence if not sentence or is_named else f"{ExplanationReason(reason).label}：{sentence}"


def account_of(line) -> str:
    """What a stored line says for its figures; blank where these were changed after it was said."""
    return "" if changed(line.explained, line.figures) else account(line.explanation, line.reason)


def reason_named(sentence: str) -> str:
    """The reason with which a sentence begins, as in a workbook (拆迁或撤并：…); blank where it names none."""
    return next(
        (str(each) for each in ExplanationReason if sentence.startswith((f"{each.label}：", f"{each.label}:"))), ""
    )


def explained_in_words(explained: Explained) -> str:
    """The figures for which a sentence was given: 总户数 99、光网用户数 50; blank where none was odd, or nobody knows."""
    if explained is None:
        return ""
    return "、".join(f"{BY_NAME[name].label} {_text(explained['figures'][name])}" for name in explained["about"])


def for_browser() -> dict[str, Any]:
    """By what the browser weighs a sentence, ready for JSON."""
    return {
        "least": LEAST,
        "leastDifferent": LEAST_DIFFERENT,
        "empty": _EMPTY,
        "missing": MISSING_SENTENCE,
        "missingChoice": MISSING_REASON,
        "hollow": HOLLOW,
        "fallen": FALLEN,
        "needless": NEEDLESS,
    }


def _text(value: int | None) -> str:
    return "空白" if value is None else str(value)
