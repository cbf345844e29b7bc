"""The browser reads a figure as the server does, whatever is typed: random text beside the examples of the table."""

import json
import random
import subprocess

from common.values import read_number
from devtools import frontend

LETTERS = (
    "0123456789" * 3
    + ",，.．-－—()（）/%％eE+户万千百十零〇两一二三五九拾约多余左右无个 \u2009\u00a0\u3000\u200b\n\r\u2028'x𠮷"
)
SCRIPT = """
import { readFigure } from "./static/js/entry-figures.js";
let given = "";
process.stdin.on("data", (piece) => { given += piece; });
process.stdin.on("end", () => {
  const found = JSON.parse(given).map(readFigure);
  process.stdout.write(JSON.stringify(found.map((each) => [each.value, each.error])));
});
"""


def here(text: str) -> list:
    try:
        return [read_number(text), ""]
    except ValueError as refusal:
        return [None, str(refusal)]


def there(texts: list[str]) -> list:
    command = [*frontend.node(), "--input-type=module", "--eval", SCRIPT]
    done = subprocess.run(
        command, cwd=frontend.ROOT, input=json.dumps(texts), capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_browser_reads_random_text_as_the_server_does():
    chance = random.Random(1)
    texts = ["".join(chance.choices(LETTERS, k=chance.randint(1, 8))) for _ in range(20_000)]
    texts += ["".join(chance.choices("一二三五九零十百千万两户", k=chance.randint(1, 6))) for _ in range(5_000)]
    texts += ["".join(chance.choices("0123,.万", k=chance.randint(1, 45))) for _ in range(5_000)]

    different = [
        (text, server, browser)
        for text, browser in zip(texts, there(texts), strict=True)
        if (server := here(text)) != browser
    ]
    assert different == []
