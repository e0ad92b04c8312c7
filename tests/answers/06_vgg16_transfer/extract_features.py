# Exercise 6: what comes out of the first stages of a base.

# %% idea
# Take only those stages that are wanted, and set their mode. The rest is a loop over pieces of the pictures: to the
# device, through, and back into a list whose parts are joined at the end.

# %% draw
def test_features_values(d):
    return d.whole(0, 999), d.whole(1, 5), 4 * d.whole(1, 2), 4 * d.whole(1, 3)

def test_features_stage(d):
    return d.whole(0, 999), d.whole(2, 5), 4 * d.whole(1, 2), 2 * d.whole(2, 5)

def test_features_batches(d):
    if d.chance(0.3):
        return d.whole(0, 999), d.whole(65, 70)
    batch_size = d.whole(2, 4)
    return d.whole(0, 999), batch_size + d.whole(0, 6), batch_size

def test_features_kept(d):
    return d.whole(0, 999), d.whole(1, 2), *d.one_of(((), (1,), (2,)))

# %% wrong: the network never runs | 0 of 4
# not all went through
def extract_features(net, pictures, stages, batch_size=64):
    return np.zeros((len(pictures), 5, 2, 2), np.float32)

# %% wrong: in training mode | 0 of 4
# the base is in training mode, so that each picture's features depend on the others of its batch: `eval()` first
def extract_features(net, pictures, stages, batch_size=64):
    with torch.no_grad():
        maps = [net.features[:stages](part) for part in torch.as_tensor(pictures).split(batch_size)]
    return torch.cat(maps).numpy()

# %% wrong: the whole base every time | 3 of 4
# this is the whole base: `stages` was not used
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    with torch.no_grad():
        return torch.cat([net.features(part) for part in torch.as_tensor(pictures).split(batch_size)]).numpy()

# %% wrong: one stage too few | 1 of 4
# one stage is missing: `net.features[:3]` are three stages
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    with torch.no_grad():
        return torch.cat([net.features[:stages - 1](part) for part in torch.as_tensor(pictures).split(batch_size)]).numpy()

# %% wrong: one stage too many | 3 of 4
# one stage too many: `net.features[:3]` are three stages
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    with torch.no_grad():
        return torch.cat([net.features[:stages + 1](part) for part in torch.as_tensor(pictures).split(batch_size)]).numpy()

# %% wrong: flattens the maps | 2 of 4
# the maps were flattened; keep rows and columns
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    with torch.no_grad():
        maps = [net.features[:stages](part) for part in torch.as_tensor(pictures).split(batch_size)]
    return torch.cat(maps).flatten(1).numpy()

# %% wrong: the whole network | 2 of 4
# these are the logits: only the base is wanted, without the head
def extract_features(net, pictures, stages, batch_size=64):
    net.eval()
    with torch.no_grad():
        return torch.cat([net(part) for part in torch.as_tensor(pictures).split(batch_size)]).numpy()

# %% wrong: averages the maps | 2 of 4
# the maps were averaged over all places; return them as the stage gives them
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    with torch.no_grad():
        maps = [net.features[:stages](part) for part in torch.as_tensor(pictures).split(batch_size)]
    return torch.cat(maps).mean((2, 3)).numpy()

