# Exercise 10: learning rates that fall from the head to the first stage.

# %% idea
# Put the parts into one line: the head, then the stages from the last to the first. A part's place in this line decides
# its rate, and it keeps that place even if another part drops out because nothing in it learns.

# %% draw
def test_groups_rates(d):
    dense, rate = d.one_of(((), (5,), (6, 5))), d.one_of((0.2, 0.1, 0.5, 1.0, 3e-5))
    return (3, dense, rate) if d.chance(0.4) else (3, dense, rate, d.one_of((0.5, 0.3, 0.2, 1.0, 2.0)))

def test_groups_params(d):
    return d.whole(0, 999), d.one_of(((), (5,), (6, 5))), d.one_of((None, None, 0, -1)), *d.one_of(((), (9,), (10,)))

def test_groups_step(d):
    return d.whole(0, 999), d.one_of((0, 0, 1, 1, 2)), d.chance(0.4), d.chance(0.3)

# %% wrong: one rate for all | 1 of 3
# all groups have the same rate: multiply by `factor` from group to group
def parameter_groups(net, learning_rate, factor=0.1):
    stages = [[t for t in stage.parameters() if t.requires_grad] for stage in net.features]
    parts = [[t for t in net.classifier.parameters() if t.requires_grad], *reversed(stages)]
    return [{"params": part, "lr": learning_rate} for part in parts if part]

# %% wrong: the network's order after the head | 1 of 3
# the stages are in the network's order; after the head comes the last stage
def parameter_groups(net, learning_rate, factor=0.1):
    stages = [[t for t in stage.parameters() if t.requires_grad] for stage in net.features]
    parts = [[t for t in net.classifier.parameters() if t.requires_grad], *stages]
    return [{"params": part, "lr": learning_rate * factor ** k} for k, part in enumerate(parts) if part]

# %% wrong: the head gets the factor too | 1 of 3
# the head already gets the factor; it should get the full rate
def parameter_groups(net, learning_rate, factor=0.1):
    stages = [[t for t in stage.parameters() if t.requires_grad] for stage in net.features]
    parts = [[t for t in net.classifier.parameters() if t.requires_grad], *reversed(stages)]
    return [{"params": part, "lr": learning_rate * factor ** (k + 1)} for k, part in enumerate(parts) if part]

# %% wrong: always a tenth | 2 of 3
# `factor` was not used: yours is always 0.1
def parameter_groups(net, learning_rate, factor=0.1):
    stages = [[t for t in stage.parameters() if t.requires_grad] for stage in net.features]
    parts = [[t for t in net.classifier.parameters() if t.requires_grad], *reversed(stages)]
    return [{"params": part, "lr": learning_rate / 10 ** k} for k, part in enumerate(parts) if part]

# %% wrong: the same factor for all stages | 1 of 3
# the same factor for all stages: multiply again for each further one
def parameter_groups(net, learning_rate, factor=0.1):
    stages = [[t for t in stage.parameters() if t.requires_grad] for stage in net.features]
    head = [{"params": [t for t in net.classifier.parameters() if t.requires_grad], "lr": learning_rate}]
    return head + [{"params": part, "lr": learning_rate * factor} for part in reversed(stages) if part]

# %% wrong: frozen parameters are in the groups | 1 of 3
# parameters that do not learn are in the groups: leave them out
def parameter_groups(net, learning_rate, factor=0.1):
    stages = [list(stage.parameters()) for stage in net.features]
    parts = [list(net.classifier.parameters()), *reversed(stages)]
    return [{"params": part, "lr": learning_rate * factor ** k} for k, part in enumerate(parts)]

# %% wrong: the batch normalisations left out | 1 of 3
# the batch normalisations are missing: their scales and shifts learn too
def parameter_groups(net, learning_rate, factor=0.1):
    stages = [[t for layer in stage if isinstance(layer, nn.Conv2d) for t in layer.parameters() if t.requires_grad] for stage in net.features]
    parts = [[t for t in net.classifier.parameters() if t.requires_grad], *reversed(stages)]
    return [{"params": part, "lr": learning_rate * factor ** k} for k, part in enumerate(parts) if part]

