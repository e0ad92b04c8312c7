# Exercise 8: a convolutional layer on a batch in NCHW, with biases, stride and padding.

# %% idea
# Work out one single number of the result on paper: which picture, which kernel, and what is added up? A kernel has one
# slice for each channel, the maps of all its slices are added, and its bias comes once, after that sum.

# %% draw
def layer(d, pictures=1, channels=1, kernels=1, bias=True):
    f, g = d.whole(1, 3), d.whole(1, 2)
    batch = d.batch(pictures, channels, f + d.whole(0, 2), g + d.whole(1, 3))
    weights = d.batch(kernels, channels, f, g, kinds=("whole", "eighths", "single"))
    return batch, weights, d.array(kernels, kinds=("whole", "eighths")) if bias else np.zeros(kernels)

def test_layer_channels(d):
    return layer(d, channels=d.whole(2, 4), bias=False)

def test_layer_kernels(d):
    return layer(d, kernels=d.whole(2, 4), bias=False)

def test_layer_bias(d):
    return layer(d, channels=d.whole(1, 3), kernels=d.whole(1, 3))

def test_layer_batch(d):
    return layer(d, d.whole(2, 3), d.whole(1, 3), d.whole(1, 3))

def test_layer_stride_padding(d):
    return *layer(d, d.whole(1, 2), d.whole(1, 3), d.whole(1, 3)), d.whole(1, 3), d.whole(0, 2)

# %% wrong: uses the first channel only | 1 of 5
# only the first channel was used: add up the maps of all channels
def conv_layer(batch, weights, bias, stride=1, padding=0):
    return np.array([[conv2d(image[0], kernel[0], stride, padding) + b for kernel, b in zip(weights, bias)] for image in batch])

# %% wrong: takes the mean over the channels | 1 of 5
# this is the mean over the channels; add them up
def conv_layer(batch, weights, bias, stride=1, padding=0):
    return np.array([[np.mean([conv2d(image[c], kernel[c], stride, padding) for c in range(len(image))], axis=0) + b
                      for kernel, b in zip(weights, bias)] for image in batch])

# %% wrong: forgets the bias | 2 of 5
# the bias is missing
def conv_layer(batch, weights, bias, stride=1, padding=0):
    return np.array([[sum(conv2d(image[c], kernel[c], stride, padding) for c in range(len(image))) for kernel in weights]
                     for image in batch])

# %% wrong: adds the bias once for every channel | 2 of 5
# the bias was added once for every channel; add it once
def conv_layer(batch, weights, bias, stride=1, padding=0):
    return np.array([[sum(conv2d(image[c], kernel[c], stride, padding) + b for c in range(len(image)))
                      for kernel, b in zip(weights, bias)] for image in batch])

# %% wrong: adds the first bias to every map | 2 of 5
# every map got the first bias
def conv_layer(batch, weights, bias, stride=1, padding=0):
    return np.array([[sum(conv2d(image[c], kernel[c], stride, padding) for c in range(len(image))) + bias[0]
                      for kernel in weights] for image in batch])

# %% wrong: computes the first picture of the batch only | 3 of 5
# only the first picture of the batch was used
def conv_layer(batch, weights, bias, stride=1, padding=0):
    image = batch[0]
    maps = [sum(conv2d(image[c], kernel[c], stride, padding) for c in range(len(image))) + b for kernel, b in zip(weights, bias)]
    return np.array([maps])

# %% wrong: returns inside the loop over the kernels | 1 of 5
# only the first kernel was used
def conv_layer(batch, weights, bias, stride=1, padding=0):
    result = []
    for image in batch:
        for kernel, b in zip(weights, bias):
            result.append([sum(conv2d(image[c], kernel[c], stride, padding) for c in range(len(image))) + b])
            break
    return np.array(result)

# %% wrong: adds up the maps of all kernels | 1 of 5
# the maps of the kernels were added up; stack them
def conv_layer(batch, weights, bias, stride=1, padding=0):
    return np.array([[sum(conv2d(image[c], kernel[c], stride, padding) + b / len(image)
                          for kernel, b in zip(weights, bias) for c in range(len(image)))] for image in batch])

# %% wrong: puts the maps on the last axis, as Keras does | 1 of 5
# the maps stand on the last axis; in NCHW they are the second
def conv_layer(batch, weights, bias, stride=1, padding=0):
    maps = np.array([[sum(conv2d(image[c], kernel[c], stride, padding) for c in range(len(image))) + b
                      for kernel, b in zip(weights, bias)] for image in batch])
    return maps.transpose(0, 2, 3, 1) if len(weights) > 1 else maps

