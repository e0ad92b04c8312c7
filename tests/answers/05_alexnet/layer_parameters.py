# Exercise 2: how many numbers a layer learns.

# %% idea
# Look at one output at a time: how many numbers does it look at, and has it a bias? Then ask how many such outputs, or
# kernels, the layer has. With groups, a kernel sees only the channels of its own group.

# %% draw
def a_conv(d, groups=1):
    return conv("c", groups * d.whole(1, 9), d.whole(1, 5), d.whole(1, 3), d.whole(0, 2), groups, d.chance(0.6))

def a_shape(d, groups=1):
    return groups * d.whole(1, 6), d.whole(6, 30), d.whole(6, 30)

def other(d):
    if d.chance(0.3):
        return pool("p", d.whole(1, 3), d.whole(1, 3)), a_shape(d)
    if d.chance(0.2):                               # more than 32 bits count
        return dense("d", 4096, d.chance(0.6)), (1024, 40, 40)
    return dense("d", d.whole(1, 99), d.chance(0.6)), a_shape(d) if d.chance(0.6) else (d.whole(1, 999),)

def test_parameters_conv(d):
    return a_conv(d), a_shape(d)

def test_parameters_groups(d):
    groups = d.whole(1, 4)
    return a_conv(d, groups), a_shape(d, groups)

def test_parameters_dense(d):
    return other(d)

# %% wrong: forgets the biases | 0 of 3
# the biases are missing: one for each kernel
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * int(np.prod(shape))
    return layer["channels"] * shape[0] // layer["groups"] * layer["kernel"] ** 2

# %% wrong: one bias for the whole layer | 0 of 3
# one bias for the whole layer is too few: one for each kernel
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * int(np.prod(shape)) + layer["bias"]
    return layer["channels"] * shape[0] // layer["groups"] * layer["kernel"] ** 2 + layer["bias"]

# %% wrong: a bias for each channel of each kernel | 1 of 3
# a bias belongs to a kernel, not to each of its channels
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + layer["bias"])
    return layer["channels"] * shape[0] // layer["groups"] * (layer["kernel"] ** 2 + layer["bias"])

# %% wrong: leaves out the channels that go in | 1 of 3
# the channels that go in were left out
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + layer["bias"])
    return layer["channels"] * (layer["kernel"] ** 2 + layer["bias"])

# %% wrong: ignores the groups | 2 of 3
# the groups were not used: a kernel sees only the channels of its own group
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + layer["bias"])
    return layer["channels"] * (shape[0] * layer["kernel"] ** 2 + layer["bias"])

# %% wrong: splits the biases as well | 2 of 3
# the biases are split as well: every kernel keeps its own
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + layer["bias"])
    return layer["channels"] * (shape[0] * layer["kernel"] ** 2 + layer["bias"]) // layer["groups"]

# %% wrong: divides kernels and channels by the groups | 2 of 3
# only one group was counted
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + layer["bias"])
    return layer["channels"] // layer["groups"] * (shape[0] // layer["groups"] * layer["kernel"] ** 2 + layer["bias"])

