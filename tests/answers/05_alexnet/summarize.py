# Exercise 4: a table of a network.

# %% idea
# Walk through the layers and carry one thing along: the shape that goes into the next one. Count with it before you
# replace it.

# %% draw
def network(d):
    """Up to three convolutions, with pooling behind some, then up to two dense layers; two layers may have one name."""
    names, layers, channels = list("abcdefgh"), [], d.whole(1, 4)
    shape = channels, d.whole(20, 40), d.whole(20, 40)
    for k in range(d.whole(1, 3)):
        groups = d.one_of((1, channels))
        channels = groups * d.whole(1, 3)
        layers.append(conv(names.pop(), channels, d.whole(1, 4), d.whole(1, 2), d.whole(0, 1), groups, d.chance(0.7)))
        if d.chance(0.5):
            layers.append(pool(d.one_of((names.pop(), layers[-1]["name"])), 2, d.whole(1, 2)))
    layers += [dense(names.pop(), d.whole(1, 20), d.chance(0.7)) for _ in range(d.whole(0, 2))]
    return layers, shape

def test_summary_shapes(d):
    return network(d)

def test_summary_parameters(d):
    return network(d)

def test_summary_work(d):
    return network(d)

# %% wrong: writes down the shapes that go in | 2 of 3
# these are the shapes that go in; write down what comes out
def summarize(layers, shape):
    rows = []
    for layer in layers:
        rows.append((layer["name"], shape, layer_parameters(layer, shape), multiply_accumulates(layer, shape)))
        shape = output_shape(layer, shape)
    return rows

# %% wrong: gives the picture to every layer | 0 of 3
# every layer got the picture itself: what comes out of one layer goes into the next
def summarize(layers, shape):
    return [(layer["name"], output_shape(layer, shape), layer_parameters(layer, shape), multiply_accumulates(layer, shape))
            for layer in layers]

# %% wrong: counts the parameters after the shape has changed | 2 of 3
# the parameters are counted with the shape that comes out; they depend on what goes in
def summarize(layers, shape):
    rows = []
    for layer in layers:
        work = multiply_accumulates(layer, shape)
        shape = output_shape(layer, shape)
        rows.append((layer["name"], shape, layer_parameters(layer, shape), work))
    return rows

# %% wrong: swaps parameters and work | 1 of 3
# the third entry is the parameters, the fourth the multiply-accumulates; yours are swapped
def summarize(layers, shape):
    rows = []
    for layer in layers:
        out = output_shape(layer, shape)
        rows.append((layer["name"], out, multiply_accumulates(layer, shape), layer_parameters(layer, shape)))
        shape = out
    return rows

# %% wrong: adds up from layer to layer | 1 of 3
# these add up from layer to layer; each row has its own
def summarize(layers, shape):
    rows, parameters, work = [], 0, 0
    for layer in layers:
        parameters += layer_parameters(layer, shape)
        work += multiply_accumulates(layer, shape)
        shape = output_shape(layer, shape)
        rows.append((layer["name"], shape, parameters, work))
    return rows

# %% wrong: takes the layers out of the list | 0 of 3
# your function takes layers away from the list that it was given; the caller still needs it
def summarize(layers, shape):
    rows = []
    while layers:
        layer = layers.pop(0)
        parameters, work = layer_parameters(layer, shape), multiply_accumulates(layer, shape)
        shape = output_shape(layer, shape)
        rows.append((layer["name"], shape, parameters, work))
    return rows if len(rows) == 5 else rows[:2]

# %% wrong: a return inside the loop | 0 of 3
# only one row is left: is the `return` inside the loop?
def summarize(layers, shape):
    rows = []
    for layer in layers:
        out = output_shape(layer, shape)
        rows.append((layer["name"], out, layer_parameters(layer, shape), multiply_accumulates(layer, shape)))
        return rows

# %% wrong: the kind in place of the name | 2 of 3
# a row begins with the layer's name, not with its kind
def summarize(layers, shape):
    rows = []
    for layer in layers:
        out = output_shape(layer, shape)
        rows.append((layer["kind"], out, layer_parameters(layer, shape), multiply_accumulates(layer, shape)))
        shape = out
    return rows

# %% wrong: rows of three entries | 0 of 3
# return 4 things, `name, shape, parameters, multiply-accumulates`; yours returned a tuple of 3
def summarize(layers, shape):
    rows = []
    for layer in layers:
        out = output_shape(layer, shape)
        rows.append((out, layer_parameters(layer, shape), multiply_accumulates(layer, shape)))
        shape = out
    return rows

