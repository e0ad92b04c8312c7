# Exercise 10: a network for 64×64 pictures and ten classes within a budget.

# %% idea
# Make the maps small early: a stride or a pooling near the beginning saves work, and widens what later values see. Then
# measure with your own calculator, change one thing at a time, and look where most of the parameters sit.

# %% wrong: a wide dense layer | 2 of 3
# its work is within the budget, but it has more than 200,000 parameters
def my_network():
    return [conv("c1", 16, 3, 2, 1), conv("c2", 32, 3, 1, 1), pool("p2", 2, 2), conv("c3", 32, 3, 1, 1), conv("c4", 64, 3, 1, 1), pool("p4", 2, 2),
            conv("c5", 64, 3, 1, 1), conv("c6", 64, 3, 1, 1), pool("p6", 2, 2), dense("f7", 256), dense("f8", 10)]

# %% wrong: many channels on large maps | 2 of 3
# its parameters are within the budget, but it makes more than 20 million multiply-accumulates
def my_network():
    return [conv("c1", 32, 3, 1, 1), conv("c2", 32, 3, 1, 1), pool("p2", 2, 2), conv("c3", 32, 3, 1, 1), conv("c4", 32, 3, 1, 1), pool("p4", 2, 2),
            conv("c5", 32, 3, 1, 1), conv("c6", 32, 3, 1, 1), pool("p6", 2, 2), conv("c7", 32, 5, 1, 2), pool("p7", 2, 2), dense("f8", 10)]

# %% wrong: VGG's habits, too large in every way | 2 of 3
# it has more than 200,000 parameters, and it makes more than 20 million multiply-accumulates
def my_network():
    layers = []
    for block, channels in enumerate([32, 64, 128, 256]):
        layers += [conv(f"c{block}_{k}", channels, 3, padding=1) for k in (1, 2)] + [pool(f"p{block}", 2, 2)]
    return layers + [dense("f1", 256), dense("f2", 10)]

# %% wrong: too shallow to see the whole picture | 2 of 3
# a value of the last map sees fewer than 64 pixels
def my_network():
    return [conv("c1", 16, 5, 2), conv("c2", 16, 3), pool("p2", 2, 2), conv("c3", 32, 3), conv("c4", 32, 3), pool("p4", 2, 2),
            dense("f5", 64), dense("f6", 10)]

# %% wrong: one convolution, and poolings until the window is large enough | 2 of 3
# it has fewer than four convolutions
def my_network():
    return [conv("c", 4, 3, padding=1), *[pool(f"p{k}", 3, 2) for k in range(5)], dense("f", 10)]

# %% wrong: one pooling window over nearly the whole picture | 2 of 3
# a window is too large: at most 11×11 in a convolution, and 3×3 in a pooling
def my_network():
    return [conv("c", 4, 3, padding=1), pool("p", 62, 2), dense("f", 10)]

# %% wrong: one convolution as large as the picture | 2 of 3
# a window is too large: at most 11×11 in a convolution, and 3×3 in a pooling
def my_network():
    return [conv("c", 8, 64), dense("f", 10)]

# %% wrong: a hundred classes | 2 of 3
# the last layer is to give 10 scores, one for each class
def my_network():
    return [conv("c1", 16, 3, 2, 1), conv("c2", 32, 3, 1, 1), pool("p2", 2, 2), conv("c3", 32, 3, 1, 1), conv("c4", 64, 3, 1, 1), pool("p4", 2, 2),
            conv("c5", 64, 3, 1, 1), conv("c6", 64, 3, 1, 1), pool("p6", 2, 2), dense("f7", 32), dense("f8", 100)]

# %% wrong: ends in a convolution | 2 of 3
# the last layer is to be dense
def my_network():
    return [conv("c1", 16, 3, 2, 1), conv("c2", 32, 3, 1, 1), pool("p2", 2, 2), conv("c3", 32, 3, 1, 1), conv("c4", 64, 3, 1, 1), pool("p4", 2, 2),
            conv("c5", 64, 3, 1, 1), conv("c6", 64, 3, 1, 1), pool("p6", 4, 4), conv("scores", 10, 2)]

