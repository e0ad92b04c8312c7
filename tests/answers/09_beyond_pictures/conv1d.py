# Exercise 2: a 1-D convolution layer with dilation and causal padding.

# %% idea
# Being causal only changes the signal; behind that, both kinds are the same. Then go through the weights of a kernel
# rather than through time: each meets the whole signal, shifted by its place times the dilation, and all channels add
# up.

# %% draw
def layer(d, kinds, least=7):
    """A signal, kernels and biases."""
    channels, number, size = d.one_of(((2, 3, 2), (3, 2, 3), (2, 1, 3), (1, 3, 2), (3, 2, 2)))
    return (d.array(channels, d.whole(least, 9), kinds=kinds), d.array(number, channels, size, kinds=("eighths",), ties=False),
            d.array(number, kinds=("eighths",), ties=False))

def test_conv1d_plain(d):
    return layer(d, ("eighths",), 4)

def test_conv1d_dilated(d):
    return (*layer(d, ("eighths",)), d.one_of((2, 3)))

def test_conv1d_causal(d):
    return (*layer(d, ("eighths",), 3), d.one_of((1, 2, 3)))

def test_conv1d_any(d):
    if d.chance(0.2):                                       # bytes, whose products do not fit into bytes
        signal, kernels, biases = layer(d, ("grey",))
        whole = np.round(8 * kernels).astype(int)
        return signal, d.laid_out(d.one_of((whole, np.abs(whole).astype(np.uint8)))), biases, *d.one_of(((), (2, True)))
    if d.chance(0.2):                                       # whole biases, and what they are added to is not whole
        signal, kernels, biases = layer(d, ("eighths", "small"))
        return signal, kernels, d.laid_out(np.round(8 * biases).astype(int)), *d.one_of(((), (2, True)))
    return (*layer(d, ("whole", "single", "small", "deep", "eighths")), *d.one_of(((), (2,), (1, True), (2, True), (3, False))))

# %% wrong: kernels are flipped | 0 of 4
# the kernels were flipped: a layer multiplies the earlier sample by the kernel's first weight
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    kernels = kernels[:, :, ::-1]
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps]
    return total

# %% wrong: first channel only | 0 of 4
# only the first channel was used: add up over all channels
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    signal, kernels = signal[:1], kernels[:, :1]
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps]
    return total

# %% wrong: no biases | 0 of 4
# the biases are missing: each kernel adds its own
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    return sum(kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps] for k in range(kernels.shape[2]))

# %% wrong: a bias for every channel | 0 of 4
# the biases were added once for each channel; each kernel adds its own once
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    channels = len(signal)
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + channels * biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps]
    return total

# %% wrong: dilation ignored | 1 of 4
# `dilation` was not used: the kernel's weights stand that many samples apart
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    reach = kernels.shape[2] - 1
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k:k + steps]
    return total

# %% wrong: dilation taken for a stride | 1 of 4
# the window moves on by `dilation` samples: that is a stride; dilation spreads the weights of one window
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    reach = kernels.shape[2] - 1
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k:k + steps]
    return total[:, ::dilation]

# %% wrong: a gap of d samples between weights | 0 of 4
# there are `dilation` samples between two weights; they are to stand `dilation` samples apart, so that 1 leaves no gap
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    apart = dilation + 1
    reach = (kernels.shape[2] - 1) * apart
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * apart:k * apart + steps]
    return total

# %% wrong: causal ignored | 2 of 4
# `causal` was not used: with it zeros stand before the beginning, and there are as many values as steps
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    steps = signal.shape[1] - (kernels.shape[2] - 1) * dilation
    total = np.zeros((len(kernels), max(steps, 0))) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + max(steps, 0)]
    return total

# %% wrong: causal with zeros on both sides | 2 of 4
# the zeros stand on both sides: then a value depends on later samples; put all of them before the beginning
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        before = reach // 2
        signal = np.concatenate([np.zeros((len(signal), before)), signal, np.zeros((len(signal), reach - before))], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps]
    return total

# %% wrong: causal with zeros behind | 2 of 4
# the zeros stand behind the end; a causal layer has them before the beginning
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        signal = np.concatenate([signal, np.zeros((len(signal), reach))], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps]
    return total

# %% wrong: causal padding without dilation | 2 of 4
# too few zeros before the beginning where there is dilation: as many as the kernel reaches back, (size − 1) · dilation
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    if causal:
        signal = np.concatenate([np.zeros((len(signal), kernels.shape[2] - 1)), signal], axis=1)
    steps = max(0, signal.shape[1] - (kernels.shape[2] - 1) * dilation)
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps]
    return total

