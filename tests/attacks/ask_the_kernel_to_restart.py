# tries: shutdown_request on the control channel, with the kernel's own key
from ipykernel.kernelapp import IPKernelApp
from jupyter_client import BlockingKernelClient
import time

client = BlockingKernelClient(connection_file=IPKernelApp.instance().abs_connection_file)
client.load_connection_file()
client.start_channels(shell=False, iopub=False, stdin=False, hb=False)
client.control_channel.send(client.session.msg("shutdown_request", {"restart": True}))
time.sleep(3)
