"""Document numbers: 1, 2, 3 … whoever draws at the same moment, and whatever is rolled back."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import close_old_connections, connection, transaction

from papers.issuing import draw
from papers.models import Series

AT_ONCE = 12


@pytest.mark.django_db
def test_number_is_written_as_the_form_asks():
    with transaction.atomic():
        draw(code="清区经信", year=2018)
        assert str(draw(code="清区经信", year=2018)) == "清区经信〔2018〕2号"


@pytest.mark.django_db
def test_each_body_and_year_has_its_own_series():
    with transaction.atomic():
        drawn = [draw(code=code, year=year).serial for code, year in (("甲", 2018), ("乙", 2018), ("甲", 2019))]

    assert drawn == [1, 1, 1]


@pytest.mark.django_db
def test_number_of_a_failed_document_is_given_to_the_next():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        draw(code="清区经信", year=2018)
        1 / 0  # noqa: B018
    with transaction.atomic():
        assert draw(code="清区经信", year=2018).serial == 1


@pytest.mark.django_db(transaction=True)
def test_number_outside_a_transaction_is_a_mistake():
    with pytest.raises(RuntimeError):
        draw(code="清区经信", year=2018)


@pytest.mark.django_db(transaction=True)
def test_simultaneous_draws_leave_no_gap():
    """Every third drawer fails after it has drawn."""
    together = Barrier(AT_ONCE)

    def draw_one(turn: int) -> int | None:
        close_old_connections()
        together.wait(timeout=30)
        try:
            with transaction.atomic():
                serial = draw(code="清区经信", year=2018).serial
                if turn % 3 == 0:
                    raise RuntimeError
            return serial
        except RuntimeError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as people:
        drawn = [serial for serial in people.map(draw_one, range(AT_ONCE)) if serial]

    assert sorted(drawn) == list(range(1, len(drawn) + 1))
    assert len(drawn) == AT_ONCE - AT_ONCE // 3
    assert Series.objects.get().last == len(drawn)
