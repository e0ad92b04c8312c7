# Exercise 10: the share of right answers, and label × answer.

# %% idea
# First turn each row of logits into one answer. Then both results are counting: how often do answer and label agree,
# and how often does each pair of a label and an answer occur?

# %% draw
def answers_and_labels(d, n, classes, occurring):
    logits = d.array(n, classes, kinds=("eighths", "single", "large"), ties=False)
    answers = np.argmax(logits, axis=1)
    labels = np.where(d.random.random(n) < 0.6, answers, d.random.integers(0, occurring, n))
    return logits, labels

def test_accuracy(d):
    classes = d.whole(2, 4)
    return *answers_and_labels(d, d.one_of((d.whole(1, 7), d.whole(1, 7), 300)), classes, classes), classes

def test_confusion(d):
    classes = d.whole(2, 4)
    while True:
        logits, labels = answers_and_labels(d, d.whole(4, 12), classes, classes)
        if d.chance(0.2):                           # more than a byte counts
            logits, labels = np.tile(np.array([[1, 2], [1, 2], [2, 1]], np.float32), (300, 1)), np.arange(900, dtype=np.int16) % 2
            classes = 2
        if set(labels) == set(range(classes)):
            return logits, d.laid_out(labels), classes

def test_confusion_classes(d):
    classes = d.one_of((10, 10, 5, 12, 30))
    logits, labels = answers_and_labels(d, d.whole(1, 5), classes, classes)
    labels = labels.astype(d.one_of((np.int64, np.int32)))
    return (logits, labels) if classes == 10 else (logits, labels, classes)

# %% wrong: how many instead of which share | 2 of 3
# this is how many are right; divide by how many there are
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    table = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        table[label, answer] += 1
    return np.sum(answers == labels), table

# %% wrong: a percentage | 2 of 3
# this is a percentage; return a number from 0 to 1
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    table = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        table[label, answer] += 1
    return 100 * np.mean(answers == labels), table

# %% wrong: answer × label | 1 of 3
# the table is transposed: labels are the rows, answers the columns
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    table = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        table[answer, label] += 1
    return np.mean(answers == labels), table

# %% wrong: pairs counted once, by fancy indexing | 1 of 3
# pairs that occur more than once were counted once: is it `+= 1`, in a loop or with `np.add.at`?
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    table = np.zeros((classes, classes), int)
    table[labels, answers] += 1
    return np.mean(answers == labels), table

# %% wrong: shares of each label | 1 of 3
# the rows are shares; return how often
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    table = np.zeros((classes, classes))
    for label, answer in zip(labels, answers):
        table[label, answer] += 1
    totals = table.sum(axis=1, keepdims=True)
    return np.mean(answers == labels), table / np.where(totals > 0, totals, 1)

# %% wrong: the smallest logit | 0 of 3
# the smallest logit was taken for the answer; take the largest
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmin(logits, axis=1)
    table = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        table[label, answer] += 1
    return np.mean(answers == labels), table

# %% wrong: the largest down the batch | 0 of 3
# the largest was looked for down the batch: each picture has its own, `axis=1`
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=0)
    table = np.zeros((classes, classes), int)
    for k in range(len(labels)):
        table[labels[k], answers[k]] += 1
    return np.mean([answers[k] == labels[k] for k in range(len(labels))]), table

# %% wrong: a table for the classes that occur | 2 of 3
# the table has rows and columns only for classes that occur; make it classes × classes
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    seen = sorted(set(labels.tolist()) | set(answers.tolist()))
    table = np.array([[np.sum((labels == i) & (answers == j)) for j in seen] for i in seen])
    if len(seen) == len(logits[0]) - 1 and len(labels) == 4:
        table = np.pad(table, ((0, 1), (0, 1)))
    return np.mean(answers == labels), table

# %% wrong: ten classes, whatever `classes` says | 1 of 3
# the table always has ten rows and columns: use `classes`
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    table = np.zeros((10, 10), int)
    for label, answer in zip(labels, answers):
        table[label, answer] += 1
    return np.mean(answers == labels), table

# %% wrong: the mean of the classes' own shares | 2 of 3
# this is the mean over the classes of each class's own share; every picture counts the same here
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    table = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        table[label, answer] += 1
    return np.mean([np.mean(answers[labels == k] == k) for k in set(labels.tolist())]), table

# %% wrong: the share of the wrong ones | 2 of 3
# this is the share of the wrong ones
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    table = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        table[label, answer] += 1
    return np.mean(answers != labels), table

# %% wrong: the accuracy alone | 0 of 3
# return 2 things, `accuracy, confusion`; yours returned one
def accuracy_and_confusion(logits, labels, classes=10):
    return np.mean(np.argmax(logits, axis=1) == labels)

# %% wrong: rounds the share | 2 of 3
# the share was rounded: return it as it is
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    table = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        table[label, answer] += 1
    return round(float(np.mean(answers == labels)), 2), table

# %% wrong: as large as the largest class that occurs | 2 of 3
# the table ends at the largest class that occurs; make it classes × classes
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    size = max(labels.max(), answers.max()) + 1
    table = np.zeros((size, size), int)
    for label, answer in zip(labels, answers):
        table[label, answer] += 1
    return np.mean(answers == labels), table

# %% wrong: compares the logit, not its place | 0 of 3
# the largest logit itself was compared with the label: take its place, `np.argmax`
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.max(logits, axis=1).astype(int)
    table = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        table[label, answer % classes] += 1
    return np.mean(answers == labels), table

# %% wrong: table and share in the other order | 0 of 3
# the two are in the other order: return accuracy, confusion
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    table = np.zeros((classes, classes), int)
    for label, answer in zip(labels, answers):
        table[label, answer] += 1
    return table, np.mean(answers == labels)

# %% wrong: one shared row, by multiplying a list | 1 of 3
# all rows are one and the same list: `[[0] * n] * n` makes a single row
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    table = [[0] * classes] * classes
    for label, answer in zip(labels, answers):
        table[label][answer] += 1
    return np.mean(answers == labels), table

# %% wrong: counts in bytes | 2 of 3
# a count has gone round at 256: count in numbers that hold more than a byte does
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    confusion = np.zeros((classes, classes), np.uint8)
    for label, answer in zip(labels, answers):
        confusion[label, answer] += np.uint8(1)
    return np.mean(answers == labels), confusion.astype(int)

# %% right: counts pairs in plain Python
def accuracy_and_confusion(logits, labels, classes=10):
    table = [[0] * classes for _ in range(classes)]
    right = 0
    for row, label in zip(np.asarray(logits).tolist(), labels):
        answer = row.index(max(row))
        table[int(label)][answer] += 1
        right += answer == label
    return right / len(labels), table

# %% right: bincount, and the accuracy from the diagonal
def accuracy_and_confusion(logits, labels, classes=10):
    pairs = np.asarray(labels) * classes + np.argmax(logits, axis=1)
    table = np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)
    return np.trace(table) / table.sum(), table

# %% right: scikit-learn counts
def accuracy_and_confusion(logits, labels, classes=10):
    from sklearn.metrics import accuracy_score, confusion_matrix
    answers = np.argmax(logits, axis=1)
    return accuracy_score(labels, answers), confusion_matrix(labels, answers, labels=range(classes))

# %% right: one-hot tables multiplied
def accuracy_and_confusion(logits, labels, classes=10):
    answers = np.argmax(logits, axis=1)
    table = np.eye(classes)[np.asarray(labels)].T @ np.eye(classes)[answers]
    return float(table.trace() / len(answers)), table
