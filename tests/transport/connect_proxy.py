"""A web proxy that makes tunnels, and notes what it was asked and what passed."""

import socket
import threading
from contextlib import contextmanager, suppress


class ConnectProxy:
    """What a proxy saw.

    Args:
        reply: What it replies instead of making a tunnel; nothing at all hangs up.
    """

    def __init__(self, reply=None):
        self.reply = reply
        self.heads = []
        self.passed = bytearray()

    def serve(self, client):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            received = client.recv(1)
            if not received:
                return
            head += received
        self.heads.append(head.decode())
        if self.reply is not None:
            client.sendall(self.reply)
            return
        host, _, port = head.split()[1].decode().rpartition(":")
        with socket.create_connection((host, int(port)), timeout=60) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
            back = threading.Thread(target=self._pass, args=(server, client))
            back.start()
            self._pass(client, server)
            back.join()

    def _pass(self, source, target):
        with suppress(OSError):
            while received := source.recv(65536):
                self.passed += received
                target.sendall(received)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@contextmanager
def connect_proxy(reply=None):
    """Run one and give it; its address is its attribute `url`."""
    proxy, over, threads = ConnectProxy(reply), threading.Event(), []

    def each(client):
        with client, suppress(OSError):
            client.settimeout(5)
            proxy.serve(client)

    def listen(listener):
        while not over.is_set():
            with suppress(TimeoutError):
                client, _ = listener.accept()
                threads.append(threading.Thread(target=each, args=(client,)))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        proxy.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        accepting = threading.Thread(target=listen, args=(listener,))
        accepting.start()
        try:
            yield proxy
        finally:
            over.set()
            accepting.join()
            for thread in threads:
                thread.join()
