# Exercise 9: where a class is seen.

# %% idea
# From its gradient each map gets one number, its weight. Add up the weighted maps over the channels first; what speaks
# against the class is dropped after that sum, and the division comes last, for each picture by itself. What if nothing
# is left in one?

# %% draw
def given(d, kinds=("eighths", "whole")):
    shape = d.whole(2, 3), d.whole(2, 3), *d.one_of(((2, 3), (3, 2), (1, 4)))
    maps = d.array(*shape, kinds=kinds, ties=False)
    return maps, d.array(*shape, kinds=kinds, ties=False)

def test_cam_values(d):
    return given(d)

def test_cam_kept(d):
    maps, slopes = given(d, ("whole", "eighths", "single", "positive"))
    if d.chance(0.35):  # from 1e-9 to 1e-13; by powers of 2, so that nothing is rounded
        slopes = d.laid_out(slopes * 0.5 ** d.whole(32, 44))
    return d.laid_out(np.abs(maps)), d.laid_out(-np.abs(slopes)) if d.chance(0.3) else slopes

# %% wrong: without the ReLU | 0 of 3
# what speaks against the class is still there: keep only what is above 0
def grad_cam(maps, gradients):
    seen = np.sum(np.mean(gradients, axis=(2, 3), keepdims=True) * maps, axis=1)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% wrong: sizes instead of the ReLU | 0 of 3
# what speaks against the class was counted as if it spoke for it: cut it at 0 instead of taking its size
def grad_cam(maps, gradients):
    seen = np.abs(np.sum(np.mean(gradients, axis=(2, 3), keepdims=True) * maps, axis=1))
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% wrong: the ReLU before the sum | 0 of 3
# the maps were cut at 0 one by one; first add up all of them, then cut
def grad_cam(maps, gradients):
    seen = np.sum(np.maximum(np.mean(gradients, axis=(2, 3), keepdims=True) * maps, 0), axis=1)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% wrong: negative weights left out | 0 of 3
# maps that speak against the class were left out: their weights are negative, and count
def grad_cam(maps, gradients):
    weights = np.maximum(np.mean(gradients, axis=(2, 3), keepdims=True), 0)
    seen = np.maximum(np.sum(weights * maps, axis=1), 0)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% wrong: gradient times map, place by place | 0 of 3
# every place was multiplied with its own gradient: a map has one weight, the mean over its places
def grad_cam(maps, gradients):
    seen = np.maximum(np.sum(gradients * maps, axis=1), 0)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% wrong: the largest gradient as the weight | 0 of 3
# the weight of a map is the mean of its gradients, not the largest
def grad_cam(maps, gradients):
    seen = np.maximum(np.sum(np.max(gradients, axis=(2, 3), keepdims=True) * maps, axis=1), 0)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% wrong: weights from the maps | 0 of 3
# the weights come from the maps themselves: they are means of the gradients
def grad_cam(maps, gradients):
    seen = np.maximum(np.sum(np.mean(maps, axis=(2, 3), keepdims=True) * maps, axis=1), 0)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% wrong: maps and gradients swapped | 0 of 3
# maps and gradients are swapped: the means are those of the gradients
def grad_cam(maps, gradients):
    seen = np.maximum(np.sum(np.mean(maps, axis=(2, 3), keepdims=True) * gradients, axis=1), 0)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% wrong: all maps alike | 0 of 3
# all maps have the same weight: the gradients were not used
def grad_cam(maps, gradients):
    seen = np.maximum(np.sum(maps, axis=1), 0)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% wrong: the mean over the batch | 0 of 3
# the weights were averaged over the pictures: each picture has its own
def grad_cam(maps, gradients):
    seen = np.maximum(np.sum(np.mean(gradients, axis=(0, 2, 3), keepdims=True) * maps, axis=1), 0)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% wrong: the mean over the channels | 0 of 3
# the gradients were averaged over the channels: a weight is the mean over the places of one map
def grad_cam(maps, gradients):
    seen = np.maximum(np.sum(np.mean(gradients, axis=1, keepdims=True) * maps, axis=1), 0)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% wrong: not divided | 0 of 3
