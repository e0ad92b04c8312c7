# Exercise 1: photographs as three networks' weights expect them.

# %% idea
# Compute with fractions from the start, and take the conventions one by one. For each ask three things: which scale,
# which order of colours, and where does the axis of the colours belong? Numbers for each colour fit as long as the
# colours are the last axis.

# %% draw
def drawn_photographs(d):
    """Of bytes, or with fractions; some are nearly black."""
    photos = d.random.integers(0, d.one_of((256, 256, 2)), (d.whole(1, 2), d.whole(1, 3), d.whole(2, 4), 3))
    if d.chance(0.15):                              # all below 1
        return d.laid_out(photos % 8 / 8)
    if d.chance(0.6):
        return d.laid_out(photos.astype(np.uint8))
    return d.laid_out(np.minimum(photos + d.random.integers(0, 8, photos.shape) / 8, 255).astype(d.one_of((np.float32, np.float64))))

def test_preprocess_torch(d):
    return (drawn_photographs(d),)

def test_preprocess_keras(d):
    return (drawn_photographs(d),)

def test_preprocess_lite(d):
    return (drawn_photographs(d),)

def test_preprocess_refuses(d):
    return drawn_photographs(d), d.one_of(("torch", "keras", "lite", "caffe", "Lite", "", "tf", "torchvision", "keras2"))

