# Exercise 9: the bytes that training takes.

# %% idea
# Let `summarize` do the counting. Three of the four are multiples of one number; only the activations grow with the
# batch, and the picture itself is one of them.

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

def settings(d):
    return (*network(d), d.one_of((d.whole(1, 9), d.whole(1, 9), 200_000)), d.one_of(("sgd", "momentum", "adam")))[:d.one_of((3, 4, 4, 4))]

def test_memory_parameters(d):
    return settings(d)

def test_memory_activations(d):
    return settings(d)

# %% wrong: counts numbers, not bytes | 0 of 3
# these are numbers; each of them takes 4 bytes
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = sum(row[2] for row in rows)
    values = int(np.prod(shape)) + sum(int(np.prod(row[1])) for row in rows)
    return {"parameters": n, "gradients": n, "optimizer": n * ["sgd", "momentum", "adam"].index(optimizer), "activations": batch * values}

# %% wrong: forgets what Adam keeps beside momentum | 2 of 3
# Adam keeps two numbers for each parameter
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * sum(row[2] for row in rows)
    values = int(np.prod(shape)) + sum(int(np.prod(row[1])) for row in rows)
    return {"parameters": n, "gradients": n, "optimizer": 0 if optimizer == "sgd" else n, "activations": 4 * batch * values}

# %% wrong: ignores the optimiser | 2 of 3
# the optimiser was not looked at: momentum keeps one number for each parameter, Adam two
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * sum(row[2] for row in rows)
    values = int(np.prod(shape)) + sum(int(np.prod(row[1])) for row in rows)
    return {"parameters": n, "gradients": n, "optimizer": 0, "activations": 4 * batch * values}

# %% wrong: parameters for each picture of the batch | 2 of 3
# all pictures of a batch share the parameters: the batch does not count here
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * batch * sum(row[2] for row in rows)
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    values = int(np.prod(shape)) + sum(int(np.prod(row[1])) for row in rows)
    return {"parameters": n, "gradients": n, "optimizer": kept * n, "activations": 4 * batch * values}

# %% wrong: a gradient for each picture | 2 of 3
# the gradients are summed over the batch: there is one for each parameter, not for each picture
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * sum(row[2] for row in rows)
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    values = int(np.prod(shape)) + sum(int(np.prod(row[1])) for row in rows)
    return {"parameters": n, "gradients": n * batch, "optimizer": kept * n, "activations": 4 * batch * values}

# %% wrong: the activations of one picture | 1 of 3
# the batch was not used: each picture has its own activations
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * sum(row[2] for row in rows)
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    values = int(np.prod(shape)) + sum(int(np.prod(row[1])) for row in rows)
    return {"parameters": n, "gradients": n, "optimizer": kept * n, "activations": 4 * values}

# %% wrong: forgets the picture itself | 1 of 3
# the picture itself is missing
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * sum(row[2] for row in rows)
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    return {"parameters": n, "gradients": n, "optimizer": kept * n, "activations": 4 * batch * sum(int(np.prod(row[1])) for row in rows)}

# %% wrong: only the last layer's values | 1 of 3
# only the last layer's values were counted
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * sum(row[2] for row in rows)
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    for row in rows:
        values = int(np.prod(row[1]))
    return {"parameters": n, "gradients": n, "optimizer": kept * n, "activations": 4 * batch * values}

# %% wrong: only the largest volume, as for a network that is used | 1 of 3
# only the largest map was counted; all of them are kept
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * sum(row[2] for row in rows)
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    values = max(int(np.prod(s)) for s in [shape] + [row[1] for row in rows])
    return {"parameters": n, "gradients": n, "optimizer": kept * n, "activations": 4 * batch * values}

# %% wrong: leaves out what comes out of pooling | 1 of 3
# what comes out of pooling is kept as well
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * sum(row[2] for row in rows)
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    values = int(np.prod(shape)) + sum(int(np.prod(row[1])) for row in rows if row[2] > 0)
    return {"parameters": n, "gradients": n, "optimizer": kept * n, "activations": 4 * batch * values}

# %% wrong: numbers of 8 bytes | 0 of 3
# a float32 takes 4 bytes, not 8
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 8 * sum(row[2] for row in rows)
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    values = int(np.prod(shape)) + sum(int(np.prod(row[1])) for row in rows)
    return {"parameters": n, "gradients": n, "optimizer": kept * n, "activations": 8 * batch * values}

# %% wrong: one sum for everything | 0 of 3
# a dictionary with four keys is wanted
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * sum(row[2] for row in rows)
    values = int(np.prod(shape)) + sum(int(np.prod(row[1])) for row in rows)
    return n * (2 + {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]) + 4 * batch * values

