"""Every number of the slides in data/worked_examples.toml is computed here, independently of the lessons' code."""

import math
import tomllib
from itertools import product
from math import exp

import pytest
from support.course import ROOT

EXAMPLES = tomllib.loads((ROOT / "data" / "worked_examples.toml").read_text())["example"]

BACK, FORWARD, SIGNS = (1, -1, -1, 1), (-1, 1, 1, -1), (1, -1, -1, 1)
SMUDGED, FADED = (1, 1, -1, 1), (-1, -1, 1, -1)


def dot(image, signs):
    return sum(a * b for a, b in zip(image, signs, strict=True))


def with_bad_drawings(image):
    return [image] + [tuple(-p if i == k else p for i, p in enumerate(image)) for k in range(4)]


def perfect(backs, forwards):
    """How many of the 16 patterns read all right: as they stand, and with their answers swapped."""
    patterns = list(product((1, -1), repeat=4))
    stand = [s for s in patterns if all(dot(b, s) > 0 for b in backs) and all(dot(f, s) < 0 for f in forwards)]
    swap = [s for s in patterns if all(dot(b, s) < 0 for b in backs) and all(dot(f, s) > 0 for f in forwards)]
    return [len(stand), len(swap)]


COMPUTE = {
    "slash_pixels": lambda: [*BACK, *FORWARD],
    "slash_sums": lambda: [sum(BACK), sum(FORWARD)],
    "slash_products": lambda: [
        BACK[0] * BACK[1] * BACK[2] * BACK[3],
        FORWARD[0] * FORWARD[1] * FORWARD[2] * FORWARD[3],
    ],
    "slash_terms": lambda: [a * b for image in (BACK, FORWARD) for a, b in zip(image, SIGNS, strict=True)],
    "slash_scores": lambda: [dot(BACK, SIGNS), dot(FORWARD, SIGNS)],
    "slash_badly_drawn_scores": lambda: [dot(SMUDGED, SIGNS), dot(FADED, SIGNS)],
    "slash_badly_drawn_grid": lambda: list(SMUDGED),
    "slash_badly_drawn_slash_grid": lambda: list(FADED),
    "slash_choices": lambda: len(set(product((1, -1), repeat=4))),
    "slash_two_images": lambda: len({BACK, FORWARD}),
    "slash_two_classify_well": lambda: perfect(with_bad_drawings(BACK), with_bad_drawings(FORWARD)),
    "slash_clean_images_do_not_decide": lambda: perfect([BACK], [FORWARD]),
}


# Lesson 02: convolution, in plain Python


def slide(image, kernel, stride=1):
    f, g = len(kernel), len(kernel[0])
    return [
        [
            sum(image[i + a][j + b] * kernel[a][b] for a in range(f) for b in range(g))
            for j in range(0, len(image[0]) - g + 1, stride)
        ]
        for i in range(0, len(image) - f + 1, stride)
    ]


def bordered(image, padding=1):
    width = len(image[0]) + 2 * padding
    rows = [[0] * padding + list(row) + [0] * padding for row in image]
    return [[0] * width] * padding + rows + [[0] * width] * padding


def largest(image, size=2):
    """Max pooling with partial windows, stride = size."""
    starts = [range(0, len(image), size), range(0, len(image[0]), size)]
    return [[max(v for row in image[i : i + size] for v in row[j : j + size]) for j in starts[1]] for i in starts[0]]


def size(n, f, stride=1, padding=0):
    return (n + 2 * padding - f) // stride + 1


def parameters(in_channels, out_channels, side, bias=1):
    return out_channels * (in_channels * side * side + bias)


def grid(text):
    return [[int(value) for value in row.split()] for row in text.split("/")]


def rounded(rows, digits=2):
    return [[round(value, digits) for value in row] for row in rows]


def ninth(rows):
    return [[value / 9 for value in row] for row in rows]


def relu(rows):
    return [[max(value, 0) for value in row] for row in rows]


