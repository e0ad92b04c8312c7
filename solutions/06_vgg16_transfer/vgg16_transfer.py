# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 6 · VGG16 and transfer learning
#
# **You will be able to** take a network that somebody else has trained and make it work for you: feed it pictures as it
# expects them, give it a new head, freeze what should stay, train the head on features that you compute once, fine-tune the
# upper blocks with small steps, and say from a curve whether any of it was worth the trouble.
#
# **You need** lesson 04 (training, accuracy, validation) and lesson 02 (layers). Lesson 05's calculator appears once.
# **About 3 hours**, in two parts. The place to stop is marked.
#
# Lesson 04 needed more than a thousand handwritten digits to read digits well. What if you have twenty? A child who can
# read letters does not need a thousand examples of a new sign. It has learned what strokes are, and where they meet. Networks
# can do the same: **transfer learning** takes what was learned on one task, with many pictures, to another task with few.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import copy
import time

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import nn

from utils import checks, device, training
from utils.datasets import download, glyphs, images
from utils.datasets.digits import digits_split, on_canvas, rotated, shifted
from utils.datasets.textures import NAMES, textures_split
from utils.figures import charts, grids, learning, networks
from utils.models import pretrained
from utils.models.parameters import parameters, set_parameters
from utils.models.vgg import POOL, VGG, VGG16, VGG19, small_vgg
from utils.statistics import confidence_interval, samples_per_class

where = device.use()
import keras

torch.set_num_threads(1)                     # networks as small as ours are fastest on one core,
threadpool_limits(1)                         # and so are NumPy's matrix products here
hints = checks.hints("06_vgg16_transfer")

# %% [markdown]
# ## VGG16: one idea, thirteen times
#
# In 2014 Karen Simonyan and Andrew Zisserman of Oxford's Visual Geometry Group asked what depth alone does. They used one kind
# of convolution throughout, **3×3 with a padding of 1**, so that a map keeps its size. One kind of pooling halves it: **2×2**. Then
# there is only one question left: how many of them? VGG16 is thirteen convolutions and three dense layers:

# %%
VGG16

# %% [markdown]
# Each number is a convolution with so many kernels, and `"pool"` is a pooling. A row of convolutions that ends with a pooling is
# a **block**; VGG16 has five.
#
# Why 3×3? Two of them see 5×5 pixels and three see 7×7 (lesson 02). From $c$ to $c$ channels, three layers of 3×3 have $27\,c^2$
# weights, and one layer of 7×7 has $49\,c^2$. The three also have three ReLUs in place of one.
#
# ### Exercise 1 · `vgg_block`
# Build one block in PyTorch: so many convolutions of 3×3 with padding 1, a ReLU after each of them, and one 2×2 max pooling at the
# end.

# %% nbgrader={"grade": false, "grade_id": "vgg_block", "locked": false, "schema_version": 3, "solution": true, "task": false}
def vgg_block(in_channels, out_channels, convolutions=2):
    """One block of a VGG network: 3×3 convolutions with biases, a ReLU after each, then 2×2 max pooling.

    Returns a PyTorch module: float32 (n, in_channels, rows, columns) → (n, out_channels, rows / 2, columns / 2).
    """
    ### BEGIN SOLUTION
    layers = []
    for _ in range(convolutions):
        layers += [nn.Conv2d(in_channels, out_channels, 3, padding=1), nn.ReLU()]
        in_channels = out_channels
    return nn.Sequential(*layers, nn.MaxPool2d(2))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_block_shapes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the layers of a block from 3 to 5 channels"):
    block = vgg_block(3, 5)
    checks.equal([list(array.shape) for array in parameters(block)], [[5, 3, 3, 3], [5], [5, 5, 3, 3], [5]],
                 variants=hints["block_shapes"])
    checks.close(np.shape(block(torch.zeros(2, 3, 8, 12))), [2, 5, 4, 6], variants=hints["block_output"])

# %% nbgrader={"grade": true, "grade_id": "test_block_values", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with checks.case("a block with weights that the test has set"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(61)
    block, batch = vgg_block(3, 4, 2), torch.tensor(random.normal(size=(2, 3, 6, 10)), dtype=torch.float32)
    known = [random.normal(0, 0.5, size=shape).astype(np.float32) for shape in [(4, 3, 3, 3), (4,), (4, 4, 3, 3), (4,)]]
    set_parameters(block, known)
    one, two = (lambda maps, k=k: nn.functional.conv2d(maps, torch.tensor(known[k]), torch.tensor(known[k + 1]), padding=1) for k in (0, 2))
    relu, pool, leaky = torch.relu, nn.functional.max_pool2d, nn.functional.leaky_relu
    def edge(maps, k):
        wide = nn.functional.pad(maps, (1, 1, 1, 1), mode="replicate")
        return nn.functional.conv2d(wide, torch.tensor(known[k]), torch.tensor(known[k + 1]))
    checks.equal(np.array_equal(block(batch).detach(), block(batch).detach()), True, variants={
        "two runs on the same pictures differ: is there a dropout in the block? VGG's has none": False})
    checks.close(block(batch), pool(relu(two(relu(one(batch)))), 2), atol=1e-5, variants={
        "there is no ReLU: without it the two convolutions are one": pool(two(one(batch)), 2),
        "the ReLU between the convolutions is missing: one follows each of them": pool(relu(two(one(batch))), 2),
        "the ReLU after the last convolution is missing": pool(two(relu(one(batch))), 2),
        "the pooling takes averages; it should take the maximum": nn.functional.avg_pool2d(relu(two(relu(one(batch)))), 2),
        "the ReLU comes before the convolution; it should come after": pool(two(relu(one(relu(batch)))), 2),
        "tanh stands where ReLU should": pool(torch.tanh(two(torch.tanh(one(batch)))), 2),
        "a softmax stands at the end; a block ends with its pooling": torch.softmax(pool(relu(two(relu(one(batch)))), 2), 1),
        "the pooling looks at 3×3 places; VGG's looks at 2×2": pool(relu(two(relu(one(batch)))), 3, 2, 1),
        "there is no pooling: the last convolution moves by two pixels in its place": relu(two(relu(one(batch))))[:, :, ::2, ::2],
        "a leaky ReLU lets negative values through; VGG's is the plain one": pool(leaky(two(leaky(one(batch)))), 2),
        "the border was filled with copies of the edge; a padding of 1 fills it with zeros": pool(relu(edge(relu(edge(batch, 0)), 2)), 2),
    })
    ### END HIDDEN TESTS
    still = vgg_block(1, 1, 2)
    set_parameters(still, [np.zeros((1, 1, 3, 3), np.float32), np.array([-3], np.float32)] * 2)
    checks.close(still(torch.ones(1, 1, 2, 4)), [[[[0, 0]]]], variants=hints["block_still"])

# %% nbgrader={"grade": true, "grade_id": "test_block_depth", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("blocks of one and of three convolutions"):
    checks.count(parameters(vgg_block(2, 3, 1)), 2, variants=hints["block_depth"])
    ### BEGIN HIDDEN TESTS
    checks.equal([list(array.shape) for array in parameters(vgg_block(2, 3, 3))],
                 [[3, 2, 3, 3], [3], [3, 3, 3, 3], [3], [3, 3, 3, 3], [3]], variants={
        "the number of convolutions was not used: yours has two": [[3, 2, 3, 3], [3], [3, 3, 3, 3], [3]],
        "every convolution takes the block's input; from the second on each takes what the one before gives":
            [[3, 2, 3, 3], [3]] * 3,
        "the channels already grow to `out_channels` in the last convolution only; the first one makes them":
            [[2, 2, 3, 3], [2], [2, 2, 3, 3], [2], [3, 2, 3, 3], [3]]})
    checks.close(np.shape(vgg_block(2, 3, 3)(torch.zeros(1, 2, 16, 8))), [1, 3, 8, 4], variants={
        "there is one pooling at the end of the block, not one after each convolution": [1, 3, 2, 1]})
    random = np.random.default_rng(60)
    deep, batch = vgg_block(2, 3, 3), torch.tensor(random.normal(size=(2, 2, 4, 6)), dtype=torch.float32)
    known = [random.normal(0, 0.5, size=shape).astype(np.float32) for shape in [(3, 2, 3, 3), (3,), (3, 3, 3, 3), (3,), (3, 3, 3, 3), (3,)]]
    set_parameters(deep, known)
    outputs = []
    for places in ((0, 2, 4), (0, 4, 4)):
        maps = batch
        for k in places:
            maps = torch.relu(nn.functional.conv2d(maps, torch.tensor(known[k]), torch.tensor(known[k + 1]), padding=1))
        outputs.append(nn.functional.max_pool2d(maps, 2))
    shared = [bool(np.allclose(deep(batch).detach(), output, atol=1e-5)) for output in outputs]
    checks.equal(shared[1], False, variants={
        "the second and the third convolution are one and the same layer: make a new one in each round": True})
    ### END HIDDEN TESTS

# %% [markdown]
# The rest is a list. Here is what each layer of VGG16 learns, counted as in lesson 05: a convolution of 3×3 has $k\,(9c + 1)$
# parameters, a dense layer $m\,(n + 1)$.
#
# > **Predict.** VGG16 has 138 million parameters. How many of them are in the thirteen convolutions: about a tenth, half, or nine tenths?

# %%
def plan_parameters(plan, channels=3, dense=(4096, 4096, 1000), side=7):
    """Name → parameters of each layer of a VGG network with this plan, for pictures that end in maps of side × side."""
    counts, block, number = {}, 1, 1
    for size in plan:
        if size == POOL:
            block, number = block + 1, 1
            continue
        counts[f"conv{block}_{number}"] = size * (9 * channels + 1)
        channels, number = size, number + 1
    inputs = channels * side * side
    for number, outputs in enumerate(dense, len(counts) + 1):
        counts[f"fc{number}"] = outputs * (inputs + 1)
        inputs = outputs
    return counts


counted = plan_parameters(VGG16)
in_convolutions = sum(count for layer, count in counted.items() if layer.startswith("conv"))
for layer in ("conv1_1", "conv1_2", "conv5_3", "fc14", "fc15", "fc16"):
    print(f"{layer:8} {counted[layer]:12,}")
print(f"VGG16 {sum(counted.values()):,} · convolutions {in_convolutions:,} ({in_convolutions / sum(counted.values()):.0%})",
      f"· VGG19 {sum(plan_parameters(VGG19).values()):,}")

# %% [markdown]
# About a tenth, as in AlexNet: the first dense layer alone has 103 million. Keep that number in mind. When we throw away the dense
# layers and keep the convolutions, nine tenths of the network are gone, and what has learned to see is still there.

# %%
sides, side = {"picture": (3, 224, 224)}, 224
for layer, size in enumerate(VGG16):
    side = side // 2 if size == POOL else side
    if size == POOL:
        sides[f"block {len(sides)}"] = (VGG16[layer - 1], side, side)
networks.volumes(sides | {"fc14": (4096,), "fc15": (4096,), "fc16": (1000,)}, title="VGG16: five blocks and three dense layers",
                 alt="Boxes from a picture of 224×224×3 over what comes out of the five blocks, 112×112×64, 56×56×128, "
                     "28×28×256, 14×14×512 and 7×7×512, to three thin hatched bars of 4,096, 4,096 and 1,000 numbers.")

# %% [markdown]
# ## Pictures as the network expects them
#
# A trained network knows one kind of input: the one it was trained on. VGG16 takes 224×224 pixels in colour. But the numbers
# differ between libraries, because the weights come from different trainings:
#
# - **torchvision** trained with values from 0 to 1, in the order red, green, blue, minus a mean and divided by a spread for each
#   colour: means 0.485, 0.456, 0.406, spreads 0.229, 0.224, 0.225. Its arrays are NCHW.
# - **Keras** has the weights of the authors, who used the library Caffe and read pictures with the colours the other way round:
#   **blue, green, red**, values from 0 to 255, minus the means 103.939, 116.779, 123.68, and no division. Its arrays are
#   NHWC.
#
# ### Exercise 2 · `preprocess`
# Turn photographs into what each of them expects. The result of a wrong preprocessing is no error message, only bad answers.

