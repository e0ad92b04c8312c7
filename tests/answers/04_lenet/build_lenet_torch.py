# Exercise 2: LeNet-5 as a PyTorch module.

# %% idea
# Go through your `lenet_forward` from the first line to the last, and put down one layer for each thing that it does.
# How much goes into the first dense layer is what two convolutions and two poolings leave of the picture: work it out
# with the formula of lesson 02.

# %% draw
def test_torch_parameters(d):
    return d.one_of(((), (1,), (1, 10)))

def test_torch_logits(d):
    return (d.whole(0, 999),)

def test_torch_variants(d):
    return (d.whole(1, 4), d.whole(2, 12))[:d.one_of((1, 2, 2, 2))]

# %% wrong: no activations | 2 of 4
# there is no ReLU at all: without it the layers collapse into one
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.Linear(120, 84), torch.nn.Linear(84, classes))


# %% wrong: no ReLU between the dense layers | 2 of 4
# the ReLU after both dense layers in the middle is missing
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.Linear(120, 84), torch.nn.Linear(84, classes))


# %% wrong: no ReLU after the convolutions | 2 of 4
# the ReLU after the convolutions is missing
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))


# %% wrong: ends with a softmax | 2 of 4
# the network ends with a softmax; it should end with the logits
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes), torch.nn.Softmax(dim=1))


# %% wrong: ends with a log-softmax | 2 of 4
# the network ends with a log-softmax; it should end with the logits
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes), torch.nn.LogSoftmax(dim=1))


# %% wrong: a ReLU behind every layer | 2 of 4
# the network ends with a ReLU; it should end with the logits
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes), torch.nn.ReLU())


# %% wrong: average pooling, as in 1998 | 2 of 4
# the pooling takes averages, it should take the maximum
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.AvgPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.AvgPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))


# %% wrong: tanh, as in 1998 | 2 of 4
# tanh stands where ReLU should (so it was in 1998)
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.Tanh(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.Tanh(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.Tanh(), torch.nn.Linear(120, 84), torch.nn.Tanh(), torch.nn.Linear(84, classes))


# %% wrong: a border around the picture | 0 of 4
# the convolutions have a border (padding): LeNet-5 has none, so 400 values are left
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(1024, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))


# %% wrong: kernels of 3×3 | 0 of 4
# the kernels are 3×3; LeNet-5 has 5×5
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(576, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))


# %% wrong: no biases | 0 of 4
# the layers have no biases; each needs one
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5, bias=False), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5, bias=False), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120, bias=False), torch.nn.ReLU(), torch.nn.Linear(120, 84, bias=False), torch.nn.ReLU(), torch.nn.Linear(84, classes, bias=False))


# %% wrong: always ten classes | 3 of 4
# `classes` was not used: the last layer gives as many logits as there are classes
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, 10))


# %% wrong: always one channel | 3 of 4
# a convolution gets maps with another number of channels than it was made for
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))


# %% wrong: the layer of 84 forgotten | 0 of 4
# the dense layer of 84 is missing
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, classes))


# %% wrong: the flattening forgotten | 0 of 4
# a dense layer gets another number of values than it was made for
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))


# %% wrong: returns nothing | 0 of 4
# a function returned nothing: is there a `return`?
def build_lenet_torch(channels=1, classes=10):
    net = torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))


# %% wrong: strides in place of pooling | 2 of 4
# strides of 2 stand where pooling should: they skip values, pooling looks at all of them
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5, stride=2), torch.nn.ReLU(),
        torch.nn.Conv2d(6, 16, 5, stride=2), torch.nn.ReLU(),
        torch.nn.Flatten(), torch.nn.Linear(400, 120), torch.nn.ReLU(),
        torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))

# %% wrong: dropout between the dense layers | 2 of 4
# the same pictures get other logits each time: is there dropout in it? Leave it out
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Dropout(0.5),
        torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))

# %% wrong: batch normalisation after the convolutions | 0 of 4
# batch normalisation is left out here
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.BatchNorm2d(6), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.BatchNorm2d(16), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(400, 120), torch.nn.ReLU(),
        torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))

# %% wrong: the ReLU after the first convolution only | 2 of 4
# the ReLU after the second convolution is missing
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(400, 120), torch.nn.ReLU(),
        torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))

