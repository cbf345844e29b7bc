"""Quarterly returns, rounds and the operators' counts."""

from collections.abc import Callable
from datetime import date

from accounts.posts import Post, Power
from returns.models import LateRequest, Return, ReturnLine, ReturnMove, ReturnState, Round
from tests.access_table.row import QUARTER, Place, Row, World, of_verdict, unchanged

RETURNS, REVIEWING = {Power.SEE_RETURNS}, {Power.REVIEW_RETURNS}
ENTERING = {Power.ENTER_RETURNS, Power.SIGN_RETURNS}
RUNNING, COUNTING = {Power.RUN_ROUNDS}, {Power.ENTER_COUNTS}


def made_return(world: World, place: Place, state: ReturnState) -> Return:
    quarterly_return = Return.objects.create(township_id=place.area, county=place.county, period=QUARTER, state=state)
    if state != ReturnState.DRAFT:
        ReturnMove.objects.create(
            quarterly_return=quarterly_return,
            action="submit",
            from_state=ReturnState.DRAFT,
            to_state=ReturnState.SUBMITTED,
            version=0,
        )
    return quarterly_return


def of_return(state: ReturnState) -> Callable[[World, Place], list]:
    return lambda world, place: [made_return(world, place, state).pk]


def taking(world: World, place: Place) -> dict:
    return {"version": 0, "decision": "take"}


def of_receipt(world: World, place: Place) -> list:
    quarterly_return = made_return(world, place, ReturnState.SUBMITTED)
    return [quarterly_return.pk, quarterly_return.moves.get().pk]


def of_return_line(world: World, place: Place) -> list:
    quarterly_return = made_return(world, place, ReturnState.DRAFT)
    ReturnLine.objects.create(
        quarterly_return=quarterly_return, area=world.make_area(place.village), county=place.county, period=QUARTER
    )
    return [quarterly_return.pk, place.village]


def of_correction(world: World, place: Place) -> list:
    old = made_return(world, place, ReturnState.APPROVED)
    same = {"township_id": place.area, "county": place.county, "period": QUARTER}
    return [Return.objects.create(corrects=old, revision=2, reason="错", **same).pk]


def of_round(world: World, place: Place) -> list:
    Round.objects.create(county=place.county, period=QUARTER, due=date(2018, 7, 15))
    return [QUARTER]


def of_county_round(world: World, place: Place) -> list:
    return [place.county, *of_round(world, place)]


def of_round_township(world: World, place: Place) -> list:
    return [*of_round(world, place), place.area]


def of_late_request(world: World, place: Place) -> list:
    of_round(world, place)
    by = world.make_user(Post.CLERK, area=place.area)
    said = {"township_id": place.area, "until": date(2018, 7, 20), "reason": "停电", "by": by}
    return [LateRequest.objects.create(round=Round.objects.get(county=place.county), **said).pk]


