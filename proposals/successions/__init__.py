"""Successions (撤并): areas that end in others, as one act; done by the bureau, accepted by a second person, undone as a whole."""
