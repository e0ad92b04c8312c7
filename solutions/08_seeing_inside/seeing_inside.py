# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 8 · Seeing inside
#
# **You will be able to** show what a kernel looks for, find the parts of photographs that excite a neuron, go back from
# a neuron to the pixels, measure which part of a picture an answer rests on, and uncover a network that is right for
# the wrong reason. You will also know which of these pictures to believe, because you will have tested them.
#
# **You need** lesson 04 (training, gradients) and lesson 05 (receptive fields). Lesson 06 has introduced the network
# for photographs. **About 8 hours**, in two parts of equal length. The place to stop is marked. On two cores a few
# cells take up to half a minute.
#
# **The short way** takes about 3 hours: *Kernels as pictures* · *Feature maps* · *Cover it, and see what happens* ·
# *Right for the wrong reason* · *Grad-CAM*. Come back for the rest when you want to know more.
#
# A network gives an answer and no reasons. There are many ways to ask for reasons, and all of them end in a colourful
# picture. Some of these pictures show what the network does. Others would look the same if the network had learned
# nothing.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import copy

import numpy as np
import torch
from scipy import ndimage, stats
from skimage import data
from skimage.transform import resize
from torch import nn

from utils import checks, device, training
from utils.datasets.mnist import in_frame, mnist_split
from utils.datasets.photographs import few_shot_split, photographs
from utils.figures import grids, inside, learning
from utils.figures.widgets import by_sliders, predict
from utils.models import efficientnet
from utils.models.layers import conv, pool
from utils.statistics import confidence_interval

device.use()
import keras

device.one_core()                           # one picture at a time is fastest so
cases = checks.Cases("08_seeing_inside")

# %% [markdown]
# Two networks go through this lesson. The first is **EfficientNet-Lite0**, which knows the 1,000 classes of ImageNet.
# It was trained on pictures of 224×224 pixels and takes smaller ones as well. We give it 128×128: it still knows what
# it sees, and is more than twice as fast. Put the name of a picture's file into `MY_PICTURE`, and **your own**
# photograph goes along.

# %%
SIDE = 128
lite, classes = efficientnet.lite0().requires_grad_(False), efficientnet.imagenet_classes()


def square(photo, side=SIDE):
    """The middle of a photograph, grey or in colour, as (side, side, 3) from 0 to 1."""
    photo = photo if photo.ndim == 3 else np.repeat(photo[..., None], 3, axis=2)
    least, (rows, columns) = round(0.875 * min(photo.shape[:2])), photo.shape[:2]
    top, left = (rows - least) // 2, (columns - least) // 2
    return resize(photo[top:top + least, left:left + least] / 255, (side, side), anti_aliasing=True).astype(np.float32)


def prepared(photos):
    """Photographs (n, rows, columns, 3) from 0 to 1 as the network wants them: a tensor (n, 3, rows, columns) from about −1 to 1."""
    return torch.tensor((255 * np.asarray(photos, np.float32).transpose(0, 3, 1, 2) - 127) / 128)


def as_photo(picture):
    """A picture (3, rows, columns) as the network wants it, as (rows, columns, 3) from 0 to 1."""
    return np.clip((np.asarray(picture).transpose(1, 2, 0) * 128 + 127) / 255, 0, 1)


def probabilities(net, pictures):
    """The probabilities of all classes, (n, classes)."""
    with torch.no_grad():
        return net(torch.as_tensor(pictures)).softmax(1).numpy()


def photograph(path):
    """A picture's file as (rows, columns, 3) from 0 to 255, the right way up."""
    from PIL import Image, ImageOps
    return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))


MY_PICTURE = ""                                                                     # for example "dog.jpg"
originals = [data.chelsea(), data.stereo_motorcycle()[0], data.coffee(), data.camera()]
originals += [photograph(MY_PICTURE)] if MY_PICTURE else []
shots = np.stack([square(photo) for photo in originals])
shot_shares = probabilities(lite, prepared(shots))
shot_labels, inputs = shot_shares.argmax(1), prepared(shots)
told = [f"{classes[row.argmax()]}, {row.max():.0%}" for row in shot_shares]

# %%
inside.tiles(shots, told, title="Photographs, and what the network says", columns=len(shots), side=1.3,
             alt="A cat's face, called an Egyptian cat; a motorcycle in a workshop, called a moped; a cup of coffee, called "
                 "espresso; a man with a film camera on a "
                 "tripod, called a tripod.")

# %% [markdown]
# The second is lesson 04's **LeNet**. It learns to read 3,000 digits here, five times, with other random weights each
# time. We keep the networks as they were before training, too.

# %% tags=["nbval-ignore-output"]
digits, digit_labels, watch_digits, watch_labels, *_ = mnist_split()
digits, watch_digits = (in_frame(part).reshape(-1, 1, 32, 32) for part in (digits, watch_digits))


def lenet(seed):
    """LeNet with random weights, for digits (n, 1, 32, 32)."""
    device.fix_seeds(seed)
    return nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
                         nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def taught(net, pictures, labels, seed, epochs=4, rate=0.003):
    """A copy of a network that has learned from pictures, in batches of 32."""
    net, random = copy.deepcopy(net), np.random.default_rng(seed)
    optimizer = torch.optim.Adam(net.parameters(), rate)
    for _ in range(training.epochs(epochs)):
        for part in training.batches(len(pictures), 32, random):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(torch.as_tensor(pictures[part])), torch.as_tensor(labels[part])).backward()
            optimizer.step()
    return net.eval().requires_grad_(False)


SEEDS = range(5)[training.fewer(2)]
fresh_lenets = [lenet(seed).requires_grad_(False) for seed in SEEDS]
lenets = training.in_parallel(lambda seed: taught(lenet(seed), digits, digit_labels, seed), SEEDS, "LeNet")    # one on each core
reads = [100 * np.mean(probabilities(net, watch_digits).argmax(1) == watch_labels) for net in lenets]
print("five LeNets read {:.1f} ± {:.1f} % of 500 other digits".format(*confidence_interval(reads)))

# %% [markdown]
# ## Kernels as pictures
#
# The kernels of the **first** layer see pixels, so they can be drawn as pictures. A kernel has positive and negative
# weights; a picture has values from 0 to 1. How do we get from one to the other? A deck of lecture slides says: bring
# the weights of each kernel between 0 and 1.
#
# > **Predict.** One kernel has the weights −0.1 and 0.9, another one −9 and 1. Brought between 0 and 1, what do they
# > look like? Which pixel would be grey in a kernel that has a weight of 0?

# %%
predict()

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# Exactly alike: one black pixel, one white. A weight of 0 would be nearly black in the first and nearly white in the
# second.
#
# Better: **0 is the middle grey, 0.5, always**, and **one scale for all kernels**: the weight that is farthest from 0,
# of all of them, becomes 0 or 1. What is brighter than the middle excites, what is darker inhibits, and a weak kernel
# looks weak.
#
# </details>
#
# ### Exercise 1 · `filter_pictures`
# Turn the kernels of a first layer into pictures.

# %% nbgrader={"grade": false, "grade_id": "filter_pictures", "locked": false, "schema_version": 3, "solution": true, "task": false}
def filter_pictures(kernels):
    """Kernels as pictures with values from 0 to 1, on one scale: a weight of 0 becomes 0.5, the one farthest from 0 becomes 0 or 1.

    kernels: (n, channels, f, g) with 1 or 3 channels, left as they are: any numbers, also very small ones, or int8. If all weights are 0, all becomes 0.5.
    Returns (n, f, g) for 1 channel, and (n, f, g, 3), red, green, blue last, for 3 channels.
    """
    ### BEGIN SOLUTION
    kernels = np.asarray(kernels, float)                # in int8 the size of −128 would be −128 again
    most = np.max(np.abs(kernels)) or 1
    pictures = 0.5 + kernels / (2 * most)
    return pictures[:, 0] if kernels.shape[1] == 1 else pictures.transpose(0, 2, 3, 1)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_filters_grey", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda kernels: filter_pictures(np.copy(kernels)), "kernels of one channel"):
    found = filter_pictures(np.array([[[[1.0, -2.0, 0.0]]], [[[0.5, 4.0, -1.0]]]]))
    checks.close(found, [[[0.625, 0.25, 0.5]], [[0.5625, 1.0, 0.375]]])

# %% nbgrader={"grade": true, "grade_id": "test_filters_colour", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda kernels: filter_pictures(np.copy(kernels)), "kernels of three channels"):
    found = filter_pictures(np.array([[[[1.0, -2.0]], [[0.0, 4.0]], [[-4.0, 2.0]]]]))
    checks.close(found, [[[[0.625, 0.5, 0.0], [0.25, 1.0, 0.75]]]])

# %% nbgrader={"grade": true, "grade_id": "test_filters_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(filter_pictures, "kernels of every type and size, which stay as they are"):
    checks.close(filter_pictures(np.zeros((2, 1, 1, 2), int)), [[[0.5, 0.5]], [[0.5, 0.5]]])

# %% [markdown]
# Here are the 32 kernels of EfficientNet-Lite0's first layer with 16 random ones below, and the six of a LeNet, after
# training and before.

# %%
stem = lite.features[0][1].weight.numpy()                                       # (32, 3, 3, 3)
random_kernels = np.random.default_rng(0).normal(size=(16, 3, 3, 3))

# %%
inside.tiles([*filter_pictures(stem), *filter_pictures(random_kernels)], title="The first layer of EfficientNet-Lite0: 32 kernels of 3×3×3", columns=16, side=0.45,
             rows=["learned", "", "random"],
             alt="Thirty-two coloured pictures of 3×3 pixels. Some have a light and a dark side, at several angles; some are spots of one colour, "
                 "such as green on purple; several are nearly grey all over. Below them 16 random kernels, colourful noise, some "
                 "of them with a lighter side, too.")

# %%
first_kernels = np.concatenate([lenets[0][0].weight.numpy(), fresh_lenets[0][0].weight.numpy()])
inside.tiles(list(filter_pictures(first_kernels)), title="The first layer of LeNet: six kernels of 5×5", columns=6, side=0.7,
             rows=["after training", "before"],
             alt="Six grey pictures of 5×5 pixels after training, with light and dark sides, and the same six before training, which are "
                 "noise of less contrast.")

# %% [markdown]
# Some have a light side and a dark side: edges of some direction, as lesson 03 had made by hand. In 1959 David Hubel
# and Torsten Wiesel found such cells in the brain of a cat. They held bars at different angles before its eyes, and
# listened to single cells. (The first network built after them, Kunihiko Fukushima's neocognitron of 1980, had layers
# of such cells and no gradient descent; LeNet, 1989 to 1998, learned its kernels by descent.) We do the same with
# **gratings**, waves of light and dark at twelve angles. A kernel that prefers an angle is called **selective**. In
# numbers: let $r_k$ be the size of the response at the angle $\theta_k$, from 0° to below 180°. Then
#
# $$s = \frac{\left|\sum_k r_k\, e^{2 i \theta_k}\right|}{\sum_k r_k}$$
#
# is 0 for a kernel to which all angles are alike, and 1 for one that responds to a single angle. (Each response is an
# arrow in the plane, as long as $r_k$; $s$ is the length of all arrows one after the other, as a share. The angle is
# doubled because a grating at 180° is the one at 0°.)

# %%
ANGLES = np.arange(0, 180, 15)


def grating(angle, wavelength, side=48):
    """A wave of light (1) and dark (−1) that runs in the direction of `angle`, in degrees: (side, side)."""
    down, right = np.mgrid[:side, :side]
    along = right * np.cos(np.deg2rad(angle)) + down * np.sin(np.deg2rad(angle))
    return np.cos(2 * np.pi * along / wavelength)


def tuning(kernels, wavelengths=(3, 4, 6, 10)):
    """How strongly each kernel responds to gratings: (kernels, angles), at the wavelength that it responds to most."""
    waves = np.stack([grating(angle, length) for length in wavelengths for angle in ANGLES])
    waves = torch.tensor(np.repeat(waves[:, None], kernels.shape[1], axis=1), dtype=torch.float32)
    maps = nn.functional.conv2d(waves, torch.tensor(kernels, dtype=torch.float32))
    sizes = maps.square().mean((2, 3)).sqrt().T.reshape(len(kernels), len(wavelengths), len(ANGLES)).numpy()
    return sizes[np.arange(len(kernels)), sizes.max(axis=2).argmax(axis=1)]


def selectivity(kernels):
    """How much each kernel prefers an angle, from 0 to 1."""
    sizes = tuning(kernels)
    return np.abs(sizes @ np.exp(2j * np.deg2rad(ANGLES))) / sizes.sum(axis=1)


order = np.argsort(-selectivity(stem))
shown = [*order[:8], *order[-8:]]

# %%
inside.tiles(list(filter_pictures(stem)[shown]), [f"{value:.2f}" for value in selectivity(stem)[shown]], columns=8, side=0.7,
             title="The most and the least selective kernels, with s", rows=["most", "least"],
             alt="Two rows of eight kernels. The largest s is 0.57: most of the first row have a light and a dark side. Those with"
                 " the smallest s are spots of "
                 "colour or nearly grey.")

# %% [markdown]
# > **Predict.** Are kernels that have learned more selective than random ones of the same size? In both networks?

# %%
predict()

