# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 4 · LeNet-5, from forward pass to training
#
# **You will be able to** write down every shape and every parameter of LeNet-5, compute its answer by hand, in PyTorch and
# in Keras and get the same numbers, send the error back through each kind of layer, train the network on real
# handwriting, and read the curves that a training leaves behind.
#
# **You need** lesson 02 (convolution, pooling, ReLU) and lesson 01 (gradient descent). **About 3 hours**, in two parts. The
# place to stop is marked.
#
# Lesson 02 ended with kernels that somebody had thought of, and with a promise: a network finds its kernels itself. LeNet-5
# (LeCun, Bottou, Bengio and Haffner, 1998) was the network that read cheques for American banks. You will build it, and
# then you will build what makes it learn.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np
import torch

from utils import checks, device, training
from utils.datasets import download
from utils.datasets.digits import digits_split, on_canvas
from utils.figures import charts, grids, learning, networks
from utils.models.parameters import parameters, set_parameters

where = device.use()
import keras

hints = checks.hints("04_lenet")

# %% [markdown]
# ## The architecture
#
# LeNet-5 takes a grey picture of 32×32 pixels and gives ten numbers, one for each digit. In between lie two convolutions
# with pooling and three dense layers. The maps are drawn to scale.

# %%
networks.to_scale([(1, 32, 32), (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), 400, 120, 84, 10],
                  ["6 kernels\n5×5", "pool\n2×2", "16 kernels\n5×5×6", "pool\n2×2", "flatten", "dense", "dense", "dense"],
                  title="LeNet-5, layer by layer",
                  alt="Stacks of squares that shrink from left to right: 1 map of 32×32, 6 of 28×28, 6 of 14×14, 16 of 10×10, "
                      "16 of 5×5; then columns of 400, 120, 84 and 10 values.")

# %% [markdown]
# Pictures lose size on the way, and win channels. At the end nothing is left of rows and columns: 400 numbers say what is
# in the picture, and the dense layers vote, as in lesson 02.
#
# > **Predict.** Which layer has most parameters: the second convolution, which makes 16 maps, or the first dense layer?
#
# A convolution learns $k\,(c f g + 1)$ numbers: for each of its $k$ kernels all weights and one bias. A dense layer from $n$ to
# $m$ values learns $m\,(n + 1)$: for each of its $m$ outputs $n$ weights and one bias.

# %%
layers = {"convolution 1 → 6, 5×5": (6, 1 * 5 * 5), "convolution 6 → 16, 5×5": (16, 6 * 5 * 5),
          "dense 400 → 120": (120, 400), "dense 120 → 84": (84, 120), "dense 84 → 10": (10, 84)}
print(f"{'':24} {'weights':>8} {'biases':>7} {'together':>9}")
for layer_name, (outputs, inputs) in layers.items():
    print(f"{layer_name:24} {outputs * inputs:8,} {outputs:7} {outputs * (inputs + 1):9,}")
print(f"{'all':24} {sum(m * n for m, n in layers.values()):8,} {sum(m for m, _ in layers.values()):7} "
      f"{sum(m * (n + 1) for m, n in layers.values()):9,}")

# %% [markdown]
# Four fifths of all parameters lie in **one** dense layer. The convolutions, which do the seeing, are cheap.
#
# A slide deck lists 150, 2400, 48120, 10164 and "84×10 = 850 + 10" for the five layers. Compare with the table: the first two
# are without biases, the next two with them. The last mixes both: 84 · 10 is 840, and the ten biases make 850 of it. Whoever
# adds up the slide's numbers (150 + 2400 + 48120 + 10164 + 860 = 61,694) gets neither 61,470 nor 61,706.
#
# Another deck draws the same network for **colour** pictures, 32×32×3, and leaves most of its table open. Filled in, with all
# biases:

# %%
colour_table = {"conv 1": ((28, 28, 6), 6 * (5 * 5 * 3 + 1)), "maxpool 1": ((14, 14, 6), 0),
                "conv 2": ((10, 10, 16), 16 * (5 * 5 * 6 + 1)), "maxpool 2": ((5, 5, 16), 0),
                "FC 3": ((120,), 120 * (400 + 1)), "FC 4": ((84,), 84 * (120 + 1)), "softmax": ((10,), 10 * (84 + 1))}
for layer_name, (comes_out, count) in colour_table.items():
    print(f"{layer_name:10} {comes_out!s:14} {count:7,}")
print(f"{'all':25} {sum(count for _, count in colour_table.values()):7,}")

# %% [markdown]
# Only the first layer notices the colours: 456 parameters where it had 156. From the second layer on a network sees maps, and
# maps have no colour.

# %% [markdown]
# ### And the network of 1998?
#
# It differed in four ways: its pooling averaged and had a weight and a bias for each map; its
# second convolution did not let every kernel see all six maps; it used a smooth curve (tanh) where we use ReLU; and its last
# layer compared with drawn patterns of the digits. Six of its sixteen kernels saw 3 maps, nine saw 4, one saw all 6:

# %%
second = 6 * (3 * 25 + 1) + 9 * (4 * 25 + 1) + 1 * (6 * 25 + 1)
print(f"second convolution, 1998: {second:,} · trainable parameters, 1998: {156 + 6 * 2 + second + 16 * 2 + 48_120 + 10_164:,}")

# %% [markdown]
# The paper says 60,000 too. What everybody calls LeNet-5 today is the simpler network above, and we do the same.

# %% [markdown]
# ## Forward
#
# Here are the layers that you built in lesson 02. The convolution takes all windows at once, as on the speed ladder, because
# a training runs it thousands of times. All arrays are NCHW: pictures, channels, rows, columns.

# %%
def conv(batch, weights, bias):
    """Every picture under every kernel: (n, c, rows, columns) → (n, k, rows − f + 1, columns − g + 1)."""
    views = np.lib.stride_tricks.sliding_window_view(batch, weights.shape[2:], axis=(2, 3))
    return np.einsum("nchwab,kcab->nkhw", views, weights, optimize=True) + bias[:, None, None]


