"""What it is worth that the C library keeps freed memory: a network's way forward, with and without.

`python tests/benchmarks/memory.py`: EfficientNet-Lite0 on 32 photographs of 224×224 pixels on one core, each way in
fresh processes of its own, in turn. Prints the seconds of one pass, and how large the process became.
"""

import subprocess
import sys

import numpy as np

from utils.statistics import confidence_interval

TURNS = 5
PASS = """
import resource, sys, time
import torch
from utils import device
from utils.models import efficientnet
if sys.argv[1] == "given back":
    device.keep_memory = lambda: None
device.use()
torch.set_num_threads(1)
net, pictures = efficientnet.lite0().eval(), torch.rand(32, 3, 224, 224)
with torch.inference_mode():
    net(pictures)
    began = time.perf_counter()
    for _ in range(3):
        net(pictures)
    print((time.perf_counter() - began) / 3, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def one_pass(way: str) -> list[float]:
    """Seconds of one pass, and the largest size of the process in MiB."""
    done = subprocess.run([sys.executable, "-c", PASS, way], capture_output=True, text=True, check=True)
    return [float(number) for number in done.stdout.split()]


def main() -> None:
    ways = ("given back", "kept")
    measured = {way: np.empty((TURNS, 2)) for way in ways}
    for turn in range(TURNS):
        for way in ways:
            measured[way][turn] = one_pass(way)
    for way, numbers in measured.items():
        print(f"{way:10} {np.median(numbers[:, 0]):.2f} s a pass, {np.median(numbers[:, 1]):.0f} MiB")
    ratio = measured["given back"][:, 0] / measured["kept"][:, 0]
    print("kept is {:.2f} ± {:.2f} times as fast".format(*confidence_interval(ratio)))


if __name__ == "__main__":
    main()