# %% nbgrader={"grade": false, "grade_id": "preprocess", "locked": false, "schema_version": 3, "solution": true, "task": false}
def preprocess(photos, convention):
    """Photographs as VGG16's weights expect them.

    photos: (n, rows, columns, 3), red, green, blue from 0 to 255: uint8 or numbers with a fraction. Left as they are.
    convention: "torch" gives (n, 3, rows, columns), red, green, blue, (value / 255 − mean) / spread;
    "keras" gives (n, rows, columns, 3), blue, green, red, value − mean.  Returns numbers with a fraction.
    Raises ValueError for any other convention.
    """
    ### BEGIN SOLUTION
    photos = np.asarray(photos, np.float32)
    if convention == "torch":
        scaled = (photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
        return scaled.transpose(0, 3, 1, 2).astype(np.float32)
    if convention == "keras":
        return (photos[..., ::-1] - [103.939, 116.779, 123.68]).astype(np.float32)
    raise ValueError(f"no convention {convention!r}: it is 'torch' or 'keras'")
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_preprocess_torch", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with checks.case("photographs for torchvision's weights"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(62)
    shots = random.integers(0, 256, (2, 3, 5, 3)).astype(np.uint8)
    means, spreads = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    def first(x):
        return np.transpose(x, (0, 3, 1, 2))
    right = first((shots / 255 - means) / spreads)
    checks.close(preprocess(shots, "torch"), right, atol=1e-4, variants={
        "the values are from 0 to 255: divide by 255 before the mean is taken off": first((shots - means) / spreads),
        "the spread was not used: divide by it": first(shots / 255 - means),
        "the mean was not used: take it off first": first(shots / 255 / spreads),
        "only the division by 255 was done: mean and spread are missing": first(shots / 255),
        "you multiplied by the spread; divide by it": first((shots / 255 - means) * spreads),
        "the mean was added; take it off": first((shots / 255 + means) / spreads),
        "the colours are in the order blue, green, red; torchvision wants red, green, blue": right[:, ::-1],
        "the mean and the spread of blue were used for red: turn them round, or leave the colours": first((shots / 255 - means[::-1]) / spreads[::-1]),
        "the colours are still on the last axis; torchvision wants them on the second": (shots / 255 - means) / spreads,
        "the axes were reshaped, not moved: `reshape` mixes colours and places, `transpose` moves the axis":
            ((shots / 255 - means) / spreads).reshape(2, 3, 3, 5),
        "rows and columns are swapped": right.swapaxes(2, 3),
        "these are Keras's means: `convention` was not used": shots[..., ::-1] - np.array([103.939, 116.779, 123.68]),
        "the mean and the spread of red were used for all colours": first((shots / 255 - means[0]) / spreads[0]),
        "the spread is divided by before the mean is taken off": first(shots / 255 / spreads - means),
        "these values go from −1 to 1, as some other networks want them": first(shots / 127.5 - 1),
        "mean and spread were measured on these photographs; take those of the pictures that the network was trained on":
            first((shots - shots.mean((0, 1, 2))) / shots.std((0, 1, 2))),
    })
    dark = shots // 128
    checks.close(preprocess(dark, "torch"), first((dark / 255 - means) / spreads), atol=1e-4, variants={
        "a nearly black photograph was not divided by 255: its values are small, and still of the scale from 0 to 255": first((dark - means) / spreads)})
    ### END HIDDEN TESTS
    found = preprocess(np.array([[[[255, 0, 51]], [[0, 255, 102]]]], np.uint8), "torch")
    checks.close(found, [[[[2.2489], [-2.1179]], [[-2.0357], [2.4286]], [[-0.9156], [-0.0267]]]], atol=1e-3, variants=hints["preprocess_torch"])

# %% nbgrader={"grade": true, "grade_id": "test_preprocess_keras", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with checks.case("photographs for Keras's weights"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(63)
    shots = random.integers(0, 256, (2, 5, 3, 3)).astype(np.uint8)
    means = np.array([103.939, 116.779, 123.68])
    checks.close(preprocess(shots, "keras"), shots[..., ::-1] - means, atol=1e-3, variants={
        "the colours are in the order red, green, blue; Keras's weights want blue, green, red": shots - means[::-1],
        "the means belong to blue, green, red, in this order; the colours were not turned round": shots - means,
        "the colours were turned round after the means were taken off, so that each got another one's": (shots - means)[..., ::-1],
        "the values were divided by 255; Keras's weights want 0 to 255": shots[..., ::-1] / 255 - means,
        "both the values and the means were divided by 255; there is no scale here": (shots[..., ::-1] - means) / 255,
        "the means were not taken off": shots[..., ::-1].astype(float),
        "the means were added; take them off": shots[..., ::-1] + means,
        "the axes are NCHW; Keras wants NHWC, the colours last": np.transpose(shots[..., ::-1] - means, (0, 3, 1, 2)),
        "these are torchvision's values: `convention` was not used":
            np.transpose((shots / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225], (0, 3, 1, 2)),
        "rows were turned round, not colours: the colours are the last axis": shots[:, ::-1] - means,
        "columns were turned round, not colours: the colours are the last axis": shots[:, :, ::-1] - means,
        "negative values wrapped round to large ones: turn uint8 into numbers with a fraction first":
            (shots[..., ::-1] - np.array([104, 117, 124], np.uint8)).astype(float),
        "the fractions were cut off": np.trunc(shots[..., ::-1] - means),
        "the values were scaled to −1 to 1; Keras's weights for VGG16 want 0 to 255, minus the means": shots[..., ::-1] / 127.5 - 1,
    })
    ### END HIDDEN TESTS
    found = preprocess(np.array([[[[255, 0, 51], [10, 20, 30]]]], np.uint8), "keras")
    checks.close(found, [[[[-52.939, -116.779, 131.32], [-73.939, -96.779, -113.68]]]], atol=1e-3, variants=hints["preprocess_keras"])

# %% nbgrader={"grade": true, "grade_id": "test_preprocess_refuses", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("an unknown convention, and photographs that stay as they are"):
    checks.raises(ValueError, preprocess, np.zeros((1, 2, 3, 3), np.uint8), "caffe", because="there is no convention \"caffe\"")
    for kind in ("torch", "keras"):
        for dtype in (np.float32, np.float64):
            shot = np.array([[[[250.5, 3, 7], [20, 40, 60]]]], dtype)
            preprocess(shot, kind)
            checks.unchanged(shot, [[[[250.5, 3, 7], [20, 40, 60]]]], "photos")

# %% [markdown]
# What do the two make of the cat? Each of these six pictures is one channel, in grey. Look at the range that is printed with it, and
# at which colour comes first.

# %%
chelsea = np.round(255 * images.cat()[::2, ::2])[None]                # one photograph at half its size, NHWC, red, green, blue
for_torch, for_keras = preprocess(chelsea, "torch"), preprocess(chelsea, "keras")
print("torchvision:", np.shape(for_torch), "· Keras:", np.shape(for_keras))
grids.channels([np.transpose(for_torch[0], (1, 2, 0)), for_keras[0]], ["torchvision", "Keras"], title="The same cat, twice prepared",
               alt="Six grey pictures of a cat's face. Above, torchvision's channels red, green, blue, with values of about −2 to 1.5. "
                   "Below, Keras's channels blue, green, red, with values of about −120 to 90: the first of them is the darkest.")

# %% [markdown]
# Is that what the libraries themselves do? Keras has a function for both; it calls its own convention "caffe".

# %%
for ours, mode in ((np.transpose(for_torch, (0, 2, 3, 1)), "torch"), (for_keras, "caffe")):
    theirs = keras.applications.imagenet_utils.preprocess_input(chelsea.astype("float32"), mode=mode)
    assert np.abs(np.asarray(ours) - theirs).max() < 1e-3
    print(f"{mode}: the same to 1e-3")

# %% [markdown]
# ## Look before you leap
#
# A network ends with logits. People want names and probabilities.
#
# ### Exercise 3 · `top_k`
# Turn the logits of one picture into the `k` likeliest classes with their probabilities, the likeliest first. The probabilities are
# those of a softmax over **all** classes (lesson 04).

# %% nbgrader={"grade": false, "grade_id": "top_k", "locked": false, "schema_version": 3, "solution": true, "task": false}
def top_k(logits, names, k=5):
    """The k likeliest classes of one picture.

    logits: (classes,) numbers.  names: a list of that many names.
    Returns a list of k pairs (name, probability), the likeliest first.
    """
    ### BEGIN SOLUTION
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    return [(names[place], float(chances[place])) for place in np.argsort(-logits)[:k]]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_top_names", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the names of the likeliest classes"):
    found = top_k(np.array([0.5, 3, -1, 2, 0]), ["ant", "bee", "cat", "dog", "eel"], 3)
    checks.count(found, 3, variants=hints["top_count"])
    checks.equal(any(isinstance(pair[1], str) for pair in found), False, variants={"the name comes first in each pair, then its probability": True})
    checks.equal([pair[0] for pair in found], ["bee", "dog", "ant"], variants=hints["top_names"])
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(64)
    many = random.permutation(40) / 4
    found = top_k(many, [f"class {n}" for n in range(40)])
    best = [f"class {n}" for n in np.argsort(-many)[:5]]
    checks.equal([pair[0] for pair in found], best, variants={
        "the least likely come first: sort the other way": best[::-1],
        "the least likely were returned": [f"class {n}" for n in np.argsort(many)[:5]],
        "these are the first five classes, sorted; look at all": [f"class {n}" for n in np.argsort(-many[:5])],
        "the five are right, but in the order of the classes": sorted(best, key=lambda text: int(text[6:])),
        "`k` is 5 where nothing else is asked for": best[:3]})
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_top_chances", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the probabilities of the likeliest classes"):
    found = top_k(np.array([0.0, 1.0, 2.0, -1.0]), ["ant", "bee", "cat", "dog"], 2)
    checks.close([pair[1] for pair in found], [0.643914, 0.236883], atol=1e-5, variants=hints["top_chances"])
    ### BEGIN HIDDEN TESTS
    scores = np.array([1.5, -0.25, 2.75, 0.5, -3], np.float32)
    powers = np.exp(scores)
    right = (powers / powers.sum())[[2, 0, 3]]
    checks.close([pair[1] for pair in top_k(scores, list("vwxyz"), 3)], right, atol=1e-5, variants={
        "these are the logits; a softmax makes probabilities of them": scores[[2, 0, 3]],
        "the softmax was taken over the k classes alone; the others count too": powers[[2, 0, 3]] / powers[[2, 0, 3]].sum(),
        "the powers have not been divided by their sum": powers[[2, 0, 3]],
        "each class got a sigmoid of its own; probabilities of all classes add up to 1": 1 / (1 + np.exp(-scores[[2, 0, 3]])),
        "the logits were divided by their sum; take the powers of e first": scores[[2, 0, 3]] / scores.sum(),
        "these are per cent; return shares from 0 to 1": 100 * right,
        "the probabilities stand in the order of the classes; each belongs to its name": np.sort((powers / powers.sum())[:3])})
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_top_large", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("large logits, and all of the classes"):
    large = np.array([1000.0, 990.0, -1000.0])
    found = top_k(large, ["ant", "bee", "cat"], 3)
    checks.close([pair[1] for pair in found], [0.9999546, 0.0000454, 0], atol=1e-6, variants=hints["top_large"])
    ### BEGIN HIDDEN TESTS
    checks.close([pair[1] for pair in top_k(np.array([-5000.0, -4000]), ["x", "y"], 2)], [1, 0])
    checks.unchanged(large, [1000.0, 990.0, -1000.0], "logits")
    checks.count(top_k(np.array([2.0, 3, 4], np.float32), ["x", "y", "z"], 1), 1)
    ### END HIDDEN TESTS

# %% [markdown]
# ### With a network: VGG16 and ImageNet
#
# VGG16's weights for ImageNet's 1,000 classes take 553 MB. They are fetched once, checked and kept; an interrupted download goes
# on where it stopped. Set `FETCH` to `True` where you have a network and the time. If they cannot be had, one line says why and how to get
# them, and the lesson goes on without: everything but the cells that begin with `if FETCH` runs offline.

# %%
FETCH = False
found = None
if FETCH:
    found = download.attempt(lambda: (pretrained.vgg16().to(where), pretrained.imagenet_classes()))
else:
    print(download.how_to("vgg16"))
FETCH = found is not None
if FETCH:
    big, classes = found

# %% [markdown]
# With it, the next cells ask VGG16 about four photographs: the cat, a cup of coffee, a rocket, and **your own**. Put the name of a
# picture's file into `MY_PICTURE`. A photograph is cut to a square and brought to 224×224 pixels. It may be in colour or grey; one that a
# telephone has stored lying on its side, with a note which way is up, is turned.

# %%
MY_PICTURE = ""                                          # for example "dog.jpg"


def photograph(path):
    """A picture's file as (rows, columns, 3), red, green, blue from 0 to 255, the right way up."""
    from PIL import Image, ImageOps
    return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))


def square(photo, side=224):
    """The middle of a photograph (rows, columns, 3) from 0 to 255, as (side, side, 3)."""
    from skimage.transform import resize
    least, rows, columns = min(photo.shape[:2]), *photo.shape[:2]
    top, left = (rows - least) // 2, (columns - least) // 2
    return resize(photo[top:top + least, left:left + least], (side, side), preserve_range=True, anti_aliasing=True)


if FETCH:
    import skimage
    shots = [skimage.data.chelsea(), skimage.data.coffee(), skimage.data.rocket()]
    shots += [photograph(MY_PICTURE)] if MY_PICTURE else []
    shots = np.stack([square(photo) for photo in shots])
    with torch.no_grad():
        big_logits = big(torch.tensor(preprocess(shots, "torch")).to(where)).cpu().numpy()
    grids.guesses(shots / 255, [top_k(scores, classes) for scores in big_logits], title="VGG16's five likeliest classes",
                  alt="Photographs of a cat, a cup of coffee, a rocket, and perhaps yours, each above its five likeliest classes with their probabilities.")

# %% [markdown]
# Read the five names, not only the first. ImageNet has 1,000 classes, among them more than a hundred breeds of dog and five of domestic
# cat, but no "cat", and no "rocket": there is "missile". A network can only answer with a class that it knows. It has no
# "none of these", and its probabilities always add up to 1. Then try the mistakes: give the torchvision weights the
# **Keras** preprocessing. Nothing stops, the answers are just worse.

# %%
if FETCH:
    wrong = preprocess(shots, "keras").transpose(0, 3, 1, 2)
    with torch.no_grad():
        wrong_logits = big(torch.tensor(np.ascontiguousarray(wrong)).to(where)).cpu().numpy()
    for right_scores, wrong_scores in zip(big_logits, wrong_logits):
        print(top_k(right_scores, classes, 1), "→ prepared for the other library:", top_k(wrong_scores, classes, 1))

# %% [markdown]
# ### Without a network: a small VGG that reads letters
#
# The course ships a network of the same kind that it has trained itself. It has four blocks of two convolutions and takes grey
# pictures of 32×32. Behind each of its convolutions stands a **batch normalisation**, which brings every map to mean 0 and
# spread 1 before a learned scale and shift. That makes training faster, and it will set us a trap.
#
# What it learned are **letters**: Latin, Greek, Cyrillic, Armenian, Georgian and others, in the fonts that come with
# matplotlib, bent and smudged. It was **never shown a digit**, and never a photograph. (But whoever trained it knew what was to come: some of the
# letters were made as coarse as our digits, which are 8×8 squares enlarged. The script is in the
# course's repository.)

# %%
reader, alphabet, record = pretrained.small_vgg(), pretrained.letters(), pretrained.training()
reader.to(memory_format=torch.channels_last)        # the same numbers, kept in the order in which a CPU convolves them faster
print(f"{sum(array.size for array in parameters(reader)):,} numbers · {len(alphabet)} letters · {record['pictures_seen']:,} pictures seen",
      f"in {record['seconds'] / 60:.0f} minutes")
print("the first letters:", " ".join(alphabet[:60]))

# %%
steps_seen = [point["step"] for point in record["curve"]]
charts.lines({"letters of a font that it never saw": (steps_seen, [100 * point["accuracy"] for point in record["curve"]])},
             title="How the small network learned letters", xlabel="step of training", ylabel="read right, %", ylim=(0, 100),
             alt="A curve that rises from near 0 to about 60 %: the share of letters read right in a font that was not trained on.")

# %% [markdown]
# Sixty per cent of 742 letters, bent and smudged, in a font that it has never seen: chance would be 0.13 per cent.

# %% [markdown]
# Now we show it what it does not know: real handwritten digits, those of lesson 04.
#
# > **Predict.** It has to answer with a letter. What will it say to a 3, to an 8, to a 0?

# %%
train_images, train_labels, test_images, test_labels = digits_split()
train_images, train_labels = (part[training.fewer(400)] for part in (train_images, train_labels))
test_images, test_labels = (part[training.fewer(40)] for part in (test_images, test_labels))
train_images, test_images = (on_canvas(pictures)[:, None] for pictures in (train_images, test_images))             # NCHW
examples = [int(np.flatnonzero(train_labels == digit)[1]) for digit in (0, 1, 3, 4, 6, 8)]
with torch.no_grad():
    letter_scores = reader(torch.tensor(train_images[examples])).numpy()