# %% wrong: ignores the stride | 4 of 5
# the stride was not used
def conv_layer(batch, weights, bias, stride=1, padding=0):
    return np.array([[sum(conv2d(image[c], kernel[c], 1, padding) for c in range(len(image))) + b
                      for kernel, b in zip(weights, bias)] for image in batch])

# %% wrong: ignores the padding | 4 of 5
# the padding was not used
def conv_layer(batch, weights, bias, stride=1, padding=0):
    return np.array([[sum(conv2d(image[c], kernel[c], stride) for c in range(len(image))) + b
                      for kernel, b in zip(weights, bias)] for image in batch])

# %% wrong: rotates the kernels | 0 of 5
# this is true convolution: the kernel was rotated by 180°; a CNN layer does not rotate it
def conv_layer(batch, weights, bias, stride=1, padding=0):
    return conv_layer_right(batch, weights[..., ::-1, ::-1], bias, stride, padding)


def conv_layer_right(batch, weights, bias, stride, padding):
    return np.array([[sum(conv2d(image[c], kernel[c], stride, padding) for c in range(len(image))) + b
                      for kernel, b in zip(weights, bias)] for image in batch])

# %% wrong: leaves out the axis of the pictures | 0 of 5
# the values are right, but their shape should be (1, 1, 2, 2), and yours is (1, 2, 2)
def conv_layer(batch, weights, bias, stride=1, padding=0):
    for image in batch:
        return np.array([sum(conv2d(image[c], kernel[c], stride, padding) for c in range(len(image))) + b
                         for kernel, b in zip(weights, bias)])

# %% wrong: the loop over the channels stops one too early | 1 of 5
# the last channel is missing: does your loop stop one too early?
def conv_layer(batch, weights, bias, stride=1, padding=0):
    return np.array([[sum(conv2d(image[c], kernel[c], stride, padding) for c in range(max(1, len(image) - 1))) + b
                      for kernel, b in zip(weights, bias)] for image in batch])

# %% wrong: PyTorch does the work | 0 of 5
# `conv_layer` is to be written by hand, and your code uses `torch`: write out what it does
def conv_layer(batch, weights, bias, stride=1, padding=0):
    import torch
    batch, weights, bias = (torch.tensor(np.asarray(a, float)) for a in (batch, weights, bias))
    return torch.nn.functional.conv2d(batch, weights, bias, stride, padding).numpy()

# %% wrong: hands on neither stride nor padding | 4 of 5
# neither the stride nor the padding was used
def conv_layer(batch, weights, bias, stride=1, padding=0):
    return np.array([[sum(conv2d(image[c], kernel[c]) for c in range(len(image))) + b for kernel, b in zip(weights, bias)]
                     for image in batch])

# %% right: np.pad, which was written by hand before, and all windows
def conv_layer(batch, weights, bias, stride=1, padding=0):
    padded = np.pad(batch, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    every = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("nchwab,kcab->nkhw", every, weights) + np.asarray(bias)[:, None, None]

# %% right: loops over pictures, kernels and channels, into an array of zeros
def conv_layer(batch, weights, bias, stride=1, padding=0):
    rows = output_size(batch.shape[2], weights.shape[2], stride, padding)
    columns = output_size(batch.shape[3], weights.shape[3], stride, padding)
    result = np.zeros((len(batch), len(weights), rows, columns))
    for n in range(len(batch)):
        for k in range(len(weights)):
            for c in range(batch.shape[1]):
                result[n, k] += conv2d(batch[n, c], weights[k, c], stride, padding)
            result[n, k] += bias[k]
    return result

# %% right: all windows and one einsum
def conv_layer(batch, weights, bias, stride=1, padding=0):
    n, channels, rows, columns = batch.shape
    padded = np.zeros((n, channels, rows + 2 * padding, columns + 2 * padding))
    padded[:, :, padding:padding + rows, padding:padding + columns] = batch
    every = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("nchwab,kcab->nkhw", every, weights) + np.asarray(bias).reshape(-1, 1, 1)

# %% right: starts every map at its bias and adds shifted pictures
def conv_layer(batch, weights, bias, stride=1, padding=0):
    out_channels, in_channels, f, g = weights.shape
    m, n = output_size(batch.shape[2], f, stride, padding), output_size(batch.shape[3], g, stride, padding)
    maps = np.zeros((len(batch), out_channels, m, n)) + np.reshape(bias, (1, -1, 1, 1))
    for p in range(len(batch)):
        for c in range(in_channels):
            channel = np.asarray(pad(batch[p, c], padding))
            for a in range(f):
                for b in range(g):
                    part = channel[a:a + (m - 1) * stride + 1:stride, b:b + (n - 1) * stride + 1:stride]
                    maps[p] += weights[:, c, a, b].reshape(-1, 1, 1) * part
    return maps
