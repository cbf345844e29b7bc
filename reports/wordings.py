"""How the brief is worded as delivered; the bureau may edit it (papers.wording)."""

from datetime import date

from papers.document import Paragraph
from papers.wording import Placeholder, Wording, WordingPart, register
from reports import brief

BRIEF = register(
    Wording(
        key=brief.KIND,
        title="简报",
        places=(Placeholder("区域", "区或街镇的名称", "清城区"), Placeholder("季度", "取数的季度", "2018年第二季度")),
        parts=(
            WordingPart("mark", "报头", "{区域}全光网建设简报", 1),
            WordingPart("title", "标题", "{季度}全光网城市建设进度", 2),
        ),
        sample=lambda words: brief.laid_out(
            words,
            {"区域": "清城区", "季度": "2018年第二季度"},
            "清远市清城区经济和信息化局",
            date(2018, 7, 10),
            "第1期",
            (
                Paragraph("一、结论", "left", "first"),
                Paragraph("进度滞后：到期的20项任务中14项按期达到，6项未达到；8个街镇中7个达标。"),
            ),
        ),
    )
)
