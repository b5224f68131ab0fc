"""How a status looks: its word, its tone and its sign (see components/status_badge.html)."""

from dataclasses import dataclass

from activities.models import Expenditure, Status

_LOOKS = {
    Status.IDEA: ("neutral", "lightbulb"),
    Status.UNDER_STUDY: ("neutral", "search"),
    Status.PLANNED: ("info", "calendar-event"),
    Status.ONGOING: ("info", "play-circle"),
    Status.DELAYED: ("warning", "hourglass-split"),
    Status.DONE: ("positive", "check-circle"),
    Status.CANCELLED: ("negative", "x-circle"),
}

_DECISIONS = {
    Expenditure.Decision.OPEN: ("neutral", "hourglass-split"),
    Expenditure.Decision.JUSTIFIED: ("positive", "check-circle"),
    Expenditure.Decision.REJECTED: ("negative", "x-circle"),
}

TONES = {status.value: tone for status, (tone, _icon) in _LOOKS.items()}


@dataclass(frozen=True)
class Badge:
    """A word with a tone and an icon; the word alone says everything."""

    label: str
    tone: str
    icon: str


def badge(status: str) -> Badge:
    """Return how a status of an activity looks, in the active language."""
    status = Status(status)
    return Badge(str(status.label), *_LOOKS[status])


def decision_badge(decision: str) -> Badge:
    """Return how the judgement of an expenditure looks, in the active language."""
    decision = Expenditure.Decision(decision)
    return Badge(str(decision.label), *_DECISIONS[decision])