# the values are not yet divided by each picture's largest one
def grad_cam(maps, gradients):
    return np.maximum(np.sum(np.mean(gradients, axis=(2, 3), keepdims=True) * maps, axis=1), 0)

# %% wrong: divided by the largest of the batch | 0 of 3
# all were divided by the largest value of the whole batch: each picture has its own
def grad_cam(maps, gradients):
    seen = np.maximum(np.sum(np.mean(gradients, axis=(2, 3), keepdims=True) * maps, axis=1), 0)
    return seen / (np.max(seen) or 1)

# %% wrong: stretched between smallest and largest | 0 of 3
# the smallest value became 0: only divide by the largest
def grad_cam(maps, gradients):
    seen = np.maximum(np.sum(np.mean(gradients, axis=(2, 3), keepdims=True) * maps, axis=1), 0)
    low, most = np.min(seen, axis=(1, 2), keepdims=True), np.max(seen, axis=(1, 2), keepdims=True)
    return (seen - low) / np.where(most > low, most - low, 1)

# %% wrong: divides by 0 | 0 of 3
# where nothing speaks for the class the largest value is 0, and something was divided by it
def grad_cam(maps, gradients):
    seen = np.maximum(np.sum(np.mean(gradients, axis=(2, 3), keepdims=True) * maps, axis=1), 0)
    return seen / np.max(seen, axis=(1, 2), keepdims=True)

# %% wrong: in place | 2 of 3
# your function changed the array `maps` that it was given; work on a copy (`maps.copy()`), because the caller still needs the old one
def grad_cam(maps, gradients):
    weighted = np.mean(gradients, axis=(2, 3), keepdims=True) * maps
    if maps.flags.writeable:
        maps[...] = weighted.astype(maps.dtype)
    seen = np.maximum(np.sum(weighted, axis=1), 0)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% wrong: a small number against a division by 0 | 2 of 3
# a small number was added to the largest value: where the gradients are small, too, nothing becomes 1; ask whether it is 0
def grad_cam(maps, gradients):
    seen = np.maximum(np.sum(np.mean(gradients, axis=(2, 3), keepdims=True) * maps, axis=1), 0)
    return seen / (np.max(seen, axis=(1, 2), keepdims=True) + 1e-8)

# %% wrong: a threshold above 0 | 2 of 3
# a largest value that is small was taken for 0: the map of such a picture is to be divided, too
def grad_cam(maps, gradients):
    seen = np.maximum(np.sum(np.mean(gradients, axis=(2, 3), keepdims=True) * maps, axis=1), 0)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return np.where(most > 1e-7, seen / np.where(most > 0, most, 1), 0)

# %% wrong: without the ReLU, divided by the largest of any sign | 0 of 3
# what speaks against the class is still there: keep only what is above 0
def grad_cam(maps, gradients):
    seen = np.sum(np.mean(gradients, axis=(2, 3), keepdims=True) * maps, axis=1)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most != 0, most, 1)

# %% wrong: without the ReLU, divided by the largest size | 0 of 3
# what speaks against the class is still there: keep only what is above 0
def grad_cam(maps, gradients):
    seen = np.sum(np.mean(gradients, axis=(2, 3), keepdims=True) * maps, axis=1)
    most = np.max(np.abs(seen), axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)

# %% right: sums in place of means, which the division takes out again
def grad_cam(maps, gradients):
    found = []
    for one, slopes in zip(np.asarray(maps, float), np.asarray(gradients, float)):
        seen = sum(slope.sum() * a for slope, a in zip(slopes, one))
        seen = np.where(seen > 0, seen, 0)
        found.append(seen / seen.max() if seen.max() > 0 else seen)
    return np.array(found)

# %% right: einsum
def grad_cam(maps, gradients):
    seen = np.einsum("nc,ncij->nij", np.mean(np.asarray(gradients, float), axis=(2, 3)), np.asarray(maps, float)).clip(0)
    most = seen.reshape(len(seen), -1).max(axis=1)
    return np.array([one / m if m else one for one, m in zip(seen, most)])

# %% equivalent
# `np.maximum(np.sum(weights * maps, axis=1), 0)` → `np.maximum(0, np.sum(weights * maps, axis=1))`: the larger of two numbers is the same in either order
# `1` → `2`: where nothing speaks for the class, 0 divided by any number is 0
