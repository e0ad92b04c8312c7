# Exercise 12: the loop of fine-tuning.

# %% idea
# Write the plain loop first: epochs, batches, the steps of lesson 04, with the rates set before each of them. Then add
# what happens after an epoch: validate, and either keep a copy of everything or count one more epoch without progress.
# The copy goes back at the very end, however the loop was left.

# %% draw
def test_tune_rates(d):
    return d.whole(0, 999), d.whole(2, 3), d.whole(2, 3), d.whole(0, 3), d.one_of((0.5, 0.2, 0.1))

def test_tune_weights(d):
    return d.whole(0, 999), d.whole(1, 3), d.whole(1, 3), d.whole(0, 2), d.chance(0.3)

def said_scores(d, n):
    """Values of validation, some of them equal."""
    below = d.one_of((0, 0, 1, 3))                    # a loss with its sign changed is a value, too
    return [d.whole(2, 7) / 8 - below for _ in range(n)]

def test_tune_stops(d):
    if d.chance(0.3):                               # up and down: better, worse, better, worse …
        return d.whole(0, 999), [(k + 2 * (k % 2 == 0)) / 16 for k in range(d.whole(5, 9))], 2
    if d.chance(0.35):                              # better by very little, and sometimes as good
        return d.whole(0, 999), [0.5 + 0.002 * k for k in d.one_of(([0, 1, 1, 2, 3], [0, 1, 2, 2, 3, 4], [1, 0, 2, 2, 3]))], d.whole(1, 2)
    if d.chance(0.3):                               # the usual patience: several worse ones, and perhaps a better one
        worse = d.whole(2, 4)
        return d.whole(0, 999), [0.5, *[d.whole(1, 3) / 8 for _ in range(worse)], 0.75, 0.25]
    return d.whole(0, 999), said_scores(d, d.whole(3, 8)), d.whole(1, 3)

def test_tune_best(d):
    n = d.whole(2, 5)
    return d.whole(0, 999), said_scores(d, n), d.whole(2, 5), d.chance(0.4)

# %% wrong: the weights of the last epoch | 4 of 6
# the network has the weights of the last epoch, not those of the best: load the best ones back
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    return scores

# %% wrong: the best weights not copied | 4 of 6
# the best weights were not copied: `state_dict()` gives the tensors themselves, which go on learning; `copy.deepcopy`
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, net.state_dict()
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: Adam | 4 of 6
# this is the optimiser Adam; AdamW was asked for
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.Adam(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: no weight decay | 4 of 6
# the weight decay is to be 0.01
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: the groups ignored | 4 of 6
# all parameters have one rate: hand the groups to the optimiser as they are
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW([one for group in groups for one in group["params"]], lr=groups[0]["lr"], weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: everything in the network learns | 4 of 6
# parameters learn that are in no group: give the optimiser the groups, not `net.parameters()`
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    wanted = {id(one) for group in groups for one in group["params"]}
    rest = [one for one in net.parameters() if id(one) not in wanted]
    optimizer = torch.optim.AdamW([*groups, {"params": rest, "lr": groups[-1]["lr"]}], weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: no schedule | 4 of 6
# the rates stay as they were: each step has its own from `learning_rate_at`
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = peak
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: one rate for an epoch | 4 of 6
# the rates change only from epoch to epoch: count the steps, not the epochs
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(epoch * len(batches(0)), steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: the schedule of one epoch | 4 of 6
# the rates fall to 0 within one epoch: the schedule is for the steps of all epochs
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step = (step + 1) % len(batches(0))
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: the peak multiplied again and again | 4 of 6
# each rate was made from the one before: keep the rates with which the groups came, and multiply these
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate_at(step, steps, warm_up, group["lr"])
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: the gradients never set to zero | 5 of 6
# the gradients of all steps add up: `zero_grad()` before each `backward()`
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: the same batches in every epoch | 5 of 6
# the batches of the first epoch were used in all: ask `batches(epoch)` in each
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(0):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: calls net.train() | 5 of 6
# the network was put into training mode, its frozen base too, and the batch statistics have moved: leave the modes as they are
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        net.train()
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: stops at the first worse epoch | 2 of 6
# training stopped as soon as an epoch was no better: `patience` says how many of these in a row are too many
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: counts bad epochs that are not in a row | 4 of 6
# the epochs that were no better are counted from the start; a better one sets the count back to 0
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step, since = -np.inf, None, [], 0, 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, kept = scores[-1], copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: one epoch too many | 4 of 6
# one epoch too many was trained before the end: stop at `patience` epochs in a row that are no better
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since > patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: never stops | 2 of 6
# training never stops early: after `patience` epochs in a row that are no better it is to end
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
    net.load_state_dict(kept)
    return scores

# %% wrong: as good as the best counts as better | 2 of 6
# an epoch that is as good as the best is no better: the earlier one is kept, and the count goes on
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] >= best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: the smaller, the better | 1 of 6
# the smallest value was taken for the best: `validate` gives an accuracy, and larger is better
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if -scores[-1] > best:
            best, since, kept = -scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: returns the best alone | 4 of 6
# only the best value is returned; return the list of all
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return best

# %% wrong: returns nothing | 4 of 6
# your function returned nothing (None)
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)

# %% wrong: only what learns is kept | 4 of 6
# the batch statistics of the best epoch are lost: keep the whole `state_dict()`, not the parameters alone
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step = -np.inf, None, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, {name: one.detach().clone() for name, one in net.named_parameters()}
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept, strict=False)
    return scores

# %% wrong: a little better is no better | 4 of 6
# any epoch that is better counts, however little better it is
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, since, scores, step = -np.inf, None, 0, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home)).backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best + 0.01:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: a softmax before the cross-entropy | 5 of 6
# `cross_entropy` takes the logits as they are: it has the softmax in it
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, since, scores, step = -np.inf, None, 0, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            optimizer.zero_grad()
            nn.functional.cross_entropy(torch.softmax(net(pictures.to(home)), 1), labels.to(home)).backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: compared with the epoch before | 2 of 6
