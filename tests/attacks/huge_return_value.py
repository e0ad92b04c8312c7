# tries: a return value of ten gigabytes
import numpy as np


def double(x):
    return np.zeros((10, 2**27))


# where: last
