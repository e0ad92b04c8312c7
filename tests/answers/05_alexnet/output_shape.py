# Exercise 1: the shape of what comes out of one layer.

# %% idea
# Take the three kinds apart, and begin with the one that forgets the shape. The other two change the sides by the same
# formula, and differ in one thing: where the number of channels comes from.

# %% draw
def test_shape_conv(d):
    groups, window, padding = d.whole(1, 3), d.whole(1, 7), d.whole(0, 3)
    least = max(1, window - 2 * padding)
    layer = conv("c", groups * d.whole(1, 40), window, d.whole(1, 4), padding, groups, d.chance(0.5))
    return layer, (groups * d.whole(1, 9), least + d.whole(0, 30), least + d.whole(0, 30))

def test_shape_pool_dense(d):
    shape = (d.whole(1, 99), d.whole(3, 40), d.whole(3, 40))
    if d.chance(0.5):
        return pool("p", d.whole(1, 3), d.whole(1, 4)), shape
    return dense("d", d.whole(1, 999), d.chance(0.5)), shape if d.chance(0.5) else (d.whole(1, 999),)

def test_shape_refuses(d):
    shape = (4, d.whole(1, 6), d.whole(1, 6))
    window, stride = d.whole(1, 7), d.whole(1, 4)
    return conv("c", 8, window, stride, d.whole(0, 2)) if d.chance(0.6) else pool("p", window, stride), shape

# %% wrong: forgets the padding | 1 of 3
# the padding was not used
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    channels, rows, columns = shape
    if layer["kernel"] > rows or layer["kernel"] > columns:
        raise ValueError("too large")
    rows = (rows - layer["kernel"]) // layer["stride"] + 1
    columns = (columns - layer["kernel"]) // layer["stride"] + 1
    return (layer["channels"] if layer["kind"] == "conv" else channels, rows, columns)

