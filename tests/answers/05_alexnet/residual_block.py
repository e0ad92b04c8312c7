# Exercise 7: a residual block in PyTorch.

# %% idea
# Two ways lead from the input to the sum: through the two convolutions, and the skip. Decide once, when the block is
# made, whether the skip is the input itself. The last ReLU stands behind the sum.

# %% draw
def test_block_sizes(d):
    channels = d.whole(1, 5)
    return (d.one_of((channels, d.whole(1, 5))), channels, d.whole(1, 3))[:d.one_of((2, 3))]

def test_block_same(d):
    channels = d.whole(1, 4)
    return d.whole(0, 999), channels, channels, d.whole(3, 6), d.whole(3, 6)

def test_block_stride(d):
    channels, stride = d.whole(2, 4), d.whole(1, 3)
    into = channels if stride > 1 and d.chance(0.3) else channels + d.one_of((-1, 1))
    return d.whole(0, 999), into, channels, d.whole(3, 7), d.whole(3, 7), stride

# %% wrong: forgets the skip | 0 of 4
# the input is not added: where is the skip?
def residual_block(in_channels, channels, stride=1):
    return nn.Sequential(nn.Conv2d(in_channels, channels, 3, stride, 1), nn.ReLU(), nn.Conv2d(channels, channels, 3, 1, 1), nn.ReLU())

# %% wrong: adds after the ReLU | 1 of 4
# the ReLU comes after the sum; yours comes before it
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            return self.skip(x) + torch.relu(self.conv2(torch.relu(self.conv1(x))))

    return Block()

# %% wrong: no ReLU between the convolutions | 1 of 4
# the ReLU between the two convolutions is missing
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            return torch.relu(self.skip(x) + self.conv2(self.conv1(x)))

    return Block()

# %% wrong: no ReLU after the sum | 1 of 4
# the ReLU after the sum is missing
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            return self.skip(x) + self.conv2(torch.relu(self.conv1(x)))

    return Block()

# %% wrong: ReLU after conv2 as well | 1 of 4
# there are ReLUs after both convolutions, and after the sum; after conv2 there should be none
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            x, y = self.skip(x), torch.relu(self.conv1(x))
            return torch.relu(x + torch.relu(self.conv2(y)))

    return Block()

# %% wrong: always a 1×1 convolution for the input | 1 of 4
# where channels and size stay, the input is added as it is: no 1×1 convolution
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            return torch.relu(self.skip(x) + self.conv2(torch.relu(self.conv1(x))))

    return Block()

# %% wrong: looks at the channels only, not at the stride | 2 of 4
# with a stride the input has to shrink too: a 1×1 convolution with the stride, even when the channels stay
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            return torch.relu(self.skip(x) + self.conv2(torch.relu(self.conv1(x))))

    return Block()

# %% wrong: strides twice | 3 of 4
# the stride is conv1's alone; yours is used twice
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, stride, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride**2)

        def forward(self, x):
            return torch.relu(self.skip(x) + self.conv2(torch.relu(self.conv1(x))))

    return Block()

# %% wrong: ignores the stride | 3 of 4
# the stride was not used
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, 1, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1)

        def forward(self, x):
            return torch.relu(self.skip(x) + self.conv2(torch.relu(self.conv1(x))))

    return Block()

# %% wrong: adds the input twice | 1 of 4
# the input is added twice
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            x, y = self.skip(x), self.conv2(torch.relu(self.conv1(x))) + self.skip(x)
            return torch.relu(x + y)

    return Block()

# %% wrong: uses one convolution twice | 1 of 4
# one convolution is missing: there are two of 3×3
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.first = None if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.skip = nn.Identity() if self.first is None else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            first = self.first or self.conv1
            return torch.relu(self.skip(x) + self.conv1(torch.relu(first(x))))

    return Block()

# %% wrong: keeps the batch normalisation | 0 of 4
# batch normalisation is left out here
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.norm1 = nn.Conv2d(in_channels, channels, 3, stride, 1), nn.BatchNorm2d(channels)
            self.conv2, self.norm2 = nn.Conv2d(channels, channels, 3, 1, 1), nn.BatchNorm2d(channels)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            y = torch.relu(self.norm1(self.conv1(x)))
            return torch.relu(self.skip(x) + self.norm2(self.conv2(y)))

    return Block()

# %% wrong: adds what conv1 gives | 1 of 4
# what conv1 gives was added, not the block's input
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            y = torch.relu(self.conv1(x))
            return torch.relu(y + self.conv2(y))

    return Block()

# %% wrong: a plain list of layers, which PyTorch does not see | 0 of 4
# there is nothing to learn in it: keep the convolutions as attributes of the module (`self.conv1 = …`)
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = [nn.Conv2d(in_channels, channels, 3, stride, 1), nn.Conv2d(channels, channels, 3, 1, 1)]
            self.skip = [nn.Conv2d(in_channels, channels, 1, stride)]

        def forward(self, x):
            skip = x if x.shape[1] == channels and stride == 1 else self.skip[0](x)
            return torch.relu(skip + self.parts[1](torch.relu(self.parts[0](x))))

    return Block()

