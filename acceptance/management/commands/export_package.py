"""Write a data package: ``export_package DIR [--area CODE]``."""

import sys
from pathlib import Path

from django.db import DatabaseError

from acceptance import packages
from accounts.actions import COMMAND_LINE
from common.commands import SpeakingCommand


class Command(SpeakingCommand):
    help = "导出数据包：全部数据，或一个区域及评定它所需的数据。"

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="写入的文件夹；没有就新建，同名文件会被替换")
        parser.add_argument("--area", metavar="CODE", help="区域编码；不填则导出全部")

    def handle(self, *args, folder: Path, area: str | None, **options) -> None:
        try:
            counts, left_out = packages.export_package(folder, by=COMMAND_LINE, area=area)
        except packages.UnknownArea:
            self._give_up(f"数据库里没有编码为 {area} 的区域：请检查编码，或先导入数据包。")
        except OSError as error:
            self._give_up(f"写不进文件夹 {folder}：{error.strerror}。请换一个文件夹，或检查权限和磁盘空间。")
        except DatabaseError as error:
            self._give_up(f"数据库无法读取：{str(error).strip()}。请确认数据库已执行 migrate。")
        if left_out:
            self.stderr.write(f"有 {left_out} 行季报草稿没有填齐，数据包的格式写不下，没有导出。")
        self.stderr.write(
            f"已写入 {folder}：" + "，".join(f"{name} {count} 行" for name, count in counts.items()) + "。"
        )

    def _give_up(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(2)
