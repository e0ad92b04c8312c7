# tries: one message of 2 GB, in frames that are each allowed
import zmq

ip = get_ipython()
frame = zmq.Frame(bytes(15 * 2**20), copy=False)
kernel = ip.kernel
socket = kernel.iopub_socket.io_thread.socket if hasattr(kernel.iopub_socket, "io_thread") else kernel.iopub_socket
message = ip.kernel.session.serialize(
    ip.kernel.session.msg("stream", {"name": "stdout", "text": "x"}, parent=ip.kernel.get_parent())
)
socket.send_multipart([b"stream", *message, *[frame] * 140], copy=False)
import time

time.sleep(5)
