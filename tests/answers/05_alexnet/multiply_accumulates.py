# Exercise 3: how many multiplications a layer makes for one picture.

# %% idea
# You have both parts already: how many weights there are, and at how many places each of them is used. Only mind that a
# bias multiplies nothing, and that a dense layer has a single place.

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

def test_work_conv(d):
    return a_conv(d), a_shape(d)

def test_work_groups(d):
    groups = d.whole(1, 4)
    return a_conv(d, groups), a_shape(d, groups)

def test_work_dense(d):
    return other(d)

# %% wrong: counts the parameters | 1 of 3
# these are the parameters: every weight is used at every place
def multiply_accumulates(layer, shape):
    return layer_parameters(layer | {"bias": False}, shape)

# %% wrong: counts the places of the picture that goes in | 1 of 3
# the places are those of the picture that comes out, not of the one that goes in
def multiply_accumulates(layer, shape):
    weights = layer_parameters(layer | {"bias": False}, shape)
    if layer["kind"] == "dense":
        return weights
    return weights * shape[1] * shape[2]

# %% wrong: counts the biases | 0 of 3
# the biases do not count
def multiply_accumulates(layer, shape):
    return layer_parameters(layer, shape) * int(np.prod(output_shape(layer, shape)[1:]))

# %% wrong: counts multiplications and additions apart | 0 of 3
# multiplications and additions were counted apart: one of each is one multiply-accumulate
def multiply_accumulates(layer, shape):
    return 2 * layer_parameters(layer | {"bias": False}, shape) * int(np.prod(output_shape(layer, shape)[1:]))

# %% wrong: leaves out the channels that go in | 1 of 3
# the channels that go in were left out
def multiply_accumulates(layer, shape):
    if layer["kind"] == "dense":
        return layer["channels"] * int(np.prod(shape))
    if layer["kind"] == "pool":
        return 0
    return int(np.prod(output_shape(layer, shape))) * layer["kernel"] ** 2

# %% wrong: ignores the groups | 2 of 3
# the groups were not used: a kernel multiplies only the channels of its own group
def multiply_accumulates(layer, shape):
    if layer["kind"] == "pool":
        return 0
    out = output_shape(layer, shape)
    if layer["kind"] == "dense":
        return out[0] * int(np.prod(shape))
    return int(np.prod(out)) * shape[0] * layer["kernel"] ** 2

# %% wrong: the work of one kernel | 1 of 3
# this is the work of one kernel
def multiply_accumulates(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return layer["channels"] * int(np.prod(shape))
    return int(np.prod(output_shape(layer, shape)[1:])) * shape[0] // layer["groups"] * layer["kernel"] ** 2

# %% wrong: counts comparisons of the pooling windows | 2 of 3
# pooling multiplies nothing
def multiply_accumulates(layer, shape):
    out = output_shape(layer, shape)
    if layer["kind"] == "pool":
        return int(np.prod(out)) * layer["kernel"] ** 2
    return layer_parameters(layer | {"bias": False}, shape) * int(np.prod(out[1:]))

# %% wrong: counts only the values that come out | 0 of 3
# this counts the values that come out; each takes a product for every weight
def multiply_accumulates(layer, shape):
    return int(np.prod(output_shape(layer, shape)))

# %% wrong: uses a dense layer's weights at every place of the picture | 2 of 3
# a dense layer uses each weight once, not at every place
def multiply_accumulates(layer, shape):
    if layer["kind"] == "pool":
        return 0
    places = shape if layer["kind"] == "dense" else output_shape(layer, shape)
    return layer_parameters(layer | {"bias": False}, shape) * int(np.prod(places[1:]))

# %% wrong: takes the map for square | 1 of 3
# the map was taken for square
def multiply_accumulates(layer, shape):
    out = output_shape(layer, shape)
    places = out[1] ** 2 if len(out) == 3 else 1
    return layer_parameters(layer | {"bias": False}, shape) * places

# %% wrong: changes the layer that it was given | 1 of 3
# your function changed the layer that it was given; the caller still needs it
def multiply_accumulates(layer, shape):
    if layer["kind"] == "conv":
        layer["bias"] = False
        return layer_parameters(layer, shape) * int(np.prod(output_shape(layer, shape)[1:]))
    return 0 if layer["kind"] == "pool" else layer["channels"] * int(np.prod(shape))

# %% wrong: the product of no numbers has a decimal point | 2 of 3
# the number is right, but it has a decimal point: `np.prod` of nothing is 1.0, so put `int(…)` around it
def multiply_accumulates(layer, shape):
    if layer["kind"] == "pool":
        return 0
    return layer_parameters(layer | {"bias": False}, shape) * np.prod(output_shape(layer, shape)[1:])

# %% wrong: divides the picture by the stride | 1 of 3
# this divides the picture's sides by the stride; `output_shape` says how many places there are
def multiply_accumulates(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return int(np.prod(shape)) * layer["channels"]
    channels, rows, columns = shape
    places = (rows // layer["stride"]) * (columns // layer["stride"])
    return places * layer["channels"] * channels // layer["groups"] * layer["kernel"] ** 2

# %% wrong: adds the channels that come in and go out | 1 of 3
# every kernel sees every channel: multiply their numbers, do not add them
def multiply_accumulates(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return int(np.prod(shape)) * layer["channels"]
    _, rows, columns = output_shape(layer, shape)
    return rows * columns * (layer["channels"] + shape[0] // layer["groups"]) * layer["kernel"] ** 2

# %% wrong: expects rows and columns in front of every dense layer | 2 of 3
# tuple index out of range
def multiply_accumulates(layer, shape):
    if layer["kind"] == "pool":
        return 0
    if layer["kind"] == "dense":
        return shape[0] * shape[1] * shape[2] * layer["channels"]
    _, rows, columns = output_shape(layer, shape)
    return rows * columns * layer["channels"] * (shape[0] // layer["groups"]) * layer["kernel"] ** 2

# %% wrong: in millions | 0 of 3
# these are millions: return the number itself
def multiply_accumulates(layer, shape):
    if layer["kind"] == "pool":
        return 0
    weights = layer_parameters(layer | {"bias": False}, shape)
    return weights * int(np.prod(output_shape(layer, shape)[1:])) / 1e6

# %% right: value by value
def multiply_accumulates(layer, shape):
    if layer["kind"] == "pool":
        return 0
    values = 1
    for side in output_shape(layer, shape):
        values *= side
    if layer["kind"] == "dense":
        products = 1
        for side in shape:
            products *= side
    else:
        products = shape[0] // layer["groups"] * layer["kernel"] ** 2
    return values * products

# %% right: parameters without biases, times the places
def multiply_accumulates(layer, shape):
    parameters = layer_parameters(layer, shape)
    if layer.get("bias"):
        parameters -= layer["channels"]
    _, *places = output_shape(layer, shape)
    return np.prod([parameters, *places])