grids.guesses(train_images[examples, 0], [top_k(scores, alphabet) for scores in letter_scores], title="Digits, read as letters",
              alt="Six handwritten digits, each above five letters with their probabilities, all below one third. Most letters have a "
                  "similar shape: round ones for the 0, a З for the 3.")

# %% [markdown]
# Its answers are wrong, all of them, and most are **not stupid**: the letters have the digit's strokes. Whatever it uses to tell a З from
# an Э must be of use for telling a 3 from an 8. That is the whole idea of transfer learning.

# %% [markdown]
# ## Base and head
#
# We look at a classifier as two parts. The **base** (PyTorch's VGG calls it `features`) turns a picture into maps: where are strokes, where are
# corners? The **head** (`classifier`) turns maps into classes. Early blocks are general: edges are edges in any picture. The head
# is about one task only. So keep the base and swap the head.
#
# The slides describe two ways to go on from there, and this lesson follows them:
#
# - **A, the fixed feature extractor**: the base is **frozen**, and only the new head learns;
# - **B, fine-tuning**: parts of the base go on learning, from where they are.
#
# Five steps: (1) load a trained network; (2) freeze the base; (3) put a new head on; (4) train the head; (5) unfreeze more
# layers where that helps.

# %%
BLOCKS = ["block 1", "block 2", "block 3", "block 4", "head"]
networks.stages(BLOCKS, {"from scratch": [True] * 5, "A: fixed features": [False] * 4 + [True],
                         "B: fine-tuning": [False, False, True, True, True]}, title="What learns",
                alt="Three rows of five boxes, blocks 1 to 4 and the head. From scratch all five learn. Scenario A: only the head learns. "
                    "Scenario B: blocks 3 and 4 and the head learn, blocks 1 and 2 are frozen.")

# %% [markdown]
# For the exercises, here is a plan that is small enough to follow: block 1 has one convolution, block 2 has two.

# %%
TINY = (4, POOL, 6, 5, POOL)

# %% [markdown]
# `fresh_tiny` makes such a network for pictures of two channels. `one_step` takes one step of gradient descent with every parameter that may
# learn, in whatever mode the network is. `batch_sizes` notes how many pictures go through at once. You will need none of them in your
# answers; the tests use them.

# %% tags=["students-kernel"] nbgrader={"grade": false, "grade_id": "tiny_network", "locked": true, "schema_version": 3, "solution": false, "task": false}
def fresh_tiny(classes=3, dense=(), frozen=0, side=2, training=True):
    """A VGG with random weights for pictures of 2 channels: two blocks, and a head of dense layers.

    frozen: so many layers of the base have parameters that do not learn.  side: the head gets maps of side × side.
    """
    net = VGG(TINY, in_channels=2, classes=classes, side=side, dense=dense, batch_norm=True).train(training)
    net.features[:frozen].requires_grad_(False)
    return net


def one_step(net, batch, labels, learning_rate, groups=None):
    """One step of gradient descent on a batch. groups: a function of network and rate that groups parameters."""
    learning = groups(net, learning_rate) if groups else [tensor for tensor in net.parameters() if tensor.requires_grad]
    loss = nn.functional.cross_entropy(net(batch), labels)
    if not loss.requires_grad or not learning:      # nothing learns
        return
    optimizer = torch.optim.SGD(learning, learning_rate)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def batch_sizes(net):
    """How many pictures went through the base at once, each time since this was first asked."""
    if not hasattr(net, "sizes"):
        net.sizes = []
        net.features[0].register_forward_pre_hook(lambda layer, given: net.sizes.append(len(given[0])))
    return net.sizes


# %% [markdown]
# ### Exercise 4 · `replace_head`
# Step 3 first: a network with the same base and a new head. The new head is a **single dense layer**, from what the base gives to the
# new classes; the old head and its hidden layer go. Work on a copy (`copy.deepcopy`), because we want to use the trained network again.

# %% nbgrader={"grade": false, "grade_id": "replace_head", "locked": false, "schema_version": 3, "solution": true, "task": false}
def replace_head(net, classes):
    """A new network: a copy of `net` whose `classifier` is one dense layer for so many classes, with random weights.

    net: a `VGG`. It stays as it is. `net.classifier` is a `nn.Sequential`, and its first layer is an `nn.Linear`, whose
    `in_features` says how many numbers the base gives.  Returns a `VGG`.
    """
    ### BEGIN SOLUTION
    new = copy.deepcopy(net)
    new.classifier = nn.Sequential(nn.Linear(net.classifier[0].in_features, classes))
    return new
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_head_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("a new head for four classes"):
    donor = fresh_tiny(3, (7,))
    heir = replace_head(donor, 4)
    checks.equal([list(array.shape) for array in parameters(heir)[-2:]], [[4, 20], [4]], variants=hints["head_shape"])
    checks.count(parameters(heir), 23, variants=hints["head_count"])
    checks.close(np.shape(heir(torch.zeros(3, 2, 8, 12))), [3, 4])
    ### BEGIN HIDDEN TESTS
    checks.equal([list(array.shape) for array in parameters(replace_head(fresh_tiny(3, (7,), side=3), 2))[-2:]], [[2, 45], [2]], variants={
        "the new head always takes 20 numbers: another base gives another number, ask the old head": [[2, 20], [2]]})
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_head_base", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the base under a new head"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(65)
    donor = fresh_tiny(3, (7,))
    known = [random.uniform(0.5, 1.5, array.shape).astype(array.dtype) for array in parameters(donor)]
    set_parameters(donor, known)
    before = [array.copy() for array in known]
    heir = replace_head(donor, 6)
    kept = [bool(np.allclose(new, old, atol=1e-5)) for new, old in zip(parameters(heir)[:-2], before[:-4])]
    checks.equal([kept[k] for k in (0, 7, 14)], [True] * 3, variants={
        "the base has lost what it had learned: copy it together with its weights": [False] * 3})
    checks.equal(kept, [True] * 21)
    head = [random.normal(size=shape).astype(np.float32) for shape in ((6, 20), (6,))]
    set_parameters(heir, before[:-4] + head)
    mine = VGG(TINY, in_channels=2, classes=6, side=2, dense=(), batch_norm=True).eval()
    set_parameters(mine, before[:-4] + head)
    batch = torch.tensor(random.normal(size=(3, 2, 8, 12)), dtype=torch.float32)
    logits = heir(batch)
    checks.equal(np.array_equal(logits.detach(), heir(batch).detach()), True, variants={
        "two runs on the same pictures differ: is there a dropout in the new head? It is one dense layer alone": False})
    still, moving = (mine.train(mode)(batch).detach() for mode in (False, True))
    right = still if np.allclose(logits.detach(), still, atol=1e-3) else moving      # a copy may be in either mode
    checks.close(logits, right, atol=1e-3, variants={
        "a ReLU stands behind the new head; it should end with the logits": torch.relu(right),
        "a softmax stands behind the new head; it should end with the logits": torch.softmax(right, 1),
    })
    learner = replace_head(fresh_tiny(3, (7,)), 6)
    old = parameters(learner)
    one_step(learner, batch, torch.tensor([5, 0, 2]), 0.5)
    checks.equal([bool(np.array_equal(parameters(learner)[k], old[k])) for k in (0, 7, 14)], [False] * 3, variants={
        "the base under the new head does not learn any more: freezing it is a step of its own, and comes next": [True] * 3})
    ### END HIDDEN TESTS
    donor = fresh_tiny(3)
    old = parameters(donor)[0]
    checks.close(parameters(replace_head(donor, 2))[0], old)

# %% nbgrader={"grade": true, "grade_id": "test_head_apart", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the old network after it was copied"):
    donor = fresh_tiny(3, (7,))
    old = parameters(donor)
    heir = replace_head(donor, 4)
    checks.count(parameters(donor), 25, variants=hints["head_old"])
    checks.close(np.shape(parameters(donor)[-1]), [3], variants=hints["head_old_classes"])
    set_parameters(heir, [array * 0 for array in parameters(heir)])
    checks.close(parameters(donor)[0], old[0], variants={
        "both networks share one base: training the new one would change the old one; make a deep copy": old[0] * 0})

# %% [markdown]
# ### Exercise 5 · `freeze`
# Step 2. A parameter with `requires_grad = False` gets no gradient, and no optimiser moves it. Is that enough?
#
# Here is the trap. A batch normalisation has two kinds of numbers. Its scale and shift are parameters, like weights. Its **running
# mean and variance** are not: nobody learns them, the layer measures them on every batch that passes **in training mode**, gradient or
# not. So the base has to be in evaluation mode as well: `net.features.eval()`.

# %% nbgrader={"grade": false, "grade_id": "freeze", "locked": false, "schema_version": 3, "solution": true, "task": false}
def freeze(net):
    """Freeze the base of a network, in place: no parameter of it learns, and its batch statistics stay as they are.

    net: a `VGG`; `net.features` is the base, `net.classifier` the head. The head learns, and stays in the mode that it is in.
    Returns the names of the parameters that still learn, as `net.named_parameters()` gives them, in its order.
    """
    ### BEGIN SOLUTION
    net.features.requires_grad_(False)
    net.features.eval()
    net.classifier.requires_grad_(True)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_freeze_names", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the names of what still learns"):
    checks.equal(freeze(fresh_tiny()), ["classifier.0.weight", "classifier.0.bias"], variants=hints["freeze_names"])
    ### BEGIN HIDDEN TESTS
    checks.equal(freeze(fresh_tiny(4, (5,))), ["classifier.0.weight", "classifier.0.bias", "classifier.3.weight", "classifier.3.bias"],
                 variants={"all layers of the head learn, not only its last one": ["classifier.3.weight", "classifier.3.bias"],
                           "all layers of the head learn, not only its first one": ["classifier.0.weight", "classifier.0.bias"]})
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_freeze_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with checks.case("one step of training after freezing"):
    random = np.random.default_rng(66)
    frozen = fresh_tiny()
    known = [random.uniform(0.2, 1, array.shape).astype(array.dtype) for array in parameters(frozen)]
    set_parameters(frozen, known)
    batch, answers = torch.tensor(random.normal(size=(6, 2, 8, 12)), dtype=torch.float32), torch.tensor([0, 2, 1, 1, 0, 2])
    freeze(frozen)
    one_step(frozen, batch, answers, 0.5)
    after = parameters(frozen)
    moved = [not np.array_equal(new, old) for new, old in zip(after, known)]
    checks.equal([moved[-2], any(moved[k] for k in (0, 7, 14)), any(moved[k] for k in (4, 11, 18))], [True, False, False],
                 variants=hints["freeze_step"])
    checks.equal([moved[k] for k in (2, 3, 9, 10, 16, 17)], [False] * 6, variants=hints["freeze_scales"])
    checks.equal(moved[-1], True, variants=hints["freeze_bias"])
    ### BEGIN HIDDEN TESTS
    mine = VGG(TINY, in_channels=2, classes=3, side=2, dense=(), batch_norm=True)
    set_parameters(mine, known)
    heads = {}
    for mode in (False, True):
        mine.features.train(mode)
        loss = nn.functional.cross_entropy(mine(batch), answers)
        slopes = torch.autograd.grad(loss, [mine.classifier[0].weight, mine.classifier[0].bias])
        heads[mode] = [value - 0.5 * slope.numpy() for value, slope in zip(known[-2:], slopes)]
        set_parameters(mine, known)
    for yours, still, moving in zip(after[-2:], heads[False], heads[True]):
        checks.close(yours, still, atol=1e-5, variants={
            "the head learned from a base in training mode, which normalises by each batch: put the base in evaluation mode": moving})
    checks.equal([bool(np.array_equal(after[k], known[k])) for k in (1, 8, 15)], [True] * 3, variants={
        "the biases of the convolutions have learned; every parameter of the base is to be frozen": [False] * 3})
    set_parameters(mine, known[:-2] + heads[False])
    checks.equal(bool(np.allclose(frozen(batch).detach(), mine.eval()(batch).detach(), atol=1e-4)), True, variants={
        "after the step the network gives other scores than a network with the old base would: something in the base has changed": False})
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_freeze_statistics", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the batch statistics of a frozen base"):
    random = np.random.default_rng(67)
    frozen = fresh_tiny()
    freeze(frozen)
    old = parameters(frozen)
    frozen(torch.tensor(random.normal(3, 1, size=(6, 2, 8, 12)), dtype=torch.float32))
    new = parameters(frozen)
    checks.equal([bool(np.array_equal(old[k], new[k])) for k in range(len(new) - 2) if k % 7 in (4, 5, 6)], [True] * 9,
                 variants=hints["freeze_statistics"])

# %% nbgrader={"grade": true, "grade_id": "test_freeze_again", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("freezing twice, and the mode of the head"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(68)
    frozen, half = fresh_tiny(), fresh_tiny(3, (5,))
    checks.equal(freeze(frozen), ["classifier.0.weight", "classifier.0.bias"])
    checks.equal(freeze(frozen), ["classifier.0.weight", "classifier.0.bias"], variants={
        "called twice, it should say the same: yours turns round what learns and what is frozen":
            [f"features.{k}.{part}" for k in (0, 1, 4, 5, 7, 8) for part in ("weight", "bias")] + ["classifier.0.weight", "classifier.0.bias"]})
    freeze(half)
    batch = torch.tensor(random.normal(size=(64, 2, 8, 12)), dtype=torch.float32)
    once, twice = (np.asarray(half(batch).detach()) for _ in range(2))
    checks.equal(bool(np.array_equal(once, twice)), False, variants={
        "the head is in evaluation mode now, and its dropout is off: only the base should be": True})
    quiet = fresh_tiny(3, (5,), training=False)
    freeze(quiet)
    checks.equal(bool(np.array_equal(quiet(batch).detach(), quiet(batch).detach())), True, variants={
        "a head that was in evaluation mode is in training mode now: leave its mode as it is": False})
    ### END HIDDEN TESTS
    checks.equal(freeze(fresh_tiny(2, frozen=4)), ["classifier.0.weight", "classifier.0.bias"])

# %% [markdown]
# Proof on the real network: freeze it, train for twenty steps on noise with a large learning rate, and compare every number of the base.

# %%
proof = replace_head(reader, 10).train()
before_freezing = parameters(proof)
print("what still learns:", freeze(proof))
for _ in range(20):
    one_step(proof, torch.rand(16, 1, 32, 32), torch.randint(0, 10, (16,)), 1.0)
changed = [key for key, old, new in zip(proof.state_dict(), before_freezing, parameters(proof)) if not np.array_equal(old, new)]
no_gradient = all(tensor.grad is None for tensor in proof.features.parameters())
print("what has changed:", changed, "· no gradient in the base:", no_gradient)
assert all(key.startswith("classifier") for key in changed) and no_gradient

