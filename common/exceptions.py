"""How an action says no: one sentence for the person who asked, whatever the room."""


class Refused(Exception):
    """What was asked cannot be done; the message is a Chinese sentence that says why and what to do."""


class Stale(Refused):
    """Somebody else was faster: the page on which the decision was taken is no longer true."""
