"""The portal in production: the server and, beside it, the worker for long tasks; on SIGHUP both are begun anew."""

from pathlib import Path

from django.core.management.base import BaseCommand

from qingcheng_fiber.serving import DEFAULT_ADDRESS, parsed, refuse_if_taken, serve


class Command(BaseCommand):
    help = "启动门户：服务器和办理后台任务的程序一起启动，一起停止。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("address", nargs="?", default=DEFAULT_ADDRESS, help=f"主机:端口，默认 {DEFAULT_ADDRESS}")
        parser.add_argument("--processes", type=int, default=2, help="服务器进程数，默认 2")
        parser.add_argument("--threads", type=int, default=8, help="每个进程的线程数，默认 8")
        parser.add_argument(
            "--env-file", type=Path, metavar="文件", help="环境变量文件，每行 名称=值；收到 SIGHUP 时重新读取"
        )

    def handle(self, *, address: str, processes: int, threads: int, env_file: Path | None, **options) -> None:
        host, port = parsed(address)
        refuse_if_taken(host, port)
        self.stdout.write(f"门户地址：http://{host}:{port}/　按 Ctrl-C 停止。")
        serve(host, port, processes=processes, threads=threads, variables=env_file)
