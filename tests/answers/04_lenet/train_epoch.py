# Exercise 11: one epoch in PyTorch.

# %% idea
# Draw the order first and cut it into batches; pictures and labels are picked with the same numbers. Every batch goes
# through the four steps of the text. For a mean over pictures you need to know of each batch how many it had.

# %% draw
def test_epoch_steps(d):
    return *numbered_pictures(d.whole(0, 999), d.whole(2, 6)), d.whole(0, 999), d.one_of((0, 0, 0.5)), d.whole(1, 3)

def test_epoch_batches(d):
    n = d.whole(3, 9)
    n, batch_size = (70, []) if d.chance(0.3) else (n, [d.one_of((n, d.whole(1, n)))])
    return *numbered_pictures(d.whole(0, 999), n), batch_size

def test_epoch_order(d):
    return *numbered_pictures(d.whole(0, 999), 3 * d.whole(5, 8)), d.whole(0, 999), d.one_of((1, 3, 100))

def test_epoch_loss(d):
    n = d.whole(3, 8)
    return *numbered_pictures(d.whole(0, 999), n), d.whole(0, 999), d.whole(2, n - 1)

# %% wrong: the old gradients are never forgotten | 2 of 5
# the gradients of earlier batches are still in it: `optimizer.zero_grad()` before each `backward()`
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        summed += len(batch) * loss.item()
    return summed / len(images)

# %% wrong: gradients are forgotten between backward and step | 2 of 5
# nothing is learned: the gradients are forgotten before the step is taken
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        summed += len(batch) * loss.item()
    return summed / len(images)

# %% wrong: no step | 2 of 5
# nothing is learned: is there an `optimizer.step()` for each batch?
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        summed += len(batch) * loss.item()
    return summed / len(images)

# %% wrong: one step at the end of the epoch | 4 of 5
# one step was taken at the end of the epoch, for the last batch: take one for each batch
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        summed += len(batch) * loss.item()
    optimizer.step()
    return summed / len(images)

# %% wrong: not shuffled | 4 of 5
# the pictures come in the same order in every epoch: draw one with `torch.randperm`
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.arange(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += len(batch) * loss.item()
    return summed / len(images)

# %% wrong: the same random order each time | 4 of 5
# the order is random, but the same in each epoch: is a seed set inside the function?
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images), generator=torch.Generator().manual_seed(0)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += len(batch) * loss.item()
    return summed / len(images)

# %% wrong: the pictures are shuffled, the labels are not | 0 of 5
# pictures and labels no longer belong together: take both by the same numbers
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    images = images[torch.randperm(len(images))]
    for start in range(0, len(images), batch_size):
        some, answers = images[start:start + batch_size], labels[start:start + batch_size]
        loss = torch.nn.functional.cross_entropy(net(some), answers)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += len(some) * loss.item()
    return summed / len(images)

# %% wrong: the small last batch is left out | 3 of 5
# the last pictures are left out: the last batch may be smaller than the others
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = seen = 0.0
    order = torch.randperm(len(images))
    for start in range(0, max(1, len(images) - batch_size + 1), batch_size):
        batch = order[start:start + batch_size]
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += len(batch) * loss.item()
        seen += len(batch)
    return summed / seen

# %% wrong: every batch counts as a full one | 3 of 5
# the last batch has fewer pictures: its loss counts `len(batch)` times, not `batch_size` times
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += loss.item() * batch_size
    return summed / len(images)

# %% wrong: the mean of the batches' means | 4 of 5
# this is the mean over the batches; every picture counts the same, also those of a smaller batch
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    losses = []
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)

# %% wrong: the loss of the last batch | 3 of 5
# this is the loss of the last batch only
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()

# %% wrong: the sum of the losses | 1 of 5
# this is the sum over all pictures; divide by how many there are
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += len(batch) * loss.item()
    return summed

# %% wrong: batches are drawn with repetition | 0 of 5
# some pictures come twice and others never: an epoch takes each once
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for start in range(0, len(images), batch_size):
        size = min(batch_size, len(images) - start)
        batch = torch.randint(0, len(images), (size,))
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += size * loss.item()
    return summed / len(images)

