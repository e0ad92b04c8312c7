# tries: megabytes in a field of the notebook that is no output
ip = get_ipython()
for kind in ("execute_input", "status"):
    ip.kernel.session.send(
        ip.kernel.iopub_socket,
        kind,
        {"code": "", "execution_count": "7" * 10**7, "execution_state": "busy"},
        parent=ip.kernel.get_parent(),
    )