PHOTO = grid(
    "18 54 51 239 244 188/55 121 75 78 95 88/35 24 204 113 109 221/"
    "3 154 104 235 25 130/15 253 225 159 78 233/68 85 180 214 245 0"
)
CROSS = grid("1 0 1/0 1 0/1 0 1")
STRIPES = grid("1 1 1 0 0/0 1 1 1 0/0 0 1 1 1/0 0 1 1 0/0 1 1 0 0")
NUMBERS = grid("22 15 1 3 60/42 5 38 39 7/28 9 4 66 79/0 2 25 12 17/9 14 2 51 3")
HAPPY = grid("0 0 0 0 0 0 0/0 1 0 0 0 1 0/0 0 0 0 0 0 0/0 0 0 1 0 0 0/0 1 0 0 0 1 0/0 0 1 1 1 0 0/0 0 0 0 0 0 0")
DETECTOR = grid("0 0 1/1 0 0/0 1 1")
UNEVEN = grid("3 0 1 2 7 4/1 5 8 9 3 1/2 7 2 5 1 3/0 1 3 1 7 8/4 2 1 6 2 8/2 4 5 2 3 9")
VERTICAL = grid("1 0 -1/1 0 -1/1 0 -1")
SEVEN = grid("2 3 7 4 6 2 9/6 6 9 8 7 4 3/3 4 8 3 8 9 7/7 8 3 6 6 3 4/4 2 1 8 3 4 6/3 2 4 1 9 8 3/0 1 3 9 2 1 4")
COUNTING = [[10 * i + j for j in range(1, 8)] for i in range(8)]
TO_PAD = grid("3 3 4 4 7 0/9 7 6 5 8 2/6 5 5 6 9 2/7 1 3 2 7 8/0 3 7 1 8 3/4 0 4 3 2 2")
ONES = grid("1 1 1/1 1 1/1 1 1")
FALLING = grid("1 -1 -1/-1 1 -1/-1 -1 1")
CROSSING = grid("1 -1 1/-1 1 -1/1 -1 1")
RISING = grid("-1 -1 1/-1 1 -1/1 -1 -1")
X = [[1 if 1 <= i <= 7 and j in (i, 8 - i) else -1 for j in range(9)] for i in range(9)]
UPRIGHT_X = [[1 if 1 <= i <= 7 and 1 <= j <= 7 and 4 in (i, j) else -1 for j in range(9)] for i in range(9)]
SUMS = [
    sum(sum(row) for row in grid(kernel)) / divisor
    for kernel, divisor in [
        ("0 0 0/0 1 0/0 0 0", 1), ("1 0 -1/0 0 0/-1 0 1", 1), ("0 1 0/1 -4 1/0 1 0", 1),
        ("-1 -1 -1/-1 8 -1/-1 -1 -1", 1), ("0 -1 0/-1 5 -1/0 -1 0", 1), ("1 1 1/1 1 1/1 1 1", 9),
        ("1 2 1/2 4 2/1 2 1", 16),
    ]
]  # fmt: skip
NINTHS = [
    sum(sum(row) for row in grid(kernel))
    for kernel in [
        "0 0 0/0 9 0/0 0 0", "0 9 0/9 -36 9/0 9 0", "1 1 1/1 1 1/1 1 1", "0 -3 0/-3 21 -3/0 -3 0", "0 0 0/0 12 0/0 0 0",
        "0 0 0/0 6 0/0 0 0", "-2 2 18/-3 0 2/-3 -3 -2", "9 6 0/6 0 -6/0 -6 -1",
    ]
]  # fmt: skip


def map_of(kernel, letter=X):
    return ninth(slide(letter, kernel))


def best_match(letter):
    """The largest value that any of the three features has in a letter."""
    return round(max(v for kernel in (FALLING, CROSSING, RISING) for row in map_of(kernel, letter) for v in row), 2)


