"""Dated changes worked out on paper from dated-changes.md: packages as CSV, what is answered, and what is refused.

``CASES`` are judged by the reference (test_reference_changes.py) and by the portal; ``PROBLEMS`` are imported.
Everything here was written from the specification, nothing copied from an answer.
"""

import csv
import json
from dataclasses import dataclass

from tests.reference.model import Package


def tables(text: str) -> Package:
    """``[table]``, a header line, its rows; a table that comes again is carried on under a header of its own."""
    package: Package = {}
    for block in text.split("[")[1:]:
        name, _, lines = block.partition("]")
        header, *rows = csv.reader(line.strip() for line in lines.splitlines() if line.strip())
        package.setdefault(name, []).extend(dict(zip(header, row, strict=True)) for row in rows)
    return package


@dataclass(frozen=True)
class Expectation:
    """``value`` of ``what`` (a field, or criterion.field) of ``of`` (an area, a site, or milestone@scope)."""

    command: str  # evaluate, milestones, or name: the area "is" called so on pages of the quarter
    period: str
    of: str
    what: str
    value: object


def expectations(text: str) -> list[Expectation]:
    """A line each, ``command period of what value``; the value as JSON, or a bare word. # begins a comment.

    ``is there`` and ``is absent`` say whether the document has an entry of that area, site or milestone.
    """
    found = []
    for line in text.splitlines():
        parts = line.partition("#")[0].split(maxsplit=4)
        if parts:
            *words, value = parts
            found.append(Expectation(*words, _value(value.strip())))
    return found


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def found(expectation: Expectation, document: dict) -> object:
    """What a document of ``evaluate --sites`` or ``milestones`` says there."""
    of, what = expectation.of, expectation.what
    entries = {entry["code"]: entry for entry in document.get("areas", [])}
    entries.update({entry["site_id"]: entry for entry in document.get("sites", [])})
    entries.update({f"{entry['key']}@{entry['scope']}": entry for entry in document.get("milestones", [])})
    if what == "is":
        return "there" if of in entries else "absent"
    criterion, _, name = what.rpartition(".")
    entry = entries[of]
    if criterion in ("coverage", "penetration"):
        entry = entry[criterion]
    elif criterion:
        entry = next(line for line in entry["criteria"] if line["key"] == criterion)
    return entry[name]


DISTRICT = """
[operators]
code,name
telecom,中国电信
mobile,中国移动
[areas]
code,name,kind
441802,清城区,district
"""
TOWN = """
[areas]
code,name,kind
441802103,源潭镇,town
441802103201,甲村,village
[areas]
code,name,kind,permanent_households
441802103201001,甲一,natural_village,20
"""
SECOND_VILLAGE = """
[areas]
code,name,kind
441802103202,乙村,village
[areas]
code,name,kind,permanent_households
441802103202001,乙一,natural_village,20
"""
POINT = """
[access_points]
ap_id,operator,lon,lat,downstream_mbps,tv_only,opened_on
A1,telecom,113.05,23.7,100,0,2016-01-01
"""
# HERE is where A1 stands; NEAR is 510 m east of it (0.005° × 111.32 km × cos 23.7°), within 1000 m and not within 200 m;
# FAR is more than ten kilometres off.
HERE, NEAR, FAR = "113.05,23.7", "113.055,23.7", "113.15,23.7"


def settlements(**places: str) -> str:
    """A settlement a natural village; the keys ``S1_441802103201001`` name the site and its area."""
    lines = ["[sites]", "site_id,area_code,name,kind,lon,lat"]
    for name, place in places.items():
        site, area = name.split("_")
        lines.append(f"{site},{area},{site},settlement,{place}")
    return "\n".join(lines) + "\n"


CASES: dict[str, tuple[str, str]] = {}
"""Name → the package, what is expected of it."""

# S1 is reached from 2016 on, so the natural village is achieved whenever it is in scope (S16, 1 of 1). 20 is in scope, 19
# is not. It enters in the middle of 2018Q2 and leaves on the first day of 2018Q4; the last day of a quarter counts for the
# quarter, the day after does not (2018-12-31, 2019-04-01).
CASES["households cross 20"] = (
    DISTRICT
    + TOWN.replace(",natural_village,20", ",natural_village,19")
    + POINT
    + settlements(S1_441802103201001=HERE)
    + """
[changes]
table,key,column,effective_on,value,document
areas,441802103201001,permanent_households,2018-10-01,19,
areas,441802103201001,permanent_households,2018-05-15,20,清区统〔2018〕3号
areas,441802103201001,permanent_households,2019-04-01,19,
areas,441802103201001,permanent_households,2018-12-31,21,
""",
    """
evaluate 2018Q1 441802103201001 outcome not_applicable
evaluate 2018Q1 441802103201001 covered not_applicable
evaluate 2018Q1 441802103201001 reference none
evaluate 2018Q1 441802103201001 criteria []
evaluate 2018Q1 441802103201 S14.total 0
evaluate 2018Q1 441802103201 outcome not_applicable
evaluate 2018Q1 S1 capable yes               # "removes the village, not its school"
evaluate 2018Q2 441802103201001 outcome achieved
evaluate 2018Q2 441802103201001 covered yes
evaluate 2018Q2 441802103201 S14.total 1
evaluate 2018Q2 441802103201 outcome achieved
evaluate 2018Q2 441802103 S10.passed 1
evaluate 2018Q2 441802103 outcome achieved
evaluate 2018Q3 441802103201001 outcome achieved
evaluate 2018Q4 441802103201001 outcome achieved   # 19 from 1 October, 21 from 31 December: that day decides
evaluate 2019Q1 441802103201001 outcome achieved   # 1 April is the day after
evaluate 2019Q2 441802103201001 outcome not_applicable
milestones 2018Q1 T10@441802103 status not_applicable   # before its due date, o(V) is not applicable
milestones 2018Q2 T10@441802103 status met
milestones 2018Q2 T10@441802103 first_met 2018Q2
milestones 2019Q2 T10@441802103 status met
milestones 2019Q2 T10@441802103 held false
milestones 2019Q2 T10@441802103 total 0
milestones 2018Q2 G09@441802 status not_applicable      # o(2017Q4): no natural village in scope then
milestones 2018Q2 G09@441802 first_met 2018Q2
milestones 2018Q2 G09@441802 held true
milestones 2019Q1 T12@441802103 status met
milestones 2019Q2 T12@441802103 status met
""",
)

