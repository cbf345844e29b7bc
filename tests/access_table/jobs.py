"""Long work in the background."""

from accounts.posts import Post
from jobs.models import Job, seat_of
from tests.access_table.row import SIGNED_IN, Place, Row, World


def of_job(world: World, place: Place) -> list:
    """Somebody else's: only whoever began a job sees it."""
    by = world.make_user(Post.CLERK, area=place.area)
    return [Job.objects.create(work="", title="任务", unit="行", by=by, seat=seat_of(by)).pk]


ROWS = [
    Row("jobs:index", SIGNED_IN),
    Row("jobs:job", SIGNED_IN, of_job, answer=404),
    Row("jobs:file", SIGNED_IN, of_job, answer=404),
]