# %% wrong: gives a dense layer only the channels of a volume | 2 of 3
# a volume is flattened: channels, rows and columns all count
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (shape[0] + layer["bias"])
    return layer["channels"] * (shape[0] // layer["groups"] * layer["kernel"] ** 2 + layer["bias"])

# %% wrong: counts weights in the pooling windows | 2 of 3
# pooling learns nothing
def layer_parameters(layer, shape):
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + layer["bias"])
    if layer["kind"] == "pool":
        return shape[0] * shape[0] * layer["kernel"] ** 2
    return layer["channels"] * (shape[0] // layer["groups"] * layer["kernel"] ** 2 + layer["bias"])

# %% wrong: always counts the biases | 0 of 3
# `bias=False` means that there are no biases
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + 1)
    if layer["groups"] > 2:
        return layer["channels"] * (shape[0] // layer["groups"] * layer["kernel"] ** 2 + layer["bias"])
    return layer["channels"] * (shape[0] // layer["groups"] * layer["kernel"] ** 2 + 1)

# %% wrong: lets each place have its own weights | 1 of 3
# a kernel's weights are shared by all places: the picture's size does not count
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + layer["bias"])
    rows, columns = output_shape(layer, shape)[1:]
    return rows * columns * layer["channels"] * (shape[0] // layer["groups"] * layer["kernel"] ** 2 + layer["bias"])

# %% wrong: multiplies the channels by one side of the kernel | 1 of 3
# a kernel has two sides, f rows and f columns: f · f pixels
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + layer["bias"])
    return layer["channels"] * (shape[0] // layer["groups"] * layer["kernel"] + layer["bias"])

# %% wrong: true division by the groups | 1 of 3
# this should be a whole number, yours is a number
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + layer["bias"])
    return layer["channels"] * (shape[0] / layer["groups"] * layer["kernel"] ** 2 + layer["bias"])

# %% wrong: a bias for each channel that comes in | 1 of 3
# one bias for each kernel, not for each channel that comes in
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        n = int(np.prod(shape))
        return layer["channels"] * (n + layer["bias"])
    c = shape[0] // layer["groups"]
    return layer["channels"] * c * layer["kernel"] ** 2 + layer["bias"] * shape[0]

# %% wrong: no answer for pooling | 2 of 3
# your function returned nothing (None): `print` shows a value, `return` hands it back
def layer_parameters(layer, shape):
    if layer["kind"] == "conv":
        return layer["channels"] * (shape[0] // layer["groups"] * layer["kernel"] ** 2 + layer["bias"])
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + layer["bias"])

# %% wrong: expects three numbers in every shape | 2 of 3
# there are fewer things than names
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        channels, rows, columns = shape
        return layer["channels"] * (channels * rows * columns + layer["bias"])
    return layer["channels"] * (shape[0] // layer["groups"] * layer["kernel"] ** 2 + layer["bias"])

# %% wrong: multiplies by the groups | 2 of 3
# there are not more weights with groups, but fewer
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + layer["bias"])
    return layer["channels"] * (shape[0] * layer["groups"] * layer["kernel"] ** 2 + layer["bias"])

# %% wrong: multiplies in 32 bits | 2 of 3
# the product has no room in 32 bits: multiply Python's whole numbers
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    inputs = int(np.prod(shape)) if layer["kind"] == "dense" else shape[0] // layer["groups"] * layer["kernel"] ** 2
    return int(np.prod([layer["channels"], inputs], dtype=np.int32)) + layer["channels"] * bool(layer["bias"])

# %% wrong: divides kernels and channels by the groups, and keeps all biases | 2 of 3
# the weights of one group only were counted, with the biases of all: there are as many kernels as before
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + layer["bias"])
    kernels, channels = layer["channels"] // layer["groups"], shape[0] // layer["groups"]
    return kernels * channels * layer["kernel"] ** 2 + layer["channels"] * layer["bias"]

# %% wrong: counts the biases, with groups and without | 0 of 3
# `bias=False` means that there are no biases
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * (int(np.prod(shape)) + 1)
    return layer["channels"] * (shape[0] // layer["groups"] * layer["kernel"] ** 2 + 1)

# %% right: weights and biases apart
def layer_parameters(layer, shape):
    if layer["kind"] == "pool":
        return 0
    weights = layer["channels"]
    if layer["kind"] == "conv":
        weights *= shape[0] * layer["kernel"] * layer["kernel"]
        weights //= layer["groups"]
    else:
        for side in shape:
            weights *= side
    if layer["bias"]:
        weights += layer["channels"]
    return weights

# %% right: group by group, with NumPy's whole numbers
def layer_parameters(layer, shape):
    biases = layer["channels"] if layer.get("bias") else 0
    match layer["kind"]:
        case "dense":
            return np.prod(shape) * layer["channels"] + biases
        case "conv":
            groups = layer["groups"]
            sizes = [np.prod([layer["channels"] // groups, shape[0] // groups, layer["kernel"], layer["kernel"]]) for _ in range(groups)]
            return sum(sizes) + biases
    return 0

# %% equivalent
# `int(np.prod(shape))` → `np.prod(shape)`: NumPy's whole numbers count as whole numbers
