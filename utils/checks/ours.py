"""Exercises that a library can do, for students who want to go on with a lesson before they have solved one.

Each of them is to be written by hand, so none of these functions is an answer: `checks.by_hand` refuses them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from utils.errors import CourseError


def ours(exercise: str) -> Callable:
    """The course's own function for an exercise: `correlate2d = checks.ours("correlate2d")`. It gets no points.

    Raises CourseError where there is none: what no library does would be the solution.
    """
    if not has_ours(exercise):
        raise CourseError(
            f"there is no checks.ours({exercise!r}): no library does this. Cells that need it say so, and when your "
            "notebook is graded the exercises that call it are tried with the course's own"
        )
    return _FUNCTIONS[exercise]


def has_ours(exercise: str) -> bool:
    """Whether a library can do this exercise."""
    return exercise in _FUNCTIONS


# --- 02 convolution ------------------------------------------------------------------------------------------------


def window_product(image: Any, kernel: Any, row: int, column: int) -> Any:
    """See lesson 02."""
    window = np.asarray(image, float)[row:, column:][: len(kernel), : len(kernel[0])]
    return np.vdot(window, np.asarray(kernel, float))


def correlate2d(image: Any, kernel: Any) -> np.ndarray:
    """See lesson 02."""
    from scipy import signal

    return signal.correlate2d(np.asarray(image, float), kernel, mode="valid")


def convolve2d(image: Any, kernel: Any) -> np.ndarray:
    """See lesson 02."""
    from scipy import signal

    return signal.convolve2d(np.asarray(image, float), kernel, mode="valid")


def pad(image: Any, padding: int) -> np.ndarray:
    """See lesson 02."""
    return np.pad(image, padding)


def conv2d(image: Any, kernel: Any, stride: int = 1, padding: int = 0) -> np.ndarray:
    """See lesson 02."""
    image, kernel = np.asarray(image)[None, None], np.asarray(kernel)[None, None]
    return conv_layer(image, kernel, np.zeros(1), stride, padding)[0, 0]


def conv_layer(batch: Any, weights: Any, bias: Any, stride: int = 1, padding: int = 0) -> np.ndarray:
    """See lesson 02."""
    from torch.nn import functional

    return functional.conv2d(*_tensors(batch, weights, bias), stride, padding).numpy()


def pool2d(image: Any, size: int, stride: int, kind: str = "max", partial: bool = False) -> np.ndarray:
    """See lesson 02."""
    from torch.nn import functional

    pool = functional.max_pool2d if kind == "max" else functional.avg_pool2d
    pooled = pool(_tensors(image)[0][None, None], size, stride, ceil_mode=partial)[0, 0].numpy()
    if kind != "sum":
        return pooled
    ones = functional.pad(_tensors(np.ones(np.shape(image)))[0], (0, size, 0, size))
    counts = functional.avg_pool2d(ones[None, None], size, stride)[0, 0].numpy() * size**2
    return pooled * counts[: len(pooled), : pooled.shape[1]]


def conv_matrix(kernel: Any, rows: int, columns: int) -> np.ndarray:
    """See lesson 02."""
    single = np.eye(rows * columns).reshape(-1, rows, columns)
    return np.array([correlate2d(picture, kernel).ravel() for picture in single]).T


def im2col(image: Any, f: int, g: int) -> np.ndarray:
    """See lesson 02."""
    from torch.nn import functional

    return functional.unfold(_tensors(image)[0][None], (f, g))[0].numpy()


# --- 03 edges and HOG ----------------------------------------------------------------------------------------------


def gradients(image: Any) -> tuple[np.ndarray, np.ndarray]:
    """See lesson 03."""
    from scipy import ndimage

    image = np.asarray(image, float)
    across, down = (ndimage.correlate1d(image, [-1, 0, 1], axis=axis) for axis in (1, 0))
    across[:, [0, -1]] = 0
    down[[0, -1]] = 0
    return across, down


def sobel(image: Any) -> tuple[np.ndarray, np.ndarray]:
    """See lesson 03."""
    from scipy import ndimage

    image = np.asarray(image, float)
    return ndimage.sobel(image, axis=1)[1:-1, 1:-1], ndimage.sobel(image, axis=0)[1:-1, 1:-1]


def normalize_block(block: Any, limit: float = 0.2, epsilon: float = 1e-5) -> np.ndarray:
    """See lesson 03."""

    def to_length_1(values: np.ndarray) -> np.ndarray:
        return values / np.hypot(np.linalg.norm(values), epsilon)

    return to_length_1(np.minimum(to_length_1(np.asarray(block, float)), limit))


def non_maximum_suppression(magnitude: Any, g_x: Any, g_y: Any) -> np.ndarray:
    """See lesson 03."""
    from scipy import ndimage

    magnitude, step = np.asarray(magnitude, float), np.stack([g_y, g_x]).astype(float)
    longest = np.abs(step).max(axis=0)
    step = np.divide(step, longest, out=np.zeros_like(step), where=longest > 0)
    sides = [ndimage.map_coordinates(magnitude, np.indices(magnitude.shape) + s * step, order=1) for s in (1, -1)]
    inner = np.pad(np.ones(np.subtract(magnitude.shape, 2), bool), 1)
    return np.where(inner & (magnitude >= np.maximum(*sides)), magnitude, 0)


def hysteresis(magnitude: Any, low: float, high: float) -> np.ndarray:
    """See lesson 03."""
    from scipy import ndimage

    if high < low:
        raise ValueError("low is above high")
    parts, _ = ndimage.label(np.asarray(magnitude) >= low, np.ones((3, 3)))
    return np.isin(parts, parts[np.asarray(magnitude) >= high])


def match_descriptors(first: Any, second: Any, max_ratio: float = 0.8) -> np.ndarray:
    """See lesson 03."""
    from skimage import feature

    pair = (np.asarray(rows, float) for rows in (first, second))
    return feature.match_descriptors(*pair, max_ratio=max_ratio, cross_check=False)


# --- 04 LeNet ------------------------------------------------------------------------------------------------------


def lenet_forward(images: Any, parameters: Sequence[Any]) -> np.ndarray:
    """See lesson 04."""
    from torch.nn import functional

    x, w1, b1, w2, b2, w3, b3, w4, b4, w5, b5 = _tensors(images, *parameters)
    for weights, bias in ((w1, b1), (w2, b2)):
        x = functional.max_pool2d(functional.relu(functional.conv2d(x, weights, bias)), 2)
    x = x.flatten(1)
    for weights, bias in ((w3, b3), (w4, b4)):
        x = functional.relu(functional.linear(x, weights, bias))
    return functional.linear(x, w5, b5).numpy()


def softmax_cross_entropy(logits: Any, labels: Any) -> tuple[float, np.ndarray]:
    """See lesson 04."""
    import torch

    (scores,) = _tensors(logits)
    loss = torch.nn.functional.cross_entropy(scores.requires_grad_(), torch.tensor(np.array(labels, np.int64)))
    loss.backward()
    return loss.item(), scores.grad.numpy()


def dense_backward(gradient: Any, batch: Any, weights: Any) -> tuple[np.ndarray, ...]:
    """See lesson 04."""
    from torch.nn import functional

    return _slopes(functional.linear, gradient, batch, weights, np.zeros(len(weights)))


def relu_backward(gradient: Any, batch: Any) -> np.ndarray:
    """See lesson 04."""
    from torch.nn import functional

    return _slopes(functional.relu, gradient, batch)[0]


def maxpool_backward(gradient: Any, batch: Any) -> np.ndarray:
    """See lesson 04."""
    from torch.nn import functional

    return _slopes(lambda maps: functional.max_pool2d(maps, 2), gradient, batch)[0]


def conv_backward(gradient: Any, batch: Any, weights: Any) -> tuple[np.ndarray, ...]:
    """See lesson 04."""
    from torch.nn import functional

    return _slopes(functional.conv2d, gradient, batch, weights, np.zeros(len(weights)))


def sgd_step(parameters: Sequence[Any], gradients: Sequence[Any], learning_rate: float) -> list[np.ndarray]:
    """See lesson 04."""
    import torch

    tensors = _tensors(*parameters)
    for tensor, slope in zip(tensors, _tensors(*gradients), strict=True):
        tensor.grad = slope
    torch.optim.SGD(tensors, lr=learning_rate).step()
    return [tensor.numpy() for tensor in tensors]


# --- 05 AlexNet ----------------------------------------------------------------------------------------------------


def summarize(layers: Sequence[dict], shape: Sequence[int]) -> list[tuple]:
    """See lesson 05. PyTorch builds each layer without memory for its values, and counts what it would do."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    rows, maps = [], torch.zeros(1, *shape, device="meta")
    for told in layers:
        with torch.device("meta"):
            one = _layer(**told, before=maps)
        with FlopCounterMode(display=False) as counter:
            maps = one(maps)
        parameters = sum(values.numel() for values in one.parameters())
        rows.append((told["name"], tuple(maps.shape[1:]), parameters, counter.get_total_flops() // 2))
    return rows


def _layer(kind: str, before: Any, **told: Any) -> Any:
    """PyTorch's layer for one of lesson 05's descriptions, behind maps (1, channels, …)."""
    from torch import nn

    if kind == "dense":
        return nn.Sequential(nn.Flatten(), nn.Linear(before.numel(), told["channels"], told["bias"]))
    size = told["kernel"], told["stride"], told["padding"]
    if kind == "pool":
        return nn.MaxPool2d(*size)
    return nn.Conv2d(before.shape[1], told["channels"], *size, groups=told["groups"], bias=told["bias"])


# --- 07 regularisation -----------------------------------------------------------------------------------------------


def penalty(arrays: Sequence[Any], l1: float = 0.0, l2: float = 0.0) -> tuple[float, list[np.ndarray]]:
    """See lesson 07."""
    tensors = [tensor.requires_grad_() for tensor in _tensors(*arrays)]
    cost = sum((tensor.ndim > 1) * (l1 * tensor.abs().sum() + l2 * tensor.square().sum()) for tensor in tensors)
    cost.backward()
    return cost.item(), [tensor.grad.numpy() for tensor in tensors]


def shrink(weights: Any, amount: float) -> np.ndarray:
    """See lesson 07."""
    from torch.nn import functional

    return functional.softshrink(_tensors(weights)[0], float(amount)).numpy()


def adam_step(
    weights: Any,
    gradient: Any,
    mean: Any,
    square: Any,
    step: int,
    rate: float = 0.001,
    decay: float = 0.0,
    decoupled: bool = True,
) -> tuple[np.ndarray, ...]:
    """See lesson 07."""
    import torch

    tensor, slope, m, s = _tensors(weights, gradient, mean, square)
    tensor.grad = slope
    kind = torch.optim.AdamW if decoupled else torch.optim.Adam
    optimizer = kind([tensor], lr=rate, weight_decay=decay)
    optimizer.state[tensor] = {"step": torch.tensor(step - 1.0), "exp_avg": m, "exp_avg_sq": s}
    optimizer.step()
    return tensor.numpy(), m.numpy(), s.numpy()


def max_norm(weights: Any, limit: float = 3.0, layout: str = "torch") -> np.ndarray:
    """See lesson 07."""
    import torch

    return torch.renorm(_tensors(weights)[0], 2, 0 if layout == "torch" else np.ndim(weights) - 1, limit).numpy()


def batch_norm(
    batch: Any,
    scale: Any,
    shift: Any,
    running_mean: Any,
    running_var: Any,
    training: bool = True,
    momentum: float = 0.1,
) -> tuple[np.ndarray, ...]:
    """See lesson 07."""
    from torch.nn import functional

    x, gamma, beta, mean, variance = _tensors(batch, scale, shift, running_mean, running_var)
    output = functional.batch_norm(x, mean, variance, gamma, beta, training, momentum)
    return output.numpy(), mean.numpy(), variance.numpy()


def soft_cross_entropy(logits: Any, targets: Any, smoothing: float = 0.0) -> tuple[float, np.ndarray]:
    """See lesson 07."""
    import torch

    scores, wanted = _tensors(logits, targets)
    loss = torch.nn.functional.cross_entropy(scores.requires_grad_(), wanted, label_smoothing=smoothing)
    loss.backward()
    return loss.item(), scores.grad.numpy()


# --- 09 beyond pictures --------------------------------------------------------------------------------------------


def spectrogram(sound: Any, window: Any, hop: int) -> np.ndarray:
    """See lesson 09."""
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(sound, float), len(window))
    frames = windows[::hop] * window
    return 20 * np.log10(np.maximum(np.abs(np.fft.rfft(frames, axis=1)), 1e-5)).T


def conv1d(signal: Any, kernels: Any, biases: Any, dilation: int = 1, causal: bool = False) -> np.ndarray:
    """See lesson 09."""
    from torch.nn import functional

    x, weights, offsets = _tensors(signal, kernels, biases)
    if causal:
        x = functional.pad(x, ((weights.shape[2] - 1) * dilation, 0))
    return functional.conv1d(x, weights, offsets, dilation=dilation).numpy()


def max_over_time(columns: Any, kernels: Any, biases: Any) -> np.ndarray:
    """See lesson 09."""
    from torch.nn import functional

    x, weights, offsets = _tensors(columns, kernels, biases)
    x = functional.pad(x, (0, max(0, weights.shape[2] - x.shape[1])))
    return functional.conv1d(x, weights, offsets).relu().amax(1).numpy()


def relation(table: Any, distance: int) -> float:
    """See lesson 09."""
    return float(np.mean(np.abs(np.diag(np.corrcoef(np.asarray(table, float).T), distance))))


def _tensors(*arrays: Any) -> list[Any]:
    """float64 copies of arrays, as PyTorch's tensors."""
    import torch

    return [torch.tensor(np.array(array, np.float64)) for array in arrays]


def _slopes(function: Callable, gradient: Any, *arrays: Any) -> tuple[np.ndarray, ...]:
    """The gradients of what went into `function`, from that of what came out, by PyTorch's autograd."""
    tensors = [tensor.requires_grad_() for tensor in _tensors(*arrays)]
    function(*tensors).backward(_tensors(gradient)[0])
    return tuple(tensor.grad.numpy() for tensor in tensors)


_FUNCTIONS: dict[str, Callable] = {
    function.__name__: function
    for function in (
        window_product,
        correlate2d,
        convolve2d,
        pad,
        conv2d,
        conv_layer,
        pool2d,
        conv_matrix,
        im2col,
        gradients,
        sobel,
        normalize_block,
        non_maximum_suppression,
        hysteresis,
        match_descriptors,
        lenet_forward,
        softmax_cross_entropy,
        dense_backward,
        relu_backward,
        maxpool_backward,
        conv_backward,
        sgd_step,
        summarize,
        penalty,
        shrink,
        adam_step,
        max_norm,
        batch_norm,
        soft_cross_entropy,
        spectrogram,
        conv1d,
        max_over_time,
        relation,
    )
}
