# Exercise 3: what comes out of some layers, collected with hooks.

# %% idea
# There are three phases: hang in the hooks, let the batch through, put everything back as it was. Every hook must know
# the name of its own layer, so let a small function make it; and what it keeps must be a copy.

# %% draw
def test_maps_values(d):
    names = d.one_of((["0", "2"], ["1"], ["3", "4"], ["4.0"], ["0", "1", "4.1"], ["2", "0"], ["1", "4"], ["4.0", "3"]))
    return d.whole(0, 999), names, d.chance(0.5), d.whole(1, 3), d.whole(6, 7), 8

def test_maps_after(d):
    return d.whole(0, 999), d.one_of((["0"], ["1", "3"], ["4.0"])), d.chance(0.5)

# %% wrong: the network never runs | 0 of 4
# the network was not used
def feature_maps(net, batch, names):
    return {name: np.zeros((len(batch), 3, 2, 2), np.float32) for name in names}

# %% wrong: keeps what came out without a copy | 2 of 4
# the next layer has written over what you kept (`inplace=True`): keep a copy, `clone()`
def feature_maps(net, batch, names):
    found, was_training = {}, net.training
    handles = [net.get_submodule(name).register_forward_hook(lambda layer, given, out, name=name: found.update({name: out})) for name in names]
    net.eval()
    with torch.no_grad():
        net(batch)
    net.train(was_training)
    for handle in handles:
        handle.remove()
    return {name: maps.numpy() for name, maps in found.items()}

# %% wrong: axes of one are squeezed out | 2 of 4
# with a single picture the axis of the pictures is lost: `squeeze` takes out every axis of one
def feature_maps(net, batch, names):
    found, was_training = {}, net.training
    handles = [net.get_submodule(name).register_forward_hook(lambda layer, given, out, name=name: found.update({name: out.clone().squeeze().numpy()})) for name in names]
    net.eval()
    with torch.no_grad():
        net(batch)
    net.train(was_training)
    for handle in handles:
        handle.remove()
    return found

# %% wrong: keeps what went in | 2 of 4
# these are the maps that went into the layers: a hook gets the layer, what went in, and what came out
def feature_maps(net, batch, names):
    found, was_training = {}, net.training
    handles = [net.get_submodule(name).register_forward_hook(lambda layer, given, out, name=name: found.update({name: given[0].clone().numpy()})) for name in names]
    net.eval()
    with torch.no_grad():
        net(batch)
    net.train(was_training)
    for handle in handles:
        handle.remove()
    return found

# %% wrong: the hooks stay | 2 of 4
# your hooks are still on the network: call `remove()` of each
def feature_maps(net, batch, names):
    found, was_training = {}, net.training
    for name in names:
        net.get_submodule(name).register_forward_hook(lambda layer, given, out, name=name: found.update({name: out.detach().clone().numpy()}))
    net.eval()
    with torch.no_grad():
        net(batch)
    net.train(was_training)
    return found

# %% wrong: only the last hook is removed | 2 of 4
# only one of your hooks was removed: each has a handle of its own
def feature_maps(net, batch, names):
    found, was_training = {}, net.training
    for name in names:
        handle = net.get_submodule(name).register_forward_hook(lambda layer, given, out, name=name: found.update({name: out.detach().clone().numpy()}))
    net.eval()
    with torch.no_grad():
        net(batch)
    net.train(was_training)
    handle.remove()
    return found

# %% wrong: in the mode that it was in | 0 of 4
# the network was in training mode while it looked: then batches are normalised by themselves, and the statistics move
def feature_maps(net, batch, names):
    found = {}
    handles = [net.get_submodule(name).register_forward_hook(lambda layer, given, out, name=name: found.update({name: out.detach().clone().numpy()})) for name in names]
    with torch.no_grad():
        net(batch)
    for handle in handles:
        handle.remove()
    return found

# %% wrong: stays in evaluation mode | 2 of 4
# the network was left in evaluation mode: it was in training mode before
def feature_maps(net, batch, names):
    found = {}
    handles = [net.get_submodule(name).register_forward_hook(lambda layer, given, out, name=name: found.update({name: out.detach().clone().numpy()})) for name in names]
    net.eval()
    with torch.no_grad():
        net(batch)
    for handle in handles:
        handle.remove()
    return found

# %% wrong: training mode afterwards, whatever it was | 2 of 4
# the network was put into training mode; it was in evaluation mode before
def feature_maps(net, batch, names):
    found = {}
    handles = [net.get_submodule(name).register_forward_hook(lambda layer, given, out, name=name: found.update({name: out.detach().clone().numpy()})) for name in names]
    net.eval()
    with torch.no_grad():
        net(batch)
    net.train()
    for handle in handles:
        handle.remove()
    return found

# %% wrong: tensors | 2 of 4
# these are tensors; NumPy arrays are asked for: `.numpy()`
def feature_maps(net, batch, names):
    found, was_training = {}, net.training
    handles = [net.get_submodule(name).register_forward_hook(lambda layer, given, out, name=name: found.update({name: out.detach().clone()})) for name in names]
    net.eval()
    with torch.no_grad():
        net(batch)
    net.train(was_training)
    for handle in handles:
        handle.remove()
    return found

