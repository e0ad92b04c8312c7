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
cases = checks.Cases("06_vgg16_transfer")

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
def shapes_of(in_channels, out_channels, *convolutions):
    """The shapes of a block's weights and biases."""
    block = vgg_block(in_channels, out_channels, *convolutions)
    return [list(array.shape) for array in parameters(block, torch.zeros(1, in_channels, 8, 8))]


with cases.test(shapes_of, "the shapes of a block's weights and biases"):
    checks.equal(shapes_of(3, 5), [[5, 3, 3, 3], [5], [5, 5, 3, 3], [5]])

# %% nbgrader={"grade": true, "grade_id": "test_block_values", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def maps_of(seed, in_channels, out_channels, *convolutions):
    """What a block with known weights makes of two pictures of 6×8, if it is the same each time; and whether it is."""
    block, random = vgg_block(in_channels, out_channels, *convolutions), np.random.default_rng(seed)
    batch = torch.tensor(random.normal(size=(2, in_channels, 6, 8)), dtype=torch.float32)
    set_parameters(block, [random.normal(0, 0.5, array.shape).astype(np.float32) for array in parameters(block, batch)])
    other = vgg_block(in_channels, out_channels, *convolutions)
    set_parameters(other, [0 * array for array in parameters(other, batch)])
    maps, again = block(batch), block(batch)
    same = np.array_equal(maps.detach(), again.detach())
    return [maps.detach() if same else None, "the same each time" if same else "another each time"]


with cases.test(maps_of, "what blocks with known weights make of pictures"):
    maps, _ = maps_of(1, 3, 5)
    checks.close(np.shape(maps), [2, 5, 3, 4])
    still = vgg_block(1, 1, 2)
    still(torch.ones(1, 1, 2, 4))
    set_parameters(still, [np.zeros((1, 1, 3, 3), np.float32), np.array([-3], np.float32)] * 2)
    checks.close(still(torch.ones(1, 1, 2, 4)), [[[[0, 0]]]])

# %% nbgrader={"grade": true, "grade_id": "test_block_depth", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def deep_block(in_channels, out_channels, convolutions):
    """Of a block of so many convolutions: the shapes of its arrays, what it keeps of new ones, the shape of its maps."""
    block, batch = vgg_block(in_channels, out_channels, convolutions), torch.zeros(2, in_channels, 32, 64)
    shapes = [array.shape for array in parameters(block, batch)]
    given = [np.full(shape, place, np.float32) for place, shape in enumerate(shapes)]
    set_parameters(block, given)
    kept = [np.array_equal(array, new) for array, new in zip(parameters(block), given)]
    return [list(map(list, shapes)), kept, list(np.shape(block(batch)))]