# 乙村 (not achieved: nothing reaches 乙一) is a community from the first day of 2018Q3. Until then the town has 1 of 2
# villages, needed ceil(0.9 × 2) = 2; afterwards 1 of 1. Its natural village counts for the town's milestones all the same
# (A08), its return stays in the sums. S3, an office standing 510 m from A1 at 乙村 itself, is rural at a village and urban
# at a community (A21).
CASES["a village becomes a community"] = (
    DISTRICT
    + TOWN
    + SECOND_VILLAGE
    + POINT
    + settlements(S1_441802103201001=HERE, S2_441802103202001=FAR)
    + f"""
[sites]
site_id,area_code,name,kind,lon,lat
S3,441802103202,乙村商厦,office,{NEAR}
[returns]
period,area_code,households,broadband_covered_households,fibre_covered_households,broadband_users,fibre_users,status
2018Q3,441802103201,100,80,80,50,45,approved
2018Q3,441802103202,100,70,60,50,35,approved
[changes]
table,key,column,effective_on,value
areas,441802103202,kind,2018-07-01,community
areas,441802103202,name,2018-07-01,乙社区
""",
    """
evaluate 2018Q2 441802103202 kind village
evaluate 2018Q2 441802103202 title "全光网行政村"
evaluate 2018Q2 441802103202 outcome not_achieved
evaluate 2018Q2 441802103 S10.total 2
evaluate 2018Q2 441802103 S10.needed 2
evaluate 2018Q2 441802103 S10.missing 1
evaluate 2018Q2 441802103 outcome not_achieved
evaluate 2018Q2 S3 capable yes
evaluate 2018Q3 441802103202 kind community
evaluate 2018Q3 441802103202 title null
evaluate 2018Q3 441802103202 outcome not_applicable
evaluate 2018Q3 441802103202 reference none
evaluate 2018Q3 441802103202 criteria []
evaluate 2018Q3 441802103202 penetration.numerator 35
evaluate 2018Q3 441802103202001 outcome not_achieved
evaluate 2018Q3 441802103 S10.total 1
evaluate 2018Q3 441802103 S10.passed 1
evaluate 2018Q3 441802103 outcome achieved
evaluate 2018Q3 441802103 reference met           # (45 + 35) / (50 + 50) is 80 % exactly
evaluate 2018Q3 441802103 coverage.numerator 140
evaluate 2018Q3 441802103 coverage.denominator 150
evaluate 2018Q3 441802103 coverage.full_denominator 200
evaluate 2018Q3 441802103 coverage.returns_missing 0
evaluate 2018Q3 S3 capable no
evaluate 2018Q3 S3 reason out_of_reach
milestones 2018Q3 T09@441802103 total 2
milestones 2018Q3 T09@441802103 passed 1
milestones 2018Q3 T09@441802103 status met        # needed ceil(0.4 × 2) = 1
milestones 2018Q3 T08@441802 passed 1
milestones 2018Q2 T08@441802 passed 0
name 2018Q2 441802103202 is 乙村
name 2018Q3 441802103202 is 乙社区
""",
)

# A community that becomes a village is counted from then on: 丙 has no natural village, S14 is not applicable, and so is it.
# 丁 has one that is not achieved. The district's outcome: the town 1 of 1 until 2018Q3, then 1 of 2.
CASES["a community becomes a village"] = (
    DISTRICT
    + TOWN
    + SECOND_VILLAGE.replace("乙村,village", "乙社区,community")
    + POINT
    + settlements(S1_441802103201001=HERE, S2_441802103202001=FAR)
    + """
[areas]
code,name,kind
441802103203,丙社区,community
[changes]
table,key,column,effective_on,value
areas,441802103202,kind,2018-09-30,village
areas,441802103203,kind,2018-09-30,village
""",
    """
evaluate 2018Q2 441802103 S10.total 1
evaluate 2018Q2 441802103 outcome achieved
evaluate 2018Q2 441802 outcome achieved
evaluate 2018Q2 441802103202 title null
evaluate 2018Q3 441802103202 title "全光网行政村"
evaluate 2018Q3 441802103202 outcome not_achieved
evaluate 2018Q3 441802103203 title "全光网行政村"
evaluate 2018Q3 441802103203 outcome not_applicable
evaluate 2018Q3 441802103203 reference unknown     # no return
evaluate 2018Q3 441802103 S10.total 2
evaluate 2018Q3 441802103 outcome not_achieved
evaluate 2018Q3 441802 outcome not_achieved
milestones 2018Q3 G04@441802 status pending
milestones 2018Q3 G04@441802 first_met 2017Q1
milestones 2018Q3 G04@441802 held false
""",
)

