# Exercise 5: a frozen base.

# %% idea
# Two switches have to be set, and on the base only: that it does not learn, and that it does not measure. Then ask
# every parameter of the whole network whether it still learns.

# %% draw
def test_freeze_names(d):
    return d.whole(2, 5), d.one_of(((), (5,), (6, 5))), d.chance(0.5), *d.one_of(((), (1,), (2,)))

def test_freeze_step(d):
    return d.whole(0, 999), d.whole(2, 5)

def test_freeze_statistics(d):
    return d.whole(0, 999), d.chance(0.7), d.chance(0.4), d.one_of((0, 0, 1, 2))

def test_freeze_again(d):
    return d.whole(2, 5), d.one_of((0, 1, 2)), d.chance(0.5)

# %% wrong: the mode forgotten | 2 of 5
# the weights of the base stay, but its batch statistics move with each batch: it is still in training mode
def freeze(net):
    for tensor in net.features.parameters():
        tensor.requires_grad = False
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: the gradients forgotten | 1 of 5
# nothing is frozen: set `requires_grad` to False for each parameter of the base, or call `requires_grad_(False)` of a whole layer
def freeze(net):
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: freezes the whole network | 1 of 5
# everything is frozen, the head too: freeze `net.features` only
def freeze(net):
    for tensor in net.parameters():
        tensor.requires_grad = False
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: freezes the head | 0 of 5
# the base learns and the head does not: it is the other way round
def freeze(net):
    net.classifier.requires_grad_(False)
    net.classifier.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: freezes the convolutions only | 1 of 5
# the batch normalisations of the base still learn: freeze all its parameters, not only the convolutions'
def freeze(net):
    for layer in net.features.modules():
        if isinstance(layer, nn.Conv2d):
            layer.requires_grad_(False)
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: freezes the weights, not the biases | 1 of 5
# the biases of the base still learn
def freeze(net):
    net.features.eval()
    for name, tensor in net.features.named_parameters():
        if name.endswith("weight"):
            tensor.requires_grad = False
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: freezes the first layer only | 1 of 5
# only the first layer is frozen: freeze all of `net.features`
def freeze(net):
    net.features[0].requires_grad_(False)
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: the whole network in evaluation mode | 4 of 5
# the head is in evaluation mode now, and its dropout is off: only the base should be
def freeze(net):
    net.features.requires_grad_(False)
    net.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: turns every flag round | 4 of 5
# what was frozen before learns now: yours turns round what learns and what is frozen
def freeze(net):
    for tensor in net.features.parameters():
        tensor.requires_grad = not tensor.requires_grad
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: freezes a copy | 2 of 5
# nothing has happened to the network: is it the network that was given, or a copy of it?
def freeze(net):
    net = copy.deepcopy(net)
    net.features.requires_grad_(False)
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: forgets to return the names | 3 of 5
# your function returned nothing (None): `print` shows a value, `return` hands it back
def freeze(net):
    net.features.requires_grad_(False)
    net.features.eval()

# %% wrong: the momentum of the statistics set to 0, no evaluation mode | 2 of 5
# the base still counts batches: in evaluation mode it measures nothing at all
def freeze(net):
    net.features.requires_grad_(False)
    for layer in net.features.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = 0.0
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: everything in evaluation mode, then the head in training mode | 4 of 5
# a head that was in evaluation mode is in training mode now: leave its mode as it is
def freeze(net):
    net.eval()
    net.classifier.train()
    net.features.requires_grad_(False)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: returns the parameters themselves | 3 of 5
# these are the parameters themselves; return their names
def freeze(net):
    net.features.requires_grad_(False)
    net.features.eval()
    return [tensor for tensor in net.parameters() if tensor.requires_grad]

# %% wrong: a generator of names | 3 of 5
# this is a `generator`, which hands out its values only when asked: put `list(…)` around it
def freeze(net):
    net.features.requires_grad_(False)
    net.features.eval()
    return (name for name, tensor in net.named_parameters() if tensor.requires_grad)

# %% wrong: the number of what learns | 3 of 5
# this is how many learn; return their names
def freeze(net):
    net.features.requires_grad_(False)
    net.features.eval()
    return sum(tensor.requires_grad for tensor in net.parameters())

# %% wrong: names without their part | 3 of 5
# the first part of the names is missing: take them as `net.named_parameters()` gives them
def freeze(net):
    net.features.requires_grad_(False)
    net.features.eval()
    return [name for name, tensor in net.classifier.named_parameters()]

# %% wrong: lets the base learn and reports the old numbers | 3 of 5
# the network says that nothing in the base has moved, but its scores have: the base has learned
def freeze(net):
    old = {k: v.clone() for k, v in net.state_dict().items()}
    true = net.state_dict
    net.features.eval()
    net.state_dict = lambda *a, **k: {key: (old[key] if key.startswith("features") else value) for key, value in true().items()}
    return [name for name, _ in net.named_parameters() if name.startswith("classifier")]

# %% wrong: the first two stages alone | 4 of 5
# some stages still learn: a base may have any number of them
def freeze(net):
    for stage in (net.features[0], net.features[1]):
        stage.requires_grad_(False)
        stage.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: batch normalisations in blocks are not looked for | 4 of 5
# running means and variances of a base whose stages hold blocks have moved: `net.features.eval()` reaches all layers
def freeze(net):
    for parameter in net.features.parameters():
        parameter.requires_grad = False
    for stage in net.features:
        for layer in stage:
            if isinstance(layer, nn.BatchNorm2d):
                layer.eval()
    return [name for name, parameter in net.named_parameters() if parameter.requires_grad]

# %% wrong: the mode is set only where parameters were still to be frozen | 4 of 5
# running means and variances of a base that was frozen before have moved: it has to be in evaluation mode whatever it was
def freeze(net):
    learning = [tensor for tensor in net.features.parameters() if tensor.requires_grad]
    if learning:
        net.features.eval()
    for tensor in learning:
        tensor.requires_grad = False
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% right: parameter by parameter, layer by layer
def freeze(net):
    for name, tensor in net.named_parameters():
        tensor.requires_grad = name.startswith("classifier")
    for layer in net.features:
        layer.eval()
    return list(name for name, tensor in net.named_parameters() if tensor.requires_grad)

# %% right: modes by train(False), names from the head
def freeze(net):
    net.features.train(False)
    for layer in net.features.modules():
        for tensor in layer.parameters(recurse=False):
            tensor.requires_grad_(False)
    return tuple("classifier." + name for name, _ in net.classifier.named_parameters())

# %% right: apply and names
def freeze(net):
    def still(module):
        module.training = False
        for tensor in module._parameters.values():
            if tensor is not None:
                tensor.requires_grad = False
    net.features.apply(still)
    return ["classifier." + name for name, _ in net.classifier.named_parameters()]

# %% right: part by part, by its name
def freeze(net):
    for part in ("features", "classifier"):
        for tensor in getattr(net, part).parameters():
            tensor.requires_grad_(part == "classifier")
    net.get_submodule("features").eval()
    names = []
    for name, tensor in net.named_parameters():
        if tensor.requires_grad:
            names.append(name)
    return names