# %% [markdown]
# And the trap, sprung on purpose. The usual first line of a training loop, `net.train()`, puts **every** layer into training mode, the frozen
# base too:

# %%
proof.train()
one_step(proof, torch.rand(16, 1, 32, 32), torch.randint(0, 10, (16,)), 1.0)
moved = [key for key, old, new in zip(proof.state_dict(), before_freezing, parameters(proof))
         if key.startswith("features") and not np.array_equal(old, new)]
print(len(moved), "arrays of the frozen base have moved, for example", moved[:2])

# %% [markdown]
# No error, no warning. In Keras a layer with `trainable = False` uses its stored statistics by itself; in PyTorch you have to
# say it, and say it again after every `net.train()`. Here we will call `net.classifier.train()` and leave the base alone.
#
# > **This is the place to stop** if you do the lesson in two parts. So far you have taken a trained network apart. In the second part it
# > goes to work.

# %% [markdown]
# ## Scenario A: the base as a feature extractor
#
# If the base never changes, then what it says about a picture never changes either. So do not run it in every epoch: run it **once**,
# keep its maps, and train the head on these. The maps may come from the end of any block: what the fourth gives is what the head would
# get, and earlier ones will matter soon.
#
# ### Exercise 6 · `extract_features`
# Run pictures through the first blocks of a base, in batches (a thousand pictures at once may not fit into memory), in evaluation
# mode, without gradients.

# %% nbgrader={"grade": false, "grade_id": "extract_features", "locked": false, "schema_version": 3, "solution": true, "task": false}
def extract_features(net, pictures, block, batch_size=64):
    """What comes out of a network's base after so many blocks.

    net: a `VGG`; each `nn.MaxPool2d` in `net.features` ends a block. Its base is in evaluation mode for this.
    pictures: (n, channels, rows, columns) float32, a NumPy array.  block: 1 for the first block.
    Returns (n, maps, rows, columns) float32, a NumPy array, in the order of the pictures.
    """
    ### BEGIN SOLUTION
    ends = [k for k, layer in enumerate(net.features) if isinstance(layer, nn.MaxPool2d)]
    layers = net.features[:ends[block - 1] + 1].eval()
    home = next(net.parameters()).device
    maps = []
    with torch.no_grad():
        for start in range(0, len(pictures), batch_size):
            batch = torch.as_tensor(pictures[start:start + batch_size]).to(home)
            maps.append(layers(batch).cpu().numpy())
    return np.concatenate(maps)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_features_values", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("what a base of two blocks makes of five pictures"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(69)
    source = fresh_tiny()
    known = [random.uniform(0.3, 1, array.shape).astype(array.dtype) - 0.4 * (array.ndim == 4) for array in parameters(source)]
    set_parameters(source, known)
    mine = VGG(TINY, in_channels=2, classes=3, side=2, dense=(), batch_norm=True).eval()
    set_parameters(mine, known)
    shots = random.normal(size=(5, 2, 8, 12)).astype(np.float32)
    with torch.no_grad():
        right, flat = mine.features(torch.tensor(shots)).numpy(), mine(torch.tensor(shots)).numpy()
        pooled = mine.avgpool(torch.tensor(right)).numpy()
        without = mine.features[:-1](torch.tensor(shots)).numpy()
        layers = mine.features[:2](torch.tensor(shots)).numpy()
        noisy = mine.train().features(torch.tensor(shots)).numpy()
    found = np.asarray(extract_features(source, shots, 2))
    rows = [np.sort(np.reshape(maps, (len(maps), -1)), axis=0) for maps in (found, right)] if np.shape(found) == right.shape else [0, 1]
    checks.equal(np.allclose(*rows, atol=1e-4) and not np.allclose(found, right, atol=1e-4), False, variants={
        "the pictures come back in another order than they were given: nothing is to be shuffled here": True})
    checks.close(found, right, atol=1e-4, variants={
        "the base is in training mode, so that each picture's features depend on the others of its batch: `eval()` first": noisy,
        "these are the logits: only the base is wanted, without the head": flat,
        "the maps were flattened; keep rows and columns": right.reshape(5, -1),
        "the maps were averaged to 2×2, as before the head; return them as the block gives them": pooled,
        "the maps were averaged over all places; return them as the block gives them": right.mean((2, 3)),
        "the last block's pooling is missing: a block ends with it": without,
        "`block` counts blocks; you have counted layers": layers,
        "this is a list of batches; `np.concatenate` makes one array of them": right[None],
    })
    ### END HIDDEN TESTS
    found = extract_features(fresh_tiny(), np.zeros((3, 2, 8, 12), np.float32), 2)
    checks.close(np.shape(found), [3, 5, 2, 3], variants=hints["features_shape"])
    checks.equal(isinstance(found, np.ndarray), True, variants={
        "return a NumPy array: `.numpy()`": False})

# %% nbgrader={"grade": true, "grade_id": "test_features_block", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("what comes out of the first block"):
    checks.close(np.shape(extract_features(fresh_tiny(), np.ones((2, 2, 8, 12), np.float32), 1)), [2, 4, 4, 6], variants=hints["features_block"])
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(70)
    source = fresh_tiny()
    known = [random.uniform(0.3, 1, array.shape).astype(array.dtype) for array in parameters(source)]
    set_parameters(source, known)
    mine = VGG(TINY, in_channels=2, classes=3, side=2, dense=(), batch_norm=True).eval()
    set_parameters(mine, known)
    shots = random.normal(size=(3, 2, 10, 6)).astype(np.float32)
    with torch.no_grad():
        steps = [mine.features[:k](torch.tensor(shots)).numpy() for k in range(1, 5)]
        noisy = mine.train().features[:4](torch.tensor(shots)).numpy()
    checks.close(extract_features(source, shots, 1), steps[3], atol=1e-4, variants={
        "`block` counts blocks; you have counted layers, and this is the first convolution": steps[0],
        "the base is in training mode: `eval()` first": noisy,
        "the ReLU and the pooling are missing: take all layers up to the pooling": steps[1],
        "the pooling is missing: the slice ends one layer too early": steps[2]})
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_features_batches", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("seven pictures in batches of three"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(71)
    source, shots = fresh_tiny(), random.normal(size=(7, 2, 8, 6)).astype(np.float32)
    whole, parts = extract_features(source, shots, 2, batch_size=7), extract_features(source, shots, 2, batch_size=3)
    whole = np.asarray(whole)
    batch_sizes(source)
    extract_features(source, shots, 2, batch_size=3)
    checks.equal(max(batch_sizes(source), default=0) > 3, False, variants={
        "more pictures than `batch_size` went through the base at once: take so many at a time": True})
    checks.close(parts, whole, atol=1e-4, variants={
        "the last batch, which is not full, is missing": whole[:6],
        "only the first batch is there": whole[:3],
        "only the last batch is left: collect them in a list": whole[6:],
        "the batches come in the reverse order": np.concatenate([whole[6:], whole[3:6], whole[:3]]),
    })
    ### END HIDDEN TESTS
    checks.count(extract_features(fresh_tiny(), np.zeros((5, 2, 4, 4), np.float32), 2, batch_size=2), 5, variants=hints["features_batches"])

# %% nbgrader={"grade": true, "grade_id": "test_features_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the network and the pictures afterwards"):
    random = np.random.default_rng(72)
    source, shots = fresh_tiny(), random.normal(2, 1, size=(4, 2, 8, 6)).astype(np.float32)
    old, given = parameters(source), shots.copy()
    extract_features(source, given, 1)
    checks.unchanged(given, shots, "pictures")
    checks.equal([bool(np.array_equal(a, b)) for a, b in zip(parameters(source), old)], [True] * len(old), variants=hints["features_kept"])

# %% [markdown]
# Two hundred digits, twenty of each, and the 500 test digits of lessons 03 and 04. How long does the base take for them?

# %% tags=["nbval-ignore-output"]
chosen = samples_per_class(train_labels, 20, draw=0)
few_images, few_labels = train_images[chosen], train_labels[chosen]
began = time.perf_counter()
few_maps, test_maps = (extract_features(reader, pictures, 4) for pictures in (few_images, test_images))
base_seconds = time.perf_counter() - began
print(f"{few_images.shape} → {few_maps.shape}: {base_seconds:.2f} s for {len(few_maps) + len(test_maps)} pictures")

# %% [markdown]
# What is in such maps? Here is one digit after blocks 1, 2 and 4: of each block the four maps with the most contrast, of 16×16, 8×8 and
# 2×2 numbers.

# %%
def strongest_maps(net, picture, blocks, number=4):
    """Of each of these blocks the maps (rows, columns) of one picture with the largest spread, each from 0 to 1."""
    chosen = []
    for block in blocks:
        maps = extract_features(net, picture[None], block)[0]
        best = np.argsort(-maps.std(axis=(1, 2)))[:number]
        chosen += [(maps[k] - maps[k].min()) / (np.ptp(maps[k]) + 1e-9) for k in best]
    return chosen


# %%
shown_maps, map_names = strongest_maps(reader, few_images[60], (1, 2, 4)), []
for row, first in enumerate((1 - few_images[60, 0], np.ones((32, 32)), np.ones((32, 32)))):      # the digit, and room below it
    shown_maps.insert(5 * row, first)
    map_names += ["" if row else "the digit"] + [f"block {(1, 2, 4)[row]}"] * 4
grids.photos(shown_maps, map_names, title="A 3 on its way through the base", columns=5,
             alt="A handwritten 3, and four maps from each of three blocks. After block 1 strokes and edges of the digit can be seen, after block 2 "
                 "parts of it, after block 4 only two by two squares, some of them bright.")

# %% [markdown]
# After the first block the digit can still be seen, with its strokes or its edges bright. Later maps are coarser and answer other questions: is
# there a bow, is there an end of a stroke, somewhere in this quarter? With VGG16 and a photograph it is the same:

# %%
if FETCH:
    grids.photos(strongest_maps(big, preprocess(shots[:1], "torch")[0], (1, 3, 5)), [f"block {block}" for block in (1, 3, 5) for _ in range(4)],
                 title="The cat on its way through VGG16", alt="Four maps from each of three blocks of VGG16: the cat's outline and fur, then parts of its face, then a few bright squares.")

# %% [markdown]
# The head that goes on top is a dense layer with softmax and cross-entropy: lesson 04's last layer. Because it is the only thing that
# learns, and its loss has a single valley, we can afford plain gradient descent on all features at once, beginning at zero.
#
# ### Exercise 7 · `train_head`
# Train it. With features $x_i$ and labels $y_i$ of $n$ pictures, and probabilities $p_i$ from the softmax of $W x_i + b$:
#
# $$W \leftarrow W - \eta \,\frac{1}{n} \sum_i (p_i - \text{onehot}(y_i))\, x_i^\top \qquad b \leftarrow b - \eta \,\frac{1}{n} \sum_i (p_i - \text{onehot}(y_i))$$

# %% nbgrader={"grade": false, "grade_id": "train_head", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_head(features, labels, classes, steps=200, learning_rate=1.0):
    """Gradient descent for a dense layer with softmax and cross-entropy, from zeros, on all pictures at each step.

    features: (n, m) numbers.  labels: (n,) whole numbers from 0. Both are left as they are.
    Returns weights (classes, m) and bias (classes,) after so many steps.
    """
    ### BEGIN SOLUTION
    features = np.asarray(features, float)
    weights, bias = np.zeros((classes, features.shape[1])), np.zeros(classes)
    wanted = np.eye(classes)[labels]
    for _ in range(steps):
        scores = features @ weights.T + bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        error = powers / powers.sum(axis=1, keepdims=True) - wanted
        weights -= learning_rate * error.T @ features / len(features)
        bias -= learning_rate * error.mean(axis=0)
    return weights, bias
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_train_first", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with checks.case("the first step, from zeros"):
    rows, answers = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([0, 2])
    weights, bias = checks.parts(train_head(rows, answers, 3, steps=1, learning_rate=0.6), "weights", "bias")
    again, _ = checks.parts(train_head(rows, answers, 3, steps=1, learning_rate=0.6), "weights", "bias")
    checks.equal(bool(np.array_equal(weights, again)), True, variants={
        "two trainings on the same pictures give different weights: begin with zeros, not at random": False})
    checks.close(weights, [[-0.1, 0.5], [-0.4, -0.1], [0.5, -0.4]], variants=hints["train_first"])
    checks.close(bias, [0.1, -0.2, 0.1], variants=hints["train_bias"])
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(73)
    rows, answers = random.normal(size=(6, 4)), np.array([1, 0, 2, 1, 1, 4])
    error = np.full((6, 5), 1 / 5) - np.eye(5)[answers]
    weights, bias = checks.parts(train_head(rows, answers, 5, steps=1, learning_rate=0.3), "weights", "bias")
    checks.close(weights, -0.3 * error.T @ rows / 6, variants={
        "the weights went uphill: subtract the gradient": 0.3 * error.T @ rows / 6,
        "the gradients of the pictures were added up; divide by their number": -0.3 * error.T @ rows,
        "the learning rate was not used": -error.T @ rows / 6,
        "these are the weights as PyTorch's layer has them, turned: one row for each class is asked for": -0.3 * rows.T @ error / 6,
        "divide by the number of pictures, not of classes": -0.3 * error.T @ rows / 5,
        "divide by the number of pictures, not of features": -0.3 * error.T @ rows / 4,
        "divide by the number of pictures alone: the mean over all entries is too small": -0.3 * error.T @ rows / 30,
        "the gradient of the softmax is p − onehot(y); the onehot was left out": -0.3 * np.full((5, 6), 0.2) @ rows / 6,
        "each class got a sigmoid of its own; the softmax gives 1/5 at the first step": -0.3 * (0.5 - np.eye(5)[answers]).T @ rows / 6,
        "the softmax was taken over the pictures; it belongs over the classes": -0.3 * (1 / 6 - np.eye(5)[answers]).T @ rows / 6})
    checks.close(bias, -0.3 * error.mean(axis=0), variants={
        "the bias has not learned": np.zeros(5), "the bias went uphill": 0.3 * error.mean(axis=0),
        "the gradients of the bias were added up; divide by the number of pictures": -0.3 * error.sum(axis=0)})
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_train_steps", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("many steps"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(74)
    rows, answers = random.normal(size=(7, 3)), np.array([1, 0, 2, 3, 1, 0, 2])
    def after(steps, again=False, which=0):
        w, b = np.zeros((4, 3)), np.zeros(4)
        for _ in range(steps):
            powers = np.exp(rows @ w.T + (0 if again else b))
            error = powers / powers.sum(axis=1, keepdims=True) - np.eye(4)[answers]
            w, b = w - 0.8 * error.T @ rows / 7, b - 0.8 * error.mean(axis=0)
        return (w, b)[which]
    weights, bias = checks.parts(train_head(rows, answers, 4, steps=30, learning_rate=0.8), "weights", "bias")
    checks.equal(bool(np.any(np.asarray(bias))), True, variants={"the bias is still zero after thirty steps": False})
    checks.close(weights, after(30), atol=1e-4, variants={
        "only one step was taken: is the `return` inside the loop?": after(1),
        "one step too few": after(29), "one step too many": after(31),
        "the bias plays no part in the scores": after(30, again=True),
        "`steps` was not used: yours takes 200": after(200),
        "the probabilities are always those of the first step: compute the scores anew in each": 30 * after(1)})
    checks.close(bias, after(30, which=1), atol=1e-4)
    ### END HIDDEN TESTS
    weights, bias = checks.parts(train_head(np.array([[2.0], [-2.0]]), np.array([1, 0]), 2), "weights", "bias")
    checks.equal([float(weights[1][0]) > 1, float(weights[0][0]) < -1], [True, True], variants=hints["train_steps"])

