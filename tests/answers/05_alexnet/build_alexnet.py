# Exercise 6: AlexNet in PyTorch.

# %% idea
# Write it as one list, layer after layer, as the docstring tells them. What comes out of one layer is what the next one
# takes in; for the first dense layer that is every value of the last maps, whose sides your calculator tells you.

# %% draw
def small(d, grouped):
    filters = (6, *(2 * d.whole(1, 3) for _ in range(4)))
    groups = (d.one_of((1, 3)), *(d.whole(1, 2) for _ in range(4))) if grouped else (1, 1, 1, 1, 1)
    return filters, (d.whole(2, 7), d.whole(2, 7)), d.whole(2, 5), groups

def test_alexnet_sizes(d):
    return small(d, grouped=False)

def test_alexnet_groups(d):
    return small(d, grouped=True)[:d.one_of((2, 3, 4, 4, 4))]

def test_alexnet_output(d):
    return d.whole(0, 999), *small(d, grouped=True)

# %% wrong: forgets the padding of conv2 to conv5 | 0 of 4
# fc6 gets maps of 6×6; yours gets other ones: look at stride, padding and pooling
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 2 * 2, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: the pictures of a batch in one row | 2 of 4
# a batch of two pictures is put into one row: flatten each picture by itself
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    class OneRow(nn.Module):
        def forward(self, maps):
            return maps.reshape(1, -1)
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2), OneRow(),
        nn.Linear(f[4] * 6 * 6, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: no groups | 1 of 4
# `groups` was not used
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f = filters
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: the paper's groups, whatever the argument says | 0 of 4
# the groups are always those of the paper; use `groups`
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f = filters
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: without biases | 0 of 4
# the biases are missing: every layer has them
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0], bias=False), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1], bias=False), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2], bias=False), nn.ReLU(),
        nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3], bias=False), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4], bias=False), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 36, units[0], bias=False), nn.ReLU(), nn.Linear(units[0], units[1], bias=False), nn.ReLU(),
        nn.Linear(units[1], classes, bias=False))

# %% wrong: no ReLU | 2 of 4
# there is no ReLU at all
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.MaxPool2d(3, 2), nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]),
        nn.MaxPool2d(3, 2), nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.Linear(units[0], units[1]), nn.Linear(units[1], classes))

# %% wrong: no ReLU after conv2 | 2 of 4
# the ReLU after conv2 is missing: a ReLU follows every layer but fc8
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 6 * 6, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: no ReLU after fc6 | 2 of 4
# the ReLU after fc6 is missing: a ReLU follows every layer but fc8
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 6 * 6, units[0]), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: no ReLU after fc7 | 2 of 4
# the ReLU after fc7 is missing: a ReLU follows every layer but fc8
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 6 * 6, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.Linear(units[1], classes))

# %% wrong: ReLU after the last layer too | 2 of 4
# there is a ReLU after fc8: scores may be negative
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(), nn.Linear(f[4] * 36, units[0]),
        nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes), nn.ReLU())

# %% wrong: a softmax at the end | 2 of 4
# there is a softmax after fc8: the scores themselves are wanted
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(), nn.Linear(f[4] * 36, units[0]),
        nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes), nn.Softmax(dim=1))

# %% wrong: dropout, as in the paper | 2 of 4
# the same pictures get other scores each time: is there dropout in it? Leave it out
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(), nn.Dropout(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Dropout(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: average pooling | 2 of 4
# these are averages of the windows: max pooling keeps the largest value
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.AvgPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.AvgPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.AvgPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: ReLU only where there is pooling | 2 of 4
# a ReLU is missing after conv3 and conv4
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: pools over 2×2 | 2 of 4
# the pooling windows have 3×3 values; yours have 2×2
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: pads conv1, as torchvision does for 224 pixels | 2 of 4
# conv1 has no padding
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, padding=2, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: forgets the last pooling | 2 of 4
# a pooling is missing
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: always the real size | 0 of 4
# the numbers of kernels are those of the real network: use `filters`
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    return nn.Sequential(nn.Conv2d(3, 96, 11, 4), nn.ReLU(), nn.MaxPool2d(3, 2))

# %% wrong: leaves out fc7 | 0 of 4
# a dense layer is missing: fc6, fc7 and fc8
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], classes))

# %% wrong: builds it and does not hand it back | 0 of 4
# a function returned nothing: is there a `return`?
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    model = nn.Sequential(nn.Conv2d(3, filters[0], 11, 4), nn.ReLU(), nn.MaxPool2d(3, 2))

# %% wrong: 9216 numbers go into fc6, whatever the kernels | 0 of 4
# 9,216 numbers go into fc6 only if conv5 has 256 kernels: there are 36 of each
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, stride=4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(),
        nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Flatten(),
        nn.Linear(9216, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: no groups in conv1, whatever the argument says | 1 of 4
# conv1 has groups too, where the argument says so
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, stride=4), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(),
        nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: 1,000 classes, whatever the argument says | 0 of 4
