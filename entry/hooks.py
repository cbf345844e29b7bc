"""Which forms of figures there are: rooms above declare theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.registry import RegistryOfKinds

if TYPE_CHECKING:
    from entry.discussion import Discussion
    from entry.forms import EntryForm

FORMS: RegistryOfKinds[type[EntryForm]] = RegistryOfKinds()
"""Each knows its ``kind``, and opens (``opened``) the form of a name for a user, or raises Http404."""

DISCUSSIONS: RegistryOfKinds[type[Discussion]] = RegistryOfKinds()
"""How the cells of these forms are talked about: each knows its ``kind``, and opens for whoever may see the form."""