# %% nbgrader={"grade": true, "grade_id": "test_train_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("large features, and arguments that stay as they are"):
    rows, answers = np.array([[900.0, -400.0], [-800.0, 500.0], [700.0, 100.0]]), np.array([0, 1, 0])
    given, labels_given = rows.copy(), answers.copy()
    weights, bias = checks.parts(train_head(given, labels_given, 3, steps=5), "weights", "bias")
    checks.equal(bool(np.isfinite(np.asarray(weights)).all()), True, variants=hints["train_large"])
    checks.close(np.shape(weights), [3, 2], variants=hints["train_classes"])
    checks.unchanged(given, rows, "features")
    checks.unchanged(labels_given, answers, "labels")
    checks.close(np.argmax(rows @ np.asarray(weights).T + np.asarray(bias), axis=1), [0, 1, 0])

# %% [markdown]
# Features have different sizes, and gradient descent likes them alike. So each is brought to mean 0 and spread 1 **on the training
# digits**, and all are divided by the root of their number, so that one learning rate fits any number of features.

# %%
def even(train, test):
    """Features (n, …) of training and test pictures as (n, m), each brought to the same size by what the training pictures say."""
    train, test = (np.reshape(maps, (len(maps), -1)) for maps in (train, test))
    mean, spread = train.mean(axis=0), train.std(axis=0) + 1e-3
    return ((train - mean) / spread / np.sqrt(train.shape[1]), (test - mean) / spread / np.sqrt(train.shape[1]))


def head_accuracy(train, labels, test, right_answers, steps=200):
    """The share of test pictures that a head, trained on features, reads right."""
    train, test = even(train, test)
    weights, bias = train_head(train, labels, int(max(labels)) + 1, steps=1 if training.shortened() else steps, learning_rate=5.0)
    return float(np.mean((test @ np.asarray(weights).T + bias).argmax(axis=1) == right_answers))


# %% [markdown]
# The moment of truth. Four descriptions of the same 200 digits, and the same head on each of them: the pixels, lesson 03's HOG, the base
# with **random** weights, and the base that knows letters.
#
# > **Predict.** In which order will they come?

# %%
from skimage.feature import hog


def hog_of(pictures):
    """HOG features of pictures (n, 1, rows, columns), with cells of 4×4 pixels: (n, blocks, blocks, values)."""
    return np.array([hog(one[0], 9, (4, 4), (2, 2), feature_vector=False).reshape(7, 7, -1) for one in pictures], np.float32)


device.fix_seeds(0)
stranger = small_vgg(2)                                     # the same network, untrained
first_look = {"pixels": (few_images, test_images), "HOG": (hog_of(few_images), hog_of(test_images)),
              "random\nbase": (extract_features(stranger, few_images, 4), extract_features(stranger, test_images, 4)),
              "letters'\nbase": (few_maps, test_maps)}
first_look = {name: head_accuracy(known, few_labels, unseen, test_labels) for name, (known, unseen) in first_look.items()}

# %%
charts.bars({name: round(100 * share, 1) for name, share in first_look.items()}, title="200 digits, one dense layer",
            xlabel="what describes a digit", ylabel="test digits read right, %", highlight=["letters'\nbase"],
            alt="Four bars. The base that learned letters is the highest; pixels, HOG and the random base are lower.")

# %% [markdown]
# One draw of 200 digits says little about small differences. At the end we will draw again and again.
#
# ### And with new pictures in every epoch?
#
# With few pictures the main danger is overfitting, and **data augmentation** is the main weapon: in every epoch each picture comes a little
# changed. How it may change depends on the task: the changed picture has to have the **same label**.
#
# > **Predict.** Which of these make sense for handwritten digits: shift, small rotation, larger or smaller, mirror left to right,
# > upside down?

# %%
from scipy import ndimage

three = train_images[examples[2]]                                            # one digit, with its axis of channels
changes = {"as it is": three, "shifted": shifted(three, 3, -4), "turned by 15°": rotated(three, 15),
           "larger": np.clip(ndimage.zoom(three, (1, 1.25, 1.25), order=1)[:, 4:36, 4:36], 0, 1),
           "mirrored": three[..., ::-1], "upside down": three[:, ::-1]}
grids.photos([1 - picture[0] for picture in changes.values()], list(changes), title="One 3, six times", columns=6,
             alt="A handwritten 3 as it is, shifted, turned by 15 degrees, larger, mirrored and upside down. Mirrored it is no digit any more.")

# %% [markdown]
# A mirrored 3 is no digit, a 6 upside down is a 9. For digits, mirroring teaches something **wrong**. A mirrored cat is a cat, a photograph
# of grass may even be turned upside down, and a cat upside down is rare. Nobody can choose this for you.
#
# ### Exercise 8 · `augment`
# Shift every picture of a batch by its own number of pixels, and mirror those that are to be mirrored. What is shifted out is lost, and zeros
# (paper) come in: nothing comes back at the other side. The random numbers are drawn outside, so that your function can be tested.

# %% nbgrader={"grade": false, "grade_id": "augment", "locked": false, "schema_version": 3, "solution": true, "task": false}
def augment(batch, down, right, mirror):
    """Each picture, mirrored left to right where `mirror` says so, and then moved.

    batch: (n, channels, rows, columns) numbers, left as they are.  down, right: (n,) whole numbers, negative for up and left.
    mirror: (n,) True or False.  Returns an array of the shape of `batch`.
    """
    ### BEGIN SOLUTION
    batch = np.asarray(batch)
    rows, columns = batch.shape[2:]
    moved = np.zeros_like(batch)
    for k, (d, r) in enumerate(zip(down, right)):
        picture = batch[k, :, :, ::-1] if mirror[k] else batch[k]
        if abs(d) < rows and abs(r) < columns:
            moved[k, :, max(d, 0):rows + min(d, 0), max(r, 0):columns + min(r, 0)] = \
                picture[:, max(-d, 0):rows + min(-d, 0), max(-r, 0):columns + min(-r, 0)]
    return moved
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_augment_shift", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with checks.case("pictures that are moved, each by its own number of pixels"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(75)
    batch, no = random.uniform(1, 9, (3, 2, 5, 4)), np.zeros(3, bool)
    def moves(downs, rights, roll=False):
        out = np.zeros_like(batch)
        for k, (d, r) in enumerate(zip(downs, rights)):
            out[k] = np.roll(batch[k], (d, r), (1, 2))
            if not roll:
                out[k, :, :max(d, 0)] = out[k, :, 5 + min(d, 0):] = out[k, :, :, :max(r, 0)] = out[k, :, :, 4 + min(r, 0):] = 0
        return out
    checks.close(augment(batch.copy(), np.array([1, -2, 0]), np.array([2, 1, -1]), no), moves([1, -2, 0], [2, 1, -1]), variants={
        "what leaves on one side comes back on the other: `np.roll` goes round; put zeros there": moves([1, -2, 0], [2, 1, -1], roll=True),
        "rows and columns are swapped: `down` moves rows": moves([2, 1, -1], [1, -2, 0]),
        "the pictures went the other way: positive is down and right": moves([-1, 2, 0], [-2, -1, 1]),
        "up and down are the wrong way round": moves([-1, 2, 0], [2, 1, -1]),
        "left and right are the wrong way round": moves([1, -2, 0], [-2, -1, 1]),
        "every picture was moved like the first one": moves([1, 1, 1], [2, 2, 2]),
        "the pictures were moved down only; right is missing": moves([1, -2, 0], [0, 0, 0]),
        "the pictures were moved to the right only; down is missing": moves([0, 0, 0], [2, 1, -1]),
        "nothing has moved": batch,
        "negative numbers were taken for positive ones": moves([1, 2, 0], [2, 1, 1]),
        "every move to the left or up was left out": moves([1, 0, 0], [2, 1, 0]),
        "the edge of the picture was repeated; zeros come in": np.stack([
            np.pad(one, ((0, 0), (4, 4), (4, 4)), mode="edge")[:, 4 - d:9 - d, 4 - r:8 - r] for one, d, r in zip(batch, [1, -2, 0], [2, 1, -1])]),
        "only the first channel was moved; all of a picture's channels move together": moves([1, -2, 0], [2, 1, -1]) * [[[1]], [[0]]],
        "zeros come in above and below only: what leaves at the side comes back on the other": np.stack([
            np.roll(moves([1, -2, 0], [0, 0, 0])[k], r, 2) for k, r in enumerate([2, 1, -1])]),
        "zeros come in at the sides only: what leaves above or below comes back on the other": np.stack([
            np.roll(moves([0, 0, 0], [2, 1, -1])[k], d, 1) for k, d in enumerate([1, -2, 0])]),
    })
    ### END HIDDEN TESTS
    found = augment(np.array([[[[1, 2, 3], [4, 5, 6]]], [[[7, 8, 9], [1, 2, 3]]]]), np.array([1, 0]), np.array([0, -1]), np.array([False, False]))
    checks.close(found, [[[[0, 0, 0], [1, 2, 3]]], [[[8, 9, 0], [2, 3, 0]]]], variants=hints["augment_shift"])

# %% nbgrader={"grade": true, "grade_id": "test_augment_mirror", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("pictures that are mirrored and moved"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(76)
    batch = random.uniform(1, 9, (3, 2, 3, 4))
    def both(flips, first=True, axis=-1):
        out = np.zeros_like(batch)
        for k, (flip, d, r) in enumerate(zip(flips, [0, 1, -1], [0, 1, 2])):
            picture = np.flip(batch[k], axis) if flip and first else batch[k]
            rolled = np.roll(picture, (d, r), (1, 2))
            rolled[:, :max(d, 0)] = rolled[:, 3 + min(d, 0):] = rolled[:, :, :r] = 0
            out[k] = np.flip(rolled, axis) if flip and not first else rolled
        return out
    checks.close(augment(batch.copy(), np.array([0, 1, -1]), np.array([0, 1, 2]), np.array([True, True, False])), both([True, True, False]), variants={
        "the pictures were moved first and then mirrored; mirror first": both([True, True, False], first=False),
        "`mirror` was not used": both([False] * 3), "all pictures were mirrored": both([True] * 3),
        "the wrong ones were mirrored: where `mirror` is True": both([False, False, True]),
        "the pictures stand on their heads: left and right are the last axis": both([True, True, False], axis=-2),
        "the channels were mirrored: left and right are the last axis": both([True, True, False], axis=0),
        "a mirrored picture has to be moved as well": np.stack([
            batch[0][..., ::-1], batch[1][..., ::-1], both([True, True, False])[2]])})
    ### END HIDDEN TESTS
    found = augment(np.array([[[[1, 2, 3]], [[4, 5, 6]]]]), np.array([0]), np.array([1]), np.array([True]))
    checks.close(found, [[[[0, 3, 2]], [[0, 6, 5]]]], variants=hints["augment_mirror"])

# %% nbgrader={"grade": true, "grade_id": "test_augment_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("moves out of the picture, and a batch that stays as it is"):
    shot = np.arange(1, 25, dtype=np.float32).reshape(2, 1, 3, 4)
    given = shot.copy()
    checks.close(augment(given, np.array([3, 0]), np.array([0, -9]), np.array([False, True])), np.zeros((2, 1, 3, 4)), variants=hints["augment_out"])
    augment(given, np.array([1, 2]), np.array([1, 1]), np.array([True, False]))
    checks.unchanged(given, shot, "batch")
    ### BEGIN HIDDEN TESTS
    checks.close(augment(given, np.array([0, 0]), np.array([0, 0]), np.array([False, False])), shot, variants={
        "a move by 0 leaves a picture as it is; yours lost it: the slice `0:-0` is empty": 0 * shot})
    eighths = np.asarray(augment(given / 8, np.array([1, 0]), np.array([0, 1]), np.array([False, False])))
    checks.close(eighths[:, :, 1:, 1:], np.stack([shot[0, :, :2, 1:], shot[1, :, 1:, :3]]) / 8)
    ### END HIDDEN TESTS

# %% [markdown]
# For digits we shift, turn and scale, all three by a little, and mirror nothing. Turning and scaling together
# is one matrix, applied to the places of the pixels; shifting is your function's work.

# %%
def bent(picture, degrees, larger):
    """A picture (1, rows, columns), turned about its middle and larger by a factor; zeros come in at the edges."""
    angle, middle = np.radians(degrees), (np.array(picture.shape[1:]) - 1) / 2
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) / larger
    return ndimage.affine_transform(picture[0], matrix, middle - matrix @ middle, order=1)[None]


def changed_copies(pictures, rounds, seed=0):
    """Digits so many times over, each moved by up to 2 pixels, turned by up to 10°, scaled by up to a tenth; and their places."""
    random, copies, number = np.random.default_rng(seed), [], len(pictures)
    for _ in range(1 if training.shortened() else rounds):
        degrees, larger = random.uniform(-10, 10, number), random.uniform(0.9, 1.1, number)
        down, right = random.integers(-2, 3, (2, number))
        turned = np.stack([bent(*one) for one in zip(pictures, degrees, larger)])
        copies.append(np.asarray(augment(turned, down, right, np.zeros(number, bool))))
    return np.concatenate(copies).astype(np.float32), np.tile(np.arange(number), len(copies))


# %%
grids.photos([1 - copy_of[0] for copy_of in changed_copies(np.repeat(three[None], 6, axis=0), 1)[0]], [""] * 6, title="The same 3, changed six times", columns=6,
             alt="Six pictures of one handwritten 3, each a little moved, turned and scaled, all of them easy to read.")