# %% wrong: not scaled to 0 … 1 for torchvision | 4 of 6
# the values are from 0 to 255: divide by 255 before the mean is taken off
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    if convention == "torch":
        return ((photos - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - np.array([103.939, 116.779, 123.68])
    raise ValueError(convention)

# %% wrong: scaled to 0 … 1 for Keras too | 4 of 6
# the values were divided by 255; Keras's weights want 0 to 255
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    photos = photos / 255
    if convention == "torch":
        return ((photos - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - np.array([103.939, 116.779, 123.68])
    raise ValueError(convention)

# %% wrong: Keras's colours not turned round | 4 of 6
# the means belong to blue, green, red, in this order; the colours were not turned round
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    if convention == "torch":
        return ((photos / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos - np.array([103.939, 116.779, 123.68])
    raise ValueError(convention)

# %% wrong: means first, colours turned round after | 4 of 6
# the colours were turned round after the means were taken off, so that each got another one's
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    if convention == "torch":
        return ((photos / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).transpose(0, 3, 1, 2)
    if convention == "keras":
        return (photos - np.array([103.939, 116.779, 123.68]))[..., ::-1]
    raise ValueError(convention)

# %% wrong: the spread forgotten | 4 of 6
# the spread was not used: divide by it
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    if convention == "torch":
        return (photos / 255 - np.array([0.485, 0.456, 0.406])).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - np.array([103.939, 116.779, 123.68])
    raise ValueError(convention)

# %% wrong: the colours stay on the last axis | 4 of 6
# the colours are still on the last axis; torchvision wants them on the second
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    if convention == "torch":
        return (photos / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    if convention == "keras":
        return photos[..., ::-1] - np.array([103.939, 116.779, 123.68])
    raise ValueError(convention)

# %% wrong: reshaped in place of transposed | 4 of 6
# the axes were reshaped, not moved: `reshape` mixes colours and places, `transpose` moves the axis
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    n, rows, columns, _ = np.shape(photos)
    if convention == "torch":
        return ((photos / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).reshape(n, 3, rows, columns)
    if convention == "keras":
        return photos[..., ::-1] - np.array([103.939, 116.779, 123.68])
    raise ValueError(convention)

# %% wrong: blue first for torchvision | 4 of 6
# the colours are in the order blue, green, red; torchvision wants red, green, blue
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    if convention == "torch":
        scaled = (photos / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
        return scaled.transpose(0, 3, 1, 2)[:, ::-1]
    if convention == "keras":
        return photos[..., ::-1] - np.array([103.939, 116.779, 123.68])
    raise ValueError(convention)

# %% wrong: anything else counts as Keras | 5 of 6
# a convention that does not exist is to be refused with a ValueError; yours takes everything else for Keras's
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    if convention == "torch":
        return ((photos / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).transpose(0, 3, 1, 2)
    return photos[..., ::-1] - np.array([103.939, 116.779, 123.68])

# %% wrong: takes the means off the caller's photographs | 3 of 6
# your function changed the array `photos` that it was given; work on a copy (`photos.copy()`), because the caller still needs the old one
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    if convention == "torch":
        return ((photos / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).transpose(0, 3, 1, 2)
    if convention == "keras":
        if photos.dtype == np.uint8:
            photos = photos.astype(float)
        photos -= np.array([123.68, 116.779, 103.939])
        return photos[..., ::-1]
    raise ValueError(convention)

# %% wrong: rounded means in uint8 | 4 of 6
# negative values wrapped round to large ones: turn uint8 into numbers with a fraction first
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    if convention == "torch":
        return ((photos / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos.astype(np.uint8)[..., ::-1] - np.array([104, 117, 124], np.uint8)
    raise ValueError(convention)

# %% wrong: Keras's pictures made NCHW | 4 of 6
# the axes are NCHW; Keras wants NHWC, the colours last
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    photos = np.asarray(photos, float)
    if convention == "torch":
        photos = (photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    elif convention == "keras":
        photos = photos[..., ::-1] - [103.939, 116.779, 123.68]
    else:
        raise ValueError(convention)
    return photos.transpose(0, 3, 1, 2)

# %% wrong: from −1 to 1, as other networks want it | 2 of 6
# these values go from −1 to 1, as some other networks want them
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    if convention not in ("torch", "keras"):
        raise ValueError(convention)
    photos = np.asarray(photos, np.float32) / 127.5 - 1
    return photos.transpose(0, 3, 1, 2) if convention == "torch" else photos[..., ::-1]

# %% wrong: mean and spread of these photographs | 4 of 6
# mean and spread were measured on these photographs; take those of the pictures that the network was trained on
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    photos = np.array(photos, np.float32)
    if convention == "torch":
        photos = photos / 255
        return ((photos - photos.mean((0, 1, 2))) / photos.std((0, 1, 2))).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - np.array([103.939, 116.779, 123.68])
    raise ValueError(convention)

# %% wrong: nothing for an unknown convention | 5 of 6
# for a convention that does not exist nothing is returned, and whoever called it goes on as if all were well: raise a ValueError
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    photos = np.array(photos, np.float32)
    if convention == "torch":
        return ((photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - np.array([103.939, 116.779, 123.68])

# %% wrong: a KeyError for an unknown convention | 5 of 6
# raise a ValueError for it; yours stopped with
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    ways = {"torch": lambda x: ((x / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(0, 3, 1, 2),
            "keras": lambda x: x[..., ::-1] - np.array([103.939, 116.779, 123.68])}
    return ways[convention](np.array(photos, np.float32))

# %% wrong: scales only what is larger than 1 | 4 of 6
# a nearly black photograph was not divided by 255: its values are small, and still of the scale from 0 to 255
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    photos = np.array(photos, np.float32)
    if convention == "torch":
        if photos.max() > 1:
            photos = photos / 255
        return ((photos - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - np.array([103.939, 116.779, 123.68])
    raise ValueError(convention)

# %% wrong: Lite0 from 0 to 1 | 5 of 6
# the values are from 0 to 1; Lite0 wants them from about −1 to 1
def preprocess(photos, convention):
    photos = np.asarray(photos, float)
    if convention == "torch":
        return ((photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - [103.939, 116.779, 123.68]
    if convention == "lite":
        return (photos / 255).transpose(0, 3, 1, 2)
    raise ValueError(convention)

# %% wrong: the mean of Lite0 alone | 5 of 6
# the spread was not used: divide by 128 after the mean is taken off
def preprocess(photos, convention):
    photos = np.asarray(photos, float)
    if convention == "torch":
        return ((photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - [103.939, 116.779, 123.68]
    if convention == "lite":
        return (photos - 127).transpose(0, 3, 1, 2)
    raise ValueError(convention)

# %% wrong: Lite0 divided first | 5 of 6
# the values were divided by 128 before 127 was taken off
def preprocess(photos, convention):
    photos = np.asarray(photos, float)
    if convention == "torch":
        return ((photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - [103.939, 116.779, 123.68]
    if convention == "lite":
        return (photos / 128 - 127).transpose(0, 3, 1, 2)
    raise ValueError(convention)

# %% wrong: Lite0's colours on the last axis | 5 of 6
# the colours are still on the last axis; a network in PyTorch wants them on the second
def preprocess(photos, convention):
    photos = np.asarray(photos, float)
    if convention == "torch":
        return ((photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - [103.939, 116.779, 123.68]
    if convention == "lite":
        return (photos - 127) / 128
    raise ValueError(convention)

# %% wrong: Lite0 with torchvision's mean and spread | 5 of 6
# these are torchvision's mean and spread; each network wants those that it was trained with
def preprocess(photos, convention):
    photos = np.asarray(photos, float)
    if convention == "torch":
        return ((photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - [103.939, 116.779, 123.68]
    if convention == "lite":
        return ((photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(0, 3, 1, 2)
    raise ValueError(convention)

# %% wrong: Lite0's colours turned round | 5 of 6
# the colours are in the order blue, green, red; Lite0 wants red, green, blue
def preprocess(photos, convention):
    photos = np.asarray(photos, float)
    if convention == "torch":
        return ((photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - [103.939, 116.779, 123.68]
    if convention == "lite":
        return ((photos[..., ::-1] - 127) / 128).transpose(0, 3, 1, 2)
    raise ValueError(convention)

# %% wrong: Lite0 computed in whole numbers | 5 of 6
# uint8 holds 0 to 255 and nothing below: 0 − 127 goes round to 129. Make numbers with a fraction of the photographs first
def preprocess(photos, convention):
    if convention == "lite":
        return ((photos - np.uint8(127)) / 128).transpose(0, 3, 1, 2) if photos.dtype == np.uint8 else ((photos - 127) / 128).transpose(0, 3, 1, 2)
    if convention == "torch":
        return ((photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - [103.939, 116.779, 123.68]
    raise ValueError(convention)

# %% wrong: Lite0 reshaped in place of transposed | 5 of 6
# `reshape` keeps the order of the numbers and mixes the pixels of different colours: use `transpose`
def preprocess(photos, convention):
    photos = np.asarray(photos, float)
    if convention == "lite":
        return ((photos - 127) / 128).reshape(len(photos), 3, *photos.shape[1:3])
    if convention == "torch":
        return ((photos / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]).transpose(0, 3, 1, 2)
    if convention == "keras":
        return photos[..., ::-1] - [103.939, 116.779, 123.68]
    raise ValueError(convention)

# %% right: colour by colour
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    red, green, blue = (np.asarray(photos)[..., k].astype(np.float64) for k in range(3))
    if convention == "torch":
        return np.stack([(red / 255 - 0.485) / 0.229, (green / 255 - 0.456) / 0.224, (blue / 255 - 0.406) / 0.225], axis=1)
    elif convention == "keras":
        return np.stack([blue - 103.939, green - 116.779, red - 123.68], axis=-1)
    raise ValueError("convention is 'torch' or 'keras'")

# %% right: tensors
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    if convention not in ("torch", "keras"):
        raise ValueError(f"unknown convention: {convention}")
    x = torch.tensor(np.array(photos, dtype=np.float32)).permute(0, 3, 1, 2)
    if convention == "torch":
        return (x / 255 - torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)) / torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)
    return (x.flip(1) - torch.tensor([103.939, 116.779, 123.68]).view(3, 1, 1)).permute(0, 2, 3, 1)

# %% right: photo by photo, a list
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    if convention == "torch":
        return [[(p[:, :, c] / 255 - m) / s for c, (m, s) in enumerate([(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)])] for p in photos]
    if convention == "keras":
        return [p[:, :, [2, 1, 0]] - np.array([103.939, 116.779, 123.68], dtype=np.float32) for p in photos]
    raise ValueError("?")

# %% right: in float32, with the numbers in a table
def preprocess(photos, convention):
    if convention == "lite":
        return ((np.asarray(photos, float) - 127) / 128).transpose(0, 3, 1, 2)
    table = {"torch": ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), "keras": ([123.68, 116.779, 103.939], [1, 1, 1])}
    if convention not in table:
        raise ValueError(f"{convention} is not known")
    mean, spread = np.array(table[convention], np.float32)
    x = np.array(photos).astype(np.float32)
    if convention == "torch":
        return np.moveaxis((x / np.float32(255) - mean) / spread, -1, 1)
    return np.flip((x - mean) / spread, axis=-1)

# %% equivalent
# `scaled.transpose(0, 3, 1, 2).astype(np.float32)` → `scaled.transpose(0, 3, 1, 2)`: numbers with a fraction may be of either precision
# `(photos[..., ::-1] - [103.939, 116.779, 123.68]).astype(np.float32)` → `photos[..., ::-1] - [103.939, 116.779, 123.68]`: numbers with a fraction may be of either precision
# `((photos - 127) / 128).transpose(0, 3, 1, 2).astype(np.float32)` → `((photos - 127) / 128).transpose(0, 3, 1, 2)`: numbers with a fraction may be of either precision
