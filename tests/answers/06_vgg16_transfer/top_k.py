# Exercise 2: the likeliest classes with their probabilities.

# %% idea
# Turn all logits into probabilities first, and choose afterwards; large logits need the care of lesson 04. Sort the
# places of the classes rather than their names, so that two classes with the same name stay apart.

# %% draw
def some_classes(d, least=2):
    return [f"class {n}" for n in range(d.one_of((d.whole(least, 8), d.whole(least, 14))))]

def chosen(d, logits, names):
    if len(names) >= 5 and d.chance(0.4):
        return logits, names
    return logits, names, d.whole(1, len(names))

def test_top_names(d):
    names = some_classes(d)
    return chosen(d, d.array(len(names), kinds=("whole", "eighths", "single"), ties=False), names)

def test_top_chances(d):
    names = some_classes(d)
    return chosen(d, d.laid_out(d.random.permutation(40)[:len(names)].astype(np.float32) / 8 - 2), names)

def test_top_large(d):
    names = [d.one_of(("ant", "bee", "crane", "crane")) for _ in some_classes(d)]
    logits = d.random.permutation(40)[:len(names)] / 2 + d.one_of((0, 800, 1000, -1000))
    logits[d.whole(0, len(names) - 1)] -= d.one_of((0, 2000))
    return d.laid_out(logits.astype(np.float32)), names

# %% wrong: the least likely first | 1 of 3
# the least likely come first: sort the other way
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    return [(names[n], chances[n]) for n in np.argsort(chances)[-k:]]

# %% wrong: the first of the ascending order | 1 of 3
# the least likely were returned
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    return [(names[n], chances[n]) for n in np.argsort(chances)[:k]]

# %% wrong: logits for probabilities | 1 of 3
# these are the logits; a softmax makes probabilities of them
def top_k(logits, names, k=5):
    return [(names[n], logits[n]) for n in np.argsort(-np.asarray(logits))[:k]]

# %% wrong: softmax over the chosen ones | 2 of 3
# the softmax was taken over the `k` classes alone; the others count too
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    places = np.argsort(-logits)[:k]
    powers = np.exp(logits[places] - logits.max())
    return [(names[n], p) for n, p in zip(places, powers / powers.sum())]

# %% wrong: the largest logit not taken off | 2 of 3
# the powers of e of large logits are inf, and those of very negative ones 0: take the largest logit off first
def top_k(logits, names, k=5):
    powers = np.exp(np.asarray(logits, float))
    chances = powers / powers.sum()
    return [(names[n], chances[n]) for n in np.argsort(-np.asarray(logits))[:k]]

# %% wrong: a sigmoid for each class | 1 of 3
# each class got a sigmoid of its own; probabilities of all classes add up to 1
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    return [(names[n], 1 / (1 + np.exp(-np.clip(logits[n], -500, 500)))) for n in np.argsort(-logits)[:k]]

# %% wrong: powers without their sum | 1 of 3
# the powers have not been divided by their sum
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(np.minimum(logits, 700))
    return [(names[n], powers[n]) for n in np.argsort(-logits)[:k]]

# %% wrong: places for names | 2 of 3
# these are places; `names` says what each is called
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    return [(int(n), chances[n]) for n in np.argsort(-logits)[:k]]

# %% wrong: all classes | 1 of 3
# these are all classes; return the first `k`
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    return [(names[n], chances[n]) for n in np.argsort(-logits)]

# %% wrong: the first k classes, sorted | 1 of 3
# these are the first `k` classes; take the likeliest
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    return [(names[n], chances[n]) for n in range(k)]

# %% wrong: per cent | 1 of 3
# these are per cent; return shares from 0 to 1
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = 100 * powers / powers.sum()
    return [(names[n], chances[n]) for n in np.argsort(-logits)[:k]]

# %% wrong: sorts the caller's logits | 0 of 3
# your function changed the array `logits` that it was given; work on a copy (`logits.copy()`), because the caller still needs the old one
def top_k(logits, names, k=5):
    logits.sort()
    powers = np.exp(np.asarray(logits, float) - max(logits))
    chances = powers / powers.sum()
    return [(names[-n - 1], chances[-n - 1]) for n in range(k)]

# %% wrong: pairs the other way round | 0 of 3
# the name comes first in each pair, then its probability
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    return [(float(chances[n]), names[n]) for n in np.argsort(-logits)[:k]]

# %% wrong: a dictionary | 0 of 3
# this is a dictionary, which holds every name once: return a list of pairs (name, probability)
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    return {names[n]: float(chances[n]) for n in np.argsort(-logits)[:k]}

# %% wrong: rounded to two digits | 1 of 3
# the probabilities were rounded; return the numbers as they are
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    return [(names[n], round(float(chances[n]), 2)) for n in np.argsort(-logits)[:k]]

# %% wrong: logarithms of probabilities | 1 of 3
# these are the logarithms of the probabilities: take the powers of e of them
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    chances = logits - logits.max() - np.log(np.exp(logits - logits.max()).sum())
    return [(names[n], float(chances[n])) for n in np.argsort(-logits)[:k]]

# %% wrong: the k largest in no order | 1 of 3
# these are the right classes, but in the order of the classes: the likeliest comes first
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    places = [n for n in range(len(logits)) if logits[n] >= np.sort(logits)[-k]]
    return [(names[n], float(chances[n])) for n in places]

# %% wrong: two lists | 0 of 3
# these are two things, not `k` pairs: return a list of pairs (name, probability)
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    best = np.argsort(-logits)[:k]
    return [names[n] for n in best], chances[best]

# %% wrong: sorts by the absolute size | 1 of 3
# the sign of the logits was lost: the likeliest class has the largest logit, not the one that is farthest from 0
def top_k(logits, names, k=5):
    logits = np.asarray(logits, float)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    return [(names[n], float(chances[n])) for n in np.argsort(-np.abs(logits))[:k]]

# %% right: sorts the probabilities
def top_k(logits, names, k=5):
    logits = np.asarray(logits, np.float32)
    powers = np.exp(logits - logits.max())
    chances = powers / powers.sum()
    return [(names[place], float(chances[place])) for place in np.argsort(-chances)[:k]]

# %% right: sorted pairs
def top_k(logits, names, k=5):
    powers = [float(np.exp(float(value) - float(max(logits)))) for value in logits]
    pairs = sorted(zip(powers, names), reverse=True)
    return [(name, power / sum(powers)) for power, name in pairs[:k]]

# %% right: PyTorch's softmax and topk
def top_k(logits, names, k=5):
    logits = torch.as_tensor(np.array(logits, dtype=np.float64))
    values, places = torch.topk(logits, k)
    chances = torch.softmax(logits, 0)[places]
    return [[names[n], p] for n, p in zip(places.tolist(), chances.tolist())]

# %% right: a tuple of tuples with tensors
def top_k(logits, names, k=5):
    t = torch.tensor(np.asarray(logits), dtype=torch.float64)
    best = t.argsort(descending=True)[:k]
    chances = t.softmax(-1)
    return tuple((names[int(n)], chances[n]) for n in best)

# %% right: in float32, one after the other
def top_k(logits, names, k=5):
    logits = np.array(logits, np.float32)
    chances = np.exp(logits - np.max(logits)) / np.sum(np.exp(logits - np.max(logits)))
    found = []
    for _ in range(k):
        best = int(np.argmax(logits))
        found.append([names[best], chances[best]])
        logits[best] = -np.inf
    return found