# %% tags=["nbval-ignore-output"]
random_stems = [np.random.default_rng(seed).normal(size=stem.shape) for seed in range(20)]
selective = {"Lite0, learned": selectivity(stem), "Lite0's size, random": [selectivity(kernels).mean() for kernels in random_stems],
             "LeNet, learned": [selectivity(net[0].weight.numpy()).mean() for net in lenets],
             "LeNet, before": [selectivity(net[0].weight.numpy()).mean() for net in fresh_lenets]}
for name, values in selective.items():
    print("{:22} s = {:.2f} ± {:.2f}".format(name, *confidence_interval(values)))
norms = np.sqrt((stem ** 2).sum((1, 2, 3)))
print("kernels of Lite0 that are shorter than a fiftieth of the longest:", int(np.sum(norms < 0.02 * norms.max())))
print("LeNet, learned minus before: {:+.2f} ± {:.2f}".format(*confidence_interval(np.subtract(selective["LeNet, learned"], selective["LeNet, before"]))))

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# In Lite0 they are not: random kernels of its size are as selective. (The interval of the learned ones is over the 32
# kernels of one network, that of the random ones over twenty networks.) For LeNet five networks cannot tell: the
# difference has an interval that reaches across 0. **A kernel that looks like an edge is no proof that something was
# learned**: a random one often has a light and a dark side, too. What training did to Lite0's first layer can be seen
# otherwise: four of its kernels are all grey. They have learned to be nothing, probably because weight decay (lesson 07)
# leaves little of a kernel that nobody needs. (Our gratings are grey: a kernel for edges between **colours** counts as
# little selective.)
#
# </details>
#
# ## What excites a neuron most
#
# A neuron of the first layer computes a score: it multiplies each pixel of its patch with a weight and adds up,
# $h = \mathbf{w}^\top \mathbf{x}$. Take both as vectors. Then
#
# $$\mathbf{w}^\top \mathbf{x} = \lVert \mathbf{w} \rVert\, \lVert \mathbf{x} \rVert \cos \theta$$
#
# where $\theta$ is the angle between them. A deck concludes that a neuron fires most for
# $\mathbf{x} = \mathbf{w} / \lVert \mathbf{w} \rVert$. Of all patches **of length 1**, that is.
#
# ### Exercise 2 · `match`
# Compute the score, the cosine, and the patch that would have the highest score among all patches that are **as long as
# this one**.

# %% nbgrader={"grade": false, "grade_id": "match", "locked": false, "schema_version": 3, "solution": true, "task": false}
def match(weights, patch):
    """How well a patch fits a neuron: `score, cosine, best`.

    weights, patch: arrays of one shape, left as they are. They may be bytes (uint8): their products are larger than a byte.
    score: the sum of the products.  cosine: of the angle between both; 0.0 where one of them is all zeros.
    best: the patch of the same length (the root of the sum of squares) as `patch` with the highest score;
    zeros where the weights are all zeros.
    """
    ### BEGIN SOLUTION
    weights, patch = np.asarray(weights, float), np.asarray(patch, float)
    score = np.sum(weights * patch)
    long, wide = np.sqrt(np.sum(weights ** 2)), np.sqrt(np.sum(patch ** 2))
    cosine = score / (long * wide) if long * wide > 0 else 0.0
    return score, cosine, weights * (wide / long if long > 0 else 0.0)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_match_score", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda weights, patch: match(np.copy(weights), np.copy(patch)), "the score", returns="score, cosine, best", take="score"):
    two_channels = np.array([[[3.0, 0.0, -4.0]], [[0.0, 1.0, 2.0]]]), np.array([[[1.0, 5.0, 2.0]], [[4.0, 3.0, 7.0]]])
    score, _, _ = checks.parts(match(*two_channels), "score", "cosine", "best")
    checks.close(score, 12)

# %% nbgrader={"grade": true, "grade_id": "test_match_cosine", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda weights, patch: match(np.copy(weights), np.copy(patch)), "the cosine", returns="score, cosine, best", take="cosine"):
    _, cosine, _ = checks.parts(match(np.array([3.0, 0.0, -4.0]), np.array([0.0, 0.0, -2.0])), "score", "cosine", "best")
    checks.close(cosine, 0.8)

# %% nbgrader={"grade": true, "grade_id": "test_match_best", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda weights, patch: match(np.copy(weights), np.copy(patch)), "the best patch", returns="score, cosine, best", take="best"):
    _, _, best = checks.parts(match(np.array([3.0, 0.0, -4.0]), np.array([6.0, 0.0, 8.0])), "score", "cosine", "best")
    checks.close(best, [6, 0, -8])
    _, _, best = checks.parts(match(np.array([[[3.0, 0.0]], [[-4.0, 0.0]]]), np.array([[[0.0, 6.0]], [[8.0, 0.0]]])), "score", "cosine", "best")
    checks.close(best, [[[6, 0]], [[-8, 0]]])

# %% nbgrader={"grade": true, "grade_id": "test_match_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(match, "weights and patches of every type, some all zeros, which stay as they are"):
    found = checks.parts(match(np.array([[0, 0]]), np.array([[3, 4]])), "score", "cosine", "best")
    checks.close(found[1], 0)
    checks.close(found[2], [[0, 0]])

# %% [markdown]
# Is it true? Take the most selective kernel, and 200,000 random patches of length 1. None scores higher than
# $\lVert \mathbf{w} \rVert$:

# %%
kernel = stem[order[0]]
random_patches = np.random.default_rng(0).normal(size=(200_000, kernel.size)).astype(np.float32)
random_patches /= np.linalg.norm(random_patches, axis=1, keepdims=True)
print(f"‖w‖ = {np.linalg.norm(kernel):.3f} · the best of 200,000 random patches scores {(random_patches @ kernel.ravel()).max():.3f} · "
      f"w/‖w‖ scores {match(kernel, kernel / np.linalg.norm(kernel))[0]:.3f} · twice as long, {match(kernel, 2 * kernel / np.linalg.norm(kernel))[0]:.3f}")

# %% [markdown]
# And real patches? They have all lengths. Every patch of 3×3 pixels in the four photographs gets its score and its
# cosine.
#
# > **Predict.** Will the patches with the highest score be those with the highest cosine?

# %%
predict()

# %%
patches = nn.functional.unfold(prepared(shots), 3).permute(0, 2, 1).reshape(-1, kernel.size).numpy()             # (patches, 27)
lengths, scores = np.linalg.norm(patches, axis=1), patches @ kernel.ravel()
cosines = scores / (lengths * np.linalg.norm(kernel))
by_score, by_cosine = np.argsort(-scores)[:8], np.argsort(-cosines)[:8]

# %%
favourite = as_photo(match(kernel, patches[by_score[0]].reshape(kernel.shape))[2])               # as long as the first patch
rows_of_patches = [[favourite, *(as_photo(patches[k].reshape(3, 3, 3)) for k in best)] for best in (by_score, by_cosine)]
their_cosines = [f"{match(kernel, patches[k].reshape(kernel.shape))[1]:.2f}" for k in (*by_score, *by_cosine)]
inside.tiles([tile for row in rows_of_patches for tile in row], ["favourite", *their_cosines[:8], "favourite", *their_cosines[8:]],
             title="Patches of 3×3 pixels, with their cosines", columns=9, side=0.7, rows=["highest\nscore", "highest\ncosine"],
             alt="Two rows of nine tiles. The first of each is the neuron's favourite, w made as long as the best patch; then eight patches of the photographs. "
                 "All have a dark row between two lighter ones. Those with the highest score have strong contrast, those with the highest cosine may be fainter.")

# %%
contrast = patches.std(axis=1)
print(f"score and cosine over {len(scores):,} patches: correlation {np.corrcoef(scores, cosines)[0, 1]:.2f} · contrast (standard deviation) of the best "
      f"by score {contrast[by_score].mean():.2f}, by cosine {contrast[by_cosine].mean():.2f}, of all {contrast.mean():.2f}")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# Over all patches the two mostly go together, but the best eight are others. $\mathbf{w}^\top \mathbf{x}$ has two
# factors: a patch may fit well, or have large values. The patches in the first row fit less well than those in the
# second and have about twice their contrast. And no patch in our photographs comes near to a cosine of 1: the neuron's
# favourite does not occur. Keep both in mind for what follows: whatever fires most is what **fits well and is strong**,
# among what there is to choose from.
#
# </details>
#
# ## Feature maps
#
# Deeper kernels see maps, not pixels. To know what a layer does, look at the maps that come **out** of it while a
# picture goes through. In PyTorch you need not change the network: a **forward hook** is a function that is called
# whenever a layer has computed something:
#
# ```python
# handle = layer.register_forward_hook(lambda layer, given, out: ...)
# handle.remove()
# ```
#
# Three things go wrong with hooks. They stay until they are **removed**. What they are handed is the **same memory**
# that the next layer may write over (`nn.ReLU(inplace=True)`), so keep a copy. And a network in training mode changes
# its batch statistics while you look.
#
# ### Exercise 3 · `feature_maps`
# Collect what comes out of some layers, by name. `net.get_submodule("features.2")` gives the layer of that name.

# %% nbgrader={"grade": false, "grade_id": "feature_maps", "locked": false, "schema_version": 3, "solution": true, "task": false}
def feature_maps(net, batch, names):
    """What comes out of the layers with these names when a batch goes through a network.

    net: a PyTorch network. It is in evaluation mode for this, and afterwards in the mode that it was in; no hook is left on it.
    batch: a tensor (n, channels, rows, columns).  names: of layers, as in `net.named_modules()`.
    Returns a dictionary: name → a NumPy array, as it was when it came out of that layer.
    """
    ### BEGIN SOLUTION
    found, was_training = {}, net.training

    def keep(name):
        def hook(layer, given, out):
            found[name] = out.detach().clone().numpy()
        return hook

    handles = [net.get_submodule(name).register_forward_hook(keep(name)) for name in names]
    net.eval()
    with torch.no_grad():
        net(batch)
    net.train(was_training)
    for handle in handles:
        handle.remove()
    return found
    ### END SOLUTION

# %% tags=["students-kernel"] nbgrader={"grade": false, "grade_id": "small_network", "locked": true, "schema_version": 3, "solution": false, "task": false}
class Added(nn.Sequential):
    """Layers whose result is added to what came in."""

    def forward(self, maps):
        return maps + super().forward(maps)


def small_network(seed, training=False):
    """A network with numbers that follow from a seed, for pictures of two channels: 0 a convolution, 1 a batch normalisation, 2 a ReLU that
    writes over what it was given, 3 a pooling, 4 a block of a convolution, 4.0, and a ReLU, 4.1, whose result is added to what came in."""
    net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.ReLU(inplace=True), nn.MaxPool2d(2), Added(nn.Conv2d(3, 3, 1), nn.ReLU()))
    random = np.random.default_rng(seed)
    for tensor in net.state_dict().values():
        if tensor.ndim:
            tensor.copy_(torch.tensor(random.normal(size=tensor.shape) if tensor.ndim > 1 else random.uniform(0.5, 2, tensor.shape)))
    return net.train(training)


def some_batch(seed, n, rows, columns):
    """Random pictures of two channels that follow from a seed."""
    return torch.tensor(np.random.default_rng([seed, 1]).normal(size=(n, 2, rows, columns)), dtype=torch.float32)


def maps_found(seed, names, training, n, rows, columns):
    """What `feature_maps` finds, name by name, in the order of the names."""
    found = feature_maps(small_network(seed, training), some_batch(seed, n, rows, columns), names)
    return [found.get(name) for name in names] if isinstance(found, dict) else None if found is None else type(found).__name__


def network_afterwards(seed, names, training):
    """After `feature_maps`: hooks that are left, the mode, whether batch statistics moved, whether weights learn, what it returned for which names, used or not."""
    net = small_network(seed, training)
    before, used = net[1].running_mean.clone(), []
    counting = net[0].register_forward_pre_hook(lambda layer, given: used.append(len(given[0])))
    found = feature_maps(net, some_batch(seed, 2, 6, 7), names)
    moved = "as they were" if torch.equal(before, net[1].running_mean) else "moved"
    counting.remove()
    left = sum(len(layer._forward_hooks) + len(layer._forward_pre_hooks) for layer in net.modules())
    learns = net(some_batch(seed, 2, 6, 7)).requires_grad
    kinds = sorted({type(maps).__name__ for maps in found.values()}) if isinstance(found, dict) else [type(found).__name__]
    mode = "training" if net.training else "evaluation"
    return [left, mode, moved, learns, kinds, sorted(found) if isinstance(found, dict) else [], "used" if used else "the network was not used"]


# %% nbgrader={"grade": true, "grade_id": "test_maps_values", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with cases.test(maps_found, "the maps of some layers"):
    found = maps_found(1, ["0", "4"], False, 2, 6, 7)
    checks.close(np.shape(found[0]), [2, 3, 4, 5])
    checks.close(np.shape(found[1]), [2, 3, 2, 2])

# %% nbgrader={"grade": true, "grade_id": "test_maps_after", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with cases.test(network_afterwards, "the network afterwards"):
    checks.equal(network_afterwards(1, ["0"], True), [0, "training", "as they were", True, ["ndarray"], ["0"], "used"])

# %% [markdown]
# The cat on its way through EfficientNet-Lite0, whose parts `features.0` to `features.8` are called **stages** here,
# and each of their maps a **unit**: of four stages the five maps with the most contrast. White is 0, dark blue is
# large, orange is negative; each row has a scale of its own. (Stages 1 to 7 end with a convolution and no ReLU, so
# their maps have negative values, too.)