# %% wrong: pads one side only | 1 of 3
# padding adds pixels on both sides: 2 · padding
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    channels, rows, columns = shape
    room = [side + layer["padding"] - layer["kernel"] for side in (rows, columns)]
    if min(room) < 0:
        raise ValueError("too large")
    new = layer["channels"] if layer["kind"] == "conv" else channels
    return (new, room[0] // layer["stride"] + 1, room[1] // layer["stride"] + 1)

# %% wrong: rounds up, as some frameworks can | 1 of 3
# the size was rounded up: a window that does not fit does not count
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in shape[1:]]
    if min(room) < 0:
        raise ValueError("too large")
    channels = layer["channels"] if layer["kind"] == "conv" else shape[0]
    if layer["kind"] == "pool":
        return (channels, *(pixels // layer["stride"] + 1 for pixels in room))
    return (channels, *(-(-pixels // layer["stride"]) + 1 for pixels in room))

# %% wrong: keeps the channels of what goes in | 1 of 3
# a convolution has one channel for each of its kernels; yours keeps the picture's channels
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    channels, rows, columns = shape
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in (rows, columns)]
    if min(room) < 0:
        raise ValueError("too large")
    return (channels, room[0] // layer["stride"] + 1, room[1] // layer["stride"] + 1)

# %% wrong: puts the channels last | 0 of 3
# the channels come first in a shape: (channels, rows, columns)
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    channels, rows, columns = shape
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in (rows, columns)]
    if min(room) < 0:
        raise ValueError("too large")
    new = layer["channels"] if layer["kind"] == "conv" else channels
    return (room[0] // layer["stride"] + 1, room[1] // layer["stride"] + 1, new)

# %% wrong: takes every picture for square | 0 of 3
# the picture was taken for square: columns are not rows
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    side = (shape[1] + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1
    if min(shape[1:]) + 2 * layer["padding"] < layer["kernel"]:
        raise ValueError("too large")
    return (layer["channels"] if layer["kind"] == "conv" else shape[0], side, side)

# %% wrong: forgets the first place of the window | 0 of 3
# the first place of the window is missing: add 1
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    channels, rows, columns = shape
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in (rows, columns)]
    if min(room) < 0:
        raise ValueError("too large")
    new = layer["channels"] if layer["kind"] == "conv" else channels
    return (new, room[0] // layer["stride"], room[1] // layer["stride"])

# %% wrong: lets the pooling windows stand side by side | 1 of 3
# these windows overlap: they move by the stride, not by their own size
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    step = layer["kernel"] if layer["kind"] == "pool" else layer["stride"]
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in shape[1:]]
    if min(room) < 0:
        raise ValueError("too large")
    return (layer.get("channels", shape[0]), room[0] // step + 1, room[1] // step + 1)

# %% wrong: flattens in the dense layer and stops there | 2 of 3
# a dense layer gives its own number of values, not that of what comes in
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (int(np.prod(shape)),)
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in shape[1:]]
    if min(room) < 0:
        raise ValueError("too large")
    return (layer.get("channels", shape[0]), *(pixels // layer["stride"] + 1 for pixels in room))

# %% wrong: a dense layer that keeps three axes | 2 of 3
# a dense layer gives one long row: (channels,)
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"], 1, 1)
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in shape[1:]]
    if min(room) < 0:
        raise ValueError("too large")
    return (layer.get("channels", shape[0]), *(pixels // layer["stride"] + 1 for pixels in room))

# %% wrong: refuses nothing | 2 of 3
# a window of 5 does not fit into 4 rows: raise a ValueError for it; yours returned a result
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in shape[1:]]
    return (layer.get("channels", shape[0]), *(pixels // layer["stride"] + 1 for pixels in room))

# %% wrong: looks at the rows only before it refuses | 2 of 3
# a window of 3 does not fit into 2 columns: raise a ValueError for it; yours returned a result
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in shape[1:]]
    if room[0] < 0:
        raise ValueError("too large")
    return (layer.get("channels", shape[0]), *(pixels // layer["stride"] + 1 for pixels in room))

# %% wrong: divides with a fraction | 0 of 3
# each entry should be a whole number, yours is a number
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (float(layer["channels"]),)
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in shape[1:]]
    if min(room) < 0:
        raise ValueError("too large")
    return (layer.get("channels", shape[0]), *(np.floor(pixels / layer["stride"]) + 1 for pixels in room))

# %% wrong: a tuple without its comma | 2 of 3
# a shape is a tuple, even of one number: `(channels,)` with a comma
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"])
    channels, rows, columns = shape
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in (rows, columns)]
    if min(room) < 0:
        raise ValueError("does not fit")
    sides = [pixels // layer["stride"] + 1 for pixels in room]
    return (layer["channels"] if layer["kind"] == "conv" else channels, *sides)

# %% wrong: takes the channels of pooling from the layer | 1 of 3
# with KeyError
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in shape[1:]]
    if min(room) < 0:
        raise ValueError("does not fit")
    return (layer["channels"], *(pixels // layer["stride"] + 1 for pixels in room))

# %% wrong: complains with a text | 2 of 3
# a window of 5 does not fit into 4 rows: raise a ValueError for it; yours returned text, and whoever called it goes on as if all were well
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    channels, rows, columns = shape
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in (rows, columns)]
    if min(room) < 0:
        return "the window does not fit"
    sides = [pixels // layer["stride"] + 1 for pixels in room]
    return (layer["channels"] if layer["kind"] == "conv" else channels, *sides)

# %% wrong: divides the channels by the groups | 2 of 3
# groups do not change how many channels come out: one for each kernel
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    channels, rows, columns = shape
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in (rows, columns)]
    if min(room) < 0:
        raise ValueError("does not fit")
    sides = [pixels // layer["stride"] + 1 for pixels in room]
    return (layer["channels"] // layer["groups"] if layer["kind"] == "conv" else channels, *sides)

# %% wrong: pads one side only, except when it refuses | 1 of 3
# padding adds pixels on both sides: 2 · padding
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    channels, rows, columns = shape
    if min(rows, columns) + 2 * layer["padding"] < layer["kernel"]:
        raise ValueError("too large")
    new = layer["channels"] if layer["kind"] == "conv" else channels
    sides = [(side + layer["padding"] - layer["kernel"]) // layer["stride"] + 1 for side in (rows, columns)]
    return (new, *sides)

# %% wrong: rounds up, in pooling as well | 0 of 3
# the size was rounded up: a window that does not fit does not count
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in shape[1:]]
    if min(room) < 0:
        raise ValueError("too large")
    channels = layer["channels"] if layer["kind"] == "conv" else shape[0]
    return (channels, *(-(-pixels // layer["stride"]) + 1 for pixels in room))

# %% wrong: divides with `/` | 0 of 3
# `/` gives a float, even where the division has no remainder (4.0): `//` divides and rounds down
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in shape[1:]]
    if min(room) < 0:
        raise ValueError("too large")
    channels = layer["channels"] if layer["kind"] == "conv" else shape[0]
    return (channels, *(pixels / layer["stride"] + 1 for pixels in room))

# %% right: counts the places of the window
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    sides = []
    for side in shape[1:]:
        places = range(-layer["padding"], side + layer["padding"] - layer["kernel"] + 1, layer["stride"])
        if len(places) == 0:
            raise ValueError("no window fits")
        sides.append(len(places))
    return (layer.get("channels", shape[0]), sides[0], sides[1])

# %% right: with NumPy, and a list
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return [layer["channels"]]
    sides = (np.array(shape[1:]) + 2 * layer["padding"] - layer["kernel"]) // layer["stride"] + 1
    if np.any(np.array(shape[1:]) + 2 * layer["padding"] < layer["kernel"]):
        raise ValueError("no window fits")
    channels = layer["channels"] if layer["kind"] == "conv" else shape[0]
    return [channels, *sides]

# %% right: sides gathered with np.append
def output_shape(layer, shape):
    if layer["kind"] == "dense":
        return (layer["channels"],)
    sides = np.array([], dtype=int)
    for n in shape[1:]:
        room = n + 2 * layer["padding"] - layer["kernel"]
        if room < 0:
            raise ValueError("the window is larger than the picture")
        sides = np.append(sides, room // layer["stride"] + 1)
    return (shape[0] if layer["kind"] == "pool" else layer["channels"], *sides.tolist())