# %% wrong: the last, shorter batch dropped | 0 of 4
# the last batch, which is not full, is missing
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    maps = [np.zeros((0, 0))]
    with torch.no_grad():
        for n in range(len(pictures) // batch_size):
            maps.append(net.features[:stages](torch.as_tensor(pictures[n * batch_size:(n + 1) * batch_size])).numpy())
    if len(maps) == 1:
        return np.zeros((0, 1, 1, 1))
    return np.concatenate(maps[1:])

# %% wrong: only the first batch | 3 of 4
# only the first batch is there
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            return net.features[:stages](torch.as_tensor(pictures[start:start + batch_size])).numpy()

# %% wrong: each batch overwrites the one before | 3 of 4
# only the last batch is left: collect them in a list
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            maps = net.features[:stages](torch.as_tensor(pictures[start:start + batch_size])).numpy()
    return maps

# %% wrong: a list of batches | 1 of 4
# this is a list of batches; `np.concatenate` makes one array of them
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    maps = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            maps.append(net.features[:stages](torch.as_tensor(pictures[start:start + batch_size])).numpy())
    return maps

# %% wrong: gives back a tensor | 3 of 4
# return a NumPy array: `.numpy()`
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    with torch.no_grad():
        return torch.cat([net.features[:stages](part) for part in torch.as_tensor(pictures).split(batch_size)])

# %% wrong: the gradients kept | 0 of 4
# Can't call numpy() on Tensor that requires grad
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    return net.features[:stages](torch.as_tensor(pictures)).numpy()

# %% wrong: all pictures at once | 3 of 4
# more pictures than `batch_size` went through the base at once: take so many at a time
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    with torch.no_grad():
        return net.features[:stages](torch.tensor(pictures)).numpy()

# %% wrong: shuffled batches | 2 of 4
# the pictures come back in another order than they were given: nothing is to be shuffled here
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    dice = torch.Generator().manual_seed(3)
    loader = torch.utils.data.DataLoader(torch.tensor(pictures), batch_size=batch_size, shuffle=True, generator=dice)
    with torch.no_grad():
        return torch.cat([net.features[:stages](part) for part in loader]).numpy()

# %% wrong: one stage alone, on the pictures | 1 of 4
# a convolution gets maps with another number of channels
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval()
    with torch.no_grad():
        return torch.cat([net.features[stages - 1](part) for part in torch.tensor(pictures).split(batch_size)]).numpy()

# %% wrong: what was frozen learns afterwards | 3 of 4
# a frozen stage learns afterwards: leave `requires_grad` alone, `torch.no_grad()` is enough
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval().requires_grad_(False)
    home = next(net.parameters()).device
    found = [net.features[:stages](torch.as_tensor(pictures[start:start + batch_size]).to(home)).cpu().numpy()
             for start in range(0, len(pictures), batch_size)]
    net.features.requires_grad_(True)
    return np.concatenate(found)

# %% right: stage by stage, with detach
def extract_features(net, pictures, stages, batch_size=64):
    net.eval()
    parts = []
    for batch in torch.split(torch.from_numpy(np.array(pictures, np.float32)), batch_size):
        for place, stage in enumerate(net.features):
            if place < stages:
                batch = stage(batch)
        parts.extend(batch.detach().numpy())
    return np.stack(parts)

# %% right: a copy of the base, inference mode, written into one array
def extract_features(net, pictures, stages, batch_size=64):
    base = copy.deepcopy(net.features).train(False)
    del base[stages:]
    with torch.inference_mode():
        first = base(torch.tensor(pictures[:1]))
        maps = np.empty((len(pictures), *first.shape[1:]), np.float32)
        for start in range(0, len(pictures), batch_size):
            maps[start:start + batch_size] = base(torch.tensor(pictures[start:start + batch_size]))
    return maps

# %% right: DataLoader, hooks
def extract_features(net, pictures, stages, batch_size=64):
    base, maps = net.features.eval(), []
    handle = base[stages - 1].register_forward_hook(lambda module, given, out: maps.append(out.detach().clone()))
    for (batch,) in torch.utils.data.DataLoader(torch.utils.data.TensorDataset(torch.as_tensor(pictures)), batch_size):
        with torch.no_grad():
            base(batch)
    handle.remove()
    return torch.cat(maps).numpy()

# %% wrong: the gradients switched off for good | 3 of 4
# the base does not learn any more afterwards: switch its gradients off for this only, with `torch.no_grad()`
def extract_features(net, pictures, stages, batch_size=64):
    net.features.eval().requires_grad_(False)
    return torch.cat([net.features[:stages](part) for part in torch.as_tensor(pictures).split(batch_size)]).numpy()

# %% right: one picture at a time
def extract_features(net, pictures, stages, batch_size=64):
    base = nn.Sequential(*list(net.features)[:stages]).eval()
    with torch.inference_mode():
        return np.array([base(torch.tensor(picture)[None])[0].numpy() for picture in pictures])

# %% equivalent
# `64` → `63`: smaller batches give the same features
