# Exercise 13: `compile` and `fit`, with a validation part that is drawn at random.

# %% idea
# Put pictures and labels into one and the same random order, in new arrays: then the last tenth is a random one. What
# remains is to tell Keras the optimiser, a loss that fits logits, and what to measure.

# %% draw
def test_keras_compiled(d):
    return (10 * d.whole(3, 6), *([] if d.chance(0.3) else [d.one_of((0.5, 0.25, 0.0625))]))

def test_keras_split(d):
    return (10 * d.whole(6, 12),)

def test_keras_history(d):
    return 10 * d.whole(4, 8), d.whole(1, 4)

# %% wrong: the last tenth, as it lies | 2 of 4
# the last tenth is taken for validation as it lies: put pictures and labels into a random order first
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    fit = net.fit(images, labels, batch_size=32, epochs=epochs, validation_split=0.1, verbose=0)
    return fit.history

# %% wrong: pictures shuffled, labels not | 2 of 4
# pictures and labels no longer belong together: put both into the same order
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels, batch_size=32, epochs=epochs, validation_split=0.1, verbose=0)
    return fit.history

# %% wrong: two orders | 2 of 4
# pictures and labels no longer belong together: put both into the same order
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[np.random.permutation(len(images))], batch_size=32, epochs=epochs, validation_split=0.1, verbose=0)
    return fit.history

# %% wrong: a loss for probabilities | 3 of 4
# this loss expects probabilities, and the network gives logits: `from_logits=True`
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=epochs, validation_split=0.1, verbose=0)
    return fit.history

# %% wrong: a loss object for probabilities | 3 of 4
# this loss expects probabilities, and the network gives logits: `from_logits=True`
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=epochs, validation_split=0.1, verbose=0)
    return fit.history

# %% wrong: no validation | 1 of 4
# nothing is put aside for validation: `validation_split=0.1`
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=epochs, verbose=0)
    return fit.history

# %% wrong: watched by pictures that are learned from | 2 of 4
# the pictures for validation are learned from, too
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=epochs, validation_data=(images[order[:len(order) // 10]], labels[order[:len(order) // 10]]), verbose=0)
    return fit.history

# %% wrong: a fifth | 2 of 4
# a tenth is to be put aside, and you put aside a fifth
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=epochs, validation_split=0.2, verbose=0)
    return fit.history

# %% wrong: a tenth to learn from | 2 of 4
# the parts are exchanged: a tenth is for validation, the others are learned from
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=epochs, validation_split=0.9, verbose=0)
    return fit.history

# %% wrong: the History itself | 3 of 4
# return the history's dictionary, `history.history`; the object is no dictionary
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=epochs, validation_split=0.1, verbose=0)
    return fit

# %% wrong: returns nothing | 3 of 4
# your function returned nothing
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=epochs, validation_split=0.1, verbose=0)

# %% wrong: one epoch | 3 of 4
# `epochs` is not used
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=1, validation_split=0.1, verbose=0)
    return fit.history

# %% wrong: one epoch more | 3 of 4
# there is one epoch too many
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=epochs + 1, validation_split=0.1, verbose=0)
    return fit.history

# %% wrong: no metrics | 3 of 4
# the accuracy is not watched: `metrics=["accuracy"]`
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=epochs, validation_split=0.1, verbose=0)
    return fit.history

# %% wrong: SGD | 3 of 4
# this is another optimizer than Adam
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.SGD(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=epochs, validation_split=0.1, verbose=0)
    return fit.history

# %% wrong: Adam by its name | 3 of 4
# the learning rate is not used: `keras.optimizers.Adam(learning_rate)`
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=32, epochs=epochs, validation_split=0.1, verbose=0)
    return fit.history

# %% wrong: batches of another size | 3 of 4
# the batches are of 64; make them 32
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    order = np.random.permutation(len(images))
    fit = net.fit(images[order], labels[order], batch_size=64, epochs=epochs, validation_split=0.1, verbose=0)
    return fit.history

# %% wrong: the caller's pictures are shuffled in place | 2 of 4
# your function changed the array `images`
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    state = np.random.get_state()
    np.random.shuffle(images)
    np.random.set_state(state)
    np.random.shuffle(labels)
    fit = net.fit(images, labels, batch_size=32, epochs=epochs, validation_split=0.1, verbose=0)
    return fit.history

# %% wrong: the first tenth | 2 of 4
# the tenth for validation is taken as it lies: draw it at random
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    tenth = len(images) // 10
    fit = net.fit(images[tenth:], labels[tenth:], batch_size=32, epochs=epochs, validation_data=(images[:tenth], labels[:tenth]), verbose=0)
    return fit.history

# %% wrong: every tenth picture is put aside | 2 of 4
# a tenth is put aside, but by a rule and not at random: draw the places
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    net.compile(optimizer=keras.optimizers.Adam(learning_rate), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    aside = np.arange(len(images)) % 10 == 0
    history = net.fit(images[~aside], labels[~aside], batch_size=32, epochs=epochs, validation_data=(images[aside], labels[aside]), verbose=0)
    return history.history

# %% right: the parts cut by hand
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    order = np.random.default_rng().permutation(len(images))
    watch, learn = np.split(order, [len(order) // 10])
    net.compile(keras.optimizers.Adam(learning_rate=learning_rate), keras.losses.SparseCategoricalCrossentropy(True), metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")])
    history = net.fit(images[learn], labels[learn], epochs=epochs, verbose=0, validation_data=(images[watch], labels[watch]))
    return dict(history.history)

# %% right: scikit-learn splits
def fit_keras(net, images, labels, epochs, learning_rate=0.002):
    from sklearn.model_selection import train_test_split
    x, x_val, y, y_val = train_test_split(images, labels, test_size=0.1, stratify=labels)
    def loss(true, logits):
        return keras.losses.sparse_categorical_crossentropy(true, logits, from_logits=True)
    net.compile(optimizer=keras.optimizers.Adam(learning_rate), loss=loss, metrics=["accuracy"])
    return net.fit(x, y, 32, epochs, verbose=0, validation_data=(x_val, y_val)).history

# %% equivalent
# `0` → `1`: `verbose` says what is printed, no more
