"""Write the demonstration data package."""

from pathlib import Path

from django.utils.module_loading import import_string

from common.commands import SpeakingCommand


class Command(SpeakingCommand):
    requires_system_checks: list[str] = []
    help = "生成演示数据包（CSV 文件夹），可用 import_package 导入。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("directory", type=Path, metavar="DIR", help="写到哪个文件夹；没有就新建")

    def handle(self, *args, directory: Path, **options) -> None:
        import_string("demonstration.package.build_package")(directory)
        self.stderr.write(f"演示数据包已写到 {directory}。")