# %% wrong: the windows do not fit at the end | 0 of 3
# a window does not fit: at its place the map has become smaller than the window
def my_network():
    return [conv("c1", 16, 5, 2), pool("p1", 2, 2), conv("c2", 32, 5), pool("p2", 2, 2), conv("c3", 32, 5), conv("c4", 32, 5),
            dense("f5", 10)]

# %% wrong: a dense layer in the middle | 0 of 3
# behind a dense layer there are no rows and columns: no convolution may follow
def my_network():
    return [conv("c1", 8, 9, 4), pool("p1", 4, 4), conv("c2", 16, 3, 1, 1), conv("c3", 16, 3, 1, 1), dense("f4", 64), conv("c5", 16, 1),
            dense("f6", 10)]

# %% wrong: no convolution at all | 0 of 3
# there is no convolution in it: this is to be a convolutional network
def my_network():
    return [pool("p1", 8, 8), pool("p2", 8, 8), dense("f1", 100), dense("f2", 10)]

# %% wrong: groups that do not divide the channels | 0 of 3
# the channels cannot be split into that many groups
def my_network():
    return [conv("c1", 16, 3, 2, 1, groups=2), conv("c2", 32, 3, 1, 1), pool("p2", 2, 2), conv("c3", 32, 3, 1, 1), conv("c4", 64, 3, 1, 1),
            pool("p4", 2, 2), conv("c5", 64, 3, 1, 1), conv("c6", 64, 3, 1, 1), pool("p6", 2, 2), dense("f8", 10)]

# %% wrong: a PyTorch model in place of the list | 0 of 3
# a list of layers is wanted, made with `conv`, `pool` and `dense`
def my_network():
    return nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(1024, 10))

# %% wrong: negative padding, to make maps small | 0 of 3
# padding is a whole number from 0: it adds pixels and takes none away
def my_network():
    return [conv("c1", 8, 3, stride=2, padding=1), conv("c2", 8, 3, stride=2, padding=-8),
            conv("c3", 8, 3, stride=2, padding=1), conv("c4", 16, 3, stride=2, padding=1), conv("c5", 16, 3, stride=2, padding=1),
            conv("c6", 16, 3, padding=1), dense("d", 10)]

# %% wrong: half a pixel of stride | 0 of 3
# channels, windows, strides and groups are whole numbers from 1
def my_network():
    return [conv("c1", 8, 7, stride=2, padding=3), conv("c2", 16, 7, stride=2, padding=3), conv("c3", 16, 7, stride=1.5, padding=3),
            conv("c4", 16, 7, stride=2, padding=3), dense("d", 10)]

# %% right: large kernels at first, depthwise convolutions later
def my_network():
    layers = [conv("c1", 16, 7, stride=2, padding=3), pool("p1", 3, 2)]
    channels = 16
    for k, wider in enumerate([32, 64, 128]):
        layers += [conv(f"depth{k}", channels, 3, padding=1, groups=channels), conv(f"mix{k}", wider, 1)]
        if k < 2:
            layers.append(pool(f"p{k + 2}", 2, 2))
        channels = wider
    return [*layers, conv("wide", 128, 5, padding=2, groups=128), pool("last", 3, 1), dense("scores", 10)]

# %% right: strides, no pooling, no hidden dense layer
def my_network():
    sizes = [(16, 5, 2), (24, 5, 2), (48, 3, 2), (64, 3, 1), (64, 3, 2), (64, 3, 1)]
    return [conv(f"conv{k}", channels, kernel, stride, kernel // 2) for k, (channels, kernel, stride) in enumerate(sizes)] + [dense("out", 10)]

# %% right: one large stride at first
def my_network():
    return [conv("c1", 24, 8, stride=4, padding=2), conv("c2", 24, 5, padding=2, groups=24), conv("c3", 48, 1), pool("p", 2, 2),
            conv("c4", 48, 5, padding=2, groups=48), conv("c5", 64, 1), pool("p2", 2, 2), conv("c6", 64, 3, padding=1), dense("d", 10)]
