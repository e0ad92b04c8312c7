"""A user of a JupyterHub: logs in, starts a server, asks its APIs, types into its terminal."""

import asyncio
import json
import re
import time
from urllib.parse import urlsplit

import requests
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

PATIENCE = 120  # seconds for a server to start, or for a command to end


class User:
    """Somebody with a browser. `name` and `password` are those of an account."""

    def __init__(self, hub, name, password=""):
        self.hub, self.name, self.password = hub, name, password
        self.browser = requests.Session()
        self.server = f"{hub}/user/{name}"

    def log_in(self):
        """Type name and password; returns the page that follows."""
        self.browser.get(f"{self.hub}/hub/login", timeout=PATIENCE)
        form = {"username": self.name, "password": self.password, "_xsrf": self._token("/hub/")}
        return self.browser.post(f"{self.hub}/hub/login", data=form, allow_redirects=False, timeout=PATIENCE)

    def start_server(self):
        """Wait until the user's own server answers."""
        self.browser.get(f"{self.hub}/hub/spawn", timeout=PATIENCE)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            page = self.browser.get(f"{self.server}/lab", timeout=PATIENCE)
            if page.status_code == 200 and urlsplit(page.url).path == f"/user/{self.name}/lab":
                return
            assert "spawn-error" not in page.text and page.status_code < 500, page.text
            time.sleep(0.5)
        raise AssertionError(f"{page.url} after {PATIENCE} s:\n{page.text}")

    def get(self, path, **arguments):
        """Ask the server."""
        return self.browser.get(f"{self.server}/{path}", params=arguments, timeout=PATIENCE)

    def post(self, path, body=None, **arguments):
        """Have the server do something; it must succeed."""
        return self._send("POST", path, body, arguments)

    def put(self, path, body):
        """Give the server a file."""
        return self._send("PUT", path, body, {})

    def types(self, line, status=0):
        """Type a line into the server's terminal, and return what it shows."""
        shown, ended = asyncio.run(self._typed(line))
        assert ended == status, f"{self.name}: {line}\n{shown}"
        return shown

    def _send(self, method, path, body, arguments):
        answer = self.browser.request(
            method,
            f"{self.server}/{path}",
            params=arguments,
            json=body,
            headers={"X-XSRFToken": self._token(f"/user/{self.name}/")},
            timeout=PATIENCE,
        )
        assert answer.ok, f"{self.name}: {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def _token(self, path):
        return next(cookie.value for cookie in self.browser.cookies if cookie.name == "_xsrf" and cookie.path == path)

    async def _typed(self, line):
        terminal = self.post("api/terminals")["name"]
        cookies = "; ".join(
            f"{cookie.name}={cookie.value}"
            for cookie in self.browser.cookies
            if f"/user/{self.name}/".startswith(cookie.path)
        )
        address = f"{self.server.replace('http', 'ws', 1)}/terminals/websocket/{terminal}"
        connection = await websocket_connect(HTTPRequest(address, headers={"Cookie": cookies, "Origin": self.hub}))
        await connection.write_message(json.dumps(["set_size", 50, 500, 800, 6000]))
        # In what is typed, and shown as it is typed, the mark is not as in what is printed.
        await connection.write_message(json.dumps(["stdin", f"TERM=dumb\r{line}\recho 'ended ''with' $?\r"]))
        shown, end = "", time.monotonic() + PATIENCE
        while not (ended := re.search(r"ended with (\d+)", shown)):
            message = await asyncio.wait_for(connection.read_message(), end - time.monotonic())
            assert message is not None, f"the terminal has gone:\n{shown}"
            kind, *content = json.loads(message)
            shown += content[0] if kind == "stdout" else ""
        connection.close()
        return shown, int(ended[1])