# %% wrong: in evaluation mode | 4 of 5
# the network is not in training mode: `net.train()` first
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.eval()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += len(batch) * loss.item()
    return summed / len(images)

# %% wrong: the mode is left as it was | 4 of 5
# the network is not in training mode: `net.train()` first
def train_epoch(net, images, labels, optimizer, batch_size=32):
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += len(batch) * loss.item()
    return summed / len(images)

# %% wrong: another optimizer than the one that was given | 0 of 5
# the optimizer that was handed over is not used, with its rate and its momentum
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += len(batch) * loss.item()
    return summed / len(images)

# %% wrong: softmax before the loss | 0 of 5
# `cross_entropy` takes logits and does the softmax itself: here it is done twice
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]).softmax(dim=1), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += len(batch) * loss.item()
    return summed / len(images)

# %% wrong: always batches of 32 | 4 of 5
# the batches always have 32 pictures: use `batch_size`
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(32):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += len(batch) * loss.item()
    return summed / len(images)

# %% wrong: the losses' sum instead of their mean is stepped on | 2 of 5
# the step is for the sum of the batch's losses: steps grow with the batch; take the mean
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch], reduction="sum")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += loss.item()
    return summed / len(images)

# %% wrong: the loss is measured after the step | 2 of 5
# this is the loss after the step: measure each batch before it
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            summed += len(batch) * torch.nn.functional.cross_entropy(net(images[batch]), labels[batch]).item()
    return summed / len(images)

# %% wrong: forgets the gradients after each step only | 4 of 5
# gradients that were there before the epoch went into its first step: call `zero_grad()` before `backward()`
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        summed += len(batch) * loss.item()
    return summed / len(images)

# %% wrong: small batches are passed over | 2 of 5
# the last pictures are left out: the last batch may be smaller than the others
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        if len(batch) < batch_size:
            continue
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += len(batch) * loss.item()
    return summed / len(images)

# %% wrong: means of batches over the number of pictures | 1 of 5
# the batches' mean losses were divided by the number of pictures: a batch's mean counts as often as it has pictures
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    summed = 0.0
    for batch in torch.randperm(len(images)).split(batch_size):
        loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        summed += loss.item()
    return summed / len(images)

# %% right: a data loader, and gradients forgotten at the end of each round
def train_epoch(net, images, labels, optimizer, batch_size=32):
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images, labels), batch_size, shuffle=True)
    net.train(True)
    losses = []
    optimizer.zero_grad(set_to_none=True)
    for some, answers in data:
        loss = torch.nn.CrossEntropyLoss()(net(some), answers.long())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses += [float(loss.detach())] * len(some)
    return np.mean(losses)

# %% right: NumPy's order, sliced by hand
def train_epoch(net, images, labels, optimizer, batch_size=32):
    net.train()
    order, total = np.random.permutation(len(images)), 0
    for start in range(0, len(order), batch_size):
        places = order[start:start + batch_size]
        net.zero_grad()
        logarithms = torch.log_softmax(net(images[places]), dim=1)
        loss = -logarithms[range(len(places)), labels[places]].mean()
        loss.backward()
        optimizer.step()
        total = total + loss.detach() * len(places)
    return total / len(images)

# %% right: shuffled copies, cut into chunks
def train_epoch(net, images, labels, optimizer, batch_size=32):
    order = torch.randperm(len(labels), device=images.device)
    shuffled, fitting = images[order], labels[order]
    net.train()
    losses = torch.zeros(len(labels))
    done = 0
    for some, answers in zip(torch.split(shuffled, batch_size), torch.split(fitting, batch_size)):
        optimizer.zero_grad()
        each = torch.nn.functional.cross_entropy(net(some), answers, reduction="none")
        each.mean().backward()
        optimizer.step()
        losses[done:done + len(some)] = each.detach()
        done += len(some)
    return float(losses.mean())
