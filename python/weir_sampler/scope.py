"""What the code around a line asks for, instead of the policy."""

import contextvars
import functools
import inspect
import random

_current = contextvars.ContextVar("weir_sampler_scope", default=None)


def current_scope():
    """The innermost scope: its rate, and one draw for all of its lines. None outside of any."""
    return _current.get()


class _Scope:
    """For `with` and as a decorator of functions and coroutine functions; each call draws anew."""

    def __init__(self, rate):
        self._rate = rate
        self._tokens = []

    def __enter__(self):
        self._tokens.append(_current.set((self._rate, random.random())))
        return self

    def __exit__(self, *_):
        _current.reset(self._tokens.pop())
        return False

    def __call__(self, function):
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def run(*args, **kwargs):
                with _Scope(self._rate):
                    return await function(*args, **kwargs)

        else:

            @functools.wraps(function)
            def run(*args, **kwargs):
                with _Scope(self._rate):
                    return function(*args, **kwargs)

        return run


def sampled(rate):
    """`@sampled(rate=0.1)`: lines below ERROR logged within are kept at this rate whatever the policy says, all of one
    run or none. A rate that is no number from 0 to 1 keeps them."""
    is_rate = isinstance(rate, (int, float)) and not isinstance(rate, bool) and 0 <= rate <= 1
    return _Scope(rate if is_rate else 1)


def full_fidelity():
    """`with full_fidelity():` keeps every line logged within."""
    return _Scope(1)
