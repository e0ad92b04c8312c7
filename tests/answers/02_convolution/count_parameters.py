# Exercise 8: how many numbers a convolutional layer learns.

# %% wrong: forgets the biases | points 0 of 2 | "the biases are missing: one for each kernel"
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * in_channels * rows * columns

# %% wrong: one bias for the whole layer | points 0 of 2 | "one bias for the whole layer is too few"
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * in_channels * rows * columns + bias

# %% wrong: one bias for each channel of the picture | points 0 of 2 | "not for each channel of the picture"
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * in_channels * rows * columns + in_channels * bias

# %% wrong: one bias for each channel of each kernel | points 0 of 2 | "one bias for each channel of each kernel is too many"
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * in_channels * (rows * columns + bias)

# %% wrong: leaves out the channels of the picture | points 0 of 2 | "the channels of the picture were left out"
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * (rows * columns + bias)

# %% wrong: counts one kernel | points 0 of 2 | "this is one kernel"
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return in_channels * rows * columns + bias

# %% wrong: always counts the biases | points 1 of 2 | "`bias=False` means that there are none"
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * (in_channels * rows * columns + 1)

# %% wrong: takes the kernel for square | points 1 of 2 | "the kernel was taken for square: rows and columns may differ"
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    side = kernel_size[0]
    return out_channels * (in_channels * side * side + bias)

# %% wrong: adds the sides of the kernel | points 0 of 2 | "a kernel's sides are multiplied, not added"
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    return out_channels * (in_channels * (rows + columns) + bias)

# %% wrong: divides on the way, so that the result is no whole number | points 0 of 2 | "should be a whole number, yours is a number"
def count_parameters(in_channels, out_channels, kernel_size, bias=True):
    rows, columns = kernel_size
    weights = rows * columns * in_channels * out_channels
    return weights + (weights / (rows * columns * in_channels) if bias else 0.0)

# %% wrong: prints the number | points 0 of 2 | "your function returned nothing (None)"
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
