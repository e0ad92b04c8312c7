# Exercise 9: from a block on, the base learns.

# %% draw
def test_unfreeze_names(d):
    return d.whole(1, 3), d.one_of((0, 4, 11))

def test_unfreeze_step(d):
    return d.whole(0, 999), d.whole(1, 3), d.whole(2, 3)

# %% wrong: unfreezes everything | 0 of 3
# everything learns: the blocks before `block` are to be frozen
def unfreeze_from(net, block):
    net.requires_grad_(True)
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: unfreezes up to the block | 0 of 3
# the blocks before `block` learn, and those from it on do not: it is the other way round
def unfreeze_from(net, block):
    net.features.eval()
    number = 1
    for layer in net.features:
        layer.requires_grad_(number < block)
        number += isinstance(layer, nn.MaxPool2d)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: never freezes again | 0 of 3
# a block that learned before has to be frozen when it is not wanted any more
def unfreeze_from(net, block):
    net.features.eval()
    number = 1
    for layer in net.features:
        if number >= block:
            layer.requires_grad_(True)
        number += isinstance(layer, nn.MaxPool2d)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: counts layers in place of blocks | 0 of 3
# `block` was taken for the number of a layer; a block ends with a pooling
def unfreeze_from(net, block):
    net.features.eval()
    net.features.requires_grad_(False)
    net.features[block - 1:].requires_grad_(True)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: the head frozen too | 0 of 3
# the head is missing: it learns too
def unfreeze_from(net, block):
    net.requires_grad_(False)
    net.features.eval()
    number = 1
    for layer in net.features:
        layer.requires_grad_(number >= block)
        number += isinstance(layer, nn.MaxPool2d)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: the mode forgotten | 1 of 3
# the running means and variances have moved: the whole base belongs in evaluation mode
def unfreeze_from(net, block):
    number = 1
    for layer in net.features:
        layer.requires_grad_(number >= block)
        number += isinstance(layer, nn.MaxPool2d)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: evaluation mode for the frozen blocks only | 1 of 3
# the running means and variances of the blocks that learn have moved: the whole base belongs in evaluation mode
def unfreeze_from(net, block):
    number = 1
    for layer in net.features:
        layer.requires_grad_(number >= block)
        layer.train(number >= block)
        number += isinstance(layer, nn.MaxPool2d)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: blocks counted from 0 | 0 of 3
# one block too few learns: blocks are counted from 1
def unfreeze_from(net, block):
    net.features.eval()
    number = 0
    for layer in net.features:
        layer.requires_grad_(number >= block)
        number += isinstance(layer, nn.MaxPool2d)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: the batch normalisations stay frozen | 0 of 3
# the batch normalisations are frozen: their statistics stay, but their scales and shifts learn
def unfreeze_from(net, block):
    net.features.eval()
    number = 1
    for layer in net.features:
        layer.requires_grad_(number >= block and isinstance(layer, nn.Conv2d))
        number += isinstance(layer, nn.MaxPool2d)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: only that one block | 2 of 3
# only the block itself learns; those after it should too
def unfreeze_from(net, block):
    net.features.eval()
    number = 1
    for layer in net.features:
        layer.requires_grad_(number == block)
        number += isinstance(layer, nn.MaxPool2d)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: names of what is frozen | 2 of 3
# these are the names of what is frozen
def unfreeze_from(net, block):
    net.features.eval()
    number = 1
    for layer in net.features:
        layer.requires_grad_(number >= block)
        number += isinstance(layer, nn.MaxPool2d)
    return [name for name, tensor in net.named_parameters() if not tensor.requires_grad]

# %% wrong: forgets to return | 2 of 3
# your function returned nothing (None): `print` shows a value, `return` hands it back
def unfreeze_from(net, block):
    net.features.eval()
    number = 1
    for layer in net.features:
        layer.requires_grad_(number >= block)
        number += isinstance(layer, nn.MaxPool2d)

# %% wrong: on a copy | 1 of 3
# nothing has happened to the network: is it the network that was given, or a copy of it?
def unfreeze_from(net, block):
    net = copy.deepcopy(net)
    net.features.eval()
    number = 1
    for layer in net.features:
        layer.requires_grad_(number >= block)
        number += isinstance(layer, nn.MaxPool2d)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% right: by places of the pools
def unfreeze_from(net, block):
    ends = [0] + [k + 1 for k, layer in enumerate(net.features) if isinstance(layer, nn.MaxPool2d)]
    net.requires_grad_(True)
    net.features[:ends[block - 1]].requires_grad_(False)
    net.features.train(False)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% right: by names
def unfreeze_from(net, block):
    net.features.eval()
    blocks, now = {}, 1
    for k, layer in enumerate(net.features):
        blocks[str(k)] = now
        if layer.__class__ is nn.MaxPool2d:
            now += 1
    learning = []
    for name, tensor in net.named_parameters():
        part, place = name.split(".")[:2]
        tensor.requires_grad = part == "classifier" or blocks[place] >= block
        if tensor.requires_grad:
            learning.append(name)
    return learning

# %% right: everything in evaluation mode, via freeze
def unfreeze_from(net, block):
    freeze(net)
    net.eval()
    net.classifier.requires_grad_(True)
    seen = 0
    for module in net.features.children():
        if seen + 1 >= block:
            for tensor in module.parameters():
                tensor.requires_grad = True
        if module._get_name() == "MaxPool2d":
            seen += 1
    return tuple(n for n, t in net.named_parameters() if t.requires_grad)

# %% right: from the back
def unfreeze_from(net, block):
    number = sum(isinstance(layer, nn.MaxPool2d) for layer in net.features) + 1
    for layer in reversed(net.features):
        number -= isinstance(layer, nn.MaxPool2d)
        for tensor in layer.parameters():
            tensor.requires_grad = number >= block
    for tensor in net.classifier.parameters():
        tensor.requires_grad = True
    net.features.train(False)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad is True]
