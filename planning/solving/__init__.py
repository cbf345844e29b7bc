"""The least plan, as pure functions over a period as the rules judge it: no Django, no clock but the search's, no input or output."""
