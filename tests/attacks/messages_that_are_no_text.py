# tries: signed messages that are no UTF-8, no JSON, no dictionaries, no time
import json

kernel = get_ipython().kernel
session, parent = kernel.session, json.dumps(kernel.get_parent()["header"], default=str).encode()
header = json.dumps(session.msg_header("stream"), default=str).encode()
for parts in (
    [b"\xff\xfe", b"\xff", b"\xff", b"\xff"],
    [header, parent, b"{}", b"\xff\xfe{"],
    [header, b"[]", b"5", b"null"],
    [header, parent, b"{}", b"[" * 100_000],
    [header.replace(b"stream", b"error"), parent, b"{}", b'{"ename": [1], "evalue": {}, "traceback": 7}'],
    [header.replace(b"stream", b"status"), parent, b"{}", b'{"execution_state": []}'],
):
    kernel.iopub_socket.send_multipart([b"stream", b"<IDS|MSG>", session.sign(parts), *parts])
