"""For mypy: what a member of Django's choices is, whose own package tells it nothing.

A member of a TextChoices is written as a pair of value and label; without this mypy takes it to be that pair.
"""

from collections.abc import Callable

from mypy.nodes import TypeInfo
from mypy.plugin import AttributeContext, ClassDefContext, Plugin
from mypy.types import CallableType, Instance, TupleType, Type, get_proper_type

CHOICES = ("TextChoices", "IntegerChoices")
MARK = "choices"
"""With the class this is kept in mypy's cache."""


class Choices(Plugin):
    def get_base_class_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return _marked if fullname.rpartition(".")[2] in CHOICES else None

    def get_class_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        return _member

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        return _member


def _marked(context: ClassDefContext) -> None:
    """Known again as choices; and the class itself may be iterated, as that of any enumeration."""
    context.cls.info.metadata[MARK] = {}
    known = context.api.named_type_or_none("enum.EnumMeta")
    if known is not None:
        context.cls.info.declared_metaclass = context.cls.info.metaclass_type = known


def _member(context: AttributeContext) -> Type:
    """The class itself where the attribute is a pair in the body of choices."""
    owner = get_proper_type(context.type)
    kind: TypeInfo | None = owner.type if isinstance(owner, Instance) else None
    if isinstance(owner, CallableType) and owner.is_type_obj():
        kind = owner.type_object()
    if kind and MARK in kind.metadata and isinstance(get_proper_type(context.default_attr_type), TupleType):
        return Instance(kind, [])
    return context.default_attr_type


def plugin(version: str) -> type[Plugin]:
    return Choices