# %% [markdown]
# Now train the head for digits twice: on cached features, and on pictures that are changed anew in each of ten rounds. Changed pictures have new
# features, so that the base has to run again each time: **nothing can be cached**.

# %% tags=["nbval-ignore-output"]
began = time.perf_counter()
cached = head_accuracy(extract_features(reader, few_images, 4), few_labels, test_maps, test_labels)
cached_seconds = time.perf_counter() - began
began = time.perf_counter()
copies, of_which = changed_copies(few_images, 10)
augmented = head_accuracy(extract_features(reader, copies, 4), few_labels[of_which], test_maps, test_labels)
augmented_seconds = time.perf_counter() - began
print(f"cached: {cached:.1%} in {cached_seconds:.1f} s · changed ten times: {augmented:.1%} in {augmented_seconds:.1f} s")

# %% [markdown]
# The base had ten times as much to do. Whether that was worth it depends on how few the pictures are; the learning curves below
# will say.

# %% [markdown]
# ## Swapping classifiers: one base, two tasks
#
# The base does not know what its maps are used for. Here is a second task, as far from letters as can be: five surfaces, cut from
# photographs. Training and test patches come from **different parts** of each photograph, and all have the same brightness and contrast.

# %%
patch_images, patch_labels, patch_tests, patch_answers = textures_split()
patch_images, patch_labels = (part[training.fewer(60)] for part in (patch_images, patch_labels))
patch_tests, patch_answers = (part[training.fewer(40)] for part in (patch_tests, patch_answers))
patch_images, patch_tests = patch_images[:, None], patch_tests[:, None]                                     # NCHW
grids.photos(list(patch_images[:10, 0]), [NAMES[label] for label in patch_labels[:10]], title="Patches of five surfaces", columns=5,
             alt="Two patches each of brick, grass, gravel, stained tissue and stars, 32×32 grey pixels, in random order.")

# %% [markdown]
# The same base, two heads. A digit is where its strokes are, so its head gets every value of every map. A surface is the same everywhere, so
# its head gets the **mean** of each map.
#
# The slides give a rule: early layers find edges and colours, later ones cat ears. So **if the target is far from the source, take features
# from an earlier block**.
#
# > **Predict.** Draw for yourself two curves of accuracy against depth (block 1 to 4): one for digits, one for surfaces. Where is each highest?

# %% tags=["nbval-ignore-output"]
def by_depth(net, train, labels, test, right_answers, draws, samples, means):
    """For each block the accuracies of heads on its features, one for each draw of so many pictures per class."""
    found = []
    places = [samples_per_class(labels, samples, draw) for draw in range(draws)]
    needed, where_in = np.unique(np.concatenate(places), return_inverse=True)               # each picture only once
    for block in (1, 2, 3, 4):
        train_maps, test_maps = (extract_features(net, pictures, block) for pictures in (train[needed], test))
        if means:
            train_maps, test_maps = (maps.mean(axis=(2, 3)) for maps in (train_maps, test_maps))
        found.append([head_accuracy(train_maps[part], labels[place], test_maps, right_answers)
                      for part, place in zip(np.split(where_in, draws), places)])
    return [1, 2, 3, 4], found


DRAWS = 2 if training.shortened() else 4
depth_digits = {name: by_depth(net, train_images, train_labels, test_images, test_labels, DRAWS, 10, means=False)
                for name, net in (("knows letters", reader), ("random weights", stranger))}
depth_surfaces = {name: by_depth(net, patch_images, patch_labels, patch_tests, patch_answers, DRAWS, 10, means=True)
                  for name, net in (("knows letters", reader), ("random weights", stranger))}

# %%
learning.repeated(depth_digits, title="Near: digits, 10 of each", xlabel="features from the end of block",
                  alt="Two curves with intervals over blocks 1 to 4. With what it learned on letters, digits are read best from a late block; "
                      "with random weights they get worse with depth.")

# %%
learning.repeated(depth_surfaces, title="Far: surfaces, 10 patches of each", xlabel="features from the end of block",
                  alt="Two curves with intervals over blocks 1 to 4, for surfaces. With what was learned on letters the first two blocks are best and the fourth is worst; "
                      "with random weights the first block is nearly as good, and each further one worse.")

# %% [markdown]
# Both predictions of the rule come true, and the second panel shows its price:
#
# - **Digits are near** to letters. The features get better with depth, up to the third or fourth block. With random weights they get
#   worse, so it is not the depth that helps, but what was learned.
# - **Surfaces are far.** The first two blocks are best: they find edges and spots, which every picture has. From there it goes down, because
#   the last blocks have learned to forget what does not matter for letters, such as the grain of a surface.
#
# Look at the random base too. On surfaces its **first** block is nearly as good as the trained one: random small kernels are edge and spot detectors of a
# kind. Whoever compares only with nothing, and not with random weights, may praise a transfer that is none.

# %% [markdown]
# ### One change, two tasks
#
# Back to the question which changes keep a label. Both tasks get five pictures of each class, and a mirrored copy of each of them with the **same**
# label: a mirrored 3 is to be a 3, mirrored gravel is to be gravel.
#
# > **Predict.** Which of the two gains, which loses?

# %% tags=["nbval-ignore-output"]
def with_mirrored(block, train, labels, test, right_answers, means):
    """Accuracies without and with a mirrored copy of every training picture, five pictures of each class, for each draw."""
    def described(pictures):
        maps = extract_features(reader, np.ascontiguousarray(pictures, np.float32), block)
        return maps.mean(axis=(2, 3)) if means else maps
    unseen, found = described(test), ([], [])
    for draw in range(2 * DRAWS):
        places = samples_per_class(labels, 5, draw)
        still = np.zeros(len(places), int)
        known, mirrored = described(train[places]), described(augment(train[places], still, still, still == 0))
        found[0].append(head_accuracy(known, labels[places], unseen, right_answers))
        found[1].append(head_accuracy(np.concatenate([known, mirrored]), np.tile(labels[places], 2), unseen, right_answers))
    return [1, 2], found


mirrors = {"surfaces": with_mirrored(2, patch_images, patch_labels, patch_tests, patch_answers, means=True),
           "digits": with_mirrored(4, train_images, train_labels, test_images, test_labels, means=False)}
for name, (_, (as_they_are, mirrored_too)) in mirrors.items():
    print("{}: {:+.1f} ± {:.1f} points, draw by draw".format(name, *confidence_interval(100 * np.subtract(mirrored_too, as_they_are))))

# %%
learning.repeated(mirrors, title="Mirroring: right for surfaces, wrong for digits", xlabel="training pictures, 5 of each class",
                  ticks=["as they are", "with mirrored copies"],
                  alt="Two lines with intervals. With mirrored copies the accuracy for surfaces rises by a few points, and that for digits falls by about two.")

# %% [markdown]
# The draws differ much from each other, so look at the gains that are taken draw by draw. The surfaces gain: for grass and gravel a mirrored patch is
# as good as a new one. The digits **lose**, because the head is told that shapes which
# nobody writes are digits. No error message says so. Whether a change keeps the label is knowledge about the task.

# %% [markdown]
# ## Scenario B: fine-tuning
#
# Now the base may learn too, beginning with its last blocks. Two rules, and we will break both to see why they are there:
#
# 1. **First the head, then the base.** A new head has random weights. Its errors are large and mean nothing, and they would be sent back
#    into a base that was good.
# 2. **Small steps.** The base is nearly right; it is to be moved a little. The earlier the block, the smaller its steps.
#
# ### Exercise 9 · `unfreeze_from`
# Let the base learn from a given block on. Blocks before it are frozen, whatever they were before. The batch statistics of **all**
# blocks stay as they are: few pictures are a poor measure.

# %% nbgrader={"grade": false, "grade_id": "unfreeze_from", "locked": false, "schema_version": 3, "solution": true, "task": false}
def unfreeze_from(net, block):
    """Let the head and the blocks from `block` on learn, and freeze those before it, in place.

    net: a `VGG`; each `nn.MaxPool2d` in `net.features` ends a block.  block: 1 for the first block.
    The whole base is in evaluation mode afterwards.
    Returns the names of the parameters that learn, as `net.named_parameters()` gives them, in its order.
    """
    ### BEGIN SOLUTION
    net.features.eval()
    net.classifier.requires_grad_(True)
    number = 1
    for layer in net.features:
        layer.requires_grad_(number >= block)
        number += isinstance(layer, nn.MaxPool2d)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_unfreeze_names", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the names of what learns from the second block on"):
    checks.equal(unfreeze_from(fresh_tiny(frozen=11), 2),
                 [f"features.{k}.{part}" for k in (4, 5, 7, 8) for part in ("weight", "bias")] + ["classifier.0.weight", "classifier.0.bias"],
                 variants=hints["unfreeze_names"])
    ### BEGIN HIDDEN TESTS
    again, three = fresh_tiny(), ["classifier.0.weight", "classifier.0.bias"]
    everything = [f"features.{k}.{part}" for k in (0, 1, 4, 5, 7, 8) for part in ("weight", "bias")] + three
    checks.equal(unfreeze_from(again, 1), everything, variants={
        "blocks are counted from 1, and from the first block on everything learns": everything[4:],
        "only the block itself learns; those after it should too": everything[:4] + three})
    checks.equal(unfreeze_from(again, 2), everything[4:], variants={
        "a block that learned before has to be frozen when it is not wanted any more": everything})
    checks.equal(unfreeze_from(again, 3), three, variants={
        "behind the last block only the head is left to learn": everything[4:]})
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_unfreeze_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with checks.case("one step of training with the second block unfrozen"):
    random = np.random.default_rng(77)
    opened = fresh_tiny()
    known = [random.uniform(0.2, 1, array.shape).astype(array.dtype) for array in parameters(opened)]
    set_parameters(opened, known)
    batch, answers = torch.tensor(random.normal(size=(6, 2, 8, 12)), dtype=torch.float32), torch.tensor([0, 2, 1, 1, 0, 2])
    unfreeze_from(opened, 1)
    unfreeze_from(opened, 2)
    one_step(opened, batch, answers, 0.5)
    after = parameters(opened)
    checks.equal([bool(np.array_equal(after[k], known[k])) for k in range(4)], [True] * 4, variants=hints["unfreeze_first"])
    checks.equal([bool(np.array_equal(after[k], known[k])) for k in (9, 10, 16, 17)], [False] * 4, variants=hints["unfreeze_second"])
    checks.equal([bool(np.array_equal(after[k], known[k])) for k in range(21) if k % 7 in (4, 5, 6)], [True] * 9, variants=hints["unfreeze_statistics"])
    checks.equal([bool(np.array_equal(after[k], known[k])) for k in (21, 22)], [False] * 2, variants=hints["unfreeze_head"])
    ### BEGIN HIDDEN TESTS
    mine = VGG(TINY, in_channels=2, classes=3, side=2, dense=(), batch_norm=True).eval()
    set_parameters(mine, known)
    places = [k for k in range(23) if k > 20 or k % 7 < 4]
    slopes = torch.autograd.grad(nn.functional.cross_entropy(mine(batch), answers), list(mine.parameters()))
    for place, slope in zip(places, slopes):
        checks.close(after[place], known[place] - (0 if place < 7 else 0.5) * slope.numpy(), atol=1e-4)
    set_parameters(mine, after)
    checks.equal(bool(np.allclose(opened(batch).detach(), mine(batch).detach(), atol=1e-4)), True, variants={
        "after the step the network gives other scores than its numbers say": False})
    ### END HIDDEN TESTS

# %% [markdown]
# ### Exercise 10 · `parameter_groups`
# An optimiser of PyTorch takes not only a list of parameters, but also a list of **groups**, each with a learning rate of its own:
# `[{"params": […], "lr": 0.01}, {"params": […], "lr": 0.001}]`. Give the head the full rate, the last block a tenth of it, the block before a
# hundredth, and so on.

# %% nbgrader={"grade": false, "grade_id": "parameter_groups", "locked": false, "schema_version": 3, "solution": true, "task": false}
def parameter_groups(net, learning_rate, factor=0.1):
    """Groups for an optimiser: the head first, then the blocks from the last to the first, as far as they learn.

    The head's rate is `learning_rate`, the last block's `factor` times that, the rate of the block before it `factor` times
    that again, and so on, whether all of these learn or not. Parameters that do not learn are in no group, and a block with
    none that learns makes no group.
    Returns a list of dictionaries {"params": a list of parameters in the network's order, "lr": a number}.
    """
    ### BEGIN SOLUTION
    blocks = [[]]
    for layer in net.features:
        blocks[-1] += [tensor for tensor in layer.parameters() if tensor.requires_grad]
        if isinstance(layer, nn.MaxPool2d):
            blocks.append([])
    parts = [[tensor for tensor in net.classifier.parameters() if tensor.requires_grad], *reversed(blocks[:-1])]
    return [{"params": part, "lr": learning_rate * factor ** k} for k, part in enumerate(parts) if part]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_groups_rates", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the learning rates of the head and of two blocks"):
    groups = parameter_groups(fresh_tiny(), 0.2)
    checks.count(groups, 3, variants=hints["groups_count"])
    checks.equal(all("params" in group and "lr" in group for group in groups), True, variants={
        "PyTorch's optimisers know a group by the keys \"params\" and \"lr\"; one of them is missing": False})
    checks.close([group["lr"] for group in groups], [0.2, 0.02, 0.002], variants=hints["groups_rates"])
    ### BEGIN HIDDEN TESTS
    groups = parameter_groups(fresh_tiny(4, (5,)), 0.6, 0.5)
    checks.close([group["lr"] for group in groups], [0.6, 0.3, 0.15], variants={
        "`factor` was not used: yours is always 0.1": [0.6, 0.06, 0.006],
        "the rate falls by a multiple of the factor; multiply by it again and again": [0.6, 0.3, 0.3],
        "the order is the head first, then the blocks from the last to the first": [0.15, 0.3, 0.6],
        "the head already gets the factor; it should get the full rate": [0.3, 0.15, 0.075]})
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_groups_params", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("which parameters are in which group"):
    checks.count(parameter_groups(fresh_tiny(), 0.1)[0]["params"], 2, variants=hints["groups_params"])
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(78)
    sorted_net = fresh_tiny()
    known = [random.uniform(0.2, 1, array.shape).astype(array.dtype) for array in parameters(sorted_net)]
    set_parameters(sorted_net, known)
    wanted = [[21, 22], [7, 8, 9, 10, 14, 15, 16, 17], [0, 1, 2, 3]]
    groups = parameter_groups(sorted_net, 0.1)
    checks.equal(all(hasattr(tensor, "shape") for group in groups for tensor in group["params"]), True, variants={
        "there are names among the parameters: an optimiser wants the parameters alone, as `parameters()` gives them": False})
    shapes = [[list(np.shape(tensor)) for tensor in group["params"]] for group in groups]
    right = [[list(known[k].shape) for k in part] for part in wanted]
    checks.equal(shapes, right, variants={
        "the head stands at the end; it comes first": right[1:] + right[:1],
        "the blocks are in the network's order; after the head comes the last block": [right[0], right[2], right[1]],
        "the batch normalisations are missing: their scales and shifts learn too":
            [right[0], [right[1][k] for k in (0, 1, 4, 5)], right[2][:2]],
        "the biases are missing": [[part[k] for k in range(0, len(part), 2)] for part in right],
        "each layer is a group of its own; a block is one": [right[0], right[1][4:], right[1][:4], right[2]]})
    for group, part in zip(groups, wanted):
        for tensor, k in zip(group["params"], part):
            checks.close(tensor, known[k], atol=1e-6)
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_groups_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("groups where some parameters are frozen, and a step with them"):
    groups = parameter_groups(fresh_tiny(frozen=11), 0.1)
    checks.equal(any(isinstance(group["params"], (list, tuple)) and not group["params"] for group in groups), False, variants={
        "there are empty groups: a block with none that learns makes no group": True})
    checks.count(groups, 1, variants=hints["groups_frozen"])
    checks.close([group["lr"] for group in parameter_groups(fresh_tiny(frozen=4), 0.1)], [0.1, 0.01])
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(79)
    stepping = fresh_tiny(frozen=2)
    known = [random.uniform(0.2, 1, array.shape).astype(array.dtype) for array in parameters(stepping)]
    set_parameters(stepping, known)
    batch, answers = torch.tensor(random.normal(size=(6, 2, 8, 12)), dtype=torch.float32), torch.tensor([0, 2, 1, 1, 0, 2])
    one_step(stepping, batch, answers, 0.5, parameter_groups)
    after = parameters(stepping)
    checks.equal([bool(np.array_equal(after[k], known[k])) for k in (21, 14)], [False, False], variants={
        "a step with your groups moves nothing: they have to hold the network's own parameters, not copies": [True, True]})
    mine = VGG(TINY, in_channels=2, classes=3, side=2, dense=(), batch_norm=True).train()
    set_parameters(mine, known)
    slopes = torch.autograd.grad(nn.functional.cross_entropy(mine(batch), answers), list(mine.parameters()))
    for place, slope in zip([k for k in range(23) if k > 20 or k % 7 < 4], slopes):
        rate = 0.5 if place > 20 else 0.05 if place > 6 else 0
        full, none = known[place] - 0.5 * slope.numpy(), known[place] - 0.05 * slope.numpy()
        checks.close(after[place], known[place] - rate * slope.numpy(), atol=1e-5, variants={
            "a step did not move a parameter that should learn: it is in no group": known[place],
            "a step moved a block by the full rate": full, "a step moved a frozen parameter": none})
    ### END HIDDEN TESTS

