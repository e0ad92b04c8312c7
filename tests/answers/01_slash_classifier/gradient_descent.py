# Exercise 9: take `steps` steps against the gradient; return the weights, and the errors before the first and after each step.

# %% idea
# All parts are there: `gradient` says where uphill is, and `squared_error` what to note. Work on weights of your own
# that can hold fractions, note the error before the first step, and ask for the slope anew at every step.

# %% draw
def pictures_and_targets(d, rows, columns):
    n = d.whole(2, 4)
    targets = [d.one_of((1, -1)) for _ in range(n)]
    return d.laid_out(d.random.integers(-2, 3, (n, rows, columns))), np.array(targets) if d.chance(0.4) else targets

def test_descent_weights(d):
    start = d.array(2, 2, kinds=("eighths",))
    return start, *pictures_and_targets(d, 2, 2), d.one_of((0.01, 0.02, 0.05, 0.125)), d.whole(2, 4)

def test_descent_errors(d):
    rows, columns = d.whole(1, 2), d.whole(2, 3)
    while True:
        pictures, targets = pictures_and_targets(d, rows, columns)
        if np.any(gradient(np.zeros((rows, columns)), pictures, targets)):
            return np.zeros((rows, columns)), pictures, targets, 0.1, d.one_of((0, 2, 3, 4))

def test_descent_any(d):
    rows, columns = d.whole(1, 3), d.whole(1, 3)
    start = d.array(rows, columns, kinds=("whole", "eighths", "single", "unit"))
    steps, rate = d.whole(0, 3), d.one_of((0.01, 0.02, 0.05, 0.125, 0.5))
    if d.chance(0.2):                               # a long walk, at whose end nearly nothing is left of the error
        return start, np.eye(rows * columns).reshape(-1, rows, columns), d.array(rows * columns, kinds=("whole",)), 0.25, d.whole(20, 40)
    return start, *pictures_and_targets(d, rows, columns), rate, steps

# %% wrong: prints the result and returns nothing | 0 of 3
# your function returned nothing (None): `print` shows a value, `return` hands it back
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        weights = weights - learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    print(weights, errors)

# %% wrong: returns the weights without the errors | 0 of 3
# return 2 things, `weights, errors`; yours returned one: an array of shape
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    for _ in range(steps):
        weights = weights - learning_rate * gradient(weights, pictures, targets)
    return weights

# %% wrong: adds the gradient, and so walks uphill | 0 of 3
# the steps go uphill: subtract the gradient
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        weights = weights + learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: `return` inside the loop, so it ends after one step | 0 of 3
# this is one step; go on until all are done
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        weights = weights - learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
        return weights, errors

# %% wrong: one step too many, to get steps + 1 errors | 0 of 3
# this is one step too many
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = []
    for _ in range(steps + 1):
        weights = weights - learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: one step too few | 0 of 3
# this is one step too few
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(1, steps):
        weights = weights - learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: computes the gradient once, before the loop | 0 of 3
# the gradient changes as you walk: compute it again at every step
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    slope = gradient(weights, pictures, targets)
    for _ in range(steps):
        weights = weights - learning_rate * slope
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: forgets the learning rate | 0 of 3
# the learning rate was not used
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        weights = weights - gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: a learning rate of its own, 0.1 | 1 of 3
# the learning rate you are given was not used, but always 0.1
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    learning_rate = 0.1
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        weights = weights - learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: starts from zeros instead of the weights it was given | 1 of 3
# start from the weights you are given, not from zeros
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    w = np.zeros(weights.shape)
    errors = [squared_error(w, pictures, targets)]
    for _ in range(steps):
        w = w - learning_rate * gradient(w, pictures, targets)
        errors.append(squared_error(w, pictures, targets))
    return w, errors

# %% wrong: changes the weights it was given, with `-=` | 2 of 3
# your function changed the array `weights` that it was given; work on a copy (`weights.copy()`), because the caller still needs the old one
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        weights -= learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: copies whole-number weights as whole numbers, and `-=` cannot put a fraction into them | 2 of 3
# takes no fractions
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = weights.copy()
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        weights -= learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: the errors lack the one before the first step | 2 of 3
# the error before the first step is missing
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = []
    for _ in range(steps):
        weights = weights - learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: the errors lack the one after the last step | 2 of 3