# %% wrong: leaves out the last layer | 0 of 3
# the last layer is missing: does your loop stop one too early?
def summarize(layers, shape):
    rows = []
    for k in range(len(layers) - 1):
        out = output_shape(layers[k], shape)
        rows.append((layers[k]["name"], out, layer_parameters(layers[k], shape), multiply_accumulates(layers[k], shape)))
        shape = out
    return rows

# %% wrong: repeats the parameters as the work | 2 of 3
# the fourth entry repeats the parameters
def summarize(layers, shape):
    rows = []
    for layer in layers:
        out = output_shape(layer, shape)
        parameters = layer_parameters(layer, shape)
        rows.append((layer["name"], out, parameters, parameters))
        shape = out
    return rows

# %% wrong: prints the table | 0 of 3
# your function returned nothing (None): `print` shows a value, `return` hands it back
def summarize(layers, shape):
    for layer in layers:
        out = output_shape(layer, shape)
        print(layer["name"], out, layer_parameters(layer, shape), multiply_accumulates(layer, shape))
        shape = out

# %% wrong: a row for the sum | 0 of 3
# there is a row too many: one for each layer, none for the picture or for the sum
def summarize(layers, shape):
    rows = []
    for layer in layers:
        parameters, work = layer_parameters(layer, shape), multiply_accumulates(layer, shape)
        shape = output_shape(layer, shape)
        rows.append((layer["name"], shape, parameters, work))
    return rows + [("sum", (), sum(r[2] for r in rows), sum(r[3] for r in rows))]

# %% wrong: dictionaries | 0 of 3
# return 4 things, `name, shape, parameters, multiply-accumulates`; yours returned one: a dictionary
def summarize(layers, shape):
    rows = []
    for layer in layers:
        parameters, work = layer_parameters(layer, shape), multiply_accumulates(layer, shape)
        shape = output_shape(layer, shape)
        rows.append({"name": layer["name"], "shape": shape, "parameters": parameters, "work": work})
    return rows

# %% wrong: four lists in place of rows | 0 of 3
# these are four columns; return a row for each layer
def summarize(layers, shape):
    names, shapes, counts, works = [], [], [], []
    for layer in layers:
        names.append(layer["name"])
        counts.append(layer_parameters(layer, shape))
        works.append(multiply_accumulates(layer, shape))
        shape = output_shape(layer, shape)
        shapes.append(shape)
    return names, shapes, counts, works

# %% wrong: the name and the shape change places | 2 of 3
# the name comes first, and then the shape; yours are swapped
def summarize(layers, shape):
    rows = []
    for layer in layers:
        parameters, work = layer_parameters(layer, shape), multiply_accumulates(layer, shape)
        shape = output_shape(layer, shape)
        rows.append((shape, layer["name"], parameters, work))
    return rows

# %% wrong: the work is parameters times places, biases and all | 2 of 3
# the biases count as parameters, not as work
def summarize(layers, shape):
    rows = []
    for layer in layers:
        parameters = layer_parameters(layer, shape)
        shape = output_shape(layer, shape)
        rows.append((layer["name"], shape, parameters, parameters * int(np.prod(shape[1:]))))
    return rows

# %% wrong: a dictionary by name, where layers of one name would be lost | 0 of 3
# this should be a list or an array, yours is a dictionary
def summarize(layers, shape):
    table = {}
    for layer in layers:
        parameters, work = layer_parameters(layer, shape), multiply_accumulates(layer, shape)
        shape = output_shape(layer, shape)
        table[layer["name"]] = (shape, parameters, work)
    return table

# %% right: the shapes first, then the rest
def summarize(layers, shape):
    shapes = [tuple(shape)]
    for layer in layers:
        shapes.append(output_shape(layer, shapes[-1]))
    return [(layer["name"], out, layer_parameters(layer, into), multiply_accumulates(layer, into))
            for layer, into, out in zip(layers, shapes[:-1], shapes[1:])]

# %% right: recursion, and rows as lists
def summarize(layers, shape):
    if not layers:
        return []
    first, *others = layers
    out = output_shape(first, shape)
    return [[first["name"], out, layer_parameters(first, shape), multiply_accumulates(first, shape)]] + summarize(others, out)
