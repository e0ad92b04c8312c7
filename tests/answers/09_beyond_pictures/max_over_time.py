# Exercise 5: a convolution along a text of any length, a ReLU, and the largest answer of each kernel.

# %% idea
# Make the text long enough first. Then it is a convolution, and of each kernel's answers along the text one number is
# kept. Does it matter whether bias and ReLU come before that or after?

# %% draw
def text(d, letters, characters):
    """One-hot columns, some of zeros; or any numbers, as a later layer has them."""
    if d.chance(0.5):
        return d.array(letters, characters, kinds=("eighths", "whole"))
    columns = np.zeros((letters, characters))
    for place in range(characters):
        columns[d.whole(0, letters - 1), place] = d.one_of((1, 1, 1, 0))
    return d.laid_out(columns)

def parameters(d, letters, size):
    number = d.one_of((2, 3, 4))
    return d.array(number, letters, size, kinds=("eighths", "whole"), ties=False), d.array(number, kinds=("eighths",), ties=False)

def test_max_long(d):
    letters, size = d.one_of((2, 3)), d.one_of((1, 2, 3))
    return text(d, letters, d.whole(size, size + 4)), *parameters(d, letters, size)

def test_max_short(d):
    letters, size = d.one_of((2, 3)), d.one_of((2, 3, 4))
    return text(d, letters, d.whole(0 if d.chance(0.2) else 1, size + 1)), *parameters(d, letters, size)

