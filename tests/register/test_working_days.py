"""The State Council's table of a year is taken whole or not at all, and what was known changes only when somebody says so."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from areas.models import CalendarDay, FactChange
from areas.workdays import load

PAPER = "国办发明电〔2026〕9号"
ROWS = """日期,休/班,名称
2027-01-01,休,元旦
2027/1/2,休,元旦
2027年2月5日,休,春节
2027-02-06,休,春节
2027-02-08,休,春节
2027-02-14,班,春节
2027-04-05,休,清明节
2027-05-03,休,劳动节
2027-06-09,休,端午节
2027-09-15,休,中秋节
2027-10-01,休,国庆节
"""


@pytest.fixture
def take(db, tmp_path):
    """Runs the command on a table; what it says on both ways."""

    def take(text: str, *options: str) -> str:
        file: Path = tmp_path / "2027.csv"
        file.write_text(text, "utf-8")
        said = StringIO()
        try:
            call_command("calendar", str(file), "--document", PAPER, *options, stdout=said, stderr=said)
        except CommandError as problem:
            return said.getvalue() + str(problem)
        return said.getvalue()

    return take


def test_year_is_taken_and_counted_over(take):
    assert "2027 年工作日 254 天；新补录 365 天，更正 0 天。" in take(ROWS)

    calendar = load()
    assert calendar.nth_after(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert calendar.nth_after(date(2027, 2, 4), 2) == date(2027, 2, 10)
    assert calendar.nth_after(date(2027, 2, 12), 1) == date(2027, 2, 14)
    assert set(CalendarDay.objects.values_list("source", flat=True)) == {PAPER}
    entry = AuditEntry.objects.get(action="calendar.take")
    assert entry.facts == {"year": 2027, "document": PAPER, "count": 365, "corrected": []}
    assert "新补录 0 天，更正 0 天" in take(ROWS)
    assert AuditEntry.objects.filter(action="calendar.take").count() == 1 and not FactChange.objects.exists()


WRONG = [
    ("2027-10-01,休,国庆节\n", "", "名称 列：缺国庆节的放假日期。"),
    ("2027-02-14,班", "2027-02-15,班", "第 7 行 日期 列：2027-02-15 不是周六、周日"),
    ("2027-02-06,休", "2027-02-30,休", "第 5 行 日期 列：“2027-02-30”不是日历上有的一天"),
    ("2027-02-06,休", ",休", "第 5 行 日期 列：未填写。"),
    ("2027-02-06,休", "2027-02-06,放", "第 5 行 休/班 列：“放”无法识别，应为“休”或“班”。"),
    ("2027-09-15,休,中秋节", "2027-09-15,休,", "第 11 行 名称 列：未填写"),
    ("2027-02-06,休", "2027-02-05,休", "第 5 行 日期 列：2027-02-05 与第 4 行重复。"),
    ("2027-02-06,休", "2026-12-28,休", "第 5 行 日期 列：2026-12-28 不在 2027 年"),
    ("2027-02-06,休,春节", "2027-02-06,休", "第 5 行：应有 3 列"),
    ("日期,休/班", "日期,休班", "第 1 行：表头应为“日期，休/班，名称”。"),
    ("春节\n2027-02-08", '"春节\n2027-02-08', "无法读取"),
]


@pytest.mark.parametrize(("there", "instead", "sentence"), WRONG)
def test_nothing_is_taken_of_a_table_with_a_fault(there, instead, sentence, take):
    assert there in ROWS

    said = take(ROWS.replace(there, instead, 1))

    assert sentence in said and "未补录任何一天" in said
    assert not CalendarDay.objects.exists() and not AuditEntry.objects.filter(action="calendar.take").exists()


def test_every_fault_is_told_at_once(take):
    said = take(ROWS.replace("2027-02-06,休", "2027-02-06,放").replace("2027-10-01,休", "十月一日,休"))

    assert "第 5 行 休/班 列" in said and "第 12 行 日期 列" in said and "2 处问题" in said


def test_known_day_changes_only_when_it_is_said_and_is_judged_anew(take, make_area):
    make_area("441802")
    take(ROWS)
    later = ROWS.replace("2027-05-03,休,劳动节", "2027-05-03,休,劳动节\n2027-05-04,休,劳动节\n2026-12-31,休,元旦")

    said = take(later)

    assert "与现有工作日表不同：2026-12-31（现为上班，文件为放假）、2027-05-04（现为上班，文件为放假）" in said
    assert "--correct" in said and load().nth_after(date(2027, 5, 3), 1) == date(2027, 5, 4)
    assert not FactChange.objects.exists()
    assert "新补录 0 天，更正 2 天" in take(later, "--correct")
    assert load().nth_after(date(2027, 5, 3), 1) == date(2027, 5, 5)
    assert load().nth_after(date(2026, 12, 30), 1) == date(2027, 1, 4)
    assert [note.county for note in FactChange.objects.all()] == ["441802"]
    assert AuditEntry.objects.latest("pk").facts["corrected"] == ["2026-12-31", "2027-05-04"]
