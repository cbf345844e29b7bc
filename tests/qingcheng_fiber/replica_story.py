"""What happens with a primary and a standby, one step after another, in a process of its own; prints what was observed.

``python -m tests.qingcheng_fiber.replica_story COMMAND…``: the command to which ``stop`` or ``start`` is added for the standby.
"""

import json
import subprocess
import sys
import time

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.posts import Post  # noqa: E402
from areas.models import Area  # noqa: E402
from common import replica  # noqa: E402

PATIENCE_S = 60
COUNTY = "441802"
HERS, THEIRS = "先核对上季", "各街镇统一口径"
ROUNDS = reverse("returns:rounds")

primary, standby = connections["default"], connections[replica.ALIAS]


def until(holds, what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def tell(function: str) -> None:
    with standby.cursor() as cursor:
        cursor.execute(f"SELECT {function}()")


def is_level() -> bool:
    """Whether the standby is asked and has all that is written."""
    return (stands := replica.standing(anew=True)).is_asked and stands.replayed >= replica.written()


def signed_in(post: Post, name: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.create_user(name, name=name, post=post, area_id=COUNTY))
    client.get(ROUNDS)  # The session is used for the first time, which is written.
    return client


def rounds_asked(client: Client) -> dict[str, bool]:
    """Which of the two is asked for the rounds when the page is opened."""
    asked = {"primary": False, "standby": False}

    def noting(name: str):
        def note(execute, sql, params, many, context):
            asked[name] |= 'FROM "returns_round"' in sql
            return execute(sql, params, many, context)

        return note

    with primary.execute_wrapper(noting("primary")), standby.execute_wrapper(noting("standby")):
        assert client.get(ROUNDS).status_code == 200
    return asked


def sees(client: Client, text: str) -> bool:
    answer = client.get(ROUNDS)
    assert answer.status_code == 200, answer.status_code
    return text in answer.content.decode()


def story(command: list[str]) -> dict:
    """By step what was seen."""
    setup_test_environment()
    Area.objects.create(code=COUNTY, name="清城区", kind="district", county=COUNTY)
    bureau, colleague = signed_in(Post.BUREAU_HEAD, "writer"), signed_in(Post.BUREAU_HEAD, "reader")
    told = {}
    until(is_level, "the standby follows")
    told["a page"] = rounds_asked(colleague)

    tell("pg_wal_replay_pause")
    asked = {"quarter": "2018Q4", "due": "2019-04-30", "note": HERS}
    told["her write"] = bureau.post(reverse("returns:open_round"), asked).status_code
    told["she sees it"] = sees(bureau, HERS), rounds_asked(bureau)
    told["others do not yet"] = sees(colleague, HERS), rounds_asked(colleague)
    told["a link leads there"] = colleague.get(reverse("returns:round", args=["2018Q4"])).status_code

    settings.REPLICA_LAG_S = 1
    until(lambda: sees(colleague, HERS), "a standby that is late is not asked")
    until(lambda: replica.standing(anew=True).fault not in ("", replica.UNKNOWN), "that it is late is known")
    told["late"] = replica.standing().fault
    told["asked late"] = rounds_asked(colleague)
    settings.REPLICA_LAG_S = 600
    tell("pg_wal_replay_resume")
    until(is_level, "the standby has caught up")
    told["again"] = rounds_asked(bureau), sees(bureau, HERS)

    told["stopped between two questions"] = _stopped(colleague, command)
    told["without"] = rounds_asked(colleague), bool(replica.standing().fault)
    subprocess.run([*command, "start"], check=True, capture_output=True)
    until(is_level, "the standby is back")
    told["back"] = rounds_asked(colleague)
    return told


def _stopped(client: Client, command: list[str]) -> dict:
    """A page while which is answered the standby is stopped, and some after it."""
    stops = iter([lambda: subprocess.run([*command, "stop"], check=True, capture_output=True)])

    def first_stop(execute, sql, params, many, context):
        if "system_identifier" not in sql and (stop := next(stops, None)):
            stop()
        return execute(sql, params, many, context)

    with standby.execute_wrapper(first_stop):
        statuses = [client.get(ROUNDS).status_code for _ in range(3)]
    return {"stopped": next(stops, None) is None, "statuses": statuses}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(story(sys.argv[1:]), ensure_ascii=False))
