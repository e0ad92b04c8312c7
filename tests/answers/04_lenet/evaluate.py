# Exercise 12: looking without learning.

# %% idea
# It is `train_epoch` without learning and without a random order. Carry two sums over all pictures, one of losses and
# one of right answers, and divide only at the end; mind that a batch's loss is usually a mean already.

# %% draw
def test_evaluate_loss(d):
    n = d.whole(2, 9)
    pictures, labels = numbered_pictures(d.whole(0, 999), n)
    return pictures * d.one_of((1, 1, 300)), labels, d.whole(0, 999), [d.whole(1, n + 2)], d.one_of((0.0, 0.0, 0.5))

def test_evaluate_accuracy(d):
    n = d.whole(2, 9)
    return *numbered_pictures(d.whole(0, 999), n), d.whole(0, 999), [d.whole(1, n + 2)]

def test_evaluate_looks_only(d):
    n = d.whole(2, 7)
    n, batch_size = (501, []) if d.chance(0.2) else (n, [d.whole(1, n)])
    return *numbered_pictures(d.whole(0, 999), n), d.whole(0, 999), batch_size

# %% wrong: in training mode | 1 of 4
# the network is still in training mode: `net.eval()` first
def evaluate(net, images, labels, batch_size=500):
    summed, right = 0.0, 0
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(some)
            summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
            right += (logits.argmax(dim=1) == answers).sum().item()
    return summed / len(images), right / len(images)

# %% wrong: switched to training mode | 1 of 4
# the network is still in training mode: `net.eval()` first
def evaluate(net, images, labels, batch_size=500):
    net.train()
    summed, right = 0.0, 0
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(some)
            summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
            right += (logits.argmax(dim=1) == answers).sum().item()
    return summed / len(images), right / len(images)

# %% wrong: gradients are noted | 2 of 4
# gradients are noted though nobody needs them: `with torch.no_grad():`
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, right = 0.0, 0
    for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
        logits = net(some)
        summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
        right += (logits.argmax(dim=1) == answers).sum().item()
    return summed / len(images), right / len(images)

# %% wrong: all pictures at once | 2 of 4
# all pictures are handed over at once: cut them into batches of `batch_size`
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    with torch.no_grad():
        logits = net(images)
        loss = torch.nn.functional.cross_entropy(logits, labels)
    return loss.item(), (logits.argmax(dim=1) == labels).float().mean().item()

# %% wrong: the mean of the batches' means | 2 of 4
# these are means over the batches; every picture counts the same, also those of a smaller batch
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    losses, shares = [], []
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(some)
            losses.append(torch.nn.functional.cross_entropy(logits, answers).item())
            shares.append((logits.argmax(dim=1) == answers).float().mean().item())
    return sum(losses) / len(losses), sum(shares) / len(shares)

# %% wrong: how many instead of which share | 3 of 4
# this is how many are read right; divide by how many there are
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, right = 0.0, 0
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(some)
            summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
            right += (logits.argmax(dim=1) == answers).sum().item()
    return summed / len(images), right

# %% wrong: the accuracy in percent | 3 of 4
# this is a percentage; return a share from 0 to 1
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, right = 0.0, 0
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(some)
            summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
            right += (logits.argmax(dim=1) == answers).sum().item()
    return summed / len(images), 100 * right / len(images)

# %% wrong: accuracy and loss exchanged | 2 of 4
# loss and accuracy are exchanged: the loss comes first
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, right = 0.0, 0
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(some)
            summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
            right += (logits.argmax(dim=1) == answers).sum().item()
    return right / len(images), summed / len(images)

# %% wrong: the last batch only | 2 of 4
# this is the last batch only: add up over all batches
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(some)
            loss = torch.nn.functional.cross_entropy(logits, answers).item()
            share = (logits.argmax(dim=1) == answers).float().mean().item()
    return loss, share

# %% wrong: the small last batch is left out | 2 of 4
# the last pictures are left out: the last batch may be smaller than the others
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, right, seen = 0.0, 0, 0
    with torch.no_grad():
        for start in range(0, max(1, len(images) - batch_size + 1), batch_size):
            some, answers = images[start:start + batch_size], labels[start:start + batch_size]
            logits = net(some)
            summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
            right += (logits.argmax(dim=1) == answers).sum().item()
            seen += len(some)
    return summed / seen, right / seen

# %% wrong: softmax before the loss | 3 of 4
# `cross_entropy` takes logits and does the softmax itself: here it is done twice
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, right = 0.0, 0
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            probabilities = net(some).softmax(dim=1)
            summed += torch.nn.functional.cross_entropy(probabilities, answers, reduction="sum").item()
            right += (probabilities.argmax(dim=1) == answers).sum().item()
    return summed / len(images), right / len(images)

