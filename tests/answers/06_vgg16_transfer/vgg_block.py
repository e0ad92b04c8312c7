# Exercise 3: one block of a VGG network.

# %% idea
# Collect the layers in a list, as many as are asked for. Only the first convolution takes the channels that come in;
# each later one takes what the one before it gave.

# %% draw
def test_block_shapes(d):
    channels = d.whole(1, 4), d.whole(1, 5)
    return channels if d.chance(0.6) else (*channels, 2)

def test_block_values(d):
    sizes = d.whole(0, 999), d.whole(1, 3), d.whole(2, 4)
    return sizes if d.chance(0.7) else (*sizes, 3)

def test_block_depth(d):
    return d.whole(1, 3), d.whole(2, 4), d.one_of((1, 3, 3, 4))

# %% wrong: no activations | 2 of 4
# there is no ReLU: without it several convolutions are no more than one
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1))
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: one ReLU at the end of the block | 2 of 4
# the ReLU between the convolutions is missing: one follows each of them
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1))
        in_channels = out_channels
    return nn.Sequential(*layers, nn.ReLU(), nn.MaxPool2d(2))

# %% wrong: the padding forgotten | 1 of 4
# the maps have lost a border in each convolution: the padding is missing
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: pools after every convolution | 1 of 4
# there is a pooling after each convolution; there is one at the end of the block
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        in_channels = out_channels
    return nn.Sequential(*layers)

# %% wrong: no pooling | 1 of 4
# the pooling at the end is missing
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers)

# %% wrong: always two convolutions | 1 of 4
# the number of convolutions was not used: yours has two
def vgg_block(in_channels, out_channels, convolutions=2):
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU(),
                         nn.Conv2d(out_channels, out_channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))

# %% wrong: every convolution takes the block's input | 0 of 4
# every convolution takes the block's input; from the second on each takes what the one before gives: `out_channels`
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: kernels of 5×5, as in LeNet | 0 of 4
# the kernels are 5×5; VGG's are 3×3
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 5, padding=2), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: batch normalisation, as in the small network | 0 of 4
# there are batch normalisations in it: VGG16 has none, leave them out
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.BatchNorm2d(out_channels), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: averages in place of maxima | 2 of 4
# the pooling takes averages; it should take the maximum
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.AvgPool2d(2))

# %% wrong: the pooling moves by one | 1 of 4
# the pooling moves by one pixel; it should halve the maps
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2, stride=1))

# %% wrong: gives back the list of layers | 0 of 4
# a list has no parameters
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return layers + [nn.MaxPool2d(2)]

# %% wrong: one layer, used again and again | 1 of 4
# the convolutions behind the first are one and the same layer: make a new one in each round
def vgg_block(in_channels, out_channels, convolutions=2):
    again = nn.Conv2d(out_channels, out_channels, 3, padding=1)
    layers = [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
    for _ in range(convolutions - 1):
        layers += [again, nn.ReLU()]
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: pools 3×3, as AlexNet does | 2 of 4
# the pooling looks at 3×3 places; VGG's looks at 2×2
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(3, stride=2, padding=1))

# %% wrong: a stride in place of the pooling | 2 of 4
# there is no pooling: the last convolution moves by two pixels in its place
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for k in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1, stride=2 if k == convolutions - 1 else 1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers)

# %% wrong: leaky ReLUs | 2 of 4
# a leaky ReLU lets negative values through; VGG's is the plain one
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.LeakyReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: dropout at the end | 2 of 4
# two runs on the same pictures differ: is there a dropout in the block? VGG's has none
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2), nn.Dropout(0.25))

# %% wrong: a ModuleList | 1 of 4
# a list of layers becomes a network with
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = nn.ModuleList()
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    layers.append(nn.MaxPool2d(2))
    return layers

# %% wrong: the border repeated in place of zeros | 2 of 4
# the border was filled with copies of the edge; a padding of 1 fills it with zeros
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1, padding_mode="replicate"), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: no ReLU behind the last convolution | 2 of 4
# a ReLU is missing behind the last convolution, before the pooling
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = [nn.Conv2d(in_channels, out_channels, 3, padding=1)]
    for _ in range(convolutions - 1):
        layers += [nn.ReLU(), nn.Conv2d(out_channels, out_channels, 3, padding=1)]
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: the layers in a Python list | 0 of 4
# PyTorch does not find layers in a Python list: put them into a `nn.Sequential` or a `nn.ModuleList`
class Block(nn.Module):
    def __init__(self, in_channels, out_channels, convolutions):
        super().__init__()
        self.layers = [nn.Conv2d(out_channels if k else in_channels, out_channels, 3, padding=1) for k in range(convolutions)]

    def forward(self, pictures):
        for layer in self.layers:
            pictures = torch.relu(layer(pictures))
        return nn.functional.max_pool2d(pictures, 2)


def vgg_block(in_channels, out_channels, convolutions=2):
    return Block(in_channels, out_channels, convolutions)

# %% wrong: a ReLU behind the first two convolutions only | 2 of 4
# the last convolution of a longer block has no ReLU: each convolution is followed by one
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for number in range(convolutions):
        layers.append(nn.Conv2d(in_channels if number == 0 else out_channels, out_channels, 3, padding=1))
        if number < 2:
            layers.append(nn.ReLU())
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: no biases | 0 of 4
# the biases of the convolutions are missing: leave `bias` as PyTorch has it
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for number in range(convolutions):
        layers += [nn.Conv2d(out_channels if number else in_channels, out_channels, 3, padding=1, bias=False), nn.ReLU()]
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% right: a class
class Block(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, kernel_size=3, padding="same") for a, b in zip(sizes, sizes[1:]))

    def forward(self, maps):
        for convolution in self.convolutions:
            maps = torch.relu(convolution(maps))
        return torch.max_pool2d(maps, 2)


def vgg_block(in_channels, out_channels, convolutions=2):
    return Block([in_channels] + [out_channels] * convolutions)

# %% right: a list of nested parts, pooling before the last ReLU
def vgg_block(in_channels, out_channels, convolutions=2):
    sizes = [in_channels] + convolutions * [out_channels]
    parts = [nn.Sequential(nn.Conv2d(sizes[k], sizes[k + 1], (3, 3), padding=(1, 1)), nn.ReLU(inplace=True)) for k in range(convolutions - 1)]
    return nn.Sequential(*parts, nn.Conv2d(sizes[-2], sizes[-1], 3, padding=1), nn.MaxPool2d(2, 2), nn.ReLU())

# %% right: recursion
def vgg_block(in_channels, out_channels, convolutions=2, first=True):
    here = nn.Sequential(nn.Conv2d(in_channels, out_channels, 3, 1, 1), nn.ReLU())
    if convolutions > 1:
        here = nn.Sequential(*here, *list(vgg_block(out_channels, out_channels, convolutions - 1, False)))
    return nn.Sequential(*here, nn.MaxPool2d(kernel_size=2, stride=2)) if first else here

# %% right: layers that find out their input's channels
def vgg_block(in_channels, out_channels, convolutions=2):
    block = nn.Sequential()
    for k in range(1, convolutions + 1):
        block.add_module(f"conv{k}", nn.LazyConv2d(out_channels, kernel_size=3, padding=1))
        block.add_module(f"relu{k}", nn.ReLU())
    block.add_module("pool", nn.MaxPool2d(2))
    return block
