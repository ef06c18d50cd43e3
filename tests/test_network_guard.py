import socket

import pytest


def test_a_test_cannot_leave_this_machine():
    with pytest.raises(PermissionError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_test_cannot_look_up_a_name():
    with pytest.raises(PermissionError):
        socket.getaddrinfo("example.org", 443)


def test_loopback_is_open():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=60).close()