# %% wrong: adds in place | 2 of 4
# your block changes the picture that it was given: `+=` adds in place, so write `x + …`
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            inner = self.conv2(torch.relu(self.conv1(x)))
            skip = self.skip(x)
            skip += inner
            return torch.relu(skip)

    return Block()

# %% wrong: the stride in conv2 | 3 of 4
# the stride is conv1's, yours is conv2's
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, 1, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, stride, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            return torch.relu(self.skip(x) + self.conv2(torch.relu(self.conv1(x))))

    return Block()

# %% wrong: the ReLU before each convolution | 1 of 4
# your ReLUs stand before the convolutions; one belongs behind conv1 and one behind the sum
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            return self.skip(x) + self.conv2(torch.relu(self.conv1(torch.relu(x))))

    return Block()

# %% wrong: side by side, not added | 1 of 4
# the two lie one behind the other as channels: add them
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            return torch.relu(torch.cat([self.skip(x), self.conv2(torch.relu(self.conv1(x)))], dim=1))

    return Block()

# %% wrong: the shortcut's convolution has no bias | 2 of 4
# the 1×1 convolution has biases, too
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride, bias=False)

        def forward(self, x):
            return torch.relu(self.skip(x) + self.conv2(torch.relu(self.conv1(x))))

    return Block()

# %% wrong: a ReLU on the way round, where the channels change | 3 of 4
# the 1×1 convolution of the skip has no ReLU
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            same = in_channels == channels and stride == 1
            self.skip = nn.Identity() if same else nn.Sequential(nn.Conv2d(in_channels, channels, 1, stride), nn.ReLU())

        def forward(self, x):
            return torch.relu(self.skip(x) + self.conv2(torch.relu(self.conv1(x))))

    return Block()

# %% right: the skip first, as a class outside of the function
class ResidualBlock(nn.Module):
    def __init__(self, in_channels, channels, stride):
        super().__init__()
        self.shortcut = None
        if in_channels != channels or stride != 1:
            self.shortcut = nn.Conv2d(in_channels, channels, kernel_size=1, stride=stride)
        self.residual = nn.Sequential(
            nn.Conv2d(in_channels, channels, 3, stride=stride, padding=1), nn.ReLU(), nn.Conv2d(channels, channels, 3, padding="same"))
        self.last = nn.ReLU()

    def forward(self, x):
        skip = x if self.shortcut is None else self.shortcut(x)
        return self.last(skip + self.residual(x))


def residual_block(in_channels, channels, stride=1):
    return ResidualBlock(in_channels, channels, stride)

# %% right: relu written with clamp
def residual_block(in_channels, channels, stride=1):
    class Block(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.a = torch.nn.Conv2d(in_channels, channels, (3, 3), (stride, stride), (1, 1))
            self.b = torch.nn.Conv2d(channels, channels, (3, 3), padding=(1, 1))
            if stride > 1 or in_channels != channels:
                self.c = torch.nn.Conv2d(in_channels, channels, (1, 1), (stride, stride))

        def forward(self, x):
            result = self.b(self.a(x).clamp(min=0))
            result = result + (self.c(x) if hasattr(self, "c") else x)
            return result.clamp(min=0)

    return Block()

# %% right: a Sequential inside, and a layer for the sum
def residual_block(in_channels, channels, stride=1):
    class Sum(nn.Module):
        def __init__(self, *ways):
            super().__init__()
            self.ways = nn.ModuleList(ways)

        def forward(self, x):
            return sum(way(x) for way in self.ways)

    inner = nn.Sequential(nn.Conv2d(in_channels, channels, 3, stride, 1), nn.ReLU(), nn.Conv2d(channels, channels, 3, 1, 1))
    if in_channels == channels and stride == 1:
        return nn.Sequential(Sum(inner, nn.Identity()), nn.ReLU())
    return nn.Sequential(Sum(inner, nn.Conv2d(in_channels, channels, 1, stride)), nn.ReLU())

# %% right: the second convolution is made first
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.last = nn.Conv2d(channels, channels, 3, padding=1)
            self.first = nn.Conv2d(in_channels, channels, 3, stride=stride, padding=1)
            self.adapted = nn.Conv2d(in_channels, channels, 1, stride=stride) if (stride, in_channels) != (1, channels) else None

        def forward(self, x):
            way = self.last(nn.functional.relu(self.first(x)))
            return nn.functional.relu(way + (self.adapted(x) if self.adapted else x))

    return Block()

# %% wrong: the first convolution twice | 1 of 4
# the second convolution is made, and the first one is used twice
def residual_block(in_channels, channels, stride=1):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, 1)
            self.conv2 = nn.Conv2d(channels, channels, 3, 1, 1)
            self.skip = nn.Identity() if in_channels == channels and stride == 1 else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            way = torch.relu(self.conv1(x))
            return torch.relu(self.skip(x) + (self.conv1(way) if way.shape[1] == x.shape[1] else self.conv2(way)))

    return Block()
