"""The browser weighs a sentence as the server does: every sentence of the tables, with and without reason, whatever has changed since."""

import json
import subprocess
from itertools import product

from devtools import frontend
from returns import explanations
from returns.checks import problems
from returns.figures import BY_NAME, NAMES
from tests.returns.test_explanations import GOOD_SENTENCES, HOLLOW_SENTENCES

SCRIPT = """
import { changedSince, faultOf, stampOf } from "./static/js/entry-sentences.js";
let given = "";
process.stdin.on("data", (piece) => { given += piece; });
process.stdin.on("end", () => {
  const { cases, rules } = JSON.parse(given);
  process.stdout.write(JSON.stringify(cases.map(({ said, line, odd }) => [
    faultOf(said, line, odd, rules), changedSince(said.explained, line, odd), stampOf(line, odd).about,
  ])));
});
"""
BEFORE = (100, 90, 80, 60, 50)
LINES = (
    (99, 90, 80, 60, 50),
    (98, 90, 80, 60, 50),
    (99, 90, 45, 60, 49),
    (100, 90, 80, 60, 50),
    (99, None, 80, 60, 50),
)


def figures(values) -> dict:
    return dict(zip(NAMES, values, strict=True))


def test_browser_weighs_sentences_as_the_server_does():
    labels = {name: figure.label for name, figure in BY_NAME.items()}
    stamps = [None] + [explanations.stamp(figures(line), problems(figures(line), figures(BEFORE))) for line in LINES]
    cases, here = [], []
    sentences = ("", *GOOD_SENTENCES, *HOLLOW_SENTENCES)
    for sentence, reason, line, stamp in product(sentences, ("", "demolition"), LINES, stamps):
        odd = [each for each in problems(figures(line), figures(BEFORE)) if each.is_oddity]
        columns = [sorted(explanations.columns_of([each])) for each in odd]
        cases.append(
            {
                "said": {"sentence": sentence, "choice": reason, "explained": stamp},
                "line": {"figures": figures(line), "labels": labels},
                "odd": [{"columns": c, "message": each.message} for c, each in zip(columns, odd, strict=True)],
            }
        )
        here.append(
            [
                explanations.fault(sentence, reason, stamp, figures(line), odd),
                explanations.changed(stamp, figures(line), odd),
                explanations.stamp(figures(line), odd)["about"],
            ]
        )
    there = json.loads(
        subprocess.run(
            [*frontend.node(), "--input-type=module", "--eval", SCRIPT],
            cwd=frontend.ROOT,
            input=json.dumps({"cases": cases, "rules": explanations.for_browser()}),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        ).stdout
    )
    assert [(case["said"], a, b) for case, a, b in zip(cases, here, there, strict=True) if a != b] == []
    assert {each[0][:6] for each in here} >= {"", "尚未说明", "请选择原因类", "说明过于笼统", "原说明之后数"}