# %% wrong: each layer a group | 0 of 3
# each layer is a group of its own; a stage is one
def parameter_groups(net, learning_rate, factor=0.1):
    layers = [[t for t in layer.parameters() if t.requires_grad] for layer in [*(layer for stage in net.features for layer in stage), net.classifier]]
    layers = [layer for layer in layers if layer][::-1]
    return [{"params": layer, "lr": learning_rate * factor ** k} for k, layer in enumerate(layers)]

# %% wrong: copies of the parameters | 2 of 3
# a step with your groups moves nothing: they have to hold the network's own parameters, not copies
def parameter_groups(net, learning_rate, factor=0.1):
    stages = [[t.detach().clone().requires_grad_() for t in stage.parameters() if t.requires_grad] for stage in net.features]
    parts = [[t.detach().clone().requires_grad_() for t in net.classifier.parameters()], *reversed(stages)]
    return [{"params": part, "lr": learning_rate * factor ** k} for k, part in enumerate(parts) if part]

# %% wrong: the head forgotten | 0 of 3
# the head is in no group: it comes first, with the full rate
def parameter_groups(net, learning_rate, factor=0.1):
    stages = [[t for t in stage.parameters() if t.requires_grad] for stage in net.features]
    return [{"params": part, "lr": learning_rate * factor ** k} for k, part in enumerate(reversed(stages), 1) if part]

# %% wrong: stages in the network's order, the head last | 0 of 3
# the order is the head first, then the stages from the last to the first
def parameter_groups(net, learning_rate, factor=0.1):
    stages = [[t for t in stage.parameters() if t.requires_grad] for stage in net.features]
    parts = [*stages, [t for t in net.classifier.parameters() if t.requires_grad]]
    return [{"params": part, "lr": learning_rate * factor ** (len(parts) - 1 - k)} for k, part in enumerate(parts) if part]

# %% wrong: one group | 0 of 3
# all parameters are in one group; each stage and the head have their own
def parameter_groups(net, learning_rate, factor=0.1):
    return [{"params": [t for t in net.parameters() if t.requires_grad], "lr": learning_rate}]

# %% wrong: the key spelled out | 1 of 3
# PyTorch's optimisers know a group by the keys "params" and "lr"; one of them is missing
def parameter_groups(net, learning_rate, factor=0.1):
    stages = [[t for t in stage.parameters() if t.requires_grad] for stage in net.features]
    parts = [[t for t in net.classifier.parameters() if t.requires_grad], *reversed(stages)]
    return [{"params": part, "learning_rate": learning_rate * factor ** k} for k, part in enumerate(parts) if part]

# %% wrong: generators | 1 of 3
# this is a `generator`, which hands out its values only when asked: put `list(…)` around it
def parameter_groups(net, learning_rate, factor=0.1):
    parts = [net.classifier, *list(net.features)[::-1]]
    return [{"params": (t for t in part.parameters() if t.requires_grad), "lr": learning_rate * factor ** k} for k, part in enumerate(parts)
            if any(t.requires_grad for t in part.parameters())]

# %% wrong: names with the parameters | 2 of 3
# there are names among the parameters: an optimiser wants the parameters alone, as `parameters()` gives them
def parameter_groups(net, learning_rate, factor=0.1):
    parts = [net.classifier, *list(net.features)[::-1]]
    groups = [{"params": [(n, t) for n, t in part.named_parameters() if t.requires_grad], "lr": learning_rate * factor ** k} for k, part in enumerate(parts)]
    return [group for group in groups if group["params"]]

# %% wrong: empty groups are kept | 2 of 3
# there are empty groups: a stage with none that learns makes no group
def parameter_groups(net, learning_rate, factor=0.1):
    parts = [net.classifier, *list(net.features)[::-1]]
    return [{"params": [t for t in part.parameters() if t.requires_grad], "lr": learning_rate * factor ** k} for k, part in enumerate(parts)]