# the number of classes is an argument, and not always 1,000
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, stride=4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(),
        nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], 1000))

# %% wrong: the paper's brightness normalisation too | 2 of 4
# the brightness normalisation of the paper is left out here
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, stride=4, groups=g[0]), nn.ReLU(), nn.LocalResponseNorm(5, 1e-4, 0.75, 2), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.LocalResponseNorm(5, 1e-4, 0.75, 2), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(),
        nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: batch normalisation | 0 of 4
# there is more in it than eight layers with biases: leave batch normalisation out
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, stride=4, groups=g[0]), nn.BatchNorm2d(f[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(),
        nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: conv4 left out | 0 of 4
# a convolution is missing: there are five
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, stride=4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(),
        nn.Conv2d(f[2], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: forgets the padding of conv2 only | 0 of 4
# fc6 gets maps of 6×6; yours gets other ones: look at stride, padding and pooling
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, 4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(), nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 5 * 5, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% wrong: no ReLU after conv5 | 2 of 4
# the ReLU after conv5 is missing
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, stride=4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(),
        nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% right: a class with two parts
class AlexNet(nn.Module):
    def __init__(self, f, units, classes, g):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, f[0], 11, stride=4, groups=g[0]), nn.ReLU(inplace=True), nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(f[0], f[1], 5, padding="same", groups=g[1]), nn.ReLU(inplace=True), nn.MaxPool2d(kernel_size=3, stride=2),
            nn.Conv2d(f[1], f[2], 3, padding="same", groups=g[2]), nn.ReLU(inplace=True),
            nn.Conv2d(f[2], f[3], 3, padding="same", groups=g[3]), nn.ReLU(inplace=True),
            nn.Conv2d(f[3], f[4], 3, padding="same", groups=g[4]), nn.ReLU(inplace=True), nn.MaxPool2d(kernel_size=3, stride=2))
        self.head = nn.Sequential(nn.Linear(f[4] * 36, units[0]), nn.ReLU(), nn.Linear(*units), nn.ReLU(), nn.Linear(units[1], classes))

    def forward(self, x):
        return self.head(torch.flatten(self.features(x), 1))


def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    return AlexNet(filters, units, classes, groups)

# %% right: a loop over the layers, pooling before ReLU
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    layers, channels = [], 3
    for k, (count, kernel, stride, padding) in enumerate(zip(filters, [11, 5, 3, 3, 3], [4, 1, 1, 1, 1], [0, 2, 1, 1, 1])):
        layers.append(nn.Conv2d(channels, count, kernel, stride, padding, groups=groups[k]))
        if k in (0, 1, 4):
            layers.append(nn.MaxPool2d(3, 2))
        layers.append(nn.ReLU())
        channels = count
    layers.append(nn.Flatten())
    sizes = [channels * 36, *units, classes]
    for into, out in zip(sizes, sizes[1:]):
        layers += [nn.Linear(into, out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])

# %% right: torchvision's averaging to 6×6, which changes nothing here
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, stride=4, groups=g[0]), nn.ReLU(inplace=True), nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(f[0], f[1], 5, padding="same", groups=g[1]), nn.ReLU(inplace=True), nn.MaxPool2d(kernel_size=3, stride=2),
        nn.Conv2d(f[1], f[2], 3, padding="same", groups=g[2]), nn.ReLU(inplace=True),
        nn.Conv2d(f[2], f[3], 3, padding="same", groups=g[3]), nn.ReLU(inplace=True),
        nn.Conv2d(f[3], f[4], 3, padding="same", groups=g[4]), nn.ReLU(inplace=True), nn.MaxPool2d(kernel_size=3, stride=2),
        nn.AdaptiveAvgPool2d((6, 6)), nn.Flatten(),
        nn.Linear(f[4] * 36, units[0]), nn.ReLU(inplace=True), nn.Linear(units[0], units[1]), nn.ReLU(inplace=True),
        nn.Linear(units[1], classes))

# %% right: PyTorch works out what goes into fc6
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, stride=4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(),
        nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Flatten(),
        nn.LazyLinear(units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))

# %% equivalent
# `96` → `97`: a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `96` → `95`: a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `256` → `257`: a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `256` → `255`: a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `256` → `257` (2): a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `256` → `255` (2): a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `384` → `385`: a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `384` → `383`: a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `384` → `385` (2): a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `384` → `383` (2): a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `4096` → `4097`: a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `4096` → `4095`: a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `4096` → `4097` (2): a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
# `4096` → `4095` (2): a network of full size is too large for a test; the lesson counts its 60,965,224 parameters
