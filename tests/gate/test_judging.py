"""The child: what it answers, what a file that means ill does to it and to nobody else."""

import os
import time
from threading import Thread

import pytest

from common.exceptions import Refused
from gate import judging
from gate.hooks import JUDGES
from gate.judging import BROKEN, EXHAUSTED, JudgingLimits, judged
from tests.gate import judges

SHORT = JudgingLimits(cpu_s=1, wall_s=20, memory=64 * 2**20)
IN_NO_TIME = JudgingLimits(cpu_s=5, wall_s=1, memory=64 * 2**20)


@pytest.fixture(scope="module")
def child():
    made = judging._Child()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JUDGES, "names", [*JUDGES.names, *judges.NAMES])
        patch.setattr(judging, "_CHILD", made)
        yield made
    made._process.kill()
    made._process.wait()
    made._control.close()


def refusal_of(judge, content: bytes = b"", limits: JudgingLimits = SHORT) -> str:
    with pytest.raises(Refused) as told:
        judged(judge, content, refusal=Refused, limits=limits)
    return str(told.value)


def test_judge_gets_bytes_and_options_and_answers_with_both(child):
    large = os.urandom(3_000_000)
    assert judged(judges.echo, large, refusal=Refused, word="字") == ("字", large[::-1])


def test_refusal_keeps_its_sentence_and_what_broke_the_reader_gets_ours(child):
    assert refusal_of(judges.refuse) == "这个不行。"
    assert refusal_of(judges.break_off) == BROKEN


@pytest.mark.parametrize(
    ("judge", "limits"),
    [(judges.spin, SHORT), (judges.sleep, IN_NO_TIME), (judges.crash, SHORT), (judges.write, SHORT)],
)
def test_what_takes_too_long_or_dies_is_refused_and_the_next_is_judged(child, judge, limits, tmp_path):
    began = time.monotonic()
    assert refusal_of(judge, str(tmp_path / "x").encode(), limits) in (EXHAUSTED, BROKEN)
    assert time.monotonic() - began < 15
    assert not (tmp_path / "x").exists() or not (tmp_path / "x").stat().st_size
    assert judged(judges.echo, b"ab", refusal=Refused)[1] == b"ba"


def test_memory_is_limited_beyond_what_the_idle_child_has(child):
    assert refusal_of(judges.hog, b"200000000") == EXHAUSTED
    assert len(judged(judges.hog, b"20000000", refusal=Refused, limits=SHORT)[1]) == 20_000_000


def test_child_that_was_killed_is_begun_again(child):
    child.begin()
    child._process.kill()
    child._process.wait()
    assert judged(judges.echo, b"ab", refusal=Refused)[1] == b"ba"


def test_file_that_ends_the_child_is_refused_and_ends_no_more(child):
    assert refusal_of(judges.end_the_parent, limits=IN_NO_TIME) == EXHAUSTED
    assert judged(judges.echo, b"ab", refusal=Refused)[1] == b"ba"


def test_many_at_once_get_their_own_answers(child):
    found = {}

    def ask(number: int) -> None:
        found[number] = judged(judges.echo, b"x", refusal=Refused, word=str(number))[0]

    threads = [Thread(target=ask, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: str(number) for number in range(8)}


def test_child_knows_no_secret_of_the_portal(child, monkeypatch):
    monkeypatch.setenv("PORTAL_SECRET_KEY", "geheim")
    monkeypatch.setenv("DATABASE_URL", "postgres://x:y@z/q")
    child._process.kill()
    child._process.wait()
    names, _ = judged(judges.secrets, b"", refusal=Refused)
    assert not {name for name in names if name.startswith(("PORTAL", "DATABASE", "DJANGO"))}


def test_function_that_is_no_judge_is_not_run(child):
    with pytest.raises(LookupError, match=r"os\.fspath|posix"):
        judged(os.fspath, b"", refusal=Refused)


def test_without_fork_a_process_of_its_own_judges(monkeypatch, child):
    monkeypatch.setattr(judging, "_CAN_FORK", False)
    assert judged(judges.echo, b"ab", refusal=Refused, word="字") == ("字", b"ba")
    assert refusal_of(judges.sleep, limits=IN_NO_TIME) == EXHAUSTED