# %% [markdown]
# With these two the training loop for scenario B is short. It takes batches of 20 and steps of the optimiser Adam, and notes the accuracy on
# test digits now and then. (We watch the **test** digits only to draw the curves; nothing is chosen by them.)

# %%
def read_right(net, pictures, right_answers):
    """The share of pictures that a network reads right, in evaluation mode; each part's mode is put back afterwards."""
    modes, home = [(part, part.training) for part in net.modules()], next(net.parameters()).device
    with torch.no_grad():
        parts = torch.as_tensor(pictures).split(250)
        answers = [net.eval()(part.to(home)).argmax(1).cpu().numpy() for part in parts]
    for part, mode in modes:
        part.training = mode
    return float(np.mean(np.concatenate(answers) == right_answers))


def fine_tune(net, groups, pictures, labels, steps, watch=None, every=10, seed=0, changed=False):
    """Train what `groups` holds, with steps that get smaller, and each picture changed anew if so wished.

    Returns what `watch` said of the network every so many steps, and at the end.
    """
    net.to(where, memory_format=torch.channels_last)
    torch.manual_seed(seed)
    optimizer, shuffle, noted, order = torch.optim.Adam(groups), np.random.default_rng(seed), [], []
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    torch.set_flush_denormal(True)              # numbers below 1e-38 count as 0: processors are slow with them
    for step in range(min(steps, training.FIRST_STEPS) if training.shortened() else steps):
        if watch and step % every == 0:
            noted.append((step, watch(net)))
        order = order if len(order) else list(shuffle.permutation(len(pictures)))
        part, order = order[:20], order[20:]
        batch = changed_copies(pictures[part], 1, seed=step)[0] if changed else pictures[part]
        loss = nn.functional.cross_entropy(net(torch.as_tensor(batch).to(where)), torch.as_tensor(labels[part]).to(where))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    torch.set_flush_denormal(False)
    return noted + ([(steps, watch(net))] if watch else [])


# %% [markdown]
# `where` is "cuda" or "mps" where there is a graphics processor, else "cpu": the same cell uses what there is.
#
# The head is trained first, on cached features, by your `train_head`, and then put on top of the base. It was trained on features that were
# made even; the same scale and shift, multiplied into the weights, give a dense layer for the bare features.

# %%
def with_trained_head(net, pictures, labels, classes, copies=0):
    """A network with the base of `net` and a head trained on its features of these pictures (changed so many times): scenario A."""
    shown, of_which = changed_copies(pictures, copies) if copies else (pictures, np.arange(len(pictures)))
    maps = extract_features(net, shown, 4).reshape(len(shown), -1)
    scale, mean = (maps.std(axis=0) + 1e-3) * np.sqrt(maps.shape[1]), maps.mean(axis=0)
    weights, bias = train_head((maps - mean) / scale, labels[of_which], classes, steps=1 if training.shortened() else 200, learning_rate=5.0)
    new = replace_head(net, classes)
    set_parameters(new.classifier, [np.float32(weights / scale), np.float32(bias - weights / scale @ mean)])
    return new


# %% tags=["nbval-ignore-output"]
ten_each = samples_per_class(train_labels, 10, draw=0)
ten_images, ten_labels = train_images[ten_each], train_labels[ten_each]
scenario_a = with_trained_head(reader, ten_images, ten_labels, 10)
print(f"scenario A, 10 digits of each class: {read_right(scenario_a, test_images, test_labels):.1%}")

# %% [markdown]
# From there: unfreeze blocks 3 and 4, with small steps that fall from block to block. And three ways that break the rules, on the same 100
# digits:
#
# - a **new head with random weights** and everything unfrozen at once, with a usual learning rate, 0.003;
# - the trained head, but a **large learning rate**, 0.03, for all;
# - a network with random weights, **from scratch**.
#
# > **Predict.** Which of them will be below scenario A after sixty steps?

# %% tags=["nbval-ignore-output"]
def tuned(net, block, learning_rate, factor):
    """A network to fine-tune from a block on, with its groups."""
    unfreeze_from(net, block)
    net.classifier.train()
    return net, parameter_groups(net, learning_rate, factor)


device.fix_seeds(0)
ways_on = {"head first, small steps": tuned(copy.deepcopy(scenario_a), 3, 0.001, 0.3),
           "random head, all at once": tuned(replace_head(reader, 10), 1, 0.003, 1.0),
           "head first, large steps": tuned(copy.deepcopy(scenario_a), 1, 0.03, 1.0)}
fresh_net = replace_head(small_vgg(2), 10).train()
ways_on["from scratch"] = fresh_net, parameter_groups(fresh_net, 0.001, 1.0)
walks = {way: fine_tune(net, groups, ten_images, ten_labels, 60, every=15, watch=lambda now: read_right(now, test_images, test_labels))
         for way, (net, groups) in ways_on.items()}

# %%
charts.lines({way: ([step for step, _ in noted], [100 * share for _, share in noted]) for way, noted in walks.items()},
             title="Four ways to go on: 100 digits", xlabel="step of training", ylabel="test digits read right, %", ylim=(0, 104),
             alt="Four curves over sixty steps. Small steps after training the head stay where scenario A was at step 0, above 95 %. A random head begins near "
                 "chance and climbs. Large steps fall to 10 % at once and stay there. The network from scratch climbs last.")

# %% [markdown]
# - **Small steps after the head** hardly move the curve: scenario A is already good, and the base stays good.
# - **A random head, all at once** catches up fast on a task as near as this one, and ends **below** scenario A, where nothing but a dense layer was
#   trained.
# - **Large steps** destroy in a few steps what 256,000 pictures had taught: guessing is 10 %. It is lesson 04's broken network again.
# - **From scratch** it takes most of the sixty steps before nine in ten are read. (It gets some more below.)
#
# ### Forgetting
#
# And what became of the letters? Put the **old** head back on each tuned base, and show it printed letters of a font that it has never seen.

# %%
known_letters = glyphs.printable(alphabet)[training.fewer(40)]            # those that this font has
printed, wanted = glyphs.printed(known_letters), np.array([alphabet.index(letter) for letter in known_letters])
print(len(known_letters), "letters:", known_letters[:40], "…")


def letters_left(net):
    """The share of printed letters that the old head reads right from this base."""
    both = copy.deepcopy(reader)
    both.features.load_state_dict(net.features.state_dict())
    return read_right(both.to(where), printed, wanted)


short = {"small\nsteps": "head first, small steps", "all at\nonce": "random head, all at once", "large\nsteps": "head first, large steps"}
remembered = {"before": letters_left(reader), **{name: letters_left(ways_on[way][0]) for name, way in short.items()}}

# %%
charts.bars({way: round(100 * share) for way, share in remembered.items()}, title="Letters still read right",
            xlabel="fine-tuning for digits", ylabel="printed letters, %", highlight=["before"],
            alt="Four bars: the share of printed letters read right before fine-tuning, hardly fewer after small steps, "
                "clearly fewer after training all at once, and none after large steps.")

# %% [markdown]
# With small steps the base still reads nearly as many letters as before. Trained all at once it has lost more than half of them in sixty steps,
# although nobody told it to forget. This is called **catastrophic forgetting**: a network keeps only what its present task needs. With
# large steps nothing is left.

# %% [markdown]
# ## Few samples: what is it worth?
#
# Now the whole comparison, as the slides' takeaways put it: "it's possible to train one from scratch even on a very small dataset", feature
# extraction "is a valuable technique", and fine-tuning "pushes performance a bit further". Four ways, from 2 to 50 digits of each class, and
# each size drawn anew several times.

# %% tags=["nbval-ignore-output"]
SIZES, TRIES = (2, 10, 50), 3
hog_train, hog_test = hog_of(train_images), hog_of(test_images)