# %% wrong: the smallest logit | 3 of 4
# the smallest logit was taken for the answer; take the largest
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, right = 0.0, 0
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(some)
            summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
            right += (logits.argmin(dim=1) == answers).sum().item()
    return summed / len(images), right / len(images)

# %% wrong: the loss of all pictures together | 3 of 4
# this is the sum of the losses; divide by the number of pictures
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, right = 0.0, 0
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(some)
            summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
            right += (logits.argmax(dim=1) == answers).sum().item()
    return summed, right / len(images)

# %% wrong: learns while it looks | 2 of 4
# the parameters have changed: looking is not learning
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, right = 0.0, 0
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(some)
            summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
            right += (logits.argmax(dim=1) == answers).sum().item()
        for parameter in net.parameters():
            parameter *= 0.99
    return summed / len(images), right / len(images)

# %% wrong: the share of the wrong ones | 3 of 4
# this is the share that is read wrong
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, wrong = 0.0, 0
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(some)
            summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
            wrong += (logits.argmax(dim=1) != answers).sum().item()
    return summed / len(images), wrong / len(images)

# %% wrong: the network can learn no more | 2 of 4
# the network's parameters want no gradients any more, so it could never learn again: `with torch.no_grad():` ends by itself
def evaluate(net, images, labels, batch_size=500):
    net.eval().requires_grad_(False)
    summed = right = 0
    with torch.no_grad():
        for pictures, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(pictures)
            summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
            right += int((logits.argmax(dim=1) == answers).sum())
    return summed / len(images), right / len(images)

# %% wrong: means of batches over the number of pictures | 3 of 4
# the batches' mean losses were divided by the number of pictures: a batch's mean counts as often as it has pictures
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, right = 0.0, 0
    with torch.no_grad():
        for start in range(0, len(images), batch_size):
            some, answers = images[start:start + batch_size], labels[start:start + batch_size]
            logits = net(some)
            summed += torch.nn.functional.cross_entropy(logits, answers).item()
            right += (logits.argmax(dim=1) == answers).sum().item()
    return summed / len(images), right / len(images)

# %% wrong: gradients are switched off for good | 2 of 4
# PyTorch notes no gradients any more, for nobody: `with torch.no_grad():` ends by itself
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    torch.set_grad_enabled(False)
    summed, right = 0.0, 0
    for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
        logits = net(some)
        summed += torch.nn.functional.cross_entropy(logits, answers, reduction="sum").item()
        right += (logits.argmax(dim=1) == answers).sum().item()
    return summed / len(images), right / len(images)

# %% wrong: a small number against the logarithm of 0 | 3 of 4
# a loss cannot be larger than 16 here, since a small number is added before the logarithm: `cross_entropy` needs none
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, right = 0.0, 0
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            chances = torch.softmax(net(some), dim=1)
            summed -= torch.log(chances[torch.arange(len(answers)), answers] + 1e-7).sum().item()
            right += (chances.argmax(dim=1) == answers).sum().item()
    return summed / len(images), right / len(images)

# %% wrong: softmax without the largest logit taken away | 3 of 4
# large logits make `exp` infinite: `cross_entropy` takes the logits as they are
def evaluate(net, images, labels, batch_size=500):
    net.eval()
    summed, right = 0.0, 0
    with torch.no_grad():
        for some, answers in zip(images.split(batch_size), labels.split(batch_size)):
            logits = net(some)
            powers = torch.exp(logits)
            chances = powers / powers.sum(dim=1, keepdim=True)
            summed -= torch.log(chances[torch.arange(len(answers)), answers]).sum().item()
            right += (logits.argmax(dim=1) == answers).sum().item()
    return summed / len(images), right / len(images)

# %% right: all logits together at the end
def evaluate(net, images, labels, batch_size=500):
    net.train(False)
    with torch.inference_mode():
        logits = torch.cat([net(images[start:start + batch_size]) for start in range(0, len(images), batch_size)])
        loss = torch.nn.functional.cross_entropy(logits, labels.long())
    return float(loss), float((logits.argmax(1) == labels).double().mean())

# %% right: a decorated helper and a data loader
def evaluate(net, images, labels, batch_size=500):
    @torch.no_grad()
    def all_logits():
        loader = torch.utils.data.DataLoader(images, batch_size)
        return torch.cat([net(some) for some in loader])
    net.eval()
    logits = all_logits()
    logarithms = torch.log_softmax(logits.double(), 1)
    return -logarithms[torch.arange(len(labels)), labels].mean(), np.mean(logits.argmax(1).cpu().numpy() == labels.cpu().numpy())

# %% equivalent
# `500` → `499`: smaller batches are no mistake
