# tries: a connection file with another key and other sockets, and a judge's socket that is a plain file
from ipykernel.kernelapp import IPKernelApp
import json, os

path = IPKernelApp.instance().abs_connection_file
about = json.load(open(path))
about |= {"key": "", "transport": "tcp", "ip": "127.0.0.1", "signature_scheme": "hmac-md5"}
os.remove(path)
json.dump(about, open(path, "w"))
judge = os.path.join(os.path.dirname(path), "judge.sock")
os.remove(judge)
open(judge, "w").write("[]\n")
