"""A web server on this machine that serves bytes as the real ones do, and fails as they do."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Served:
    """What the server gives, and what it was asked for."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True  # whether it can give a part of a file
    breaks_after: list[int] = field(default_factory=list)  # bytes after which each next answer breaks off
    asked: list[tuple[str, str]] = field(default_factory=list)  # path and header Range of every request

    def answer(self, path: str, wanted: str, known: str) -> tuple[int, bytes, dict[str, str]]:
        """Return status, content and headers."""
        content = self.files.get(path)
        if content is None:
            return 404, b"", {}
        tag = f'"{hash(content)}"'
        headers = {"ETag": tag}
        if wanted and self.ranges and known in {"", tag}:
            first = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if first >= len(content):
                return 416, b"", {"Content-Range": f"bytes */{len(content)}"}
            headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
            return 206, content[first:], headers
        return 200, content, headers


@contextmanager
def serve() -> Iterator[Served]:
    """Run a server for the duration of the block."""
    served = Served()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            served.asked.append((self.path, wanted))
            status, content, headers = served.answer(self.path, wanted, self.headers.get("If-Range", ""))
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(content))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content[: served.breaks_after.pop(0)] if served.breaks_after else content)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        served.address = f"http://127.0.0.1:{running.server_port}"
        yield served
        running.shutdown()
        thread.join()
