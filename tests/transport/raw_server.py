"""A server that behaves as badly as a test wants."""

import re
import socket
import threading
import time
from contextlib import ExitStack, contextmanager, suppress

_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
CUT_SHORT = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nhalf",
    _CHUNKED + b"10\r\nhalf",
    _CHUNKED + b"4\r\nhalf\r\n",
    _CHUNKED + b"4\r\nhalf\r\n1",
)
"""Replies of which a part does not come, though their beginning said that it would."""


def read_request(connection):
    """Read one whole request, however many packets it comes in."""
    text = b""
    while True:
        head, end, body = text.partition(b"\r\n\r\n")
        length = re.search(rb"Content-Length: (\d+)", head)
        if end and len(body) >= int(length[1] if length else 0):
            return
        received = connection.recv(65536)
        if not received:
            return
        text += received


@contextmanager
def raw_server(behave):
    """Run `behave(connection)` for each connection until the test is over."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def serve():
            while not over.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(60)
                    read_request(connection)
                    # The client may go away; some tests want just that.
                    with suppress(OSError):
                        behave(connection, over)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            over.set()
            thread.join()


def silent(connection, over):
    over.wait()


def drip_headers(connection, over):
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not over.wait(0.05):
        connection.sendall(b"x")


def drip_body(connection, over):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
    while not over.wait(0.05):
        connection.sendall(b"x")


def reply_in(*pieces):
    """Send a reply in pieces that come one by one, then hang up."""

    def behave(connection, _over):
        for number, piece in enumerate(pieces):
            if number:
                time.sleep(0.05)
            connection.sendall(piece)

    return behave


@contextmanager
def crowded():
    """Return an address where a connection is neither made nor refused: too many wait there."""
    with socket.socket() as full, ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(4):
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        yield f"http://127.0.0.1:{full.getsockname()[1]}/"
