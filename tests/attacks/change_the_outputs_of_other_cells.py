# tries: to update and to clear the outputs of cells that come later, by display ids and an output widget
ip = get_ipython()
send, parent = ip.kernel.session.send, ip.kernel.get_parent()
for kind in ("display_data", "update_display_data"):
    send(ip.kernel.iopub_socket, kind,
         {"data": {"text/plain": "2.0"}, "metadata": {}, "transient": {"display_id": "mine"}}, parent=parent)
send(ip.kernel.iopub_socket, "comm_open",
     {"comm_id": "w", "target_name": "jupyter.widget",
      "data": {"state": {"_model_name": "OutputModel", "_model_module": "@jupyter-widgets/output", "msg_id": parent["header"]["msg_id"],
                         "outputs": [{"output_type": "execute_result", "data": {"text/plain": "2.0"}}]}}}, parent=parent)
send(ip.kernel.iopub_socket, "clear_output", {"wait": True}, parent=parent)