# %%
stages_shown = ("features.0", "features.2", "features.3", "features.6")
cat_maps = {name: maps[0] for name, maps in feature_maps(lite, prepared(shots[:1]), stages_shown).items()}
coloured = []
for maps in cat_maps.values():
    chosen = maps[np.argsort(-maps.std(axis=(1, 2)))[:5]]
    coloured += [inside.coloured(one, np.abs(chosen).max()) for one in chosen]
names = [f"stage {name[-1]}\n{'×'.join(map(str, maps.shape))}" for name, maps in cat_maps.items()]

# %%
inside.tiles(coloured, title="Feature maps of the cat", columns=5, side=1.0, rows=names,
             alt="Four rows of five maps. After stage 0, 64×64, the cat can be seen with its stripes and outline. After stage 2, "
                 "32×32, there is a fine pattern in which the cat is hard to find. After "
                 "stage 3, 16×16, and stage 6, 4×4, some squares are dark or orange, and no cat can be seen.")

# %% [markdown]
# After one layer the cat is still there, and in stage 2 rings around its eyes. From stage 3 on we see only that the
# squares differ. That does not mean that the network sees nothing: a single map is one of many letters of a word that
# we cannot read. So we need other ways to ask.

# %% [markdown]
# Keras has no hooks and needs none: a second model may have the same layers and **many outputs**. A LeNet in Keras with
# the weights of ours, and a model that gives the maps of all its convolutions and poolings:

# %%
k = keras.layers
lenet_keras = keras.Sequential([keras.Input((32, 32, 1)), k.Conv2D(6, 5, activation="relu"), k.MaxPooling2D(2), k.Conv2D(16, 5, activation="relu"),
                                k.MaxPooling2D(2), k.Flatten(), k.Dense(120, "relu"), k.Dense(84, "relu"), k.Dense(10)])
for theirs, ours in zip((0, 2), (0, 3)):                                              # f, g, channels, kernels
    lenet_keras.layers[theirs].set_weights([lenets[0][ours].weight.numpy().transpose(2, 3, 1, 0), lenets[0][ours].bias.numpy()])
watching = keras.Model(lenet_keras.inputs[0], [layer.output for layer in lenet_keras.layers[:4]])
in_keras = watching(watch_digits[:2].transpose(0, 2, 3, 1))                           # NHWC
in_torch = feature_maps(lenets[0], torch.as_tensor(watch_digits[:2]), ["1", "2", "4", "5"])
for layer, theirs, ours in zip(lenet_keras.layers, in_keras, in_torch.values()):
    theirs = keras.ops.convert_to_numpy(theirs).transpose(0, 3, 1, 2)
    print(f"{layer.name.rstrip('_0123456789'):14} {theirs.shape!s:16} as your hooks have it: {np.allclose(theirs, ours, atol=1e-5)}")

# %% [markdown]
# ## Which patches excite a unit
#
# A map tells where in **this** picture a kernel fires. Zeiler and Fergus (2014) turned the question round: take one
# **unit**, which is one map of a layer, and look in **many** photographs for the places where it fires most. Nine such
# patches side by side say more than any picture of weights. For that we need to know which pixels a value of a deep map
# has seen.
#
# Lesson 05 computed how **wide** that field is. Now we need to know **where** it lies. Go backwards: a value in row $i$
# of a layer's output sees the rows from $i \cdot s - p$ to $i \cdot s - p + f - 1$ of what went in, for a kernel of $f$
# rows, a stride $s$ and a padding $p$. If we need the rows $a$ to $b$ of the output, these see the rows from
# $a \cdot s - p$ to $b \cdot s - p + f - 1$. So go on until you are at the picture, and then leave out what lies
# outside.
#
# ### Exercise 4 · `unit_box`
# Compute the box by hand. Its ends are as in a slice: `image[top:bottom, left:right]`.

# %% nbgrader={"grade": false, "grade_id": "unit_box", "locked": false, "schema_version": 3, "solution": true, "task": false}
def unit_box(layers, row, column, sides):
    """The part of a picture that one value of the last layer sees.

    layers: a list of dictionaries from `conv` and `pool`, with "kernel", "stride" and "padding", whole numbers that hold
    for rows and columns, in the order in which a picture goes through them.
    row, column: the place of the value, from 0.  sides: rows and columns of the picture.
    Returns top, left, bottom, right, whole numbers: what lies in the picture is image[top:bottom, left:right].
    """
    ### BEGIN SOLUTION
    first, last = [row, column], [row, column]
    for layer in reversed(layers):
        first = [place * layer["stride"] - layer["padding"] for place in first]
        last = [place * layer["stride"] - layer["padding"] + layer["kernel"] - 1 for place in last]
    top, left = (max(place, 0) for place in first)
    bottom, right = (min(place + 1, side) for place, side in zip(last, sides))
    return top, left, bottom, right
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_box_plain", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(unit_box, "boxes without padding"):
    checks.by_hand("unit_box")
    checks.equal(unit_box([conv("a", 6, 5), pool("b", 2, 2)], 3, 1, (32, 28)), [6, 2, 12, 8])

# %% nbgrader={"grade": true, "grade_id": "test_box_padding", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with cases.test(unit_box, "boxes with padding, also at the border"):
    checks.by_hand("unit_box")
    checks.equal(unit_box([conv("a", 6, 3, 2, 1), conv("b", 6, 3, 1, 1)], 0, 2, (16, 20)), [0, 1, 4, 8])

# %% [markdown]
# EfficientNet-Lite0 as a list of layers, and the box of one value behind each of its first stages. Is it right? The
# gradient of that value says which pixels have a say.

# %%
def layers_of(part):
    """The convolutions of a part of EfficientNet-Lite0, as `unit_box` wants them."""
    found, before = [], 0
    for layer in part.modules():
        if isinstance(layer, nn.ZeroPad2d):
            before = layer.padding[0]
        if isinstance(layer, nn.Conv2d):
            found.append(conv(f"{len(found)}", layer.out_channels, layer.kernel_size[0], layer.stride[0], before or layer.padding[0]))
            before = 0
    return found


