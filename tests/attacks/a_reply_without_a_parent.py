# tries: replies whose parent is no dictionary, while a test waits for one
from utils.isolation import namespace_server

kernel = get_ipython().kernel
serve = namespace_server.serve


def reply(path, names):
    for parent in ([1], "x", None, 5):
        message = kernel.session.msg("execute_reply", {"status": "ok", "execution_count": 1})
        message["parent_header"] = parent
        kernel.session.send(kernel.shell_stream or kernel.shell_socket, message, ident=kernel._parent_ident["shell"])
    serve(path, names)


namespace_server.serve = reply
