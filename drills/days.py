"""Days of practice in the learner's own time zone: streaks with rest days, and goals. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ONE = timedelta(days=1)
WEEK = 7
"""Days with the goal reached, in a row, that are an achievement."""


@dataclass(frozen=True)
class Practice:
    """A judged attempt or a finished practice: when its recording came, and its length."""

    at: datetime
    seconds: float
    is_drill: bool


@dataclass(frozen=True)
class Day:
    """What was done on one day."""

    drills: int = 0
    practices: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Streak:
    """`days` that counted in a row up to today, or to the last day that had to count.

    `today` is whether today counted; `at_risk`: it ends tonight unless something is recorded.
    """

    days: int = 0
    longest: int = 0
    today: bool = False
    at_risk: bool = False


def by_day(practices: Iterable[Practice], zone: ZoneInfo) -> dict[date, Day]:
    """The calendar's days as the learner's clock has them, 23 or 25 hours long where it changes."""
    found: defaultdict[date, Day] = defaultdict(Day)
    for one in practices:
        day = one.at.astimezone(zone).date()
        so_far = found[day]
        found[day] = Day(
            so_far.drills + one.is_drill,
            so_far.practices + (not one.is_drill),
            so_far.seconds + one.seconds,
        )
    return dict(found)


def progress(day: Day, unit: str) -> int:
    """In the unit of the goal: whole minutes, or drills, of which a whole practice is one too."""
    return int(day.seconds // 60) if unit == "minutes" else day.drills + day.practices


def streak(counted: Collection[date], rest: Collection[int], today: date) -> Streak:
    """`rest` are weekdays, Monday 0. A rest day without practice neither counts nor breaks; one
    with practice counts. Today breaks nothing before it is over."""
    days = set(counted)
    past = [day for day in days if day <= today]
    if not past:
        return Streak()
    length = longest = 0
    for day in _each(min(past), today):
        if day in days:
            length += 1
        elif day.weekday() not in rest and day != today:
            length = 0
        longest = max(longest, length)
    done = today in days
    return Streak(length, longest, done, length > 0 and not done and today.weekday() not in rest)


def _each(first: date, last: date) -> Iterator[date]:
    for step in range((last - first).days + 1):
        yield first + step * ONE


def reached(days: Mapping[date, Day], unit: str, goal: int) -> set[date]:
    """The days on which the goal was met."""
    return {day for day, done in days.items() if progress(done, unit) >= goal}
