# Exercise 5: a frozen base.

# %% wrong: the mode forgotten | points 2 of 5 | "it is still in training mode"
def freeze(net):
    for tensor in net.features.parameters():
        tensor.requires_grad = False
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: the gradients forgotten | points 1 of 5 | "nothing is frozen: set `requires_grad` to False"
def freeze(net):
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: freezes the whole network | points 1 of 5 | "everything is frozen, the head too"
def freeze(net):
    for tensor in net.parameters():
        tensor.requires_grad = False
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: freezes the head | points 0 of 5 | "the base has learned and the head has not"
def freeze(net):
    net.classifier.requires_grad_(False)
    net.classifier.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: freezes the convolutions only | points 1 of 5 | "the batch normalisations of the base still learn"
def freeze(net):
    for layer in net.features:
        if isinstance(layer, nn.Conv2d):
            layer.requires_grad_(False)
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: freezes the weights, not the biases | points 1 of 5 | "the biases of the base still learn"
def freeze(net):
    net.features.eval()
    for name, tensor in net.features.named_parameters():
        if name.endswith("weight"):
            tensor.requires_grad = False
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: freezes the first layer only | points 1 of 5 | "only the first layer is frozen"
def freeze(net):
    net.features[0].requires_grad_(False)
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: the whole network in evaluation mode | points 4 of 5 | "its dropout is off"
def freeze(net):
    net.features.requires_grad_(False)
    net.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: turns every flag round | points 4 of 5 | "yours turns round what learns and what is frozen"
def freeze(net):
    for tensor in net.features.parameters():
        tensor.requires_grad = not tensor.requires_grad
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: freezes a copy | points 2 of 5 | "is it the network that was given, or a copy of it?"
def freeze(net):
    net = copy.deepcopy(net)
    net.features.requires_grad_(False)
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: forgets to return the names | points 3 of 5 | "your function returned nothing"
def freeze(net):
    net.features.requires_grad_(False)
    net.features.eval()

# %% wrong: the momentum of the statistics set to 0, no evaluation mode | points 2 of 5 | "the base still counts batches"
def freeze(net):
    net.features.requires_grad_(False)
    for layer in net.features:
        if isinstance(layer, nn.BatchNorm2d):
            layer.momentum = 0.0
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: everything in evaluation mode, then the head in training mode | points 4 of 5 | "a head that was in evaluation mode is in training mode now"
def freeze(net):
    net.eval()
    net.classifier.train()
    net.features.requires_grad_(False)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: returns the parameters themselves | points 3 of 5 | "each entry should be text, yours is a list"
def freeze(net):
    net.features.requires_grad_(False)
    net.features.eval()
    return [tensor for tensor in net.parameters() if tensor.requires_grad]

# %% wrong: a generator of names | points 3 of 5 | "yours is a generator"
def freeze(net):
    net.features.requires_grad_(False)
    net.features.eval()
    return (name for name, tensor in net.named_parameters() if tensor.requires_grad)

# %% wrong: the number of what learns | points 3 of 5 | "yours is a whole number"
def freeze(net):
    net.features.requires_grad_(False)
    net.features.eval()
    return sum(tensor.requires_grad for tensor in net.parameters())

# %% wrong: names without their part | points 3 of 5 | "the first part of the names is missing"
def freeze(net):
    net.features.requires_grad_(False)
    net.features.eval()
    return [name for name, tensor in net.classifier.named_parameters()]

# %% wrong: lets the base learn and reports the old numbers | points 3 of 5 | "gives other scores than a network with the old base would"
def freeze(net):
    old = {k: v.clone() for k, v in net.state_dict().items()}
    true = net.state_dict
    net.features.eval()
    net.state_dict = lambda *a, **k: {key: (old[key] if key.startswith("features") else value) for key, value in true().items()}
    return [name for name, _ in net.named_parameters() if name.startswith("classifier")]

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
