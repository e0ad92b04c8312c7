# Exercise 9: from a stage on, the base learns.

# %% idea
# Go through the stages with their numbers and tell every one of them whether it learns, also those that are to be
# frozen: who knows what they were before. The mode is another matter, and is the same for the whole base.

# %% draw
def test_unfreeze_names(d):
    return (d.whole(1, 10), 0, 9) if d.chance(0.3) else (d.whole(0, 2), d.one_of((0, 1, 2)), 0, *d.one_of(((), ((5,),))))

def test_unfreeze_step(d):
    return d.whole(0, 999), *d.one_of(((0, 0), (0, 0), (0, 1), (1, 0), (1, 2), (2, 0), (2, 1)))

# %% wrong: unfreezes everything | 0 of 3
# everything learns: the stages before `stage` are to be frozen
def unfreeze_from(net, stage):
    net.requires_grad_(True)
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: unfreezes up to the stage | 0 of 3
# the stages before `stage` learn, and those from it on do not: it is the other way round
def unfreeze_from(net, stage):
    net.features.eval()
    for place, part in enumerate(net.features):
        part.requires_grad_(place < stage)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: never freezes again | 0 of 3
# a stage that learned before has to be frozen when it is not wanted any more
def unfreeze_from(net, stage):
    net.features.eval()
    net.features[stage:].requires_grad_(True)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: the head frozen too | 0 of 3
# the head is missing: it learns too
def unfreeze_from(net, stage):
    net.requires_grad_(False)
    net.features.eval()
    net.features[stage:].requires_grad_(True)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: the mode forgotten | 1 of 3
# the running means and variances have moved: the whole base belongs in evaluation mode
def unfreeze_from(net, stage):
    for place, part in enumerate(net.features):
        part.requires_grad_(place >= stage)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: evaluation mode for the frozen stages only | 1 of 3
# the running means and variances of the stages that learn have moved: the whole base belongs in evaluation mode
def unfreeze_from(net, stage):
    for place, part in enumerate(net.features):
        part.requires_grad_(place >= stage)
        part.train(place >= stage)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: stages counted from 1 | 0 of 3
# one stage too many learns: stages are counted from 0
def unfreeze_from(net, stage):
    net.features.eval()
    for place, part in enumerate(net.features):
        part.requires_grad_(place + 1 >= stage)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: from the next stage on | 0 of 3
# one stage too few learns: `stage` itself learns too
def unfreeze_from(net, stage):
    net.features.eval()
    for place, part in enumerate(net.features):
        part.requires_grad_(place > stage)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: the batch normalisations stay frozen | 0 of 3
# the batch normalisations are frozen: their statistics stay, but their scales and shifts learn
def unfreeze_from(net, stage):
    net.features.eval()
    for place, part in enumerate(net.features):
        for layer in part:
            layer.requires_grad_(place >= stage and isinstance(layer, nn.Conv2d))
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: only that one stage | 0 of 3
# only the stage itself learns; those after it should too
def unfreeze_from(net, stage):
    net.features.eval()
    for place, part in enumerate(net.features):
        part.requires_grad_(place == stage)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: names of what is frozen | 2 of 3
# these are the names of what is frozen
def unfreeze_from(net, stage):
    net.features.eval()
    for place, part in enumerate(net.features):
        part.requires_grad_(place >= stage)
    return [name for name, tensor in net.named_parameters() if not tensor.requires_grad]

# %% wrong: forgets to return | 2 of 3
# your function returned nothing (None): `print` shows a value, `return` hands it back
def unfreeze_from(net, stage):
    net.features.eval()
    for place, part in enumerate(net.features):
        part.requires_grad_(place >= stage)

# %% wrong: on a copy | 1 of 3
# nothing has happened to the network: is it the network that was given, or a copy of it?
def unfreeze_from(net, stage):
    net = copy.deepcopy(net)
    net.features.eval()
    for place, part in enumerate(net.features):
        part.requires_grad_(place >= stage)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: stage 0 is taken for no stage | 1 of 3
# from stage 0 on all stages learn, and the base is in evaluation mode there too: `if stage:` leaves 0 out
def unfreeze_from(net, stage):
    net.features.requires_grad_(True)
    if stage:
        net.features[:stage].requires_grad_(False)
        net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: stages are told apart by how their names begin | 2 of 3
# the name of stage 10 begins as stage 1's does: compare numbers, or go through `net.features`
def unfreeze_from(net, stage):
    before = tuple(f"features.{number}" for number in range(stage))
    for name, parameter in net.named_parameters():
        parameter.requires_grad = not name.startswith(before)
    net.features.eval()
    return [name for name, parameter in net.named_parameters() if parameter.requires_grad]

# %% wrong: only batch normalisations in evaluation mode | 1 of 3
# the base was left in training mode: put all of it into evaluation mode, not only its batch normalisations
def unfreeze_from(net, stage):
    for k, part in enumerate(net.features):
        part.requires_grad_(k >= stage)
    for layer in net.features.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% wrong: of the head only the last layer | 2 of 3
# the whole head learns, not its last layer only
def unfreeze_from(net, stage):
    net.requires_grad_(False)
    net.features[stage:].requires_grad_(True)
    net.classifier[-1].requires_grad_(True)
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% right: two slices
def unfreeze_from(net, stage):
    net.requires_grad_(True)
    net.features[:stage].requires_grad_(False)
    net.features.train(False)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]

# %% right: by names
def unfreeze_from(net, stage):
    net.features.eval()
    learning = []
    for name, tensor in net.named_parameters():
        part, place = name.split(".")[:2]
        tensor.requires_grad = part == "classifier" or int(place) >= stage
        if tensor.requires_grad:
            learning.append(name)
    return learning

# %% right: everything in evaluation mode, via freeze
def unfreeze_from(net, stage):
    freeze(net)
    net.eval()
    net.classifier.requires_grad_(True)
    for place, module in enumerate(net.features.children()):
        if place >= stage:
            for tensor in module.parameters():
                tensor.requires_grad = True
    return tuple(n for n, t in net.named_parameters() if t.requires_grad)

# %% right: from the back
def unfreeze_from(net, stage):
    place = len(net.features)
    while place:
        place -= 1
        for tensor in net.features[place].parameters():
            tensor.requires_grad = place >= stage
    for tensor in net.classifier.parameters():
        tensor.requires_grad = True
    net.features.train(False)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad is True]
