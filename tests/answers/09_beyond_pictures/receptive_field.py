# Exercise 3: how many seconds one value sees.

# %% idea
# Carry two numbers through the layers: how many samples are seen, and how far apart neighbours are by now. A layer's
# own stride counts only for those behind it, and seconds come at the very end.

# %% draw
def test_field_dilated(d):
    return [(d.whole(2, 5), 1, d.whole(1, 6)) for _ in range(d.whole(1, 4))], d.one_of((8, 100, 360, 4))

def test_field_strided(d):
    layers = [(d.whole(1, 5), d.one_of((1, 2, 3, 4)), d.one_of((1, 1, 2, 3))) for _ in range(d.whole(0, 4))]
    return layers, d.one_of((8, 100, 360, 4))

# %% wrong: sizes added up | 0 of 2
# the sizes were added up: a layer with a kernel of f adds f − 1 steps, not f
def receptive_field(layers, rate):
    samples, apart = 0, 1
    for size, stride, dilation in layers:
        samples += size * dilation * apart
        apart *= stride
    return samples / rate

# %% wrong: it starts at 0 | 0 of 2
# one sample is missing: without any layer a value sees one sample
def receptive_field(layers, rate):
    samples, apart = 0, 1
    for size, stride, dilation in layers:
        samples += (size - 1) * dilation * apart
        apart *= stride
    return samples / rate

# %% wrong: dilation ignored | 0 of 2
# the dilation was not used
def receptive_field(layers, rate):
    samples, apart = 1, 1
    for size, stride, dilation in layers:
        samples += (size - 1) * apart
        apart *= stride
    return samples / rate

# %% wrong: gaps after the last weight too | 0 of 2
# a dilated kernel of f covers (f − 1) · d + 1 samples, not f · d: behind the last weight there is no gap
def receptive_field(layers, rate):
    samples, apart = 1, 1
    for size, stride, dilation in layers:
        samples += (size * dilation - 1) * apart
        apart *= stride
    return samples / rate

# %% wrong: strides ignored | 1 of 2
# the strides were not used: after a stride, neighbours are that many samples further apart
def receptive_field(layers, rate):
    return (1 + sum((size - 1) * dilation for size, _, dilation in layers)) / rate

# %% wrong: a layer's own stride counts for itself | 1 of 2
# a layer's stride was counted for the layer itself; it makes only the steps of later layers larger
def receptive_field(layers, rate):
    samples, apart = 1, 1
    for size, stride, dilation in layers:
        apart *= stride
        samples += (size - 1) * dilation * apart
    return samples / rate

# %% wrong: only the layer before counts | 1 of 2
# only the stride of the layer before was used: those of all earlier layers multiply
def receptive_field(layers, rate):
    samples, apart = 1, 1
    for size, stride, dilation in layers:
        samples += (size - 1) * dilation * apart
        apart = stride
    return samples / rate

# %% wrong: strides add up | 0 of 2
# the strides were added; after strides of 2 and 4 neighbours are 8 samples apart, not 6
def receptive_field(layers, rate):
    samples, apart = 1, 0
    for size, stride, dilation in layers:
        samples += (size - 1) * dilation * max(apart, 1)
        apart += stride
    return samples / rate

# %% wrong: the last layer first | 1 of 2
# the layers were taken in the wrong order: the first in the list comes first
def receptive_field(layers, rate):
    samples, apart = 1, 1
    for size, stride, dilation in reversed(layers):
        samples += (size - 1) * dilation * apart
        apart *= stride
    return samples / rate

# %% wrong: samples | 0 of 2
# these are samples: divide by the rate
def receptive_field(layers, rate):
    samples, apart = 1, 1
    for size, stride, dilation in layers:
        samples += (size - 1) * dilation * apart
        apart *= stride
    return samples

# %% wrong: milliseconds | 0 of 2
# these are milliseconds; seconds are asked for
def receptive_field(layers, rate):
    samples, apart = 1, 1
    for size, stride, dilation in layers:
        samples += (size - 1) * dilation * apart
        apart *= stride
    return 1000 * samples / rate

# %% wrong: whole seconds | 0 of 2
# only whole seconds are left: `//` cuts the rest off
def receptive_field(layers, rate):
    samples, apart = 1, 1
    for size, stride, dilation in layers:
        samples += (size - 1) * dilation * apart
        apart *= stride
    return samples // rate

# %% wrong: the strides make the rate smaller | 1 of 2
# the samples were counted at the last layer's rate; count them in the signal, at `rate`
def receptive_field(layers, rate):
    samples, apart = 1, 1
    for size, stride, dilation in layers:
        samples += (size - 1) * dilation
        apart *= stride
    return samples * apart / rate

# %% wrong: size times dilation | 0 of 2
# a kernel of f adds (f − 1) · d samples, not f · d: between f weights there are f − 1 gaps
def receptive_field(layers, rate):
    samples, apart = 1, 1
    for size, stride, dilation in layers:
        samples += size * dilation * apart
        apart *= stride
    return samples / rate

# %% wrong: strides add up, from 1 | 0 of 2
# the strides were added up, beginning with 1; those of all earlier layers multiply
def receptive_field(layers, rate):
    samples, apart = 1, 1
    for size, stride, dilation in layers:
        samples += (size - 1) * dilation * apart
        apart += stride
    return samples / rate

# %% wrong: layers of size 1 are left out, with their strides | 1 of 2
# a kernel of size 1 adds no sample, but its stride counts for the layers after it
def receptive_field(layers, rate):
    samples, apart = 1, 1
    for size, stride, dilation in layers:
        if size == 1:
            continue
        samples += (size - 1) * dilation * apart
        apart *= stride
    return samples / rate

# %% right: from the last layer back
def receptive_field(layers, rate):
    samples = 1
    for size, stride, dilation in layers[::-1]:
        samples = (samples - 1) * stride + (size - 1) * dilation + 1
    return samples / rate

# %% right: the places of the first and the last sample
def receptive_field(layers, rate):
    first = last = 0
    for size, stride, dilation in layers[::-1]:
        first, last = first * stride, last * stride + (size - 1) * dilation
    return float(last - first + 1) / rate
