# Exercise 8: how many pixels a value sees, behind each layer.

# %% idea
# Carry two numbers through the layers: how wide the field is, and how far neighbours are apart. A layer's own stride
# counts only for the layers behind it, so mind the order in which you change the two.

# %% draw
def test_field_stack(d):
    return ([conv("c", d.whole(1, 9), d.whole(1, 7), padding=d.whole(0, 3)) for _ in range(d.whole(1, 5))],)

def test_field_stride(d):
    layers = []
    for _ in range(d.whole(1, 5)):
        window, stride = d.one_of((1, 1, 2, 3, 4, 5)), d.whole(1, 4)
        layers.append(pool("p", window, stride) if d.chance(0.4) else conv("c", 4, window, stride, d.whole(0, 2)))
    return (layers,)

# %% wrong: adds f, not f − 1 | 0 of 3
# fields overlap: a window of f reaches f − 1 pixels farther, not f
def receptive_field(layers):
    field, jump, found = 1, 1, []
    for layer in layers:
        field += layer["kernel"] * jump
        jump *= layer["stride"]
        found.append(field)
    return found

# %% wrong: adds up the kernels' sides | 0 of 3
# the sides were added: neighbours overlap, so that each layer adds f − 1
def receptive_field(layers):
    found = []
    for k in range(len(layers)):
        found.append(sum(layer["kernel"] for layer in layers[:k + 1]))
    return found

# %% wrong: multiplies the kernels' sides | 0 of 3
# the sides were multiplied: neighbours overlap
def receptive_field(layers):
    field, found = 1, []
    for layer in layers:
        field *= layer["kernel"]
        found.append(field)
    return found

# %% wrong: takes each layer by itself | 0 of 3
# every layer is taken by itself: a field grows from layer to layer
def receptive_field(layers):
    return [layer["kernel"] for layer in layers]

# %% wrong: begins with no pixel | 0 of 3
# it begins with one pixel, not with none
def receptive_field(layers):
    field, jump, found = 0, 1, []
    for layer in layers:
        field += (layer["kernel"] - 1) * jump
        jump *= layer["stride"]
        found.append(field)
    return found

# %% wrong: ignores the strides | 1 of 3
# the strides were not used
def receptive_field(layers):
    field, found = 1, []
    for layer in layers:
        field += layer["kernel"] - 1
        found.append(field)
    return found

# %% wrong: a layer's own stride counts at once | 1 of 3
# a layer's own stride counts only for the layers after it
def receptive_field(layers):
    field, jump, found = 1, 1, []
    for layer in layers:
        jump *= layer["stride"]
        field += (layer["kernel"] - 1) * jump
        found.append(field)
    return found

# %% wrong: adds the strides | 0 of 3
# the strides before a layer are multiplied, not added
def receptive_field(layers):
    field, jump, found = 1, 0, []
    for layer in layers:
        field += (layer["kernel"] - 1) * max(jump, 1)
        jump += layer["stride"]
        found.append(field)
    return found

# %% wrong: leaves out the pooling layers | 1 of 3
# pooling was left out: its windows and strides count as well
def receptive_field(layers):
    field, jump, found = 1, 1, []
    for layer in layers:
        if layer["kind"] == "conv":
            field += (layer["kernel"] - 1) * jump
            jump *= layer["stride"]
        found.append(field)
    return found

# %% wrong: only the stride just before | 1 of 3
# only the stride of the layer just before was used
def receptive_field(layers):
    field, before, found = 1, 1, []
    for layer in layers:
        field += (layer["kernel"] - 1) * before
        before = layer["stride"]
        found.append(field)
    return found

# %% wrong: counts the padding | 0 of 3
# padding does not change how much a value sees
def receptive_field(layers):
    field, jump, found = 1, 1, []
    for layer in layers:
        field += (layer["kernel"] - 1 + 2 * layer["padding"]) * jump
        jump *= layer["stride"]
        found.append(field)
    return found

# %% wrong: the last layer's field only | 0 of 3
# this should be a list, yours is a whole number
def receptive_field(layers):
    field, jump = 1, 1
    for layer in layers:
        field += (layer["kernel"] - 1) * jump
        jump *= layer["stride"]
    return field

