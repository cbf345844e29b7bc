"""The API's root: what each room offers, under one address."""

from rest_framework.permissions import IsAuthenticated
from rest_framework.routers import APIRootView, DefaultRouter

import register.api
import returns.counts.api


class Root(APIRootView):
    """The lists that the API answers."""

    permission_classes = [IsAuthenticated]


class Router(DefaultRouter):
    """A list may be put, too, where its view says what that means (``replace``)."""

    _list, *_others = DefaultRouter.routes
    routes = [_list._replace(mapping=_list.mapping | {"put": "replace"}), *_others]


router = Router()
router.APIRootView = Root
router.include_format_suffixes = False
register.api.routes(router)
returns.counts.api.routes(router)
