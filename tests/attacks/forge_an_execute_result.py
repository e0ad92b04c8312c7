# tries: an execute_result that says "ok", sent before the error
ip = get_ipython()
for text in ("ok", "nan", "2.0"):
    ip.kernel.session.send(
        ip.kernel.iopub_socket,
        "execute_result",
        {"data": {"text/plain": text}, "metadata": {}, "execution_count": 1},
        parent=ip.kernel.get_parent(),
    )
