"""Clients that leave before they have their answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from publisher.sparql.problems import ClientGone
from publisher.sparql.request import Receive

_WATCH_AFTER = 0.03


@contextlib.asynccontextmanager
async def ended_with_the_client(receive: Receive) -> AsyncIterator[None]:
    """Cancel what happens inside when the client hangs up; raises `ClientGone` then.

    Most answers are sent before anybody could leave, so the watch begins only after a moment.
    """
    me = asyncio.current_task()
    assert me is not None
    watches: list[asyncio.Task[None]] = []
    left = False

    async def watch() -> None:
        nonlocal left
        while (await receive())["type"] != "http.disconnect":
            pass
        left = True
        me.cancel()

    loop = asyncio.get_running_loop()
    timer = loop.call_later(_WATCH_AFTER, lambda: watches.append(loop.create_task(watch())))
    try:
        yield
    except asyncio.CancelledError:
        if not left:
            raise
        me.uncancel()
        raise ClientGone from None
    finally:
        timer.cancel()
        for each in watches:
            each.cancel()