# %% wrong: activations of the convolutions and poolings only | 1 of 3
# what comes out of the dense layers is kept as well
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    parameters = 4 * sum(row[2] for row in rows)
    values = sum(int(np.prod(s)) for s in [shape, *(row[1] for row in rows)] if len(s) == 3)
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    return {"parameters": parameters, "gradients": parameters, "optimizer": kept * parameters, "activations": 4 * batch * values}

# %% wrong: bits | 0 of 3
# these are bits: a float32 has 32 of them, and a byte is 8
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    parameters = 32 * sum(row[2] for row in rows)
    values = sum(int(np.prod(s)) for s in [shape, *(row[1] for row in rows)])
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    return {"parameters": parameters, "gradients": parameters, "optimizer": kept * parameters, "activations": 32 * batch * values}

# %% wrong: adds the sides of each shape | 1 of 3
# the sides of a shape are multiplied, not added
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    parameters = 4 * sum(row[2] for row in rows)
    values = sum(sum(s) for s in [shape, *(row[1] for row in rows)])
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    return {"parameters": parameters, "gradients": parameters, "optimizer": kept * parameters, "activations": 4 * batch * values}

# %% wrong: Adam keeps three | 2 of 3
# the parameters themselves are not the optimiser's: count only what it keeps besides
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    parameters = 4 * sum(row[2] for row in rows)
    values = sum(int(np.prod(s)) for s in [shape, *(row[1] for row in rows)])
    kept = {"sgd": 1, "momentum": 2, "adam": 3}[optimizer]
    return {"parameters": parameters, "gradients": parameters, "optimizer": kept * parameters, "activations": 4 * batch * values}

# %% wrong: other names | 0 of 3
# 2 of 4 answers are not right; yours are ['activations', 'gradients', 'optimiser', 'weights']
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    parameters = 4 * sum(row[2] for row in rows)
    values = sum(int(np.prod(s)) for s in [shape, *(row[1] for row in rows)])
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    return {"weights": parameters, "gradients": parameters, "optimiser": kept * parameters, "activations": 4 * batch * values}

# %% wrong: parameters for each picture, and nothing else | 2 of 3
# all pictures of a batch share the parameters: the batch does not count here
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * sum(row[2] for row in rows)
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    values = int(np.prod(shape)) + sum(int(np.prod(row[1])) for row in rows)
    return {"parameters": n * batch, "gradients": n, "optimizer": kept * n, "activations": 4 * batch * values}

# %% wrong: one number for momentum, three for Adam | 2 of 3
# Adam keeps two numbers for each parameter
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * sum(row[2] for row in rows)
    kept = {"sgd": 0, "momentum": 1, "adam": 3}[optimizer]
    values = int(np.prod(shape)) + sum(int(np.prod(row[1])) for row in rows)
    return {"parameters": n, "gradients": n, "optimizer": kept * n, "activations": 4 * batch * values}

# %% wrong: one picture for the whole batch | 1 of 3
# the picture was counted once; each picture of the batch is kept
def training_memory(layers, shape, batch, optimizer="sgd"):
    rows = summarize(layers, shape)
    n = 4 * sum(row[2] for row in rows)
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    values = sum(int(np.prod(row[1])) for row in rows)
    return {"parameters": n, "gradients": n, "optimizer": kept * n, "activations": 4 * (int(np.prod(shape)) + batch * values)}

# %% right: layer by layer
def training_memory(layers, shape, batch, optimizer="sgd"):
    found = dict.fromkeys(["parameters", "gradients", "optimizer", "activations"], 0)
    found["activations"] += 4 * batch * int(np.prod(shape))
    for _, out, parameters, _ in summarize(layers, shape):
        found["parameters"] += 4 * parameters
        found["gradients"] += 4 * parameters
        if optimizer in ("momentum", "adam"):
            found["optimizer"] += 4 * parameters
        if optimizer == "adam":
            found["optimizer"] += 4 * parameters
        volume = 1
        for side in out:
            volume *= side
        found["activations"] += 4 * batch * volume
    return found

# %% right: with NumPy's whole numbers
def training_memory(layers, shape, batch, optimizer="sgd"):
    names, shapes, parameters, work = zip(*summarize(layers, shape))
    size = np.dtype("float32").itemsize
    n = np.sum(parameters) * size
    values = np.sum([np.prod(s) for s in (shape, *shapes)])
    return {"activations": batch * values * size, "parameters": n, "gradients": n,
            "optimizer": n * (optimizer != "sgd") * (1 + (optimizer == "adam"))}

# %% equivalent
# `int(np.prod(shape))` → `np.prod(shape)`: NumPy's whole numbers count as whole numbers