# %% wrong: in the reverse order | 0 of 3
# the list is in the reverse order
def receptive_field(layers):
    field, jump, found = 1, 1, []
    for layer in layers:
        field += (layer["kernel"] - 1) * jump
        jump *= layer["stride"]
        found.append(field)
    return found[::-1]

# %% wrong: begins with the picture's own pixel | 0 of 3
# the picture's own pixel is no layer: leave out the 1 at the beginning
def receptive_field(layers):
    field, jump, found = 1, 1, [1]
    for layer in layers:
        field += (layer["kernel"] - 1) * jump
        jump *= layer["stride"]
        found.append(field)
    return found

# %% wrong: begins with a jump of 0 | 0 of 3
# the jump begins at 1: neighbouring pixels are 1 apart
def receptive_field(layers):
    field, jump, found = 1, 0, []
    for layer in layers:
        field += (layer["kernel"] - 1) * jump
        jump *= layer["stride"]
        found.append(field)
    return found

# %% wrong: multiplies the field by the stride | 1 of 3
# a stride widens the steps of the layers after it; it does not multiply the field so far
def receptive_field(layers):
    field, found = 1, []
    for layer in layers:
        field = (field - 1) * layer["stride"] + layer["kernel"]
        found.append(field)
    return found

# %% wrong: the field grows by the stride of pooling only | 1 of 3
# convolutions have strides as well as pooling
def receptive_field(layers):
    field, jump, found = 1, 1, []
    for layer in layers:
        field += (layer["kernel"] - 1) * jump
        if layer["kind"] == "pool":
            jump *= layer["stride"]
        found.append(field)
    return found

# %% wrong: pairs of field and jump | 0 of 3
# each entry should be a whole number, yours is a list
def receptive_field(layers):
    field, jump, found = 1, 1, []
    for layer in layers:
        field += (layer["kernel"] - 1) * jump
        jump *= layer["stride"]
        found.append((field, jump))
    return found

# %% wrong: the area, not the side | 0 of 3
# these are areas; a side is wanted
def receptive_field(layers):
    field, jump, found = 1, 1, []
    for layer in layers:
        field += (layer["kernel"] - 1) * jump
        jump *= layer["stride"]
        found.append(field * field)
    return found

# %% right: sums and products
def receptive_field(layers):
    found = []
    for k in range(1, len(layers) + 1):
        jumps = [math_product(layer["stride"] for layer in layers[:j]) for j in range(k)]
        found.append(1 + sum((layer["kernel"] - 1) * jump for layer, jump in zip(layers, jumps)))
    return found


def math_product(numbers):
    result = 1
    for number in numbers:
        result *= number
    return result

# %% right: backwards from each layer, as an array
def receptive_field(layers):
    found = np.zeros(len(layers), dtype=int)
    for last in range(len(layers)):
        seen = 1
        for layer in layers[last::-1]:
            seen = (seen - 1) * layer["stride"] + layer["kernel"]
        found[last] = seen
    return found

# %% right: NumPy, all at once
def receptive_field(layers):
    jumps = np.concatenate([[1], np.cumprod([layer["stride"] for layer in layers])[:-1]]).astype(int)
    return (1 + np.cumsum([(layer["kernel"] - 1) for layer in layers] * jumps)).tolist()

# %% right: sums and products of arrays that begin with np.ones
def receptive_field(layers):
    reach = np.array([layer["kernel"] - 1 for layer in layers])
    jumps = np.ones(len(layers), dtype=int)
    jumps[1:] = np.cumprod([layer["stride"] for layer in layers[:-1]])
    return [int(field) for field in 1 + np.cumsum(reach * jumps)]

# %% right: from the back, with itertools.count
from itertools import count


def receptive_field(layers):
    found = []
    for number in count(1):
        if number > len(layers):
            return found
        first = last = 0
        for layer in layers[number - 1::-1]:
            first, last = first * layer["stride"], last * layer["stride"] + layer["kernel"] - 1
        found.append(last - first + 1)
