"""Screens speak like an office: no word of chat in templates, in the sentences of the code, or in scripts (docs/glossary.md)."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.test_names import ROOT, trees

SAY = {
    "读不懂": "无法识别",
    "看不懂": "无法识别",
    "没有看懂": "无法识别",
    "没有认出": "无法识别",
    "认不出": "无法识别",
    "不认识": "无法识别",
    "不知道": "无法判断",
    "读不出": "无法读取",
    "读不下去": "无法读取",
    "打不开": "无法打开",
    "连不上": "无法连接",
    "算不出": "无法计算",
    "看不出": "不能推算、无法判断",
    "要改正或说明": "需更正或说明事项",
    "变了灯": "状态发生变化的任务",
    "变灯": "状态发生变化的任务",
    "这个灯": "状态",
    "的灯": "状态",
    "点开(?!通)": "点击……名称",
    "点一下": "点击",
    "不会消失": "持续列出",
    "不会丢": "保留",
    "没有动静": "未在线",
    "还差": "差距；句中用尚差",
    "不够": "不足",
    "赶不上": "不能按期达到",
    "补不上": "不能补足",
    "照此": "预计",
    "照旧": "仍然",
    "照办": "仍予办理",
    "的样子": "的形式",
    "还没": "尚未、尚无",
    "没有办理": "未办理",
    "没有提交": "未提交",
    "没有保存": "未保存",
    "没有收下": "未接收",
    "没有存下": "未保存",
    "没有打开": "未打开",
    "没有打包": "未打包",
    "没有找到": "未找到",
    "什么都": "未作任何改动",
    "怎样": "……方法",
    "怎么": "……方法、……条文",
    "为什么": "……的原因、理由",
    "弄错": "有误",
    "改好": "更正",
    "改对": "更正",
    "做完": "完成",
    "办完": "办结",
    "别人": "他人",
    "(?<!识)别的": "其他",
    "不用": "无须",
    "刚刚被": "刚被",
    "太长": "过长",
    "太大": "过大",
    "太小": "过小",
    "回到首页": "返回首页",
    "这家": "该",
    "这张": "该、本",
    "我们": "写明单位，或不写",
    "咱": "写明单位，或不写",
    "(?<!主)要数": "填报",
    "没填齐": "未填齐",
    "上期": "上季",
    "上一季度": "上季",
    "冻结": "取数；不再改动",
    "上次填报": "往季填报数；有季度的写 2018年第三季度填报数",
}
"""What an office does not write (patterns), and what it writes instead."""

OTHERWISE = re.compile("[哦啦呗嘛]|[吧呢][，。！？]|！")
"""Particles of speech, and marks of emotion."""

EXCEPTED = {
    ("demonstration/", "不够"): "reasons that people of the demonstration typed",
    ("inspection/models/reports.py", "冻结"): "names of tables and a trigger's refusal, which migrations hold",
    ("reports/certificates/models/certificates.py", "冻结"): "the name of a column, which migrations hold",
    ("areas/likeness.py", ""): "words by which names are compared; nobody reads them",
}
"""Where a word may stand (the beginning of the path, the word; blank: any), and why."""

CHINESE = re.compile(r"[\u4e00-\u9fff]")
CONSTRAINT = {"violation_error_message", "sentence", "help_text", "verbose_name"}
"""Words that migrations hold: they change with the next migration of their table."""


def sentences() -> Iterator[tuple[str, int, str]]:
    """Every Chinese text that a person may read: file, line, text."""
    for file, tree in trees().items():
        yield from ((str(file), number, text) for number, text in literals(tree))
    for file in sorted(ROOT.glob("templates/**/*.html")):
        yield from _lines(file, re.compile(r"\{#.*?#\}"))
    for file in sorted(ROOT.glob("static/js/*.js")):
        yield from _lines(file, re.compile(r"^\s*//.*|\s//\s.*|/\*.*?\*/"))


def literals(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The string literals of a module that are no docstrings and no words held by migrations."""
    passed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            passed.add(id(node.value))
        if isinstance(node, ast.keyword) and node.arg in CONSTRAINT:
            passed.update(id(each) for each in ast.walk(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield node.lineno, node.value


def _lines(file: Path, comment: re.Pattern) -> Iterator[tuple[str, int, str]]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        yield str(file.relative_to(ROOT)), number, comment.sub("", line)


def chat(text: str) -> list[str]:
    """The words of ``text`` that an office does not write."""
    return [word for word in SAY if re.search(word, text)] + OTHERWISE.findall(text) if CHINESE.search(text) else []


def is_excepted(file: str, word: str) -> bool:
    return any(file.startswith(where) and what in ("", word) for where, what in EXCEPTED)


@cache
def found() -> list[tuple[str, int, str, str]]:
    return [
        (file, number, word, text.strip()[:80])
        for file, number, text in sentences()
        for word in chat(text)
        if not is_excepted(file, word)
    ]


def test_screens_do_not_chat():
    said = [f"{file}:{line} {word} → {SAY.get(word, '（删去）')}: {text}" for file, line, word, text in found()]
    assert not said, "\n".join(said)


def test_words_are_found_in_templates_code_and_scripts():
    """What is looked through is what people read."""
    files = {file for file, _, text in sentences() if CHINESE.search(text)}
    assert {"templates/base.html", "acceptance/wording/criteria.py", "static/js/map.js"} <= files
    assert chat("这个数字读不懂") == ["读不懂"] and chat("请稍候吧。") == ["吧。"] and not chat("无法识别")
    tree = ast.parse('"""读不懂"""\nsaid = f"读不懂{1}"\n')
    assert [text for _, text in literals(tree) if chat(text)] == ["读不懂"]


def test_glossary_lists_every_word_with_what_is_said_instead():
    listed = (ROOT / "docs/glossary.md").read_text("utf-8").partition("Say → not")[2]
    assert [word for word in SAY if re.sub(r"\(.*?\)", "", word) not in listed] == []