# 东城街道 is a town from the first day of 2018Q3. Beneath it: a compound, reached since 2016 (urban); a natural village whose
# only point opens on 2018-05-01 (rural). As a street: S12 over the residence, 1 of 1. As a town: S10 over 戊村, 1 of 1.
# T09 (each town, due 2018Q1, 40 %): not a town then, but the measure is taken of the same area: 0 of 1 in 2018Q1, 1 of 1 in
# 2018Q2, while it was a street. T03 and T04, of each street, are not asked of it any more in 2018Q3.
CASES["a street becomes a town"] = (
    DISTRICT
    + f"""
[areas]
code,name,kind,permanent_households,demonstration
441802006,东城街道,street,,
441802006001,己社区,community,,
441802006001001,己苑,quarter,,1
441802006201,戊村,village,,
441802006201001,戊一,natural_village,20,
[sites]
site_id,area_code,name,kind,lon,lat
S1,441802006001001,己苑一期,residence,{HERE}
S2,441802006201001,戊一,settlement,{FAR}
[access_points]
ap_id,operator,lon,lat,downstream_mbps,tv_only,opened_on
A1,telecom,{HERE},100,0,2016-01-01
A2,telecom,{FAR},100,0,2018-05-01
[changes]
table,key,column,effective_on,value
areas,441802006,kind,2018-07-01,town
areas,441802006,name,2018-07-01,东城镇
""",
    """
evaluate 2018Q2 441802006 kind street
evaluate 2018Q2 441802006 title "全光网街道"
evaluate 2018Q2 441802006 S12.passed 1
evaluate 2018Q2 441802006 S12.total 1
evaluate 2018Q2 441802006 S13.outcome unknown
evaluate 2018Q2 441802006 outcome achieved
evaluate 2018Q3 441802006 kind town
evaluate 2018Q3 441802006 title "全光网乡镇"
evaluate 2018Q3 441802006 S10.passed 1
evaluate 2018Q3 441802006 S10.total 1
evaluate 2018Q3 441802006 S11.outcome unknown
evaluate 2018Q3 441802006 outcome achieved
milestones 2018Q2 T02@441802006 status missed
milestones 2018Q2 T02@441802006 passed 1
milestones 2018Q2 T02@441802006 missing 9
milestones 2018Q2 T03@441802006 status met
milestones 2018Q2 T04@441802006 status met
milestones 2018Q2 T09@441802006 is absent
milestones 2018Q2 T12@441802006 is absent
milestones 2018Q3 T02@441802006 is absent
milestones 2018Q3 T03@441802006 is absent
milestones 2018Q3 T04@441802006 is absent
milestones 2018Q3 G07@441802006 is absent
milestones 2018Q3 T07@441802006 status missed
milestones 2018Q3 T09@441802006 status met_late
milestones 2018Q3 T09@441802006 first_met 2018Q2
milestones 2018Q3 T09@441802006 held true
milestones 2018Q3 T10@441802006 status met          # o(2018Q2), of the street that it was
milestones 2018Q3 T12@441802006 status met          # before its due date
milestones 2018Q2 G08@441802 total 1
milestones 2018Q2 G08@441802 status met
milestones 2018Q3 G08@441802 total 0                # no street any more
milestones 2018Q3 G08@441802 status met             # o(2018Q2)
milestones 2018Q3 G08@441802 held false
milestones 2018Q2 T08@441802 total 0
milestones 2018Q2 T08@441802 status not_applicable
milestones 2018Q3 T08@441802 total 1
milestones 2018Q3 T08@441802 passed 1
milestones 2018Q3 T08@441802 missing 2
milestones 2018Q3 T08@441802 status not_applicable  # o(2017Q4): no town then
milestones 2018Q3 G02@441802 passed 1
""",
)

# The other way, on the last day of 2018Q1: a street in 2018Q1 already. G07 (each street, due 2018Q2, coverage 100 %): met
# in 2017Q4, while it was a town; 90 of 100 in 2018Q1; no return in 2018Q2.
CASES["a town becomes a street"] = (
    DISTRICT
    + TOWN
    + """
[returns]
period,area_code,households,broadband_covered_households,fibre_covered_households,broadband_users,fibre_users,status
2017Q4,441802103201,100,100,100,50,45,approved
2018Q1,441802103201,100,100,90,50,45,approved
2018Q3,441802103201,100,100,100,50,45,approved
[changes]
table,key,column,effective_on,value
areas,441802103,kind,2018-03-31,street
""",
    """
evaluate 2017Q4 441802103 kind town
evaluate 2017Q4 441802103 reference met
evaluate 2018Q1 441802103 kind street
evaluate 2018Q1 441802103 S13.outcome met
evaluate 2018Q1 441802103 S12.unknown 1       # no site of its kinds: one unknown member
evaluate 2018Q1 441802103 outcome undetermined
milestones 2017Q4 G07@441802103 is absent
milestones 2017Q4 T09@441802103 is there
milestones 2018Q1 G07@441802103 status pending
milestones 2018Q1 G07@441802103 first_met 2017Q4
milestones 2018Q1 T09@441802103 is absent
milestones 2018Q2 G07@441802103 status undetermined
milestones 2018Q2 G07@441802103 unknown 1
milestones 2018Q3 G07@441802103 status met_late
milestones 2018Q3 G07@441802103 first_met 2017Q4
milestones 2018Q3 G07@441802103 held true
milestones 2018Q3 T02@441802103 status not_applicable
""",
)

# S1 moves from 甲一 to 乙一 on the last day of 2018Q2. 甲一 is left without a settlement: one unknown member. An order of 甲村
# that falls due on 2018-05-16 and is never completed no longer bears on S1 in 2018Q2; one of 乙一, due 2018-08-15, does in Q3.
# O0, due 2018-01-16 (3–5, 8–12, 15, 16 January), was late in 2018Q1, when S1 stood in 甲一.
CASES["a site moves to another village"] = (
    DISTRICT
    + TOWN
    + SECOND_VILLAGE
    + POINT
    + settlements(S1_441802103201001=HERE, S2_441802103202001=FAR)
    + """
[service_orders]
order_id,operator,area_code,accepted_on,completed_on,needs_expansion
O0,telecom,441802103201,2018-01-02,2018-03-31,0
O1,telecom,441802103201,2018-05-02,,0
O2,telecom,441802103202001,2018-08-01,,0
[changes]
table,key,column,effective_on,value
sites,S1,area_code,2018-06-30,441802103202001
""",
    """
evaluate 2017Q4 441802103201001 outcome achieved
evaluate 2018Q1 S1 reason service_late
evaluate 2018Q1 441802103201001 outcome not_achieved
evaluate 2018Q1 441802103202001 S16.total 1
evaluate 2018Q2 S1 capable yes
evaluate 2018Q2 441802103201001 S16.unknown 1
evaluate 2018Q2 441802103201001 S16.total 1
evaluate 2018Q2 441802103201001 outcome undetermined
evaluate 2018Q2 441802103201001 covered unknown
evaluate 2018Q2 441802103202001 S16.passed 1
evaluate 2018Q2 441802103202001 S16.failed 1
evaluate 2018Q2 441802103202001 outcome not_achieved
evaluate 2018Q2 441802103202001 covered no
evaluate 2018Q3 S1 reason service_late
evaluate 2018Q3 S1 reached true
evaluate 2018Q3 441802103202001 S16.passed 0
""",
)