# %% wrong: a list without names | 0 of 4
# this is a list: return a dictionary, so that one can ask for a layer by its name
def feature_maps(net, batch, names):
    found, was_training = [], net.training
    handles = [net.get_submodule(name).register_forward_hook(lambda layer, given, out: found.append(out.detach().clone().numpy())) for name in names]
    net.eval()
    with torch.no_grad():
        net(batch)
    net.train(was_training)
    for handle in handles:
        handle.remove()
    return found

# %% wrong: the first picture only | 2 of 4
# only the first picture's maps are there: keep the whole batch
def feature_maps(net, batch, names):
    found, was_training = {}, net.training
    handles = [net.get_submodule(name).register_forward_hook(lambda layer, given, out, name=name: found.update({name: out[:1].detach().clone().numpy()})) for name in names]
    net.eval()
    with torch.no_grad():
        net(batch)
    net.train(was_training)
    for handle in handles:
        handle.remove()
    return found

# %% wrong: the name that the loop ended with | 0 of 4
# a layer is missing: every hook has the name that the loop ended with; give the name to the hook, as in `lambda …, name=name:`
def feature_maps(net, batch, names):
    found, handles, was_training = {}, [], net.training
    for name in names:
        handles.append(net.get_submodule(name).register_forward_hook(lambda layer, given, out: found.update({name: out.detach().clone().numpy()})))
    net.eval()
    with torch.no_grad():
        net(batch)
    net.train(was_training)
    for handle in handles:
        handle.remove()
    return found

# %% wrong: the layers one after the other, with the last one's number | 2 of 4
# these are other layers than asked for: a name such as "4.0" is a layer inside a block
def feature_maps(net, batch, names):
    found, was_training, maps = {}, net.training, batch
    net.eval()
    with torch.no_grad():
        for number, layer in enumerate(net.children()):
            maps = layer(maps)
            for name in names:
                if name[0] == str(number):
                    found[name] = maps.clone().numpy()
    net.train(was_training)
    return found

# %% wrong: switches learning off for good | 2 of 4
# the network cannot learn any more: use `torch.no_grad()` for this time only
def feature_maps(net, batch, names):
    found, was_training = {}, net.training
    handles = [net.get_submodule(name).register_forward_hook(lambda layer, given, out, name=name: found.update({name: out.detach().clone().numpy()})) for name in names]
    net.eval().requires_grad_(False)
    net(batch)
    net.train(was_training)
    for handle in handles:
        handle.remove()
    return found

# %% wrong: with gradients | 0 of 4
# Can't call numpy() on Tensor that requires grad
def feature_maps(net, batch, names):
    found, was_training = {}, net.training
    handles = [net.get_submodule(name).register_forward_hook(lambda layer, given, out, name=name: found.update({name: out.clone().numpy()})) for name in names]
    net.eval()
    net(batch)
    net.train(was_training)
    for handle in handles:
        handle.remove()
    return found

# %% wrong: the layers one after the other, without the network | 2 of 4
# the layers were called one after the other: a network's `forward` may do more, such as add what came in; call `net(batch)`
def feature_maps(net, batch, names):
    was_training, found = net.training, {}
    net.eval()

    def walk(module, maps, name):
        for child, layer in module.named_children():
            maps = walk(layer, maps, f"{name}.{child}" if name else child)
        maps = maps if len(list(module.children())) else module(maps)
        if name in names:
            found[name] = maps.detach().clone().numpy()
        return maps

    with torch.no_grad():
        walk(net, batch.clone(), "")
    net.train(was_training)
    return found

# %% wrong: the maps of all layers | 2 of 4
# there are more layers in it than were asked for: only those in `names`
def feature_maps(net, batch, names):
    found, handles, was_training = {}, [], net.training
    for name, layer in net.named_modules():
        def keep(layer, given, out, name=name):
            found[name] = out.detach().clone().numpy()
        handles.append(layer.register_forward_hook(keep))
    net.eval()
    with torch.no_grad():
        net(batch)
    net.train(was_training)
    for handle in handles:
        handle.remove()
    return found

# %% right: a copy of the network
def feature_maps(net, batch, names):
    watched, found = copy.deepcopy(net).eval(), {}
    for name, layer in watched.named_modules():
        if name in names:
            layer.register_forward_hook(lambda layer, given, out, name=name: found.update({name: out.detach().numpy().copy()}))
    watched(batch)
    return found

# %% right: an object with a method, and a finally
def feature_maps(net, batch, names):
    class Keeper:
        def __init__(self, name):
            self.name, self.maps = name, None

        def __call__(self, layer, given, out):
            self.maps = out.detach().numpy().copy()

    keepers, mode = [Keeper(name) for name in names], net.training
    handles = [net.get_submodule(keeper.name).register_forward_hook(keeper) for keeper in keepers]
    try:
        net.train(False)
        with torch.inference_mode():
            net(batch)
    finally:
        net.train(mode)
        [handle.remove() for handle in handles]
    return {keeper.name: keeper.maps for keeper in keepers}
