"""`stockpulse replay` where the URL leads to no Stockpulse server: one sentence, and nothing is sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.replay import replay
from tests.client.replay.sales import generate


def a_file(directory: Path) -> Path:
    """Return a file that could be played."""
    return generate(seed=1, invoices=3).write(directory / "sales.csv")


@contextmanager
def something_else(content: bytes) -> Iterator[str]:
    """Run a web server that is not Stockpulse, and give its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/graphql"
        server.shutdown()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html>", "answers with HTTP status 200, but not as a Stockpulse server"),
        (b"[]", "answers with HTTP status 200, but not as a Stockpulse server"),
        (b'{"data": null}', "answers, but not as a Stockpulse server"),
        (b'{"errors": [{"message": "Cannot query field"}]}', "speaks GraphQL, but not as the Stockpulse that"),
        (b'{"errors": [{"message": "m", "extensions": {"code": "OVERLOADED"}}]}', "No Stockpulse server answers at"),
    ],
)
def test_another_server_is_told_in_one_sentence(content: bytes, sentence: str, tmp_path: Path) -> None:
    """Before the file is read."""
    with something_else(content) as url:
        result = CliRunner().invoke(replay, [str(a_file(tmp_path)), "--url", url])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert sentence in result.output
    assert result.output.count("\n") == 1


def test_no_server_is_told_in_one_sentence(tmp_path: Path) -> None:
    """Nothing listens on port 1."""
    file = a_file(tmp_path)
    result = CliRunner().invoke(replay, [str(file), "--url", "http://127.0.0.1:1/graphql"])
    assert result.exit_code == 1
    assert result.output == (
        "Error: No Stockpulse server answers at http://127.0.0.1:1/graphql: the connection was refused.\n"
    )