COMPUTE |= {
    "window_429": lambda: slide(PHOTO, CROSS)[0][0],
    "window_429_terms": lambda: 18 * 1 + 51 * 1 + 121 * 1 + 35 * 1 + 204 * 1,
    "feature_map_4x4": lambda: slide(PHOTO, CROSS),
    "stripes_map": lambda: slide(STRIPES, CROSS)[0][0],
    "two_corners_map": lambda: slide(NUMBERS, grid("0 0 1/0 0 0/1 0 0")),
    "happy_face_map": lambda: slide(HAPPY, DETECTOR),
    "happy_face_pooled": lambda: largest(slide(HAPPY, DETECTOR)),
    "happy_face_pooled_size": lambda: [size(5, 2, 2), size(5, 2, 2)],
    "happy_face_halved": lambda: 3 / 5,
    "happy_face_flattened": lambda: [value for row in largest(slide(HAPPY, DETECTOR)) for value in row],
    "vertical_edge_window": lambda: slide(UNEVEN, VERTICAL)[0][0],
    "vertical_edge_second": lambda: slide(UNEVEN, VERTICAL)[0][1],
    "vertical_edge_10": lambda: slide([[10, 10, 10, 0, 0, 0]] * 6, VERTICAL)[0],
    "vertical_edge_10_size": lambda: size(6, 3),
    "strided_map": lambda: slide(SEVEN, grid("3 4 4/1 0 2/-1 0 3"), 2)[0],
    "ones_filter": lambda: [row[:2] for row in slide(COUNTING, ONES, 2)[:2]],
    "ones_filter_size": lambda: [size(8, 3, 2), size(7, 3, 2)],
    "padded_size": lambda: len(bordered(TO_PAD)),
    "padded_map": lambda: [row[:3] for row in slide(bordered(TO_PAD), VERTICAL)[:2]],
    "output_7_3": lambda: size(7, 5),
    "output_size_formula": lambda: size(6, 3),
    "output_pool_5_3": lambda: size(5, 3),
    "output_padded_7": lambda: size(7, 3, 1, 1),
    "output_stride_2": lambda: size(7, 3, 2, 1),
    "output_227": lambda: size(227, 11, 4),
    "output_32_pad_2": lambda: [size(32, 5, 1, 2), size(32, 5, 1, 2), 10],
    "output_32_pad_2_again": lambda: parameters(3, 10, 5),
    "parameters_760": lambda: [parameters(3, 1, 5), parameters(3, 10, 5)],
    "dot_product_76": lambda: 5 * 5 * 3,
    "output_28_1": lambda: [size(32, 5), size(32, 5), 1],
    "output_28_6": lambda: [size(32, 5), size(32, 5), 6],
    "output_28_6_again": lambda: [size(32, 5), size(32, 5), 6],
    "parameters_280": lambda: [3 * 3 * 3, parameters(3, 10, 3)],
    "parameters_conv1": lambda: [size(32, 5), size(32, 5), 6],
    "volume_conv_pool": lambda: [size(28, 2, 2), size(size(14, 5), 2, 2), size(size(14, 5), 2, 2) ** 2 * 16],
    "keras_64": lambda: size(64, 3),
    "keras_parameters": lambda: [
        parameters(3, 32, 3),
        parameters(32, 32, 3),
        8192 * 512 + 512,
        512 * 10 + 10,
        parameters(3, 32, 3) + parameters(32, 32, 3) + 8192 * 512 + 512 + 512 * 10 + 10,
    ],
    "keras_shapes": lambda: [size(32, 3, 1, 1), size(32, 2, 2), size(32, 2, 2) ** 2 * 32],
    "rgbd": lambda: [size(224, 7), size(224, 7)],
    "stereo": lambda: [size(224, 5), size(224, 5)],
    "pool_max_vgg": lambda: largest(slide(PHOTO, CROSS)),
    "pool_max_slice": lambda: largest(grid("1 1 2 4/5 6 7 8/3 2 1 0/1 2 3 4")),
    "pool_max_12": lambda: largest(grid("12 20 30 0/8 12 2 0/34 70 37 4/112 100 25 12")),
    "pool_parameters": lambda: [parameters(1, 6, 5), parameters(6, 16, 5)],
    "kernel_sums": lambda: SUMS,
    "kernel_sums_ninths": lambda: NINTHS,
    "xo_falling": lambda: rounded(map_of(FALLING))[0],
    "xo_relu": lambda: rounded(relu(map_of(FALLING)))[1],
    "xo_pooled_falling": lambda: rounded(largest(relu(map_of(FALLING)))),
    "xo_pooled_crossing": lambda: rounded(largest(relu(map_of(CROSSING)))),
    "xo_pooled_rising": lambda: rounded(largest(relu(map_of(RISING)))),
    "xo_more_than_one": lambda: best_match(X),
    "xo_third_filter": lambda: RISING,
    "xo_third_map": lambda: rounded(map_of(RISING))[0],
    "error_table_x": lambda: round(1 - 0.92, 2),
    "error_table_o": lambda: round(0 - 0.51, 2),
    "error_table_total": lambda: round(abs(1 - 0.92) + abs(0 - 0.51), 2),
    "million_pixels": lambda: 10**6 * 3 * 1000,  # a million pixels, three colours, a dense layer of 1,000
    "lenet_150": lambda: [parameters(1, 6, 5, bias=0), parameters(1, 6, 5)],
    "lenet_2400": lambda: [parameters(6, 16, 5, bias=0), parameters(6, 16, 5)],
    "lenet_dense": lambda: [32 * 32 * 28 * 28 * 6, 14 * 14 * 6 * 10 * 10 * 16],
    "receptive_field": lambda: [1 + 2 * layers for layers in (1, 2, 3)],
    "rotation_invariance": lambda: [best_match(X), best_match(UPRIGHT_X)],
}


