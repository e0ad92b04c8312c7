# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 5 · AlexNet by numbers
#
# **You will be able to** say of any convolutional network, before it runs, what shape each layer's output has, how many
# parameters and multiplications it costs, how much of the picture a value sees and how much memory training takes;
# build AlexNet and a residual block; and find out why three sources give three numbers for the same network.
#
# **You need** lesson 02 (size of the output, parameters of a layer), and for part 2 lesson 04 (how the gradient travels
# back, momentum). **About 5 hours**, in two parts, of which the second is the longer one. The place to stop is marked.
# Nothing is trained here.
#
# **The short way** takes about 3 hours: *A network as a list* · *Counting parameters* · *Counting the work* · *The
# calculator* · *What came next* · *Receptive fields*. Come back for the rest when you want to know more.
#
# In 2012 a network named after Alex Krizhevsky made 15.3 percent errors in a contest where the second best made 26.2. A
# slide about it says: "Total Parameters: 27.55M". Others say 60 million, or 62. This lesson adds up.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from utils import checks, device, timing
from utils.figures import charts, grids, learning, networks
from utils.figures.widgets import by_sliders, predict
from utils.models.layers import conv, dense, pool
from utils.models.measure import measure, problem
from utils.models.parameters import parameters, set_parameters
from utils.statistics import confidence_interval

cases = checks.Cases("05_alexnet")

# %% [markdown]
# ## A network as a list
#
# A calculator needs a description that it can read. A plain list will do: one dictionary for each layer, in the order
# in which a picture goes through them. `conv`, `pool` and `dense` write such a dictionary for us:

# %%
for layer in (conv("conv1", 96, 11, stride=4), pool("pool1", 3, 2), dense("fc6", 4096)):
    print(layer)

# %% [markdown]
# The first has 96 kernels of 11×11, moved by 4 pixels, without padding. What `groups` means we will see later; until
# then it is 1.
#
# This is AlexNet **as a slide deck draws it**: five convolutions, three poolings whose windows of 3 overlap because
# they move by 2, and three dense layers. The slide has no padding, and it counts no biases.

# %%
DECK = [conv("conv1", 96, 11, stride=4, bias=False), pool("pool1", 3, 2),
        conv("conv2", 256, 5, bias=False), pool("pool2", 3, 2),
        conv("conv3", 384, 3, bias=False), conv("conv4", 384, 3, bias=False), conv("conv5", 256, 3, bias=False),
        pool("pool5", 3, 2),
        dense("fc6", 4096, bias=False), dense("fc7", 4096, bias=False), dense("fc8", 1000, bias=False)]
PICTURE = (3, 227, 227)              # channels, rows, columns

# %% [markdown]
# ("fc" is short for **fully connected**, another name for dense. The layers are numbered 1 to 8, and pooling does not
# count.)
#
# ### Exercise 1 · `output_shape`
# Which shape comes out of a layer? For a window of $f$ pixels, stride $s$ and padding $p$, a side of $n$ pixels becomes
# $\lfloor (n + 2p - f)/s \rfloor + 1$. A convolution has one channel for each of its kernels. Pooling keeps the
# channels. A dense layer gives one long row of numbers, whatever comes in. Compute it by hand: with Python,
# without a framework. (The same holds for the next three exercises.)