# 40, from the first day of 2018Q3 100; television only from the first day of 2018Q4; no longer, and 50 exactly, on one day
# (2019-01-01); 49.99 from 2019-04-01. The rows stand in no order.
CASES["an access point is upgraded"] = (
    DISTRICT
    + TOWN
    + POINT.replace(",100,0,", ",40,0,")
    + settlements(S1_441802103201001=HERE)
    + """
[changes]
table,key,column,effective_on,value
access_points,A1,downstream_mbps,2019-04-01,49.99
access_points,A1,tv_only,2018-10-01,1
access_points,A1,downstream_mbps,2018-07-01,100
access_points,A1,downstream_mbps,2019-01-01,50
access_points,A1,tv_only,2019-01-01,0
""",
    """
evaluate 2018Q2 S1 capable no
evaluate 2018Q2 S1 reason too_slow
evaluate 2018Q2 S1 reached false
evaluate 2018Q2 S1 nearest_m null
evaluate 2018Q2 441802103201001 covered no
evaluate 2018Q3 S1 capable yes
evaluate 2018Q3 S1 operators ["telecom"]
evaluate 2018Q3 S1 nearest_m 0.0
evaluate 2018Q3 441802103201001 outcome achieved
evaluate 2018Q4 S1 reason tv_only
evaluate 2018Q4 S1 nearest_m null
evaluate 2019Q1 S1 capable yes
evaluate 2019Q2 S1 reason too_slow
milestones 2018Q2 G09@441802 status missed
milestones 2018Q3 G09@441802 status met_late
milestones 2018Q4 G09@441802 status met_late
milestones 2018Q4 G09@441802 first_met 2018Q3
milestones 2018Q4 G09@441802 held false
milestones 2018Q4 G10@441802 status missed
milestones 2019Q1 G10@441802 status met_late
milestones 2019Q1 G10@441802 first_met 2018Q3
milestones 2019Q1 T12@441802103 status met
""",
)

# Ten natural villages, all achieved; nine are nominated from the beginning, the tenth (010) from 2018-02-01 until the last
# day of March 2018 and then not (blank is no), and again from 2018-07-01 (T07: each town, 10, due 2017Q4).
TEN = [f"441802103201{number:03}" for number in range(1, 11)]
CASES["nominated later"] = (
    DISTRICT
    + "[areas]\ncode,name,kind,permanent_households,demonstration\n441802103,源潭镇,town,,\n441802103201,甲村,village,,\n"
    + "".join(f"{code},甲{code[-3:]},natural_village,20,{'' if code == TEN[9] else 1}\n" for code in TEN)
    + POINT
    + settlements(**{f"S{number}_{code}": HERE for number, code in enumerate(TEN)})
    + f"""
[changes]
table,key,column,effective_on,value
areas,{TEN[9]},demonstration,2018-02-01,1
areas,{TEN[9]},demonstration,2018-04-01,
areas,{TEN[9]},demonstration,2018-07-01,1
""",
    """
milestones 2017Q4 T07@441802103 status missed
milestones 2017Q4 T07@441802103 passed 9
milestones 2017Q4 T07@441802103 missing 1
milestones 2018Q1 T07@441802103 status met_late
milestones 2018Q1 T07@441802103 first_met 2018Q1
milestones 2018Q1 T07@441802103 held true
milestones 2018Q2 T07@441802103 status met_late
milestones 2018Q2 T07@441802103 held false
milestones 2018Q2 T07@441802103 passed 9
milestones 2018Q2 T07@441802103 total 9
milestones 2018Q3 T07@441802103 held true
""",
)

# S1 stands 510 m from A1 in a compound of a community: urban by default. The street's setting is inherited until the
# community has one of its own; the site's own goes before both; a blank hands back to the next above.
CASES["a setting changes and is inherited"] = (
    DISTRICT
    + f"""
[areas]
code,name,kind
441802006,东城街道,street
441802006001,己社区,community
441802006001001,己苑,quarter
[sites]
site_id,area_code,name,kind,lon,lat
S1,441802006001001,己苑一期,residence,{NEAR}
[changes]
table,key,column,effective_on,value
areas,441802006,setting,2018-01-01,rural
areas,441802006001,setting,2018-04-01,urban
sites,S1,setting,2018-07-01,rural
sites,S1,setting,2018-10-01,
areas,441802006001,setting,2019-01-01,
"""
    + POINT,
    """
evaluate 2017Q4 S1 reason out_of_reach
evaluate 2018Q1 S1 capable yes
evaluate 2018Q2 S1 reason out_of_reach
evaluate 2018Q3 S1 capable yes
evaluate 2018Q4 S1 reason out_of_reach
evaluate 2019Q1 S1 capable yes
evaluate 2018Q1 441802006001001 outcome achieved
evaluate 2018Q2 441802006 outcome not_achieved
milestones 2017Q4 G08@441802 total 1
milestones 2018Q1 G08@441802 total 0          # a rural site is none of its members
milestones 2018Q2 G08@441802 status missed
milestones 2018Q3 G08@441802 status missed    # the site is rural and reached: nothing left to measure
milestones 2018Q3 G08@441802 total 0
milestones 2018Q3 G08@441802 first_met null
""",
)

# 甲村 goes into 乙村 on the first day of 2018Q3: it ends, its natural village goes on under a code of 乙村, S1 moves by a
# change. Orders and returns stay with 甲村: its late order (due 2018-05-16) no longer bears on anything in 2018Q3, its return
# of 2018Q3 is of an area not in force and counts nowhere.
CASES["two villages merge"] = (
    DISTRICT
    + f"""
[areas]
code,name,kind,permanent_households,valid_from,valid_to
441802103,源潭镇,town,,,
441802103201,甲村,village,,,2018-07-01
441802103201001,甲一,natural_village,20,,2018-07-01
441802103202,乙村,village,,,
441802103202001,乙一,natural_village,20,,
441802103202101,甲一,natural_village,20,2018-07-01,
[sites]
site_id,area_code,name,kind,lon,lat
S1,441802103201001,甲一,settlement,{HERE}
S2,441802103202001,乙一,settlement,{FAR}
[service_orders]
order_id,operator,area_code,accepted_on,needs_expansion
O1,telecom,441802103201,2018-05-02,0
[returns]
period,area_code,households,broadband_covered_households,fibre_covered_households,broadband_users,fibre_users,status
2018Q2,441802103201,100,80,80,50,45,approved
2018Q2,441802103202,100,70,60,50,35,approved
2018Q3,441802103201,100,90,90,60,50,approved
2018Q3,441802103202,200,150,140,100,80,approved
[changes]
table,key,column,effective_on,value
sites,S1,area_code,2018-07-01,441802103202101
[successions]
from_code,to_code,effective_on,kind,carries_title,document
441802103201,441802103202,2018-07-01,merge,0,清区民〔2018〕6号
441802103201001,441802103202101,2018-07-01,recode,1,
"""
    + POINT,
    """
evaluate 2018Q2 441802103201 is there
evaluate 2018Q2 441802103202101 is absent
evaluate 2018Q2 S1 reason service_late
evaluate 2018Q2 441802103201 outcome not_achieved
evaluate 2018Q2 441802103 S10.total 2
evaluate 2018Q2 441802103 coverage.denominator 150
evaluate 2018Q2 441802103 penetration.numerator 80
evaluate 2018Q2 441802103 coverage.returns_missing 0
evaluate 2018Q3 441802103201 is absent
evaluate 2018Q3 441802103201001 is absent
evaluate 2018Q3 441802103202101 outcome achieved
evaluate 2018Q3 S1 capable yes
evaluate 2018Q3 441802103202 S14.passed 1
evaluate 2018Q3 441802103202 S14.total 2
evaluate 2018Q3 441802103 S10.total 1
evaluate 2018Q3 441802103 coverage.denominator 150
evaluate 2018Q3 441802103 coverage.full_denominator 200
evaluate 2018Q3 441802103 coverage.returns_missing 0
evaluate 2018Q3 441802103 reference met
milestones 2018Q2 T10@441802103 total 2
milestones 2018Q2 T10@441802103 passed 0
milestones 2018Q3 T10@441802103 total 2
milestones 2018Q3 T10@441802103 passed 1
milestones 2018Q3 T10@441802103 status missed     # needed ceil(0.6 × 2) = 2
milestones 2018Q1 T09@441802103 status met        # 1 of 2, before the order was late; needed ceil(0.4 × 2) = 1
milestones 2018Q2 T09@441802103 held false
milestones 2018Q3 T09@441802103 held true
""",
)