# %% wrong: counts the groups that there are | 2 of 3
# the rate falls with each stage, also past one that does not learn
def parameter_groups(net, learning_rate, factor=0.1):
    groups, rate = [], learning_rate
    for part in (net.classifier, *reversed(net.features)):
        learning = [tensor for tensor in part.parameters() if tensor.requires_grad]
        if learning:
            groups.append({"params": learning, "lr": rate})
            rate *= factor
    return groups

# %% wrong: a stage learns if its first parameter does | 2 of 3
# a stage of which some parameters learn makes a group of these: look at each of them
def parameter_groups(net, learning_rate, factor=0.1):
    groups = [{"params": [p for p in net.classifier.parameters() if p.requires_grad], "lr": learning_rate}]
    for back in range(1, len(net.features) + 1):
        inside = list(net.features[-back].parameters())
        if inside[0].requires_grad:
            groups.append({"params": [p for p in inside if p.requires_grad], "lr": learning_rate * factor ** back})
    return [group for group in groups if group["params"]]

# %% wrong: stages by the beginning of their names | 2 of 3
# a group holds parameters of another stage: "features.1" is the beginning of "features.10", too
def parameter_groups(net, learning_rate, factor=0.1):
    groups = []
    for depth, start in enumerate(["classifier", *(f"features.{stage}" for stage in reversed(range(len(net.features))))]):
        params = [one for name, one in net.named_parameters() if name.startswith(start) and one.requires_grad]
        if params:
            groups.append({"params": params, "lr": learning_rate * factor ** depth})
    return groups

# %% wrong: rates rounded to six places | 2 of 3
# the rates were rounded: small ones become 0
def parameter_groups(net, learning_rate, factor=0.1):
    parts = [[one for one in part.parameters() if one.requires_grad] for part in (net.classifier, *reversed(net.features))]
    return [{"params": part, "lr": round(learning_rate * factor ** k, 6)} for k, part in enumerate(parts) if part]

# %% wrong: a part's last parameter decides for all of them | 2 of 3
# some of a stage's parameters learn and others do not: look at each of them
def parameter_groups(net, learning_rate, factor=0.1):
    groups = []
    for k, part in enumerate([net.classifier, *reversed(net.features)]):
        tensors = list(part.parameters())
        if tensors[-1].requires_grad:
            groups.append({"params": [one for one in tensors if one.requires_grad], "lr": learning_rate * factor ** k})
    return groups

# %% right: from the back
def parameter_groups(net, learning_rate, factor=0.1):
    groups, rate = [], learning_rate
    for part in (net.classifier, *reversed(net.features)):
        learning = [t for t in part.parameters() if t.requires_grad]
        if learning:
            groups.append({"params": learning, "lr": rate})
        rate *= factor
    return groups

# %% right: a filter
def parameter_groups(net, learning_rate, factor=0.1):
    parts = [net.classifier, *list(net.features)[::-1]]
    groups = [dict(lr=learning_rate * factor ** k, params=list(filter(lambda t: t.requires_grad, part.parameters()))) for k, part in enumerate(parts)]
    return [group for group in groups if len(group["params"]) > 0]

# %% right: with a name for each group
def parameter_groups(net, learning_rate, factor=0.1):
    total = len(net.features)
    parts = {"head": net.classifier, **{f"stage {k}": net.features[k] for k in range(total - 1, -1, -1)}}
    groups = [{"name": name, "params": [t for t in part.parameters() if t.requires_grad], "lr": learning_rate * factor ** k}
              for k, (name, part) in enumerate(parts.items())]
    return [group for group in groups if group["params"]]

# %% right: by the names
def parameter_groups(net, learning_rate, factor=0.1):
    parts = [[] for _ in range(len(net.features) + 1)]
    for name, tensor in net.named_parameters():
        if tensor.requires_grad:
            part, place, *_ = name.split(".")
            parts[0 if part == "classifier" else len(net.features) - int(place)].append(tensor)
    return [{"params": tensors, "lr": learning_rate * factor ** k} for k, tensors in enumerate(parts) if tensors]