# compare with the best epoch so far, not with the one before
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, since, scores, step = -np.inf, None, 0, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home)).backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            since, kept = 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
        best = scores[-1]
    net.load_state_dict(kept)
    return scores

# %% wrong: the rate set after the step | 4 of 6
# set the rates before `optimizer.step()`, not after it
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, since, scores, step = -np.inf, None, 0, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home)).backward()
            optimizer.step()
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: the groups' own rates forgotten | 4 of 6
# each group's own rate is its peak: hand it to `learning_rate_at`
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, since, scores, step = -np.inf, None, 0, [], 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up)
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home)).backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: begins with 0 as the best value | 1 of 6
# you began with 0 as the best value, and a value may be negative (a loss with its sign changed): begin with −∞
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step, since = 0.0, copy.deepcopy(net.state_dict()), [], 0, 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            loss = nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% wrong: the best so far begins at −1 | 2 of 6
# a first value below −1 was not taken for the best so far: begin at −∞, since a validation may say any number
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    home, steps = next(net.parameters()).device, epochs * len(batches(0))
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    peaks = [group["lr"] for group in optimizer.param_groups]
    best, kept, scores, step, since = -1.0, copy.deepcopy(net.state_dict()), [], 0, 0
    for epoch in range(epochs):
        for pictures, labels in batches(epoch):
            for group, peak in zip(optimizer.param_groups, peaks):
                group["lr"] = learning_rate_at(step, steps, warm_up, peak)
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(pictures.to(home)), labels.to(home)).backward()
            optimizer.step()
            step += 1
        scores.append(validate(net))
        if scores[-1] > best:
            best, since, kept = scores[-1], 0, copy.deepcopy(net.state_dict())
        else:
            since += 1
            if since == patience:
                break
    net.load_state_dict(kept)
    return scores

# %% right: a scheduler of PyTorch
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    device = next(net.parameters()).device
    optimizer = torch.optim.AdamW(groups, weight_decay=1e-2)
    steps = epochs * len(batches(0))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: learning_rate_at(step, steps, warm_up) if step < steps else 0.0)
    best_score, best_state, history, bad = float("-inf"), None, [], 0
    for epoch in range(epochs):
        for x, y in batches(epoch):
            optimizer.zero_grad(set_to_none=True)
            nn.CrossEntropyLoss()(net(x.to(device)), y.to(device)).backward()
            optimizer.step()
            schedule.step()
        history.append(validate(net))
        if history[-1] > best_score:
            best_score, bad = history[-1], 0
            best_state = {name: value.detach().clone() for name, value in net.state_dict().items()}
        else:
            bad += 1
        if bad >= patience:
            break
    net.load_state_dict(best_state)
    return history

# %% right: the whole network copied, the best by argmax
def fine_tune(net, groups, batches, validate, epochs, warm_up=0, patience=3):
    optimizer = torch.optim.AdamW([dict(group) for group in groups], weight_decay=0.01)
    rates, step, scores, copies = [group["lr"] for group in groups], 0, [], []
    while len(scores) < epochs and len(scores) - 1 - (int(np.argmax(scores)) if scores else -1) < patience:
        todo = batches(len(scores))
        for pictures, labels in todo:
            for place in range(len(rates)):
                optimizer.param_groups[place]["lr"] = rates[place] * learning_rate_at(step, epochs * len(todo), warm_up)
            logits = net(pictures.to(next(net.parameters()).device))
            loss = -torch.log_softmax(logits, 1)[torch.arange(len(labels)), labels].mean()
            for one in net.parameters():
                one.grad = None
            loss.backward()
            optimizer.step()
            step += 1
        scores.append(float(validate(net)))
        copies.append(copy.deepcopy(net).state_dict())
    net.load_state_dict(copies[int(np.argmax(scores))])
    return scores

# %% equivalent
# `0` → `1` (4): there are equally many batches in each epoch