with cases.test(deep_block, "blocks of any number of convolutions"):
    checks.equal(deep_block(2, 3, 1), [[[3, 2, 3, 3], [3]], [True, True], [2, 3, 16, 32]])

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
    photos = np.asarray(photos, float)
    if convention == "torch":
        scaled = (photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
        return scaled.transpose(0, 3, 1, 2).astype(np.float32)
    if convention == "keras":
        return (photos[..., ::-1] - [103.939, 116.779, 123.68]).astype(np.float32)
    raise ValueError(f"no convention {convention!r}: it is 'torch' or 'keras'")
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_preprocess_torch", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def for_torchvision(photos):
    """`preprocess` for torchvision, in float32."""
    found = preprocess(photos, "torch")
    return None if found is None else np.asarray(found, np.float32)


with cases.test(for_torchvision, "photographs for torchvision's weights"):
    found = for_torchvision(np.array([[[[255, 0, 51]], [[0, 255, 102]]]], np.uint8))
    checks.close(found, [[[[2.2489], [-2.1179]], [[-2.0357], [2.4286]], [[-0.9156], [-0.0267]]]], atol=1e-3)

# %% nbgrader={"grade": true, "grade_id": "test_preprocess_keras", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def for_caffe(photos):
    """`preprocess` for Keras, in float32."""
    found = preprocess(photos, "keras")
    return None if found is None else np.asarray(found, np.float32)


with cases.test(for_caffe, "photographs for Keras's weights"):
    found = for_caffe(np.array([[[[255, 0, 51], [10, 20, 30]]]], np.uint8))
    checks.close(found, [[[[-52.939, -116.779, 131.32], [-73.939, -96.779, -113.68]]]], atol=1e-3)

# %% nbgrader={"grade": true, "grade_id": "test_preprocess_refuses", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def answer_to(photos, convention):
    """Whether `preprocess` returns something."""
    return "nothing" if preprocess(photos, convention) is None else "photographs"


with cases.test(answer_to, "known and unknown conventions, and photographs that stay as they are"):
    checks.raises(ValueError, preprocess, np.zeros((1, 2, 3, 3), np.uint8), "caffe", because="there is no convention \"caffe\"")
    checks.equal(answer_to(np.zeros((1, 2, 3, 3)), "keras"), "photographs")

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

    logits: (classes,) numbers, no two alike.  names: a list of that many names, of which some may be alike.
    Returns a list of k pairs (name, probability), the likeliest first.
    """
    ### BEGIN SOLUTION
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    return [(names[place], float(chances[place])) for place in np.argsort(-logits)[:k]]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_top_names", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def names_of(logits, names, *k):
    """The names of the likeliest classes."""
    return [list(pair)[0] for pair in top_k(logits, names, *k)]


with cases.test(names_of, "the names of the likeliest classes"):
    checks.equal(names_of(np.array([0.5, 3, -1, 2, 0]), ["ant", "bee", "cat", "dog", "eel"], 3), ["bee", "dog", "ant"])

# %% nbgrader={"grade": true, "grade_id": "test_top_chances", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def chances_of(logits, names, *k):
    """The probabilities of the likeliest classes."""
    return [list(pair)[1] for pair in top_k(logits, names, *k)]


with cases.test(chances_of, "the probabilities of the likeliest classes"):
    checks.close(chances_of(np.array([0.0, 1.0, 2.0, -1.0]), ["ant", "bee", "cat", "dog"], 2), [0.643914, 0.236883], atol=1e-5)

# %% nbgrader={"grade": true, "grade_id": "test_top_large", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def all_chances(logits, names):
    """The probabilities of all classes, the largest first."""
    return sorted((list(pair)[1] for pair in top_k(logits, names, len(names))), reverse=True)


with cases.test(all_chances, "large logits, and names that occur twice"):
    checks.close(all_chances(np.array([1000.0, 990.0, -1000.0]), ["crane", "crane", "cat"]), [0.9999546, 0.0000454, 0], atol=1e-6)

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
# learn, in whatever mode the network is. `batch_sizes` notes how many pictures go through at once. The next cell has three more helpers:
# numbers and pictures that follow from a seed, and a list of what has moved. You will need none of them in your answers; the tests use them.

# %% tags=["students-kernel"] nbgrader={"grade": false, "grade_id": "tiny_network", "locked": true, "schema_version": 3, "solution": false, "task": false}
def fresh_tiny(classes=3, dense=(), frozen=0, side=2, training=True, base_training=None, last_frozen=False, head_frozen=False):
    """A VGG with random weights for pictures of 2 channels: two blocks, and a head of dense layers.

    frozen: so many layers of the base have parameters that do not learn.  last_frozen: nor have those of the last block.
    head_frozen: the same for the first layer of the head.
    side: the head gets maps of side × side.  training, base_training: the mode of the network, and of its base if not the same.
    """
    net = VGG(TINY, in_channels=2, classes=classes, side=side, dense=dense, batch_norm=True).train(training)
    if base_training is not None:
        net.features.train(base_training)
    net.features[:frozen].requires_grad_(False)
    if last_frozen:
        net.features[4:].requires_grad_(False)
    if head_frozen:
        net.classifier[0].requires_grad_(False)
    return net


def in_training(net):
    """Whether a network is in training mode."""
    return net.training


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


# %% nbgrader={"grade": false, "grade_id": "known_numbers", "locked": true, "schema_version": 3, "solution": false, "task": false}
def load_known(net, seed):
    """Give a network numbers that follow from a seed. Returns them: its parameter arrays, batch statistics among them."""
    random = np.random.default_rng(seed)
    arrays = [(random.uniform(0.2, 1, array.shape) - 0.6 * (array.ndim > 1)).astype(array.dtype) for array in parameters(net)]
    set_parameters(net, arrays)
    return arrays


def some_pictures(seed, number=6, rows=8, columns=12):
    """Random pictures of two channels that follow from a seed: (number, 2, rows, columns)."""
    return torch.tensor(np.random.default_rng([seed, 1]).normal(size=(number, 2, rows, columns)), dtype=torch.float32)


def what_moved(before, after):
    """The places of the arrays that are not as they were."""
    return [place for place, (old, new) in enumerate(zip(before, after)) if not np.array_equal(old, new)]


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
def new_head(classes, dense, side, new_classes):
    """The shapes of the head's weights and biases after `replace_head`; the base has 21 arrays."""
    heir = replace_head(fresh_tiny(classes, dense, side=side), new_classes)
    return [list(array.shape) for array in parameters(heir)[21:]]


with cases.test(new_head, "the weights and biases of a new head"):
    checks.equal(new_head(3, (7,), 2, 4), [[4, 20], [4]])
    weights = parameters(replace_head(fresh_tiny(), 4))[21]
    checks.that(np.std(weights) > 0, "the weights of the new head are all alike; leave them as `nn.Linear` draws them")

# %% nbgrader={"grade": true, "grade_id": "test_head_base", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def under_new_head(seed, classes):
    """Of a known network under a new head: what it has kept, how far its scores are off, and what learns."""
    donor, batch = fresh_tiny(3, (7,)), some_pictures(seed)
    known = load_known(donor, seed)
    heir = replace_head(donor, classes)
    changed = what_moved(known[:21], parameters(heir)[:21])
    arrays = load_known(heir, seed + 1)
    logits, again = (np.asarray(heir(batch).detach()) for _ in range(2))
    same, mine = np.array_equal(logits, again), VGG(TINY, in_channels=2, classes=classes, side=2, dense=(), batch_norm=True)
    off = []
    for training_mode in (True, False):                     # a copy may be in either
        set_parameters(mine, arrays)
        off.append(logits - mine.train(training_mode)(batch).detach().numpy())
    off = min(off, key=lambda values: np.abs(values).max())
    off = off if np.abs(off).max() > 1e-3 else 0 * off
    one_step(heir, batch, torch.arange(6) % classes, 0.1)
    learns = [place in what_moved(arrays, parameters(heir)) for place in (0, 7, 14)]
    return [changed, "the same each time" if same else "another each time", off if same else None, learns]


with cases.test(under_new_head, "a base that knows something, under a new head"):
    changed, _, off, learns = under_new_head(1, 4)
    checks.equal(changed, [])
    checks.equal(learns, [True] * 3)

# %% nbgrader={"grade": true, "grade_id": "test_head_apart", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def old_network(seed, dense, new_classes):
    """The network that was given after the copy was set to zeros: its head's shapes, what has moved, whether it learns, its mode."""
    donor = fresh_tiny(3, dense, training=bool(seed % 2))
    known = load_known(donor, seed)
    heir = replace_head(donor, new_classes)
    shapes = [list(array.shape) for array in parameters(donor)[21:]]
    set_parameters(heir, [array * 0 for array in parameters(heir)])
    changed, mode = what_moved(known[:21], parameters(donor)[:21]), "as it was" if in_training(donor) == bool(seed % 2) else "changed"
    one_step(donor, some_pictures(seed), torch.arange(6) % 3, 0.1)
    return [shapes, changed, 0 in what_moved(known, parameters(donor)), mode]


with cases.test(old_network, "the old network after it was copied"):
    checks.equal(old_network(1, (7,), 4), [[[7, 20], [7], [3, 7], [3]], [], True, "as it was"])

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

    net: a `VGG`; `net.features` is the base, `net.classifier` the head. The head learns already, and stays in the mode that it is in.
    Returns the names of the parameters that still learn, as `net.named_parameters()` gives them, in its order.
    """
    ### BEGIN SOLUTION
    net.features.requires_grad_(False)
    net.features.eval()
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_freeze_names", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def learning_names(classes, dense, training):
    """What `freeze` says still learns."""
    net = fresh_tiny(classes, dense, training=training)
    load_known(net, 0)
    return freeze(net)


with cases.test(learning_names, "the names of what still learns"):
    checks.equal(learning_names(3, (), True), ["classifier.0.weight", "classifier.0.bias"])
    checks.equal(learning_names(3, (5,), True), ["classifier.0.weight", "classifier.0.bias", "classifier.3.weight", "classifier.3.bias"])

# %% nbgrader={"grade": true, "grade_id": "test_freeze_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def step_after_freezing(seed, classes):
    """One step of training: the places of the arrays that moved, the head, and the scores afterwards."""
    net, batch = fresh_tiny(classes), some_pictures(seed)
    known = load_known(net, seed)
    freeze(net)
    one_step(net, batch, torch.arange(6) % classes, 0.1)
    return [what_moved(known, parameters(net)), parameters(net)[-2:], net(batch).detach()]


with cases.test(step_after_freezing, "one step of training after freezing"):
    moved, _, _ = step_after_freezing(1, 3)
    checks.equal(moved, [21, 22])                            # the head's two arrays are the last

# %% nbgrader={"grade": true, "grade_id": "test_freeze_statistics", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def statistics_after(seed, training):
    """The places of the running means, variances and counts that move when pictures pass through a frozen base."""
    net = fresh_tiny(training=training, base_training=training or seed % 2 == 0)
    known = load_known(net, seed)
    freeze(net)
    net(some_pictures(seed) + 3)
    return [place for place in what_moved(known, parameters(net)) if place % 7 in (4, 5, 6)]


with cases.test(statistics_after, "the batch statistics of a frozen base"):
    checks.equal(statistics_after(1, True), [])

# %% nbgrader={"grade": true, "grade_id": "test_freeze_again", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def frozen_twice(classes, frozen, training):
    """What `freeze` says, called twice; and whether the dropout in the head is still as it was."""
    net = fresh_tiny(classes, (64,), frozen, training=training)
    load_known(net, 0)
    names, batch = [freeze(net), freeze(net)], some_pictures(0)
    return [names, np.array_equal(net(batch).detach(), net(batch).detach())]


with cases.test(frozen_twice, "freezing twice, and the mode of the head"):
    names, quiet = frozen_twice(3, 4, True)
    checks.equal(names, [["classifier.0.weight", "classifier.0.bias", "classifier.3.weight", "classifier.3.bias"]] * 2)
    checks.equal(quiet, False)

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

    net: a `VGG`; each `nn.MaxPool2d` in `net.features` ends a block. Its base is in evaluation mode for this; its numbers,
    and what of them learns, stay as they are.
    pictures: (n, channels, rows, columns) float32, a NumPy array, left as it is.  block: 1 for the first block.
    batch_size: at most so many pictures go through at once.
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
def features_of(seed, number, rows, columns):
    """What a known base of two blocks makes of so many pictures, and whether it is a NumPy array."""
    net = fresh_tiny()
    load_known(net, seed)
    found = extract_features(net, some_pictures(seed, number, rows, columns).numpy(), 2)
    return [found, isinstance(found, np.ndarray)]


with cases.test(features_of, "what a base of two blocks makes of pictures"):
    found, is_array = features_of(1, 3, 8, 12)
    checks.close(np.shape(found), [3, 5, 2, 3])
    checks.equal(is_array, True)
    checks.that(found.dtype == np.float32, f"the features should be float32; yours are {found.dtype}")

# %% nbgrader={"grade": true, "grade_id": "test_features_block", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def first_features(seed, number, rows, columns):
    """What comes out of the first block of a known base."""
    net = fresh_tiny()
    load_known(net, seed)
    extract_features(net, some_pictures(seed + 1, number, rows, columns).numpy(), 1)        # of other pictures, before
    return extract_features(net, some_pictures(seed, number, rows, columns).numpy(), 1)


with cases.test(first_features, "what comes out of the first block"):
    checks.close(np.shape(first_features(1, 2, 8, 12)), [2, 4, 4, 6])

# %% nbgrader={"grade": true, "grade_id": "test_features_batches", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def in_batches(seed, number, *batch_size):
    """Of so many pictures in batches: how many come back, as they do all at once or not, in what batches they went through."""
    net, pictures = fresh_tiny(), some_pictures(seed, number, 4, 4).numpy()
    load_known(net, seed)
    at_once = np.asarray(extract_features(net, pictures, 2, number))
    batch_sizes(net)
    found = extract_features(net, pictures, 2, *batch_size)
    most, count = max(batch_sizes(net), default=0), len(found)
    alike = count == number and np.allclose(np.asarray(found), at_once, atol=1e-4)
    return [count, "as all at once" if alike else "not as all at once", "too many at a time" if most > (batch_size or (64,))[0] else "in batches"]


with cases.test(in_batches, "pictures in batches, the last of which may not be full"):
    checks.equal(in_batches(1, 5, 2), [5, "as all at once", "in batches"])

# %% nbgrader={"grade": true, "grade_id": "test_features_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def kept(seed, block):
    """After `extract_features`: what has moved in the network, whether the pictures did, and whether the base still learns."""
    net, pictures = fresh_tiny(), some_pictures(seed).numpy()
    known, given = load_known(net, seed), pictures.copy()
    extract_features(net, given, block)
    moved = what_moved(known, parameters(net))
    one_step(net, some_pictures(seed), torch.arange(6) % 3, 0.1)
    return [moved, np.array_equal(given, pictures), 0 in what_moved(known, parameters(net))]


with cases.test(kept, "the network and the pictures afterwards"):
    checks.equal(kept(1, 1), [[], True, True])

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
with cases.test(train_head, "the first step, from zeros"):
    rows, answers = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([0, 2])
    weights, bias = checks.parts(train_head(rows, answers, 3, steps=1, learning_rate=0.6), "weights", "bias")
    checks.close(weights, [[-0.1, 0.5], [-0.4, -0.1], [0.5, -0.4]])
    checks.close(bias, [0.1, -0.2, 0.1])

# %% nbgrader={"grade": true, "grade_id": "test_train_steps", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(train_head, "many steps, or none"):
    weights, bias = checks.parts(train_head(np.array([[2.0], [-2.0]]), np.array([1, 0]), 2), "weights", "bias")
    checks.equal([float(weights[1][0]) > 1, float(weights[0][0]) < -1], [True, True])

# %% nbgrader={"grade": true, "grade_id": "test_train_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def after_large(features, labels, classes, steps):
    """The shapes of weights and bias, and whether all numbers are finite."""
    weights, bias = checks.parts(train_head(features, labels, classes, steps), "weights", "bias")
    return [list(np.shape(weights)), list(np.shape(bias)), "finite" if np.isfinite(np.asarray(weights)).all() else "inf or nan"]


with cases.test(after_large, "large features, and classes without a picture"):
    rows, answers = np.array([[900.0, -400.0], [-800.0, 500.0], [700.0, 100.0]]), np.array([0, 1, 0])
    checks.equal(after_large(rows, answers, 3, 5), [[3, 2], [3], "finite"])

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
    moved = []
    for picture, d, r, flip in zip(batch, np.clip(down, -rows, rows), np.clip(right, -columns, columns), mirror):
        wide = np.pad(picture[..., ::-1] if flip else picture, ((0, 0), (rows, rows), (columns, columns)))
        moved.append(wide[:, rows - d:2 * rows - d, columns - r:2 * columns - r])
    return np.stack(moved)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_augment_shift", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda batch, down, right, mirror: augment(batch.copy(), down, right, mirror), "pictures that are moved, each by its own number of pixels"):
    found = augment(np.array([[[[1, 2, 3], [4, 5, 6]]], [[[7, 8, 9], [1, 2, 3]]]]), np.array([1, 0]), np.array([0, -1]), np.array([False, False]))
    checks.close(found, [[[[0, 0, 0], [1, 2, 3]]], [[[8, 9, 0], [2, 3, 0]]]])

# %% nbgrader={"grade": true, "grade_id": "test_augment_mirror", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda batch, down, right, mirror: augment(batch.copy(), down, right, mirror), "pictures that are mirrored and moved"):
    found = augment(np.array([[[[1, 2, 3]], [[4, 5, 6]]]]), np.array([0]), np.array([1]), np.array([True]))
    checks.close(found, [[[[0, 3, 2]], [[0, 6, 5]]]])

# %% nbgrader={"grade": true, "grade_id": "test_augment_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(augment, "moves out of the picture, and numbers of any type"):
    shot = np.arange(1, 25, dtype=np.float32).reshape(2, 1, 3, 4)
    checks.close(augment(shot, np.array([3, 0]), np.array([0, -9]), np.array([False, True])), np.zeros((2, 1, 3, 4)))

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
    """Let the blocks from `block` on learn, as the head does already, and freeze those before it, in place.

    net: a `VGG`; each `nn.MaxPool2d` in `net.features` ends a block.  block: 1 for the first block.
    The whole base is in evaluation mode afterwards.
    Returns the names of the parameters that learn, as `net.named_parameters()` gives them, in its order.
    """
    ### BEGIN SOLUTION
    net.features.eval()
    number = 1
    for layer in net.features:
        layer.requires_grad_(number >= block)
        number += isinstance(layer, nn.MaxPool2d)
    return [name for name, tensor in net.named_parameters() if tensor.requires_grad]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_unfreeze_names", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def names_from(block, frozen):
    """What `unfreeze_from` says learns, in a network with so many frozen layers."""
    return unfreeze_from(fresh_tiny(frozen=frozen), block)


with cases.test(names_from, "the names of what learns from a block on"):
    checks.equal(names_from(2, 11), ["features.4.weight", "features.4.bias", "features.5.weight", "features.5.bias", "features.7.weight",
                                     "features.7.bias", "features.8.weight", "features.8.bias", "classifier.0.weight", "classifier.0.bias"])

# %% nbgrader={"grade": true, "grade_id": "test_unfreeze_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def step_from(seed, before, block):
    """One step after `unfreeze_from` was called for two blocks in turn: the places that moved, and the scores afterwards."""
    net, batch = fresh_tiny(frozen=11), some_pictures(seed)
    known = load_known(net, seed)
    unfreeze_from(net, before)
    unfreeze_from(net, block)
    one_step(net, batch, torch.arange(6) % 3, 0.1)
    return [what_moved(known, parameters(net)), net(batch).detach()]


with cases.test(step_from, "one step of training with some blocks unfrozen"):
    moved, _ = step_from(1, 1, 2)
    checks.equal(moved, [7, 8, 9, 10, 14, 15, 16, 17, 21, 22])        # block 2 without its batch statistics, and the head

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
def rates_of(classes, dense, learning_rate, *factor):
    """The learning rates of the groups."""
    return [group.get("lr") for group in parameter_groups(fresh_tiny(classes, dense), learning_rate, *factor)]


with cases.test(rates_of, "the learning rates of the head and of two blocks"):
    checks.close(rates_of(3, (), 0.2), [0.2, 0.02, 0.002])

# %% nbgrader={"grade": true, "grade_id": "test_groups_params", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def members_of(seed, dense):
    """The parameters in each group's list; for what is no parameter, or no list, the name of its type."""
    net = fresh_tiny(3, dense)
    load_known(net, seed)
    found = [group.get("params") for group in parameter_groups(net, 0.1)]
    return [[one.detach() if hasattr(one, "detach") else type(one).__name__ for one in params] if isinstance(params, (list, tuple)) else params
            for params in found]


with cases.test(members_of, "which parameters are in which group"):
    checks.equal([len(tensors) for tensors in members_of(1, ())], [2, 8, 4])

# %% nbgrader={"grade": true, "grade_id": "test_groups_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def step_with_groups(seed, frozen, last_frozen=False, head_frozen=False):
    """Groups of a network with frozen layers: their sizes and rates, what a step with them moves, the scores afterwards.

    frozen: so many layers at the beginning.  last_frozen, head_frozen: whether the last block, and the first of the head's two
    layers, are frozen too.
    """
    dense, batch = (5,) if head_frozen else (), some_pictures(seed)
    net = fresh_tiny(3, dense, frozen, training=not head_frozen, last_frozen=last_frozen, head_frozen=head_frozen)    # no dropout
    known = load_known(net, seed)
    groups = parameter_groups(net, 0.1)
    sizes, rates = [len(group["params"]) for group in groups], [group.get("lr") for group in groups]
    one_step(net, batch, torch.arange(6) % 3, 0.1, parameter_groups)
    return [sizes, rates, [place for place in what_moved(known, parameters(net)) if place > 20 or place % 7 < 4], net(batch).detach()]


with cases.test(step_with_groups, "groups where some parameters are frozen, and a step with them"):
    sizes, rates, moved, _ = step_with_groups(1, 11)
    checks.equal([sizes, moved], [[2], [21, 22]])
    checks.close(rates, [0.1])

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