# the error after the last step is missing
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = []
    for _ in range(steps):
        errors.append(squared_error(weights, pictures, targets))
        weights = weights - learning_rate * gradient(weights, pictures, targets)
    return weights, errors

# %% wrong: returns the last error only | 2 of 3
# only the last error was returned: keep one for every step
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    for _ in range(steps):
        weights = weights - learning_rate * gradient(weights, pictures, targets)
    return weights, squared_error(weights, pictures, targets)

# %% wrong: notes each error before the step as well as at the start | 2 of 3
# the first error stands there twice, and the last is missing: compute it after each step
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        errors.append(squared_error(weights, pictures, targets))
        weights = weights - learning_rate * gradient(weights, pictures, targets)
    return weights, errors

# %% wrong: never keeps the new weights, so every step starts at the beginning | 0 of 3
# the weights have not moved
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        new_weights = weights - learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(new_weights, pictures, targets))
    return weights, errors

# %% wrong: divides by the learning rate | 0 of 3
# you divided by the learning rate; multiply the gradient by it
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        weights = weights - gradient(weights, pictures, targets) / learning_rate
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: uses only the signs of the gradient | 0 of 3
# only the direction of the gradient was used; its size sets the length of the step
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        weights = weights - learning_rate * np.sign(gradient(weights, pictures, targets))
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: subtracts the error instead of the gradient | 0 of 3
# the error was subtracted from the weights; the gradient belongs there
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        weights = weights - learning_rate * squared_error(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: always thirty steps, as in the text | 0 of 3
# the number of steps is not the one asked for
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(30):
        weights = weights - learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% wrong: notes one minus the accuracy instead of the squared error | 2 of 3
# these are shares of wrong answers; note the squared error
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    names = ["\\" if target > 0 else "/" for target in targets]
    errors = [1 - accuracy(weights, pictures, names)]
    for _ in range(steps):
        weights = weights - learning_rate * gradient(weights, pictures, targets)
        errors.append(1 - accuracy(weights, pictures, names))
    return weights, errors

# %% wrong: returns errors and weights in the other order | 0 of 3
# the two are in the wrong order: return the weights first, then the errors
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights = np.array(weights, dtype=float)
    errors = [squared_error(weights, pictures, targets)]
    for _ in range(steps):
        weights = weights - learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return errors, weights

# %% wrong: no error where there are no steps | 2 of 3
# after no steps there is one error, that of the weights you began with: the list has steps + 1
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    weights, errors = np.array(weights, dtype=float), []
    for step in range(steps):
        if step == 0:
            errors.append(squared_error(weights, pictures, targets))
        weights = weights - learning_rate * gradient(weights, pictures, targets)
        errors.append(squared_error(weights, pictures, targets))
    return weights, errors

# %% right: recursion, one step at a time
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    error = squared_error(weights, pictures, targets)
    if steps == 0:
        return np.array(weights, dtype=float), [error]
    step = np.multiply(learning_rate, gradient(weights, pictures, targets))
    found, errors = gradient_descent(np.subtract(weights, step), pictures, targets, learning_rate, steps - 1)
    return found, [error, *errors]

# %% right: keeps the whole path, and computes the errors at the end
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    path = [np.asarray(weights)]
    while len(path) <= steps:
        path.append(path[-1] - learning_rate * gradient(path[-1], pictures, targets))
    return path[-1].copy(), np.array([squared_error(w, pictures, targets) for w in path])

# %% right: all in matrices, with `-=` on a float copy
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    x, t = np.reshape(pictures, (len(pictures), -1)).astype(float), np.asarray(targets, dtype=float)
    w, errors = np.array(weights, dtype=float).ravel(), []
    for step in range(steps + 1):
        off = x @ w - t
        errors.append(float(np.mean(off ** 2)))
        if step < steps:
            w -= learning_rate * 2 * x.T @ off / len(t)
    return w.reshape(np.shape(weights)), errors

# %% right: pure Python lists, returned in a list
def gradient_descent(weights, pictures, targets, learning_rate, steps):
    w = [[float(v) for v in row] for row in weights]
    errors = [float(squared_error(w, pictures, targets))]
    for _ in range(steps):
        g = gradient(w, pictures, targets)
        w = [[v - learning_rate * float(d) for v, d in zip(row, slope)] for row, slope in zip(w, g)]
        errors.append(float(squared_error(w, pictures, targets)))
    return [w, errors]
