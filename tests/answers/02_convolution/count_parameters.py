# Exercise 9: how many numbers a convolutional layer learns.

# %% idea
# Count one kernel completely, with everything that it learns, and then ask how many kernels there are. A bias belongs
# to a kernel, not to a channel.

# %% draw
def test_parameters_square(d):
    side = d.whole(1, 11)
    return d.whole(1, 9), d.whole(1, 99), (side, side)

def test_parameters_any(d):
    return d.whole(1, 9), d.whole(1, 99), d.one_of(((1, 1), (d.whole(1, 7), d.whole(1, 7)))), d.chance(0.5)

# %% wrong: forgets the biases | 0 of 2
# the biases are missing: one for each kernel
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * in_channels * rows * columns

# %% wrong: one bias for the whole layer | 0 of 2
# one bias for the whole layer is too few: each kernel has its own
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * in_channels * rows * columns + bias

# %% wrong: one bias for each channel of the picture | 0 of 2
# there is one bias for each kernel, not for each channel of the picture
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * in_channels * rows * columns + in_channels * bias

# %% wrong: one bias for each channel of each kernel | 0 of 2
# one bias for each channel of each kernel is too many: each kernel has one
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * in_channels * (rows * columns + bias)

# %% wrong: leaves out the channels of the picture | 0 of 2
# the channels of the picture were left out: a kernel reaches through all of them
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * (rows * columns + bias)

# %% wrong: counts one kernel | 0 of 2
# this is one kernel; the layer has out_channels of them
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return in_channels * rows * columns + bias

# %% wrong: always counts the biases | 1 of 2
# `bias=False` means that there are none; you added them
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * (in_channels * rows * columns + 1)

# %% wrong: takes the kernel for square | 1 of 2
# the kernel was taken for square: rows and columns may differ
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    side = kernel_size[0]
    return out_channels * (in_channels * side * side + bias)

# %% wrong: adds the sides of the kernel | 0 of 2
# a kernel's sides are multiplied, not added
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * (in_channels * (rows + columns) + bias)

# %% wrong: divides on the way, so that the result is no whole number | 0 of 2
# each entry should be a whole number, yours is a number
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    weights = rows * columns * in_channels * out_channels
    return weights + (weights / (rows * columns * in_channels) if bias else 0.0)

# %% wrong: prints the number | 0 of 2
# your function returned nothing (None): `print` shows a value, `return` hands it back
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    print(out_channels * (in_channels * rows * columns + bias))

# %% right: weights and biases apart
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    weights = in_channels * out_channels * kernel_size[0] * kernel_size[1]
    if bias:
        return weights + out_channels
    return weights

# %% right: the size of an array of that shape
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    return np.zeros((out_channels, in_channels, *kernel_size)).size + out_channels * int(bias)

# %% right: the product of a shape
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    return np.prod([out_channels, in_channels, *kernel_size]) + (out_channels if bias else 0)