# Lesson 03: edges, in plain Python

STEP = [[100, 100, 200, 200]] * 4
PATCH = grid("121 10 78 96 125/48 152 68 125 111/145 78 85 89 65/154 214 56 200 66/214 87 45 102 45")
SOBEL_A = [[difference * weight for weight in (1, 2, 1)] for difference in (-1, 0, 1)]
SOBEL_B = [[weight * difference for difference in (-1, 0, 1)] for weight in (1, 2, 1)]
TEN_NINE = [[10, 10, 10, 0, 0, 0], [10, 9, 10, 0, 0, 0], *[[10, 10, 10, 0, 0, 0]] * 4]


def turned(rows):
    return [row[::-1] for row in rows[::-1]]


def across(rows):
    return [list(column) for column in zip(*rows, strict=True)]


G_X, G_Y = PATCH[2][3] - PATCH[2][1], PATCH[1][2] - PATCH[3][2]

COMPUTE |= {
    "sobel_terms": lambda: [STEP[i][j] * SOBEL_B[i][j] for j in (0, 2) for i in range(3)],
    "sobel_400": lambda: slide(STEP, SOBEL_B)[0][0],
    "sobel_convolution": lambda: slide(STEP, turned(SOBEL_B))[0][0],
    "sobel_masks": lambda: [SOBEL_A, SOBEL_B],
    "sobel_names": lambda: [[slide(edge, mask)[0][0] for edge in (across(STEP), STEP)] for mask in (SOBEL_A, SOBEL_B)],
    "average_filter": lambda: rounded(ninth(slide(STEP, ONES)), 1)[0],
    "hog_gx": lambda: G_X,
    "hog_gy": lambda: G_Y,
    "hog_gy_downwards": lambda: -G_Y,
    "hog_root": lambda: round(math.hypot(11, 8), 1),
    "hog_magnitude": lambda: round(math.hypot(G_X, G_Y), 1),
    "hog_direction": lambda: [round(math.degrees(math.atan(g_y / G_X)), 1) for g_y in (8, G_Y)],
    "hog_tangent": lambda: [round(math.degrees(math.atan(g_y / g_x)), 1) for g_x, g_y in ((1, 1), (-1, -1))],
    "vertical_edge_9": lambda: slide(TEN_NINE, VERTICAL)[:2],
}
# Lesson 05: AlexNet, in plain Python


