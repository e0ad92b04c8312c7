"""A server of files on this machine, which can be told to misbehave."""

import shutil
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

CHUNK = 2**20


class Mirror:
    """Serves a folder from `address` within a with-block, and notes each request's first byte in `begins`.

    cuts: of the requests to come, how many bytes each sends before the connection ends; after these, all are sent.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.cuts, self.begins = folder, [], []

    def __enter__(self) -> "Mirror":
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = mirror.folder / self.path.lstrip("/")
                if not path.is_file():
                    self.send_error(404)
                    return
                size, asked = path.stat().st_size, self.headers.get("Range")
                begin = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
                mirror.begins.append(begin)
                self.send_response(206 if asked else 200)
                self.send_header("Content-Length", str(size - begin))
                self.end_headers()
                to_send = mirror.cuts.pop(0) if mirror.cuts else size
                with path.open("rb") as file, suppress(OSError):
                    file.seek(begin)
                    if to_send >= size - begin:
                        shutil.copyfileobj(file, self.wfile, CHUNK)
                    else:
                        while to_send:
                            sent = self.wfile.write(file.read(min(CHUNK, to_send)))
                            to_send -= sent
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        return Handler
