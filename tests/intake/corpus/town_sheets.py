"""A return's sheets as towns keep them: quirks of layout combined by a seed, so that hardly any sheet has only one."""

from dataclasses import dataclass
from random import Random

from tests.intake.corpus.case import ClumsySheet
from tests.intake.corpus.grid import Grid
from tests.intake.corpus.saving import file_of
from tests.intake.corpus.table import (
    BROADBAND,
    BROADBAND_COVERED,
    FIBRE,
    FIBRE_COVERED,
    GROUPED,
    HEADINGS,
    HOUSEHOLDS,
    Column,
    Table,
    beside,
    coded,
    constant,
    figure,
    figures_of,
    named,
    rate,
    serial,
)
from tests.intake.corpus.world import (
    DONGCHENG,
    FEILAIXIA,
    FENGCHENG,
    LONGTANG,
    NAMES,
    RETURN_FIELDS,
    SHIJIAO,
    YUANTAN,
    villages,
)

QUIRKS = {
    "grouped": "two heading rows with merged groups",
    "serial": "serial numbers before the names",
    "codes": "codes in a column of their own",
    "parts": "villages grouped under 片区 with subtotals",
    "total-top": "a total above the villages",
    "total-bottom": "a total beneath the villages",
    "shuffled": "villages in another order",
    "missing": "some villages missing",
    "population": "inhabitants beside the households",
    "rates": "rates beside the figures",
    "before": "last quarter beside this quarter",
    "hidden": "last quarter in hidden columns",
    "contact": "names and telephones of the villages",
    "notes": "notes and signatures beneath",
    "blanks": "blank rows between the villages",
    "offset": "the table begins far from the first cell",
    "wan": "households in 万户, all else in 户",
    "more-sheets": "other sheets before and behind",
    "gaps": "blank cells, / and 暂无 (all three mean that there is nothing yet)",
    "zeros": "real noughts",
    "formulas": "totals as formulas",
    "turned": "villages in columns",
}
FORMS = [
    *["xlsx"] * 9, "xls", "xls", "et", "ods", "ods", "lo.ods", "csv", "csv-gbk", "csv-utf8", "csv-tab", "paste", "paste", "csv-semicolon",
]  # fmt: skip
NAMINGS = "full short bare legal prefixed county spaced wide padded committee former traditional bracketed".split()
WRITINGS = "plain thousands text commas wide unit float decimals accounting padded".split()
PLACES = (YUANTAN, FEILAIXIA, FENGCHENG, SHIJIAO, DONGCHENG, LONGTANG)
HOW_MANY = 80


@dataclass(frozen=True)
class Choice:
    """What the seed chose for one sheet."""

    quirks: frozenset[str]
    naming: str
    writing: str
    form: str
    where: str


def _chosen(number: int, random: Random) -> Choice:
    few = number % 4 == 0
    names = sorted(QUIRKS)
    quirks = set(random.sample(names, random.randint(1, 2) if few else random.randint(3, 7)))
    if "turned" in quirks:
        quirks -= {"grouped", "before", "hidden", "parts", "formulas", "offset", "blanks"}
    if "grouped" in quirks:
        quirks -= {"before", "hidden"}
    if "hidden" in quirks:
        quirks -= {"before"}
    if "parts" in quirks:
        quirks -= {"formulas"}
    form = FORMS[number % len(FORMS)]
    if form.startswith("csv") or form == "paste":
        quirks -= {"more-sheets", "hidden", "formulas"}
    if form == "paste":
        quirks -= {"offset", "notes"}
    where = PLACES[number % len(PLACES)]
    return Choice(frozenset(quirks), NAMINGS[number % len(NAMINGS)], WRITINGS[number % len(WRITINGS)], form, where)


def _figure_columns(choice: Choice, random: Random) -> list[Column]:
    quirks, columns = choice.quirks, []
    for name in RETURN_FIELDS:
        writing = choice.writing
        heads = GROUPED[name] if "grouped" in quirks else (random.choice(HEADINGS[name]),)
        if name == HOUSEHOLDS and "wan" in quirks:
            heads, writing = ("总户数（万户）",), "wan"
        if name == HOUSEHOLDS:
            heads = heads[:1]
        if "before" in quirks:
            columns += [beside((heads[0], "上季"), name, 97), figure(name, (heads[0], "本季"), writing)]
        else:
            if "hidden" in quirks:
                columns.append(beside((f"上季度{heads[0]}",), name, 97, hidden=True))
            columns.append(figure(name, heads, writing))
        if name == HOUSEHOLDS and "population" in quirks:
            columns.insert(random.choice((0, len(columns))), beside(("户籍人口（人）",), name, 350))
    if "rates" in quirks:
        columns.append(rate(("光网覆盖率",), FIBRE_COVERED, BROADBAND_COVERED))
        columns.append(rate(("光网渗透率",), FIBRE, BROADBAND))
    return columns


