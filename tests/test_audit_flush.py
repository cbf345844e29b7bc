"""A transactional test leaves nothing in the database, and the database as it was."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from accounts import audit
from accounts.models import AuditEntry
from accounts.posts import Post
from common.append_only import EVERY
from tests import audit_flush


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_and_what_refuses_stands_again(make_user):
    user = make_user(Post.CLERK)
    audit.record(action="account.create", by=user)
    kinds = ContentType.objects.count()
    assert AuditEntry.objects.exists()

    audit_flush.empty()

    with connection.cursor() as cursor:
        assert audit_flush._filled(cursor) == []
    assert [protected.table for protected in EVERY if protected.missing(connection)] == []
    assert ContentType.objects.count() == kinds > 0
