# tries: results for later cells, sent from a thread that goes on after the cell has ended
import threading, time


def forge():
    ip = get_ipython()
    for _ in range(300):
        ip.kernel.session.send(
            ip.kernel.iopub_socket,
            "execute_result",
            {"data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 1},
            parent=ip.kernel.get_parent(),
        )
        ip.kernel.session.send(ip.kernel.iopub_socket, "clear_output", {"wait": False}, parent=ip.kernel.get_parent())
        time.sleep(0.02)


threading.Thread(target=forge, daemon=True).start()