def rounds_for(pictures):
    """How often to change each of so many pictures: many times if they are few."""
    return max(1, 300 // len(pictures))


def scenario_b(pictures, labels, seed, changed=False):
    """Scenario A, then B from there: blocks 3 and 4 with small steps. Returns both accuracies on the test digits."""
    net = with_trained_head(reader, pictures, labels, 10, copies=rounds_for(pictures) if changed else 0)
    with torch.no_grad():                                                        # the test digits' features are there already
        answers = net.classifier(torch.as_tensor(test_maps.reshape(len(test_maps), -1))).argmax(1).numpy()
    before = float(np.mean(answers == test_labels))
    fine_tune(*tuned(net, 3, 0.001, 0.3), pictures, labels, steps=40, seed=seed, changed=changed)
    return before, read_right(net, test_images, test_labels)


def from_scratch(pictures, labels, seed, changed=False):
    """The same network with random weights, trained on these pictures alone, with steps that get smaller."""
    device.fix_seeds(seed)
    net = replace_head(small_vgg(2), 10).train()
    fine_tune(net, parameter_groups(net, 0.001, 1.0), pictures, labels, steps=80, seed=seed, changed=changed)
    return read_right(net, test_images, test_labels)


# %% tags=["nbval-ignore-output"]
def repeated(sizes, changed=False):
    """Way → for each size the accuracies over the draws, with digits as they are or changed anew in training."""
    found = {way: [[] for _ in sizes] for way in ("B: fine-tuning", "A: fixed features", "HOG + linear", "from scratch")}
    for size in range(len(sizes)):
        for draw in range(TRIES):
            places = samples_per_class(train_labels, sizes[size], draw)
            pictures, labels = train_images[places], train_labels[places]
            score_a, score_b = scenario_b(pictures, labels, draw, changed)
            copies, of_which = changed_copies(pictures, rounds_for(pictures)) if changed else (pictures, np.arange(len(labels)))
            by_hog = head_accuracy(hog_of(copies) if changed else hog_train[places], labels[of_which], hog_test, test_labels)
            for way, score in zip(found, (score_b, score_a, by_hog, from_scratch(pictures, labels, draw, changed))):
                found[way][size].append(score)
    return found


def table(sizes, found):
    """Print mean and 95 % interval of what was measured."""
    if training.shortened():
        print("not trained to the end here")
        return
    print(f"{'% of 500 test digits':22}" + "".join(f"{size:>14}" for size in sizes))
    for way, values in found.items():
        print(f"{way:22}" + "".join("{:>8.1f} ± {:<3.1f}".format(*(100 * number for number in confidence_interval(draws))) for draws in values))


TRIES, SIZES = (2, (2,)) if training.shortened() else (TRIES, SIZES)
plain = repeated(SIZES)
table(SIZES, plain)

# %%
learning.repeated({way: (SIZES, values) for way, values in plain.items()}, title="Handwritten digits from few samples", log=True,
                  xlabel="training digits of each class",
                  alt="Four curves with intervals over 2, 10 and 50 digits of each class. Fine-tuning and fixed features lie together at the top, "
                      "above 90 % from two digits on. HOG and from scratch begin near 75 %, with wide intervals, and nearly catch up at fifty.")

# %% [markdown]
# - **Two digits of each class**, twenty in all, are enough for nine in ten, if the network can read letters. HOG and the network from scratch read
#   about three quarters, and how many depends much on which twenty.
# - **A and B lie together.** Here "pushes performance a bit further" is a fraction of a per cent, within the intervals. Fine-tuning pays when
#   the target is farther away than digits are from letters, or when there is more data.
# - **"It's possible to train one from scratch even on a very small dataset, with decent results."** So it is, if 500 pictures are very small:
#   with fifty of each class all four ways are within a few per cent. What transfer buys is the **left part** of the figure.
# - **HOG**, which somebody thought of, does about as well as the network from scratch up to ten of each, and is done in a second.
#
# The intervals are of three draws, so they are wide. The course's own measurement (`tests/benchmarks/transfer.py`) has ten draws and a longer training.
#
# ### With augmentation
#
# The same curves, with digits that are shifted, turned and scaled anew each time.
#
# > **Predict.** Who gains most: the network from scratch, HOG, or the network that knows letters?

# %% tags=["nbval-ignore-output"]
with_changes = repeated(SIZES, changed=True)
table(SIZES, with_changes)
for way, values in with_changes.items() if not training.shortened() else ():
    gains = [100 * (np.mean(scores) - np.mean(before)) for scores, before in zip(values, plain[way])]
    print(f"{way:22}" + " · ".join(f"{size} of each: {gain:+.1f} points" for size, gain in zip(SIZES, gains)))

# %%
learning.repeated({way: (SIZES, values) for way, values in with_changes.items()}, title="The same, with digits changed anew each time", log=True,
                  xlabel="training digits of each class",
                  alt="Four curves with intervals over 2, 10 and 50 digits of each class, with augmentation. Fine-tuning and fixed features lie together at "
                      "the top; HOG and from scratch begin higher than without.")

# %% [markdown]
# Those that know least gain most: HOG with two digits of each class, the network from scratch up to ten. With fifty hardly anybody gains. The base has
# already seen letters bent, turned and moved; **its** augmentation took place in the source task. And read the intervals: a gain that is smaller than these
# is nothing to build on.

# %% [markdown]
# ## The same in Keras
#
# Keras has other names for the same steps. `pretrained.in_keras` makes a Keras model of the same network with the same weights; its two layers are
# called "features" and "classifier". From here on the axes are **NHWC**.
#
# | step | PyTorch | Keras |
# | --- | --- | --- |
# | load a trained network | `pretrained.vgg16()`; torchvision: `vgg16(weights=…)` | `keras.applications.VGG16()` |
# | prepare pictures | `preprocess(photos, "torch")` | `preprocess(photos, "keras")`, or `preprocess_input` |
# | freeze the base | `requires_grad_(False)` **and** `eval()` | `base.trainable = False` |
# | a new head | `replace_head` | `include_top=False`, and layers of your own on top |
# | features, once | `with torch.no_grad():` and a loop | `base.predict(pictures)` |
# | train the head | your `train_head`, or an optimiser and a loop | `compile` and `fit` |
# | change the pictures | `augment` in the loop | layers such as `RandomTranslation`, `RandomRotation`, `RandomZoom` |
# | unfreeze from a block on | `unfreeze_from` and `parameter_groups` | `layer.trainable = …`, then `compile` **again** |

# %%
twin = pretrained.in_keras(reader.cpu(), 32)
few_nhwc, tests_nhwc = few_images.transpose(0, 2, 3, 1), test_images.transpose(0, 2, 3, 1)
with torch.no_grad():
    ours = reader(torch.tensor(test_images[:8])).numpy()
theirs = keras.ops.convert_to_numpy(twin(tests_nhwc[:8]))
difference = np.abs(ours - theirs).max()
assert difference < 1e-3, difference
print("logits", theirs.shape, "· the same to 1e-3 in both")

# %% [markdown]
# **Freeze, and prove it.** `trainable = False` freezes everything in a layer, and a batch normalisation in it then uses its stored statistics, in
# training too. What PyTorch needs two lines for, Keras does in one.

# %%
base = twin.get_layer("features")
print("arrays that learn, before:", len(base.trainable_weights), end=" · ")
base.trainable = False
print("after:", len(base.trainable_weights))
statistics = [array.copy() for array in parameters(base)]
base(few_nhwc[:20], training=True)                                  # even when asked to train
assert all(np.array_equal(old, new) for old, new in zip(statistics, parameters(base)))
print("the batch statistics have not moved")

# %% [markdown]
# **Scenario A**: features once, a head on top, `fit`.

# %% tags=["nbval-ignore-output"]
device.fix_seeds(0)
maps = base.predict(few_nhwc, verbose=0)
head = keras.Sequential([keras.Input(maps.shape[1:]), keras.layers.Flatten(), keras.layers.Dropout(0.25), keras.layers.Dense(10)])
head.compile(keras.optimizers.Adam(0.003), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
few_in_keras = slice(0, 32) if training.shortened() else slice(None)
head.fit(maps[few_in_keras], few_labels[few_in_keras], epochs=training.epochs(30), batch_size=20, verbose=0, callbacks=training.keras_bar(30, "head"))
whole = keras.Sequential([keras.Input((32, 32, 1)), base, head])
keras_a = float(np.mean(whole.predict(tests_nhwc, verbose=0).argmax(1) == test_labels))
training.reached(keras_a, 0.93, "Keras, scenario A, 20 digits of each class")

# %% [markdown]
# **Scenario B**: unfreeze from the top, keep the batch normalisations frozen, and **compile again**, with a small rate: what may learn is
# fixed when a model is compiled. (A rate for each block, as in your groups, takes an optimiser of one's own in Keras; one small rate
# for all is the usual way.)

# %% tags=["nbval-ignore-output"]
pools = [k for k, layer in enumerate(base.layers) if isinstance(layer, keras.layers.MaxPooling2D)]
base.trainable = True
for number, layer in enumerate(base.layers):
    layer.trainable = number > pools[1] and not isinstance(layer, keras.layers.BatchNormalization)
whole.compile(keras.optimizers.Adam(0.0002), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
print("arrays of the base that learn:", len(base.trainable_weights))
whole.fit(few_nhwc[few_in_keras], few_labels[few_in_keras], epochs=training.epochs(5), batch_size=20, verbose=0, callbacks=training.keras_bar(5, "fine-tuning"))
keras_b = float(np.mean(whole.predict(tests_nhwc, verbose=0).argmax(1) == test_labels))
training.reached(keras_b, 0.93, "Keras, scenario B")

# %% [markdown]
# ### Which networks are there?
#
# A slide lists six that `keras.applications` offers, all trained on ImageNet. We can read their sizes without fetching any weights, and
# without making them: in a `StatelessScope` a model knows its shapes and has no numbers.

# %%
LISTED = ["Xception", "InceptionV3", "ResNet50", "VGG16", "VGG19", "MobileNet"]
sizes = {}
for model_name in LISTED[training.fewer(1)]:
    with keras.StatelessScope(initialize_variables=False):
        model = getattr(keras.applications, model_name)(weights=None)
    sizes[model_name] = model.count_params() / 1e6
    print(f"{model_name:12} {model.count_params():12,} parameters · takes {model.input_shape[1]}×{model.input_shape[2]} pixels")

# %%
in_two_lines = {"Xception": "Xcep-\ntion", "InceptionV3": "Incep-\ntion V3", "ResNet50": "ResNet\n50", "MobileNet": "Mobile\nNet"}
charts.bars({in_two_lines.get(model_name, model_name): round(size, 1) for model_name, size in sizes.items()}, title="Six trained networks of keras.applications",
            xlabel="network", ylabel="million parameters", highlight=["VGG16"],
            alt="Six bars: Xception 22.9, InceptionV3 23.9, ResNet50 25.6, VGG16 138.4, VGG19 143.7, MobileNet 4.3 million parameters.")

# %% [markdown]
# VGG16 is by far not the smallest, nor is it the best on ImageNet. It is the one that is easiest to understand and to take apart. For a phone you
# would take MobileNet.
#
# ### Old and new ways to load
#
# The slides load torchvision's networks with `models.vgg16(pretrained=True)`. Since torchvision 0.13 (2022) that is written
# `models.vgg16(weights="IMAGENET1K_V1")`, because there may be several sets of weights for a network, and each set brings its own
# preprocessing along: `VGG16_Weights.IMAGENET1K_V1.transforms()`. `models.vgg16()` alone gives random weights, in both. In Keras the
# default is the other way round: `keras.applications.VGG16()` **fetches** ImageNet's weights, and `weights=None` gives random ones. With
# `include_top=False` it comes without its head.
#
# For PyTorch the slides name nine: ResNet-18, AlexNet, VGG16, SqueezeNet, DenseNet-161, Inception v3, GoogLeNet, ShuffleNet v2 and MobileNet v2. All are
# in torchvision still. Catalogues such as the slides' Model Zoo have many more. Before you take a network from one, look for three things: what it was
# trained on, how its pictures were prepared, and its licence.
#
# The course's `vgg16()` has the keys and shapes of torchvision's file, so that you see every layer and need no torchvision.
# Where there is a network, this cell puts the **same** weights into Keras's layers, and both give the same logits:

# %%
if FETCH:
    big_twin = pretrained.in_keras(big.cpu(), 224)
    prepared = preprocess(shots, "torch")
    with torch.no_grad():
        torch_logits = big(torch.tensor(prepared)).numpy()
    keras_logits = keras.ops.convert_to_numpy(big_twin(prepared.transpose(0, 2, 3, 1)))
    print("largest difference:", np.abs(torch_logits - keras_logits).max())
    assert np.abs(torch_logits - keras_logits).max() < 1e-3

# %% [markdown]
# And the weights that **Keras** publishes, with their own preprocessing. They are another file of 553 MB, with a switch of its own:

# %%
FETCH_KERAS = False
keras_big = download.attempt(lambda: pretrained.keras_vgg16(activation=None)) if FETCH and FETCH_KERAS else None
if keras_big is not None:
    for scores in keras.ops.convert_to_numpy(keras_big(preprocess(shots, "keras"))):
        print(top_k(scores, classes, 3))

# %% [markdown]
# Fine-tuning VGG16 on your own photographs takes the same functions as above: `replace_head`, `extract_features` once for all of them,
# `train_head`, and then, with a graphics processor, `unfreeze_from(big, 5)` and `parameter_groups`.

# %% [markdown]
# ## A checklist
#
# | your data | few pictures | many pictures |
# | --- | --- | --- |
# | **like** the source | scenario A: freeze the base, train a head on cached features | A first, then B: unfreeze the last blocks, with small steps |
# | **unlike** the source | scenario A on an **earlier** block; compare with HOG and with random weights | B from an early block on, or train from scratch with these weights as a start |
#
# 1. Look at ten of your pictures as the network gets them. Right size, range, order of colours?
# 2. Ask the network as it is. Are its wrong answers sensible?
# 3. Train a head on cached features. Minutes, and a baseline for everything after it.
# 4. Compare with something simple, and with random weights. What did the transfer give?
# 5. Augment, with changes that keep the label.
# 6. Unfreeze from the top, small steps, and look at validation data after each stage. Stop when it does not help.

# %% [markdown] nbgrader={"grade": false, "grade_id": "transfer_plan", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": true}
# ## In your own words
#
# ### Question · A plan for three tasks
# You have VGG16 with ImageNet's weights and a laptop. In about twelve sentences: (a) Sixty photographs each of four kinds of dog. What do you do,
# in which order, and which changes of the pictures do you allow? (b) Three hundred X-ray pictures of two kinds, in grey. What is different, which
# block do you try first, and what do you compare with? (c) A friend fine-tunes everything at once with a new head and a rate of 0.1, and gets chance
# after one epoch. She freezes the base, forgets about its mode, and gets other accuracies on each evaluation between two epochs of training the head.
# Explain both. (d) Somebody reports: "Transfer learning gives 97 %, so it works." Which two numbers would you ask for?
#
# ### BEGIN MARK SCHEME
# One point each.
#
# - (a) Near and few: scenario A (right preprocessing, freeze, cached features from the last block, head), then perhaps the last block with small steps
#   and validation. Mirroring left to right, shift, scale and small rotations are allowed; not upside down. Half a point for the order, half for the changes with a reason.
# - (b) Far: earlier blocks (their edges and spots are general); grey has to become three channels with the right preprocessing; mirroring may be
#   wrong, since hearts are on the left. Compare with a simple method, with random weights or with a late block. Half a point for the block with its reason,
#   half for a comparison.
# - (c) Large errors of a random head and large steps destroy the base (forgetting, broken network): head first, rate a thousandth or so. The
#   frozen base in training mode keeps measuring its batch statistics: `net.features.eval()`, also after every `net.train()`. Half a point each.
# - (d) Two of: the same head on random weights or simple features (HOG, pixels); the network from scratch; chance; the number and draw of the
#   samples, with an interval; whether it is on test data. Half a point each.
#
# Language is not marked.
# ### END MARK SCHEME

# %% [markdown]
# *Write your answer here.*

# %% [markdown]
# ## Summary
#
# - A trained network is a base that sees and a head that decides. Keep the base, swap the head. Feed it pictures exactly as it was trained:
#   size, range, order of colours.
# - Frozen means two things: no gradients, and batch statistics that stay. Features of a frozen base are computed once. With few pictures like those of the
#   source that is most of what can be had.
# - Fine-tune after the head, from the top, with small steps. Far targets want earlier blocks. Compare with random weights and with
#   something simple, over several draws, before you believe in a transfer.
#
# **Read on:** Simonyan and Zisserman, *Very deep convolutional networks for large-scale image recognition* (arXiv 1409.1556). Yosinski, Clune, Bengio and
# Lipson, *How transferable are features in deep neural networks?* (1411.1792), measures our curves of depth on ImageNet. Razavian and others, *CNN features
# off-the-shelf* (1403.6382), is scenario A. Kornblith, Shlens and Le, *Do better ImageNet models transfer better?* (1805.08974). Raghu and others,
# *Transfusion* (1902.07208), asks what transfer is worth for medical pictures. Ioffe and Szegedy, *Batch normalization* (1502.03167).

# %% [markdown]
# ## When the slides are wrong
#
# You may have met these in slide decks. Try each claim yourself before you read our verdict.
#
# 1. "Finetuning the convnet: … Rest of the training **looks as usual**." The loop does. The learning rate does not: with lesson 04's usual rates for all layers
#    you saw the base break, or forget.
# 2. "We will freeze the weights for **all of the network except the final fully connected layer**", and two slides later "freeze … **lower convolutional
#    layers**", "add custom classifier with several layers". Both are done; they are different plans. We replaced the whole head by one layer.
# 3. None of the slides says that frozen weights are only half of it where a network has batch normalisation. (VGG16 of 2014 has none; ResNet, Inception,
#    Xception and MobileNet do.)
# 4. "ImageNet, which contains 1.2 million images with 1000 categories." That is the contest's training part of 2012: 1,281,167 images. All of ImageNet has about
#    14 million in nearly 22,000 categories.
# 5. "It's possible to train one from scratch even on a very small dataset, with decent results." It depends on how small: see the curves.
# 6. "You may be better off using only the **first few layers**" if your data differs a lot: you have seen it hold, on surfaces.
# 7. `pretrained=True` is the old way, and the repository of trained Keras networks that a slide links to has long been part of Keras itself, as
#    `keras.applications`.

# %%
print("ImageNet's training pictures, 2012:", f"{1_281_167:,}", "· of each of 1,000 classes, on average:", f"{1_281_167 / 1000:,.0f}")
print("the slide's 2,000 pictures against them:", f"{2000 / 1_281_167:.2%}")
