"""The API's root: what each room offers, under one address."""

from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import APIRootView, DefaultRouter

import areas.api


class Root(APIRootView):
    """The lists that the API answers."""

    permission_classes = [IsAuthenticated]


router = DefaultRouter()
router.APIRootView = Root
router.include_format_suffixes = False
areas.api.routes(router)
