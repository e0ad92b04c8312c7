# Exercise 3: LeNet-5 as a Keras model.

# %% idea
# It is the same list of layers as before. What is new: the shape of the input comes first, with the channels last;
# activations are written into the layers; and a layer finds out by itself how much comes in.

# %% draw
def test_keras_parameters(d):
    return d.one_of(((), (1,), (1, 10)))

def test_keras_logits(d):
    return (d.whole(0, 999),)

def test_keras_variants(d):
    return (d.whole(1, 4), d.whole(2, 12))[:d.one_of((1, 2, 2, 2))]

# %% wrong: no activations | 2 of 4
# no layer has an activation: without ReLU the layers collapse into one
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120), keras.layers.Dense(84), keras.layers.Dense(classes)])


# %% wrong: no ReLU in the dense layers | 2 of 4
# the two dense layers in the middle have no ReLU
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120), keras.layers.Dense(84), keras.layers.Dense(classes)])


# %% wrong: no ReLU in the convolutions | 2 of 4
# the convolutions have no ReLU
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])


# %% wrong: a softmax at the end, as everywhere | 2 of 4
# the last layer has a softmax; it should give the logits
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes, activation="softmax")])


# %% wrong: a sigmoid at the end, as in the decks | 2 of 4
# the last layer has a sigmoid; it should give the logits
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes, activation="sigmoid")])


# %% wrong: ReLU at the end too | 2 of 4
# the last layer has a ReLU; it should give the logits
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes, activation="relu")])


# %% wrong: average pooling, as in 1998 | 2 of 4
# the pooling takes averages, it should take the maximum
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.AveragePooling2D(2),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.AveragePooling2D(2), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])


# %% wrong: tanh, as in 1998 | 2 of 4
# tanh stands where ReLU should (so it was in 1998)
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="tanh"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="tanh"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="tanh"), keras.layers.Dense(84, activation="tanh"), keras.layers.Dense(classes)])


# %% wrong: padding="same" | 0 of 4
# the convolutions have a border (padding): LeNet-5 has none, so 400 values are left
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, padding="same", activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, padding="same", activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])


# %% wrong: kernels of 3×3 | 0 of 4
# the kernels are 3×3; LeNet-5 has 5×5
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 3, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 3, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])


# %% wrong: the decks' way of writing the kernel: the second 5 is the stride | 0 of 4
# a kernel is larger than the map that it is laid on
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])


# %% wrong: always ten classes | 3 of 4
# `classes` was not used: the last layer gives as many logits as there are classes
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(10)])


# %% wrong: always one channel | 3 of 4
# a layer gets another number of channels or values than it was made for
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, 1)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])


# %% wrong: the flattening forgotten | 0 of 4
# the flattening is missing: rows and columns are still there
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])


# %% wrong: the layer of 120 forgotten | 0 of 4
# the dense layer of 120 is missing
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])


# %% wrong: NCHW, as in PyTorch | 0 of 4
# the channels stand before rows and columns; in Keras they come last
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((channels, 32, 32)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])


# %% wrong: strides in place of pooling | 2 of 4
# strides of 2 stand where pooling should: they skip values, pooling looks at all of them
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, strides=2, activation="relu"),
        keras.layers.Conv2D(16, 5, strides=2, activation="relu"), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])

# %% wrong: averages each map in place of flattening | 0 of 4
# each map was averaged to one value: flatten, and all 400 values are kept
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])

# %% wrong: no activation in the first convolution | 2 of 4
# the first convolution has no ReLU
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])

# %% wrong: hands over what compile returns | 0 of 4
# a function returned nothing: is there a `return`?
def build_lenet_keras(channels=1, classes=10):
    net = keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])
    return net.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

# %% wrong: no ReLU in the second convolution | 2 of 4
# the second convolution has no ReLU
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])

# %% wrong: no ReLU in the first dense layer | 2 of 4
# the first dense layer has no ReLU
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120), keras.layers.Dense(84, activation="relu"), keras.layers.Dense(classes)])

# %% wrong: no ReLU in the second dense layer | 2 of 4
# the second dense layer has no ReLU
def build_lenet_keras(channels=1, classes=10):
    return keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, 5, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(16, 5, activation="relu"), keras.layers.MaxPooling2D(), keras.layers.Flatten(),
        keras.layers.Dense(120, activation="relu"), keras.layers.Dense(84), keras.layers.Dense(classes)])

# %% right: the functional way
def build_lenet_keras(channels=1, classes=10):
    layers = keras.layers
    picture = keras.Input((32, 32, channels))
    x = layers.MaxPooling2D((2, 2))(layers.ReLU()(layers.Conv2D(6, (5, 5))(picture)))
    x = layers.MaxPooling2D((2, 2))(layers.ReLU()(layers.Conv2D(16, (5, 5))(x)))
    x = layers.Flatten()(x)
    for units in (120, 84):
        x = layers.Activation("relu")(layers.Dense(units)(x))
    return keras.Model(picture, layers.Dense(classes, activation="linear")(x))

# %% right: one layer added after the other, no Input
def build_lenet_keras(channels=1, classes=10):
    model = keras.models.Sequential()
    for filters in (6, 16):
        model.add(keras.layers.Conv2D(filters, kernel_size=5, padding="valid", activation=keras.activations.relu))
        model.add(keras.layers.MaxPooling2D(pool_size=2, strides=2))
    model.add(keras.layers.Reshape((400,)))
    for units in (120, 84):
        model.add(keras.layers.Dense(units, "relu"))
    model.add(keras.layers.Dense(classes))
    return model

# %% right: compiled already; activations as layers, by name and as functions
def build_lenet_keras(channels=1, classes=10):
    net = keras.Sequential([
        keras.Input((32, 32, channels)),
        keras.layers.Conv2D(6, (5, 5)), keras.layers.Activation("relu"), keras.layers.MaxPool2D((2, 2)),
        keras.layers.Conv2D(16, (5, 5)), keras.layers.ReLU(), keras.layers.MaxPool2D((2, 2)), keras.layers.Flatten(),
        keras.layers.Dense(120, "relu"), keras.layers.Dense(84, keras.activations.relu), keras.layers.Dense(classes, "linear")])
    net.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return net

# %% equivalent
# `32` → `33`: 33 rows leave the same 400 values, and Keras takes pictures of 32 all the same
# `32` → `33` (2): 33 columns leave the same 400 values, and Keras takes pictures of 32 all the same