# Names have days too, and decide nothing. 源潭镇 is renamed on the last day of 2018Q2, 甲村 on the day after.
CASES["a rename"] = (
    DISTRICT
    + TOWN
    + POINT
    + settlements(S1_441802103201001=HERE)
    + """
[changes]
table,key,column,effective_on,value
areas,441802103,name,2018-06-30,源潭新镇
areas,441802103201,name,2018-07-01,甲新村
sites,S1,name,2018-07-01,甲一新址
access_points,A1,name,2018-07-01,甲一光交箱
""",
    """
evaluate 2018Q2 441802103 outcome achieved
evaluate 2018Q3 441802103 outcome achieved
evaluate 2018Q3 S1 capable yes
name 2018Q1 441802103 is 源潭镇
name 2018Q2 441802103 is 源潭新镇
name 2018Q2 441802103201 is 甲村
name 2018Q3 441802103201 is 甲新村
""",
)


# Checks on the way in -----------------------------------------------------------------------------------------------
#
# BASE is without any problem or warning. Each of PROBLEMS is loaded together with it into an empty database, or, where
# there is something ``stored``, after BASE and that were loaded. What is expected is everything that is to be reported:
# (level, table, row, column). Where errors are expected, warnings are not looked at. The specification names no column
# for warnings; they are expected where the value stands that gives rise to them.

BASE = """
[operators]
code,name
telecom,中国电信
[areas]
code,name,kind,permanent_households,setting,demonstration,valid_from,valid_to
441802,清城区,district,,,,,
441802006,东城街道,street,,,,,
441802006001,己社区,community,,,,,
441802006001001,己苑,quarter,,,1,,
441802103,源潭镇,town,,,,,
441802103201,甲村,village,,,,,
441802103201001,甲一,natural_village,19,,,,
441802103201002,甲二,natural_village,350,,,2017-01-01,2019-01-01
441802103202,乙村,village,,,,2018-07-01,
441802103203,丙村,village,,,,,2018-07-01
441802103204,丁村,village,,,,,2018-07-01
441802103205,戊村,village,,,,2018-10-01,
441802107,石角镇,town,,,,,2018-07-01
441881,英德市,district,,,,,
441881101,英城镇,town,,,,,
[sites]
site_id,area_code,name,kind,lon,lat,setting,valid_from,valid_to
S1,441802103201001,甲一,settlement,113.05,23.7,,2017-01-01,2019-01-01
S2,441802103203,丙村小学,school,113.05,23.7,,,2018-07-01
[access_points]
ap_id,operator,name,lon,lat,downstream_mbps,tv_only,opened_on,closed_on,ports_total,ports_used
A1,telecom,甲一光交箱,113.05,23.7,100,0,2017-01-01,2019-01-01,16,8
A2,telecom,,113.05,23.7,40,0,2016-01-01,,,
"""

CHANGES = "[changes]\ntable,key,column,effective_on,value,document\n"
SUCCESSIONS = "[successions]\nfrom_code,to_code,effective_on,kind,carries_title,document\n"
Expected = list[tuple[str, str, int | None, str]]


@dataclass(frozen=True)
class Import:
    """What is loaded with BASE, or after BASE and ``stored``, and everything that is reported.

    ``beside``: the tables of which more warnings may be reported than are expected.
    """

    package: str
    expected: Expected
    stored: str | None = None
    beside: tuple[str, ...] = ()


PROBLEMS: dict[str, Import] = {}


def _change(name: str, rows: str, *expected: str) -> None:
    """Rows of ``changes``; each of ``expected`` is "level row column", nothing: without problem."""
    found = [(level, "changes", int(row), column) for level, row, column in map(str.split, expected)]
    PROBLEMS[name] = Import(CHANGES + rows.replace(" / ", "\n") + "\n", found)


def _succession(name: str, rows: str, *expected: str) -> None:
    found = [(level, "successions", int(row), column) for level, row, column in map(str.split, expected)]
    PROBLEMS[name] = Import(SUCCESSIONS + rows.replace(" / ", "\n") + "\n", found)