# %% wrong: a softmax down the batch | 2 of 4
# there is a softmax down the batch at the end; it should end with the logits
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(400, 120), torch.nn.ReLU(),
        torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes), torch.nn.Softmax(dim=0))

# %% wrong: flattens the batch too | 0 of 4
# a dense layer gets another number of values than it was made for
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(0), torch.nn.Linear(400, 120), torch.nn.ReLU(),
        torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))

# %% wrong: a plain Python list of layers | 0 of 4
# a list is no function and no network
def build_lenet_torch(channels=1, classes=10):
    return [torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
            torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
            torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes)]

# %% wrong: a leaky ReLU | 2 of 4
# this is a leaky ReLU: ReLU makes negative values 0
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.LeakyReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.LeakyReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(400, 120), torch.nn.LeakyReLU(),
        torch.nn.Linear(120, 84), torch.nn.LeakyReLU(), torch.nn.Linear(84, classes))

# %% wrong: gives out the same network again | 2 of 4
# all your values are the same (0), and they should differ
networks = {}

def build_lenet_torch(channels=1, classes=10):
    if (channels, classes) not in networks:
        networks[channels, classes] = torch.nn.Sequential(
            torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
            torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
            torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))
    return networks[channels, classes]

# %% wrong: no ReLU after the first dense layer | 2 of 4
# the ReLU after the first dense layer is missing
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))

# %% wrong: no ReLU after the second dense layer | 2 of 4
# the ReLU after the second dense layer is missing
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.Linear(84, classes))

# %% wrong: no ReLU after the first convolution | 2 of 4
# the ReLU after the first convolution is missing
def build_lenet_torch(channels=1, classes=10):
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))

# %% wrong: axes of one are squeezed out | 2 of 4
# with a single picture the axis of the pictures is lost: return (pictures, classes) always
def build_lenet_torch(channels=1, classes=10):
    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.maps = torch.nn.Sequential(torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten())
            self.head = torch.nn.Sequential(torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, classes))

        def forward(self, x):
            return self.head(self.maps(x)).squeeze()

    return Net()

# %% right: a class of its own
class Net(torch.nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(channels, 6, kernel_size=5)
        self.conv2 = torch.nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = torch.nn.Linear(16 * 5 * 5, 120)
        self.fc2 = torch.nn.Linear(120, 84)
        self.fc3 = torch.nn.Linear(84, classes)

    def forward(self, x):
        x = torch.nn.functional.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.nn.functional.max_pool2d(torch.relu(self.conv2(x)), 2)
        x = torch.relu(self.fc1(torch.flatten(x, 1)))
        return self.fc3(torch.relu(self.fc2(x)))


def build_lenet_torch(channels=1, classes=10):
    return Net(channels, classes)

# %% right: two parts, pooling before the ReLU, sizes worked out by PyTorch
def build_lenet_torch(channels=1, classes=10):
    see = torch.nn.Sequential(torch.nn.Conv2d(channels, 6, (5, 5)), torch.nn.MaxPool2d(2, 2), torch.nn.ReLU(inplace=True),
                              torch.nn.Conv2d(6, 16, (5, 5)), torch.nn.MaxPool2d(2, 2), torch.nn.ReLU(inplace=True))
    vote = [torch.nn.Flatten()]
    for units in (120, 84):
        vote += [torch.nn.LazyLinear(units), torch.nn.ReLU()]
    net = torch.nn.Sequential(see, torch.nn.Sequential(*vote, torch.nn.LazyLinear(classes)))
    net(torch.zeros(1, channels, 32, 32))
    return net

# %% right: a class with names, and several ways to write pooling and ReLU
def build_lenet_torch(channels=1, classes=10):
    class LeNet(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.c1, self.c3 = torch.nn.Conv2d(channels, 6, (5, 5)), torch.nn.Conv2d(6, 16, kernel_size=5, padding="valid")
            self.f5, self.f6, self.f7 = torch.nn.Linear(16 * 5 * 5, 120), torch.nn.Linear(120, 84), torch.nn.Linear(84, classes)

        def forward(self, x):
            x = torch.max_pool2d(torch.relu(self.c1(x)), 2)
            x = torch.nn.functional.max_pool2d(torch.nn.functional.relu(self.c3(x)), (2, 2), stride=2)
            x = self.f5(x.view(x.size(0), -1)).relu()
            return self.f7(torch.nn.functional.relu(self.f6(x)))

    return LeNet().eval()