ROWS = [
    Row("returns:summary", RETURNS, of_round),
    Row("returns:summary_file", RETURNS, lambda world, place: [*of_round(world, place), "pdf"]),
    Row(
        "returns:sheet_file",
        RETURNS,
        lambda world, place: [*of_return(ReturnState.DRAFT)(world, place), "pdf"],
        scoped=True,
    ),
    Row("returns:index", RETURNS),
    Row("returns:open", {Power.ENTER_RETURNS}, lambda world, place: [QUARTER]),
    Row("returns:return", RETURNS, of_return(ReturnState.DRAFT), scoped=True),
    Row("returns:return", {Power.ENTER_RETURNS}, of_return(ReturnState.DRAFT), scoped=True, method="post", answer=302),
    Row("returns:sources", {Power.ENTER_RETURNS}, of_return(ReturnState.DRAFT), scoped=True),
    Row("returns:sources", {Power.ENTER_RETURNS}, of_return(ReturnState.DRAFT), scoped=True, method="post", answer=302),
    Row("returns:check", {Power.ENTER_RETURNS}, of_return(ReturnState.DRAFT), scoped=True),
    Row(
        "returns:check",
        {Power.ENTER_RETURNS},
        of_return(ReturnState.DRAFT),
        scoped=True,
        method="post",
        data=unchanged,
        answer=422,
    ),
    Row("returns:sign", {Power.SIGN_RETURNS}, of_return(ReturnState.SIGNING), scoped=True),
    Row(
        "returns:sign",
        {Power.SIGN_RETURNS},
        of_return(ReturnState.SIGNING),
        scoped=True,
        method="post",
        data=unchanged,
        answer=422,
    ),
    Row("returns:batch", REVIEWING),
    Row("returns:batch", REVIEWING, method="post", answer=302),
    Row("returns:checks", RETURNS),
    Row("returns:check_terms", {Power.SET_CHECKS}, lambda world, place: ["fell"]),
    Row("returns:check_terms", {Power.SET_CHECKS}, lambda world, place: ["fell"], method="post", answer=422),
    Row("returns:counts_index", COUNTING),
    Row("returns:counts", COUNTING, of_county_round),
    Row("returns:counts", COUNTING, of_county_round, method="post", answer=302),
    Row("returns:comparison", RETURNS, lambda world, place: [QUARTER]),
    Row("returns:comparison_villages", RETURNS, of_verdict, scoped=True),
    Row("operator-count-list", COUNTING, visitor=401),
    Row("operator-count-list", COUNTING, method="post", answer=415, visitor=401),
    Row("operator-count-list", COUNTING, method="put", answer=415, visitor=401),
    Row("returns:rounds", RETURNS),
    Row("returns:open_round", RUNNING, method="post", answer=422),
    Row("returns:round", RETURNS, of_round),
    Row("returns:urge", RUNNING, of_round_township, scoped=True, method="post", answer=302),
    Row("returns:unlock", RUNNING, of_round_township, scoped=True),
    Row("returns:unlock", RUNNING, of_round_township, scoped=True, method="post", answer=422),
    Row("returns:ask_late", {Power.ENTER_RETURNS}, of_round),
    Row("returns:ask_late", {Power.ENTER_RETURNS}, of_round, method="post", answer=422),
    Row("returns:late", {Power.ENTER_RETURNS, Power.RUN_ROUNDS}, of_late_request, scoped=True),
    Row(
        "returns:late", {Power.ENTER_RETURNS, Power.RUN_ROUNDS}, of_late_request, scoped=True, method="post", answer=422
    ),
    Row("returns:history", RETURNS, of_return_line, scoped=True),
    Row("returns:discard", ENTERING, of_correction, scoped=True),
    Row("returns:discard", ENTERING, of_correction, scoped=True, method="post", data=unchanged, answer=302),
    Row("returns:receipt", RETURNS, of_receipt, scoped=True),
    Row("returns:sheet", RETURNS, of_return(ReturnState.APPROVED), scoped=True),
    Row(
        "returns:withdraw",
        ENTERING,
        of_return(ReturnState.SUBMITTED),
        scoped=True,
        method="post",
        data=unchanged,
        answer=302,
    ),
    Row("returns:correct", ENTERING, of_return(ReturnState.APPROVED), scoped=True),
    Row(
        "returns:correct",
        ENTERING,
        of_return(ReturnState.APPROVED),
        scoped=True,
        method="post",
        data=unchanged,
        answer=302,
    ),
    Row("returns:review", REVIEWING, of_return(ReturnState.SUBMITTED), scoped=True),
    Row(
        "returns:review",
        REVIEWING,
        of_return(ReturnState.SUBMITTED),
        scoped=True,
        method="post",
        data=taking,
        answer=302,
    ),
    Row("returns:send_back", REVIEWING, of_return(ReturnState.SUBMITTED), scoped=True),
    Row(
        "returns:send_back",
        REVIEWING,
        of_return(ReturnState.SUBMITTED),
        scoped=True,
        method="post",
        data=unchanged,
        answer=302,
    ),
]