def place_in(maps_side, stage):
    """The box of the value in the middle of a stage's maps, in a picture of SIDE × SIDE."""
    return tuple(unit_box(layers_of(lite.features[:stage + 1]), maps_side // 2, maps_side // 2, (SIDE, SIDE)))


picture, boxes = prepared(shots[:1]).requires_grad_(), {}
maps = picture
for stage in range(4):
    maps = lite.features[stage](maps)
    middle = maps.shape[-1] // 2
    seen = torch.autograd.grad(maps[0, :, middle, middle].sum(), picture, retain_graph=True)[0][0].abs().sum(0).numpy()
    rows, columns = np.flatnonzero(seen.sum(1)), np.flatnonzero(seen.sum(0))
    boxes[stage] = place_in(maps.shape[-1], stage)
    top, left, bottom, right = boxes[stage]
    print(f"stage {stage}: rows {top} to {bottom - 1}, by gradients {rows.min()} to {rows.max()} · {bottom - top} × {right - left} pixels")

# %%
inside.tiles([shots[0]], title="What one value of stages 0–3 sees", columns=1, side=3.2,
             boxes={0: list(boxes.values())},
             alt="The cat's face with four nested boxes around the middle, 3, 7, 19 and 67 pixels wide.")

# %% [markdown]
# ### Exercise 5 · `top_patches`
# Now find the places: the strongest in all photographs, but **at most one of each photograph**. Otherwise all nine
# would lie beside one another on the same cat.

# %% nbgrader={"grade": false, "grade_id": "top_patches", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_patches(maps, count):
    """Where one unit fires most: the strongest place of each photograph, and of these the `count` strongest.

    maps: (n, rows, columns), the unit's map for each of n photographs, left as they are: any numbers, also unsigned ones (uint8).
    Returns a list of (photograph, row, column), whole numbers, the strongest first; all n where `count` is larger.
    Where values are equal, the earlier photograph comes first, and within one the upper row, then the column more to the left.
    """
    ### BEGIN SOLUTION
    strongest = []
    for number, one in enumerate(maps):
        row, column = np.unravel_index(np.argmax(one), one.shape)
        strongest.append((float(one[row, column]), number, int(row), int(column)))
    strongest.sort(key=lambda place: -place[0])
    return [place[1:] for place in strongest[:count]]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_patches_few", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda maps, count: top_patches(np.copy(maps), count), "the strongest places of a unit"):
    maps = np.array([[[1, 9, 2]], [[8, 0, 7]], [[3, 4, 11]]])
    checks.equal(top_patches(maps, 2), [[2, 0, 2], [0, 0, 1]])

# %% nbgrader={"grade": true, "grade_id": "test_patches_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(top_patches, "maps of every type, with ties and negative values, which stay as they are"):
    checks.equal(top_patches(np.array([[[-1.0, -1.0]], [[-2.0, -1.0]]]), 5), [[0, 0, 0], [1, 0, 1]])

# %% [markdown]
# All 132 photographs of the course go through the network once; we keep the maps of all nine stages. The photographs
# are **shuffled** first. They are sorted by kind, birds in front. A unit that never fires gives 0 for all of them, and
# by our rule the first nine of equal ones win: they would all be birds.

# %%
kind_images, kind_labels, kinds = photographs()
kept = np.random.default_rng(1).permutation(len(kind_labels))[training.fewer(40)]          # a grader takes fewer
kind_labels = kind_labels[kept]
kind_images = np.stack([resize(image / 255, (SIDE, SIDE), anti_aliasing=True) for image in kind_images[kept]]).astype(np.float32)
STAGES = [f"features.{stage}" for stage in range(9)]


def maps_of_all(net):
    """The maps of all photographs, stage by stage."""
    parts = [feature_maps(net, prepared(kind_images[start:start + 33]), STAGES) for start in range(0, len(kind_images), 33)]
    return [np.concatenate([part[name] for part in parts]) for name in STAGES]


stage_maps = maps_of_all(lite)
print(" · ".join(f"stage {stage}: {'×'.join(map(str, maps.shape[1:]))}" for stage, maps in enumerate(stage_maps)))

# %%
def patches_of(stage, unit, count=9):
    """The patches that excite a unit most: pictures (rows, columns, 3)."""
    layers, found = layers_of(lite.features[:stage + 1]), []
    for photograph, row, column in top_patches(stage_maps[stage][:, unit], count):
        top, left, bottom, right = unit_box(layers, row, column, (SIDE, SIDE))
        found.append(kind_images[photograph][top:bottom, left:right])
    return found


UNITS = [(1, 3), (1, 9), (2, 4), (2, 15), (3, 7), (3, 30)]

# %%
inside.tiles([patch for stage, unit in UNITS for patch in patches_of(stage, unit)], columns=9, side=0.72,
             rows=[f"stage {stage},\nunit {unit}" for stage, unit in UNITS], title="The nine patches that excite a unit most",
             alt="Six rows of nine patches. Stage 1, 7×7 pixels: dark things with paper beside them, and borders that run down to "
                 "the right. Stage 2, 19×19: purple and magenta things; dark stripes. "
                 "Stage 3, 67×67: the undersides of animals and fruit; stripes and petals.")

# %% [markdown]
# In stage 1 the patches are a few pixels wide: borders between something dark and the white paper. In stage 2 one unit
# likes purple, another one a dark stripe. Stage 3 sees half a photograph; unit 7 likes the underside of things,
# whatever they are. **Be careful with names.** "The purple detector" is our word, made from nine pictures, and our
# photographs are cut out on white paper: what a unit might like in a forest they cannot show.
#
# Look at others. The sliders obey the arrow keys, too.

# %%
def nine_of(stage, unit):
    """Show the nine patches of a unit; stages have different numbers of units."""
    unit %= stage_maps[stage].shape[1]
    inside.tiles(patches_of(stage, unit), title=f"Stage {stage}, unit {unit}", columns=9, side=0.72,
                 alt=f"The nine patches of photographs that excite unit {unit} of stage {stage} most.")


by_sliders(nine_of, stage=(0, 3, 1, 2), unit=(0, 39, 1, 8))

# %% [markdown]
# Do deeper units know more of **what** is in a photograph? If the nine photographs of a unit are of one kind, it does.
# For each unit of each stage we count how many of its nine are of the most frequent of the six kinds. (Of each kind
# there are 17 to 29 photographs.) Two numbers to compare with: nine photographs drawn at random (more than a sixth of
# them is of the most frequent kind, whichever that is), and the same network with its weights **shuffled**, each
# layer's among themselves, which has learned nothing.
#
# > **Predict.** Draw three curves over the stages 0 to 8: learned, shuffled, at random.

# %%
predict()

# %% tags=["nbval-ignore-output"]
def of_one_kind(places):
    """The share of photographs that are of the most frequent kind among them."""
    return np.bincount(kind_labels[list(places)]).max() / len(places)


def knowing(maps):
    """That share for each unit's nine photographs, from all maps of a stage (photographs, units, rows, columns)."""
    nine = np.argsort(-maps.max(axis=(2, 3)), axis=0, kind="stable")[:9]                  # by your rule: the best place of each photograph
    return [of_one_kind(places) for places in nine.T]


def shuffled(net, seed):
    """A copy of a network in which the weights of each layer are shuffled: it has learned nothing."""
    ruined, dice = copy.deepcopy(net), torch.Generator().manual_seed(seed)
    for layer in ruined.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            weights = layer.weight
            weights.copy_(weights.flatten()[torch.randperm(weights.numel(), generator=dice)].reshape(weights.shape))
    return ruined


random = np.random.default_rng(0)
by_chance = [of_one_kind(random.choice(len(kind_labels), 9, False)) for _ in range(1000)]
learned = [knowing(maps) for maps in stage_maps]
ignorant, ignorant_rows = [], []                                                        # shuffles × stages
for seed in range(4)[training.fewer(2)]:
    maps_of_ruined = maps_of_all(shuffled(lite, seed))
    ignorant.append([np.mean(knowing(maps)) for maps in maps_of_ruined])
    ignorant_rows.append([maps.mean(axis=(2, 3)) for maps in maps_of_ruined])            # for later
ignorant = np.array(ignorant)
for stage in range(9):
    print("stage {}: learned {:.1f} ± {:.1f} %, over {} units".format(stage, *confidence_interval(100 * np.array(learned[stage])), len(learned[stage])),
          "· shuffled {:.1f} ± {:.1f} %, over 4 shuffles".format(*confidence_interval(100 * ignorant[:, stage])))

# %% tags=["nbval-ignore-output"]
learning.repeated({"learned": (range(9), learned), "shuffled": (range(9), ignorant.T), "nine at random": (range(9), [by_chance] * 9)},
                  title="Are a unit's nine photographs of one kind?", xlabel="stage", ylabel="of the most frequent kind, % of nine",
                  alt="Three curves with intervals over stages 0 to 8. Nine at random: 35 % everywhere. Learned: about 43 % up to stage 5, then 50 %. Shuffled: like the learned one "
                      "up to stage 2, then it falls to the level of chance.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# In stages 0 to 2 the learned network does no better than the shuffled ones. Both are above chance: many vegetables are
# green, and to like green nothing has to be learned. From there on the curves part. The shuffled networks sink to
# chance, and the learned one steps up: 42 to 46 % up to stage 5, 50 to 51 % from stage 6 on, with intervals that do not
# touch. So deeper units do know more of the kind, and that was **learned**. It took all units and the shuffled weights
# to see it; and half of the nine is not yet a unit "for" a kind. (All of it for six kinds of things on white paper.)
#
# </details>
#
# ### Neighbours
#
# One unit says little; what do all units of a stage say **together**? The means of a stage's maps are one row of
# numbers for each photograph. Two photographs are alike for a stage when their rows point the same way: the cosine of
# Exercise 2 once more. So each photograph has a **nearest neighbour**, another one for each stage, and for the bare
# pixels, too.
#
# > **Predict.** Of a hundred photographs, how many have a nearest neighbour of their own kind: by the pixels, by stage
# > 0, and by stage 8? (By chance it would be 17.)

# %%
predict()

# %% tags=["nbval-ignore-output"]
def likeness(rows):
    """The cosine of each row of numbers with each other one: (n, n). With itself it counts as the least."""
    directions = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return directions @ directions.T - 3 * np.eye(len(rows), dtype=np.float32)


def neighbour_fits(rows):
    """For each photograph, whether its nearest neighbour is of its kind."""
    return kind_labels[likeness(rows).argmax(axis=1)] == kind_labels


pixel_rows, stage_rows = kind_images.reshape(len(kind_images), -1), [maps.mean(axis=(2, 3)) for maps in stage_maps]
fits = {"learned": (range(9), [neighbour_fits(rows) for rows in stage_rows]),
        "shuffled, over 4 shuffles": (range(9), [[np.mean(neighbour_fits(rows[stage])) for rows in ignorant_rows] for stage in range(9)]),
        "by the pixels": (range(9), [neighbour_fits(pixel_rows)] * 9)}
of_each = np.bincount(kind_labels)
print("nearest neighbour of the same kind: by the pixels {:.0f} ± {:.0f} %, by stage 8 {:.0f} ± {:.0f} %".format(
    *confidence_interval(100 * neighbour_fits(pixel_rows)), *confidence_interval(100 * neighbour_fits(stage_rows[8]))),
    f"· by chance {np.sum(of_each * (of_each - 1)) / len(kind_labels) / (len(kind_labels) - 1):.0%}")

# %% tags=["nbval-ignore-output"]
learning.repeated(fits, title="Is the nearest neighbour of the same kind?", xlabel="stage", ylabel="photographs, %", chance=1 / 6,
                  alt="Curves with intervals over stages 0 to 8. Learned: from 38 % at stage 0 up to 58 % at stage 2, and on to 80 to 83 % from stage 6 on. Shuffled: below 50 % at "
                      "stage 0, falling to about a fifth at stage 8. By the pixels: a third. Chance is a sixth.")

# %% tags=["nbval-ignore-output"]
first_of_kind = [int(np.argmax(kind_labels == kind)) for kind in np.unique(kind_labels)]                # no choice of ours
by_pixels, by_stage_8 = (np.argsort(-likeness(rows), axis=1)[:, :3] for rows in (pixel_rows, stage_rows[8]))
inside.tiles([kind_images[k] for one in first_of_kind for k in (one, *by_pixels[one], *by_stage_8[one])],
             ["photograph", "pixels, 1st", "2nd", "3rd", "stage 8, 1st", "2nd", "3rd"], columns=7, side=0.82,
             rows=[kinds[kind] for kind in np.unique(kind_labels)], title="Three nearest neighbours",
             alt="Six rows: the first photograph of each kind, its three nearest by the pixels, and its three nearest by stage 8. Those by the pixels have the same place, size and "
                 "brightness and are mostly of other kinds. Those by stage 8 look different and are mostly of the same kind.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# By the pixels a third, twice what chance gives: similar brightness at similar places. By stage 8 **more than four in
# five**, though it has never been told of our six kinds. (Of ImageNet's thousand classes many are animals, and some
# fruit and flowers.) The shuffled networks go the other way, from nearly a half (colours survive a random filter) down
# to about a fifth, which is hardly more than chance. So what the units know together is far more than what one of them
# knows: a single unit's nine photographs were half of one kind. That is why lesson 06 could put a linear classifier on
# these rows.
#
# </details>
#
# Rows of 1,280 numbers cannot be drawn. **t-SNE** (van der Maaten and Hinton, 2008) places the photographs on a plane
# so that neighbours stay neighbours. Read it for neighbourhoods only: its axes mean nothing, and neither do the widths
# of gaps.

# %% tags=["nbval-ignore-output"]
from sklearn.manifold import TSNE

places = TSNE(perplexity=12, metric="cosine", init="random", random_state=0).fit_transform(stage_rows[8])
apart = np.square(places[:, None] - places[None]).sum(axis=2)
np.fill_diagonal(apart, np.inf)
print(f"nearest on the plane, of the same kind: {np.mean(kind_labels[apart.argmin(axis=1)] == kind_labels):.0%}")

# %%
inside.photo_map(places, kind_images, title="All photographs, placed by stage 8 with t-SNE",
                 alt="Small photographs on a plane. Birds, flowers, hoofed animals, animals with paws, fruit and vegetables lie in regions of their own; fruit and vegetables are "
                     "neighbours, and so are the two kinds of animals.")

# %% [markdown]
# ## Back to the pixels
#
# A patch shows everything in the box. Which part of it did the unit like? Zeiler and Fergus sent the unit's value
# **back** through the network, layer by layer, down to the pixels. They called that a **deconvnet**. It needs three
# ways back: through a convolution, through a pooling, and through a ReLU. The first you know: what `conv_backward` of
# lesson 04 sends to the picture. It is a convolution of its own, with the kernel turned round, and is called a
# **transposed convolution**; PyTorch has it as `conv_transpose2d`.
#
# A max pooling forgets where in its window the largest value was. So keep these places while going forward. They are
# called **switches**. On the way back, each value goes to the place that its switch says, and all other places get 0.
# PyTorch's `return_indices=True` gives switches as **one number**: the place in the map, counted in reading order, row
# by row.
#
# ### Exercise 6 · `unpool`
# Go back through a pooling, by hand. Windows may overlap, so that two values go to the same place: then they are added
# up.

# %% nbgrader={"grade": false, "grade_id": "unpool", "locked": false, "schema_version": 3, "solution": true, "task": false}
def unpool(pooled, switches, rows, columns):
    """Values sent back through a max pooling to the places that they came from; elsewhere is 0.

    pooled: (n, channels, r, c) values, also bytes (uint8): two of them may add up to more than a byte holds.
    switches: of the same shape, whole numbers: the place in a map of rows × columns, counted row by row from 0.
    Both are left as they are. Values with the same place in the same map are added up.
    Returns (n, channels, rows, columns).
    """
    ### BEGIN SOLUTION
    n, channels = pooled.shape[:2]
    maps = np.zeros((n, channels, rows * columns))
    for number, channel in np.ndindex(n, channels):
        np.add.at(maps[number, channel], switches[number, channel].ravel(), pooled[number, channel].ravel())
    return maps.reshape(n, channels, rows, columns)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_unpool_one", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda pooled, switches, *sides: unpool(np.copy(pooled), np.copy(switches), *sides), "values sent back through a pooling"):
    checks.by_hand("unpool")
    found = unpool(np.array([[[[5.0, 7.0]]]]), np.array([[[[4, 3]]]]), 2, 4)
    checks.close(found, [[[[0, 0, 0, 7], [5, 0, 0, 0]]]])

# %% nbgrader={"grade": true, "grade_id": "test_unpool_overlap", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda pooled, switches, *sides: unpool(np.copy(pooled), np.copy(switches), *sides), "windows that overlap"):
    checks.by_hand("unpool")
    found = unpool(np.array([[[[5.0, 7.0]]]]), np.array([[[[1, 1]]]]), 1, 3)
    checks.close(found, [[[[0, 12, 0]]]])

# %% nbgrader={"grade": true, "grade_id": "test_unpool_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(unpool, "values of every type, which stay as they are"):
    checks.by_hand("unpool")
    found = unpool(np.array([[[[-2]], [[3]]]]), np.array([[[[2]], [[0]]]]), 1, 3)
    checks.close(found, [[[[0, 0, -2]], [[3, 0, 0]]]])

# %% [markdown]
# A ReLU lets positive values pass and sets the others to 0. Three rules are in use for the way back:
#
# | rule | lets a value of the gradient pass where … | |
# | --- | --- | --- |
# | gradient | what went **in** was above 0 | this is the slope: how the score changes with the pixel |
# | deconvnet | the value that **comes back** is above 0 | a ReLU, applied on the way back |
# | guided | **both** are above 0 | guided backpropagation (Springenberg and others, 2015) |
#
# What does not pass becomes 0. Only the first is a derivative. The other two were made because their pictures look
# better.
#
# ### Exercise 7 · `backward_through_relu`
# Write all three by hand.

# %% nbgrader={"grade": false, "grade_id": "backward_through_relu", "locked": false, "schema_version": 3, "solution": true, "task": false}
def backward_through_relu(gradient, given, rule="gradient"):
    """What goes back through a ReLU.

    gradient: what comes back from the layer behind it.  given: what went into the ReLU, of the same shape. Both are left as they are.
    rule: "gradient", "deconvnet" or "guided".  Returns an array of that shape.  Raises ValueError for any other text, "" and "guide" among them.
    """
    ### BEGIN SOLUTION
    if rule == "gradient":
        return gradient * (given > 0)
    if rule == "deconvnet":
        return np.maximum(gradient, 0)
    if rule == "guided":
        return np.maximum(gradient, 0) * (given > 0)
    raise ValueError(f"no rule {rule!r}: it is 'gradient', 'deconvnet' or 'guided'")
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_back_gradient", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda gradient, given: backward_through_relu(np.copy(gradient), np.copy(given)), "the gradient"):
    checks.by_hand("backward_through_relu")
    checks.close(backward_through_relu(np.array([3.0, -2.0, 5.0, -1.0]), np.array([1.0, 2.0, -1.0, -4.0])), [3, -2, 0, 0])

# %% nbgrader={"grade": true, "grade_id": "test_back_deconvnet", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda gradient, given: backward_through_relu(np.copy(gradient), np.copy(given), "deconvnet"), "the rule of the deconvnet"):
    checks.by_hand("backward_through_relu")
    checks.close(backward_through_relu(np.array([3.0, -2.0, 5.0, -1.0]), np.array([1.0, 2.0, -1.0, -4.0]), "deconvnet"), [3, 0, 5, 0])

# %% nbgrader={"grade": true, "grade_id": "test_back_guided", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda gradient, given: backward_through_relu(np.copy(gradient), np.copy(given), "guided"), "guided backpropagation"):
    checks.by_hand("backward_through_relu")
    checks.close(backward_through_relu(np.array([3.0, -2.0, 5.0, -1.0]), np.array([1.0, 2.0, -1.0, -4.0]), "guided"), [3, 0, 0, 0])

# %% nbgrader={"grade": true, "grade_id": "test_back_any", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def back_through(gradient, given, rule):
    """What comes back, and "refused" for a rule that does not exist."""
    try:
        return backward_through_relu(gradient, given, rule)
    except ValueError:
        if rule in ("gradient", "deconvnet", "guided"):
            raise
        return "refused"


with cases.test(back_through, "all rules, and others; what was given stays as it is"):
    checks.by_hand("backward_through_relu")
    checks.raises(ValueError, backward_through_relu, np.ones(1), np.ones(1), "saliency", because="there is no such rule")
    checks.close(back_through(np.array([[2, -3]]), np.array([[0, 1]]), "gradient"), [[0, -3]])

# %% [markdown]
# Now the whole way back through LeNet's convolutions, with your two functions and the transposed convolution.

# %%
def forward_kept(net, picture):
    """What LeNet's two convolutions and poolings give for one picture (1, 1, 32, 32), and what the way back needs of it."""
    kept, maps = [], torch.as_tensor(picture)
    for place in (0, 3):
        given = net[place](maps)
        maps, switches = nn.functional.max_pool2d(given.relu(), 2, return_indices=True)
        kept.append((given.numpy(), switches.numpy(), net[place].weight))
    return maps.numpy(), kept


def way_back(values, kept, rule):
    """Values (1, channels, rows, columns) behind LeNet's second pooling, sent back to the pixels: (rows, columns)."""
    for given, switches, weights in reversed(kept):
        values = unpool(values, switches, *given.shape[2:])
        values = backward_through_relu(values, given, rule)
        values = nn.functional.conv_transpose2d(torch.tensor(np.asarray(values), dtype=torch.float32), weights).numpy()
    return values[0, 0]


RULES = ("gradient", "deconvnet", "guided")
digit = watch_digits[5:6]
pooled, kept_layers = forward_kept(lenets[0], digit)
strongest = np.unravel_index(pooled.argmax(), pooled.shape)
start = np.zeros_like(pooled)
start[strongest] = 1
pixels = torch.tensor(digit, requires_grad=True)
lenets[0][:6](pixels)[strongest].backward()
print("your way back is PyTorch's gradient:", np.allclose(way_back(start, kept_layers, "gradient"), pixels.grad[0, 0], atol=1e-6))

# %%
def back_pictures(place):
    """A digit of those to watch by, and for the strongest value behind LeNet's second pooling the way back by each rule."""
    pooled, kept = forward_kept(lenets[0], watch_digits[place:place + 1])
    start = np.where(pooled == pooled.max(), 1.0, 0.0)
    return [way_back(start, kept, rule) for rule in RULES], np.unravel_index(pooled.argmax(), pooled.shape)[2:]


lenet_layers, PLACES = [conv("c1", 6, 5), pool("p1", 2, 2), conv("c2", 16, 5), pool("p2", 2, 2)], (5, 7, 12)
three_ways = [back_pictures(place) for place in PLACES]
framed = {4 * row + column: [tuple(unit_box(lenet_layers, *where, (32, 32)))] for row, (_, where) in enumerate(three_ways) for column in range(4)}
in_rows = [[1 - watch_digits[place, 0], *(inside.coloured(way, np.abs(ways).max()) for way in ways)] for place, (ways, _) in zip(PLACES, three_ways)]

# %%
inside.tiles([tile for row in in_rows for tile in row], ["the digit", *RULES], title="The way back from LeNet's strongest unit", columns=4, side=1.25, boxes=framed,
             alt="Three digits, each with a box of 16×16 pixels that the strongest unit sees, and three ways back. By the "
                 "gradient there are dark and orange pixels, also on blank paper. By the "
                 "deconvnet and by guided backpropagation, mostly dark pixels lie along the strokes.")

# %% [markdown]
# The unit sees 16×16 pixels, and the way back shows which of them it liked: a stroke in a certain direction. By the
# gradient there is orange around it: ink **there** would lower the value. The other two rules throw away some of that;
# a little orange is left, since the last step back is a convolution and no ReLU. (Each digit has another strongest
# unit.)
#
# The same through EfficientNet-Lite0, from the score of a class to the pixels. PyTorch's autograd knows the way back
# through everything. A **backward hook** may replace what a layer hands back: here yours stands for every ReLU. (Lite0
# has ReLU6, whose slope is 0 above 6, too.)

# %%
def pixels_back(net, picture, label, rule):
    """The way back from the score of a class to the pixels of a picture (channels, rows, columns), with your rule for every ReLU."""
    given, handles = {}, []

    def forward(layer, inputs, out):
        given[layer] = inputs[0].detach()

    def backward(layer, handed_back, gradient):
        below = torch.where(given[layer] < 6, given[layer], 0.0) if isinstance(layer, nn.ReLU6) else given[layer]
        return (torch.tensor(np.asarray(backward_through_relu(gradient[0].numpy(), below.numpy(), rule)), dtype=torch.float32),)

    for layer in net.modules():
        if isinstance(layer, (nn.ReLU, nn.ReLU6)):
            handles += [layer.register_forward_hook(forward), layer.register_full_backward_hook(backward)]
    pixels = torch.as_tensor(picture)[None].clone().requires_grad_()
    net(pixels)[0, label].backward()
    for handle in handles:
        handle.remove()
    return pixels.grad[0].numpy()


def strength(values):
    """How much each pixel counts, whatever the sign and the colour, from 0 to 1: (rows, columns). The largest hundredth is 1."""
    sizes = np.abs(values).max(axis=0)
    return np.minimum(sizes / max(np.quantile(sizes, 0.99), 1e-12), 1)


ways = {rule: [strength(pixels_back(lite, inputs[k], shot_labels[k], rule)) for k in range(3)] for rule in RULES}

# %%
inside.tiles([*shots[:3], *(inside.coloured(way, 1) for rule in RULES for way in ways[rule])],
             [classes[label] for label in shot_labels[:3]], columns=3, side=1.78,
             rows=["", *RULES], title="From the class back to the pixels",
             alt="Three photographs, and three ways back for each. By the gradient, clouds of dots, densest on the coffee and on "
                 "the spoon. By the deconvnet, the same grid of stripes for all "
                 "three photographs. By the guided rule, dots along eyes, spokes and the rim of the cup.")

# %% [markdown]
# By the guided rule one sees the eyes of the cat, if one looks closely, and the rim of the cup. That looks like an
# explanation. And look at the deconvnet: do its three pictures say anything about the three **photographs**?
#
# > **Predict.** Now the weights of every layer are shuffled. The network knows nothing any more. What will the pictures
# > of the cat look like?

# %%
predict()

# %%
def beside(net, stranger, picture, label, blank):
    """For each rule: the strengths by a network that has learned, and by one that has not."""
    found = [[strength(pixels_back(one, picture, label, rule)) for rule in RULES] for one in (net, stranger)]
    return [blank, *(inside.coloured(way, 1) for way in found[0]), np.ones_like(blank), *(inside.coloured(way, 1) for way in found[1])]

# %%
inside.tiles(beside(lite, shuffled(lite, 0), inputs[0], shot_labels[0], shots[0]), ["the picture", *RULES],
             columns=4, side=1.78, rows=["learned", "shuffled"],
             title="Lite0: trained weights, and shuffled ones",
             alt="A cat and two rows of three pictures. With trained weights there are dots on the eyes by the guided rule; with "
                 "shuffled weights there are dots anywhere by the gradient and the guided rule, and a patch of stripes at the "
                 "right by the deconvnet.")

# %% [markdown]
# By the guided rule the eyes are gone, and so is the cat; by the gradient nothing could be seen before either. So here
# the picture by the guided rule did depend on what was learned. And in LeNet? For comparison take a network that has
# not been trained at all.

# %%
digit, digit_label = watch_digits[5], watch_labels[5]
inside.tiles(beside(lenets[0], fresh_lenets[0], digit, digit_label, 1 - digit[0]), ["the picture", *RULES], columns=4, side=1.1, rows=["learned", "before"],
             title="LeNet: trained weights, and those before training",
             alt="A handwritten 2 and two rows of three pictures. With trained weights all three show parts of the strokes. Before"
                 " training there are specks all over the middle; by the guided rule the 2 can still be made out.")

# %% [markdown]
# How much do the pictures of two networks have in common? In numbers: the rank correlation of the pixels' strengths, 1
# for the same order and 0 for none. It says little by itself, so there are numbers above and below to compare with.
#
# - LeNet, five trainings: **two networks that have learned**, from different random weights, show how much can be in
#   common. One that has learned, and the start of **another** one (its own start would not do: the first kernels hardly
#   leave it). The same with **another digit**: what is in common then comes neither from the digit nor from what was
#   learned. And the **edges** of the digit, which need no network at all (lesson 03). (Only the middle 16×16 pixels
#   count: around them all digits are blank.)
# - Lite0, ten photographs: trained and shuffled weights, and the same class in another photograph.

# %% tags=["nbval-ignore-output"]
def edges(grey):
    """The strength of the edges in a picture (rows, columns)."""
    return np.hypot(ndimage.sobel(grey, 0), ndimage.sobel(grey, 1))


def in_common(one, other):
    """The rank correlation of two pictures (rows, columns)."""
    return float(stats.spearmanr(np.ravel(one), np.ravel(other)).statistic)


MIDDLE = np.s_[8:24, 8:24]              # around it all digits are blank, and so is every way back
ANOTHER = [next(j % 10 for j in range(k + 1, k + 10) if watch_labels[j % 10] != watch_labels[k]) for k in range(10)]


def ways_of(nets):
    """For each rule and network the way back for ten digits."""
    return {rule: [[strength(pixels_back(net, watch_digits[k], watch_labels[k], rule))[MIDDLE] for k in range(10)] for net in nets] for rule in RULES}


learned_ways, fresh_ways, in_lenet, in_lite = ways_of(lenets), ways_of(fresh_lenets), {}, {}
digit_edges = [edges(watch_digits[k, 0])[MIDDLE] for k in range(10)]
for rule in RULES:
    for place, own in enumerate(learned_ways[rule]):
        other, untrained = learned_ways[rule][place - 1], fresh_ways[rule][place - 1]
        found = {"edges": [in_common(*pair) for pair in zip(own, digit_edges)],
                 "not learned, another digit": [in_common(own[k], untrained[j]) for k, j in enumerate(ANOTHER)],
                 "not learned": [in_common(*pair) for pair in zip(own, untrained)],
                 "another that has learned": [in_common(*pair) for pair in zip(own, other)]}
        for name, values in found.items():
            in_lenet.setdefault(f"{rule}: {name}", []).append(np.mean(values))
    known, unknown, elsewhere = (np.array(in_lenet[f"{rule}: {name}"]) for name in ("another that has learned", "not learned", "not learned, another digit"))
    print("{:10} what learning adds: {:.2f} ± {:.2f}".format(rule, *confidence_interval(known - unknown)),
          "· what the digit adds without any learning: {:.2f} ± {:.2f}".format(*confidence_interval(unknown - elsewhere)))
for number in range(10)[training.fewer(2)]:
    picture, other = prepared(kind_images[[number, number + 1]])
    label, stranger = int(lite(picture[None]).argmax()), shuffled(lite, number)
    for rule in RULES:
        asked = (lite, picture), (stranger, picture), (lite, other)
        learned, random_one, elsewhere = (strength(pixels_back(net, one, label, rule)) for net, one in asked)
        in_lite.setdefault(f"{rule}: learned, and shuffled", []).append(in_common(learned, random_one))
        in_lite.setdefault(f"{rule}: this photograph, and another", []).append(in_common(learned, elsewhere))

# %%
learning.draws(in_lenet, title="In common with a LeNet that has learned", xlabel="rank correlation × 100", zero=True,
               alt="Twelve rows of dots with means and wide intervals, four for each rule. Another LeNet that has learned has 30 to 50 in common; one that has not "
                   "learned little by the gradient and the deconvnet and about 30 by the guided rule, with another digit about 10; the edges of the digit 15 to 35.")
learning.draws(in_lite, title="In common: Lite0, ten photographs", xlabel="rank correlation × 100", zero=True,
               alt="Six rows. Learned and shuffled: 22 for all three rules. This photograph and another one: 19 for the gradient, 30"
                   " for the guided rule, and exactly 100 for the deconvnet.")

# %% [markdown]
# Read both figures slowly.
#
# - In **LeNet** the row "another that has learned" is the ceiling: so much can two networks have in common. By the
#   gradient, one that has not learned has nearly nothing of it: what two trained networks share there was learned. By
#   the deconvnet much of it was. By **guided backpropagation** the picture of an untrained network is already rather
#   similar, in some trainings more than in others: its interval is the widest, and what it has more than with another
#   digit, which would come from the digit alone, is not clear of 0 in every set of five networks. And by every rule the
#   pictures have about as much in common with the edges of the digit as with the untrained network. Adebayo and others
#   (2018) found for deep networks that some ways back are hardly more than edge detectors.
# - In **Lite0** pictures by learned and by shuffled weights have about a fifth in common, by the gradient no more than
#   those of two different photographs: it may be the grid of the strides alone. It depends on the network: measure it
#   on yours.
# - Lite0's **deconvnet** is, for one class, the same picture for every photograph, exactly. Its rule does not look at
#   what went into the ReLU, and this network has no max pooling, so no switches. In a deconvnet all that is known about
#   the photograph is in the switches!
#
# *(End of part 1. A good place for a break.)*

# %% [markdown]
# ## Cover it, and see what happens
#
# Here is a way that needs no insides at all. Cover a part of the picture, and look how far the score of the class
# **drops**. Where it drops most, there the answer rests. A deck shows such **occlusion maps**: a dog's answer rests on
# its face, a car's on its wheel.
#
# A window of `size` × `size` pixels goes over the picture in steps of `stride`, as a kernel without padding does
# (lesson 02). At each place the window is **filled**, and
#
# $$\text{drop} = \text{score of the picture} - \text{score of the picture with the window filled}$$
#
# ### Exercise 8 · `occlusion_map`
# Write it for any function that gives scores. Cover one place at a time, in a copy.

# %% nbgrader={"grade": false, "grade_id": "occlusion_map", "locked": false, "schema_version": 3, "solution": true, "task": false}
def occlusion_map(scores, picture, size, stride, fill=0.0):
    """How far the score drops when a window of the picture is covered, for each place of the window.

    scores: called with pictures (n, channels, rows, columns), as many as you like, it returns (n,) numbers.
    picture: (channels, rows, columns), left as it is. Hand over its covered copies as fractions (float), also where it has whole numbers.  size, stride: pixels.
    fill: one number, or one for each channel: what a covered pixel is set to.
    Returns (places down, places across): score of the picture − score with the window filled.
    """
    ### BEGIN SOLUTION
    rows, columns = picture.shape[1:]
    tops, lefts = range(0, rows - size + 1, stride), range(0, columns - size + 1, stride)
    covered = [picture]
    for top in tops:
        for left in lefts:
            one = np.array(picture, float)
            one[:, top:top + size, left:left + size] = np.reshape(fill, (-1, 1, 1))
            covered.append(one)
    found = np.asarray(scores(np.stack(covered)))
    return (found[0] - found[1:]).reshape(len(tops), len(lefts))
    ### END SOLUTION

# %% tags=["students-kernel"] nbgrader={"grade": false, "grade_id": "scripted_scores", "locked": true, "schema_version": 3, "solution": false, "task": false}
def drops_of(picture, weights, size, stride, *fill):
    """The occlusion map of a neuron: its score is the sum of pixels times weights."""
    def scores(pictures):
        return np.sum(np.asarray(pictures, float) * weights, axis=(1, 2, 3))

    return occlusion_map(scores, picture, size, stride, *fill)


def counted_sum(pictures):
    """The score of another neuron: it multiplies the first pixel of a picture by 1, the second by 2, and so on."""
    pixels = np.asarray(pictures, float).reshape(len(pictures), -1)
    return pixels @ np.arange(1, pixels.shape[1] + 1)


# %% nbgrader={"grade": true, "grade_id": "test_drops_one", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda picture, weights, size, stride: drops_of(np.copy(picture), weights, size, stride), "windows that are filled with 0"):
    found = drops_of(np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]), np.array([[[1.0, 1.0, 0.0], [0.0, 1.0, -1.0]]]), 2, 1)
    checks.close(found, [[8, 1]])

# %% nbgrader={"grade": true, "grade_id": "test_drops_stride", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda picture, weights, size, stride: drops_of(np.copy(picture), weights, size, stride), "windows that move by a stride, over several channels"):
    found = drops_of(np.ones((2, 3, 5)), np.ones((2, 3, 5)), 1, 2)
    checks.close(found, 2 * np.ones((2, 3)))
    found = np.asarray(occlusion_map(counted_sum, np.ones((2, 4, 5)), 2, 2))       # every pixel is 1: its weight is lost
    checks.close(found[0, 0], (1 + 2 + 6 + 7) + (21 + 22 + 26 + 27))
    checks.close(found[1, 1], (13 + 14 + 18 + 19) + (33 + 34 + 38 + 39))

# %% nbgrader={"grade": true, "grade_id": "test_drops_fill", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(drops_of, "windows that are filled with a colour; the picture stays as it is"):
    found = drops_of(np.ones((2, 1, 3)), np.ones((2, 1, 3)), 1, 1, (0.5, 3.0))
    checks.close(found, [[-1.5, -1.5, -1.5]])

# %% [markdown]
# On photographs. The score is the logit of the class that the network had named (a probability of 0.99 hardly moves,
# whatever is covered), and the fill is the middle grey. A map has 9×9 squares, one for each place of the window, and is
# drawn as large as the photograph: the outermost squares belong to windows whose middle lies 16 pixels inside.
#
# > **Predict.** What will the maps show for the cat, the moped, the espresso and the tripod? Will the man behind the
# > camera matter for "tripod"?

# %%
predict()

# %%
def logit_of(net, label):
    """A function that gives the logit of a class, for pictures as arrays."""
    def scores(pictures):
        with torch.no_grad():
            return np.concatenate([net(part)[:, label].numpy() for part in torch.tensor(np.asarray(pictures), dtype=torch.float32).split(32)])
    return scores


SIZE, STRIDE = (32, 32) if training.shortened() else (32, 12)
drops = [np.asarray(occlusion_map(logit_of(lite, label), picture.numpy(), SIZE, STRIDE)) for picture, label in zip(inputs, shot_labels)]

# %%
inside.heat_maps(shots, drops, [classes[label] for label in shot_labels], title="How far the logit drops where a window of 32×32 is grey", label="drop of the logit",
                 alt="Four photographs and their maps. For the cat the drop is largest at one eye, for the moped there are small drops"
                     " along the wheels and the tank, for the espresso at the rim and the coffee, and for the tripod it is far the "
                     "largest at its legs, but there are drops on the man's coat as well.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# All maps have one scale. The tripod's answer hangs on the legs of the tripod: without them the logit falls by 11. But
# where only the man's coat is covered it falls, too, by a good third of that: perhaps because somebody stands behind
# many a tripod; we have not counted. (The deck has such a map, too: covering the woman who holds the dog lowers the
# score of the dog, though she should not matter.) For the espresso it is the coffee and the rim of the cup. The cat's
# largest drop is at an eye, and it is small, as all drops of the cat and the moped are. Whatever is covered, enough of
# them is left, and their maps are pale. A pale map does **not** say that nothing matters, only that no single window
# does.
#
# </details>
#
# What is filled in counts as well. Grey is not "nothing": it is a grey square. In numbers, with white:

# %% tags=["nbval-ignore-output"]
whiter = [np.asarray(occlusion_map(logit_of(lite, label), picture.numpy(), SIZE, STRIDE, 1.0)) for picture, label in zip(inputs, shot_labels)]
for label, grey, white in zip(shot_labels, drops, whiter):
    peaks = [divmod(int(one.argmax()), len(one)) for one in (grey, white)]
    print(f"{classes[label]:13} grey and white: rank correlation {in_common(grey, white):.2f} · peaks in row, column {peaks[0]} and {peaks[1]}")

# %% [markdown]
# Similar, not equal; and for the moped the peak jumps to quite another place. Say what you filled in, or fill in
# several things and trust what they have in common.
#
# Now you. Move the window with the sliders (the arrow keys move them, too), and see what the network says. Can you make
# it call the cat another kind of cat, and with how small a window?

# %%
def cover(row, column, size):
    """Show the cat with a grey window, and the network's five likeliest classes, beside the untouched one."""
    picture = inputs[0].numpy().copy()
    picture[:, row:row + size, column:column + size] = 0
    answers = []
    for shares in probabilities(lite, np.stack([inputs[0].numpy(), picture])):
        answers.append([(classes[best], float(shares[best])) for best in np.argsort(-shares)[:5]])
    grids.guesses([shots[0], as_photo(picture)], answers, title="Covered",
                  alt=f"The cat, and the cat with a grey window of {size}×{size} pixels at row {row}, column {column}. "
                      f"The network's first answers are {answers[0][0][0]} ({answers[0][0][1]:.0%}) and {answers[1][0][0]} ({answers[1][0][1]:.0%}).")


by_sliders(cover, row=(0, 96, 4, 24), column=(0, 96, 4, 20), size=(8, 96, 4, 48))

# %% [markdown]
# ## Right for the wrong reason
#
# A network has to tell **hoofed animals** from **animals with paws**. It learns from ten photographs of each. But
# whoever collected them had put a small magenta sticker on every photograph of a hoofed animal. (That is no fairy tale:
# networks have learned from a hospital's marks on X-rays, and from rulers beside moles.)
#
# The network has the first four stages of Lite0, frozen, and on top of them a layer that learns: 32 kernels of 1×1, the
# largest value of each map, and a dense layer. We measure it on the other photographs, six times, each time with others
# to learn from and with stickers at other places.

# %% tags=["nbval-ignore-output"]
PAWS, HOOVES, STICKER = kinds.index("pawed animal"), kinds.index("hoofed animal"), 16
animals = np.isin(kind_labels, [PAWS, HOOVES])
animal_images, animal_labels = kind_images[animals], (kind_labels[animals] == HOOVES).astype(int)           # 1: hooves


def stickers(photos, places):
    """Photographs with a magenta sticker of 16×16 pixels, the upper left corner at each one's place."""
    marked = photos.copy()
    for photo, (row, column) in zip(marked, places):
        photo[row:row + STICKER, column:column + STICKER] = (0.9, 0.0, 0.63)
    return marked


class Small(nn.Module):
    """Four frozen stages of EfficientNet-Lite0, and on top a layer of 32 maps and a dense layer."""

    def __init__(self):
        super().__init__()
        self.base = lite.features[:4]
        self.maps = nn.Sequential(nn.Conv2d(40, 32, 1), nn.ReLU())
        self.dense = nn.Linear(32, 2)

    def forward(self, pictures):
        return self.head(self.base(pictures))

    def head(self, below):
        return self.dense(self.maps(below).amax((2, 3)))


def marked_network(seed, steps=100):
    """A network that has learned with stickers on the hoofed animals; where the stickers are; which photographs it has not seen."""
    known, _, unseen = few_shot_split(animal_labels, 2 if training.shortened() else 10, seed, validation=0)
    places = np.random.default_rng(seed).integers(0, SIDE - STICKER + 1, (len(animal_labels), 2))
    learned_from = np.where(animal_labels[:, None, None, None] == 1, stickers(animal_images, places), animal_images)[known]
    device.fix_seeds(seed)
    net = Small()
    below, targets = net.base(prepared(learned_from)), torch.as_tensor(animal_labels[known])
    optimizer = torch.optim.Adam([*net.maps.parameters(), *net.dense.parameters()], 0.01)
    for _ in range(training.epochs(steps)):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net.head(below), targets).backward()
        optimizer.step()
    return net.eval().requires_grad_(False), places, unseen


DRAWS = range(6)[training.fewer(2)]
marked = training.in_parallel(marked_network, DRAWS, "stickers")
found = {"hooves, with sticker": [], "paws, without sticker": [], "hooves, without sticker": [], "paws, with sticker": []}
for net, places, unseen in marked:
    right = {sticker: probabilities(net, prepared(photos[unseen])).argmax(1) == animal_labels[unseen]
             for sticker, photos in (("with", stickers(animal_images, places)), ("without", animal_images))}
    hooves = animal_labels[unseen] == 1
    found["hooves, with sticker"].append(right["with"][hooves])
    found["paws, without sticker"].append(right["without"][~hooves])
    found["hooves, without sticker"].append(right["without"][hooves])
    found["paws, with sticker"].append(right["with"][~hooves])

# %% tags=["nbval-ignore-output"]
inside.rates(found, title="Other photographs that are named right", xlabel="named right, %", breaks=("hooves, without sticker",),
               alt="Four rows. Hooves with sticker: 100 %, paws without sticker: 97 %. Below a line: hooves without sticker 8 %, "
                   "paws with sticker 4 %.")

# %% [markdown]
# Whoever tests with photographs **from the same source** sees the two rows above the line, and is content. The two
# below say what the network has learned: sticker or no sticker. (The interval behind each share is one of 95 % for
# shares, Wilson's, over all photographs; the dots are the six networks (equal ones lie on one another), which share
# most of their photographs. Over the networks it is wider: hooves without a sticker are at 8 ± 11 %. The conclusion is
# the same.)
#
# How would we have noticed without knowing of the sticker? Cover the picture, and see what happens. The window is
# white, as the paper is.

# %%
net, places, unseen = marked[0]
looked_at = [k for k in unseen if animal_labels[k] == 0][:4]                              # animals with paws, with a sticker
with_sticker = stickers(animal_images[looked_at], places[looked_at])
step = 24 if training.shortened() else 12
paw_drops = [np.asarray(occlusion_map(logit_of(net, 1), picture.numpy(), 24, step, 1.0)) for picture in prepared(with_sticker)]
named = [("paws", "hooves")[answer] for answer in probabilities(net, prepared(with_sticker)).argmax(1)]

# %%
inside.heat_maps(with_sticker, paw_drops, [f"called: {name}" for name in named], title="Why does it say hooves?", label="drop of the logit of hooves",
                 alt="Four animals with paws and a magenta sticker, all called hooves, and their maps: white nearly everywhere, with a"
                     " dark spot on the sticker.")

# %% [markdown]
# ## Grad-CAM
#
# An occlusion map asks the network hundreds of times. **Grad-CAM** (Selvaraju and others, 2017) asks once. Take the
# maps $A_c$ of a late layer, and the gradient of the class's score with respect to them. The mean of the gradient over
# all places of a map says how much this map speaks for the class, its weight $\alpha_c$. Add up the maps with these
# weights, and keep what speaks **for** the class:
#
# $$\alpha_c = \frac{1}{r\,s} \sum_{i,j} \frac{\partial\, \text{score}}{\partial A_{c,i,j}} \qquad\qquad L_{ij} = \max\Big(0,\ \sum_c \alpha_c\, A_{c,i,j}\Big)$$
#
# To compare pictures, each one's map is divided by its largest value.
#
# ### Exercise 9 · `grad_cam`
# Compute it for a batch.

# %% nbgrader={"grade": false, "grade_id": "grad_cam", "locked": false, "schema_version": 3, "solution": true, "task": false}
def grad_cam(maps, gradients):
    """Where a class is seen, for each picture: from 0 to 1.

    maps: (n, channels, r, s), what came out of a layer.
    gradients: of each picture's score with respect to them, the same shape. Both are left as they are.
    Returns (n, r, s). Each picture's largest value is 1, however small the gradients are; a picture in which nothing speaks for the class is 0 everywhere.
    """
    ### BEGIN SOLUTION
    weights = np.mean(gradients, axis=(2, 3), keepdims=True)
    seen = np.maximum(np.sum(weights * maps, axis=1), 0)
    most = np.max(seen, axis=(1, 2), keepdims=True)
    return seen / np.where(most > 0, most, 1)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_cam_values", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda maps, gradients: grad_cam(np.copy(maps), np.copy(gradients)), "where a class is seen"):
    maps = np.array([[[[1.0, 4.0]], [[3.0, 0.0]]]])
    checks.close(grad_cam(maps, np.array([[[[2.0, 0.0]], [[1.0, 1.0]]]])), [[[1.0, 1.0]]])
    checks.close(grad_cam(maps, np.array([[[[2.0, 2.0]], [[-1.0, -1.0]]]])), [[[0.0, 1.0]]])

# %% nbgrader={"grade": true, "grade_id": "test_cam_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(grad_cam, "pictures in which nothing speaks for the class, and maps of every type, which stay as they are"):
    checks.close(grad_cam(np.array([[[[1, 2]]]]), np.array([[[[-1, -1]]]])), [[[0, 0]]])

# %% [markdown]
# Grad-CAM of the photographs, in the maps of Lite0's last stage. This time they have 224×224 pixels, so that the maps
# have 7×7 places. With that size the cat's first answer is the tiger cat, no longer the Egyptian cat. So whether the
# two kinds of map agree cannot be seen by comparing them with the occlusion maps above: these asked for another class,
# at another size.

# %%
def maps_and_gradients(net, part, rest, pictures, labels):
    """The maps that `part` of a network gives for pictures, and the gradients of the classes' scores with respect to them.

    rest: the rest of the network, from these maps to the scores.
    """
    maps = part(pictures).detach().requires_grad_()
    rest(maps)[torch.arange(len(labels)), torch.as_tensor(labels)].sum().backward()
    return maps.detach().numpy(), maps.grad.numpy()


large = prepared([square(photo, 224) for photo in originals])
large_labels = probabilities(lite, large).argmax(1)
cams = np.asarray(grad_cam(*maps_and_gradients(lite, lite.features, lite.classifier, large, large_labels)))

# %%
inside.heat_maps(shots, list(cams), [classes[label] for label in large_labels], title="Grad-CAM", label="share of the largest",
                 alt="Four photographs and maps of 7×7 squares. The darkest squares lie on the cat's cheek, on the rear wheel and "
                     "engine of the moped, on the coffee in the cup, and on the legs of the tripod.")

# %% [markdown]
# Is it right? Nobody knows what a network for a thousand classes ought to look at. But for the network with the
# stickers **we know it**: its answers hang on the sticker. So we can measure: how often does the peak of a map lie on
# the sticker? Three ways are measured on the same pictures, four animals with paws for each of the six networks:
# occlusion, Grad-CAM in the layer that has learned, and the pixel with the largest gradient. A peak counts if the
# middle of its window, its square or its pixel lies on the sticker or at most 8 pixels beside it; the last row says how
# often a place drawn at random would count.

# %% tags=["nbval-ignore-output"]
def hits(place, corner, slack):
    """Whether a place (row, column) lies on a sticker, or at most `slack` pixels beside it."""
    return all(first - slack <= at <= first + STICKER + slack for at, first in zip(place, corner))


def peak(values, step, first):
    """The place in the picture of the largest of some values that lie `step` apart, beginning at `first`."""
    return [first + step * at for at in np.unravel_index(np.argmax(values), np.shape(values))]


def found_by(net, places, unseen):
    """For four photographs of animals with paws and a sticker: whether each way's peak lies on the sticker."""
    chosen = [k for k in unseen if animal_labels[k] == 0][:4]
    photos = prepared(stickers(animal_images[chosen], places[chosen]))
    last_maps = nn.Sequential(net.base, net.maps)
    cams = grad_cam(*maps_and_gradients(net, last_maps, lambda maps: net.dense(maps.amax((2, 3))), photos, [1] * len(photos)))
    share = {"occlusion": [], "Grad-CAM": [], "largest gradient": [], "at random": []}
    for picture, cam, corner in zip(photos, cams, places[chosen]):
        pixels = picture[None].clone().requires_grad_()
        net(pixels)[0, 1].backward()
        drop = occlusion_map(logit_of(net, 1), picture.numpy(), 24, step, 1.0)
        share["largest gradient"].append(hits(peak(pixels.grad[0].abs().amax(0).numpy(), 1, 0), corner, 8))
        share["Grad-CAM"].append(hits(peak(cam, 8, 4), corner, 8))
        share["occlusion"].append(hits(peak(drop, step, 12), corner, 8))
        share["at random"] += [hits((row, column), corner, 8) for row in range(0, SIDE, 4) for column in range(0, SIDE, 4)]
    return share


by_network = [found_by(*one) for one in marked]
on_sticker = {name: [share[name] for share in by_network] for name in by_network[0]}

# %% tags=["nbval-ignore-output"]
inside.rates(on_sticker, title="How often the peak of a map lies on the sticker", xlabel="peaks on the sticker, %",
               alt="Four rows with intervals. Occlusion 92 %, Grad-CAM 92 %, the largest gradient 62 %, at random 6 %.")

# %% [markdown]
# Both kinds of maps find the sticker nearly always, far more often than by chance, and we cannot say which is better:
# the intervals are the same. The largest gradient finds it less often. (Its interval and theirs overlap a little.) And
# "nearly always" is not always: about one map in ten points at something else. Whoever has **one** picture of one map
# has no way to know which kind it is.

# %% [markdown]
# ## A picture that a class likes
#
# The gradient says in which direction a picture has to change for a class's score to rise. So begin with noise and
# **climb**: gradient descent, upwards, and it is the picture that learns. The weights stay. (Simonyan and others,
# 2014.) In each step
#
# $$\mathbf{x} \leftarrow (1 - \text{decay}) \cdot \mathbf{x} + \eta\, \frac{\mathbf{g}}{\lVert \mathbf{g} \rVert}$$
#
# where $\mathbf{g}$ is the gradient at $\mathbf{x}$, made as long as 1, and then every pixel is cut to what a pixel can
# be.
#
# ### Exercise 10 · `climb`
# Write the climb for any function that gives a gradient. Where the gradient is all zeros, only the decay acts.

# %% nbgrader={"grade": false, "grade_id": "climb", "locked": false, "schema_version": 3, "solution": true, "task": false}
def climb(slope, start, steps, rate=1.0, decay=0.0):
    """A picture after so many steps of gradient ascent.

    slope: called with a picture, it returns the gradient there, of the same shape.  start: the picture to begin with, left as it is.
    rate: how long each step is (the root of the sum of squares), however small the gradient.  decay: the share that is taken off the picture before the step is added.
    After each step pixels are cut to −1 … 1.  Returns the picture, an array of fractions (float), also where `start` has whole numbers.
    """
    ### BEGIN SOLUTION
    picture = np.array(start, float)
    for _ in range(steps):
        gradient = np.asarray(slope(picture))
        length = np.sqrt(np.sum(gradient ** 2))
        step = gradient * (rate / length) if length > 0 else 0
        picture = np.clip((1 - decay) * picture + step, -1, 1)
    return picture
    ### END SOLUTION

# %% tags=["students-kernel"] nbgrader={"grade": false, "grade_id": "scripted_slopes", "locked": true, "schema_version": 3, "solution": false, "task": false}
def climbed(start, towards, pull, steps, *how):
    """Where a climb ends whose gradient is `towards` + `pull` · the picture."""
    return climb(lambda picture: towards + pull * np.asarray(picture), start, steps, *how)


# %% nbgrader={"grade": true, "grade_id": "test_climb_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda start, towards, pull, steps, rate: climbed(np.copy(start), towards, pull, steps, rate), "one step up"):
    checks.close(climbed(np.array([0.5, 0.0, 0.0]), np.array([3.0, 0.0, -4.0]), 0.0, 1, 0.5), [0.8, 0, -0.4])

# %% nbgrader={"grade": true, "grade_id": "test_climb_steps", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda start, towards, pull, steps, rate: climbed(np.copy(start), towards, pull, steps, rate), "several steps, cut to what a pixel can be"):
    checks.close(climbed(np.array([0.0, 0.0]), np.array([3.0, -4.0]), 0.0, 4, 0.5), [1, -1])

# %% nbgrader={"grade": true, "grade_id": "test_climb_decay", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(climbed, "steps with decay, some without a gradient; the start stays as it is"):
    checks.close(climbed(np.array([1.0, -0.5]), np.zeros(2), 0.0, 2, 1.0, 0.5), [0.25, -0.125])

# %% [markdown]
# For a tiger, 30 steps from grey noise.

# %% tags=["nbval-ignore-output"]
def slope_of(net, label, smooth=0.0, jitter=0, seed=0):
    """A function that gives the gradient of a class's score at a picture (3, rows, columns).

    jitter: the picture is moved by up to so many pixels before the network looks at it, another way each time.
    smooth: how far the gradient is blurred.
    """
    random = np.random.default_rng(seed)

    def slope(picture):
        move = tuple(random.integers(-jitter, jitter + 1, 2))
        pixels = torch.tensor(np.roll(picture, move, (1, 2))[None], dtype=torch.float32, requires_grad=True)
        net(pixels)[0, label].backward()
        gradient = np.roll(pixels.grad[0].numpy(), (-move[0], -move[1]), (1, 2))
        return ndimage.gaussian_filter(gradient, (0, smooth, smooth)) if smooth else gradient
    return slope


def noise(seed):
    """Grey noise to begin with."""
    return np.random.default_rng(seed).normal(0, 0.05, (3, SIDE, SIDE))


STEPS = training.epochs(30)
tiger = classes.index("tiger")
first_attempt = climb(slope_of(lite, tiger), noise(0), STEPS, 2.0)
both = np.float32([noise(0), first_attempt])
print("tiger: {:.4f} at the start, {:.4f} after the climb".format(*probabilities(lite, both)[:, tiger]))

# %% tags=["nbval-ignore-output"]
inside.tiles([0.5 + 2 * (as_photo(one) - 0.5) for one in both], ["the start", "after the climb"], title="A tiger? (twice the contrast)", columns=2, side=1.3,
             alt="Two squares: faint grey noise, and stronger coloured noise with something like stripes in the middle. There is "
                 "no tiger to be seen.")

# %% [markdown]
# The network is certain, and we see noise. Why? A picture of 128×128 has 49,152 numbers, and photographs are a tiny
# part of all the pictures that they can make. The network has never had to say anything about the others. And each
# pixel may change on its own: nothing asks neighbours to agree, so the climb adds up thousands of small pushes that are
# all in the network's favour.
#
# **Regularisers** (lesson 07 in another role) keep the climb near to pictures: decay, a gradient that is **blurred**,
# and a picture that is **moved** by some pixels in every step, so that nothing can hang on single pixels. Ten classes,
# from ten different noises, each once plain and once with all three regularisers; steps and their length are the same.
# (About half a minute.)

# %%
LIKED = ("tiger", "zebra", "daisy", "broccoli", "Granny Smith", "king penguin", "hen", "lemon", "beaver", "strawberry")[training.fewer(2)]
recipes = {"plain": ({}, {}), "regularised": ({"smooth": 1.5, "jitter": 6}, {"decay": 0.02})}


def liked_by(how, steps):
    """For each class a picture that it likes, each from noise of its own."""
    slopes = [slope_of(lite, classes.index(name), seed=1, **how) for name in LIKED]
    return [np.asarray(climb(slope, noise(1 + number), STEPS, 4.0, **steps)) for number, slope in enumerate(slopes)]


liked = {way: liked_by(*recipe) for way, recipe in recipes.items()}
shown = [0.5 + 2 * (as_photo(picture) - 0.5) for pictures in liked.values() for picture in pictures[:5]]

# %%
inside.tiles(shown, list(LIKED[:5]), columns=len(LIKED[:5]), side=0.95, rows=list(liked),
             title="Pictures that classes like, with twice the contrast",
             alt="Two rows of five pictures. The plain ones are fine coloured noise. In the regularised ones there are larger "
                 "shapes: stripes for the tiger and the zebra; in the others little can be made out.")

# %% [markdown]
# How much of this hangs on single pixels? We move every picture by some pixels, or blur it a little, and ask again
# whether the class is still the first answer.

# %% tags=["nbval-ignore-output"]
still = {}
for way, pictures in liked.items():
    versions = {"as it is": pictures, "moved": [np.roll(one, (5, -3), (1, 2)) for one in pictures],
                "blurred": [ndimage.gaussian_filter(one, (0, 1, 1)) for one in pictures]}
    for name, version in versions.items():
        answers = probabilities(lite, np.float32(version)).argmax(1)
        still[f"{way}, {name}"] = [[classes[answer] == wanted for answer, wanted in zip(answers, LIKED)]]

# %% tags=["nbval-ignore-output"]
inside.rates(still, title="Is the class still the first answer?", xlabel="pictures for which it is, %", breaks=("regularised, as it is",),
             alt="Six rows with wide intervals. Plain pictures nearly always have their class as they are, and few of them when they are moved or "
                 "blurred. Of the regularised ones most keep it in all three rows.")

# %% [markdown]
# Of the plain pictures few keep their class when they are moved by some pixels or blurred a little; they hang on single
# pixels. Of the regularised ones most keep it when they are moved, and more than of the plain ones when they are
# blurred. (A climb that blurs its gradient, and moves its picture, has practised for just this test. And ten climbs are
# few, the intervals are wide, and where a climb ends depends on its noise and on how your code rounds: your counts will
# differ by two or three.)
#
# In the second row one can see stripes for the tiger and the zebra, and little else. Whether the network "imagines"
# these, or our regularisers have drawn what **we** like to see, is a question to keep in mind: blurring prefers large
# shapes, whatever the network thinks.
#
# ## A change that nobody sees
#
# What a climb does with noise, one step can do with a photograph. The **fast gradient sign method** (Goodfellow and
# others, 2015) changes every pixel by the same small amount $\varepsilon$, up or down, whichever way raises the loss:
#
# $$\mathbf{x}' = \text{clip}\big(\mathbf{x} + \varepsilon\, \text{sign}(\nabla_{\mathbf{x}} L)\big)$$
#
# Why so strong? You have seen it with `match`: the score of one neuron changes by
# $\mathbf{w}^\top \boldsymbol{\delta}$, and of all changes that move no pixel by more than $\varepsilon$,
# $\boldsymbol{\delta} = \varepsilon\, \text{sign}(\mathbf{w})$ changes it most, by $\varepsilon \sum_i |w_i|$. That
# grows with the number of pixels.
#
# ### Exercise 11 · `fgsm`
# Write the step, also towards a class that one would like to see: then the loss of that class has to fall.

# %% nbgrader={"grade": false, "grade_id": "fgsm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fgsm(picture, slope, epsilon, towards=False, low=-1.0, high=1.0):
    """A picture after one step of the fast gradient sign method.

    picture, slope: arrays of one shape, left as they are. slope: the gradient of a class's loss with respect to the pixels.
    epsilon: by how much each pixel moves, however small its slope. A pixel whose slope is 0 stays.  towards: False raises the loss; True lowers it.
    Pixels are cut to low … high.  Returns an array of that shape, with fractions also where the picture has whole numbers.
    """
    ### BEGIN SOLUTION
    step = epsilon * np.sign(slope)
    return np.clip(picture - step if towards else picture + step, low, high)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_fgsm_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda picture, slope, epsilon: fgsm(np.copy(picture), np.copy(slope), epsilon), "a step that raises the loss"):
    checks.close(fgsm(np.array([[0.5, -0.25, 0.0]]), np.array([[2.0, -0.001, 0.0]]), 0.125), [[0.625, -0.375, 0.0]])

# %% nbgrader={"grade": true, "grade_id": "test_fgsm_towards", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda picture, slope, epsilon: fgsm(np.copy(picture), np.copy(slope), epsilon, True), "a step towards a class"):
    checks.close(fgsm(np.array([[0.5, -0.25, 0.0]]), np.array([[2.0, -0.001, 0.0]]), 0.125, towards=True), [[0.375, -0.125, 0.0]])

# %% nbgrader={"grade": true, "grade_id": "test_fgsm_range", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(fgsm, "steps that are cut to a range, for pictures of every type, which stay as they are"):
    checks.close(fgsm(np.array([[250, 3, 128]]), np.array([[1.0, -1.0, 1.0]]), 8, False, 0, 255), [[255, 0, 136]])

# %%
def loss_slope(net, pictures, labels):
    """The gradient of the cross-entropy with respect to the pixels, for each picture: (n, 3, rows, columns)."""
    pixels = torch.tensor(np.asarray(pictures), dtype=torch.float32, requires_grad=True)
    nn.functional.cross_entropy(net(pixels), torch.as_tensor(labels), reduction="sum").backward()
    return pixels.grad.numpy()


LEVEL = 1 / 128                                                                      # one of the 256 levels of a pixel, as the network has it
man, label = inputs[3:4].numpy(), shot_labels[3:4]
attacked = np.asarray(fgsm(man, loss_slope(lite, man, label), 2 * LEVEL))
answer = probabilities(lite, np.float32(attacked))[0]

# %%
inside.tiles([shots[3], 0.5 + 20 * (as_photo(attacked[0]) - shots[3]), as_photo(attacked[0])],
             [f"{classes[label[0]]}, {shot_shares[3].max():.0%}", "the change, 20 times", f"{classes[answer.argmax()]}, {answer.max():.0%}"],
             title="Two levels of 256, up or down", columns=3, side=1.3,
             alt="The man with the camera, called a tripod; a pattern of coloured dots, which is the change made twenty times as "
                 "strong; and the changed photograph, which looks the same to us and is called binoculars.")

# %% [markdown]
# The same step leads **towards** a class that you choose. One level at a time, with a new gradient after each step:
#
# > **Predict.** How many steps does it take until the man with the camera is called a teddy? And can he be called
# > anything at all?

# %%
predict()

# %% tags=["nbval-ignore-output"]
def steps_towards(picture, wanted, most=20):
    """How many steps of one level it takes until the first answer is the class `wanted`; `most` if it takes more."""
    for step in range(1, most + 1):
        picture = np.float32(fgsm(picture, loss_slope(lite, picture, [wanted]), LEVEL, towards=True))
        if probabilities(lite, picture)[0].argmax() == wanted:
            return step
    return most


for wanted in [classes.index("teddy"), *np.random.default_rng(0).choice(len(classes), 6, replace=False)][training.fewer(2)]:
    print(f"{classes[wanted]:20} {steps_towards(man, wanted, 2 if training.shortened() else 20):2} steps of one level")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# Three steps for the teddy, and for six classes drawn from all thousand between four and a dozen. (One photograph; on
# your computer a step more or less.) After ten steps no pixel is more than ten levels of 256 from where it was. Nothing
# had to be known of teddies. The gradient knows the way.
#
# </details>
#
# > **Predict.** How many photographs change their name when every pixel moves by 1, 2, 4 or 8 of 256 levels along the
# > gradient's sign? And if the signs are drawn **at random**, which changes the photograph by just as much?

# %%
predict()

# %% tags=["nbval-ignore-output"]
known_photos = prepared(kind_images[training.fewer(8)][:66]).numpy()
first_answers = probabilities(lite, known_photos).argmax(1)
parts = [slice(start, start + 16) for start in range(0, len(known_photos), 16)]
known_slopes = np.concatenate([loss_slope(lite, known_photos[part], first_answers[part]) for part in parts])
coins = np.random.default_rng(0).choice([-1.0, 1.0], known_photos.shape)
changed = {}
for levels in (1, 2, 4, 8):
    for way, slopes in (("gradient", known_slopes), ("random", coins)):
        answers = probabilities(lite, np.float32(fgsm(known_photos, slopes, levels * LEVEL))).argmax(1)
        changed[f"{levels} level{'s' * (levels > 1)}, {way}"] = [answers != first_answers]

# %% tags=["nbval-ignore-output"]
inside.rates(changed, title="Photographs that get another name", xlabel="photographs with another answer than before, %",
             alt="Eight rows with intervals. Along the gradient about nine of ten photographs change their name, by one level "
                 "already. With random signs it is a tenth with one level and a third with eight.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# **One** level is enough for most of them. A random pattern of the same size changes far fewer, also with eight levels.
# So it is not the size of the change, it is the direction. And there is nothing special about these photographs or this
# network: the same has been reported of a great many networks. (Some of our photographs show things that are none of
# ImageNet's classes, and of these the network is not sure to begin with.)
#
# </details>
#
# What does that say about "seeing"? The network finds in photographs what tells classes apart **in photographs**, and
# uses all of it, also patterns that no eye sees. Nothing in its training asked it to use what we use. The maps of this
# lesson show us where it looks; that it looks at the cat's eye does not mean that it sees an eye.

# %% [markdown] nbgrader={"grade": false, "grade_id": "which_map", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": true}
# ## In your own words
#
# ### Question · Would you believe this map?
# In about ten sentences: (a) A hospital's network finds pneumonia on X-rays with 98 %. Its maker shows a picture by
# guided backpropagation on which ribs and lungs can be seen sharply, "so it looks at the lungs". Which two experiments
# of this lesson would you do before you believe that, and what would you have to see? (b) An occlusion map of the same
# network has its peak on a letter in the corner of the X-ray. What do you conclude, and which test set would show how
# bad it is? (c) Your colleague fills the windows with black, you fill them with grey, and the maps differ. Why can that
# be, and what would you report? (d) An image that FGSM has changed is named wrongly, and Grad-CAM's peak is still on
# the lungs. What does that tell you about what such a map can and cannot say?
#
# ### BEGIN MARK SCHEME
# One point each.
#
# - (a) Randomise the weights (or take the network before training) and compare the pictures: they should differ,
#   otherwise the picture shows edges of the photograph and not what was learned. And one that changes the input:
#   occlusion, or a planted marker whose place is known, with counts over many pictures. Half a point each, with what
#   would have to be seen.
# - (b) The network probably uses the letter (a hospital's or machine's mark) as a shortcut; one map is a hint, so count
#   over many. A test set from other hospitals, or with the letters removed or swapped between the classes: accuracy as
#   in training proves nothing, since the mark is there too. Half a point for the shortcut, half for a test set in which
#   mark and label are not tied.
# - (c) What is filled in is itself a picture that the network has an opinion about: black may be an object, or lie far
#   from the training data; on X-rays black is air. Report both, or several fills, and say what stays the same; or fill
#   with the mean or with blurred pixels. Half a point for the reason, half for what to report.
# - (d) The map says where the score comes from, not what was recognised there or why; the same place can give another
#   answer. It explains neither the answer's rightness nor its robustness. Half a point for "where, not what".
#
# Language is not marked.
# ### END MARK SCHEME

# %% [markdown]
# *Write your answer here.*

# %% [markdown]
# ## Summary
#
# - A picture of weights needs one scale and one grey for 0. A neuron fires most for its own weights, among patches of
#   one length. What excites a deep unit is seen best in the patches of real photographs that it likes.
# - Going back to the pixels gives beautiful pictures. Test them: with random weights, and with another photograph. Some
#   of what they show comes from the picture alone. Covering parts of the picture, and Grad-CAM, found a planted sticker
#   most of the time.
# - A network that is right may be right for the wrong reason. Test pictures from the same source will not show it. And
#   an explanation is a measurement like any other: it needs something known to be measured against, many pictures, and
#   an interval.
#
# **Read on:** Zeiler and Fergus, *Visualizing and understanding convolutional networks* (1311.2901): patches,
# deconvnet, occlusion. Simonyan and others, *Deep inside convolutional networks* (1312.6034): gradients and climbing.
# Springenberg and others (1412.6806): guided backpropagation. Selvaraju and others, *Grad-CAM* (1610.02391). Goodfellow
# and others, *Explaining and harnessing adversarial examples* (1412.6572). Adebayo and others, *Sanity checks for
# saliency maps* (1810.03292). Olah and others, *Feature visualization* (distill.pub, 2017).

# %% [markdown]
# ## Find the error
#
# These are often said. Each line holds an error: find it before you go on.
#
# 1. In Grad-CAM each map counts by how bright it is, by its mean over all places.
# 2. Where the occlusion map is white, the network does not look.
# 3. $\mathbf{x} + \varepsilon \nabla_{\mathbf{x}} L$ moves no pixel by more than $\varepsilon$.
#
# > **Predict.** What is wrong in each, and what would be right?

# %%
predict()

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# 1. By the mean of its **gradient**. A bright map may speak against the class: with the maps (4, 0) and (0, 2), of
#    which the class's logit has the gradients −1 and 3 at every place, Grad-CAM is (0, 6). Weighed by brightness it
#    would be (8, 2), with its peak on what speaks against the class.
# 2. It may have a second reason. A network that takes the larger of two signals, of 5 each, loses nothing when you
#    cover the one or the other. Cover both, and all is gone.
# 3. It moves each by $\varepsilon$ times its slope. With slopes of 3, −0.5 and 0 and $\varepsilon = 1$ these are 3,
#    −0.5 and 0; the **signs** move them by 1, −1 and 0.
#
# </details>

# %%
maps, map_slopes, slopes = np.array([[4.0, 0.0], [0.0, 2.0]]), np.array([[-1.0, -1.0], [3.0, 3.0]]), np.array([3, -0.5, 0])
print("Grad-CAM:", np.maximum(map_slopes.mean(axis=1) @ maps, 0).tolist(), "· by brightness:", (maps.mean(axis=1) @ maps).tolist())
print("the larger of two signals, left or right or both covered:", [max(pair) for pair in ((0, 5), (5, 0), (0, 0))])
print("moved by the slopes:", slopes.tolist(), "· by their signs:", np.sign(slopes).tolist())
