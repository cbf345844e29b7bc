"""Coordinates as people paste them: read, put in order, or refused with a sentence that names what is wrong."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import unquote

from areas.package.registry import EAST, NORTH
from areas.vocabulary import Datum


class NoCoordinates(ValueError):
    """The text holds no pair that can be used; the message is a Chinese sentence that says why and what to do."""


@dataclass(frozen=True)
class PastedPlace:
    """A pair in degrees as it was written, and what was done to understand it.

    ``datum``: one of Datum where the text itself says which; blank where it does not. Nothing is converted.
    """

    lon: float
    lat: float
    remark: str = ""
    datum: str = ""


LONGEST = 1000
"""Letters; more was pasted by mistake."""
SWAPPED = "经纬度次序相反，已对调"
MISNAMED = "经度和纬度标注相反，已对调"
HEIGHT = "第三个数（高程）未采用"


def read(text: str) -> PastedPlace:
    """The pair that a text means; NoCoordinates says why there is none."""
    plain = _plain(text)
    if not plain:
        raise NoCoordinates("没有填写坐标：请填经度和纬度，例如 113.05, 23.71。")
    if len(plain) > LONGEST:
        raise NoCoordinates("粘贴的文字过长：请只粘贴经度和纬度，例如 113.05, 23.71。")
    return _from_link(plain) if _LINK.search(plain) else _from_words(plain)


# What the same thing is written with

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("°º˚", "°"),
        **dict.fromkeys("′’‘ʹ´`", "'"),
        **dict.fromkeys("″”“ʺ", '"'),
        **dict.fromkeys("−–—", "-"),
        **dict.fromkeys("，、；", ","),
        **dict.fromkeys("\u200b\u200c\u200d\ufeff", None),
    }
)
_WORDS = ((re.compile(r"(?<=\d)\s*度"), "°"), (re.compile(r"(?<=\d)\s*分"), "'"), (re.compile(r"(?<=\d)\s*秒"), '"'))
_NUMBER = r"\d+(?:\.\d+)?"
_QUOTED = re.compile(rf"""(?<![^\s:=,(\[{{])(["'])\s*([-+]?{_NUMBER})\s*\1""")


def _plain(text: str) -> str:
    """Half-width, with one sign each for degrees, minutes, seconds, minus and comma."""
    half = unicodedata.normalize("NFKC", text.replace("经纬度", " ").translate(_SIGNS))
    for word, sign in _WORDS:
        half = word.sub(sign, half)
    half = re.sub(r"(?<=\d)。(?=\d)", ".", half).replace("''", '"')
    return _QUOTED.sub(r" \2 ", half).strip()


# Links of maps

_DIGITS = 9
"""Decimals kept of degrees, minutes and seconds: a tenth of a millimetre."""
_LINK = re.compile(r"https?://|\bgeo:", re.IGNORECASE)
_DECIMALS = r"-?\d{1,3}\.\d+"
_LINK_PAIR = re.compile(rf"(?<![\d.])({_DECIMALS})\s*[,|]\s*({_DECIMALS})(?![\d.])")
_LINK_LON = re.compile(rf"(?:lng|lon|long|longitude|pointx)[=:]({_DECIMALS})(?![\d.])", re.IGNORECASE)
_LINK_LAT = re.compile(rf"(?:lat|latitude|pointy)[=:]({_DECIMALS})(?![\d.])", re.IGNORECASE)
_LINK_METRES = re.compile(r"(?<![\d.])\d{7,8}(?:\.\d+)?,\d{6,8}(?:\.\d+)?")
_SAID_DATUM = re.compile(r"(?:coord_?type|coordinate|datum)[=:]\W?(wgs84|gcj02|bd09|gaode|baidu)", re.IGNORECASE)
_DATUM_NAMES = {"gaode": Datum.GCJ02, "baidu": Datum.BD09}
_MAPS = (
    (re.compile(r"map\.baidu\.com|baidumap", re.IGNORECASE), "百度地图", Datum.BD09),
    (re.compile(r"map\.qq\.com|qqmap", re.IGNORECASE), "腾讯地图", Datum.GCJ02),
    (re.compile(r"amap\.com|gaode", re.IGNORECASE), "高德地图", Datum.GCJ02),
    (re.compile(r"\bgeo:", re.IGNORECASE), "", Datum.WGS84),
)
_BY_HAND = "请在地图中打开该位置，复制经纬度（两个带小数的数）后粘贴。"


def _from_link(text: str) -> PastedPlace:
    link = unquote(unquote(text))  # Links within links are quoted twice.
    pairs = {(float(first), float(second)) for first, second in _LINK_PAIR.findall(link)}
    pairs |= set(zip(map(float, _LINK_LON.findall(link)), map(float, _LINK_LAT.findall(link)), strict=False))
    places = {place for pair in pairs for place in (pair, pair[::-1]) if _in_china(*place)}
    if len(places) > 1:
        raise NoCoordinates(f"链接中有多个位置，无法确定。{_BY_HAND}")
    if not places:
        if _LINK_METRES.search(link):
            raise NoCoordinates(f"链接中为平面坐标（米），不是经纬度。{_BY_HAND}")
        if pairs:
            raise NoCoordinates(f"链接中的位置不在中国境内。{_BY_HAND}")
        raise NoCoordinates(f"链接中没有写明坐标。{_BY_HAND}")
    [(lon, lat)] = places
    name, datum = next(((name, datum) for host, name, datum in _MAPS if host.search(link)), ("", ""))
    if said := _SAID_DATUM.search(link):
        datum = _DATUM_NAMES.get(said[1].lower(), said[1].upper())
    remark = f"取自{name}的链接，坐标系按 {Datum(datum).label}" if name else ""
    return PastedPlace(lon, lat, remark, str(datum))


# Words and numbers

_LABELS = {
    "lon": "longitude long lng lon 东经 西经 经度 e w".split(),
    "lat": "latitude lat 北纬 南纬 纬度 n s".split(),
}
_AXIS = {word: axis for axis, words in _LABELS.items() for word in words}
_FAR_SIDE = {"西经", "w", "南纬", "s"}
_DATUMS = (
    ("WGS84", re.compile(r"wgs[-_ ]?(?:19)?84", re.IGNORECASE)),
    ("CGCS2000", re.compile(r"cgcs[-_ ]?2000|国家2000|2000坐标系", re.IGNORECASE)),
    ("GCJ02", re.compile(r"gcj[-_ ]?02|火星坐标系?", re.IGNORECASE)),
    ("BD09", re.compile(r"bd[-_ ]?09(?:ll)?|百度坐标系?", re.IGNORECASE)),
)
_METRES = re.compile(r"(?<![\d.])\d{4,}(?:\.\d+)?")
_FILLING = re.compile(
    r"坐标系?|位置|定位|所在|中心|大约|约|为|是|和|gps|point|coord(?:inate)?s?|location|position", re.IGNORECASE
)
_TOKEN = re.compile(
    rf"(?P<label>longitude|latitude|long|lng|lon|lat|东经|西经|北纬|南纬|经度|纬度|(?<![a-z])[nsew](?![a-z]))"
    rf"|(?P<number>(?:(?<![\d.°'\"])[-+])?{_NUMBER})\s*(?P<unit>[°'\"])?"
    rf"|(?P<comma>[,;/|&\n])"
    rf"|(?P<space>[\s:=(){{}}\[\]<>\"'.。-])"
    rf"|(?P<other>.)",
    re.IGNORECASE,
)


@dataclass
class _Angle:
    """A coordinate while it is read: degrees, minutes and seconds as far as written, and its labels."""

    parts: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(part + sign for part, sign in zip(self.parts, "°′″", strict=False))

    @property
    def axis(self) -> str:
        """Which of the two its labels say it is; blank where they say nothing."""
        axes = {_AXIS[label] for label in self.labels}
        if len(axes) > 1:
            raise NoCoordinates(f"“{self.text}”既标了经度又标了纬度，请核对。")
        return axes.pop() if axes else ""

    @property
    def value(self) -> float:
        for part in self.parts[:-1]:
            if "." in part:
                raise NoCoordinates(f"“{self.text}”格式有误：只有最后一位可以有小数，例如 23°42.6′ 或 23.71°。")
        for part in self.parts[1:]:
            if not 0 <= float(part) < 60:
                raise NoCoordinates(
                    f"“{self.text}”的分、秒应在 0 到 60 之间；以逗号作小数点的，请改为小数点，例如 23.71。"
                )
        size = abs(float(self.parts[0]))
        if len(self.parts) > 1:
            size = round(sum(abs(float(part)) / 60**place for place, part in enumerate(self.parts)), _DIGITS)
        is_far = self.parts[0].startswith("-") != (not _FAR_SIDE.isdisjoint(self.labels))
        return -size if is_far else size


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    unit: str = ""


def _from_words(text: str) -> PastedPlace:
    datum = next((name for name, words in _DATUMS if words.search(text)), "")
    for _, words in _DATUMS:
        text = words.sub(" ", text)
    if metres := _METRES.search(text):
        raise NoCoordinates(
            f"{metres[0]} 是平面坐标（以米计的投影坐标），不是经纬度：请换算为经纬度（度）后填写，或在地图上点选位置。"
        )
    tokens = list(_tokens(_FILLING.sub(" ", text)))
    angles = _angles(tokens)
    remarks = []
    if len(angles) == 3 and _is_pair(angles[0], angles[1]):
        angles.pop()
        remarks.append(HEIGHT)
    if len(angles) != 2:
        raise _wrong_number(angles)
    lon, lat, said = _in_order(*angles)
    return PastedPlace(lon, lat, "；".join([*said, *remarks]), datum)


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        kind = str(found.lastgroup if found["number"] is None else "number")
        if kind == "other":
            word = re.split(r"[\s,;\d]", text[found.start() :])[0][:10]
            raise NoCoordinates(
                f"无法识别“{word}”：请只填经度和纬度，例如 113.05, 23.71 或 北纬23°42′36″ 东经113°03′00″。"
            )
        if kind != "space":
            yield _Token(kind, (found["number"] or found[0]).lower(), found["unit"] or "")


def _angles(tokens: Sequence[_Token]) -> list[_Angle]:
    """The coordinates, each with the labels that belong to it."""
    numbers = [token for token in tokens if token.kind == "number"]
    begins = _begun_by_units(tokens) if any(token.unit for token in numbers) else _begun_by_count(tokens, numbers)
    angles: list[_Angle] = []
    between: list[str] = []
    for place, token in enumerate(tokens):
        if token.kind != "number":
            between.append(token.text)
            continue
        if place in begins:
            angles.append(_Angle())
            _label(angles, between, is_first_labelled=tokens[0].kind == "label")
            between = []
        angles[-1].parts.append(token.text)
    if angles:
        angles[-1].labels += [word for word in between if word in _AXIS]
    return angles


def _label(angles: Sequence[_Angle], between: Sequence[str], is_first_labelled: bool) -> None:
    """Hand the words before the last of the angles out: to it, or to the one before."""
    words = [word for word in between if word in _AXIS]
    after = angles[-1].labels
    if not words:
        return
    if len(angles) == 1:
        after += words
        return
    before = angles[-2].labels
    split = next((place for place, word in enumerate(between) if word not in _AXIS), None)
    if len({_AXIS[word] for word in words}) > 1:
        for word in words:
            (before if _AXIS[word] == _AXIS[words[0]] else after).append(word)
    elif split is not None and not is_first_labelled:
        before += [word for word in between[:split] if word in _AXIS]
        after += [word for word in between[split:] if word in _AXIS]
    else:
        (after if is_first_labelled else before).extend(words)


def _begun_by_units(tokens: Sequence[_Token]) -> set[int]:
    """The numbers with which a coordinate begins, where signs say what is a degree and what a minute."""
    begins: set[int] = set()
    last: _Token | None = None
    count, is_parted = 0, False
    for place, token in enumerate(tokens):
        if token.kind != "number":
            is_parted = True
            continue
        is_complete = last is None or count == 3 or last.unit == '"' or "." in last.text
        if token.unit == "°" or (not token.unit and (is_complete or is_parted)):
            begins.add(place)
            count = 0
        elif last is None:
            raise NoCoordinates(
                f"“{token.text}{token.unit}”前面缺“度”：请写成 23°42′36″ 这样的度分秒，或 23.71 这样的度。"
            )
        last, count, is_parted = token, count + 1, False
    return begins


def _begun_by_count(tokens: Sequence[_Token], numbers: Sequence[_Token]) -> set[int]:
    """The numbers with which a coordinate begins, where nothing but numbers stands there: two, or two times two or three."""
    places = [place for place, token in enumerate(tokens) if token.kind == "number"]
    if len(places) not in (4, 6):
        return set(places)
    size = len(places) // 2
    commas = [any(token.kind == "comma" for token in tokens[first:second]) for first, second in pairwise(places)]
    inside = [comma for place, comma in enumerate(commas, 1) if place != size]
    if any(inside) and (len(places) == 4 or not all(commas)):
        raise NoCoordinates(
            "无法判断哪几个数为一组：小数点请用“.”，度分秒之间请用空格，经度和纬度之间用逗号，例如 113.05, 23.71。"
        )
    return {places[0], places[size]}


def _is_pair(first: _Angle, second: _Angle) -> bool:
    return _in_china(first.value, second.value) or _in_china(second.value, first.value)


def _wrong_number(angles: Sequence[_Angle]) -> NoCoordinates:
    if not angles:
        return NoCoordinates("未找到数字：请填经度和纬度，例如 113.05, 23.71。")
    if len(angles) == 3 and all("." not in angle.text for angle in angles):
        angles = [_Angle([angle.parts[0] for angle in angles])]
    if len(angles) > 1:
        return NoCoordinates(f"有 {len(angles)} 个坐标数，应为经度、纬度各一个，例如 113.05, 23.71。")
    [alone] = angles
    axis = alone.axis or ("lon" if EAST[0] <= abs(alone.value) <= EAST[1] else "lat")
    has, lacks = ("经度", "纬度") if axis == "lon" else ("纬度", "经度")
    return NoCoordinates(
        f"只有一个数 {alone.text.rstrip('°') if len(alone.parts) == 1 else alone.text}（看来是{has}），还缺{lacks}。"
    )


def _in_order(first: _Angle, second: _Angle) -> tuple[float, float, list[str]]:
    """Longitude, latitude, and what was put right."""
    if first.axis and first.axis == second.axis:
        word = {"lon": "经度", "lat": "纬度"}[first.axis]
        raise NoCoordinates(f"两个数均标为{word}，请核对。")
    is_named = bool(first.axis or second.axis)
    is_lon_first = first.axis == "lon" or second.axis == "lat" or not is_named
    lon, lat = (first.value, second.value) if is_lon_first else (second.value, first.value)
    if _in_china(lon, lat):
        return lon, lat, []
    if _in_china(lat, lon):
        return lat, lon, [MISNAMED if is_named else SWAPPED]
    raise _misplaced(lon, lat)


def _misplaced(lon: float, lat: float) -> NoCoordinates:
    for x, y in ((lon, lat), (lat, lon)):
        if _in_china(abs(x), abs(y)):
            side = "西经" if x < 0 else "南纬"
            right = "东经" if x < 0 else "北纬"
            return NoCoordinates(
                f"{_shown(x)}, {_shown(y)} 是{side}，不在中国范围：中国在{right}，请删去负号或更正 E、W、N、S。"
            )
    if max(abs(lon), abs(lat)) > 180 or min(abs(lon), abs(lat)) > 90:
        return NoCoordinates(f"{_shown(lon)}, {_shown(lat)} 不是经纬度：经度不超过 180 度，纬度不超过 90 度。")
    return NoCoordinates(
        f"{_shown(lon)}, {_shown(lat)} 不在中国境内：经度应在 73 至 136 之间，纬度应在 3 至 54 之间，请核对是否漏了数字或小数点。"
    )


def _shown(degrees: float) -> str:
    return f"{degrees:.6f}".rstrip("0").rstrip(".")


def _in_china(lon: float, lat: float) -> bool:
    return EAST[0] <= lon <= EAST[1] and NORTH[0] <= lat <= NORTH[1]
