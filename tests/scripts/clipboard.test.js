// Blocks from Excel, as tab-separated text.
import assert from "node:assert/strict";
import test from "node:test";

import { parseBlock } from "../../static/js/entry-clipboard.js";

for (const [text, rows] of [
  ["5", [["5"]]],
  ["1\t2\r\n3\t4\r\n", [["1", "2"], ["3", "4"]]],
  ["1\t\n\t4", [["1", ""], ["", "4"]]],
  ["\"a\tb\nc\"\t\"say \"\"so\"\"\"\r\n2\t3", [["a b c", "say \"so\""], ["2", "3"]]],
  ["1,000\t 2 \r3", [["1,000", "2"], ["3"]]],
]) {
  test(JSON.stringify(text), () => assert.deepEqual(parseBlock(text), rows));
}
