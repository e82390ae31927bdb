import socket

import pytest


@pytest.fixture
def connect():
    """TLS connections to endpoints, closed with the test."""
    opened = []

    def to(server, context):
        opened.append(socket.create_connection((server.address, server.port), timeout=20))
        secured = context.wrap_socket(opened[-1], server_hostname=server.node)
        opened.append(secured)
        return secured

    yield to
    for one in opened:
        one.close()