def alexnet(filters, groups, first, bias, padded):
    """(sides behind the layers, parameters of the eight layers).  first: (side of the picture, padding of conv1)."""
    paddings = (first[1], 2, 1, 1, 1) if padded else (0,) * 5
    side, channels, sides, counts = first[0], 3, [], []
    for k, (kernel, stride) in enumerate([(11, 4), (5, 1), (3, 1), (3, 1), (3, 1)]):
        side = size(side, kernel, stride, paddings[k])
        counts.append(filters[k] * (channels // groups[k] * kernel**2 + bias))
        channels = filters[k]
        sides.append(side)
        if k in (0, 1, 4):
            side = size(side, 3, 2)
            sides.append(side)
    inputs = [side**2 * channels, 4096, 4096]
    return sides, counts + [n * (i + bias) for n, i in zip((4096, 4096, 1000), inputs, strict=True)]


FILTERS, ALONE = (96, 256, 384, 384, 256), (1,) * 5
SLIDE = alexnet(FILTERS, ALONE, (227, 0), 0, padded=False)
PAPER = alexnet(FILTERS, (1, 2, 1, 2, 2), (227, 0), 1, padded=True)
UNGROUPED = alexnet(FILTERS, ALONE, (227, 0), 1, padded=True)
TORCHVISION = alexnet((64, 192, 384, 256, 256), ALONE, (224, 2), 1, padded=True)


DENSE = list(zip(PAPER[1][5:], (6 * 6 * 256, 4096, 4096), strict=True))


def cifar(shape):
    """Parameters of the deck's CIFAR-10 network. shape: what Keras takes for channels, rows and columns."""
    channels, rows, columns = shape
    flat = 32 * (rows // 2) * (columns // 2)
    return parameters(channels, 32, 3) + parameters(32, 32, 3) + 512 * (flat + 1) + 10 * (512 + 1)


def powers_of_ten_lost(variance):
    """In the size of a gradient, through 50 layers with ReLU.  variance: of the weights, times their number."""
    return round(50 * math.log10(variance / 2) / 2)


COMPUTE |= {
    "alexnet_layers": lambda: len(SLIDE[1]),
    "alexnet_year": lambda: 2012,  # Krizhevsky, Sutskever and Hinton, NeurIPS 2012
    "alexnet_sides": lambda: SLIDE[0],
    "alexnet_padding": lambda: [SLIDE[0][-1], PAPER[0][-1]],
    "alexnet_conv1": lambda: SLIDE[1][0],
    "alexnet_conv2": lambda: SLIDE[1][1],
    "alexnet_conv3": lambda: SLIDE[1][2],
    "alexnet_conv4": lambda: SLIDE[1][3],
    "alexnet_conv5": lambda: SLIDE[1][4],
    "alexnet_fc6": lambda: SLIDE[1][5],
    "alexnet_fc7": lambda: [SLIDE[1][6], SLIDE[1][6] / 2**20],
    "alexnet_fc8": lambda: SLIDE[1][7],
    "alexnet_convolutions": lambda: sum(SLIDE[1][:5]) / 10**6,
    "alexnet_total": lambda: [sum(network[1]) for network in (SLIDE, PAPER, UNGROUPED, TORCHVISION)],
    "gigaflops": lambda: 10**9,
    # He and others 2015, table 1: convolutions of a block, blocks of the four stages, first convolution and dense layer
    "resnet_layers": lambda: [
        convolutions * sum(stages) + 2
        for convolutions, stages in [
            (2, (2, 2, 2, 2)), (2, (3, 4, 6, 3)), (3, (3, 4, 6, 3)), (3, (3, 4, 23, 3)), (3, (3, 8, 36, 3)),
        ]
    ],
    "resnet_gradients": lambda: [powers_of_ten_lost(1 / 3), powers_of_ten_lost(2)],
    "alexnet_depths": lambda: [*FILTERS, *(count // (inputs + 1) for count, inputs in DENSE)],
    "alexnet_pool_parameters": lambda: [0] * (len(SLIDE[0]) - len(FILTERS)),
    "alexnet_terms": lambda: round(sum((0.034, 0.6, 0.8, 1.327, 0.8, 4, 16, 4)), 3),
    "alexnet_names": lambda: [len({f"conv{k}" for k in range(1, 6)} | {f"fc{k}" for k in range(6, 9)}), len(SLIDE[1])],
    "cifar_total": lambda: [cifar((3, 32, 32)), cifar((3, 32, 32)), 0],
    "cifar_channels": lambda: [cifar((3, 32, 32)), cifar((32, 3, 32))],
    "cifar_dropout": lambda: [32 * 32 * 32, 32 * 16 * 16, 32 * 16 * 16],
}  # fmt: skip
# Lesson 04: LeNet-5 and its training
LENET = [parameters(1, 6, 5), parameters(6, 16, 5), 120 * (400 + 1), 84 * (120 + 1), 10 * (84 + 1)]
MICROSECONDS = (228, 223, 215, 216, 218, 219, 216, 212, 217, 218)  # for each picture, in ten epochs
LOSSES = (0.1939, 0.0912, 0.0708, 0.0583, 0.0528, 0.0455, 0.0421, 0.0384, 0.0358, 0.0336)
ACCURACIES = (0.9418, 0.9745, 0.9814, 0.9849, 0.9872, 0.9891, 0.9910, 0.9917, 0.9925, 0.9934)
DECAY = 0.01 / 25


COMPUTE |= {
    "lenet_maps": lambda: [size(32, 5), size(14, 5)],
    "lenet_flatten": lambda: (size(size(32, 5) // 2, 5) // 2) ** 2 * 16,
    "lenet_fc1": lambda: 120 * (400 + 1),
    "lenet_fc2": lambda: 84 * (120 + 1),
    "lenet_fc3": lambda: [84 * 10, 10],
    "lenet_colour_shapes": lambda: [size(32, 5), size(32, 5) // 2, size(14, 5) // 2, 5 * 5 * 16],
    "lenet_colour_parameters": lambda: parameters(3, 6, 5),
    "lenet_pretrained": lambda: "trained on its own task",
    "keras_today": lambda: size(64, 3, 3),
    "softmax_of_one": lambda: [exp(z) / sum([exp(z)]) for z in (-3, 0, 5)],
    "second_input_shape": lambda: [size(64, 3) // 2, size(64, 3) // 2, 32],
    "fit_seconds": lambda: round(60_000 * 228e-6),
    "fit_log": lambda: [10, 10 * 60_000 // 32],
    "fit_accuracy": lambda: [round(60_000 * 0.9934), round(60_000 * (1 - 0.9934))],
    "overfitting_gap": lambda: [100 - 72, 100 - 70],
    "brackets": lambda: ["myModel.add(layers.Conv2D(32, (3, 3))".count(bracket) for bracket in "()"],
    "lenet_output": lambda: [6, size(32, 5), size(32, 5), 16, size(14, 5), size(14, 5)],
    "lenet_neurons": lambda: [LENET[2] // (400 + 1), LENET[3] // (120 + 1), LENET[4] // (84 + 1)],
    "lenet_sum": lambda: [150 + 2400 + 48120 + 10164 + 850 + 10, sum(LENET) - (6 + 16 + 120 + 84 + 10), sum(LENET)],
    "lenet_colour_fc3": lambda: [LENET[2] // (5 * 5 * 16 + 1), 1],
    "lenet_colour_total": lambda: [*LENET[1:], parameters(3, 6, 5) + sum(LENET[1:])],
    "lenet_year": lambda: 1998,  # LeCun, Bottou, Bengio and Haffner, Proceedings of the IEEE 86
    "hubel_wiesel": lambda: 1959,  # Receptive fields of single neurones in the cat's striate cortex, J. Physiol. 148
    "neocognitron": lambda: 1980,  # Biological Cybernetics 36
    "deck_classifier_first": lambda: parameters(3, 32, 3),
    "deck_classifier_total": lambda: parameters(3, 32, 3) + parameters(32, 32, 3) + 128 * (14 * 14 * 32 + 1) + 129,
    "deck_classifier_short": lambda: [
        parameters(3, 32, 3) + 128 * (31 * 31 * 32 + 1),
        parameters(3, 32, 3) + parameters(32, 32, 3) + 128 * (14 * 14 * 32 + 1),
    ],
    "fit_seconds_each": lambda: [round(60_000 * each * 1e-6) for each in MICROSECONDS],
    "fit_step": lambda: [228, 32 * 228],
    "fit_losses": lambda: [sorted(LOSSES, reverse=True) == list(LOSSES), sorted(ACCURACIES) == list(ACCURACIES)],
    "fit_last_loss": lambda: round(exp(-LOSSES[-1]), 3),
    "cifar_decay": lambda: DECAY,
    "cifar_decay_end": lambda: [round(0.01 / (1 + DECAY * 25 * steps), 4) for steps in (1, math.ceil(50_000 / 32))],
    "cifar_test_set": lambda: len(set(range(10_000)) - set(range(10_000))),
}


# Lesson 06: VGG and transfer. A block: its convolutions and their channels.
VGG16 = [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]
VGG19 = [(2, 64), (2, 128), (4, 256), (4, 512), (4, 512)]
STEPS = ("load a trained network", "freeze it", "add a classifier", "train the classifier", "tune, and unfreeze more")
IN_PYTORCH = [
    "resnet18",
    "alexnet",
    "vgg16",
    "squeezenet",
    "densenet",
    "inception",
    "googlenet",
    "shufflenet",
    "mobilenet",
]
WITH_WEIGHTS = [
    "resnet18",
    "alexnet",
    "squeezenet",
    "vgg16",
    "densenet",
    "inception",
    "googlenet",
    "shufflenet",
    "mobilenet",
]


def base_parameters(blocks):
    total, channels = 0, 3
    for convolutions, kernels in blocks:
        for _ in range(convolutions):
            total, channels = total + parameters(channels, kernels, 3), kernels
    return total


def head_parameters():
    return [m * (n + 1) for n, m in ((512 * 7 * 7, 4096), (4096, 4096), (4096, 1000))]


COMPUTE |= {
    "vgg_in_the_list": lambda: [base_parameters(blocks) + sum(head_parameters()) for blocks in (VGG16, VGG19)],
    "vgg_layers": lambda: [sum(count for count, _ in blocks) + 3 for blocks in (VGG16, VGG19)],
    "imagenet_contest": lambda: [1_281_167, 1000],  # Russakovsky and others 2015, table 2
    "transfer_steps": lambda: len(STEPS),
    "last_layer_only": lambda: [
        head_parameters()[-1], round(head_parameters()[-1] / (base_parameters(VGG16) + sum(head_parameters())), 2)
    ],
    "two_thousand_samples": lambda: round(100 * 2000 / 1_281_167, 2),
    "first_layers": lambda: [base_parameters(VGG16[:2]), base_parameters(VGG16)],
    "pretrained_true": lambda: [len(IN_PYTORCH), len(set(IN_PYTORCH) & set(WITH_WEIGHTS))],
}  # fmt: skip


# Lesson 07: regularisation
REMEDIES = ("regularization", "dropout", "data augmentation", "early stopping", "norm constraints", "l1 and l2")


def after_two_steps(decay=0.0, l2=0.0, momentum=0.0, rate=0.1):
    """A weight of 1 after two steps in which the data say nothing."""
    weight, velocity = 1.0, 0.0
    for _ in range(2):
        velocity = momentum * velocity + l2 * weight
        weight = weight * (1 - rate * decay) - rate * velocity
    return round(weight, 6)


COMPUTE |= {
    "cifar_dropout_rates": lambda: [[1 / (1 - p) for p in (0.2, 0.5)], [p / (1 - p) for p in (0.2, 0.5)]],
    "cifar_maxnorm": lambda: [round(3 * math.sqrt(columns), 2) for columns in (3 * 3, 3 * 32, 1)],
    "decay_is_l2": lambda: [after_two_steps(decay=0.5), after_two_steps(l2=0.5), after_two_steps(l2=0.5, momentum=0.9)],
    "cifar_no_weight_decay": lambda: after_two_steps(momentum=0.9),
    "remedies_listed": lambda: len(REMEDIES[1:]),
}  # fmt: skip

# Lesson 08: seeing inside
NEURON = (3.0, -4.0)


def cosine(w, x):
    return dot(w, x) / math.sqrt(dot(w, w) * dot(x, x))


COMPUTE |= {
    "filters_between_0_and_1": lambda: [round((0 - low) / (high - low), 6) for low, high in ((-0.1, 0.9), (-9, 1))],
    "fires_maximally": lambda: [round(dot(NEURON, x), 6) for x in ((0.6, -0.8), (1.2, -1.6), (1, -1))],
    "score_is_a_dot_product": lambda: [
        dot((3, 0, -4, 0), (1.0, 5, 2, 1)),
        round(math.sqrt(25) * math.sqrt(31) * cosine((3, 0, -4, 0), (1, 5, 2, 1)), 6),
    ],
    "score_and_cosine": lambda: [[round(f(NEURON, x), 6) for f in (dot, cosine)] for x in ((0.3, -0.4), (10, 0))],
    "heat_map_of_y": lambda: [round(1 / (1 + math.exp(-logit)), 5) for logit in (10, 7)],
}  # fmt: skip


# Lesson 09: beyond pictures
COMPUTE |= {
    "stereo_kernel": lambda: next(f for f in range(1, 224) if 224 - f + 1 == 220),
    "only_local": lambda: 1 + sum((2 - 1) * 2**layer for layer in range(10)),
}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["id"])
def test_the_number_is_what_the_list_says(example):
    computed = COMPUTE[example["id"]]()
    assert computed == example["computed"]
    if example["verdict"] == "right" and not isinstance(example["says"], str):
        assert example["says"] == computed
    else:
        assert example["says"] != computed


def test_every_computation_is_listed_once():
    assert sorted(COMPUTE) == sorted(example["id"] for example in EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["id"])
def test_the_lesson_exists(example):
    for lesson in [example["lesson"], *example.get("also", [])]:
        assert (ROOT / "solutions" / lesson).is_dir()
    assert example["verdict"] in {"right", "wrong", "misleading"}