def _columns(choice: Choice, random: Random) -> list[Column]:
    columns = [serial()] if "serial" in choice.quirks else []
    if "codes" in choice.quirks:
        columns.append(coded(("村居代码",), random.choice(("whole", "number", "apostrophe", "parted"))))
    columns.append(
        named((random.choice(("村（社区）", "村居名称", "行政村", "单位", "村委会（居委会）")),), choice.naming)
    )
    columns += _figure_columns(choice, random)
    if "contact" in choice.quirks:
        columns += [constant(("联系人",), "陈小姐"), constant(("联系电话",), "0763-3312345")]
    return columns


def _lines(choice: Choice, rows: list, random: Random) -> list:
    quirks = choice.quirks
    if "shuffled" in quirks:
        random.shuffle(rows)
    if "missing" in quirks:
        rows = [row for number, row in enumerate(rows) if number % 6 != 4]
    lines: list = []
    parts = [rows]
    if "parts" in quirks:
        third = len(rows) // 3
        parts = [rows[:third], rows[third : 2 * third], rows[2 * third :]]
    for name, part in zip(("东部片区", "中部片区", "西部片区"), parts, strict=False):
        if "parts" in quirks:
            lines.append(("heading", name))
        lines += part
        if "parts" in quirks:
            lines.append(("subtotal", "小计"))
        if "blanks" in quirks:
            lines.insert(len(lines) - len(part) // 2, ("blank", ""))
    if "total-top" in quirks:
        lines.insert(0, ("total", "全镇合计"))
    if "total-bottom" in quirks or "formulas" in quirks:
        lines.append(("total", random.choice(("合计", "合  计", "总计", "全镇合计"))))
    return lines


def _gaps(choice: Choice, rows: list, figures: dict, random: Random) -> dict:
    gaps = {}
    if "gaps" in choice.quirks:
        for said in (None, None, "/", "暂无", "/"):
            gaps[random.choice(rows)[0], random.choice(RETURN_FIELDS[1:])] = said
    if "zeros" in choice.quirks:
        row = random.choice(rows)[0]
        figures[row] |= {FIBRE_COVERED: 0, FIBRE: 0}
    return gaps


def _page(choice: Choice, table: Grid, width: int) -> Grid:
    """The table with its title above and its notes beneath."""
    page, quirks = Grid("2018年第四季度"), choice.quirks
    place = NAMES[choice.where]
    bare_paste = choice.form == "paste"
    down, right = (10, 5) if "offset" in quirks else (0 if bare_paste else 3, 0)
    if not bare_paste:
        top = down - 2
        page.put(top, right + 1, f"{place}光网建设情况统计表（2018年第四季度）")
        page.headline.add(top)
        page.merges.append((top, right + 1, top, right + max(width, 2)))
        page.loose.add(top + 1)
        page.put(top + 1, right + 1, f"填报单位：{place}")
        page.put(top + 1, right + max(width, 2), "填报日期：2019年1月8日")
    page.lay(table, down, right)
    if "notes" in quirks:
        bottom = page.height + 2
        page.loose |= {bottom, bottom + 1}
        page.put(
            bottom, right + 1, "注：1.覆盖户数指网络已到达、可随时开通的户数；2.用户数以运营企业提供的为准，共3家。"
        )
        page.put(bottom + 1, right + 1, "填报人：李志强")
        page.put(bottom + 1, right + max(width, 4) - 1, "审核人：欧阳海")
    return page


def _other_sheets() -> tuple[Grid, Grid]:
    explained, people = Grid("填表说明"), Grid("人口")
    explained.put(1, 1, "填表说明")
    explained.loose |= {1, 2, 3, 4}
    for number, line in enumerate(("本表每季度报送一次。", "总户数按公安户籍口径。", "于季后10日内报区经信局。"), 2):
        explained.put(number, 1, line)
    people.put_row(1, ["指标", "2016年", "2017年"])
    people.put_row(2, ["年末总人口", 98321, 99107])
    people.put_row(3, ["外来人口", 12044, 12890])
    return explained, people


def _made(number: int) -> ClumsySheet:
    random = Random(f"town sheet {number}")
    choice = _chosen(number, random)
    rows = list(villages(choice.where))
    figures = {row[0]: figures_of(row, random) for row in rows}
    gaps = _gaps(choice, rows, figures, random)
    columns = _columns(choice, random)
    table = Table(columns, _lines(choice, rows, random), figures, "formulas" in choice.quirks, gaps)
    grid, right = table.laid()
    if "turned" in choice.quirks:
        grid = grid.turned()
    page = _page(choice, grid, grid.width)
    grids, active = [page], 0
    if "more-sheets" in choice.quirks:
        explained, people = _other_sheets()
        grids, active = [explained, page, people], number % 2
    quirks = sorted(choice.quirks)
    name = "-".join([f"town-{number:02}", *quirks[:3], choice.naming, choice.writing])
    why = "; ".join([QUIRKS[quirk] for quirk in quirks] + [f"names {choice.naming}", f"figures {choice.writing}"])
    file_name, make = file_of(name, choice.form, grids, f"{NAMES[choice.where]}四季度光网统计表(定稿)", active)
    return ClumsySheet(name, why, "return", choice.where, "2018Q4", file_name, make, right)


TOWN_SHEETS = tuple(_made(number) for number in range(1, HOW_MANY + 1))