# %% nbgrader={"grade": false, "grade_id": "output_shape", "locked": false, "schema_version": 3, "solution": true, "task": false}
def output_shape(layer, shape):
    """The shape of what comes out of one layer.

    layer: a dictionary from `conv`, `pool` or `dense`.
    shape: of what goes in, (channels, rows, columns), or (numbers,) behind a dense layer.
    Returns a tuple of whole numbers: (channels, rows, columns), and for a dense layer (channels,).
    Raises ValueError when a window is larger than the padded picture, in either direction.
    """
    ### BEGIN SOLUTION
    if layer["kind"] == "dense":
        return (layer["channels"],)
    channels, rows, columns = shape
    room = [side + 2 * layer["padding"] - layer["kernel"] for side in (rows, columns)]
    if min(room) < 0:
        raise ValueError(f"{layer['name']}: a window of {layer['kernel']} does not fit into {rows}×{columns} pixels")
    sides = [pixels // layer["stride"] + 1 for pixels in room]
    return (layer["channels"] if layer["kind"] == "conv" else channels, *sides)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_shape_conv", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(output_shape, "the shape behind a convolution"):
    checks.by_hand("output_shape")
    checks.equal(output_shape(conv("conv1", 96, 11, stride=4), (3, 227, 227)), (96, 55, 55))
    checks.equal(output_shape(conv("conv3", 384, 3, padding=1), (256, 13, 15)), (384, 13, 15))

# %% nbgrader={"grade": true, "grade_id": "test_shape_pool_dense", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(output_shape, "the shape behind pooling and behind a dense layer"):
    checks.by_hand("output_shape")
    checks.equal(output_shape(pool("pool1", 3, 2), (96, 55, 57)), (96, 27, 28))
    checks.equal(output_shape(dense("fc6", 4096), (256, 6, 6)), (4096,))
    checks.equal(output_shape(dense("fc7", 1000), (4096,)), (1000,))

# %% nbgrader={"grade": true, "grade_id": "test_shape_refuses", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(output_shape, "windows that fit, just fit, or do not fit"):
    checks.by_hand("output_shape")
    checks.equal(output_shape(conv("c", 8, 5), (3, 5, 6)), (8, 1, 2))        # a window of 5 fits into 5 rows, once
    checks.raises(ValueError, output_shape, conv("c", 8, 5), (3, 4, 9), because="a window of 5 does not fit into 4 rows")

# %% [markdown]
# Now send a picture of 227×227 through the slide's network:

# %%
shapes, shape = {"picture": PICTURE}, PICTURE
for layer in DECK:
    shape = shapes[layer["name"]] = output_shape(layer, shape)
sides = [shape[1] for shape in shapes.values() if len(shape) == 3]
print(sides)

# %% [markdown]
# These are the slide's sizes: 55, 27, 23, 11, 9, 7, 5, 2. In the drawing the heights of the maps are to scale; the
# width grows with the channels, but more slowly:

# %%
networks.volumes(shapes, title="AlexNet as the slide draws it: no padding",
                 alt="Boxes that shrink from a 227×227 picture over 55×55×96, 27×27×96, 23×23×256, 11×11×256, 9×9×384, "
                     "7×7×384 and 5×5×256 to 2×2×256, followed by three thin bars of 4,096, 4,096 and 1,000 numbers.")

# %% [markdown]
# ### 224 or 227?
#
# The paper says that its pictures have 224×224 pixels, and that the first layer's output is 55×55.
#
# > **Predict.** Can both be true for windows of 11 that move by 4, without padding?

# %%
predict("yes", "no")

# %%
for side, padding in [(224, 0), (227, 0), (224, 2)]:
    print(f"{side} pixels, padding {padding}: ({side} + 2·{padding} − 11)/4 + 1 = {(side + 2 * padding - 11) / 4 + 1:<6}",
          "→", output_shape(conv("conv1", 96, 11, 4, padding), (3, side, side)))

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# No: 224 gives 54.25, so 54. Either the picture had 227 pixels, as most people (and the slide) assume, or somebody
# padded it. The version in torchvision (PyTorch's collection of ready-made networks) takes 224 with a padding of 2, and
# rounds 55.25 down.
#
# </details>

# %% [markdown]
# ## Counting parameters
#
# A kernel has a weight for each pixel of its window in each channel that it sees, and one bias. A dense layer is like a
# kernel that sees everything: one weight for each number that comes in, and one bias, for each of its outputs.
#
# With **groups** the channels are split into equal parts, and so are the kernels. A kernel sees only the channels of
# its own part. AlexNet needed this in 2012: its two graphics cards had 3 GB each, every card held half of the channels,
# and in three of the layers the halves did not talk to each other.

# %%
networks.groups(96, 256, [1, 2], title="conv2: which kernels see which channels",
                alt="Two panels. With one group all 256 kernels see all 96 channels. With two groups kernels 1 to 128 see channels 1 "
                    "to 48, and kernels 129 to 256 see channels 49 to 96.")

# %% [markdown]
# ### Exercise 2 · `layer_parameters`
# Count by hand what a layer learns. `shape` is the shape of what goes **in**. A volume that goes into a dense layer is
# flattened.

# %% nbgrader={"grade": false, "grade_id": "layer_parameters", "locked": false, "schema_version": 3, "solution": true, "task": false}
def layer_parameters(layer, shape):
    """How many numbers a layer learns: weights, and biases where `layer["bias"]` says so.

    layer: a dictionary from `conv`, `pool` or `dense`.
    shape: of what goes in, (channels, rows, columns) or (numbers,).
    Returns a whole number; pooling learns nothing.
    """
    ### BEGIN SOLUTION
    if layer["kind"] == "pool":
        return 0
    weights = int(np.prod(shape))
    if layer["kind"] == "conv":
        weights = shape[0] // layer["groups"] * layer["kernel"] ** 2
    return layer["channels"] * (weights + layer["bias"])
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_parameters_conv", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(layer_parameters, "the parameters of a convolution, with and without biases"):
    checks.by_hand("layer_parameters")
    checks.equal(layer_parameters(conv("conv1", 96, 11, stride=4), (3, 227, 227)), 34944)
    checks.equal(layer_parameters(conv("conv1", 96, 11, stride=4, bias=False), (3, 227, 227)), 34848)

# %% nbgrader={"grade": true, "grade_id": "test_parameters_groups", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(layer_parameters, "the parameters of a convolution in groups"):
    checks.by_hand("layer_parameters")
    checks.equal(layer_parameters(conv("conv2", 256, 5, padding=2, groups=2), (96, 27, 27)), 307456)

# %% nbgrader={"grade": true, "grade_id": "test_parameters_dense", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(layer_parameters, "the parameters of dense layers and of pooling"):
    checks.by_hand("layer_parameters")
    checks.equal(layer_parameters(dense("fc6", 4096), (256, 6, 6)), 37752832)
    checks.equal(layer_parameters(dense("fc7", 4096, bias=False), (4096,)), 16777216)
    checks.equal(layer_parameters(pool("pool1", 3, 2), (96, 55, 55)), 0)

# %% [markdown]
# ## Counting the work
#
# How long will a layer take? The work is multiplying and adding: each value of a feature map is a sum of products, one
# product for each weight of its kernel. One multiplication with its addition is a **multiply-accumulate**, in short
# MAC. (The one addition for the bias is not counted.)
#
# A kernel's weights are used at **every place** of its window. So a layer with few parameters can be a lot of work.
#
# ### Exercise 3 · `multiply_accumulates`
# Count them for one picture, by hand. (Pooling multiplies nothing.)

# %% nbgrader={"grade": false, "grade_id": "multiply_accumulates", "locked": false, "schema_version": 3, "solution": true, "task": false}
def multiply_accumulates(layer, shape):
    """How many multiplications (each with an addition) a layer makes for one picture. Biases do not count.

    layer: a dictionary from `conv`, `pool` or `dense`.
    shape: of what goes in, (channels, rows, columns) or (numbers,).
    Returns a whole number; 0 for pooling.
    """
    ### BEGIN SOLUTION
    weights = layer_parameters(layer | {"bias": False}, shape)
    places = output_shape(layer, shape)[1:]
    return weights * int(np.prod(places))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_work_conv", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(multiply_accumulates, "the work of a convolution"):
    checks.by_hand("multiply_accumulates")
    checks.equal(multiply_accumulates(conv("conv1", 96, 11, stride=4), (3, 227, 227)), 105415200)

# %% nbgrader={"grade": true, "grade_id": "test_work_groups", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(multiply_accumulates, "the work of a convolution in groups"):
    checks.by_hand("multiply_accumulates")
    checks.equal(multiply_accumulates(conv("conv2", 256, 5, padding=2, groups=2), (96, 27, 29)), 240537600)

# %% nbgrader={"grade": true, "grade_id": "test_work_dense", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(multiply_accumulates, "the work of dense layers and of pooling"):
    checks.by_hand("multiply_accumulates")
    checks.equal(multiply_accumulates(dense("fc6", 4096), (256, 6, 6)), 37748736)
    checks.equal(multiply_accumulates(pool("pool1", 3, 2), (96, 55, 55)), 0)

# %% [markdown]
# ## The calculator
#
# ### Exercise 4 · `summarize`
# Put the three together, by hand. Go through the layers in order; what comes out of one goes into the next.

# %% nbgrader={"grade": false, "grade_id": "summarize", "locked": false, "schema_version": 3, "solution": true, "task": false}
def summarize(layers, shape):
    """A table of a network, one row for each layer.

    layers: a list of dictionaries from `conv`, `pool` and `dense`; left as it is.
    shape: of the picture, (channels, rows, columns).
    Returns a list of tuples (name, shape that comes out, parameters, multiply-accumulates).
    """
    ### BEGIN SOLUTION
    rows = []
    for layer in layers:
        parameters, work = layer_parameters(layer, shape), multiply_accumulates(layer, shape)
        shape = output_shape(layer, shape)
        rows.append((layer["name"], shape, parameters, work))
    return rows
    ### END SOLUTION

# %%
def columns(layers, shape, *wanted):
    """Some entries of each row of your summary."""
    rows = summarize(layers, shape)
    checks.count(rows, len(layers))
    rows = [checks.parts(row, "name", "shape", "parameters", "multiply-accumulates") for row in rows]
    return [[row[k] for k in wanted] for row in rows]


# %% nbgrader={"grade": true, "grade_id": "test_summary_shapes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda layers, shape: columns(layers, shape, 0, 1), "the names and shapes of a network's layers"):
    checks.by_hand("summarize")
    checks.equal(columns(DECK[:3], PICTURE, 0, 1), [("conv1", (96, 55, 55)), ("pool1", (96, 27, 27)), ("conv2", (256, 23, 23))])

# %% nbgrader={"grade": true, "grade_id": "test_summary_parameters", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda layers, shape: columns(layers, shape, 2), "the parameters of a network's layers"):
    checks.by_hand("summarize")
    checks.equal(columns(DECK[:3], PICTURE, 2), [[34848], [0], [614400]])

# %% nbgrader={"grade": true, "grade_id": "test_summary_work", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda layers, shape: columns(layers, shape, 3), "the work of a network's layers"):
    checks.by_hand("summarize")
    checks.equal(columns(DECK[:3], PICTURE, 3), [[105415200], [0], [325017600]])

# %% [markdown]
# Here is the slide's AlexNet, layer by layer:

# %%
def show(layers, shape):
    """Print the table of a network and its sums."""
    rows = summarize(layers, shape)
    print(f"{'layer':8} {'comes out':>15} {'parameters':>13} {'million MACs':>14}")
    for name, out, parameters, work in rows:
        print(f"{name:8} {'×'.join(map(str, out)):>15} {parameters:13,} {work / 1e6:14,.1f}")
    print(f"{'sum':8} {'':15} {sum(row[2] for row in rows):13,} {sum(row[3] for row in rows) / 1e6:14,.1f}")


show(DECK, PICTURE)

# %% [markdown]
# 28,813,344. The slide says 27.55 million. It writes its terms as 34K, 0.6M, 0.8M, 1.327M and 0.8M for the
# convolutions, and 4M, 16M and 4M for the dense layers.
#
# > **Predict.** Where did 1.26 million parameters go?

# %%
predict()

# %% [markdown]
# Subtract the slide's terms from the right ones:

# %%
slide_terms = {"conv1": 0.034, "conv2": 0.6, "conv3": 0.8, "conv4": 1.327, "conv5": 0.8, "fc6": 4, "fc7": 16, "fc8": 4}
exact = {name: parameters for name, _, parameters, _ in summarize(DECK, PICTURE) if parameters}
for name, term in slide_terms.items():
    print(f"{name}: {exact[name]:12,}   slide {term:6}M   lost {exact[name] / 1e6 - term:6.3f}M")
print(f"slide's terms: {sum(slide_terms.values()):.3f}M · right: {sum(exact.values()) / 1e6:.3f}M")
print(f"4096 · 4096 = {4096 * 4096:,} = 16 · 2²⁰: {4096 * 4096 == 16 * 2**20}")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# Rounding. Most of it is one term: fc7 has 16.78 million weights. It is "16M" only if M means $2^{20} = 1{,}048{,}576$,
# as it does for memory. So the slide adds two kinds of millions, and cuts off the rest of some terms. (Its own terms
# add up to 27.561. In its picture the convolutions together are "3.55 M", and $3.55 + 4 + 16 + 4 = 27.55$.) **Round at
# the end.**
#
# </details>

# %% [markdown]
# ## Three AlexNets
#
# The paper's network differs from the slide's: it pads, it has biases, and three layers are split into two groups, one
# for each card. So here is a function for the whole family:

# %%
def alexnet(filters=(96, 256, 384, 384, 256), groups=(1, 2, 1, 2, 2), first_padding=0, classes=1000):
    """AlexNet as a list of layers."""
    f, g = filters, groups
    return [conv("conv1", f[0], 11, 4, first_padding, g[0]), pool("pool1", 3, 2),
            conv("conv2", f[1], 5, 1, 2, g[1]), pool("pool2", 3, 2),
            conv("conv3", f[2], 3, 1, 1, g[2]), conv("conv4", f[3], 3, 1, 1, g[3]), conv("conv5", f[4], 3, 1, 1, g[4]),
            pool("pool5", 3, 2), dense("fc6", 4096), dense("fc7", 4096), dense("fc8", classes)]


PAPER = alexnet()
UNGROUPED = alexnet(groups=(1, 1, 1, 1, 1))
TORCHVISION = alexnet((64, 192, 384, 256, 256), (1, 1, 1, 1, 1), first_padding=2)
show(PAPER, PICTURE)

# %% [markdown]
# 60,965,224: this is the "60 million parameters" of the paper (Krizhevsky, Sutskever and Hinton, 2012). torchvision's
# version follows a later paper of Krizhevsky's (*One weird trick for parallelizing convolutional neural networks*,
# 2014), which has fewer kernels and no groups. (The table below has a fourth column, the paper's network without
# groups: a step on the way from the slide to the paper.)

# %%
networks_to_compare = {"the slide": (DECK, (3, 227, 227)), "the paper": (PAPER, (3, 227, 227)),
                       "the paper, without groups": (UNGROUPED, (3, 227, 227)),
                       "torchvision": (TORCHVISION, (3, 224, 224))}
parameters_of = {name: {row[0]: row[2] for row in summarize(layers, shape) if row[2]}
                 for name, (layers, shape) in networks_to_compare.items()}
print(f"{'':5}" + "".join(f"{name:>{max(14, len(name) + 3)}}" for name in parameters_of))
for layer in exact:
    print(f"{layer:5}" + "".join(f"{counts[layer]:{max(14, len(name) + 3)},}" for name, counts in parameters_of.items()))
print(f"{'sum':5}" + "".join(f"{sum(counts.values()):{max(14, len(name) + 3)},}" for name, counts in parameters_of.items()))

# %% [markdown]
# ### Exercise 5 · `find_the_missing_parameters`
# Why 28.8 million here and 62.4 million there? Compare two networks layer by layer. A layer may be in one of them only:
# then the other one has 0 parameters there.

# %% nbgrader={"grade": false, "grade_id": "find_the_missing_parameters", "locked": false, "schema_version": 3, "solution": true, "task": false}
def find_the_missing_parameters(ours, theirs):
    """In which layers two networks differ, and by how much.

    ours, theirs: dictionaries, layer's name → number of parameters; left as they are.
    Returns a dictionary, layer's name → theirs − ours, of the layers in which the two differ, and of no others.
    """
    ### BEGIN SOLUTION
    names = [*theirs, *(name for name in ours if name not in theirs)]
    differences = {name: theirs.get(name, 0) - ours.get(name, 0) for name in names}
    return {name: difference for name, difference in differences.items() if difference}
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_missing_differences", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(find_the_missing_parameters, "two networks with the same layers"):
    checks.equal(find_the_missing_parameters({"conv1": 150, "conv2": 2400, "fc3": 48120}, {"conv1": 156, "conv2": 2416, "fc3": 48120}),
                 {"conv1": 6, "conv2": 16})

# %% nbgrader={"grade": true, "grade_id": "test_missing_layers", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(find_the_missing_parameters, "layers that only one network has"):
    checks.equal(find_the_missing_parameters({"conv1": 10, "conv2": 20}, {"conv1": 10, "fc": 30}), {"conv2": -20, "fc": 30})

# %% [markdown]
# Now every difference can be explained, to the last parameter:

# %%
def compare(ours, theirs):
    """Print in which layers two of the networks differ."""
    differences = find_the_missing_parameters(parameters_of[ours], parameters_of[theirs])
    print(f"{ours} → {theirs}: {sum(differences.values()):+,}")
    for name, difference in differences.items():
        print(f"    {name:5} {difference:+12,}")


compare("the slide", "the paper, without groups")

# %% [markdown]
# - **Padding.** Without it the last map is 2×2, with it 6×6. So fc6 sees $256 \cdot 36 = 9216$ numbers instead of
#   $256 \cdot 4 = 1024$: it has $8192 \cdot 4096 = 33{,}554{,}432$ more weights.
# - **Biases.** One for each kernel, $96 + 256 + 384 + 384 + 256 = 1{,}376$, and one for each output of a dense layer,
#   $4096 + 4096 + 1000 = 9{,}192$: together 10,568.

# %%
assert 28_813_344 + 33_554_432 + 10_568 == sum(parameters_of["the paper, without groups"].values()) == 62_378_344
compare("the paper, without groups", "the paper")
compare("the paper", "torchvision")

# %% [markdown]
# Here are the reasons, one by one:
#
# | from … to … | layer | what differs | parameters |
# | --- | --- | --- | ---: |
# | the slide → the paper, without groups | fc6 | padding: 9,216 numbers come in, not 1,024 | +33,554,432 |
# | | all eight | biases | +10,568 |
# | without groups → the paper | conv2 | a kernel sees 48 channels, not 96 | −307,200 |
# | | conv4 | 192 channels, not 384 | −663,552 |
# | | conv5 | 192 channels, not 384 | −442,368 |
# | the paper → torchvision | conv1 | 64 kernels, not 96 | −11,648 |
# | | conv2 | 192 kernels that see 64 channels, not 256 that see 48 | −64 |
# | | conv3 | 192 channels come in, not 256 | −221,184 |
# | | conv4 | 256 kernels that see 384 channels, not 384 that see 192 | +221,056 |
# | | conv5 | a kernel sees 256 channels, not 192 | +147,456 |
#
# In conv2, $192 \cdot 64 = 256 \cdot 48$: as many weights, and 64 biases fewer. torchvision's dense layers are the
# paper's. That the two sums are so close is a coincidence.

# %% [markdown]
# ## Where the parameters are, where the work is
#
# > **Predict.** Which layers hold most of the parameters: the five convolutional ones, or the three dense ones? And
# > which do most of the work?

# %%
predict()

# %%
costs = [row for row in summarize(PAPER, PICTURE) if row[2]]

# %%
networks.per_layer({"parameters": {name: parameters / 1e6 for name, _, parameters, _ in costs},
                    "multiply-accumulates": {name: work / 1e6 for name, _, _, work in costs}},
                   title="The dense layers (hatched) hold the parameters, the convolutions do the work",
                   hatched=[layer["name"] for layer in PAPER if layer["kind"] == "dense"],
                   alt="Two panels of bars for AlexNet's eight layers. fc6 holds 62 percent of the parameters, fc7 28 and fc8 "
                       "7 percent; the convolutions together 4 percent. Of the multiply-accumulates the convolutions have "
                       "92 percent, conv2 most with 31, and the dense layers 8.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# A kernel's weights are used at thousands of places, a dense layer's once. This is **weight sharing**, seen in numbers.
# (conv1's 34,944 parameters are so few that the figure rounds them to 0.0 million.)
#
# </details>
#
# ### What is a gigaflop?
#
# A floating point operation, in short **FLOP**, is one addition or one multiplication of numbers with a fraction. One
# MAC is two of them. Giga means $10^9$. Beware of two things that are spelled almost alike: **GFLOPs** (small s,
# plural) is an amount of work, **GFLOPS** (or GFLOP/s) is a speed, work per second. A slide mixes the two: it says how
# many gigaflops networks cost, and that they are operations "per second". And many papers say FLOPs when they mean
# MACs.

# %%
work = sum(row[3] for row in summarize(PAPER, PICTURE))
print(f"one picture through the paper's AlexNet: {work / 1e9:.2f} billion MACs = {2 * work / 1e9:.2f} GFLOPs")
print(f"a machine of 100 GFLOPS would take at least {1000 * 2 * work / 100e9:.0f} ms")

# %% [markdown]
# > **Predict.** The dense layers do 8 percent of the work. What share of the **time** do they take, for a single
# > picture?

# %%
predict()

# %% [markdown]
# Every layer is run by itself here, with weights of its real size, on one core of this machine: first for one picture,
# then for more at a time.

# %%
device.use()
import torch
from torch import nn

# %%
def runs(layers, shape, batch=1):
    """Layer's name → a function that runs it once in PyTorch, on a batch of pictures of random numbers."""
    ways, functional = {}, torch.nn.functional
    for layer, (name, out, _, _) in zip(layers, summarize(layers, shape)):
        picture, row = torch.rand(batch, *shape), torch.rand(batch, int(np.prod(shape)))
        if layer["kind"] == "conv":
            weights = torch.rand(layer["channels"], shape[0] // layer["groups"], layer["kernel"], layer["kernel"])
            settings = {"stride": layer["stride"], "padding": layer["padding"], "groups": layer["groups"]}
            ways[name] = lambda x=picture, w=weights, s=settings: functional.conv2d(x, w, **s)
        elif layer["kind"] == "dense":
            weights = torch.ones(layer["channels"], row.shape[1])
            ways[name] = lambda x=row, w=weights: functional.linear(x, w)
        shape = out
    return ways


# %%
threads = torch.get_num_threads()
torch.set_num_threads(1)                     # on several cores the times swing with all else that the machine has to do
with torch.inference_mode():
    by_batch = {batch: timing.side_by_side(runs(PAPER, PICTURE, batch)) for batch in (1, 4, 16)}
torch.set_num_threads(threads)
seconds = by_batch[1]

# %%
charts.shares({"work (multiply-accumulates)": {row[0]: row[3] for row in costs}, "time, measured": seconds},
              title="One picture: the work and the time are not the same", xlabel="layer", ylabel="share, percent",
              alt="For each of AlexNet's eight layers two bars, its share of the multiply-accumulates and its share of the "
                  "measured time. The dense layers' share of the time is larger than their share of the work.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# The dense layers take far more than 8 percent: on one core of ours more than a third. The same in numbers: the work in
# GFLOPs, the time, and the speed that comes of it in GFLOPS. One machine, and very different speeds:
#
# </details>

# %% tags=["nbval-ignore-output"]
for name, _, _, products in costs:
    print(f"{name:5}  {2 * products / 1e9:6.3f} GFLOPs in {1000 * seconds[name]:7.2f} ms  =  {2 * products / 1e9 / seconds[name]:7.1f} GFLOPS")

# %% [markdown]
# Why so? A multiplication is quick, fetching a weight from memory is slow. conv2's 307,200 weights are fetched once and
# used at 729 places; each of fc6's 37.7 million weights is fetched, used once, and dropped.
#
# > **Predict.** With 16 pictures at a time a dense layer, too, uses each weight 16 times. What happens to its share of
# > the time?

# %%
predict("it grows", "it stays", "it shrinks")

# %% tags=["nbval-ignore-output"]
for batch, times in by_batch.items():
    in_dense = sum(times[name] for name in ("fc6", "fc7", "fc8"))
    print(f"{batch:2} pictures at a time: the dense layers take {in_dense / sum(times.values()):4.0%} of the time, and fc6 runs at "
          f"{batch * 2 * 37_748_736 / 1e9 / times['fc6']:5.1f} GFLOPS")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# It shrinks towards its share of the work, since a weight that has been fetched is used for every picture of the batch.
# FLOPs are an estimate of time, and for a single picture a rough one.
#
# </details>
#
# *(End of part 1. A good place for a break.)*

# %% [markdown]
# ## Built for real
#
# A list of layers computes nothing. Here is LeNet-5 in PyTorch, as a pattern: `Sequential` runs its parts one after the
# other. ReLU comes after every layer that learns, but not after the last one, whose outputs are the classes' scores.
# Below it is the same network as a list.

# %%
lenet_torch = nn.Sequential(
    nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))

# %%
LENET = [conv("c1", 6, 5), pool("s2", 2, 2), conv("c3", 16, 5), pool("s4", 2, 2),
         dense("f5", 120), dense("f6", 84), dense("f7", 10)]

# %%
print("PyTorch:   ", [parameter.numel() for parameter in lenet_torch.parameters()])
lenet_counts = [sum(row[2] for row in summarize(LENET, (1, 32, 32))), sum(one.numel() for one in lenet_torch.parameters())]
assert lenet_counts == [61_706, 61_706]
print(f"calculator: {lenet_counts[0]:,} · PyTorch's sum: {lenet_counts[1]:,}")

# %% [markdown]
# ### Exercise 6 · `build_alexnet`
# Build the paper's AlexNet in PyTorch. The numbers of kernels, of hidden units and of classes are arguments, so that a
# small copy can be tested. Two things of the paper are left out, since they have no parameters: its brightness
# normalisation, and dropout, which you will build in lesson 07.

# %% nbgrader={"grade": false, "grade_id": "build_alexnet", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    """AlexNet, as a PyTorch model for batches (pictures, 3, 227, 227).

    filters: kernels of conv1 to conv5.  units: outputs of fc6 and fc7.  classes: outputs of fc8.
    groups: of conv1 to conv5.
    conv1: 11×11, stride 4, no padding.  conv2: 5×5, padding 2.  conv3, conv4, conv5: 3×3, padding 1.
    After conv1, conv2 and conv5: max pooling over 3×3, stride 2.  After every layer but fc8: ReLU.
    Returns a model that gives (pictures, classes) scores, and makes its layers in this order.
    No dropout, no normalisation, no softmax.
    """
    ### BEGIN SOLUTION
    f, g = filters, groups
    return nn.Sequential(
        nn.Conv2d(3, f[0], 11, stride=4, groups=g[0]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[0], f[1], 5, padding=2, groups=g[1]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(f[1], f[2], 3, padding=1, groups=g[2]), nn.ReLU(),
        nn.Conv2d(f[2], f[3], 3, padding=1, groups=g[3]), nn.ReLU(),
        nn.Conv2d(f[3], f[4], 3, padding=1, groups=g[4]), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Flatten(),
        nn.Linear(f[4] * 6 * 6, units[0]), nn.ReLU(), nn.Linear(units[0], units[1]), nn.ReLU(), nn.Linear(units[1], classes))
    ### END SOLUTION

# %%
def shapes_of(filters, units, *settings):
    """The shapes of a small AlexNet's parameters, in their order."""
    net = build_alexnet(filters, units, *settings)
    return [list(array.shape) for array in parameters(net, torch.zeros(1, 3, 227, 227))]


# %% nbgrader={"grade": true, "grade_id": "test_alexnet_sizes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(shapes_of, "the parameters of small AlexNets without groups"):
    found = shapes_of((4, 6, 8, 10, 2), (7, 5), 3, (1, 1, 1, 1, 1))
    checks.equal(found[:4], [[4, 3, 11, 11], [4], [6, 4, 5, 5], [6]])

# %% nbgrader={"grade": true, "grade_id": "test_alexnet_groups", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(shapes_of, "the parameters of small AlexNets with groups"):
    found = shapes_of((4, 6, 8, 10, 2), (7, 5), 3, (1, 2, 1, 2, 2))
    checks.equal(found[:4], [[4, 3, 11, 11], [4], [6, 2, 5, 5], [6]])

# %% nbgrader={"grade": true, "grade_id": "test_alexnet_output", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
def scores_of(seed, filters, units, classes, groups):
    """The scores of a small AlexNet with weights that this seed gives, on one or two pictures, and whether they stay the same."""
    net, pictures = build_alexnet(filters, units, classes, groups), torch.zeros(1 + seed % 2, 3, 227, 227)
    random = np.random.default_rng(seed)
    set_parameters(net, [random.normal(0, 1.2 / np.sqrt(array[0].size), array.shape).astype("float32")
                         for array in parameters(net, pictures)])
    pictures += torch.tensor(random.normal(0, 1, pictures.shape).astype("float32"))
    other = build_alexnet(filters, units, classes, groups)
    set_parameters(other, [0 * array for array in parameters(other, pictures)])
    scores = [net(pictures) for _ in range(4)]                      # is it random, as with dropout?
    same = all(bool(torch.equal(scores[0], again)) for again in scores)
    return [scores[0] if same else None, "the same each time" if same else "another each time"]

with cases.test(scores_of, "the scores of small AlexNets with weights that the test has set"):
    scores, _ = scores_of(5, filters=(4, 6, 8, 10, 2), units=(7, 5), classes=3, groups=(1, 2, 1, 2, 2))
    checks.close(np.shape(scores), [2, 3])

# %% [markdown]
# Does the real one have the calculator's number of parameters? 61 million numbers would fill 240 megabytes. On
# PyTorch's **`meta`** device a tensor has a shape and no numbers, so that a network can be measured without being
# stored.

# %%
def count_torch(build, *arguments, **settings):
    """The parameters of a PyTorch model that is built without its numbers."""
    with torch.device("meta"):
        model = build(*arguments, **settings)
        model(torch.zeros(1, 3, 227, 227))                          # layers that wait for their first input get their sizes
        return sum(parameter.numel() for parameter in model.parameters())


torch_counts = {"the paper": count_torch(build_alexnet),
                "the paper, without groups": count_torch(build_alexnet, groups=(1, 1, 1, 1, 1)),
                "torchvision": count_torch(build_alexnet, filters=(64, 192, 384, 256, 256), groups=(1, 1, 1, 1, 1))}
for name, count in torch_counts.items():
    assert count == sum(parameters_of[name].values()), name
    print(f"{name:26} {count:12,}   as the calculator says")

# %% [markdown]
# Now Keras. Its layout is NHWC (pictures, rows, columns, channels), so a flattened volume would have another order than
# PyTorch's. `Permute` puts the channels first before flattening, and the weights of both can be exchanged.
#
# Keras makes its weights when a layer is built. In a `StatelessScope` it notes their shapes and fills none, like
# `meta`.

# %%
import keras


def keras_alexnet(filters=(96, 256, 384, 384, 256), units=(4096, 4096), classes=1000, groups=(1, 2, 1, 2, 2)):
    """The same network in Keras, for batches (pictures, 227, 227, 3)."""
    layers = keras.layers
    model = keras.Sequential([keras.Input((227, 227, 3))])
    for k, (count, kernel, stride) in enumerate(zip(filters, (11, 5, 3, 3, 3), (4, 1, 1, 1, 1))):
        model.add(layers.Conv2D(count, kernel, strides=stride, padding="valid" if k == 0 else "same", groups=groups[k],
                                activation="relu"))
        if k in (0, 1, 4):
            model.add(layers.MaxPooling2D(3, strides=2))
    model.add(layers.Permute((3, 1, 2)))
    model.add(layers.Flatten())
    for count in units:
        model.add(layers.Dense(count, activation="relu"))
    model.add(layers.Dense(classes))
    return model


variants = {"the paper": (1, 2, 1, 2, 2), "the paper, without groups": (1, 1, 1, 1, 1)}
with keras.StatelessScope(initialize_variables=False):
    for name, groups in variants.items():
        count = keras_alexnet(groups=groups).count_params()
        assert count == sum(parameters_of[name].values()), name
        print(f"{name:26} {count:12,}   as the calculator says")

# %% [markdown]
# The same weights and the same picture, in a small copy of both: do they give the same scores?

# %%
picture = np.random.default_rng(0).normal(size=(1, 3, 227, 227)).astype("float32")
for name, groups in variants.items():
    settings = {"filters": (8, 12, 16, 16, 8), "units": (32, 24), "classes": 10, "groups": groups}
    in_torch, in_keras = build_alexnet(**settings), keras_alexnet(**settings)
    scores_torch = in_torch(torch.tensor(picture)).detach().numpy()
    kernels = [a.transpose(2, 3, 1, 0) if a.ndim == 4 else a.T for a in parameters(in_torch)]    # rows, columns, in, out
    set_parameters(in_keras, kernels)
    scores_keras = keras.ops.convert_to_numpy(in_keras(picture.transpose(0, 2, 3, 1)))
    assert np.abs(scores_torch - scores_keras).max() < 1e-5, name
    print(f"{name:26} PyTorch and Keras give the same 10 scores to 1e-5")

# %% [markdown]
# ### Networks that come with Keras
#
# A slide deck prints the table of a small network for CIFAR-10 (photographs of 32×32 in ten classes) with 4,210,090
# parameters. Its code is from 2016: `keras.layers.convolutional`, `maxnorm` and `K.set_image_dim_ordering('th')` have
# new names or are gone, and its pictures were (3, 32, 32). Today, in NHWC, it reads as below. (What `MaxNorm(3)`
# limits, and that it is not what the deck wanted, is a matter for lesson 07.)

# %%
layers = keras.layers
limit = keras.constraints.MaxNorm(3)
cifar = keras.Sequential([
    keras.Input((32, 32, 3)),
    layers.Conv2D(32, 3, padding="same", activation="relu", kernel_constraint=limit), layers.Dropout(0.2),
    layers.Conv2D(32, 3, padding="same", activation="relu", kernel_constraint=limit), layers.MaxPooling2D(2),
    layers.Flatten(), layers.Dense(512, activation="relu", kernel_constraint=limit), layers.Dropout(0.5),
    layers.Dense(10, activation="softmax")])
CIFAR = [conv("conv2d_1", 32, 3, padding=1), conv("conv2d_2", 32, 3, padding=1), pool("pool", 2, 2),
         dense("dense_1", 512), dense("dense_2", 10)]
print("Keras:     ", [layer.count_params() for layer in cifar.layers if layer.count_params()], cifar.count_params())
assert cifar.count_params() == sum(row[2] for row in summarize(CIFAR, (3, 32, 32))) == 4_210_090
show(CIFAR, (3, 32, 32))

# %% [markdown]
# 4,194,816 of 4,210,090: the dense layer again. Dropout, the constraint and softmax learn nothing.
#
# > **Predict.** Suppose you keep the slide's `input_shape=(3, 32, 32)`, and forget to tell Keras that the channels come
# > first. Does it complain? How many parameters are there then?

# %%
predict()

# %%
misread = keras.Sequential([
    keras.Input((3, 32, 32)),
    layers.Conv2D(32, 3, padding="same"), layers.Conv2D(32, 3, padding="same"), layers.MaxPooling2D(2),
    layers.Flatten(), layers.Dense(512), layers.Dense(10)])
for layer in misread.layers:
    print(f"{layer.name.rstrip('_0123456789'):14} {tuple(layer.output.shape[1:])!s:13} {layer.count_params():8,}")
print(f"{'sum':28} {misread.count_params():8,}")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# It does not complain. It takes the picture for one of 3 rows, 32 columns and 32 channels, and has 286,282 parameters.
# A sum that you know beforehand is a good alarm: that is what the calculator is for.
#
# </details>
#
# ### Famous networks
#
# `keras.applications` has the famous networks. Their weights would be a download; their shapes are not. VGG (Simonyan
# and Zisserman, 2014) repeats one idea: 3×3 kernels with padding 1, then pooling, in five blocks.

# %%
def vgg(convolutions):
    """A VGG network as a list. convolutions: how many there are in each of the five blocks."""
    blocks = []
    for block, (count, channels) in enumerate(zip(convolutions, (64, 128, 256, 512, 512)), start=1):
        blocks += [conv(f"conv{block}_{k}", channels, 3, padding=1) for k in range(1, count + 1)] + [pool(f"pool{block}", 2, 2)]
    return [*blocks, dense("fc1", 4096), dense("fc2", 4096), dense("fc3", 1000)]


VGG16, VGG19 = vgg((2, 2, 3, 3, 3)), vgg((2, 2, 4, 4, 4))
keras_counts = {}
with keras.StatelessScope(initialize_variables=False):
    for name in ("VGG16", "VGG19", "ResNet50", "MobileNet", "Xception"):
        keras_counts[name] = getattr(keras.applications, name)(weights=None).count_params()
for name, network in {"VGG16": VGG16, "VGG19": VGG19}.items():
    rows = summarize(network, (3, 224, 224))
    assert sum(row[2] for row in rows) == keras_counts[name]
    print(f"{name}: {keras_counts[name]:,} parameters, {sum(row[3] for row in rows) / 1e9:.1f} billion MACs")

# %% [markdown]
# ResNet-50 is no plain list: its path forks. But its parameters can be added up with your function. Its blocks have
# three convolutions, 1×1, 3×3 and 1×1, and where a stage begins one more 1×1 for the other path. Each is followed by
# **batch normalisation**. It brings the values of each channel to one common size (lesson 07 builds it), and holds four
# numbers per channel, two of them learned.

# %%
def conv_and_norm(in_channels, channels, kernel):
    """Parameters of a convolution with its normalisation."""
    return layer_parameters(conv("", channels, kernel), (in_channels, 1, 1)) + 4 * channels


def resnet(stages):
    """Parameters of a ResNet. stages: how many blocks there are in each of the four."""
    total, come_in = conv_and_norm(3, 64, 7), 64
    for blocks, narrow in zip(stages, (64, 128, 256, 512)):
        wide = 4 * narrow
        total += conv_and_norm(come_in, wide, 1)                                # the other path, once per stage
        for _ in range(blocks):
            total += conv_and_norm(come_in, narrow, 1) + conv_and_norm(narrow, narrow, 3) + conv_and_norm(narrow, wide, 1)
            come_in = wide
    return total + layer_parameters(dense("fc", 1000), (2048,))


assert resnet((3, 4, 6, 3)) == keras_counts["ResNet50"]
print(f"ResNet-50: {resnet((3, 4, 6, 3)):,} parameters, as Keras says · ResNet-152: {resnet((3, 8, 36, 3)):,}")

# %% [markdown]
# (Papers count 25.6 million for ResNet-50 as well, but not the same ones: torchvision's page says 25,557,032. Keras
# gives every convolution biases, and counts the running averages of the normalisation, which nobody learns.) Fifty
# layers, and fewer than half of AlexNet's parameters. Even 152 layers have no more than AlexNet's eight. The last map
# is not flattened but **averaged** (2048 channels become 2048 numbers), so there is no fc6.

# %% [markdown]
# ## What came next
#
# Several ideas after AlexNet do the same with fewer parameters or less work. The calculator shows what each saves. (A
# saving can be spent. VGG spent its own on depth: it has more than twice AlexNet's parameters.)
#
# **VGG: two 3×3 for one 5×5.** Two 3×3 kernels, one after the other, see 5×5 pixels; three see 7×7.
#
# > **Predict.** With 64 channels everywhere: which has fewer parameters, one layer of 5×5 or two of 3×3?

# %%
predict("one layer of 5×5", "two layers of 3×3")

# %%
def totals(layers, shape):
    """(parameters, million MACs) of some layers."""
    rows = summarize(layers, shape)
    return f"{sum(row[2] for row in rows):9,} parameters, {sum(row[3] for row in rows) / 1e6:7,.1f} million MACs"


wide = (64, 56, 56)
print("one 5×5:  ", totals([conv("a", 64, 5, padding=2)], wide))
print("two 3×3:  ", totals([conv("a", 64, 3, padding=1), conv("b", 64, 3, padding=1)], wide))
print("one 7×7:  ", totals([conv("a", 64, 7, padding=3)], wide))
print("three 3×3:", totals([conv(name, 64, 3, padding=1) for name in "abc"], wide))

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# $2 \cdot 9 = 18$ weights instead of 25, $3 \cdot 9 = 27$ instead of 49, for each pair of channels. And there are more
# ReLUs on the way: more steps that are not linear.
#
# </details>
#
# **Inception: a 1×1 bottleneck.** A 1×1 kernel looks at one pixel through all channels: it mixes channels and can make
# them fewer. GoogLeNet (Szegedy and others, 2014) puts 16 such kernels before its 32 kernels of 5×5:

# %%
before = (192, 28, 28)
print("5×5 on 192 channels:      ", totals([conv("a", 32, 5, padding=2)], before))
print("1×1 to 16 channels, then: ", totals([conv("squeeze", 16, 1), conv("a", 32, 5, padding=2)], before))

# %% [markdown]
# A tenth of the work. The paper says that GoogLeNet has twelve times fewer parameters than AlexNet. Its own table can
# be added up: two layers and a bottleneck, nine modules of four paths each, one dense layer.

# %%
INCEPTIONS = [  # channels of: what comes in, 1×1, 1×1 before 3×3, 3×3, 1×1 before 5×5, 5×5, 1×1 after the pooling
    (192, 64, 96, 128, 16, 32, 32), (256, 128, 128, 192, 32, 96, 64), (480, 192, 96, 208, 16, 48, 64),
    (512, 160, 112, 224, 24, 64, 64), (512, 128, 128, 256, 24, 64, 64), (512, 112, 144, 288, 32, 64, 64),
    (528, 256, 160, 320, 32, 128, 128), (832, 256, 160, 320, 32, 128, 128), (832, 384, 192, 384, 48, 128, 128)]


def module_parameters(come_in, one, before_three, three, before_five, five, pooled):
    """Parameters of one module of GoogLeNet, whose four paths all see what comes in."""
    paths = [(come_in, one, 1), (come_in, before_three, 1), (before_three, three, 3),
             (come_in, before_five, 1), (before_five, five, 5), (come_in, pooled, 1)]
    return sum(layer_parameters(conv("", channels, kernel), (inputs, 1, 1)) for inputs, channels, kernel in paths)


googlenet = (sum(layer_parameters(conv("", channels, kernel), (inputs, 1, 1)) for inputs, channels, kernel in [(3, 64, 7), (64, 64, 1), (64, 192, 3)])
             + sum(module_parameters(*module) for module in INCEPTIONS) + layer_parameters(dense("fc", 1000), (1024,)))
print(f"GoogLeNet: {googlenet:,} parameters · AlexNet of the paper, without groups: 62,378,344, {62_378_344 / googlenet:.1f} times as many")

# %% [markdown]
# Nine times fewer, not twelve. (Its two side exits, which are used in training only, are not counted. Against AlexNet
# with groups it is 8.7. Where the twelve comes from we do not know.)
#
# **MobileNet and Xception: depthwise separable.** With as many groups as channels each kernel sees one channel only:
# that is a **depthwise** convolution. A 1×1 convolution after it mixes the channels. (Howard and others, 2017; Chollet,
# 2016.)

# %%
deep = (256, 14, 14)
print("3×3:               ", totals([conv("a", 256, 3, padding=1)], deep))
print("depthwise, then 1×1:", totals([conv("depthwise", 256, 3, padding=1, groups=256), conv("mix", 256, 1)], deep))
print(f"for c channels it is 1/c + 1/9 of the work: {1 / 256 + 1 / 9:.3f}")
for name in ("MobileNet", "Xception"):
    print(f"{name}, whole: {keras_counts[name]:,} parameters")

# %% [markdown]
# ### The skip
#
# **ResNet** (He and others, 2015). Two convolutions compute something, and then the block's **input is added** to it:
#
# $$\text{output} = \mathrm{ReLU}\bigl(x + \mathrm{conv}_2(\mathrm{ReLU}(\mathrm{conv}_1(x)))\bigr)$$
#
# The convolutions only have to learn what is to be **changed** about $x$: the residual. If nothing has to change,
# weights of 0 do.
#
# For the sum both must have the same shape. Where the block changes the number of channels, or moves by a stride of 2,
# $x$ goes through a 1×1 convolution with the same stride first:
#
# $$\text{output} = \mathrm{ReLU}\bigl(\mathrm{conv}_{1\times1}(x) + \mathrm{conv}_2(\mathrm{ReLU}(\mathrm{conv}_1(x)))\bigr)$$
#
# A path that forks is no `Sequential`. In PyTorch you write a class: `__init__` makes the layers, `forward` says what
# happens to the data. Here is one that does something else: it puts the results of two layers side by side.

# %%
class SideBySide(nn.Module):
    """The maps of a 1×1 and of a 3×3 convolution, one behind the other."""

    def __init__(self, in_channels, channels):
        super().__init__()
        self.small, self.large = nn.Conv2d(in_channels, channels, 1), nn.Conv2d(in_channels, channels, 3, padding=1)

    def forward(self, x):
        return torch.cat([self.small(x), self.large(x)], dim=1)


SideBySide(3, 4)(torch.zeros(1, 3, 6, 5)).shape

# %% [markdown]
# ### Exercise 7 · `residual_block`
# Build the block. (The original has a batch normalisation after each convolution. Leave it out here.) You may write a
# class in the same cell, above or inside the function.

# %% nbgrader={"grade": false, "grade_id": "residual_block", "locked": false, "schema_version": 3, "solution": true, "task": false}
def residual_block(in_channels, channels, stride=1):
    """A residual block, as a PyTorch model for batches (pictures, in_channels, rows, columns).

    conv1: 3×3, padding 1, with the stride.  conv2: 3×3, padding 1, stride 1.  Both give `channels` channels.
    Where in_channels differs from channels or the stride is not 1, the input goes through a 1×1 convolution with the
    stride before it is added; else it is added as it is. ReLU after conv1, and after the sum. All with biases.
    Returns a model that gives (pictures, channels, rows/stride, columns/stride), rounded up.
    """
    ### BEGIN SOLUTION
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(in_channels, channels, 3, stride, padding=1)
            self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)
            same = in_channels == channels and stride == 1
            self.shortcut = nn.Identity() if same else nn.Conv2d(in_channels, channels, 1, stride)

        def forward(self, x):
            return torch.relu(self.shortcut(x) + self.conv2(torch.relu(self.conv1(x))))

    return Block()
    ### END SOLUTION

# %%
def weights_of(block, pictures, seed, turned):
    """Random arrays for a block's parameters, from this seed. They are known by their shapes, so that the order of the
    layers does not matter. turned: of kernels of one shape, the last one comes first."""
    kernels = [array.shape for array in parameters(block, pictures) if array.ndim == 4]
    made, done = [], []
    for array in parameters(block):                                           # a bias belongs to the kernel before it
        if array.ndim == 4:
            done.append(array.shape)
        shape = done[-1] if done else ()
        place = kernels.count(shape) + 1 - done.count(shape) if turned else done.count(shape)
        key = [seed, array.ndim, *shape, place]
        made.append(np.random.default_rng(key).normal(0, 0.5, array.shape).astype("float32"))
    return made


def block_output(seed, in_channels, channels, rows, columns, stride=1):
    """What a block gives whose weights come from this seed, dealt out in both ways, the smaller result first."""
    pictures = torch.tensor(np.random.default_rng(seed).normal(size=(2, in_channels, rows, columns)).astype("float32"))
    given, results = pictures.clone(), []
    for turned in (False, True):
        block, other = residual_block(in_channels, channels, stride), residual_block(in_channels, channels, stride)
        set_parameters(block, weights_of(block, pictures, seed, turned))
        set_parameters(other, [0 * array for array in parameters(other, pictures)])
        with torch.no_grad():
            results.append(block(pictures))
    results.sort(key=lambda result: np.sum(np.asarray(result, "float64")))
    return [*results, "as they were" if torch.equal(pictures, given) else "the block has changed its input"]


# %% nbgrader={"grade": true, "grade_id": "test_block_sizes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def sizes_of(in_channels, channels, *stride):
    """How many numbers each array of a block's parameters holds, sorted."""
    return sorted(array.size for array in parameters(residual_block(in_channels, channels, *stride), torch.zeros(1, in_channels, 4, 4)))

with cases.test(sizes_of, "the parameters of residual blocks"):
    checks.equal(sizes_of(4, 4), [4, 4, 144, 144])
    checks.equal(sizes_of(2, 5, 2), [5, 5, 5, 10, 90, 225])

# %% nbgrader={"grade": true, "grade_id": "test_block_same", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with cases.test(block_output, "blocks that add their input as it is"):
    block = residual_block(2, 2)
    set_parameters(block, [np.zeros(array.shape, "float32") for array in parameters(block)])
    x = torch.tensor([[[[1.0, -2, 3], [0.5, 4, -1]], [[2, 0, -3], [1, -5, 6]]]])
    checks.close(block(x), torch.relu(x))

# %% nbgrader={"grade": true, "grade_id": "test_block_stride", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(block_output, "blocks that change channels or size"):
    block = residual_block(2, 5, stride=2)
    checks.close(np.shape(block(torch.zeros(3, 2, 7, 4))), [3, 5, 4, 2])

# %% [markdown]
# What does the skip do? In lesson 04 the error travels back from the last layer to the first as a gradient. On its way
# through each layer it is multiplied by the slope of the activation and by the layer's weights. Below are fifty
# convolutions: plain ones, and 25 of your blocks; each with PyTorch's first weights and with those of He and others
# (2015), whose spread is chosen so that a layer with ReLU keeps the size of its numbers. Ten draws of each.
#
# > **Predict.** How much of the gradient arrives at the first layer of the plain stack: a tenth, a millionth, or less?

# %%
predict("a tenth", "a millionth", "less")

# %% tags=["nbval-ignore-output"]
def gradients_at(parts):
    """The size of the gradient at the input of each part of a stack, as a share of that at its end."""
    x = torch.rand(2, 8, 12, 12, requires_grad=True)
    inputs = [x]
    for part in parts:
        inputs.append(part(inputs[-1]))
        inputs[-1].retain_grad()
    inputs[-1].sum().backward()
    return np.array([float(value.grad.double().norm() / inputs[-1].grad.double().norm()) for value in inputs])


def plain():
    """A 3×3 convolution and ReLU."""
    return nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.ReLU())


def with_he(part):
    """The same part, with He's first weights."""
    for layer in part.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    return part


stacks = {"plain, PyTorch's first weights": lambda: [plain() for _ in range(50)], "plain, He's": lambda: [with_he(plain()) for _ in range(50)],
          "25 residual blocks, PyTorch's": lambda: [residual_block(8, 8) for _ in range(25)],
          "25 residual blocks, He's": lambda: [with_he(residual_block(8, 8)) for _ in range(25)]}


def ten_draws(make):
    """The gradients of ten such stacks, as powers of ten."""
    powers = []
    for seed in range(10):
        device.fix_seeds(seed)
        powers.append(np.log10(gradients_at(make())))
    return powers


powers = {name: ten_draws(make) for name, make in stacks.items()}
for name, of_draws in powers.items():
    print("{:32} at the first layer 10 to the power {:+6.1f} ± {:.1f}".format(name, *confidence_interval([one[0] for one in of_draws])))

# %%
charts.lines({name: (np.linspace(0, 50, len(runs_of[0])), 10 ** np.mean(runs_of, axis=0)) for name, runs_of in powers.items()},
             title="How much of the gradient arrives", xlabel="layer (50 is the end of the network)",
             ylabel="share of the gradient at the end", log=True,
             alt="On a logarithmic axis four curves over the layers 0 to 50, each the mean of ten draws. Through plain layers with PyTorch's first weights "
                 "the gradient falls to a part in ten to the power 21 towards layer 0; with He's it loses about a factor of ten. Through residual blocks with PyTorch's weights it "
                 "stays the same, with He's it grows to more than ten thousand times.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# Less than a part in $10^{20}$ arrives at the first layer of the plain stack with PyTorch's first weights, and no
# training would move that layer. Through the blocks the gradient arrives: the derivative of $x + f(x)$ is $1 + f'(x)$.
# (The ReLU after the sum passes it on or stops it, as a whole.) But that says only that it does not vanish. With He's
# weights $f(x)$ is as large as $x$, each block makes the gradient larger, and 25 of them more than ten thousand times:
# it **explodes**. With PyTorch's smaller weights $f(x)$ is small, and the gradient stays as it is. In the real ResNet a
# batch normalisation behind each convolution (lesson 07) keeps the sizes in hand.
#
# </details>
#
# And the plain stack with He's first weights loses far less than the other. **Vanishing gradients were largely cured
# before ResNet.** The authors of ResNet say so themselves (section 4.1): their plain networks had batch normalisation
# and healthy gradients, and still a 34-layer one had a higher **training** error than one of 18 layers. The skip makes
# deep networks easier to **train**; why, is more than one story.

# %% [markdown]
# ### Eight years of a contest
#
# ILSVRC was the yearly contest on ImageNet, from 2010 to 2017: 1.2 million photographs, 1,000 classes. A picture counts
# as an error when the right class is not among the network's **five** best guesses. Each number is from the source
# named beside it.

# %%
MILESTONES = [  # year, network, top-5 error of the entry in percent, layers, million parameters, billion MACs, source
    (2010, "NEC-UIUC", 28.2, None, None, None, "Russakovsky and others 2015, list of winners (no network)"),
    (2011, "XRCE", 25.8, None, None, None, "Russakovsky and others 2015, list of winners (no network)"),
    (2012, "AlexNet", 16.4, 8, 60, round(work / 1e9, 1), "Krizhevsky, Sutskever, Hinton 2012; 15.3 with additional training pictures"),
    (2013, "Clarifai", 11.7, None, None, None, "Russakovsky and others 2015, list of winners (its founder's ZFNet: 14.8, Zeiler and Fergus 2013)"),
    (2014, "VGG-19", 7.3, 19, 144, 19.6, "Simonyan and Zisserman 2014 (second place); MACs: He and others 2015"),
    (2014, "GoogLeNet", 6.67, 22, round(googlenet / 1e6), 1.5, "Szegedy and others 2014"),
    (2015, "ResNet-152", 3.57, 152, round(resnet((3, 8, 36, 3)) / 1e6), 11.3, "He and others 2015; MACs: their table 1"),
    (2016, "Trimps", 2.99, None, None, None, "list of results on image-net.org (team Trimps-Soushen; no paper)"),
    (2017, "SENet", 2.25, None, None, None, "Hu, Shen and Sun 2017 (many networks, the deepest with 154 layers)"),
]
for year, name, error, depth, millions, macs, source in MILESTONES:
    numbers = f"{depth:4} layers {millions:4.0f} million {macs:5} billion MACs" if depth else f"{'–':>4}"
    print(f"{year} {name:11} {error:5} % {numbers:43} {source}")

# %%
remark = {2010: "no network", 2011: "no network", 2013: "no paper", 2016: "no paper", 2017: "many\nnetworks"}
steps = [(year, name, error, f"{depth} layers\n{millions:.0f} million\nparameters\n{macs} GMACs" if depth else remark[year])
         for year, name, error, depth, millions, macs, _ in MILESTONES]
charts.timeline(steps, title="ILSVRC: the error fell, the depth grew, the work went up and down",
                levels={"one trained person: 5.1 % (Russakovsky and others 2015)": 5.1},
                alt="Bars of the top-5 error from 2010 to 2017: 28.2, 25.8, AlexNet 16.4, Clarifai 11.7, VGG-19 7.3, GoogLeNet "
                    "6.67, ResNet-152 3.57, Trimps 2.99 and SENet 2.25 percent. A dashed line marks a trained person's 5.1 "
                    "percent. Under four of the bars stand 8, 19, 22 and 152 layers, 60, 144, 7 and 60 million parameters, and "
                    "0.7, 19.6, 1.5 and 11.3 billion MACs.")

# %% [markdown]
# (Dotted bars: no network, no paper, or many networks, so that no costs can be named. AlexNet's work and the parameters
# of GoogLeNet and ResNet-152 are our calculator's numbers, and "FLOPs" in the papers of this list are MACs. Beware: the
# **errors** from 2012 on are those of several networks that vote together, five AlexNets, seven GoogLeNets, six
# ResNets; the **costs** beneath are those of one. According to the papers a single network made 18.2 (AlexNet), 10.07
# (GoogLeNet, on one crop of each picture) and 4.49 percent (ResNet-152). With additional training pictures seven
# AlexNets came to 15.3.) The error fell to a twelfth. Parameters and work went up and down again; until 2015 what grew
# all the time is the depth. A slide says "ResNet is a 50 layers CNN". The family has 18, 34, 50, 101 and 152; the
# winner had 152.

# %% [markdown]
# ### Why in 2012?
#
# LeNet read digits in 1998, with convolution, pooling and backpropagation. Fourteen years later four things came
# together:
#
# - **Data.** ImageNet's contest has 1.2 million photographs with labels. Sets before it had tens of thousands.
# - **Graphics processors.** AlexNet was trained on two of them, with 3 GB each, in five to six days: 90 times through
#   all photographs.
# - **Dropout** in the first two dense layers, which hold 54.5 million weights, against learning the photographs by
#   heart. Lesson 07 builds it.
# - **ReLU** in place of sigmoids and tanh.
#
# The work can be counted: three times the MACs of the way forward for each photograph, since the way back costs about
# twice as much. (Part 1 measured the GFLOPS of your machine. Half of them are its billions of MACs a second.)

# %%
training_macs = 3 * work * 1.2e6 * 90
print(f"{training_macs:.1e} MACs: at 20 billion a second, a good laptop's core, {training_macs / 20e9 / 86400:.0f} days")

# %% [markdown]
# And ReLU? Before it, units had a **sigmoid**, $1 / (1 + e^{-s})$, or a tanh. On the way back each layer multiplies the
# gradient by the slope of its activation (lesson 04). A sigmoid's slope is at most $1/4$, that of a tanh at most 1, a
# ReLU's is 1 or 0. All get the same random weights here; the sigmoid also gets weights that are four times as large,
# which make up for its $1/4$. (Here we measure the gradient of the weights of a layer. For the skip it was the gradient
# of what goes into a layer.)
#
# > **Predict.** Eight layers with sigmoids, random weights: how many times smaller is the gradient in the first layer
# > than in the last of them?

# %%
predict()

# %%
ACTIVATIONS = {"sigmoid": (nn.Sigmoid, 1), "sigmoid, weights ×4": (nn.Sigmoid, 4), "tanh": (nn.Tanh, 1), "ReLU": (nn.ReLU, 1), "Leaky ReLU": (nn.LeakyReLU, 1)}


def gradient_lengths(activation, spread, seed, width=64):
    """How long the gradients of the weights of eight layers are, the first one first.  spread: of the random weights, times √width."""
    torch.manual_seed(seed)
    net = nn.Sequential(*(layer for _ in range(8) for layer in (nn.Linear(width, width), activation())), nn.Linear(width, 10))
    learned = [layer for layer in net if isinstance(layer, nn.Linear)]
    for layer in learned:
        nn.init.normal_(layer.weight, 0, spread / width ** 0.5)
    nn.functional.cross_entropy(net(torch.randn(128, width)), torch.arange(128) % 10).backward()
    return np.array([layer.weight.grad.norm().item() for layer in learned[:8]])


shrinking = {}
for name, (activation, spread) in ACTIVATIONS.items():
    lengths = [gradient_lengths(activation, spread, seed) for seed in range(10)]
    shrinking[name] = [float(np.log10(one[0] / one[-1])) for one in lengths]

# %%
learning.draws(dict(reversed(shrinking.items())), title="Gradients: the first of eight layers against the eighth", zero=True, scale=1,
               xlabel="gradient in the first layer ÷ in the eighth, as a power of ten",
               alt="Five rows with ten dots each and their mean. With tanh, ReLU and Leaky ReLU the gradients of the first and the eighth layer "
                   "are about alike. With sigmoids the first layer's is more than ten thousand times smaller, with larger weights about a hundred times.")

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# (Each ± is a 95 % interval of the mean.) With sigmoids the gradient of the first layer is more than ten thousand times
# smaller than that of the eighth: the **vanishing gradient**. Larger weights cure a part of it, and a factor of a
# hundred is left. With tanh and with ReLU it arrives. So the figure speaks against sigmoids. For ReLU against **tanh**
# it says nothing: that was a matter of time. In AlexNet's paper a network of four layers with ReLU came to 25 % errors
# on CIFAR-10 in a sixth of the time that it took with tanh.
#
# </details>
#
# A ReLU has one fault. Where its sum is negative for every picture, it gives 0, gets no gradient, and stays like that:
# the unit is **dead**. A **Leaky ReLU** (Maas, Hannun and Ng, 2013) gives $0.01\,s$ there, so that such a unit can come
# back. The decks name it beside ReLU. (Units die in training; in our figure, which shows first weights, the two are
# alike.)
#
# AlexNet learned with **momentum** 0.9: each step goes along a running sum of the gradients, as lesson 04 shows.

# %% [markdown]
# ## Receptive fields
#
# How much of the picture does a value see? Behind one 3×3 convolution a value sees 3×3 pixels. Behind the next, it sees
# 3×3 values, which see 3×3 pixels each and overlap: 5×5. Then 7×7.
#
# With strides the field grows faster. If two neighbouring values of a map are $j$ pixels of the picture apart (the
# **jump**), a window of $f$ values reaches $(f - 1) \cdot j$ pixels farther than one value does. A layer's stride
# multiplies the jump for all layers **after** it:
#
# $$r \leftarrow r + (f - 1) \cdot j, \qquad j \leftarrow j \cdot s, \qquad \text{starting with } r = 1,\; j = 1$$
#
# ### Exercise 8 · `receptive_field`
# Compute it by hand for every layer of a list of convolutions and poolings. Padding does not change it. (At the border part of
# the field lies outside of the picture; count it all the same.)

# %% nbgrader={"grade": false, "grade_id": "receptive_field", "locked": false, "schema_version": 3, "solution": true, "task": false}
def receptive_field(layers):
    """How many pixels of a row of the picture one value sees, behind each layer.

    layers: a list of dictionaries from `conv` and `pool`.
    Returns a list of whole numbers, one for each layer.
    """
    ### BEGIN SOLUTION
    field, jump, found = 1, 1, []
    for layer in layers:
        field += (layer["kernel"] - 1) * jump
        jump *= layer["stride"]
        found.append(field)
    return found
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_field_stack", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(receptive_field, "receptive fields of convolutions with stride 1"):
    checks.by_hand("receptive_field")
    checks.equal(receptive_field([conv(name, 8, 3) for name in "abc"]), [3, 5, 7])

# %% nbgrader={"grade": true, "grade_id": "test_field_stride", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with cases.test(receptive_field, "receptive fields with strides and pooling"):
    checks.by_hand("receptive_field")
    checks.equal(receptive_field([conv("a", 4, 3), pool("b", 2, 2), conv("c", 4, 3)]), [3, 4, 8])

# %% [markdown]
# Now **measure** it. The gradient of one value with respect to the picture says which pixels have a say in it. Three
# layers of 3×3, all weights 1:

# %%
pixels = torch.zeros(1, 1, 7, 7, requires_grad=True)
ones = torch.ones(1, 1, 3, 3)
maps = [pixels]
for _ in range(3):
    maps.append(torch.nn.functional.conv2d(maps[-1], ones))
measured = []
for k, side in [(1, 5), (2, 3), (3, 1)]:
    middle = maps[k][0, 0, side // 2, side // 2]
    measured.append(torch.autograd.grad(middle, pixels, retain_graph=True)[0][0, 0].numpy())

# %%
grids.numbers(measured, ["one layer: 3×3", "two layers: 5×5", "three layers: 7×7"],
              windows={0: [(2, 2, 3, 3)], 1: [(1, 1, 5, 5)], 2: [(0, 0, 7, 7)]}, cell=0.34,
              title="How often each pixel counts in the value in the middle",
              alt="Three 7×7 arrays. Behind one layer the middle 3×3 pixels count once each; behind two the middle 5×5 count up to "
                  "9 times; behind three all 7×7 count, the corners once and the middle 49 times.")

# %% [markdown]
# 3×3, 5×5, 7×7, as computed. And not all pixels count alike: the corner reaches the last value by one path, the middle
# by 49. The *effective* field is smaller than the formula's (Luo and others, 2016).
#
# In AlexNet the first stride of 4 and three poolings make it grow fast. (All squares are drawn around the middle, so
# that their sizes can be compared.)

# %%
before_dense = [layer for layer in PAPER if layer["kind"] != "dense"]
names = [layer["name"] for layer in before_dense]
field_of = dict(zip(names, receptive_field(before_dense)))
print(field_of)

# %%
from skimage.data import chelsea

cat = chelsea()[40:267, 132:359] / 255                                          # 227×227 pixels of Chelsea the cat
shown_fields = {name: field_of[name] for name in ("conv1", "pool1", "conv2", "conv3", "conv4", "conv5", "pool5")}

# %%
networks.fields(cat, shown_fields, title="What one value of each layer sees",
                alt="The face of a cat with nested squares around the middle: 11, 19, 51, 99, 131, 163 and 195 pixels wide for "
                    "conv1, pool1, conv2, conv3, conv4, conv5 and pool5. conv1 sees a few hairs, conv2 a patch as wide as an eye, "
                    "pool5 nearly the whole face.")

# %% [markdown]
# One at a time, through all layers:

# %%
def what_it_sees(layer):
    """What one value of this layer sees of the cat."""
    name, side = list(shown_fields.items())[layer]
    networks.fields(cat, {name: side}, title=f"One value of {name} sees {side}×{side} pixels",
                    alt=f"The face of a cat with a square of {side}×{side} pixels around the middle.")


by_sliders(what_it_sees, layer=(0, len(shown_fields) - 1, 1, 2))

# %% [markdown]
# Check the last number with gradients as well: AlexNet's convolutions with equal positive weights, and with average
# pooling in place of max pooling, so that every pixel of a window has its say. (With max pooling only the largest pixel
# of each window has a gradient.) pool5 has 6×6 values; we ask the one in row 2 and column 2.

# %%
photo, shape = torch.tensor(cat.transpose(2, 0, 1)[None].astype("float32")), PICTURE
photo.requires_grad_()
x = photo
for layer, (_, out, _, _) in zip(before_dense, summarize(before_dense, PICTURE)):
    if layer["kind"] == "conv":
        weights = torch.full((layer["channels"], shape[0] // layer["groups"], layer["kernel"], layer["kernel"]), 1e-3)
        x = torch.nn.functional.conv2d(x, weights, None, layer["stride"], layer["padding"], 1, layer["groups"])
    else:
        x = torch.nn.functional.avg_pool2d(x, layer["kernel"], layer["stride"])
    shape = out
seen = torch.autograd.grad(x[0, 0, 2, 2], photo)[0][0].sum(0).numpy()
rows, columns = np.nonzero(seen.sum(1))[0], np.nonzero(seen.sum(0))[0]
print("rows", rows.min(), "to", rows.max(), "· columns", columns.min(), "to", columns.max(), "· side:", rows.max() - rows.min() + 1)

# %%
weight = np.sqrt(seen / seen.max())     # the root, so that small ones are seen too
grids.photos([cat, weight, cat * weight[..., None]], ["the picture", "how much each pixel counts (root)", "the two together"], columns=3, maps=[1],
             title="The receptive field of one value of pool5, measured", scale="how much a pixel counts (root)",
             alt="The face of the cat, a dark patch left of and above the middle that fades to white, and the face seen "
                 "through it: the bridge of the nose and one eye can be seen, and the rest is dark.")

# %% [markdown]
# 195 pixels, as the formula says, and the middle counts most. (The fine grid is conv1's: windows of 11 that move by 4
# cover some pixels three times in a row and others twice.) Lesson 08 cuts such fields out of photographs: what do those
# that excite a unit most have in common?

# %% [markdown]
# ## The memory of training
#
# A weight takes 4 bytes (float32). To **use** a network one needs the weights and little else. To **train** it one also
# keeps
#
# - a **gradient** for each parameter;
# - the **optimiser's** own numbers for each parameter: plain SGD keeps none, SGD with momentum one, Adam two;
# - the **activations**, that is, the values of all maps of all pictures of the batch, since the way back needs them.
#
# ### Exercise 9 · `training_memory`
# Count these bytes, by hand. As activations count the picture itself and what comes out of every layer, once for each picture.
# (ReLU is computed in place and needs nothing more. Frameworks need more than this: PyTorch also keeps where each max
# pooling found its largest values, and on the way back the gradients of the activations need room, too.)

# %% nbgrader={"grade": false, "grade_id": "training_memory", "locked": false, "schema_version": 3, "solution": true, "task": false}
def training_memory(layers, shape, batch, optimizer="sgd"):
    """The bytes that training takes, at 4 bytes for each number.

    layers: a list of dictionaries from `conv`, `pool` and `dense`.  shape: of a picture.
    batch: how many pictures at a time.  optimizer: "sgd", "momentum" or "adam".
    Returns a dictionary of whole numbers with the keys "parameters", "gradients", "optimizer", "activations".
    """
    ### BEGIN SOLUTION
    rows = summarize(layers, shape)
    parameters = 4 * sum(row[2] for row in rows)
    values = sum(int(np.prod(shape)) for shape in [shape, *(row[1] for row in rows)])
    kept = {"sgd": 0, "momentum": 1, "adam": 2}[optimizer]
    return {"parameters": parameters, "gradients": parameters, "optimizer": kept * parameters, "activations": 4 * batch * values}
    ### END SOLUTION

# %%
def entries(found, *names):
    """Some entries of what you count."""
    checks.that(isinstance(found, dict) and len(found) == 4, "a dictionary with four keys is wanted")
    checks.equal(sorted(found), ["activations", "gradients", "optimizer", "parameters"])
    return [found[name] for name in names]


# %% nbgrader={"grade": true, "grade_id": "test_memory_parameters", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda layers, shape, batch, *optimizer:
                    entries(training_memory(layers, shape, batch, *optimizer), "parameters", "gradients", "optimizer"),
                "the bytes for parameters, gradients and optimiser"):
    checks.by_hand("training_memory")
    found = training_memory(LENET, (1, 32, 32), 1, "adam")
    checks.equal([found["parameters"], found["gradients"], found["optimizer"]], [246824, 246824, 493648])

# %% nbgrader={"grade": true, "grade_id": "test_memory_activations", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with cases.test(lambda layers, shape, batch, *optimizer:
                    entries(training_memory(layers, shape, batch, *optimizer), "activations"),
                "the bytes for the activations"):
    checks.by_hand("training_memory")
    checks.equal(training_memory(LENET, (1, 32, 32), 10)["activations"], 364720)

# %% [markdown]
# With this the calculator is complete. All that it can say of a network, layer by layer, is the shape of what comes
# out, the parameters, the work, the memory of the activations (here of one picture, in thousands of bytes) and the
# receptive field:

# %%
def everything(layers, shape):
    """Print a network's table with memory and receptive fields. A value behind a dense layer sees the whole picture."""
    fields = list(receptive_field([layer for layer in layers if layer["kind"] != "dense"]))
    print(f"{'layer':6} {'comes out':>10} {'parameters':>11} {'million MACs':>13} {'kB':>6} {'field':>6}")
    for name, out, parameters, products in summarize(layers, shape):
        field = fields.pop(0) if fields else "all"
        size = 4 * int(np.prod(out)) / 1000
        print(f"{name:6} {'×'.join(map(str, out)):>10} {parameters:11,} {products / 1e6:13.1f} {size:6,.0f} {field:>6}")


everything(PAPER, PICTURE)

# %% [markdown]
# The paper says that the network has "650,000 neurons". A **neuron** is one value that comes out of a layer that
# learns. Is that right?

# %%
print(f"{sum(int(np.prod(out)) for _, out, parameters, _ in summarize(PAPER, PICTURE) if parameters):,} neurons")

# %% [markdown]
# Nearly: with the shapes above it is 1.4 percent more than the paper says.
#
# > **Predict.** AlexNet's paper trained with 128 pictures at a time, on two cards of 3 GB. Can VGG16 be trained with
# > 128 pictures and Adam in 8 GB?

# %%
predict("yes", "no")

# %%
plans = {"AlexNet\n128, momentum": (PAPER, PICTURE, 128, "momentum"), "VGG16\n1, sgd": (VGG16, (3, 224, 224), 1, "sgd"),
         "VGG16\n32, adam": (VGG16, (3, 224, 224), 32, "adam"), "VGG16\n64, adam": (VGG16, (3, 224, 224), 64, "adam"),
         "VGG16\n128, adam": (VGG16, (3, 224, 224), 128, "adam")}
memory = {name: {part: size / 1e9 for part, size in training_memory(*plan).items()} for name, plan in plans.items()}

# %%
charts.stacked(memory, title="What training takes", xlabel="network, batch, optimiser", ylabel="GB (a billion bytes)",
               levels={"8 GB": 8},
               alt="Five stacked bars of parameters, gradients, optimiser and activations. AlexNet with 128 pictures takes 1.2 GB, "
                   "VGG16 with one picture 1.2, with 32 and Adam 4.2, with 64 and Adam 6.1 and with 128 and Adam 10.0 GB, "
                   "above the line at 8 GB. From 64 pictures on the activations are the larger part.")

# %%
def largest_batch(layers, shape, optimizer, limit):
    """How many pictures at a time fit into `limit` bytes."""
    one, two = (sum(training_memory(layers, shape, batch, optimizer).values()) for batch in (1, 2))
    each = two - one                                                       # what one more picture takes
    return int((limit - (one - each)) // each)


for name, network, shape in [("AlexNet", PAPER, PICTURE), ("VGG16", VGG16, (3, 224, 224))]:
    print(name, {optimizer: largest_batch(network, shape, optimizer, 8e9) for optimizer in ("sgd", "momentum", "adam")})

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# No: it takes 10.0 GB, and into 8 GB go 94 pictures at a time. The parameters with all that is kept of their size
# (gradients, the optimiser's numbers) are 60 percent of AlexNet's memory with 128 pictures and momentum. Of VGG16's
# with 128 pictures and Adam they are not a quarter, although it has more than twice as many parameters: there the
# activations count. That is why a smaller batch, or smaller pictures, are the first things to try when the memory runs
# out.
#
# </details>

# %% [markdown]
# ## Design a network
#
# Now you are the architect.
#
# ### Exercise 10 · `my_network`
# Design a network that tells ten kinds of objects apart on colour pictures of 64×64 pixels, for a small device:
#
# - at most **200,000 parameters**;
# - at most **20 million multiply-accumulates** for one picture;
# - a value of the last map (before the dense layers) sees at least **64 pixels** in each direction, through windows of
#   at most **11×11** in convolutions and **3×3** in poolings;
# - it has at least **four convolutions**, and its last layer is dense and gives 10 scores.

# %% nbgrader={"grade": false, "grade_id": "my_network", "locked": false, "schema_version": 3, "solution": true, "task": false}
def my_network():
    """A network for pictures (3, 64, 64) and ten classes, within the budget above.

    Returns a list of dictionaries from `conv`, `pool` and `dense`.
    """
    ### BEGIN SOLUTION
    return [conv("conv1", 16, 3, stride=2, padding=1), conv("conv2", 32, 3, padding=1), pool("pool2", 2, 2),
            conv("conv3", 32, 3, padding=1), conv("conv4", 64, 3, padding=1), pool("pool4", 2, 2),
            conv("conv5", 64, 3, padding=1), conv("conv6", 64, 3, padding=1), pool("pool6", 2, 2),
            dense("fc7", 64), dense("fc8", 10)]
    ### END SOLUTION

# %% [markdown]
# Your calculator says what it costs:

# %%
show(my_network(), (3, 64, 64))
print("receptive field:", receptive_field([layer for layer in my_network() if layer["kind"] != "dense"])[-1])

# %% nbgrader={"grade": true, "grade_id": "test_design_valid", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("a network for pictures of 64×64 and ten classes that works"):
    design = my_network()
    checks.that(not problem(design, (3, 64, 64)), problem(design, (3, 64, 64)))
    checks.that(design[-1]["kind"] == "dense", "the last layer is to be dense")
    checks.that(design[-1]["channels"] == 10, "the last layer is to give 10 scores, one for each class")
    checks.that(all(layer["kernel"] <= {"conv": 11, "pool": 3}[layer["kind"]] for layer in design if layer["kind"] != "dense"),
                "a window is too large: at most 11×11 in a convolution, and 3×3 in a pooling")
    checks.that(sum(layer["kind"] == "conv" for layer in design) >= 4, "it has fewer than four convolutions")

# %% nbgrader={"grade": true, "grade_id": "test_design_cost", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the parameters and the work of your network"):
    found = measure(my_network(), (3, 64, 64))
    small, fast = found.parameters <= 200_000, found.work <= 20_000_000
    checks.that(small or fast, "it has more than 200,000 parameters, and it makes more than 20 million multiply-accumulates")
    checks.that(small, "its work is within the budget, but it has more than 200,000 parameters")
    checks.that(fast, "its parameters are within the budget, but it makes more than 20 million multiply-accumulates")

# %% nbgrader={"grade": true, "grade_id": "test_design_field", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the receptive field of your network"):
    checks.that(measure(my_network(), (3, 64, 64)).field >= 64, "a value of the last map sees fewer than 64 pixels")

# %% [markdown] nbgrader={"grade": false, "grade_id": "why_this_network", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": true}
# ### Question · Why this network?
# In about ten sentences: (a) Which layer of your network has the most parameters, and which does the most work? Say for
# each one change that would halve it. (b) How did you reach a receptive field of 64, and what did it cost? Name one
# other way, and say what that would have cost. (c) A friend replaces your first dense layer's input by the average of
# each map. What happens to the parameters, and what does the network lose? (d) Your device has memory for 5 million
# numbers (20 million bytes) while training. Which batch can you use with Adam, and what would you change first to
# double it?
#
# ### BEGIN MARK SCHEME
# One point each.
#
# - (a) Both layers named rightly for the student's own network (check with the table above), each with a change that
#   works: fewer channels, groups, a smaller kernel, a stride, smaller maps before a dense layer. Half a point for one
#   of the two.
# - (b) The way taken (depth, strides, poolings, larger kernels) and its price in parameters or MACs, and one other way
#   with its price: larger kernels cost $f^2$ weights, more layers cost parameters and work, strides and poolings cost
#   resolution. Half a point without prices.
# - (c) The dense layer gets one number per channel, so its weights fall by the number of places of the last map. What
#   is lost is **where** something is in the picture. Half a point for one of the two.
# - (d) Four numbers per parameter (weight, gradient, two of Adam), the rest divided by the activations of one picture:
#   a number that fits the student's network. Then a change to the **larger** of the two parts. Half a point for one of
#   the two.
#
# Language is not marked.
# ### END MARK SCHEME

# %% [markdown]
# *Write your answer here.*

# %% [markdown]
# ## Summary
#
# - Shapes, parameters and work of a network follow from its list of layers. A convolution has $k\,(c f^2 / g + 1)$
#   parameters, for $g$ groups, and uses each weight at every place; a dense layer uses each weight once.
# - In AlexNet 96 percent of the parameters are dense and 92 percent of the work is convolution. Much of what came after
#   it saves one or the other: 3×3 kernels, 1×1 bottlenecks, depthwise convolutions, averages in place of dense layers.
#   Skips made great depth trainable.
# - A value's receptive field grows by $(f - 1) \cdot j$ with each layer. Training keeps gradients, the optimiser's
#   numbers and all activations; the batch multiplies only the last.
#
# **Read on:** Krizhevsky, Sutskever and Hinton, *ImageNet classification with deep convolutional neural networks*
# (NeurIPS 2012). Simonyan and Zisserman, *Very deep convolutional networks* (arXiv 1409.1556). Szegedy and others,
# *Going deeper with convolutions* (1409.4842). He, Zhang, Ren and Sun, *Deep residual learning* (1512.03385). Howard
# and others, *MobileNets* (1704.04861). Chollet, *Xception* (1610.02357). Russakovsky and others, *ImageNet large scale
# visual recognition challenge* (1409.0575). Luo and others, *Understanding the effective receptive field* (1701.04128).

# %% [markdown]
# ## Find the error
#
# Two sentences from slides, and one that is often heard. Each holds an error, and no cell above has named it.
#
# 1. "AlexNet is the name of a convolutional neural network (CNN) architecture, designed by Alex Krizhevsky in
#    collaboration with Ilya Sutskever and Geoffrey Hinton, who was Krizhevsky's Ph.D. advisor in the year 2000."
# 2. "Depth of filter is always depth of the input", beside the drawing of AlexNet.
# 3. "The more parameters a network has, the more work it makes."
#
# > **Predict.** What is wrong in each? For 3, name two networks of this lesson, or parts of them, that say the
# > opposite.

# %%
predict()

# %%
print(f"a kernel of conv2 sees {96 // PAPER[2]['groups']} of 96 channels")
print("AlexNet:                 ", totals(PAPER, PICTURE))
print("VGG16, convolutions only:", totals(VGG16[:-3], (3, 224, 224)))

# %% [markdown]
# <details><summary>Compare with your prediction</summary>
#
# 1. It is 2012. In 2000 there was no ImageNet, and no card on which such a network could be trained.
# 2. Not with groups. In the paper conv2, conv4 and conv5 have two groups, so that a kernel sees half of the channels.
#    In a depthwise convolution it sees one.
# 3. VGG16's convolutions have a quarter of AlexNet's parameters, and make 21 times its work. A kernel's weights are
#    used at every place of a map, a dense layer's once. Nearly all of AlexNet's parameters are in its dense layers.
#
# </details>