# Nothing wrong: every column that may change, days next to the ends of the object.
_change("area name", "areas,441802103,name,2018-07-01,源潭新镇,粤民〔2018〕1号")
_change("area kind", "areas,441802103,kind,2018-07-01,street,")
_change("area kind back and forth", "areas,441802006,kind,2018-07-01,town, / areas,441802006,kind,2018-10-01,street,")
_change("village to community", "areas,441802103201,kind,2018-07-01,community,")
_change("households that do not cross 20", "areas,441802103201002,permanent_households,2018-07-01,20,")
_change("no households", "areas,441802103201001,permanent_households,2018-07-01,0,")
_change("area setting", "areas,441802,setting,2018-07-01,rural,")
_change("demonstration of a natural village", "areas,441802103201001,demonstration,2018-07-01,1,")
_change("demonstration of a compound ends", "areas,441802006001001,demonstration,2018-07-01,,")
_change("site name and kind", "sites,S1,name,2018-07-01,甲一村口, / sites,S1,kind,2018-07-01,school,")
_change("site setting", "sites,S1,setting,2018-07-01,urban,")
_change("site to a street", "sites,S1,area_code,2018-07-01,441802006,")
_change("point's name given up", "access_points,A1,name,2018-07-01,,")
_change("rate that rises", "access_points,A2,downstream_mbps,2018-07-01,49.99,")
_change("television only", "access_points,A1,tv_only,2018-07-01,1,")
_change("all ports used", "access_points,A1,ports_used,2018-07-01,16,")
_change(
    "ports grow together", "access_points,A1,ports_used,2018-07-01,20, / access_points,A1,ports_total,2018-07-01,32,"
)
_change("ports unknown", "access_points,A1,ports_total,2018-07-01,, / access_points,A1,ports_used,2018-10-01,99,")
_change("two columns on one day", "areas,441802103,name,2018-07-01,甲, / areas,441802103,setting,2018-07-01,urban,")
_change("the day after it begins", "areas,441802103201002,name,2017-01-02,甲二村,")
_change("the day before it ends", "areas,441802103201002,name,2018-12-31,甲二村,")
_change("the day after a site begins", "sites,S1,name,2017-01-02,甲一村,")
_change("the day before a site ends", "sites,S1,name,2018-12-31,甲一村,")
_change("the day after a point opens", "access_points,A1,downstream_mbps,2017-01-02,200,")
_change("the day before a point closes", "access_points,A1,downstream_mbps,2018-12-31,200,")
_change("labels for codes", "区域,441802103,类型,2018-07-01,街道, / 接入点,A1,仅传电视,2018-07-01,是,")
_change("any day of an area that has no ends", "areas,441802103,name,2010-01-01,源潭公社,")

# "unknown table, key or column; a column that may not change"
_change("unknown table", "operators,telecom,name,2018-07-01,电信,", "error 2 table")
_change("returns do not change", "returns,441802103201,name,2018-07-01,甲,", "error 2 table")
_change("unknown area", "areas,441802999,name,2018-07-01,甲,", "error 2 key")
_change("unknown site", "sites,S9,name,2018-07-01,甲,", "error 2 key")
_change("unknown point", "access_points,A9,name,2018-07-01,甲,", "error 2 key")
_change("key of another table", "sites,A1,name,2018-07-01,甲,", "error 2 key")
_change("unknown column", "areas,441802103,colour,2018-07-01,red,", "error 2 column")
_change("column of another table", "areas,441802103,downstream_mbps,2018-07-01,100,", "error 2 column")
_change("coordinates", "sites,S1,lon,2018-07-01,113.1,", "error 2 column")
_change("operator", "access_points,A1,operator,2018-07-01,mobile,", "error 2 column")
_change("interval of an area", "areas,441802103,valid_to,2018-07-01,2019-01-01,", "error 2 column")
_change("interval of a point", "access_points,A1,closed_on,2018-07-01,2019-02-01,", "error 2 column")
_change("key itself", "areas,441802103,code,2018-07-01,441802104,", "error 2 column")
_change("datum", "access_points,A1,datum,2018-07-01,GCJ02,", "error 2 column")

# "a value that the column would refuse"
_change("area without a name", "areas,441802103,name,2018-07-01,,", "error 2 value")
_change("site without a name", "sites,S1,name,2018-07-01,,", "error 2 value")
_change("households in words", "areas,441802103201001,permanent_households,2018-07-01,二十,", "error 2 value")
_change("households below nothing", "areas,441802103201001,permanent_households,2018-07-01,-1,", "error 2 value")
_change("half a household", "areas,441802103201001,permanent_households,2018-07-01,20.5,", "error 2 value")
_change("unknown setting", "areas,441802103,setting,2018-07-01,suburban,", "error 2 value")
_change("maybe", "areas,441802006001001,demonstration,2018-07-01,也许,", "error 2 value")
_change("unknown site kind", "sites,S1,kind,2018-07-01,castle,", "error 2 value")
_change("kind of an area for a site", "sites,S1,kind,2018-07-01,village,", "error 2 value")
_change("site without a kind", "sites,S1,kind,2018-07-01,,", "error 2 value")
_change("rate of nothing", "access_points,A1,downstream_mbps,2018-07-01,0,", "error 2 value")
_change("no rate", "access_points,A1,downstream_mbps,2018-07-01,,", "error 2 value")
_change("rate with unit", "access_points,A1,downstream_mbps,2018-07-01,100M,", "error 2 value")
_change("neither yes nor no", "access_points,A1,tv_only,2018-07-01,,", "error 2 value")
_change("ports below nothing", "access_points,A1,ports_total,2018-07-01,-8,", "error 2 value")

# "a kind other than the two pairs; a natural village without households, or another kind with them; demonstration on a
# kind that cannot have it; a site's area that is missing, the district itself, or in another county"
_change("area without a kind", "areas,441802103,kind,2018-07-01,,", "error 2 value")
_change("town to village", "areas,441802103,kind,2018-07-01,village,", "error 2 value")
_change("village to street", "areas,441802103201,kind,2018-07-01,street,", "error 2 value")
_change("district to town", "areas,441802,kind,2018-07-01,town,", "error 2 value")
_change("natural village to compound", "areas,441802103201001,kind,2018-07-01,quarter,", "error 2 value")
_change("compound to natural village", "areas,441802006001001,kind,2018-07-01,natural_village,", "error 2 value")
_change("households unknown", "areas,441802103201001,permanent_households,2018-07-01,,", "error 2 value")
_change("households of a village", "areas,441802103201,permanent_households,2018-07-01,100,", "error 2 value")
_change("households of a compound", "areas,441802006001001,permanent_households,2018-07-01,0,", "error 2 value")
_change("demonstration of a village", "areas,441802103201,demonstration,2018-07-01,1,", "error 2 value")
_change("demonstration of a town", "areas,441802103,demonstration,2018-07-01,是,", "error 2 value")
_change("site to nowhere", "sites,S1,area_code,2018-07-01,441802103999,", "error 2 value")
_change("site without an area", "sites,S1,area_code,2018-07-01,,", "error 2 value")
_change("site to the district", "sites,S1,area_code,2018-07-01,441802,", "error 2 value")
_change("site to another county", "sites,S1,area_code,2018-07-01,441881101,", "error 2 value")

