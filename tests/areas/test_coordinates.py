"""Coordinates as people paste them: what is understood, what was put right, and what each refusal says."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from areas.coordinates import HEIGHT, LONGEST, MISNAMED, SWAPPED, NoCoordinates, read
from areas.package.registry import EAST, NORTH

LON, LAT = 113.05, 23.71


@pytest.mark.parametrize(
    "text",
    [
        "113.05 23.71",
        "113.05,23.71",
        " 113.05 , 23.71 ",
        "113.05\t23.71",
        "113.05\n23.71",
        "113.05/23.71",
        "113.05;23.71",
        "113.05、23.71",
        "113.05，23.71",
        "１１３．０５，２３．７１",
        "113。05，23。71",
        "+113.05 +23.71",
        "(113.05, 23.71)",
        "（113.05，23.71）",
        "[113.05,23.71]",
        "【113.05，23.71】".replace("【", "[").replace("】", "]"),
        "POINT(113.05 23.71)",
        "113.05-23.71",
        '{"lng":113.05,"lat":23.71}',
        '"113.05","23.71"',
        "lng=113.05&lat=23.71",
        "lat=23.71&lng=113.05",
        "latitude: 23.71, longitude: 113.05",
        "经度：113.05 纬度：23.71",
        "纬度23.71，经度113.05",
        "经纬度：113.05，23.71",
        "坐标：113.05，23.71",
        "位置 东经113.05 北纬23.71",
        "北纬23.71 东经113.05",
        "北纬23.71°，东经113.05°",
        "23.71N 113.05E",
        "N23.71 E113.05",
        "n23.71,e113.05",
        "Ｎ23.71　Ｅ113.05",
        "23.71°N, 113.05°E",
        "23.71, E113.05",
        "23.71 N, 113.05",
        "纬度23.71N 经度113.05E",
        "纬度 N23.71 经度 E113.05",
        "N23°42′36″ E113°03′00″",
        "E113°03′00″ N23°42′36″",
        "23°42'36\"N 113°3'0\"E",
        "23°42'36''N, 113°3'0''E",
        "北纬23度42分36秒，东经113度3分",
        "东经113度03分00秒北纬23度42分36秒",
        "113°3′0″ 23°42′36″",
        "113°03′00.00″，23°42′36.00″",
        "N 23° 42.6' E 113° 3.0'",
        "23°42.6′N 113°3′E",
        "113 3 0, 23 42 36",
        "113,3,0,23,42,36",
        "113-3-0, 23-42-36",
        "N23 42 36 E113 3 0",
        "23 42 36 N 113 3 0 E",
        "113 3.0, 23 42.6",
        "113°3, 23°42.6",
        "\ufeff113.05\u200b,23.71",
    ],
)
def test_what_people_paste_is_understood(text):
    found = read(text)
    assert (found.lon, found.lat) == pytest.approx((LON, LAT), abs=1e-9)
    assert (found.remark, found.datum) == ("", "")


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("23.71,113.05", SWAPPED),
        ("23 42 36, 113 3 0", SWAPPED),
        ("23°42'36\" 113°3'", SWAPPED),
        ("（２３．７１，１１３．０５）", SWAPPED),
        ("lng=23.71&lat=113.05", MISNAMED),
        ("东经23.71 北纬113.05", MISNAMED),
        ("113.05,23.71,25.3", HEIGHT),
        ("113.05,23.71,0", HEIGHT),
        ("23.71 113.05 36", f"{SWAPPED}；{HEIGHT}"),
    ],
)
def test_what_was_put_right_is_said(text, remark):
    found = read(text)
    assert (found.lon, found.lat) == pytest.approx((LON, LAT), abs=1e-9)
    assert found.remark == remark


@pytest.mark.parametrize(
    ("text", "datum"),
    [
        ("WGS84 113.05,23.71", "WGS84"),
        ("113.05, 23.71 (WGS-84坐标)", "WGS84"),
        ("CGCS2000：113.05，23.71", "CGCS2000"),
        ("火星坐标 113.05,23.71", "GCJ02"),
        ("GCJ-02 113.05,23.71", "GCJ02"),
        ("百度坐标系：113.05，23.71", "BD09"),
        ("https://apis.map.qq.com/uri/v1/marker?marker=coord:23.71,113.05;title:%E6%9D%91&referer=x", "GCJ02"),
        ("https://map.qq.com/?type=marker&isopeninfowin=1&markertype=1&pointx=113.05&pointy=23.71&name=x", "GCJ02"),
        ("https://uri.amap.com/marker?position=113.05,23.71&name=x", "GCJ02"),
        ("https://uri.amap.com/marker?position=113.05%2C23.71&coordinate=wgs84", "WGS84"),
        ("https://www.amap.com/?q=23.71,113.05,%E6%9D%91%E5%A7%94%E4%BC%9A", "GCJ02"),
        ("http://api.map.baidu.com/marker?location=23.71,113.05&title=x&output=html", "BD09"),
        ("http://api.map.baidu.com/marker?location=23.71,113.05&coord_type=gcj02&output=html", "GCJ02"),
        ("看这里：https://map.baidu.com/?latlng=23.71,113.05&title=x", "BD09"),
        ("geo:23.71,113.05?z=16", "WGS84"),
        ("https://www.google.com/maps/@23.71,113.05,17z", ""),
        ("https://x.example/share?url=https%3A%2F%2Fmap.qq.com%2F%3Flat%3D23.71%26lng%3D113.05", "GCJ02"),
    ],
)
def test_datum_is_taken_from_the_text(text, datum):
    found = read(text)
    assert (found.lon, found.lat, found.datum) == (LON, LAT, datum)


def test_link_says_where_it_is_from():
    assert read("https://uri.amap.com/marker?position=113.05,23.71").remark == "取自高德地图的链接，坐标系按 GCJ-02"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "没有填写坐标"),
        (" \u200b　", "没有填写坐标"),
        ("1 " * LONGEST, "过长"),
        ("经度 纬度", "未找到数字"),
        ("113.05", "只有一个数 113.05（看来是经度），还缺纬度"),
        ("23.71", "只有一个数 23.71（看来是纬度），还缺经度"),
        ("N23°42′36″", "只有一个数 23°42′36″（看来是纬度），还缺经度"),
        ("东经113.05", "看来是经度），还缺纬度"),
        ("23 42 36", "只有一个数 23°42′36″（看来是纬度），还缺经度"),
        ("1.5 2.5 3.5", "有 3 个坐标数"),
        ("113.05 23.71 1 2 3", "有 5 个坐标数"),
        ("38405512.3, 2623511.8", "38405512.3 是平面坐标"),
        ("405512.3 2623511.8", "平面坐标（以米计的投影坐标），不是经纬度：请换算"),
        ("X=2623511.8 Y=405512.3", "2623511.8 是平面坐标"),
        ("12584432,2690123", "平面坐标"),
        ("-113.05, 23.71", "是西经，不在中国范围：中国在东经"),
        ("113.05W 23.71N", "是西经"),
        ("113.05, -23.71", "是南纬"),
        ("南纬23.71 东经113.05", "是南纬，不在中国范围：中国在北纬"),
        ("23.71S 113.05E", "是南纬"),
        ("2.35, 48.85", "不在中国境内：经度应在 73 至 136"),
        ("11.305, 23.71", "不在中国境内"),
        ("0,0", "不在中国境内"),
        ("213.05, 23.71", "不是经纬度"),
        ("113.05, 98.71", "不是经纬度"),
        ("113.05 113.05", "不是经纬度"),
        ("23.71N 113.05N", "两个数均标为纬度"),
        ("经度113.05 经度23.71", "两个数均标为经度"),
        ("23°75'00\" 113°3'", "分、秒应在 0 到 60 之间"),
        ("23,71 113,05", "小数点请用“.”"),
        ("23.5°30' 113°3'", "只有最后一位可以有小数"),
        ("42'36\" 113°3'", "前面缺“度”"),
        ("石角镇政府", "无法识别“石角镇政府”"),
        ("113.05, abc", "无法识别“abc”"),
        ("https://j.map.baidu.com/a1/Xyz", "没有写明坐标"),
        ("https://map.baidu.com/@12584432.13,2690123.55,19z", "平面坐标（米）"),
        ("https://www.google.com/maps/@48.85,2.35,17z", "不在中国境内"),
        ("https://uri.amap.com/navigation?from=113.05,23.71,a&to=113.06,23.72,b", "多个位置"),
    ],
)
def test_each_refusal_names_what_is_wrong(text, said):
    with pytest.raises(NoCoordinates) as refused:
        read(text)
    assert said in str(refused.value)


def dms(degrees: float, marks: str) -> str:
    """Degrees, minutes and seconds to a millionth of a second."""
    micro = round(degrees * 3600 * 10**6)
    whole, rest = divmod(micro, 3600 * 10**6)
    minutes, seconds = divmod(rest, 60 * 10**6)
    parts = (str(whole), f"{minutes:02d}", f"{seconds // 10**6:02d}.{seconds % 10**6:06d}")
    return "".join(part + mark for part, mark in zip(parts, marks, strict=True)).strip()


WRITTEN = [
    lambda lon, lat: f"{lon:.9f},{lat:.9f}",
    lambda lon, lat: f"{lat:.9f} {lon:.9f}",
    lambda lon, lat: f"北纬{lat:.9f}，东经{lon:.9f}",
    lambda lon, lat: f"lng={lon:.9f}&lat={lat:.9f}",
    lambda lon, lat: f"{dms(lat, '°′″')}N {dms(lon, '°′″')}E",
    lambda lon, lat: f"E{dms(lon, '度分秒')} N{dms(lat, '度分秒')}",
    lambda lon, lat: f"{dms(lon, '   ')}, {dms(lat, '   ')}",
    lambda lon, lat: f"https://uri.amap.com/marker?position={lon:.9f},{lat:.9f}",
]


@given(some.floats(*EAST), some.floats(*NORTH), some.sampled_from(WRITTEN), some.booleans())
def test_what_is_written_is_read_again(lon, lat, write, is_wide):
    text = write(lon, lat)
    if is_wide and "http" not in text:
        text = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
    found = read(text)
    assert (found.lon, found.lat) == pytest.approx((lon, lat), abs=6e-9)  # Eight decimals: a millimetre.


@given(some.text("0123456789.,;°'\"′″度分秒NSEWnsew北纬东经 -+()=&:/", max_size=40) | some.text(max_size=40))
def test_anything_else_has_a_sentence(text):
    """Nothing that somebody can paste breaks the page."""
    try:
        found = read(text)
    except NoCoordinates as refused:
        assert str(refused).endswith("。")
    else:
        assert EAST[0] <= found.lon <= EAST[1] and NORTH[0] <= found.lat <= NORTH[1]
