"""The phone page's routes alone on a port, as a process that a test can stop and start again; optionally one that dies after a commit."""

import os
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.web import middleware, routes


class DropsOnce:
    """Lets the first records be committed and then closes the line instead of answering, as a power cut would."""

    def __init__(self, inner: ASGIApp, left: int) -> None:
        self.inner, self.left = inner, left

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; an answer to records is thrown away as long as there are drops left."""
        if scope["type"] != "http" or not scope["path"].endswith("/captures") or self.left == 0:
            await self.inner(scope, receive, send)
            return
        self.left -= 1

        async def nobody(_message: Message) -> None:
            return

        await self.inner(scope, receive, nobody)
        raise ConnectionAbortedError("the test drops the line after the commit")


if __name__ == "__main__":
    app: ASGIApp = Starlette(routes=routes(), middleware=middleware())
    uvicorn.run(DropsOnce(app, int(os.environ.get("TEST_DROPS", "0"))), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
