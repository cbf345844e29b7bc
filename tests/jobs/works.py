"""Long work for the tests of jobs; a worker in another process finds it here."""

import os
import signal
import time
from pathlib import Path

from jobs.work import Finished, Progress, Refusal, work


@work(label="数数", unit="个")
def count(progress: Progress, *, upto: int) -> Finished:
    for done in range(1, upto + 1):
        progress.tell(done=done, total=upto, saying=f"数到 {done}")
    (progress.folder / "数.txt").write_text(str(upto), encoding="utf-8")
    return Finished(f"数到了 {upto}。", file="数.txt", problems=["没有零"])


@work(label="拒绝")
def refuse(progress: Progress) -> Finished:
    raise Refusal("缺少名单，请补上再来。")


@work(label="出错")
def fail(progress: Progress) -> Finished:
    raise KeyError("秘密")


@work(label="等待")
def dawdle(progress: Progress, *, until: str) -> Finished:
    """Until there is a file of this name."""
    progress.tell(total=8, saying="等着")
    while not Path(until).exists():
        time.sleep(0.1)
    return Finished("等到了。")


@work(label="自尽", tries=2)
def die_at_first(progress: Progress) -> Finished:
    """Kill the worker the first time, as a machine that goes down would."""
    mark = progress.folder.parent / "died"
    if mark.exists():
        return Finished("第二次办成了。")
    mark.touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return Finished("")


@work(label="只一次", tries=1, again="请核对后重新上传。")
def once(progress: Progress) -> Finished:
    return Finished("好")
