# Exercise 1: one block of a VGG network.

# %% wrong: no activations | points 2 of 4 | "there is no ReLU: without it the two convolutions are one"
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1))
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: one ReLU at the end of the block | points 2 of 4 | "the ReLU between the convolutions is missing"
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1))
        in_channels = out_channels
    return nn.Sequential(*layers, nn.ReLU(), nn.MaxPool2d(2))

# %% wrong: the padding forgotten | points 0 of 4 | "the padding is missing"
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: pools after every convolution | points 0 of 4 | "there is one at the end of the block"
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        in_channels = out_channels
    return nn.Sequential(*layers)

# %% wrong: no pooling | points 0 of 4 | "the pooling at the end is missing"
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers)

# %% wrong: always two convolutions | points 3 of 4 | "the number of convolutions was not used"
def vgg_block(in_channels, out_channels, convolutions=2):
    return nn.Sequential(nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU(),
                         nn.Conv2d(out_channels, out_channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))

# %% wrong: every convolution takes the block's input | points 0 of 4 | "the second convolution takes what the first one gives"
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: kernels of 5×5, as in LeNet | points 0 of 4 | "the kernels are 5×5; VGG's are 3×3"
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 5, padding=2), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: batch normalisation, as in the small network | points 0 of 4 | "there are batch normalisations in it"
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.BatchNorm2d(out_channels), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))

# %% wrong: averages in place of maxima | points 2 of 4 | "the pooling takes averages"
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.AvgPool2d(2))

# %% wrong: the pooling moves by one | points 0 of 4 | "the pooling moves by one pixel"
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2, stride=1))

# %% wrong: gives back the list of layers | points 0 of 4 | "a list has no parameters"
def vgg_block(in_channels, out_channels, convolutions=2):
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return layers + [nn.MaxPool2d(2)]

# %% wrong: one layer, used again and again | points 3 of 4 | "make a new one in each round"
def vgg_block(in_channels, out_channels, convolutions=2):
    again = nn.Conv2d(out_channels, out_channels, 3, padding=1)
    layers = [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
    for _ in range(convolutions - 1):
        layers += [again, nn.ReLU()]
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
