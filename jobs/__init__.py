"""Long work in the background (任务): declared with ``work``, begun with ``start``, watched on a page of its own.

How a room has long work done::

    from jobs.work import Finished, Progress, work

    @work(label="批量打印证书", unit="张")
    def print_certificates(progress: Progress, *, numbers: list[int]) -> Finished:
        for done, number in enumerate(numbers, start=1):
            …
            progress.tell(done=done, total=len(numbers), saying="正在排版")
        (progress.folder / "证书.pdf").write_bytes(…)
        return Finished(f"已生成 {len(numbers)} 张证书。", file="证书.pdf")

    job = jobs.actions.start(print_certificates, title="凤城街道的证书", by=request.user, numbers=[…])
    return redirect(job)

The arguments are what JSON can hold. The function may be run again after its worker was killed, so
whatever it stores it stores in one transaction, and recognises what is stored already; one that
cannot is declared with ``tries=1`` and is then marked 中断 instead. What a person can do about a
failure she is told with ``Refusal``. Only whoever began a job sees it, and only while holding the same post at the same place.
"""