# %% wrong: the mean over time | 0 of 2
# this is the mean along the text; keep the largest answer
def max_over_time(columns, kernels, biases):
    missing = max(0, kernels.shape[2] - columns.shape[1])
    columns = np.concatenate([columns, np.zeros((len(columns), missing))], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    answers = np.array([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places])
    return np.mean(np.maximum(answers, 0), axis=0)

# %% wrong: the sum over time | 0 of 2
# the answers along the text were added up; keep the largest
def max_over_time(columns, kernels, biases):
    missing = max(0, kernels.shape[2] - columns.shape[1])
    columns = np.concatenate([columns, np.zeros((len(columns), missing))], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    answers = np.array([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places])
    return np.sum(np.maximum(answers, 0), axis=0)

# %% wrong: no ReLU | 0 of 2
# there are negative values: the ReLU is missing
def max_over_time(columns, kernels, biases):
    missing = max(0, kernels.shape[2] - columns.shape[1])
    columns = np.concatenate([columns, np.zeros((len(columns), missing))], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    return np.max([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places], axis=0)

# %% wrong: the size in place of a ReLU | 0 of 2
# this is the largest size: a strongly negative answer counted as a strong one; the ReLU makes it 0
def max_over_time(columns, kernels, biases):
    missing = max(0, kernels.shape[2] - columns.shape[1])
    columns = np.concatenate([columns, np.zeros((len(columns), missing))], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    return np.max(np.abs([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places]), axis=0)

# %% wrong: the largest kernel at each place | 0 of 2
# the largest was taken over the kernels, for each place; take it over the places, for each kernel
def max_over_time(columns, kernels, biases):
    missing = max(0, kernels.shape[2] - columns.shape[1])
    columns = np.concatenate([columns, np.zeros((len(columns), missing))], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    answers = np.array([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places])
    return np.max(np.maximum(answers, 0), axis=1)

# %% wrong: where the largest answer is | 0 of 2
# these are places: give the largest answer itself
def max_over_time(columns, kernels, biases):
    missing = max(0, kernels.shape[2] - columns.shape[1])
    columns = np.concatenate([columns, np.zeros((len(columns), missing))], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    return np.argmax([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places], axis=0)

# %% wrong: no biases | 0 of 2
# the biases are missing
def max_over_time(columns, kernels, biases):
    missing = max(0, kernels.shape[2] - columns.shape[1])
    columns = np.concatenate([columns, np.zeros((len(columns), missing))], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    return np.maximum(np.max([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) for p in places], axis=0), 0)

# %% wrong: the bias after the ReLU | 0 of 2
# the bias was added after the ReLU: it belongs before, where it decides what is negative
def max_over_time(columns, kernels, biases):
    missing = max(0, kernels.shape[2] - columns.shape[1])
    columns = np.concatenate([columns, np.zeros((len(columns), missing))], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    return np.maximum(np.max([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) for p in places], axis=0), 0) + biases

# %% wrong: short texts stop it | 1 of 2
# with ValueError: zero-size array to reduction operation maximum which has no identity
def max_over_time(columns, kernels, biases):
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    return np.maximum(np.max([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places], axis=0), 0)

# %% wrong: short texts give 0 | 1 of 2
# a text shorter than the kernels gave only zeros: add columns of zeros at its end, and the kernels still find what is there
def max_over_time(columns, kernels, biases):
    if columns.shape[1] < kernels.shape[2]:
        return np.zeros(len(kernels))
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    return np.maximum(np.max([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places], axis=0), 0)

# %% wrong: zeros before the text | 1 of 2
# the zeros stand before a short text; they belong behind it
def max_over_time(columns, kernels, biases):
    missing = max(0, kernels.shape[2] - columns.shape[1])
    columns = np.concatenate([np.zeros((len(columns), missing)), columns], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    return np.maximum(np.max([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places], axis=0), 0)

# %% wrong: zeros behind every text | 0 of 2
# zeros were put behind texts that are long enough, and windows that hang over the end got an answer
def max_over_time(columns, kernels, biases):
    columns = np.concatenate([columns, np.zeros((len(columns), kernels.shape[2]))], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    return np.maximum(np.max([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places], axis=0), 0)

# %% wrong: the last place is left out | 0 of 2
# the last place is missing: a window that just fits counts
def max_over_time(columns, kernels, biases):
    missing = max(0, kernels.shape[2] - columns.shape[1])
    columns = np.concatenate([columns, np.zeros((len(columns), missing))], axis=1)
    places = range(max(1, columns.shape[1] - kernels.shape[2]))
    return np.maximum(np.max([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places], axis=0), 0)

# %% wrong: kernels are flipped | 0 of 2
# the kernels were flipped along the text: they read it backwards
def max_over_time(columns, kernels, biases):
    kernels = kernels[:, :, ::-1]
    missing = max(0, kernels.shape[2] - columns.shape[1])
    columns = np.concatenate([columns, np.zeros((len(columns), missing))], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    return np.maximum(np.max([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places], axis=0), 0)

# %% wrong: PyTorch does it | 0 of 2
# `max_over_time` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def max_over_time(columns, kernels, biases):
    columns, kernels, biases = (torch.tensor(np.array(a, float)) for a in (columns, kernels, biases))
    columns = nn.functional.pad(columns, (0, max(0, kernels.shape[2] - columns.shape[1])))
    return nn.functional.conv1d(columns, kernels, biases).relu().amax(1).numpy()

# %% wrong: an array of fewer than no places | 1 of 2
# a text shorter than the kernels would give fewer than no places: it needs columns of zeros behind it
def max_over_time(columns, kernels, biases):
    places = columns.shape[1] - kernels.shape[2] + 1
    answers = np.zeros((len(kernels), places))
    for place in range(places):
        answers[:, place] = np.tensordot(kernels, columns[:, place:place + kernels.shape[2]], 2) + biases
    return np.maximum(answers.max(axis=1), 0)

# %% wrong: a causal layer | 0 of 2
# zeros were put before the text: windows that hang over its beginning got an answer
def max_over_time(columns, kernels, biases):
    columns = np.concatenate([np.zeros((len(columns), kernels.shape[2] - 1)), columns], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    return np.maximum(np.max([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places], axis=0), 0)

# %% wrong: as many answers as columns | 0 of 2
# zeros were put behind the text so that a window can begin at every column: only windows within the text count
def max_over_time(columns, kernels, biases):
    columns = np.concatenate([columns, np.zeros((len(columns), kernels.shape[2] - 1))], axis=1)
    places = range(columns.shape[1] - kernels.shape[2] + 1)
    return np.maximum(np.max([np.tensordot(kernels, columns[:, p:p + kernels.shape[2]], 2) + biases for p in places], axis=0), 0)

# %% right: the kernels are cut where the text ends
def max_over_time(columns, kernels, biases):
    size = min(columns.shape[1], kernels.shape[2])
    best = np.zeros(len(kernels))
    for n, kernel in enumerate(kernels):
        for start in range(columns.shape[1] - size + 1):
            best[n] = max(best[n], float(np.sum(kernel[:, :size] * columns[:, start:start + size]) + biases[n]))
    return best

# %% right: with the notebook's conv1d
def max_over_time(columns, kernels, biases):
    missing = kernels.shape[2] - columns.shape[1]
    if missing > 0:
        columns = np.hstack([columns, np.zeros((columns.shape[0], missing))])
    return np.max(np.clip(conv1d(columns, kernels, biases), 0, None), axis=1)

# %% equivalent
# `max(0, kernels.shape[2] - columns.shape[1])` → `max(kernels.shape[2] - columns.shape[1], 0)`: the larger of two numbers is the same in either order
# `np.maximum(np.max(answers, axis=0) + biases, 0)` → `np.maximum(0, np.max(answers, axis=0) + biases)`: the larger of two numbers is the same in either order
# `np.zeros((len(columns), missing))` → `np.zeros((len(columns), missing), dtype=int)`: zeros of either type, put behind columns, leave their values as they are
