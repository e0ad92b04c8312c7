"""A learning platform (as Canvas or Moodle are) that sends users to a hub by LTI 1.3."""

import base64
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CLIENT = "course-test-tool"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim"


class Platform:
    """It has a key of its own, and an address at which it shows the public half."""

    def __init__(self, address):
        self.address = address
        self.settings = {
            "LTI_CLIENT_ID": CLIENT,
            "LTI_ISSUER": address,
            "LTI_AUTHORIZE_URL": f"{address}/authorize",
            "LTI_JWKS_URL": f"{address}/keys",
        }
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def keys(self):
        """The public key as JSON."""
        numbers = self._key.public_key().public_numbers()
        n, e = (_text(number.to_bytes((number.bit_length() + 7) // 8, "big")) for number in (numbers.n, numbers.e))
        return {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": n, "e": e}]}

    def launch(self, browser, hub, user):
        """What happens when `user` clicks on the course: returns the page that follows."""
        begin = {"iss": self.address, "login_hint": user, "target_link_uri": f"{hub}/hub", "client_id": CLIENT}
        there = browser.post(f"{hub}/hub/lti13/oauth_login", data=begin, allow_redirects=False, timeout=60)
        asked = {name: value for name, (value,) in parse_qs(urlsplit(there.headers["Location"]).query).items()}
        token = self._signed(
            {
                "iss": self.address,
                "aud": CLIENT,
                "sub": user,
                "iat": int(time.time()),
                "exp": int(time.time()) + 60,
                "nonce": asked["nonce"],
                f"{CLAIM}/version": "1.3.0",
                f"{CLAIM}/message_type": "LtiResourceLinkRequest",
                f"{CLAIM}/deployment_id": "1",
                f"{CLAIM}/target_link_uri": f"{hub}/hub",
                f"{CLAIM}/resource_link": {"id": "1"},
                f"{CLAIM}/roles": [],
            }
        )
        answer = {"id_token": token, "state": asked["state"]}
        return browser.post(asked["redirect_uri"], data=answer, allow_redirects=False, timeout=60)

    def _signed(self, claims):
        parts = [{"alg": "RS256", "typ": "JWT", "kid": "1"}, claims]
        text = ".".join(_text(json.dumps(part).encode()) for part in parts)
        return f"{text}.{_text(self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@contextmanager
def serving():
    """A platform that answers."""

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(platform.keys()).encode())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Keys) as server:
        platform = Platform(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield platform
        server.shutdown()


def _text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