# "`effective_on` not later than the object's `valid_from` / `opened_on`, or not before its `valid_to` / `closed_on`; the
# same table, key, column and day twice (on the later row)"
_change("the day it begins", "areas,441802103201002,name,2017-01-01,甲二村,", "error 2 effective_on")
_change("the day it ends", "areas,441802103201002,name,2019-01-01,甲二村,", "error 2 effective_on")
_change("before a site begins", "sites,S1,name,2016-12-31,甲一村,", "error 2 effective_on")
_change("the day a site ends", "sites,S1,name,2019-01-01,甲一村,", "error 2 effective_on")
_change("the day a point opens", "access_points,A1,downstream_mbps,2017-01-01,200,", "error 2 effective_on")
_change("the day a point closes", "access_points,A1,downstream_mbps,2019-01-01,200,", "error 2 effective_on")
_change("no day", "areas,441802103,name,,甲,", "error 2 effective_on")
_change("no day of the calendar", "areas,441802103,name,2018-02-30,甲,", "error 2 effective_on")
_change(
    "twice",
    "areas,441802103,name,2018-07-01,甲, / areas,441802103,name,2018-10-01,乙, / areas,441802103,name,2018-07-01,丙,",
    "error 4 effective_on",
)
_change("twice the same", "sites,S1,kind,2018-07-01,school, / sites,S1,kind,2018-07-01,school,", "error 3 effective_on")
_change("twice, once by label", "sites,S1,name,2018-07-01,甲, / 点位,S1,名称,2018-07-01,乙,", "error 3 effective_on")

# "`ports_used > ports_total` on any day on which either changes (both on one day: on the row of `ports_used`)"
_change("more ports used", "access_points,A1,ports_used,2018-07-01,17,", "error 2 value")
_change("fewer ports", "access_points,A1,ports_total,2018-07-01,7,", "error 2 value")
_change(
    "both, used first",
    "access_points,A1,ports_used,2018-07-01,33, / access_points,A1,ports_total,2018-07-01,32,",
    "error 2 value",
)
_change(
    "both, used last",
    "access_points,A1,ports_total,2018-07-01,32, / access_points,A1,ports_used,2018-07-01,33,",
    "error 3 value",
)
_change(  # 12 of 16, then 12 of 8
    "one after the other",
    "access_points,A1,ports_used,2018-07-01,12, / access_points,A1,ports_total,2018-10-01,8,",
    "error 3 value",
)
_change(  # 20 of 32, then 20 of 16: the row that comes first in time is right
    "later day on the earlier row",
    "access_points,A1,ports_total,2018-10-01,16, / access_points,A1,ports_total,2018-07-01,32, / "
    "access_points,A1,ports_used,2018-07-01,20,",
    "error 2 value",
)

# Several at once, each on its cell.
_change(
    "day and value",
    "areas,441802103201002,permanent_households,2019-01-01,,",
    "error 2 effective_on",
    "error 2 value",
)
_change(
    "a row each",
    "roads,1,name,2018-07-01,甲, / areas,1,name,2018-07-01,甲, / areas,441802103,lon,2018-07-01,1, / "
    "areas,441802103,kind,2018-07-01,street, / areas,441802103,setting,2018-07-01,sea,",
    "error 2 table",
    "error 3 key",
    "error 4 column",
    "error 6 value",
)

# Warnings: "a value equal in meaning to that of the day before (100 = 100.0, blank = no)"
_change("the same rate", "access_points,A1,downstream_mbps,2018-07-01,100.0,", "warning 2 value")
_change("the same name", "areas,441802103,name,2018-07-01,源潭镇,", "warning 2 value")
_change("the same kind", "areas,441802103,kind,2018-07-01,town,", "warning 2 value")
_change("blank is no", "areas,441802103201001,demonstration,2018-07-01,0,", "warning 2 value")
_change("no for a town", "areas,441802103,demonstration,2018-07-01,0,", "warning 2 value")
_change("blank as before", "areas,441802103,setting,2018-07-01,,", "warning 2 value")
_change("the same ports", "access_points,A1,ports_total,2018-07-01,１６,", "warning 2 value")
_change("the same area", "sites,S1,area_code,2018-07-01,441802103201001,", "warning 2 value")
_change(  # the second is the same as the first, not as the row
    "the same as the change before",
    "areas,441802103,setting,2018-10-01,urban, / areas,441802103,setting,2018-07-01,urban,",
    "warning 2 value",
)
_change(  # back to the row's own is no repetition
    "back again",
    "areas,441802103,name,2018-07-01,甲, / areas,441802103,name,2018-10-01,源潭镇,",
)
# "households that cross 20; a rate that falls", from the day before
_change("19 to 20", "areas,441802103201001,permanent_households,2018-07-01,20,", "warning 2 value")
_change("350 to 19", "areas,441802103201002,permanent_households,2018-07-01,19,", "warning 2 value")
_change(  # 19 → 20 crosses, 20 → 21 does not, 21 → 0 does
    "crossing by steps",
    "areas,441802103201001,permanent_households,2018-07-01,20, / "
    "areas,441802103201001,permanent_households,2018-07-02,21, / "
    "areas,441802103201001,permanent_households,2018-10-01,0,",
    "warning 2 value",
    "warning 4 value",
)
_change("a rate falls", "access_points,A1,downstream_mbps,2018-07-01,99.99,", "warning 2 value")
_change(  # 40 → 200 → 100: falls although it is above the row's own
    "a rate rises and falls",
    "access_points,A2,downstream_mbps,2018-07-01,200, / access_points,A2,downstream_mbps,2018-10-01,100,",
    "warning 3 value",
)
# "a site moved to an area that is not in force on that day (its interval is held against each area for the time that it
# stands there)": 乙村 begins on 2018-07-01, 丙村 ends on that day. The interval of S1 is outside then, too, which is said on
# its own row of ``sites``. S3 has no end: it stands in 丙村 until that ends, then in 乙村, which begins that day.
PROBLEMS["to an area before it begins"] = Import(
    CHANGES + "sites,S1,area_code,2018-06-30,441802103202,\n", [("warning", "changes", 2, "value")], beside=("sites",)
)
PROBLEMS["to an area that has ended"] = Import(
    CHANGES + "sites,S1,area_code,2018-07-01,441802103203,\n", [("warning", "changes", 2, "value")], beside=("sites",)
)
PROBLEMS["to an area on its first day"] = Import(CHANGES + "sites,S1,area_code,2018-07-01,441802103202,\n", [])
PROBLEMS["out of an area on its last day"] = Import(
    """
[sites]
site_id,area_code,name,kind,lon,lat
S3,441802103203,丙村委会,other,113.05,23.7
"""
    + CHANGES
    + "sites,S3,area_code,2018-07-01,441802103202,\n",
    [],
)