def max_pool(batch):
    """The largest value of each 2×2 window: (n, c, rows, columns) → (n, c, rows / 2, columns / 2)."""
    n, c, rows, columns = batch.shape
    return batch.reshape(n, c, rows // 2, 2, columns // 2, 2).max(axis=(3, 5))


def relu(batch):
    """Negative values become 0."""
    return np.maximum(batch, 0)


def dense(batch, weights, bias):
    """A weighted sum for each output: (n, inputs) → (n, outputs).  weights: (outputs, inputs)."""
    return batch @ weights.T + bias


# %% [markdown]
# A network is its layers and its **parameters**: ten arrays, weights and bias of each layer in turn. Before training they are
# random. How large should they be? Each value is a sum of $n$ products. If the weights are too large, the sums grow from
# layer to layer; if they are too small, they vanish. Weights with a spread of $\sqrt{2/n}$ keep the size (He and others, 2015).

# %%
def fresh_parameters(seed, channels=1, classes=10):
    """Ten float32 arrays: weights and bias of five layers, random and zero."""
    generator = np.random.default_rng(seed)
    arrays = []
    for shape in [(6, channels, 5, 5), (16, 6, 5, 5), (120, 400), (84, 120), (classes, 84)]:
        spread = np.sqrt(2 / np.prod(shape[1:]))
        arrays += [generator.normal(0, spread, shape).astype(np.float32), np.zeros(shape[0], np.float32)]
    return arrays


print([array.shape for array in fresh_parameters(0)])

# %% [markdown]
# The pictures are 1,797 digits from the hands of 13 people, as scikit-learn ships them: 8×8 pixels, from 0 (paper) to 1 (ink).
# We use them three times as large, on a sheet of 32×32. A fixed part of 500 is the **test set**: it is looked at once, at the
# very end. From the others we put 200 aside for **validation**, to watch the training by. (All parts are by the same 13
# people. How well a network reads **your** hand, they cannot say.)

# %%
train_images, train_labels, test_images, test_labels = digits_split()
train_images, test_images = (on_canvas(images)[:, None] for images in (train_images, test_images))     # NCHW
learn_images, learn_labels = train_images[:-200], train_labels[:-200]
check_images, check_labels = train_images[-200:], train_labels[-200:]
print("to learn from:", learn_images.shape, "· to watch by:", check_images.shape, "· to test with:", test_images.shape)
grids.pictures(learn_images[:16, 0], [str(label) for label in learn_labels[:16]], columns=8,
               title="Sixteen digits and their labels",
               alt="Sixteen blurred handwritten digits in two rows, dark on light, each with its label above it.")

# %% [markdown]
# ### Exercise 1 · `lenet_forward`
# Put the layers together. ReLU follows each convolution and each dense layer **but the last**: its ten numbers, the
# **logits**, may be negative. Flatten with `reshape`: picture by picture, then channel by channel. All sizes come from the
# parameters, so that your function also runs on colour pictures, on other sizes and with other kernels.

# %% nbgrader={"grade": false, "grade_id": "lenet_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def lenet_forward(images, parameters):
    """The logits of LeNet-5: convolution, ReLU, pooling, twice; flatten; dense, ReLU, dense, ReLU, dense.

    images: (n, channels, rows, columns).  parameters: ten arrays, weights and bias of the five layers in turn.
    Both are left as they are.  Returns (n, classes) numbers.
    """
    ### BEGIN SOLUTION
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = parameters
    maps = max_pool(relu(conv(images, w1, b1)))
    maps = max_pool(relu(conv(maps, w2, b2)))
    values = relu(dense(maps.reshape(len(maps), -1), w3, b3))
    return dense(relu(dense(values, w4, b4)), w5, b5)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_forward_shape", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("three pictures of 32×32"):
    checks.by_hand("lenet_forward")
    blank = [np.zeros_like(array) for array in fresh_parameters(0)]
    blank[9] = np.arange(-4, 6, dtype=np.float32)
    found = lenet_forward(np.ones((3, 1, 32, 32), np.float32), blank)
    checks.close(np.shape(found), [3, 10], variants=hints["forward_shape"])
    checks.close(found, [[-4, -3, -2, -1, 0, 1, 2, 3, 4, 5]] * 3, variants=hints["forward_blank"])

# %% nbgrader={"grade": true, "grade_id": "test_forward_layers", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with checks.case("all layers, on pictures with random parameters"):
    ### BEGIN HIDDEN TESTS
    def logits_of(x, p, act=relu, act2=relu, pool=max_pool, flat=lambda m: m.reshape(len(m), -1), second=None, dense1=None):
        m = pool((second or act)(conv(pool(act(conv(x, p[0], p[1]))), p[2], p[3])))
        return dense(act2(dense((dense1 or act2)(dense(flat(m), p[4], p[5])), p[6], p[7])), p[8], p[9])

    def mean_pool(m):
        return m.reshape(*m.shape[:2], m.shape[2] // 2, 2, m.shape[3] // 2, 2).mean(axis=(3, 5))

    random = np.random.default_rng(41)
    pictures = random.normal(size=(3, 1, 32, 32))
    arrays = [array + random.normal(0, 0.2, array.shape) * (array.ndim == 1) for array in fresh_parameters(42)]
    right, bare = logits_of(pictures, arrays), [array * (array.ndim > 1) for array in arrays]
    powers = np.exp(right - right.max(axis=1, keepdims=True))
    checks.close(lenet_forward(pictures, list(arrays)), right, atol=1e-4, variants={
        "no ReLU was applied: four of the five layers need one": logits_of(pictures, arrays, lambda m: m, lambda m: m),
        "the ReLU after the two dense layers in the middle is missing": logits_of(pictures, arrays, relu, lambda m: m),
        "the ReLU after the convolutions is missing": logits_of(pictures, arrays, lambda m: m, relu),
        "the ReLU after the first convolution is missing": logits_of(pictures, arrays, lambda m: m, second=relu),
        "the ReLU after the second convolution is missing": logits_of(pictures, arrays, second=lambda m: m),
        "the ReLU after the first of the three dense layers is missing": logits_of(pictures, arrays, dense1=lambda m: m),
        "the ReLU after the second of the three dense layers is missing":
            logits_of(pictures, arrays, act2=lambda m: m, dense1=relu),
        "the pixels were divided by 255: they go from 0 to 1 already": logits_of(pictures / 255, arrays),
        "sigmoid stands where ReLU should": logits_of(pictures, arrays, *[lambda m: 1 / (1 + np.exp(-m))] * 2),
        "the logits went through a ReLU: the last layer has none": relu(right),
        "the logits went through a softmax: that belongs to the loss, return the bare numbers":
            powers / powers.sum(axis=1, keepdims=True),
        "the pooling takes averages; use `max_pool`": logits_of(pictures, arrays, pool=mean_pool),
        "the maps were flattened pixel by pixel; NCHW goes channel by channel":
            logits_of(pictures, arrays, flat=lambda m: m.transpose(0, 2, 3, 1).reshape(len(m), -1)),
        "rows and columns are swapped where the maps are flattened":
            logits_of(pictures, arrays, flat=lambda m: m.transpose(0, 1, 3, 2).reshape(len(m), -1)),
        "the biases play no part: every layer has one": logits_of(pictures, bare),
        "tanh stands where ReLU should": logits_of(pictures, arrays, np.tanh, np.tanh),
        "only the digit with the largest logit was returned: return all ten numbers": right.argmax(axis=1),
    })
    ### END HIDDEN TESTS
    still = [np.zeros_like(array) for array in fresh_parameters(0)]
    for place, value in ((5, -1), (6, -1), (7, -1), (8, 1)):
        still[place] = still[place] + value
    still[9] = np.arange(-4, 6, dtype=np.float32)
    checks.close(lenet_forward(np.ones((1, 1, 32, 32), np.float32), still), [[-4, -3, -2, -1, 0, 1, 2, 3, 4, 5]],
                 variants=hints["forward_still"])

# %% nbgrader={"grade": true, "grade_id": "test_forward_sizes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("two channels, 20×24 pixels, other kernels, seven classes"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(43)
    shapes = [(4, 2, 3, 5), (5, 4, 4, 3), (9, 5 * 3 * 4), (8, 9), (7, 8)]
    arrays = [part for s in shapes for part in (random.normal(0, 1 / np.sqrt(np.prod(s[1:])), s), random.normal(0, 0.3, s[0]))]
    pictures = random.normal(size=(2, 2, 20, 24))
    m = max_pool(relu(conv(max_pool(relu(conv(pictures, arrays[0], arrays[1]))), arrays[2], arrays[3])))
    v = relu(dense(relu(dense(m.reshape(2, -1), arrays[4], arrays[5])), arrays[6], arrays[7]))
    checks.close(lenet_forward(pictures, list(arrays)), dense(v, arrays[8], arrays[9]), atol=1e-5, variants={
        "only the first channel of the picture was used": dense(relu(dense(relu(dense(max_pool(relu(conv(max_pool(relu(conv(
            pictures[:, :1], arrays[0][:, :1], arrays[1]))), arrays[2], arrays[3]))).reshape(2, -1), arrays[4], arrays[5])),
            arrays[6], arrays[7])), arrays[8], arrays[9])})
    ### END HIDDEN TESTS
    checks.close(np.shape(lenet_forward(np.ones((2, 3, 32, 32), np.float32), fresh_parameters(1, channels=3, classes=4))), [2, 4],
                 variants=hints["forward_sizes"])

# %% nbgrader={"grade": true, "grade_id": "test_forward_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("pictures and parameters stay as they are"):
    given, arrays = np.linspace(-1, 1, 1024, dtype=np.float32).reshape(1, 1, 32, 32), fresh_parameters(2)
    first, kept = given.copy(), [array.copy() for array in arrays]
    once = lenet_forward(given, arrays)
    checks.unchanged(given, first, "images")
    checks.equal(len(arrays), 10, variants=hints["forward_kept"])
    for number, array in enumerate(arrays):
        checks.unchanged(array, kept[number], f"parameters[{number}]")
    checks.close(np.shape(once)[:1], [1])

# %% [markdown]
# A fresh network knows nothing. What does it say of the first digits?

# %%
fresh_logits = np.asarray(lenet_forward(check_images, fresh_parameters(0)))
print("answers:", fresh_logits[:16].argmax(axis=1), "\nlabels: ", check_labels[:16])
print(f"read right, of 200: {np.sum(fresh_logits.argmax(axis=1) == check_labels)}")

# %% [markdown]
# It gives nearly every picture the same answer, and is right by chance: about one time in ten.
#
# ### The same in PyTorch
#
# PyTorch has all these layers. `torch.nn.Sequential(…)` runs one after the other, and each keeps its own parameters:
# `torch.nn.Conv2d(in_channels, out_channels, kernel_size)`, `torch.nn.Linear(inputs, outputs)`, `torch.nn.MaxPool2d(2)`,
# `torch.nn.ReLU()`, `torch.nn.Flatten()`.
#
# ### Exercise 2 · `build_lenet_torch`
# Build the network. It ends with the logits.

# %% nbgrader={"grade": false, "grade_id": "build_lenet_torch", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_lenet_torch(channels=1, classes=10):
    """LeNet-5 as a PyTorch module, its layers in the order in which they are used, with biases.

    Called on a float32 tensor (n, channels, 32, 32) it gives the logits (n, classes).
    """
    ### BEGIN SOLUTION
    return torch.nn.Sequential(
        torch.nn.Conv2d(channels, 6, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(400, 120), torch.nn.ReLU(),
        torch.nn.Linear(120, 84), torch.nn.ReLU(),
        torch.nn.Linear(84, classes),
    )
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_torch_parameters", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the parameters of your PyTorch network"):
    net = build_lenet_torch()
    checks.close(np.shape(net(torch.zeros(2, 1, 32, 32))), [2, 10], variants=hints["torch_output"])
    checks.equal([list(array.shape) for array in parameters(net)], [list(array.shape) for array in fresh_parameters(0)],
                 variants=hints["torch_shapes"])

# %% nbgrader={"grade": true, "grade_id": "test_torch_logits", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with checks.case("your PyTorch network with parameters that the test has set"):
    ### BEGIN HIDDEN TESTS
    def logits_of(x, p, act=relu, act2=relu, pool=max_pool, last=lambda z: z, dense1=relu, second=None):
        m = pool((second or act)(conv(pool(act(conv(x, p[0], p[1]))), p[2], p[3])))
        return last(dense(act2(dense(dense1(dense(m.reshape(len(m), -1), p[4], p[5])), p[6], p[7])), p[8], p[9]))

    def mean_pool(m):
        return m.reshape(*m.shape[:2], m.shape[2] // 2, 2, m.shape[3] // 2, 2).mean(axis=(3, 5))

    def softmax(z):
        powers = np.exp(z - z.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def leaky(m):
        return np.where(m > 0, m, 0.01 * m)

    random = np.random.default_rng(44)
    pictures = random.normal(size=(3, 1, 32, 32)).astype(np.float32)
    arrays = [(array + random.normal(0, 0.2, array.shape) * (array.ndim == 1)).astype(np.float32) for array in fresh_parameters(45)]
    net, same = build_lenet_torch(), lambda m: m
    net(torch.tensor(pictures))
    set_parameters(net, arrays)
    right, once, again = logits_of(pictures, arrays), net(torch.tensor(pictures)), net(torch.tensor(pictures))
    checks.equal(bool(np.allclose(once.detach(), again.detach(), atol=1e-5)), True, variants={
        "the same pictures get other logits each time: is there dropout in it? Leave it out": False})
    checks.close(once, right, atol=1e-4, variants={
        "there is no ReLU at all: without it the layers collapse into one": logits_of(pictures, arrays, same, same, dense1=same),
        "the ReLU after both dense layers in the middle is missing": logits_of(pictures, arrays, relu, same, dense1=same),
        "the ReLU after the second dense layer is missing": logits_of(pictures, arrays, relu, same),
        "the ReLU after the first dense layer is missing": logits_of(pictures, arrays, relu, relu, dense1=same),
        "the ReLU after the convolutions is missing": logits_of(pictures, arrays, same, relu),
        "the ReLU after the first convolution is missing": logits_of(pictures, arrays, same, second=relu),
        "the ReLU after the second convolution is missing": logits_of(pictures, arrays, second=same),
        "strides of 2 stand where pooling should: they skip values, pooling looks at all of them":
            logits_of(pictures, arrays, pool=lambda m: m[:, :, ::2, ::2]),
        "this is a leaky ReLU: ReLU makes negative values 0": logits_of(pictures, arrays, leaky, leaky, dense1=leaky),
        "there is a softmax down the batch at the end; it should end with the logits":
            logits_of(pictures, arrays, last=lambda z: softmax(z.T).T),
        "the network ends with a softmax; it should end with the logits": logits_of(pictures, arrays, last=softmax),
        "the network ends with a log-softmax; it should end with the logits":
            logits_of(pictures, arrays, last=lambda z: np.log(softmax(z))),
        "the network ends with a ReLU; it should end with the logits": logits_of(pictures, arrays, last=relu),
        "the network ends with a sigmoid; it should end with the logits":
            logits_of(pictures, arrays, last=lambda z: 1 / (1 + np.exp(-z))),
        "the pooling takes averages, it should take the maximum": logits_of(pictures, arrays, pool=mean_pool),
        "tanh stands where ReLU should (so it was in 1998)": logits_of(pictures, arrays, np.tanh, np.tanh, dense1=np.tanh),
        "sigmoid stands where ReLU should": logits_of(pictures, arrays, *[lambda z: 1 / (1 + np.exp(-z))] * 2,
                                                      dense1=lambda z: 1 / (1 + np.exp(-z))),
    })
    ### END HIDDEN TESTS
    net, arrays = build_lenet_torch(), [0 * array for array in fresh_parameters(0)]
    for place, value in ((5, -1), (6, -1), (7, -1), (8, 1)):
        arrays[place] = arrays[place] + value
    arrays[9] = np.arange(-4, 6, dtype=np.float32)
    set_parameters(net, arrays)
    checks.close(net(torch.ones(1, 1, 32, 32)), [[-4, -3, -2, -1, 0, 1, 2, 3, 4, 5]], variants=hints["torch_blank"])

# %% nbgrader={"grade": true, "grade_id": "test_torch_variants", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("a network for colour pictures, with four classes"):
    net = build_lenet_torch(channels=3, classes=4)
    checks.close(np.shape(net(torch.zeros(2, 3, 32, 32))), [2, 4], variants=hints["torch_classes"])
    checks.equal([array.size for array in parameters(net)][:2], [450, 6])
    ### BEGIN HIDDEN TESTS
    net = build_lenet_torch(2, 7)
    checks.close(np.shape(net(torch.zeros(1, 2, 32, 32))), [1, 7])
    checks.equal(sum(array.size for array in parameters(net)), 6 * 51 + 2416 + 48120 + 10164 + 7 * 85)
    ### END HIDDEN TESTS

# %% [markdown]
# ### The same in Keras
#
# Keras orders the axes as **NHWC** (lesson 02), and a dense layer's weights as (inputs, outputs). Its layers are
# `keras.layers.Conv2D(filters, kernel_size, activation="relu")`, `MaxPooling2D`, `Flatten`, `Dense(units, activation=…)`, and
# `keras.Sequential([keras.Input((rows, columns, channels)), …])` runs them one after the other.
#
# ### Exercise 3 · `build_lenet_keras`
# Build the same network. It, too, ends with the logits: no activation in the last layer.

# %% nbgrader={"grade": false, "grade_id": "build_lenet_keras", "locked": false, "schema_version": 3, "solution": true, "task": false}
def build_lenet_keras(channels=1, classes=10):
    """LeNet-5 as a Keras model, its layers in the order in which they are used, with biases.

    Called on a float32 array (n, 32, 32, channels) it gives the logits (n, classes).
    """
    ### BEGIN SOLUTION
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes),
    ])
    ### END SOLUTION


# %% [markdown]
# To load our ten arrays into it, their axes have to be moved. One place is treacherous: Keras flattens pixel by pixel, we
# flatten channel by channel. So the inputs of the first dense layer have to be sorted anew.

# %%
def to_keras(arrays):
    """Ten parameter arrays of LeNet-5 as Keras orders them. arrays: as in `fresh_parameters`, for pictures of 32×32."""
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = arrays
    sorted_anew = w3.reshape(120, 16, 5, 5).transpose(2, 3, 1, 0).reshape(400, 120)      # inputs from NCHW to NHWC
    return [w1.transpose(2, 3, 1, 0), b1, w2.transpose(2, 3, 1, 0), b2, sorted_anew, b3, w4.T, b4, w5.T, b5]


# %% nbgrader={"grade": true, "grade_id": "test_keras_parameters", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the parameters of your Keras network"):
    net = build_lenet_keras()
    checks.close(np.shape(net(np.zeros((2, 32, 32, 1), np.float32))), [2, 10], variants=hints["keras_output"])
    checks.equal([list(array.shape) for array in parameters(net)], [list(array.shape) for array in to_keras(fresh_parameters(0))],
                 variants=hints["keras_shapes"])

# %% nbgrader={"grade": true, "grade_id": "test_keras_logits", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with checks.case("your Keras network with parameters that the test has set"):
    ### BEGIN HIDDEN TESTS
    def logits_of(x, p, act=relu, act2=relu, pool=max_pool, last=lambda z: z, dense1=relu, second=None):
        m = pool((second or act)(conv(pool(act(conv(x, p[0], p[1]))), p[2], p[3])))
        return last(dense(act2(dense(dense1(dense(m.reshape(len(m), -1), p[4], p[5])), p[6], p[7])), p[8], p[9]))

    def mean_pool(m):
        return m.reshape(*m.shape[:2], m.shape[2] // 2, 2, m.shape[3] // 2, 2).mean(axis=(3, 5))

    def softmax(z):
        powers = np.exp(z - z.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    random = np.random.default_rng(46)
    pictures = random.normal(size=(3, 1, 32, 32)).astype(np.float32)
    arrays = [(array + random.normal(0, 0.2, array.shape) * (array.ndim == 1)).astype(np.float32) for array in fresh_parameters(47)]
    net, same, nhwc = build_lenet_keras(), lambda m: m, pictures.transpose(0, 2, 3, 1).copy()
    net(nhwc)
    set_parameters(net, to_keras(arrays))
    right = logits_of(pictures, arrays)
    checks.close(net(nhwc), right, atol=1e-4, variants={
        "no layer has an activation: without ReLU the layers collapse into one": logits_of(pictures, arrays, same, same, dense1=same),
        "the two dense layers in the middle have no ReLU": logits_of(pictures, arrays, relu, same, dense1=same),
        "the second dense layer has no ReLU": logits_of(pictures, arrays, relu, same),
        "the first dense layer has no ReLU": logits_of(pictures, arrays, relu, relu, dense1=same),
        "the convolutions have no ReLU": logits_of(pictures, arrays, same, relu),
        "the first convolution has no ReLU": logits_of(pictures, arrays, same, second=relu),
        "the second convolution has no ReLU": logits_of(pictures, arrays, second=same),
        "strides of 2 stand where pooling should: they skip values, pooling looks at all of them":
            logits_of(pictures, arrays, pool=lambda m: m[:, :, ::2, ::2]),
        "the last layer has a softmax; it should give the logits": logits_of(pictures, arrays, last=softmax),
        "the last layer has a sigmoid; it should give the logits": logits_of(pictures, arrays, last=lambda z: 1 / (1 + np.exp(-z))),
        "the last layer has a ReLU; it should give the logits": logits_of(pictures, arrays, last=relu),
        "the pooling takes averages, it should take the maximum": logits_of(pictures, arrays, pool=mean_pool),
        "tanh stands where ReLU should (so it was in 1998)": logits_of(pictures, arrays, np.tanh, np.tanh, dense1=np.tanh),
        "sigmoid stands where ReLU should": logits_of(pictures, arrays, *[lambda z: 1 / (1 + np.exp(-z))] * 2,
                                                      dense1=lambda z: 1 / (1 + np.exp(-z))),
    })
    ### END HIDDEN TESTS
    net, arrays = build_lenet_keras(), [0 * array for array in fresh_parameters(0)]
    for place, value in ((5, -1), (6, -1), (7, -1), (8, 1)):
        arrays[place] = arrays[place] + value
    arrays[9] = np.arange(-4, 6, dtype=np.float32)
    net(np.ones((1, 32, 32, 1), np.float32))
    set_parameters(net, to_keras(arrays))
    checks.close(net(np.ones((1, 32, 32, 1), np.float32)), [[-4, -3, -2, -1, 0, 1, 2, 3, 4, 5]], variants=hints["keras_blank"])

# %% nbgrader={"grade": true, "grade_id": "test_keras_variants", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("a Keras network for colour pictures, with four classes"):
    net = build_lenet_keras(channels=3, classes=4)
    checks.close(np.shape(net(np.zeros((2, 32, 32, 3), np.float32))), [2, 4], variants=hints["keras_classes"])
    checks.equal([array.size for array in parameters(net)][:2], [450, 6])
    ### BEGIN HIDDEN TESTS
    net = build_lenet_keras(2, 7)
    checks.close(np.shape(net(np.zeros((1, 32, 32, 2), np.float32))), [1, 7])
    checks.equal(sum(array.size for array in parameters(net)), 6 * 51 + 2416 + 48120 + 10164 + 7 * 85)
    ### END HIDDEN TESTS

# %% [markdown]
# Now the promise: the same parameters, the same pictures, three times the same logits.

# %%
shared = fresh_parameters(0)
hand_logits = np.asarray(lenet_forward(check_images[:8], shared))
torch_net, keras_net = build_lenet_torch(), build_lenet_keras()
keras_net(check_images[:8].transpose(0, 2, 3, 1))           # a Keras model has its parameters once it has been called
set_parameters(torch_net, shared)
set_parameters(keras_net, to_keras(shared))
with torch.no_grad():
    torch_says = torch_net(torch.tensor(check_images[:8])).numpy()
keras_says = keras.ops.convert_to_numpy(keras_net(check_images[:8].transpose(0, 2, 3, 1)))      # NCHW → NHWC
for framework, other in {"PyTorch": torch_says, "Keras": keras_says}.items():
    assert np.abs(other - hand_logits).max() < 1e-5, f"{framework} differs by {np.abs(other - hand_logits).max()}"
    print(f"{framework}: {other.shape}, the same to 1e-5")
print("parameters:", f"{sum(one.size for one in parameters(torch_net)):,}", "·", f"{keras_net.count_params():,}")

# %% [markdown]
# ## How wrong is an answer?
#
# To learn, the network needs one number that says how wrong it is, the **loss**. Logits become probabilities by the
# **softmax**: raise $e$ to each logit $z_i$, and divide by the sum. The loss of a picture is the **cross-entropy**: minus the
# logarithm of the probability $p_y$ of its right digit $y$.
#
# $$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}} \qquad\qquad \text{loss} = -\ln p_y$$
#
# A probability of 1 costs nothing. A probability of 0.5 costs 0.69. And to be sure and wrong costs without limit.
#
# > **Predict.** Lesson 02 met a network that answers 0.92 for an X, where 1 is right, and 0.51 for an O, where 0 is right.
# > What does each cost? And what should a fresh network with ten classes cost?

# %%
print(f"0.92 for the right answer: {-np.log(0.92):.3f} · 1 − 0.51 for the right answer: {-np.log(1 - 0.51):.3f}")
print(f"one tenth for each digit: {-np.log(1 / 10):.3f}")

# %% [markdown]
# The loss of a batch is the mean over its pictures. And now the step that makes it all work. If the loss is to fall, how should
# each logit change? The derivative is surprisingly simple: the probabilities, minus 1 at the right digit, divided by the
# number of pictures.
#
# $$\frac{\partial\,\text{loss}}{\partial z_i} = \frac{1}{n}\,\bigl(p_i - [i = y]\bigr)$$
#
# ($[i = y]$ is short for: 1 where $i$ is the right digit $y$, and 0 everywhere else.)
#
# Two more things. $e^{1000}$ is too large for a computer. Subtracting a picture's largest logit from all its logits changes
# no probability (numerator and denominator shrink alike) and makes the largest exponent 0. And $e^{-1000}$ is too small: it
# becomes 0, which has no logarithm. So do not take the logarithm of a probability that is computed already. With the shifted
# logits it is a difference, and a difference can be as small as it likes:
#
# $$\ln p_i = z_i - \ln \sum_j e^{z_j}$$
#
# ### Exercise 4 · `softmax_cross_entropy`
# Compute the mean loss of a batch, and its gradient.

# %% nbgrader={"grade": false, "grade_id": "softmax_cross_entropy", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax_cross_entropy(logits, labels):
    """The mean cross-entropy of a batch, and its gradient with respect to the logits.

    logits: (n, classes) numbers, left as they are; they may be large.  labels: (n,) whole numbers from 0.
    Returns loss, gradient: one number and (n, classes) numbers.
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(labels))
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    logarithms = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    gradient = np.exp(logarithms)
    gradient[rows, labels] -= 1
    return -np.mean(logarithms[rows, labels]), gradient / len(labels)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_loss_one", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the loss of one picture with three classes"):
    checks.by_hand("softmax_cross_entropy")
    ### BEGIN HIDDEN TESTS
    z = np.array([[0.5, -1.25, 2, 0.75]])
    p = np.exp(z) / np.exp(z).sum()
    loss, _ = checks.parts(softmax_cross_entropy(z, np.array([3])), "loss", "gradient")
    checks.close(loss, -np.log(p[0, 3]), variants={
        "the sign is wrong: the logarithm of a probability is negative, the loss is not": np.log(p[0, 3]),
        "this is the probability itself: take minus its logarithm": p[0, 3],
        "this is 1 minus the probability: take minus the logarithm of the probability": 1 - p[0, 3],
        "this is a logarithm to base 2; use `np.log`": -np.log2(p[0, 3]),
        "this is a logarithm to base 10; use `np.log`": -np.log10(p[0, 3]),
        "the logits were not turned into probabilities: the softmax is missing": -z[0, 3],
        "the logits were divided by their sum without the exponential": -np.log(z[0, 3] / z.sum()),
        "this is the loss of the most probable digit; take that of the label": -np.log(p.max()),
        "this adds up the loss of all digits; only the right one counts": -np.log(p).sum(),
        "this is the mean over all digits; only the right one counts": -np.log(p).mean(),
        "the loss was divided by the number of digits; divide by the number of pictures": -np.log(p[0, 3]) / 4,
        "this is the entropy of the probabilities: the label was not used": -(p * np.log(p)).sum(),
        "this adds 1 minus the probability of the other digits, as with one unit and a sigmoid; only the right one counts":
            -np.log(p[0, 3]) - np.log(1 - p[0, :3]).sum(),
        "this is a squared error; take minus the logarithm of the probability": (p[0, :3] ** 2).sum() + (1 - p[0, 3]) ** 2,
        "the two are in the other order: return loss, gradient": p - [[0, 0, 0, 1]],
    })
    ### END HIDDEN TESTS
    loss, _ = checks.parts(softmax_cross_entropy(np.array([[2.0, 1, 0]]), np.array([0])), "loss", "gradient")
    checks.close(loss, 0.40760596, variants=hints["loss_one"])

# %% nbgrader={"grade": true, "grade_id": "test_loss_batch", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the loss of a batch"):
    ### BEGIN HIDDEN TESTS
    z = np.array([[0.5, -1.25, 2], [1, 0.25, -0.5], [-2, 3, 0.75], [0, 1.5, 1]])
    y = np.array([2, 1, 0, 2])
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    q = np.exp(z) / np.exp(z).sum(axis=0, keepdims=True)
    each = -np.log(p[np.arange(4), y])
    loss, _ = checks.parts(softmax_cross_entropy(z, y), "loss", "gradient")
    checks.close(loss, each.mean(), variants={
        "this is the sum over the pictures; take the mean": each.sum(),
        "these are the losses of the pictures one by one; take their mean": each,
        "the softmax ran down the batch; each picture has its own sum, `axis=1`": -np.log(q[np.arange(4), y]).mean(),
        "one sum was taken over the whole batch; each picture has its own, `axis=1`":
            -np.log((np.exp(z) / np.exp(z).sum())[np.arange(4), y]).mean(),
        "only the first picture counts": each[0],
        "only the last picture counts": each[-1],
        "the mean was taken before the logarithm": -np.log(p[np.arange(4), y].mean()),
        "every picture was given the label of the first": -np.log(p[:, 2]).mean(),
        "every picture was compared with every label of the batch: index with rows and labels together": -np.log(p[:, y]).mean(),
        "the sum was divided by the number of digits; divide by the number of pictures": each.sum() / 3,
    })
    ### END HIDDEN TESTS
    loss, _ = checks.parts(softmax_cross_entropy(np.array([[2.0, 1, 0], [0, 0, 0]]), np.array([0, 2])), "loss", "gradient")
    checks.close(loss, 0.75310913, variants=hints["loss_batch"])

# %% nbgrader={"grade": true, "grade_id": "test_loss_large", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("logits of a thousand"):
    loss, slope = checks.parts(softmax_cross_entropy(np.array([[1000.0, 999, 998]]), np.array([0])), "loss", "gradient")
    checks.close(loss, 0.40760596, variants=hints["loss_large"])
    loss, slope = checks.parts(softmax_cross_entropy(np.array([[0.0, 1000]]), np.array([0])), "loss", "gradient")
    checks.equal(bool(np.isfinite(loss)), True, variants=hints["loss_of_zero"])
    checks.equal(bool(loss > 900), True, variants=hints["loss_capped"])
    checks.close(loss, 1000, atol=1e-3)
    ### BEGIN HIDDEN TESTS
    loss, slope = checks.parts(softmax_cross_entropy(np.array([[-2000.0, 0, -1998], [500, -500, 501]]), np.array([0, 1])), "loss", "gradient")
    checks.close(loss, (2000 + 1001.3132617) / 2, atol=1e-3)
    checks.close(slope, [[-0.5, 0.5, 0], [0.13447071, -0.5, 0.36552929]], atol=1e-5)
    loss, _ = checks.parts(softmax_cross_entropy(np.array([[90, 0], [0, 90]], np.float32), np.array([0, 0])), "loss", "gradient")
    checks.close(loss, 45, atol=1e-3)
    ### END HIDDEN TESTS

# %% nbgrader={"grade": true, "grade_id": "test_loss_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
with checks.case("the gradient with respect to the logits"):
    ### BEGIN HIDDEN TESTS
    z, y = np.array([[0.5, -1.25, 2, 0], [1, 0.25, -0.5, 3], [-2, 3, 0.75, 1]]), np.array([2, 0, 3])
    given, p = z.copy(), np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    hot = np.eye(4)[y]
    _, slope = checks.parts(softmax_cross_entropy(given, y), "loss", "gradient")
    checks.close(slope, (p - hot) / 3, variants={
        "divide by the number of pictures: the loss is a mean": p - hot,
        "the sign is the wrong way round: probabilities minus 1 at the right digit": (hot - p) / 3,
        "these are the probabilities: subtract 1 at the right digit": p / 3,
        "these are the bare probabilities: subtract 1 at the right digit, and divide by the number of pictures": p,
        "this was divided by the number of digits; divide by the number of pictures": (p - hot) / 4,
        "this was divided by the number of all logits; divide by the number of pictures": (p - hot) / 12,
        "1 was subtracted at every digit": (p - 1) / 3,
        "only the place of the right digit has a gradient in yours: the other logits count too": (p - hot) * hot / 3,
        "1 was subtracted from the logits, not from the probabilities": (z - hot) / 3,
        "this is the derivative of the logarithm alone, −1/p at the right digit": -hot / p / 3,
        "1 was subtracted in all columns that are some picture's label": (p - hot.max(axis=0)) / 3,
    })
    checks.unchanged(given, z, "logits")
    _, slope = checks.parts(softmax_cross_entropy(np.array([[3, 1], [0, 2]]), np.array([0, 0])), "loss", "gradient")
    checks.close(slope, [[-0.05960146, 0.05960146], [-0.44039854, 0.44039854]], variants={
        "whole logits gave a whole gradient: the fractions were cut off": [[0, 0], [0, 0]]})
    ### END HIDDEN TESTS
    _, slope = checks.parts(softmax_cross_entropy(np.array([[2.0, 1, 0], [0, 0, 0]]), np.array([0, 2])), "loss", "gradient")
    checks.close(slope, [[-0.16737952, 0.12236424, 0.04501529], [0.16666667, 0.16666667, -0.33333333]],
                 variants=hints["loss_gradient"])

# %% [markdown]
# ### Is it right? Nudge it
#
# A derivative says how much the loss changes when one number is nudged a little. So nudge it and see. This is slow, since
# each number needs two forward passes, but it needs no clever formula. We will hold it against every gradient that you
# compute.

# %%
def nudged(loss_of, array, step=1e-5):
    """The slope of `loss_of()` for each number of `array`, by nudging it up and down. The array is put back as it was."""
    slopes = np.zeros(array.shape)
    for place in np.ndindex(array.shape):
        before = array[place]
        array[place] = before + step
        up = loss_of()
        array[place] = before - step
        slopes[place] = (up - loss_of()) / (2 * step)
        array[place] = before
    return slopes


some_logits = np.array([[2.0, 1, 0], [0, 0, 0]])
some_labels = np.array([0, 2])
formula = np.asarray(softmax_cross_entropy(some_logits, some_labels)[1])
by_nudging = nudged(lambda: softmax_cross_entropy(some_logits, some_labels)[0], some_logits)
assert np.allclose(formula, by_nudging, atol=1e-7), "the formula and nudging disagree"
print(np.round(formula, 4))

# %% [markdown]
# Read the second row. All three digits had the probability 1/3. The right one, digit 2, is to be pushed up ($-$ means: the
# loss falls when it rises), the two others down. And each row adds up to 0.

# %% [markdown]
# ## Backwards through the layers
#
# The gradient with respect to the logits is known. What the layers before them should change is found by going **backwards**,
# layer by layer. That is **backpropagation**, and it rests on one rule. A layer gets values $x$, has weights $w$, and gives
# values $y$. Somebody behind it says how the loss changes with $y$. The layer's own part is small:
#
# - how does the loss change with **my weights**? (That is what I will learn from.)
# - how does it change with **my input**? (That is what I tell the layer before me.)
#
# ### Dense
#
# For one picture $y_o = \sum_i w_{oi}\, x_i + b_o$. The weight $w_{oi}$ stands beside $x_i$, so the loss changes with it by
# $x_i$ times the change with $y_o$. The input $x_i$ stands beside $w_{oi}$ in **every** output, so all outputs add up. The bias
# stands alone. A batch adds up over its pictures; the mean was taken in the loss.
#
# $$\frac{\partial L}{\partial w_{oi}} = \sum_{\text{pictures}} \frac{\partial L}{\partial y_o}\, x_i \qquad
# \frac{\partial L}{\partial b_o} = \sum_{\text{pictures}} \frac{\partial L}{\partial y_o} \qquad
# \frac{\partial L}{\partial x_i} = \sum_o \frac{\partial L}{\partial y_o}\, w_{oi}$$
#
# ### Exercise 5 · `dense_backward`
# `gradient` is $\partial L / \partial y$. Return the other three, each as large as the array that it belongs to.

# %% nbgrader={"grade": false, "grade_id": "dense_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dense_backward(gradient, batch, weights):
    """The gradients of a dense layer, `dense(batch, weights, bias)`.

    gradient: (n, outputs), of the loss with respect to the layer's output.  batch: (n, inputs), what went in.
    weights: (outputs, inputs).  All are left as they are.
    Returns batch_gradient (n, inputs), weights_gradient (outputs, inputs), bias_gradient (outputs,).
    """
    ### BEGIN SOLUTION
    return gradient @ weights, gradient.T @ batch, gradient.sum(axis=0)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_dense_weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the gradient of a dense layer's weights"):
    checks.by_hand("dense_backward")
    ### BEGIN HIDDEN TESTS
    g, x = np.array([[2, -1, 0.5], [0, 3, 1]]), np.array([[1, 4, -2, 0.25], [5, 1, 3, -1]])
    w = np.array([[1, 2, -1, 0], [3, 0, 1, 2], [0.5, 1, 4, -3]])
    _, found, _ = checks.parts(dense_backward(g, x, w), "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found, g.T @ x, variants={
        "the gradient is transposed: it has the shape of the weights, (outputs, inputs)": (g.T @ x).T,
        "divide by nothing here: the mean over the pictures was taken in the loss": g.T @ x / 2,
        "only the first picture was used: add up over the batch": np.outer(g[0], x[0]),
        "only the last picture was used: add up over the batch": np.outer(g[1], x[1]),
        "the pictures were kept apart: add up over the batch": g[:, :, None] * x[:, None, :],
        "the sign is the wrong way round: going downhill is the step's business": -(g.T @ x),
        "gradients and inputs were added up before they were multiplied": np.outer(g.sum(axis=0), x.sum(axis=0)),
        "the weights themselves were returned, or mixed in": g.T @ x + w,
        "the input was not used: the weight is multiplied by what went in": np.repeat(g.sum(axis=0)[:, None], 4, axis=1),
        "this is the batch's gradient: return them in the order batch, weights, bias": g @ w,
        "this is the bias's gradient: return them in the order batch, weights, bias": g.sum(axis=0),
    })
    ### END HIDDEN TESTS
    found = checks.parts(dense_backward(np.array([[1, 0, 2], [3, 1, -1]]), np.array([[1, 2], [3, 4]]), np.array([[1, 0], [2, 1], [0, 3]])),
                         "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found[1], [[10, 14], [3, 4], [-1, 0]], variants=hints["dense_weights"])

# %% nbgrader={"grade": true, "grade_id": "test_dense_bias", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the gradient of a dense layer's biases"):
    ### BEGIN HIDDEN TESTS
    g, x = np.array([[2, -1, 0.5], [0, 3, 1], [1, 1, -4], [0.25, 5, 2]]), np.array([[1.0, 4], [5, 1], [2, 2], [-1, 3]])
    w = np.array([[1, 2], [3, 0], [0.5, 1]])
    _, _, found = checks.parts(dense_backward(g, x, w), "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found, g.sum(axis=0), variants={
        "this is the mean over the pictures; add them up": g.mean(axis=0),
        "this adds up over the outputs; each output has its own bias, add up over the pictures": g.sum(axis=1),
        "one number for all biases is too few: each output has its own": g.sum(),
        "the pictures were kept apart: add up over the batch": g,
        "only the first picture was used: add up over the batch": g[0],
        "only the last picture was used: add up over the batch": g[-1],
        "a bias stands beside no input: leave the batch out": (g * x.sum(axis=1, keepdims=True)).sum(axis=0),
        "1 for each output is the slope of y, not of the loss": np.ones(3),
        "the axis of the batch is still there: the shape is (outputs,)": g.sum(axis=0, keepdims=True),
        "the batch's gradient stands in the place of the biases': return them in the order batch, weights, bias": g @ w,
        "the weights' gradient stands in the place of the biases': return them in the order batch, weights, bias": g.T @ x,
    })
    ### END HIDDEN TESTS
    found = checks.parts(dense_backward(np.array([[1, 0, 2], [3, 1, -1]]), np.array([[1, 2], [3, 4]]), np.array([[1, 0], [2, 1], [0, 3]])),
                         "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found[2], [4, 1, 1], variants=hints["dense_bias"])

# %% nbgrader={"grade": true, "grade_id": "test_dense_batch", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the gradient of what went into a dense layer"):
    ### BEGIN HIDDEN TESTS
    g, x = np.array([[2, -1, 0.5], [0, 3, 1]]), np.array([[1, 4, -2, 0.25], [5, 1, 3, -1]])
    w = np.array([[1, 2, -1, 0], [3, 0, 1, 2], [0.5, 1, 4, -3]])
    found, _, _ = checks.parts(dense_backward(g, x, w), "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found, g @ w, variants={
        "the gradient is transposed: it has the shape of the batch, (n, inputs)": (g @ w).T,
        "divide by nothing here: the mean over the pictures was taken in the loss": g @ w / 2,
        "the pictures were added up: each keeps its own gradient": (g @ w).sum(axis=0),
        "the input was multiplied in: the slope of w·x with x is w": (g @ w) * x,
        "only the first output was used: every output adds its part": np.outer(g[:, 0], w[0]),
        "the weights were added up without the gradient": np.tile(w.sum(axis=0), (2, 1)),
        "a ReLU's mask is in it: whether the input is positive plays no part in a dense layer": (g @ w) * (x > 0),
        "this is the weights' gradient: return them in the order batch, weights, bias": g.T @ x,
        "this is the bias's gradient: return them in the order batch, weights, bias": g.sum(axis=0),
        "the sign is the wrong way round: going downhill is the step's business": -(g @ w),
    })
    square_g, square_w = np.array([[1.0, 2], [3, -1], [0, 4]]), np.array([[1.0, 5], [-2, 3]])
    found, _, _ = checks.parts(dense_backward(square_g, np.ones((3, 2)), square_w), "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found, square_g @ square_w, variants={"the weights lie transposed: (outputs, inputs)": square_g @ square_w.T})
    ### END HIDDEN TESTS
    found = checks.parts(dense_backward(np.array([[1, 0, 2], [3, 1, -1]]), np.array([[1, 2], [3, 4]]), np.array([[1, 0], [2, 1], [0, 3]])),
                         "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found[0], [[1, 6], [5, -2]], variants=hints["dense_batch"])

# %% nbgrader={"grade": true, "grade_id": "test_dense_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("a dense layer's gradient, batch and weights stay as they are"):
    g, x = np.array([[0.5, -1, 2]], np.float32), np.array([[4, 0.25]], np.float32)
    w = np.array([[1, 2], [0.5, -1], [3, 0]], np.float32)
    kept = [array.copy() for array in (g, x, w)]
    found = checks.parts(dense_backward(g, x, w), "batch_gradient", "weights_gradient", "bias_gradient")
    for argument, before, name in zip((g, x, w), kept, ("gradient", "batch", "weights")):
        checks.unchanged(argument, before, name)
    checks.close(found[1], [[2, 0.125], [-4, -0.25], [8, 0.5]], variants=hints["dense_kept"])
    ### BEGIN HIDDEN TESTS
    checks.close(found[0], [[6, 2]], variants={"the fractions were cut off": [[7, 1]]})
    checks.close(found[2], [0.5, -1, 2])
    ### END HIDDEN TESTS

# %% [markdown]
# Hold it against nudging, and against PyTorch, which does all this by itself: every tensor that `requires_grad` writes down
# what is done with it, and `backward()` walks back along the notes. That is called **autograd**. First the loss and a dense
# layer together:

# %%
made = np.random.default_rng(5)
some_x, some_w, some_b = made.normal(size=(4, 6)), made.normal(size=(3, 6)), made.normal(size=3)
some_y = np.array([0, 2, 1, 1])
_, arriving_here = softmax_cross_entropy(dense(some_x, some_w, some_b), some_y)
ours = dense_backward(arriving_here, some_x, some_w)
tensors = [torch.tensor(values, requires_grad=True) for values in (some_x, some_w, some_b)]
torch.nn.functional.cross_entropy(torch.nn.functional.linear(*tensors), torch.tensor(some_y)).backward()
for what, mine, values, tensor in zip(["batch", "weights", "bias"], ours, (some_x, some_w, some_b), tensors):
    slopes = nudged(lambda: softmax_cross_entropy(dense(some_x, some_w, some_b), some_y)[0], values)
    print(f"{what:8} as nudging: {np.allclose(mine, slopes, atol=1e-5)} · as PyTorch: {np.allclose(mine, tensor.grad, atol=1e-5)}")

# %% [markdown]
# The three layers to come will be checked in the same way, each by itself. As a loss we take the sum of all that comes out of
# the layer, each value times a random number of its own. Those random numbers are then what arrives from behind.

# %%
def hold_against(names, arrays, forward, backward, in_torch):
    """Print whether the gradients of a layer are those of nudging and of autograd, for each of its input arrays.

    forward(*arrays): our layer.  backward(arriving, *arrays): our gradients, one for each array.  in_torch: the same layer.
    """
    arriving = np.random.default_rng(6).normal(size=np.shape(forward(*arrays)))
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    (in_torch(*tensors) * torch.tensor(arriving)).sum().backward()
    for name, array, mine, tensor in zip(names, arrays, backward(arriving, *arrays), tensors):
        slopes = nudged(lambda: np.sum(arriving * forward(*arrays)), array)
        print(f"{name:8} as nudging: {np.allclose(mine, slopes, atol=1e-5)} · as PyTorch: {np.allclose(mine, tensor.grad, atol=1e-5)}")

# %% [markdown]
# ### ReLU
#
# ReLU lets positive values pass, so there the loss changes with the input as it does with the output. Negative values became
# 0 whatever they were: nudging them changes nothing. At exactly 0 there is a corner, and no slope; everybody takes 0.
#
# ### Exercise 6 · `relu_backward`
# The mask comes from what **went into** the ReLU, not from the gradient.

# %% nbgrader={"grade": false, "grade_id": "relu_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def relu_backward(gradient, batch):
    """The gradient of a ReLU with respect to its input.

    gradient: of the loss with respect to the output, any shape.  batch: what went in, the same shape.
    Both are left as they are.  Returns numbers of that shape; 0 where the input was 0.
    """
    ### BEGIN SOLUTION
    return gradient * (np.asarray(batch) > 0)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_relu_values", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("a ReLU on two rows"):
    checks.by_hand("relu_backward")
    ### BEGIN HIDDEN TESTS
    g, x = np.array([[5, -6, 7.5], [8, 2, -3], [-4, 9, -1]]), np.array([[1.5, 2, -3], [-0.5, 4, 0.25], [-2, -1, -0.125]])
    checks.close(relu_backward(g, x), g * (x > 0), variants={
        "the mask was made from the gradient: where the input was positive counts, not where the gradient is": np.maximum(g, 0),
        "this is the ReLU of the input; the gradient was not used": np.maximum(x, 0),
        "this is the mask alone: multiply it by the gradient": (x > 0).astype(float),
        "the gradient passed everywhere: the mask was not used": g,
        "the mask is the wrong way round: positive inputs let the gradient pass": g * (x < 0),
        "the gradient was multiplied by the input: the slope of a ReLU is 1 or 0": g * np.maximum(x, 0),
        "the gradient's sign was turned where the input is negative: it is 0 there": g * np.sign(x),
        "negative gradients were set to 0 as well: only the input decides": np.maximum(g, 0) * (x > 0),
        "where the input was negative 1 stands: it should be 0": np.where(x > 0, g, 1),
        "the gradient is a number of its own, not its size: keep the sign": np.abs(g) * (x > 0),
        "only the places with positive input are left: keep the shape, with 0 at the others": g[x > 0],
    })
    ### END HIDDEN TESTS
    checks.close(relu_backward(np.array([[5, -6], [7, 8]]), np.array([[1, 2], [-3, 4]])), [[5, -6], [0, 8]],
                 variants=hints["relu_values"])

# %% nbgrader={"grade": true, "grade_id": "test_relu_zero", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("inputs of exactly 0, and any number of axes"):
    ### BEGIN HIDDEN TESTS
    x = np.array([-1.0, 0, 1, 0, 2, -3, 0, 4, 5, -6, 0, 7, 2, 0, -4, 3, 0, 0, -7, 1, 6, 0, -2, 8]).reshape(2, 2, 3, 2)
    g = np.arange(1, 25).reshape(2, 2, 3, 2) * 0.5
    checks.close(relu_backward(g, x), g * (x > 0), variants={
        "at 0 the gradient passes in yours; it should be 0 there (`>`, not `>=`)": g * (x >= 0),
        "at 0 half of the gradient passes in yours; it should be 0 there": g * ((x > 0) + 0.5 * (x == 0)),
        "the size is right, the axes are not: keep the shape of the batch": (g * (x > 0)).reshape(12, 2),
    })
    ### END HIDDEN TESTS
    checks.close(relu_backward(np.array([[[5, 6]], [[7, 8]]]), np.array([[[0, 2]], [[3, 0]]])), [[[0, 6]], [[7, 0]]],
                 variants=hints["relu_zero"])

# %% nbgrader={"grade": true, "grade_id": "test_relu_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("a ReLU's gradient and batch stay as they are"):
    g, x = np.array([0.5, -1.5, 2.5]), np.array([1, -2, 3])
    found = relu_backward(g, x)
    checks.unchanged(g, [0.5, -1.5, 2.5], "gradient")
    checks.unchanged(x, [1, -2, 3], "batch")
    checks.close(found, [0.5, 0, 2.5], variants=hints["relu_kept"])
    ### BEGIN HIDDEN TESTS
    checks.close(relu_backward(np.array([[1.25, -0.75]], np.float32), np.array([[2, 7]], np.float32)), [[1.25, -0.75]])
    g = np.array([3, 4, 5])
    checks.close(relu_backward(g, np.array([0.25, -0.5, 0.75])), [3, 0, 5], variants={
        "inputs between 0 and 1 are positive too: was the input cut off to a whole number?": [0, 0, 0]})
    checks.unchanged(g, [3, 4, 5], "gradient")
    ### END HIDDEN TESTS

# %% [markdown]
# Nudging cannot know your formula, and PyTorch has one of its own. Do the three agree?

# %%
hold_against(["batch"], [made.normal(size=(4, 6))], relu, lambda g, x: [relu_backward(g, x)], torch.relu)

# %% [markdown]
# ### Max pooling
#
# Of each window only the largest value got through. Nudge it, and the output moves as much; nudge one of the others, and
# nothing happens. So the gradient goes to the **place of the largest value**, and all other places get 0.

# %%
pooled_from = np.array([[1, 2, 5, 0],
                        [4, 3, 1, 6]])
arriving = np.array([[10, 20]])
grids.numbers([pooled_from, max_pool(pooled_from[None, None])[0, 0], arriving, [[0, 0, 0, 0], [10, 0, 0, 20]]],
              ["went in", "came out", "arrives", "passed on"], signs=["→", "", "→"],
              windows={0: [(0, 0, 2, 2), (0, 2, 2, 2)], 3: [(0, 0, 2, 2), (0, 2, 2, 2)]}, cell=0.42,
              title="The gradient goes where the largest value was",
              alt="A 2×4 map of two framed windows, 1 2 4 3 and 5 0 1 6, and its pooled values 4 and 6. The gradients 10 and 20 "
                  "that arrive are passed on to the places of the 4 and the 6; all other places get 0.")

# %% [markdown]
# ### Exercise 7 · `maxpool_backward`
# If two values of a window are equally large, the first one in reading order gets the gradient, and only that one.

# %% nbgrader={"grade": false, "grade_id": "maxpool_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def maxpool_backward(gradient, batch):
    """The gradient of `max_pool(batch)` with respect to `batch`.

    gradient: (n, channels, rows / 2, columns / 2), of the loss with respect to the output.
    batch: (n, channels, rows, columns), what went in; rows and columns are even.  Both are left as they are.
    Returns (n, channels, rows, columns) numbers.
    """
    ### BEGIN SOLUTION
    n, channels, rows, columns = np.shape(gradient)
    blocks = np.asarray(batch).reshape(n, channels, rows, 2, columns, 2).transpose(0, 1, 2, 4, 3, 5).reshape(-1, 4)
    passed_on = np.zeros(blocks.shape)
    passed_on[np.arange(len(blocks)), blocks.argmax(axis=1)] = np.ravel(gradient)
    blocks = passed_on.reshape(n, channels, rows, columns, 2, 2).transpose(0, 1, 2, 4, 3, 5)
    return blocks.reshape(n, channels, 2 * rows, 2 * columns)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_maxpool_one", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("one map of 2 rows and 4 columns"):
    checks.by_hand("maxpool_backward")
    ### BEGIN HIDDEN TESTS
    x = np.array([[[[3, 7, 1, 8, 4, 9], [5, 2, 6, 3, 12, 10], [-4, -9, -8, -1, -2, -5], [-6, -3, -5, -7, -11, -12]]]])
    g = np.array([[[[2.5, -3, 4], [5, 7, -6]]]])
    spread = np.repeat(np.repeat(g, 2, axis=2), 2, axis=3)
    best = np.repeat(np.repeat(max_pool(x), 2, axis=2), 2, axis=3)
    mask = (x == best)
    smallest = -np.repeat(np.repeat(max_pool(-x), 2, axis=2), 2, axis=3)
    corner = np.zeros(x.shape)
    corner[:, :, ::2, ::2] = g
    aside = np.zeros(x.shape)
    for i, j in zip(*np.nonzero(mask[0, 0])):
        aside[0, 0, i // 2 + i % 2, j // 2 + j % 2] = spread[0, 0, i, j]
    checks.close(maxpool_backward(g, x), spread * mask, variants={
        "row and column inside of a window are swapped":
            (spread * mask).reshape(1, 1, 2, 2, 3, 2).transpose(0, 1, 2, 5, 4, 3).reshape(x.shape),
        "the windows stand side by side: the one in row r begins in row 2·r of the picture": aside,
        "the gradient was given to all four places; only the largest value gets it": spread,
        "the gradient was shared out among the four places (so average pooling does it)": spread / 4,
        "the largest values themselves stand there: pass the gradient on": x * mask,
        "a 1 stands at the largest value: multiply by the gradient": mask.astype(float),
        "the gradient was multiplied by the value: its slope is 1": spread * mask * x,
        "the gradient went to the smallest value": spread * (x == smallest),
        "the gradient went to the first place of each window, whatever the values": corner,
        "the first places hold the gradient of the windows as if they were in the other order": np.flip(corner),
        "windows whose values are all negative got nothing: the largest of them gets it too": spread * mask * (x > 0),
        "where all values are negative the first place got the gradient: is 0 taken for the largest value? Begin with the first of the window":
            np.where(best > 0, spread * mask, corner),
        "negative gradients are lost: they are passed on too": np.maximum(spread * mask, 0),
        "only the largest place of the whole map got a gradient": spread * (x == x.max()),
        "the gradients were put into the right windows in the wrong order: rows before columns": np.repeat(np.repeat(
            g.transpose(0, 1, 3, 2).reshape(g.shape), 2, axis=2), 2, axis=3) * mask,
    })
    ### END HIDDEN TESTS
    found = maxpool_backward(np.array([[[[10, 20]]]]), np.array([[[[1, 2, 5, 0], [4, 3, 1, 6]]]]))
    checks.close(found, [[[[0, 0, 0, 0], [10, 0, 0, 20]]]], variants=hints["maxpool_one"])

# %% nbgrader={"grade": true, "grade_id": "test_maxpool_batch", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("several pictures with several channels"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(70)
    x, g = random.permutation(3 * 2 * 6 * 4).reshape(3, 2, 6, 4) - 60.5, random.normal(size=(3, 2, 3, 2))
    spread = np.repeat(np.repeat(g, 2, axis=2), 2, axis=3)
    right = spread * (x == np.repeat(np.repeat(max_pool(x), 2, axis=2), 2, axis=3))
    only_first = right * (np.arange(3)[:, None, None, None] == 0)
    first_channel = right * (np.arange(2)[:, None, None] == 0)
    across = spread * (x == np.repeat(np.repeat(max_pool(x).max(axis=1, keepdims=True), 2, axis=2), 2, axis=3))
    checks.close(maxpool_backward(g, x), right, variants={
        "only the first picture got its gradient": only_first,
        "only the first channel got its gradient": first_channel,
        "the channels were compared with each other: each has its own windows": across,
        "every picture got the places of the first one": spread * (right[:1] != 0),
        "every channel got the places of the first one": spread * (right[:, :1] != 0),
    })
    ### END HIDDEN TESTS
    found = maxpool_backward(np.array([[[[1]], [[2]]], [[[3]], [[4]]]]),
                             np.array([[[[9, 1], [2, 3]], [[1, 9], [2, 3]]], [[[1, 2], [9, 3]], [[1, 2], [3, 9]]]]))
    checks.close(found, [[[[1, 0], [0, 0]], [[0, 2], [0, 0]]], [[[0, 0], [3, 0]], [[0, 0], [0, 4]]]], variants=hints["maxpool_batch"])

# %% nbgrader={"grade": true, "grade_id": "test_maxpool_ties", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("windows with equally large values"):
    ### BEGIN HIDDEN TESTS
    x = np.array([[[[1, 5, 0, 0, 3, 3], [5, 2, 0, 0, 3, 1]]]])
    g = np.array([[[[2, 4, 7]]]])
    checks.close(maxpool_backward(g, x), [[[[0, 2, 4, 0, 7, 0], [0, 0, 0, 0, 0, 0]]]], variants={
        "every place that is equally large got the whole gradient; only the first one should": [[[[0, 2, 4, 4, 7, 7], [2, 0, 4, 4, 7, 0]]]],
        "the gradient was shared among the equally large values; the first one gets all of it":
            [[[[0, 1, 1, 1, 7 / 3, 7 / 3], [1, 0, 1, 1, 7 / 3, 0]]]],
        "the last of the equally large values got the gradient; it should be the first": [[[[0, 0, 0, 0, 0, 0], [2, 0, 0, 4, 7, 0]]]],
        "the first going down the columns got the gradient; go row by row": [[[[0, 0, 4, 0, 7, 0], [2, 0, 0, 0, 0, 0]]]],
        "a window of zeros got nothing: the first of them should": [[[[0, 2, 0, 0, 7, 0], [0, 0, 0, 0, 0, 0]]]],
    })
    ### END HIDDEN TESTS
    checks.close(maxpool_backward(np.array([[[[8]]]]), np.array([[[[2, 6], [6, 6]]]])), [[[[0, 8], [0, 0]]]], variants=hints["maxpool_ties"])

# %% nbgrader={"grade": true, "grade_id": "test_maxpool_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("whole pixels, fractional gradients, and nothing changed"):
    g, x = np.array([[[[0.5], [-0.25]]]]), np.array([[[[1, 2], [3, 4], [8, 7], [6, 5]]]])
    found = maxpool_backward(g, x)
    checks.unchanged(x, [[[[1, 2], [3, 4], [8, 7], [6, 5]]]], "batch")
    checks.unchanged(g, [[[[0.5], [-0.25]]]], "gradient")
    checks.close(found, [[[[0, 0], [0, 0.5], [-0.25, 0], [0, 0]]]], variants=hints["maxpool_kept"])
    ### BEGIN HIDDEN TESTS
    g, x = np.array([[[[0.75, 1.5]]]], np.float32), np.array([[[[-0.5, -0.25, 0.125, 0.5], [-1, -2, 0.25, 0.375]]]], np.float32)
    checks.close(maxpool_backward(g, x), [[[[0, 0.75, 0, 1.5], [0, 0, 0, 0]]]])
    ### END HIDDEN TESTS

# %% [markdown]
# The same question for pooling, on two pictures of three channels:

# %%
hold_against(["batch"], [made.normal(size=(2, 3, 4, 6))], max_pool, lambda g, x: [maxpool_backward(g, x)],
             lambda x: torch.nn.functional.max_pool2d(x, 2))

# %% [markdown]
# ### Convolution
#
# A convolution is a dense layer whose weights are shared (lesson 02). So the rules are those of the dense layer, and where a
# weight is used at many places, its gradient is the **sum over all places**. With the picture $x$, the kernel $k$, the map $y$
# and the arriving gradient $g = \partial L / \partial y$:
#
# $$y_{ij} = \sum_{a, b} x_{i+a,\; j+b}\; k_{ab} \qquad
# \frac{\partial L}{\partial k_{ab}} = \sum_{i, j} g_{ij}\; x_{i+a,\; j+b} \qquad
# \frac{\partial L}{\partial x_{uv}} = \sum_{a, b} g_{u-a,\; v-b}\; k_{ab}$$
#
# Look at the middle formula: it **is** a convolution, with the gradient as the kernel. The last one says in words: each place
# of the map lays the kernel back onto the window that it came from, multiplied by its gradient, and what overlaps adds up. An
# example, with a gradient that has two values:

# %%
corner_x = np.array([[1, 2, 0],
                     [0, 1, 3],
                     [2, 1, 1]])
corner_k = np.array([[1, 0],
                     [2, 1]])
corner_g = np.array([[1, 0],
                     [0, 2]])
grids.numbers([corner_x, corner_k, corner_g, [[3, 8], [2, 3]], [[1, 0, 0], [2, 3, 0], [0, 4, 2]]],
              ["picture x", "kernel k", "arriving g", "for the kernel", "for the picture"], columns=5,
              windows={0: [(0, 0, 2, 2), (1, 1, 2, 2)], 4: [(0, 0, 2, 2), (1, 1, 2, 2)]}, cell=0.42,
              title="A convolution, backwards",
              alt="The picture 1 2 0, 0 1 3, 2 1 1 with two framed windows, at top left and at bottom right; the kernel 1 0, 2 1; "
                  "the arriving gradient 1 0, 0 2; the kernel's gradient 3 8, 2 3; and the picture's gradient 1 0 0, 2 3 0, "
                  "0 4 2 with the same two windows framed.")

# %% [markdown]
# For the kernel: once the top left window plus twice the bottom right one, for example $1 \cdot 1 + 2 \cdot 1 = 3$. For the
# picture: the kernel once at the top left, and twice the kernel at the bottom right. In the middle both meet:
# $1 \cdot 1 + 2 \cdot 1 = 3$.
#
# ### Exercise 8 · `conv_backward`
# All three gradients, with channels and a batch. Loop over the $f \cdot g$ weights of a kernel and let NumPy do the rest:
# `batch[:, :, a:a + rows, b:b + columns]` are the pixels that the weight in row `a` and column `b` has met, at all places at
# once. (Loops over every pixel are right too, but the training below would take them hours.)

# %% nbgrader={"grade": false, "grade_id": "conv_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def conv_backward(gradient, batch, weights):
    """The gradients of a convolutional layer, `conv(batch, weights, bias)`: stride 1, no padding.

    gradient: (n, k, rows, columns), of the loss with respect to the output.  batch: (n, c, rows + f − 1, columns + g − 1).
    weights: (k, c, f, g).  All are left as they are.
    Returns batch_gradient, weights_gradient, bias_gradient: as large as `batch`, as `weights`, and (k,).
    """
    ### BEGIN SOLUTION
    _, _, rows, columns = gradient.shape
    batch_gradient, weights_gradient = np.zeros(batch.shape), np.zeros(weights.shape)
    for a, b in np.ndindex(weights.shape[2:]):
        here = np.s_[:, :, a:a + rows, b:b + columns]
        weights_gradient[:, :, a, b] = np.tensordot(gradient, batch[here], axes=((0, 2, 3), (0, 2, 3)))
        batch_gradient[here] += np.tensordot(gradient, weights[:, :, a, b], axes=(1, 0)).transpose(0, 3, 1, 2)
    return batch_gradient, weights_gradient, gradient.sum(axis=(0, 2, 3))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_conv_weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the gradient of one kernel"):
    checks.by_hand("conv_backward", without=("numpy.pad",))
    ### BEGIN HIDDEN TESTS
    x = np.array([[[[2, 7, 1, 8, 4], [3, 1, 9, 2, 6], [6, 5, 4, 1, 3], [7, 2, 3, 8, 5]]]])
    g, k = np.array([[[[1, -2, 0.5], [3, 0, -1], [2, 4, -3]]]]), np.array([[[[1, -2, 3], [0, 4, -1]]]])
    def slide(p, q):
        return np.einsum("ijab,ab->ij", np.lib.stride_tricks.sliding_window_view(p, q.shape), q)
    right = slide(x[0, 0], g[0, 0])[None, None]
    _, found, _ = checks.parts(conv_backward(g, x, k), "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found, right, variants={
        "the gradient was rotated by 180° first; it is laid on as it stands": slide(x[0, 0], g[0, 0, ::-1, ::-1])[None, None],
        "the result was rotated by 180°: the weight in row 0 and column 0 meets the first pixels": right[..., ::-1, ::-1],
        "this is the mean over the places; add them up": right / 9,
        "only the first place was used: a weight is used at all places": g[0, 0, 0, 0] * x[:, :, :2, :3],
        "only the last place is left: does `=` stand where `+=` belongs?": g[0, 0, -1, -1] * x[:, :, 2:, 2:],
        "the pixels were added up without the gradient": slide(x[0, 0], np.ones((3, 3)))[None, None],
        "the kernel was multiplied in: the slope of k·x with k is x": right * k,
        "the sign is the wrong way round: going downhill is the step's business": -right,
        "every weight got the same: each has met other pixels": np.full(right.shape, (g * x[:, :, :3, :3]).sum()),
        "the kernel was taken for square: it may have more columns than rows": right * [1, 1, 0],
        "this is the picture's gradient: return them in the order batch, weights, bias":
            slide(np.pad(g[0, 0], ((1, 1), (2, 2))), k[0, 0, ::-1, ::-1])[None, None],
    })
    ### END HIDDEN TESTS
    found = checks.parts(conv_backward(np.array([[[[1, 0], [0, 2]]]]), np.array([[[[1, 2, 0], [0, 1, 3], [2, 1, 1]]]]), np.array([[[[1, 0], [2, 1]]]])),
                         "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found[1], [[[[3, 8], [2, 3]]]], variants=hints["conv_weights"])

# %% nbgrader={"grade": true, "grade_id": "test_conv_batch", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the gradient of the picture"):
    ### BEGIN HIDDEN TESTS
    x = np.array([[[[2, 7, 1, 8, 4], [3, 1, 9, 2, 6], [6, 5, 4, 1, 3], [7, 2, 3, 8, 5]]]])
    g, k = np.array([[[[1, -2, 0.5], [3, 0, -1], [2, 4, -3]]]]), np.array([[[[1, -2, 3], [0, 4, -1]]]])
    def lay(gradient, kernel, keep=False):
        total = np.zeros((4, 5))
        for i, j in np.ndindex(3, 3):
            total[i:i + 2, j:j + 3] = gradient[i, j] * kernel + (0 if keep else total[i:i + 2, j:j + 3])
        return total[None, None]
    right = lay(g[0, 0], k[0, 0])
    inside = np.einsum("ijab,ab->ij", np.lib.stride_tricks.sliding_window_view(np.pad(g[0, 0], ((1, 1), (2, 2))), (2, 3)), k[0, 0])
    found, _, _ = checks.parts(conv_backward(g, x, k), "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found, right, variants={
        "the kernel is laid back as it stands, or the padded gradient is slid under the kernel rotated by 180°: yours has one rotation too many or too few":
            inside[None, None],
        "where the windows overlap only the last one is left: add them up with `+=`": lay(g[0, 0], k[0, 0], keep=True),
        "the gradient was not used: every place lays the kernel back times its gradient": lay(np.ones((3, 3)), k[0, 0]),
        "the kernel was not used: every place lays the kernel back": lay(g[0, 0], np.ones((2, 3))),
        "the picture was multiplied in: the slope of k·x with x is k": right * x,
        "the kernel was taken for square: it may have more columns than rows": lay(g[0, 0], k[0, 0] * [1, 1, 0]),
        "this is the kernel's gradient: return them in the order batch, weights, bias":
            np.einsum("abij,ij->ab", np.lib.stride_tricks.sliding_window_view(x[0, 0], (3, 3)), g[0, 0])[None, None],
        "the sign is the wrong way round: going downhill is the step's business": -right,
        "the last row and the last column got nothing: the window reaches f − 1 rows and g − 1 columns farther": np.pad(right[:, :, :3, :3], ((0, 0), (0, 0), (0, 1), (0, 2))),
    })
    ### END HIDDEN TESTS
    found = checks.parts(conv_backward(np.array([[[[1, 0], [0, 2]]]]), np.array([[[[1, 2, 0], [0, 1, 3], [2, 1, 1]]]]), np.array([[[[1, 0], [2, 1]]]])),
                         "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found[0], [[[[1, 0, 0], [2, 3, 0], [0, 4, 2]]]], variants=hints["conv_batch"])

# %% nbgrader={"grade": true, "grade_id": "test_conv_bias", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the gradient of the biases"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(80)
    g, x, k = random.normal(size=(4, 3, 2, 5)), random.normal(size=(4, 2, 3, 6)), random.normal(size=(3, 2, 2, 2))
    _, _, found = checks.parts(conv_backward(g, x, k), "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found, g.sum(axis=(0, 2, 3)), variants={
        "this is the mean; add up over the pictures and the places": g.mean(axis=(0, 2, 3)),
        "this is the mean over the pictures; add them up, the mean was taken in the loss": g.sum(axis=(2, 3)).mean(axis=0),
        "this is the mean over the places; add them up": g.mean(axis=(2, 3)).sum(axis=0),
        "the pictures were kept apart: add up over the batch too": g.sum(axis=(2, 3)),
        "the places were kept apart: one bias serves a whole map": g.sum(axis=0),
        "one number for all biases is too few: each kernel has its own": g.sum(),
        "only the first picture was used": g[0].sum(axis=(1, 2)),
        "the sum ran over the channels instead of the pictures": g.sum(axis=(1, 2, 3)),
    })
    ### END HIDDEN TESTS
    found = checks.parts(conv_backward(np.array([[[[1, 0], [0, 2]]]]), np.array([[[[1, 2, 0], [0, 1, 3], [2, 1, 1]]]]), np.array([[[[1, 0], [2, 1]]]])),
                         "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found[2], [3], variants=hints["conv_bias"])

# %% nbgrader={"grade": true, "grade_id": "test_conv_channels", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("a batch, several channels, several kernels, nothing square"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(81)
    g, x, k = random.normal(size=(3, 4, 3, 5)), random.normal(size=(3, 2, 4, 7)), random.normal(size=(4, 2, 2, 3))
    for_k, for_x, first = np.zeros(k.shape), np.zeros(x.shape), np.zeros(x.shape)
    for a, b in np.ndindex(2, 3):
        first[:, :, a:a + 3, b:b + 5] += np.einsum("nij,c->ncij", g[:, 0], k[0, :, a, b])
        for_k[:, :, a, b] = np.einsum("nkij,ncij->kc", g, x[:, :, a:a + 3, b:b + 5])
        for_x[:, :, a:a + 3, b:b + 5] += np.einsum("nkij,kc->ncij", g, k[:, :, a, b])
    one = [np.einsum("kij,cijab->kcab", g[n], np.lib.stride_tricks.sliding_window_view(x[n], (3, 5), axis=(1, 2)).transpose(0, 3, 4, 1, 2)) for n in range(3)]
    found = checks.parts(conv_backward(g, x, k), "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found[1], for_k, variants={
        "the gradient of the weights is the mean over the pictures; add them up, the mean was taken in the loss": for_k / 3,
        "the gradient of the weights comes from the first picture alone: add up over the batch": one[0],
        "the gradient of the weights comes from the last picture alone: does `=` stand where `+=` belongs?": one[2],
        "every kernel got the gradient of the first one": for_k[[0, 0, 0, 0]],
        "every channel of the weights got the same gradient: each has met its own channel of the picture": np.repeat(for_k.sum(axis=1, keepdims=True), 2, axis=1),
        "kernels and channels are swapped in the gradient of the weights": for_k.swapaxes(0, 1),
    })
    checks.close(found[0], for_x, variants={
        "every channel of the picture got the same gradient: each meets its own weights": np.repeat(for_x.sum(axis=1, keepdims=True), 2, axis=1),
        "all pictures got the same gradient: each keeps its own": np.repeat(for_x.sum(axis=0, keepdims=True), 3, axis=0),
        "only the first kernel was used: all kernels add their part": first,
    })
    ### END HIDDEN TESTS
    found = checks.parts(conv_backward(np.array([[[[2]], [[3]]]]), np.array([[[[1, 4]], [[5, 6]]]]), np.array([[[[1, 0]], [[2, 1]]], [[[0, 1]], [[1, 3]]]])),
                         "batch_gradient", "weights_gradient", "bias_gradient")
    checks.close(found[0], [[[[2, 3]], [[7, 11]]]], variants=hints["conv_channels_batch"])
    checks.close(found[1], [[[[2, 8]], [[10, 12]]], [[[3, 12]], [[15, 18]]]], variants=hints["conv_channels_weights"])

# %% nbgrader={"grade": true, "grade_id": "test_conv_kept", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("fractions and whole numbers, and nothing changed"):
    g, x = np.array([[[[0.5]], [[-1.5]]]]), np.array([[[[1, 4], [6, 8]]]])
    k = np.array([[[[1, 2], [3, 4]]], [[[0, 1], [-1, 2]]]])
    kept = [array.copy() for array in (g, x, k)]
    found = checks.parts(conv_backward(g, x, k), "batch_gradient", "weights_gradient", "bias_gradient")
    for argument, before, name in zip((g, x, k), kept, ("gradient", "batch", "weights")):
        checks.unchanged(argument, before, name)
    checks.close(found[0], [[[[0.5, -0.5], [3, -1]]]], variants=hints["conv_kept"])
    ### BEGIN HIDDEN TESTS
    checks.close(found[1], [[[[0.5, 2], [3, 4]]], [[[-1.5, -6], [-9, -12]]]], variants={
        "the fractions of the weights' gradient were cut off: is it an array of whole numbers?": [[[[0, 2], [3, 4]]], [[[-1, -6], [-9, -12]]]]})
    checks.close(found[2], [0.5, -1.5])
    ### END HIDDEN TESTS

# %% [markdown]
# And for the hardest of the four, with two pictures, three channels and four kernels of 3×2:

# %%
hold_against(["batch", "weights", "bias"],
             [made.normal(size=(2, 3, 6, 5)), made.normal(size=(4, 3, 3, 2)), made.normal(size=4)], conv,
             lambda g, x, w, b: conv_backward(g, x, w), torch.nn.functional.conv2d)

# %% [markdown]
# ### All together
#
# Five layers, one after the other, first forwards and then backwards. On the way back every layer needs what had gone into it,
# so that has to be kept. (This is why training takes much more memory than using a network.)

# %%
def lenet_gradients(images, labels, arrays):
    """The loss of a batch, and its gradient for each of the ten parameter arrays."""
    w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = arrays
    sums1 = conv(images, w1, b1)
    maps1 = max_pool(relu(sums1))
    sums2 = conv(maps1, w2, b2)
    maps2 = max_pool(relu(sums2))
    flat = maps2.reshape(len(images), -1)
    sums3 = dense(flat, w3, b3)
    sums4 = dense(relu(sums3), w4, b4)
    loss, back = softmax_cross_entropy(dense(relu(sums4), w5, b5), labels)

    back, for_w5, for_b5 = dense_backward(back, relu(sums4), w5)
    back, for_w4, for_b4 = dense_backward(relu_backward(back, sums4), relu(sums3), w4)
    back, for_w3, for_b3 = dense_backward(relu_backward(back, sums3), flat, w3)
    back = maxpool_backward(np.reshape(back, maps2.shape), relu(sums2))
    back, for_w2, for_b2 = conv_backward(relu_backward(back, sums2), maps1, w2)
    back = maxpool_backward(back, relu(sums1))
    _, for_w1, for_b1 = conv_backward(relu_backward(back, sums1), images, w1)
    return loss, [for_w1, for_b1, for_w2, for_b2, for_w3, for_b3, for_w4, for_b4, for_w5, for_b5]


# %% [markdown]
# Is the whole chain right? PyTorch's autograd gets the same ten arrays. And nudging, for a few weights of the first layer,
# whose gradient has come the longest way:

# %%
start = [one.astype(np.float64) for one in fresh_parameters(3)]
five_images, five_labels = learn_images[:5].astype(np.float64), learn_labels[:5]
start_loss, ours = lenet_gradients(five_images, five_labels, start)
torch_net = build_lenet_torch().double()
set_parameters(torch_net, start)
torch.nn.functional.cross_entropy(torch_net(torch.tensor(five_images)), torch.tensor(five_labels)).backward()
for mine, tensor in zip(ours, torch_net.parameters()):
    assert np.allclose(mine, tensor.grad.numpy(), atol=1e-8), mine.shape
print("all ten arrays are as PyTorch has them · loss:", f"{start_loss:.4f}")

# %%
corner_weights = start[0][0, 0, :2, :2]                # a view: nudging it changes the parameters themselves
slopes = nudged(lambda: lenet_gradients(five_images, five_labels, start)[0], corner_weights)
assert np.allclose(np.asarray(ours[0])[0, 0, :2, :2], slopes, atol=1e-7)
print("four weights of the first kernel, as nudging has them:", np.allclose(np.asarray(ours[0])[0, 0, :2, :2], slopes, atol=1e-7))

# %% [markdown]
# ### One step downhill
#
# The gradient points uphill. So subtract it from the parameters, times a small number, the **learning rate**: lesson 01's
# gradient descent. When each step looks at a small random batch instead of all pictures it is called **stochastic** gradient
# descent, SGD. A step on a batch of 32 costs a thirtieth of one on all thousand pictures, and points roughly the same way.
#
# ### Exercise 9 · `sgd_step`
# Return **new** arrays. The old ones stay as they are, so that a step can be taken back.

# %% nbgrader={"grade": false, "grade_id": "sgd_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sgd_step(parameters, gradients, learning_rate):
    """The parameters after one step of gradient descent.

    parameters, gradients: lists of arrays, the k-th gradient as large as the k-th parameter.  learning_rate: a number.
    Returns a list of new arrays; both lists and their arrays stay as they are.
    """
    ### BEGIN SOLUTION
    return [array - learning_rate * np.asarray(slope) for array, slope in zip(parameters, gradients)]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_sgd_values", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("one step with two parameter arrays"):
    checks.by_hand("sgd_step")
    ### BEGIN HIDDEN TESTS
    q, p = np.array([[1.5, -2, 4], [0.5, 3, -1]]), np.array([2.0, -3])
    dq, dp = np.array([[2, -1, 8], [3, 0.5, -6]]), np.array([-4.0, 5])
    found = checks.parts(sgd_step([p.copy(), q.copy()], [dp.copy(), dq.copy()], 0.25), "the first array", "the second array")
    def both(step):
        return np.concatenate([np.ravel(step(p, dp)), np.ravel(step(q, dq))])
    for one, like in zip(found, (p, q)):
        checks.close(np.shape(one), np.shape(like))
    checks.close(np.concatenate([np.ravel(one) for one in found]), both(lambda w, d: w - 0.25 * d), variants={
        "this goes uphill: subtract the gradient": both(lambda w, d: w + 0.25 * d),
        "the learning rate was not used": both(lambda w, d: w - d),
        "the gradient was divided by the learning rate; multiply": both(lambda w, d: w - d / 0.25),
        "this is the step alone: subtract it from the parameter": both(lambda w, d: 0.25 * d),
        "this is the step alone, with its sign turned: add the parameter": both(lambda w, d: -0.25 * d),
        "the parameters are as they were before": both(lambda w, d: w),
        "only the sign of the gradient was used; its size matters": both(lambda w, d: w - 0.25 * np.sign(d)),
        "the parameters were made smaller by the learning rate, too": both(lambda w, d: (1 - 0.25) * w - 0.25 * d),
        "the learning rate was multiplied with the difference; only the gradient gets it": both(lambda w, d: 0.25 * (w - d)),
        "parameter and gradient were multiplied": both(lambda w, d: w - 0.25 * w * d),
        "the gradient was subtracted twice": both(lambda w, d: w - 0.5 * d),
        "the gradient was scaled to length 1; its size matters": both(lambda w, d: w - 0.25 * d / np.sqrt(np.sum(d * d))),
        "only the first array was changed": np.concatenate([p - 0.25 * dp, np.ravel(q)]),
        "arrays of one axis were left as they were: biases learn too": np.concatenate([p, np.ravel(q - 0.25 * dq)]),
    })
    ### END HIDDEN TESTS
    first, second = checks.parts(sgd_step([np.array([1.0, 2.0]), np.array([[3.0]])], [np.array([10.0, -10.0]), np.array([[5.0]])], 0.1),
                                 "the first array", "the second array")
    checks.close(first, [0, 3], variants=hints["sgd_first"])
    checks.close(second, [[2.5]], variants=hints["sgd_second"])

# %% nbgrader={"grade": true, "grade_id": "test_sgd_new", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("new arrays, and the old ones as they were"):
    old, slopes = [np.array([1.0, 2.0]), np.array([[3.0, -1.0]])], [np.array([0.5, -0.5]), np.array([[2.0, 4.0]])]
    found = checks.parts(sgd_step(old, slopes, 0.5), "the first array", "the second array")
    checks.unchanged(old[0], [1.0, 2.0], "parameters[0]")
    checks.unchanged(old[1], [[3.0, -1.0]], "parameters[1]")
    checks.unchanged(slopes[0], [0.5, -0.5], "gradients[0]")
    checks.unchanged(slopes[1], [[2.0, 4.0]], "gradients[1]")
    checks.close(found[0], [0.75, 2.25], variants=hints["sgd_new"])

# %% nbgrader={"grade": true, "grade_id": "test_sgd_any", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("ten arrays of a LeNet, and whole numbers"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(90)
    arrays = fresh_parameters(91)
    slopes = [random.normal(size=array.shape).astype(np.float32) for array in arrays]
    found = checks.parts(sgd_step([array.copy() for array in arrays], slopes, 0.01), *(f"array {k}" for k in range(10)))
    for number in range(10):
        checks.close(np.shape(found[number]), arrays[number].shape)
        checks.close(np.ravel(found[number]), np.ravel(arrays[number] - np.float32(0.01) * slopes[number]), atol=1e-5)
    ### END HIDDEN TESTS
    (found,) = checks.parts(sgd_step([np.array([4, 8])], [np.array([1, -2])], 0.25), "the only array")
    checks.close(found, [3.75, 8.5], variants=hints["sgd_any"])

# %% [markdown]
# Does a step help? The same five digits, before and after steps of different lengths:

# %%
loss_before, uphill = lenet_gradients(five_images, five_labels, start)
for rate in (0.001, 0.01, 0.1, 1.0):
    loss_after, _ = lenet_gradients(five_images, five_labels, sgd_step(start, uphill, rate))
    print(f"learning rate {rate:5}: loss {loss_before:.3f} → {loss_after:.3f}")

# %% [markdown]
# A longer step helps more, until it overshoots. We come back to that.
#
# *(End of part 1. A good place for a break.)*

# %% [markdown]
# ## Training, by hand
#
# Everything is there: forward, loss, backward, step. Take 600 of the digits. Go through them in batches of 32 in a random order,
# one step for each batch. Once through all of them is an **epoch**. The learning rate begins at 0.1 and falls with every
# epoch: long steps first, short ones to settle.
#
# > **Predict.** After eight epochs, how many of the 200 digits that it has never seen does your network read right? (By chance
# > it would be 20.)

# %% tags=["nbval-ignore-output"]
numpy_net, shuffle = fresh_parameters(7), np.random.default_rng(7)
numpy_losses = []
for epoch in training.bar(8, "NumPy"):
    for batch_of in training.batches(600, 32, shuffle):
        batch_loss, slopes_of = lenet_gradients(learn_images[batch_of], learn_labels[batch_of], numpy_net)
        numpy_net = sgd_step(numpy_net, slopes_of, learning_rate=0.1 * (1 - epoch / 8))
        numpy_losses.append(float(batch_loss))
read_right = np.mean(np.argmax(lenet_forward(check_images, numpy_net), axis=1) == check_labels)
training.reached(read_right, 0.9, "your own network, on 200 unseen digits")

# %%
charts.lines({"one batch of 32": (range(1, len(numpy_losses) + 1), numpy_losses)}, title="Your own network learns",
             xlabel="step", ylabel="loss", levels={"chance: ln 10": np.log(10)},
             alt="The loss of the batches starts at about 2.3, the level of chance, falls steeply and jaggedly within the first "
                 "hundred steps, and then stays near 0.")

# %% [markdown]
# That is a convolutional network that learned to read, and you have written every line that made it learn. The curve is
# jagged because every batch holds other digits.
#
# What does it get wrong? One number, the **accuracy**, says how many are read right. A table says more: the **confusion
# matrix** counts, for each label (row), how often it was read as each digit (column). On the diagonal lies what is right.
#
# ### Exercise 10 · `accuracy_and_confusion`
# Compute both. The answer of the network is the class with the largest logit.

# %% nbgrader={"grade": false, "grade_id": "accuracy_and_confusion", "locked": false, "schema_version": 3, "solution": true, "task": false}
def accuracy_and_confusion(logits, labels, classes=10):
    """The share of answers that are right, and how often each label was read as each class.

    logits: (n, classes) numbers.  labels: (n,) whole numbers from 0.
    Returns accuracy, a number from 0 to 1, and confusion, (classes, classes) whole numbers: label × answer.
    """
    ### BEGIN SOLUTION
    answers = np.argmax(logits, axis=1)
    confusion = np.zeros((classes, classes), dtype=int)
    np.add.at(confusion, (np.asarray(labels), answers), 1)
    return np.mean(answers == labels), confusion
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "test_accuracy", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the accuracy of a few answers"):
    ### BEGIN HIDDEN TESTS
    z = np.array([[0.1, 0.5, -2], [3, 0, 1], [-5, -1, -9], [0.2, 0.8, 0.1], [1, 0, 2], [-0.5, -1, -2], [4, 5, 6]])
    y = np.array([1, 0, 1, 2, 2, 1, 0])
    share, _ = checks.parts(accuracy_and_confusion(z, y, 3), "accuracy", "confusion")
    checks.close(share, 4 / 7, variants={
        "this is how many are right; divide by how many there are": 4,
        "this is a percentage; return a number from 0 to 1": 400 / 7,
        "this is the share of the wrong ones": 3 / 7,
        "the smallest logit was taken for the answer; take the largest": np.mean(z.argmin(axis=1) == y),
        "the right ones were divided by the number of classes; divide by the number of pictures": 4 / 3,
        "the share was cut off to a whole number": 0,
        "the largest logit was compared without its sign": np.mean(np.abs(z).argmax(axis=1) == y),
        "the share was rounded: return it as it is": 0.57,
        "the largest logit itself was compared with the label: take its place, `np.argmax`": np.mean(z.max(axis=1) == y),
        "the two are in the other order: return accuracy, confusion": [[1, 0, 1], [1, 2, 0], [0, 1, 1]],
        "this is the mean over the classes of each class's own share; every picture counts the same here": (1 / 2 + 2 / 3 + 1 / 2) / 3,
    })
    ### END HIDDEN TESTS
    share, _ = checks.parts(accuracy_and_confusion(np.array([[1, 5, 2], [3, 0, 1], [0, 1, 9], [2, 8, 1]]), np.array([1, 0, 1, 1]), 3),
                            "accuracy", "confusion")
    checks.close(share, 0.75, variants=hints["accuracy"])

# %% nbgrader={"grade": true, "grade_id": "test_confusion", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("the confusion matrix of a few answers"):
    ### BEGIN HIDDEN TESTS
    random = np.random.default_rng(100)
    z, y = random.normal(size=(40, 4)), random.integers(0, 4, 40)
    table = np.zeros((4, 4), dtype=int)
    for row, best in zip(y, z.argmax(axis=1)):
        table[row, best] += 1
    given = z.copy()
    _, found = checks.parts(accuracy_and_confusion(given, y, 4), "accuracy", "confusion")
    checks.close(found, table, variants={
        "the table is transposed: labels are the rows, answers the columns": table.T,
        "pairs that occur more than once were counted once: is it `+= 1`, in a loop or with `np.add.at`?": np.minimum(table, 1),
        "the rows are shares; return how often": table / table.sum(axis=1, keepdims=True),
        "the columns are shares; return how often": table / table.sum(axis=0),
        "the entries are shares of all pictures; return how often": table / 40,
        "only the right answers were counted": np.diag(np.diag(table)),
        "only the wrong answers were counted": table - np.diag(np.diag(table)),
        "this counts the labels and knows nothing of the answers": np.diag(np.bincount(y, minlength=4)),
        "all rows are one and the same list: `[[0] * n] * n` makes a single row": np.tile(table.sum(axis=0), (4, 1)),
    })
    checks.unchanged(given, z, "logits")
    ### END HIDDEN TESTS
    _, found = checks.parts(accuracy_and_confusion(np.array([[1, 5, 2], [3, 0, 1], [0, 1, 9], [2, 8, 1]]), np.array([1, 0, 1, 1]), 3),
                            "accuracy", "confusion")
    checks.close(found, [[1, 0, 0], [0, 2, 1], [0, 0, 0]], variants=hints["confusion"])

# %% nbgrader={"grade": true, "grade_id": "test_confusion_classes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
with checks.case("classes that do not occur, and ten classes"):
    ### BEGIN HIDDEN TESTS
    z = np.zeros((3, 10))
    z[[0, 1, 2], [7, 2, 2]] = 1.5
    share, found = checks.parts(accuracy_and_confusion(z, np.array([7, 5, 2])), "accuracy", "confusion")
    checks.close(np.shape(found), [10, 10], variants={
        "the table has rows and columns only for classes that occur; make it classes × classes": [3, 3],
        "the table ends at the largest class that occurs; make it classes × classes": [8, 8]})
    table = np.zeros((10, 10))
    table[7, 7] = table[5, 2] = table[2, 2] = 1
    checks.close(found, table)
    checks.close(share, 2 / 3, variants={"the share was rounded: return it as it is": 0.67})
    ### END HIDDEN TESTS
    share, found = checks.parts(accuracy_and_confusion(np.array([[0, 2, 1, 0, 0]]), np.array([3]), 5), "accuracy", "confusion")
    checks.close(np.shape(found), [5, 5], variants=hints["confusion_shape"])
    checks.close(share, 0)
    checks.close(np.sum(found), 1)

# %% [markdown]
# ## Training, with PyTorch
#
# The same four steps in PyTorch: forward, loss, `backward()`, `step()`. Three things make the result better than plain steps
# on fixed pictures. They are the **recipe** of this lesson:
#
# 1. **Adam** (Kingma and Ba, 2015) instead of plain SGD: each parameter gets a step length of its own, from the size that its
#    gradients have had lately.
# 2. The learning rate **falls** along half a cosine to 0, instead of along a line.
# 3. Every batch is **moved** by up to two pixels in each direction, anew each time. A 4 is a 4 wherever it stands, and the
#    network gets to see it everywhere.

# %%
def moved(images, most=2):
    """A batch, moved by the same random number of pixels, at most `most`, in each direction. The digits have a border of 4."""
    down, right = torch.randint(-most, most + 1, (2,)).tolist()
    return torch.roll(images, (down, right), dims=(2, 3))


def watch(net, images, labels):
    """Loss and logits of a network on arrays, without learning."""
    net.eval()
    with torch.no_grad():
        logits = torch.cat([net(torch.as_tensor(part).to(where)).cpu() for part in np.array_split(images, max(1, len(images) // 500))])
    loss = torch.nn.functional.cross_entropy(logits, torch.as_tensor(labels).long())
    return float(loss), logits.numpy()


# %%
def fit_torch(net, images, labels, epochs, learning_rate=0.002, batch_size=16, most=2, validation=None, name="PyTorch", seed=0):
    """Train `net` on arrays with the recipe above. Returns a history as Keras keeps it: four lists, a value for each epoch."""
    torch.manual_seed(seed)
    net.to(where)
    x, y = torch.as_tensor(images).to(where), torch.as_tensor(labels).long().to(where)
    shuffle = np.random.default_rng(seed)
    optimizer = torch.optim.Adam(net.parameters(), learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, max(1, training.epochs(epochs)))
    history = {"loss": [], "accuracy": [], "val_loss": [], "val_accuracy": []}
    for _ in training.bar(epochs, name):
        net.train()
        losses, right, seen = 0.0, 0, 0
        for part in training.batches(len(x), batch_size, shuffle):
            logits = net(moved(x[part], most))                                  # forward
            loss = torch.nn.functional.cross_entropy(logits, y[part])
            optimizer.zero_grad()                                               # forget the old gradients
            loss.backward()                                                     # backward
            optimizer.step()                                                    # one step
            losses, right, seen = losses + len(part) * loss.item(), right + (logits.argmax(1) == y[part]).sum().item(), seen + len(part)
        schedule.step()
        values = [losses / seen, right / seen]
        if validation is not None:
            val_loss, val_logits = watch(net, *validation)
            values += [val_loss, float(np.mean(val_logits.argmax(1) == validation[1]))]
        for key, value in zip(history, values):
            history[key].append(value)
    return history


# %% [markdown]
# `where` is the processor that was found: "cuda" or "mps" where there is a graphics processor, else "cpu". Network and data
# are sent there; nothing else changes. (On a "cpu" a network as small as this is fastest on a single core.)

# %% tags=["nbval-ignore-output"]
torch.set_num_threads(1)
device.fix_seeds(0)
torch_lenet = build_lenet_torch()
torch_history = fit_torch(torch_lenet, learn_images, learn_labels, 18, validation=(check_images, check_labels))
_, torch_logits = watch(torch_lenet, test_images, test_labels)
torch_accuracy, torch_confusion = accuracy_and_confusion(torch_logits, test_labels)
training.reached(torch_accuracy, 0.97, "PyTorch, on the 500 test digits")

# %%
learning.history(torch_history, title="A training that went well",
                 alt="Two panels over 18 epochs. The loss on training and validation digits falls from about 1.5 to near 0, the "
                     "accuracy rises above 97 %; the two curves stay close together, and validation is often the better one.")

# %% [markdown]
# > **Look.** For once the validation curve is at times **better** than the training curve. How can that be?
#
# Two reasons. The training values are measured during the epoch, while the network is still learning; the validation values
# at its end. And the training digits are moved about, the validation digits stand still, which is easier.
#
# Which digits are confused, and what do they look like?

# %%
charts.confusion(torch_confusion, title="500 test digits: label and answer",
                  alt="A 10×10 table of counts. Nearly all lie on the diagonal, about 50 for each digit; a few single "
                      "counts lie beside it.")

# %%
misread = np.flatnonzero(torch_logits.argmax(1) != test_labels)[:12]
grids.pictures(test_images[misread, 0], [f"{test_labels[k]}, read as {torch_logits[k].argmax()}" for k in misread], columns=6,
               title="Misread digits",
               alt="The few test digits that the network read wrong, with label and answer above each. Most are blurred or "
                   "oddly shaped, and a person would hesitate at several of them.")

# %% [markdown]
# ## Training, with Keras
#
# Keras has the loop built in: `compile` chooses optimiser, loss and what to report, `fit` trains and returns a **history**. A
# slide calls that "a log of values in each iteration". It is one value for each **epoch**: ten epochs of 60,000 digits give
# ten values, although 18,750 steps were taken.
#
# The random moves are a layer here, `RandomTranslation`, which works only while training. It stands before the network.

# %% tags=["nbval-ignore-output"]
device.fix_seeds(0)
keras_lenet = build_lenet_keras()
augmented = keras.Sequential([keras.layers.RandomTranslation(2 / 32, 2 / 32, fill_mode="constant", interpolation="nearest"), keras_lenet])
steps = training.epochs(12) * -(-len(learn_images) // 32)
augmented.compile(optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.003, steps)),
                  loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
learn_nhwc, check_nhwc, test_nhwc = (pictures.transpose(0, 2, 3, 1) for pictures in (learn_images, check_images, test_images))
few = slice(0, 64) if training.shortened() else slice(None)
keras_fit = augmented.fit(learn_nhwc[few], learn_labels[few], batch_size=32, epochs=training.epochs(12), verbose=0,
                          validation_data=(check_nhwc, check_labels), callbacks=training.keras_bar(12, "Keras"))
keras_logits = keras.ops.convert_to_numpy(keras_lenet(test_nhwc))
keras_accuracy, keras_confusion = accuracy_and_confusion(keras_logits, test_labels)
training.reached(keras_accuracy, 0.97, "Keras, on the 500 test digits")

# %%
learning.history(keras_fit.history, title="The same training in Keras",
                 alt="Two panels over 12 epochs, much like those of PyTorch: both losses fall to near 0, both accuracies rise above 97 %.")

# %% [markdown]
# What is it all worth? Here are the two older ways of lesson 03 beside it: a single dense layer on the **raw pixels**, and a
# single dense layer on **HOG** features, which somebody thought of. Same digits, same test set, same training.

# %% tags=["nbval-ignore-output"]
from skimage.feature import hog


def hog_of(images):
    """HOG features of pictures (n, 1, 32, 32), as in lesson 03: 9 directions, cells of 5×5 pixels, blocks of 2×2 cells."""
    return np.array([hog(image[0], orientations=9, pixels_per_cell=(5, 5), cells_per_block=(2, 2)) for image in images], np.float32)


def one_layer(features):
    """A single dense layer with softmax, trained on features (n, …) of the digits to learn from."""
    layer = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(features[0].size, 10))
    fit_torch(layer, features.reshape(len(features), -1, 1, 1), learn_labels, 20, most=0, name="one layer")
    return layer


def read_by(net, features):
    """The accuracy of a network on features of the test digits."""
    return accuracy_and_confusion(watch(net, features, test_labels)[1], test_labels)[0]


raw_layer, hog_layer = one_layer(learn_images), one_layer(hog_of(learn_images))
ways_to_read = {"raw pixels,\none layer": read_by(raw_layer, test_images), "HOG,\none layer": read_by(hog_layer, hog_of(test_images)),
                "LeNet-5,\nPyTorch": torch_accuracy, "LeNet-5,\nKeras": keras_accuracy}

# %%
charts.bars({way: round(100 * float(share), 1) for way, share in ways_to_read.items()}, title="500 test digits, read right",
            xlabel="way to read", ylabel="%", highlight=["LeNet-5,\nPyTorch", "LeNet-5,\nKeras"],
            alt="Four bars, all above 90 %: raw pixels are lowest; HOG and both LeNet-5 lie close together above 97 %.")

# %% [markdown]
# On digits as clean as these, upright and in the middle, features that somebody thought of do as well as features that were
# learned. So move all test digits by three pixels down and right, farther than any of the four has seen, and ask again.

# %% tags=["nbval-ignore-output"]
aside = np.roll(test_images, (3, 3), axis=(2, 3))
moved_read = {"raw pixels,\none layer": read_by(raw_layer, aside), "HOG,\none layer": read_by(hog_layer, hog_of(aside)),
              "LeNet-5,\nPyTorch": read_by(torch_lenet, aside),
              "LeNet-5,\nKeras": accuracy_and_confusion(keras.ops.convert_to_numpy(keras_lenet(aside.transpose(0, 2, 3, 1))), test_labels)[0]}

# %%
charts.bars({way: round(100 * float(share), 1) for way, share in moved_read.items()}, title="The same digits, moved by 3 pixels",
            xlabel="way to read", ylabel="%", highlight=["LeNet-5,\nPyTorch", "LeNet-5,\nKeras"],
            alt="Four bars. Raw pixels are near chance, HOG falls to about half, and both LeNet-5 stay highest by far.")

# %% [markdown]
# Here the networks are ahead: their weights are shared across the picture, pooling forgives, and they have seen digits in many
# places. (The single layers have not, as `most=0` says. Show them moved digits too, and see how far that helps.)

# %% [markdown]
# ## The decks' classifier
#
# A slide deck builds its first network, under the heading "Initialising the CNN", for colour pictures of 64×64 of two classes:
# 32 kernels of 3×3 with ReLU and 2×2 max pooling, both twice; flattening; a dense layer of 128 with ReLU; and one unit with a
# sigmoid, which is near 0 for one class and near 1 for the other. Its first layer is written
# `Convolution2D(32, 3, 3, input_shape=(64, 64, 3))`.
#
# > **Predict.** The slide says that the first layer keeps 64×64. Lesson 02 says 62×62. What will today's Keras give for this
# > very line: 64, 62, or something else?

# %%
picture = np.zeros((1, 64, 64, 3), np.float32)         # NHWC
print("as on the slide:       ", tuple(keras.layers.Convolution2D(32, 3, 3)(picture).shape))
print("kernels of 3×3:        ", tuple(keras.layers.Convolution2D(32, (3, 3))(picture).shape))
print('with padding="same":   ', tuple(keras.layers.Convolution2D(32, (3, 3), padding="same")(picture).shape))

# %% [markdown]
# 21! In the Keras of 2016 the two threes were rows and columns of the kernel. Today the second of them is the **stride**, and
# (64 − 3)/3 + 1 is 21, rounded down. Nothing warns you. Written with `(3, 3)` it gives 62, as the formula says. For 64 one
# needs a border of 1: the slide's formula has one ($p = 1$), its code has none.

# %%
def deck_classifier(units, activation):
    """The decks' network in today's Keras, with `units` outputs."""
    return keras.Sequential([
        keras.Input((64, 64, 3)),
        keras.layers.Conv2D(32, (3, 3), activation="relu"), keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Conv2D(32, (3, 3), activation="relu"), keras.layers.MaxPooling2D((2, 2)),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu", kernel_initializer="random_uniform"),
        keras.layers.Dense(units, activation=activation),
    ])


for layer in deck_classifier(1, "sigmoid").layers:
    print(f"{layer.name.rstrip('_0123456789'):14} {tuple(layer.output.shape[1:])!s:14} {layer.count_params():8,}")

# %% [markdown]
# 813,217 parameters in all, and again nearly all of them in the first dense layer. (One slide gives the second convolution an
# `input_shape` of 64×64×3, too. Its input is 31×31×32; only a first layer needs to be told.)
#
# > **Predict.** A last slide sums the network up, and leaves out the second convolution with its pooling. Has that network more
# > parameters, or fewer?

# %%
print(f"without the second convolution: {896 + 128 * (31 * 31 * 32 + 1) + 129:,} parameters")

# %% [markdown]
# Nearly five times as many: now 31·31·32 = 30,752 values go into the dense layer, and not 14·14·32 = 6,272. A convolution with
# pooling is cheap, and what it saves behind it is dear.
#
# ### Sigmoid or softmax?
#
# The slide writes `units = 1, activation = 'sigmoid'`, with "softmax" noted below it, and "categorical_crossentropy" below
# "binary_crossentropy". Can they be exchanged?
#
# > **Predict.** What does a softmax over **one** unit answer?

# %%
import warnings

one_unit = np.array([[-3.0], [0.0], [5.0]])
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    print("softmax of one unit:", keras.ops.convert_to_numpy(keras.ops.softmax(one_unit)).ravel())
print("Keras says:", str(said[0].message).partition(".")[2].strip() if said else "nothing")
print("sigmoid of one unit:", np.round(keras.ops.convert_to_numpy(keras.ops.sigmoid(one_unit)).ravel(), 3))
two_units = np.concatenate([np.zeros((3, 1)), one_unit], axis=1)
print("softmax of 0 and it:", np.round(keras.ops.convert_to_numpy(keras.ops.softmax(two_units))[:, 1], 3))

# %% [markdown]
# Always 1: with one unit the sum is the unit itself, and such a network can never learn. **One unit, sigmoid, binary
# cross-entropy** is one way. **Two units, softmax, categorical cross-entropy** is the other. They are the same thing, as the
# last two rows show: a sigmoid is a softmax whose other logit is 0.
#
# Now the two classes. scikit-image ships photographs of grass and of a brick wall. We cut patches of 64×64 from them and tint
# each at random, so that colour gives nothing away. Training patches come from the left part of each photograph and test
# patches from the right, so that no pixel is in both.

# %%
from skimage import data as photographs


def patches(photo, count, columns, generator):
    """`count` tinted patches (count, 64, 64, 3) of a grey photograph, from 0 to 1. columns: (first, last) to cut from."""
    corners = np.column_stack([generator.integers(0, len(photo) - 64, count), generator.integers(columns[0], columns[1] - 64, count)])
    grey = np.array([photo[row:row + 64, column:column + 64] for row, column in corners]) / 255
    grey = 0.5 + 0.2 * (grey - grey.mean(axis=(1, 2), keepdims=True)) / grey.std(axis=(1, 2), keepdims=True)
    return np.clip(grey[..., None] * generator.uniform(0.7, 1.3, (count, 1, 1, 3)), 0, 1).astype(np.float32)


cutting = np.random.default_rng(8)
photos = [photographs.grass(), photographs.brick()]
patch_images = np.concatenate([patches(photo, 160, (0, 320), cutting) for photo in photos])
patch_tests = np.concatenate([patches(photo, 60, (320, 512), cutting) for photo in photos])
patch_labels, patch_test_labels = np.repeat([0, 1], 160), np.repeat([0, 1], 60)
grids.photos([*patch_images[:4], *patch_images[160:164]], ["grass"] * 4 + ["brick"] * 4, title="Grass or brick?",
             alt="Four tinted patches of grass, fine blades in all directions, and four of a brick wall with its joints.")

# %% tags=["nbval-ignore-output"]
outputs = {"one unit, sigmoid, binary": (1, "sigmoid", "binary_crossentropy"),
           "two units, softmax, categorical": (2, "softmax", "categorical_crossentropy"),
           "one unit, softmax, binary": (1, "softmax", "binary_crossentropy")}
few_patches = slice(None, None, 10 if training.shortened() else 1)
patch_read = {}
for way, (units, activation, loss_name) in list(outputs.items())[:1 if training.shortened() else None]:
    device.fix_seeds(0)
    classifier = deck_classifier(units, activation)
    classifier.compile(optimizer="adam", loss=loss_name, metrics=["accuracy"])
    as_targets = (lambda y: np.eye(2)[y]) if units == 2 else (lambda y: y[:, None].astype(np.float32))
    with warnings.catch_warnings(action="ignore"):              # Keras warns of the third
        classifier.fit(patch_images[few_patches], as_targets(patch_labels)[few_patches], epochs=training.epochs(3), verbose=0)
        patch_read[way] = classifier.evaluate(patch_tests[few_patches], as_targets(patch_test_labels)[few_patches], verbose=0)[1]
    print(f"{way:32} {patch_read[way]:.0%} of {len(patch_tests)} patches")
training.reached(min(list(patch_read.values())[:2]), 0.85, "the first two, at least")

# %% [markdown]
# The third is right on half of the patches, because it calls everything "brick": its only possible answer is 1. Its
# `accuracy` looks like that of a network that is bad at its job. But this one cannot learn at all. (Today's Keras warns of that; the slide
# is older.)

# %% [markdown]
# ## Overfitting, seen
#
# A deck shows curves that every practitioner has seen: training accuracy rises to 100 %, validation accuracy stalls (there at
# 70 to 72 %, with 2,000 pictures), and the validation **loss** reaches its lowest point early (there after five epochs) and
# then gets worse. We get the same with 80 digits, 60 epochs and no moves.

# %% tags=["nbval-ignore-output"]
few_lenet = build_lenet_torch()
few_history = fit_torch(few_lenet, learn_images[:80], learn_labels[:80], 60, batch_size=10, most=0,
                        validation=(check_images, check_labels), name="80 digits")
lowest = int(np.argmin(few_history["val_loss"])) + 1
print(f"training: {few_history['accuracy'][-1]:.0%} · validation: {few_history['val_accuracy'][-1]:.0%} · "
      f"lowest validation loss in epoch {lowest} of {len(few_history['val_loss'])}")

# %%
learning.history(few_history, title="Eighty digits, learned by heart", best=lowest,
                 alt="Two panels over 60 epochs. The training loss falls to 0 and training accuracy rises to 100 %. The "
                     "validation loss has its lowest point in the first half, which is marked, and rises from there; validation "
                     "accuracy stalls near 80 %.")

# %% [markdown]
# > **Predict.** From the marked epoch on the validation loss rises, and yet the validation accuracy does not fall. How can
# > both be true?
#
# The network learns its eighty digits by heart and grows ever more **sure**, of the wrong answers too. A wrong answer given
# with 60 % costs little, the same given with 99.9 % costs much. Accuracy only counts whether an answer is wrong.
#
# **Early stopping** watches the validation loss, keeps the parameters of the best epoch, and stops when nothing has improved
# for a while, the **patience**. With a patience of 8 it would have kept this:

# %% tags=["nbval-ignore-output"]
def early_stop(losses, patience):
    """The epoch whose parameters are kept, and the epoch in which training stops; both count from 1."""
    best = 0
    for now, loss in enumerate(losses):
        if loss < losses[best]:
            best = now
        if now - best >= patience:
            return best + 1, now + 1
    return best + 1, len(losses)


kept_epoch, last_epoch = early_stop(few_history["val_loss"], patience=8)
print(f"kept: epoch {kept_epoch}, validation loss {few_history['val_loss'][kept_epoch - 1]:.2f} · stopped: epoch {last_epoch} "
      f"of {len(few_history['val_loss'])} · loss at the very end {few_history['val_loss'][-1]:.2f}")

# %% [markdown]
# It saves time and keeps the network honest about how sure it is. It does not make 80 digits into 1,000. What helps more is
# more data, and the moves of our recipe: pictures made from pictures. Other remedies have a lesson of their own.

# %% [markdown]
# ## Hyperparameters
#
# The network learns its parameters. What **you** choose before are the **hyperparameters**: learning rate, number of epochs,
# batch size, number and size of the kernels, kind of pooling, number of layers and of values in each, activation. One way to choose is to try: change one at a
# time, train shortly, and look at the validation digits. (Never at the test digits: whoever chooses by them has seen them.)

# %%
def lenet_like(filters=6, size=5, pool=torch.nn.MaxPool2d):
    """LeNet-5 with other numbers of kernels, other sizes, another pooling. Dense layers take what they get."""
    side = ((32 - size + 1) // 2 - size + 1) // 2
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, filters, size), torch.nn.ReLU(), pool(2),
        torch.nn.Conv2d(filters, 16, size), torch.nn.ReLU(), pool(2), torch.nn.Flatten(),
        torch.nn.Linear(16 * side * side, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, 10))


settings = {"learning rate": {rate: ({}, {"learning_rate": float(rate)}) for rate in ("0.00002", "0.0002", "0.002", "0.02", "0.2")},
            "batch size": {size: ({}, {"batch_size": size}) for size in (4, 16, 64, 256)},
            "kernels in layer 1": {count: ({"filters": count}, {}) for count in (1, 2, 6, 16)},
            "side of the kernels": {side: ({"size": side}, {}) for side in (3, 5, 7)},
            "pooling": {kind.__name__[:3].lower(): ({"pool": kind}, {}) for kind in (torch.nn.MaxPool2d, torch.nn.AvgPool2d)}}

# %% [markdown]
# Eighteen short trainings, four epochs each on 500 digits. For each we note validation accuracy, parameters and seconds. (A deck's
# list of knobs has four more: window and stride of the pooling, the number of values in a dense layer, and which layers there
# are in which order. Add them to `lenet_like` and to `settings` if you like.)
#
# > **Predict.** Which of the five matters most?

# %% tags=["nbval-ignore-output"]
import time

swept = {knob: {} for knob in settings}
for knob, choices in settings.items():
    for choice, (changes, recipe) in choices.items():
        device.fix_seeds(1)
        candidate, began = lenet_like(**changes), time.perf_counter()
        fit_torch(candidate, learn_images[:500], learn_labels[:500], 4, **recipe, name=f"{knob} {choice}")
        took = time.perf_counter() - began
        read = np.mean(watch(candidate, check_images, check_labels)[1].argmax(1) == check_labels)
        swept[knob][str(choice)] = (float(read), sum(array.size for array in parameters(candidate)), took)

# %%
learning.sweep(swept, title="One knob at a time: 500 digits, four epochs",
               alt="Five panels of validation accuracy. The learning rate matters most: 0.002 is near 90 %, the smallest and the "
                   "largest are near chance. Large batches learn too little in four epochs. Number and size of the kernels and "
                   "the kind of pooling matter less.")

# %% tags=["nbval-ignore-output"]
print(f"{'':26} {'parameters':>10} {'seconds':>8}")
for knob, results in swept.items():
    for choice, (_, size_of, took) in results.items():
        print(f"{knob + ' ' + choice:26} {size_of:10,} {took:8.2f}")

# %% [markdown]
# - **Learning rate**: most important by far. Too small, and four epochs lead nowhere; too large, and the network breaks and
#   answers the same digit for everything. It costs nothing: same parameters, same time.
# - **Batch size**: large batches are faster for each epoch, but take few steps. In four epochs 256 takes eight steps, and 4 takes
#   five hundred. Same parameters.
# - **Number of kernels**: even one or two see a good deal. Parameters hardly change, since they lie in the dense layer. The time
#   does: every kernel goes over the whole picture.
# - **Side of the kernels**: smaller kernels leave larger maps, and so **more** parameters: 3×3 leaves 16·6·6 = 576 values for the
#   dense layer, 7×7 leaves 16·3·3 = 144.
# - **Pooling**: maximum or average makes little difference here. No parameter changes, and the time hardly does.
#
# Differences of one or two per cent mean little: two of the 200 digits, or another random start.

# %% [markdown]
# ## Seventy thousand pictures: Fashion-MNIST
#
# MNIST (70,000 digits) and Fashion-MNIST (70,000 shirts, shoes and bags, by Zalando) have the same form: 28×28 grey pixels, ten
# classes. A deck's exercise asks for the second. They are too large to ship, so this section needs a **network**, once: about
# 30 MB. The course's loader checks every file against its known fingerprint, keeps it on your disk, and goes on where an
# interrupted download stopped. Set `FETCH` to `True` and run the three cells.

# %%
FETCH = False
NAME = "fashion_mnist"                                  # or "mnist"
if FETCH:
    fashion = download.load(NAME)
else:
    print(download.how_to(NAME))

# %%
if FETCH:
    big_images, big_labels, big_tests, big_test_labels = fashion
    big_images, big_tests = (np.pad(pictures[:, None] / np.float32(255), ((0, 0), (0, 0), (2, 2), (2, 2)))
                             for pictures in (big_images, big_tests))                   # 28×28 → 32×32, NCHW
    big_lenet = build_lenet_torch()
    big_history = fit_torch(big_lenet, big_images[:-5000], big_labels[:-5000], 6, batch_size=64,
                            validation=(big_images[-5000:], big_labels[-5000:]), name=NAME)
    big_accuracy, big_confusion = accuracy_and_confusion(watch(big_lenet, big_tests, big_test_labels)[1], big_test_labels)
    print(f"{NAME}: {big_accuracy:.1%} of {len(big_test_labels):,} test pictures are read right")

# %%
if FETCH:
    learning.history(big_history, title=NAME, alt=f"Loss and accuracy of LeNet-5 on {NAME}, for training and validation pictures.")
    charts.confusion(big_confusion, title=f"{NAME}: label and answer", alt="A 10×10 table of label and answer.")

# %% [markdown]
# It is the same code as for the digits. Of MNIST's digits the LeNet-5 of 1998 read 99 of 100 (0.95 % errors, says the paper).
# Clothes are harder: networks of this size are usually reported near 90 of 100. Look in the table for what is taken for a
# shirt.

# %% [markdown] nbgrader={"grade": false, "grade_id": "read_these_curves", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": true}
# ## In your own words
#
# ### Question · Read these curves
# Four trainings of the same LeNet-5, as they might come to you from colleagues. Losses on training | validation digits:
#
# | epoch | A | B | C | D |
# | --- | --- | --- | --- | --- |
# | 1 | 2.30 \| 2.30 | 1.61 \| 1.30 | 2.31 \| 2.30 | 0.90 \| 0.71 |
# | 5 | 2.29 \| 2.29 | 0.35 \| 0.48 | 2.30 \| 2.31 | 0.22 \| 0.20 |
# | 10 | 2.27 \| 2.27 | 0.06 \| 0.55 | 2.30 \| 2.30 | 0.11 \| 0.12 |
# | 20 | 2.21 \| 2.20 | 0.01 \| 0.74 | 2.31 \| 2.30 | 0.05 \| 0.08 |
#
# In about ten sentences: (a) What does 2.30 mean, and why do A and C begin there? (b) What is the matter with A, and what with C,
# and how can you tell them apart? Name one thing to change for each. (c) What is the matter with B? Which of its four rows would you keep, and
# what would help it more than stopping? (d) Somebody reports for D "accuracy 99.3 %" from the log of `fit` without validation
# data, as a slide does for MNIST. What does this number not say, and which number would you ask for?
#
# ### BEGIN MARK SCHEME
# One point each.
#
# - (a) 2.30 is ln 10: each of ten classes gets the probability 0.1, which is guessing; a fresh network knows nothing. Half a
#   point for "chance" without the number's origin.
# - (b) A learns, slowly but steadily (the loss falls in every row): learning rate too small, or too few epochs; raise it, or
#   train longer. C does not move at all, or jumps about chance: the learning rate is too large and has broken the network (dead
#   ReLUs), or something keeps it from learning (labels shuffled, softmax over one unit). Lower the learning rate, or look for
#   the mistake. Half a point for each, with its remedy.
# - (c) Overfitting: training goes to 0 while validation rises. Keep epoch 5, the lowest validation loss. More data, moved
#   pictures, or regularisation help more. Half a point for the name and the epoch, half for a remedy.
# - (d) It is measured on digits that the network has learned from (and while it was learning); it says nothing about new
#   ones. Ask for the accuracy on a test set that was not used for learning or choosing. Half a point if validation is named but
#   not why.
#
# Language is not marked.
# ### END MARK SCHEME

# %% [markdown]
# *Write your answer here.*

# %% [markdown]
# ## Summary
#
# - LeNet-5 is two convolutions with pooling and three dense layers: 61,706 parameters, four fifths of them in one dense layer.
#   The same parameters give the same logits by hand, in PyTorch and in Keras.
# - Backpropagation walks back from the loss. Every layer multiplies what arrives by its own slope: for its weights, and for
#   what went in. Where something was used several times, its gradients add up. One step against the gradient, again and
#   again, is all there is to learning.
# - Watch two curves. Training falls and validation rises: overfitting. Both stay high: the network does not learn. What you
#   report is measured on pictures that were used for neither learning nor choosing.
#
# **Read on:** LeCun, Bottou, Bengio and Haffner, *Gradient-based learning applied to document recognition* (*Proceedings of the
# IEEE* 86, 1998): sections II and III are LeNet-5. Michael Nielsen, *Neural Networks and Deep Learning* (free online), chapter 2,
# derives backpropagation slowly. Chapter 8 of Goodfellow, Bengio and Courville, *Deep Learning*, is about training.

# %% [markdown]
# ## When the slides are wrong
#
# You may have met these in slide decks. Try each claim yourself before you read our verdict.
#
# 1. LeNet-5's parameters "150, 2400, 48120, 10164, 84×10 = 850 + 10": without biases, without, with, with, and wrong. With all
#    biases: 156, 2416, 48120, 10164, 850.
# 2. "`fit` returns a log of values in each iteration": in each epoch.
# 3. "`acc: 0.9934`" after ten epochs is an accuracy on the training digits. The slide has no validation data.
# 4. "`Convolution2D(32, 3, 3)`, size of the filtered image = 64": 62 by its own kernel, 21 in today's Keras.
# 5. "sigmoid / softmax" for one unit, "binary / categorical cross-entropy": they do not go together in any order.
# 6. The summary of the Keras classifier leaves out a convolution, and is another network: 3,937,409 parameters, not 813,217.
#    `myModel.add(layers.Conv2D(32, (3, 3))` has one bracket too few, and its convolutions no activation.
# 7. "Earliest **pre-trained** models": LeNet-5 was trained, from random weights, on the task it was for.
# 8. Feature maps "presence maps", pooling "reduces the number of parameters": lesson 02 has said what is true of that.
# 9. "`14s 228us/step`" with batches of 32: 228 µs are the time of one **picture**. A step takes 32 times as long.
# 10. "`validation_data=(X_test, y_test)`": then the test set is looked at after every epoch, and whoever chooses by it has used
#     it up. Put a part of the training pictures aside, as we did.
# 11. "`decay = lrate/epochs`" (0.01/25) reads as if the learning rate fell by epochs. The Keras of that time divided by
#     1 + decay · **steps**: after 25 epochs of 1,563 steps it was not a hundredth smaller but down to a sixteenth.
# 12. "The roots date back to 1950 when David Hubel and Torsten Wiesel …": their paper on the cat's visual cortex is from 1959.
#     (Fukushima's neocognitron, 1980, and LeNet, 1989 to 1998, are dated right.)

# %%
print("time per epoch on the slide: 60,000 pictures at 228 µs are", round(60_000 * 228e-6, 1), "s · a step of 32:", round(32 * 0.228, 1),
      "ms · steps in ten epochs:", f"{10 * 60_000 // 32:,}")
decay, steps_taken = 0.01 / 25, 25 * -(-50_000 // 32)
print(f"learning rate after 25 epochs, by epochs: {0.01 / (1 + decay * 25):.4f} · by {steps_taken:,} steps: {0.01 / (1 + decay * steps_taken):.4f}")