# %% wrong: always causal | 1 of 4
# there are zeros before the beginning although `causal` is False
def conv1d(signal, kernels, biases, dilation=1, causal=True):
    reach = (kernels.shape[2] - 1) * dilation
    signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps]
    return total

# %% wrong: the last value is missing | 0 of 4
# the last value is missing: a window that just fits counts
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach - 1
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps]
    return total

# %% wrong: with a ReLU | 0 of 4
# negative values became 0: a convolution layer has no ReLU of its own
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps]
    return np.maximum(total, 0)

# %% wrong: whole numbers stay whole | 3 of 4
# whole numbers only: the fraction was lost because the result has the type of the signal
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    kind = signal.dtype
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps]
    return total.astype(kind)

# %% wrong: products in the signal's type | 3 of 4
# a product of bytes does not fit into a byte: make the signal float first
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach), signal.dtype), signal], axis=1)
    steps = signal.shape[1] - reach
    rows = []
    for kernel, bias in zip(kernels.tolist(), biases.tolist()):
        row = np.full(steps, float(bias))
        for line, weights in zip(signal, kernel):
            for k, weight in enumerate(weights):
                if abs(weight) > 255 or weight < 0:
                    line = line.astype(float)
                row = row + (weight * line[k * dilation:k * dilation + steps]).astype(float)
        rows.append(row)
    return np.array(rows)

# %% wrong: PyTorch does it | 0 of 4
# `conv1d` is to be written by hand, and your code uses `torch.tensor`: write out what it does
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    signal, kernels, biases = (torch.tensor(np.array(a, float)) for a in (signal, kernels, biases))
    if causal:
        signal = nn.functional.pad(signal, ((kernels.shape[2] - 1) * dilation, 0))
    return nn.functional.conv1d(signal, kernels, biases, dilation=dilation).numpy()

# %% wrong: last channel only | 0 of 4
# only the last channel is left: `=` forgets those before, add up over all channels
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    signal, kernels = signal[-1:], kernels[:, -1:]
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    total = np.zeros((len(kernels), steps)) + biases[:, None]
    for k in range(kernels.shape[2]):
        total += kernels[:, :, k] @ signal[:, k * dilation:k * dilation + steps]
    return total

# %% wrong: last weight of the window only | 0 of 4
# only the last weight of each kernel is left: `=` forgets those before, add up over the whole window
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    return kernels[:, :, -1] @ signal[:, reach:] + biases[:, None]

# %% right: loops over everything
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    number, channels, size = kernels.shape
    steps = signal.shape[1]
    first = 0 if causal else (size - 1) * dilation
    result = np.zeros((number, steps - first))
    for n in range(number):
        for t in range(first, steps):
            value = float(biases[n])
            for c in range(channels):
                for k in range(size):
                    source = t - (size - 1 - k) * dilation
                    if source >= 0:
                        value += float(kernels[n, c, k]) * float(signal[c, source])
            result[n, t - first] = value
    return result

# %% right: a kernel with its gaps filled by zeros
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    number, channels, size = kernels.shape
    wide = np.zeros((number, channels, (size - 1) * dilation + 1))
    wide[:, :, ::dilation] = kernels
    if causal:
        signal = np.hstack([np.zeros((channels, wide.shape[2] - 1)), signal])
    windows = [signal[:, t:t + wide.shape[2]] for t in range(signal.shape[1] - wide.shape[2] + 1)]
    return np.array([[np.sum(kernel * window) for window in windows] for kernel in wide]) + np.reshape(biases, (number, 1))

# %% equivalent
# `np.zeros((len(kernels), steps))` → `np.zeros((len(kernels), steps), dtype=int)`: the biases, which are fractions, are added before anything else
# `np.zeros((len(signal), reach))` → `np.zeros((len(signal), reach), dtype=int)`: put before a signal of fractions they become fractions

# %% wrong: the sums have the type of the biases | 3 of 4
# the sums were kept in the type of the biases: where these are whole numbers, every fraction is lost
def conv1d(signal, kernels, biases, dilation=1, causal=False):
    signal, kernels = np.asarray(signal, float), np.asarray(kernels, float)
    reach = (kernels.shape[2] - 1) * dilation
    if causal:
        signal = np.concatenate([np.zeros((len(signal), reach)), signal], axis=1)
    steps = signal.shape[1] - reach
    total = np.repeat(np.asarray(biases)[:, None], steps, axis=1)
    for n in range(len(kernels)):
        for t in range(steps):
            total[n, t] = total[n, t] + (kernels[n] * signal[:, t:t + reach + 1:dilation]).sum()
    return total
