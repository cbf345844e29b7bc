"""The one component of a field, for values that no Django form holds."""

from collections.abc import Iterable
from typing import Any

from django import forms, template
from django.forms.utils import ErrorList

register = template.Library()


class _OneField(forms.Form):
    """A form of the field ``name``, only to be shown; ids are names, as scripts and links to a field know them."""

    def __init__(self, name: str, field: forms.Field, value: Any, errors: Iterable[str]) -> None:
        super().__init__(initial={name: value}, auto_id="%s")
        self.fields[name] = field
        self._shown = {name: ErrorList(errors)}

    @property
    def errors(self) -> dict[str, ErrorList]:
        return self._shown


@register.inclusion_tag("common/field.html")
def field(
    name: str,
    label: str,
    value: Any = "",
    *,
    rows: int | None = None,
    choices: Iterable | None = None,
    blank: str | None = None,
    required: bool = False,
    mark: str = "",
    help: str = "",
    errors: str | Iterable[str] = (),
    wide: bool = False,
    **attributes: Any,
) -> dict[str, Any]:
    """A field with its label, help and errors: lines of text with ``rows``, a list with ``choices``, else an input.

    ``choices`` are pairs of value and label, or quarters; ``blank`` says what stands before them. ``mark`` says when it must
    be filled in, where the browser does not ask for it. Other ``attributes`` go to the input, ``_`` in a name as ``-``.
    """
    attributes = {key.replace("_", "-"): given for key, given in attributes.items()}
    if choices is not None:
        pairs = [pair if isinstance(pair, tuple | list) else (str(pair), pair.label) for pair in choices]
        widget = forms.Select(attributes, choices=pairs if blank is None else [("", blank), *pairs])
    elif rows:
        widget = forms.Textarea({"cols": False, "rows": rows, **attributes})
    else:
        widget = forms.TextInput(attributes)
    kept = forms.Field(required=required, label=label, widget=widget, help_text=help)
    shown = _OneField(name, kept, value, [errors] if errors and isinstance(errors, str) else errors)
    return {"field": shown[name], "mark": mark, "wide": wide}


@register.inclusion_tag("common/reason_form.html")
def reason_form(
    label: str,
    version: int,
    button: str,
    reason: str = "",
    *,
    name: str = "",
    value: str = "",
    title: str = "",
    action: str = "",
    error: str = "",
    cancel: str = "",
    is_panel: bool = True,
) -> dict[str, Any]:
    """A step that needs a reason: what its ``button`` says and sends, the ``reason`` as typed, the ``error`` in it.

    ``action`` is where to if not to this page, ``cancel`` where to without the step: then the page is about nothing else.
    """
    return dict(locals())