# "a new first value in `areas`, `sites` or `access_points` under a stored change, which leaves that change standing"
PROBLEMS["first value under a stored change"] = Import(
    "[areas]\ncode,name,kind\n441802103,源潭大镇,town\n",
    [("warning", "areas", 2, "name")],
    stored=CHANGES + "areas,441802103,name,2018-07-01,源潭新镇,\n",
)
PROBLEMS["first value of another column"] = Import(
    "[areas]\ncode,name,kind,setting\n441802103,源潭镇,town,urban\n",
    [],
    stored=CHANGES + "areas,441802103,name,2018-07-01,源潭新镇,\n",
)
PROBLEMS["first rate under a stored change"] = Import(
    "[access_points]\nap_id,operator,lon,lat,downstream_mbps,tv_only,opened_on\n"
    "A2,telecom,113.05,23.7,45,0,2016-01-01\n",
    [("warning", "access_points", 2, "downstream_mbps")],
    stored=CHANGES + "access_points,A2,downstream_mbps,2018-07-01,100,\n",
)
# "asked of the state that the import would leave, stored changes included"
PROBLEMS["ports beside stored ports"] = Import(
    CHANGES + "access_points,A1,ports_used,2018-10-01,20,\n",
    [],
    stored=CHANGES + "access_points,A1,ports_total,2018-07-01,32,\n",
)
PROBLEMS["too many ports beside stored ports"] = Import(
    CHANGES + "access_points,A1,ports_used,2018-10-01,9,\n",
    [("error", "changes", 2, "value")],
    stored=CHANGES + "access_points,A1,ports_total,2018-07-01,8,\n",
)
PROBLEMS["a stored change put right"] = Import(  # "matches by key and updates in place": no duplicate
    CHANGES + "access_points,A1,ports_total,2018-07-01,24,\n",
    [],
    stored=CHANGES + "access_points,A1,ports_total,2018-07-01,32,\n",
)
PROBLEMS["the same as a stored change"] = Import(
    CHANGES + "areas,441802103,setting,2018-10-01,urban,\n",
    [("warning", "changes", 2, "value")],
    stored=CHANGES + "areas,441802103,setting,2018-07-01,urban,\n",
)

# Successions: nothing wrong. 丙 and 丁 end on 2018-07-01, when 乙 begins; 甲 is there all the time.
_succession("one to one", "441802103203,441802103202,2018-07-01,recode,,")
_succession(
    "into one that begins",
    "441802103203,441802103202,2018-07-01,merge,, / 441802103204,441802103202,2018-07-01,merge,,",
)
_succession("into one that was there", "441802103203,441802103201,2018-07-01,merge,1,")
_succession("street and town", "441802107,441802006,2018-07-01,merge,0,")
_succession(
    "one title among several",
    "441802103203,441802103201,2018-07-01,merge,1, / 441802103204,441802103201,2018-07-01,merge,0,",
)
_succession(
    "titles with documents",
    "441802103203,441802103202,2018-07-01,merge,1,甲〔2018〕1号 / 441802103204,441802103202,2018-07-01,merge,1,甲〔2018〕1号",
)
# "an unknown area (on its code)"
_succession("from nowhere", "441802103999,441802103202,2018-07-01,merge,,", "error 2 from_code")
_succession("to nowhere", "441802103203,441802103999,2018-07-01,merge,,", "error 2 to_code")
_succession("neither", "441802103998,441802103999,2018-07-01,merge,,", "error 2 from_code", "error 2 to_code")
# "kinds that do not fit, duplicates, and a ring … on `to_code`"
_succession("village into town", "441802103203,441802103,2018-07-01,merge,,", "error 2 to_code")
_succession("town into village", "441802107,441802103202,2018-07-01,merge,,", "error 2 to_code")
_succession(
    "the same twice",
    "441802103203,441802103202,2018-07-01,merge,, / 441802103203,441802103202,2018-07-01,recode,,",
    "error 3 to_code",
)
# A ring cannot be without days that do not meet: 丁 has ended when 丙 would go into it.
_succession(
    "a ring",
    "441802103203,441802103204,2018-07-01,merge,, / 441802103204,441802103203,2018-07-01,merge,,",
    "error 2 effective_on",
    "error 3 to_code",
    "error 3 effective_on",
)
# "dates that do not meet on `effective_on`"
_succession("before it ends", "441802103203,441802103201,2018-06-30,merge,,", "error 2 effective_on")
_succession("after it ended", "441802103203,441802103201,2018-07-02,merge,,", "error 2 effective_on")
_succession("from one that does not end", "441802103201,441802103202,2018-07-01,merge,,", "error 2 effective_on")
_succession("into one that begins later", "441802103203,441802103205,2018-07-01,recode,,", "error 2 effective_on")
_succession("into one that is not there yet", "441802103203,441802103205,2018-07-01,merge,,", "error 2 effective_on")
_succession("into one that ended that day", "441802103203,441802103204,2018-07-01,merge,,", "error 2 effective_on")
# "titles carried without document on `document`": "then on each of them"
_succession(
    "titles without documents",
    "441802103203,441802103202,2018-07-01,merge,1, / 441802103204,441802103202,2018-07-01,merge,1,",
    "error 2 document",
    "error 3 document",
)
_succession(
    "a title without its document",
    "441802103203,441802103202,2018-07-01,merge,1,甲〔2018〕1号 / 441802103204,441802103202,2018-07-01,merge,1,",
    "error 3 document",
)
# Cells as of every table.
_succession("unknown way", "441802103203,441802103202,2018-07-01,vanish,,", "error 2 kind")
_succession("no day of succession", "441802103203,441802103202,,merge,,", "error 2 effective_on")
PROBLEMS["document too long"] = Import(
    CHANGES + f"areas,441802103,name,2018-07-01,源潭新镇,{'文' * 201}\n", [("error", "changes", 2, "document")]
)
PROBLEMS["document as long as it may be"] = Import(
    CHANGES + f"areas,441802103,name,2018-07-01,源潭新镇,{'文' * 200}\n", []
)
PROBLEMS["no column value"] = Import(  # "the column is required"; a column that is missing has no row
    "[changes]\ntable,key,column,effective_on\nareas,441802103,setting,2018-07-01\n",
    [("error", "changes", None, "value")],
)
