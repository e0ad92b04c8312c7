# Exercise 10: early stopping with patience, which keeps the best weights.

# %% idea
# Carry four things through the loop: the lowest loss, its epoch, the weights as they were then, and how many epochs
# there have been. After an epoch ask only whether it is a new lowest; patience is how far the present one lies behind
# the best.

# %% draw
def script(d):
    """Losses that fall, rise and come again, as trainings have them."""
    most = d.whole(1, 9)
    losses = d.random.permutation(np.arange(1, 12))[:most] / 4
    if d.chance(0.5):
        losses = np.sort(losses)[::-1].copy()
        turn = d.whole(0, most)
        losses[turn:] = losses[turn:][::-1]
    if most > 2 and d.chance(0.5):
        losses[d.whole(1, most - 1)] = losses.min()          # a tie
    if most > 2 and d.chance(0.25):
        losses[d.whole(1, most - 2)] = np.nan                # neither the first nor, in another order, the last
    losses = (losses - d.one_of((0, 0, 1.5))) * d.one_of((1, 1, 100, 0.001, 1e-6, 1e6))
    return [float(loss) for loss in losses], d.whole(1, 3), most

test_stop_epoch = test_stop_trained = test_stop_weights = script

# %% wrong: keeps a reference, not a copy | 2 of 4
# what you kept went on changing with the training: copy every array when you keep it
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept = np.inf, 0, weights
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss < lowest:
            lowest, best, kept = loss, now, weights
        if now - best >= patience:
            break
    return kept, best, now

# %% wrong: a new list with the same arrays | 2 of 4
# what you kept went on changing with the training: copy every array when you keep it
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept = np.inf, 0, weights
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss < lowest:
            lowest, best, kept = loss, now, list(weights)
        if now - best >= patience:
            break
    return kept, best, now

# %% wrong: copies before the epoch | 2 of 4
# these are the weights from before the best epoch: copy them after it
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept = np.inf, 0, None
    for now in range(1, most + 1):
        before = [w.copy() for w in weights]
        loss = one_epoch(weights)
        if loss < lowest:
            lowest, best, kept = loss, now, before
        if now - best >= patience:
            break
    return kept, best, now

# %% wrong: an equal loss counts as an improvement | 0 of 4
# a loss as low as the lowest is no improvement: the first epoch that reached it is kept
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept = np.inf, 0, None
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss <= lowest:
            lowest, best, kept = loss, now, [w.copy() for w in weights]
        if now - best >= patience:
            break
    return kept, best, now

# %% wrong: compares with the epoch before | 0 of 4
# this compares with the epoch before; an improvement is a new lowest loss of all
def stop_early(one_epoch, weights, patience, most):
    before, best, kept = np.inf, 0, None
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss < before:
            best, kept = now, [w.copy() for w in weights]
        before = loss
        if now - best >= patience:
            break
    return kept, best, now

# %% wrong: one epoch too patient | 0 of 4
# it was one epoch too patient: stop as soon as `patience` epochs in a row have not improved
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept = np.inf, 0, None
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss < lowest:
            lowest, best, kept = loss, now, [w.copy() for w in weights]
        if now - best > patience:
            break
    return kept, best, now

# %% wrong: no patience at all | 0 of 4
# it stopped at the first epoch that was no better: `patience` was not used
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept = np.inf, 0, None
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss >= lowest or loss != loss:
            break
        lowest, best, kept = loss, now, [w.copy() for w in weights]
    return kept, best, now

# %% wrong: patience over the whole training | 0 of 4
# the epochs without improvement were counted over the whole training: begin anew after each improvement
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept, bad = np.inf, 0, None, 0
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss < lowest:
            lowest, best, kept = loss, now, [w.copy() for w in weights]
        else:
            bad += 1
        if bad >= patience:
            break
    return kept, best, now

# %% wrong: trains to the end | 3 of 4
# it trained to the end: `patience` was not used
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept, stopped = np.inf, 0, None, False
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        stopped = stopped or now - best > patience
        if loss < lowest and not stopped:
            lowest, best, kept = loss, now, [w.copy() for w in weights]
    return kept, best, now

# %% wrong: the best epoch counted from 0 | 3 of 4
# the best epoch counts from 1
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept = np.inf, 0, None
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss < lowest:
            lowest, best, kept = loss, now, [w.copy() for w in weights]
        if now - best >= patience:
            break
    return kept, best - 1, now

# %% wrong: the last epoch as the best | 1 of 4
# these are the weights of the last epoch: bring those of the best one back
def stop_early(one_epoch, weights, patience, most):
    lowest, best = np.inf, 0
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss < lowest:
            lowest, best = loss, now
        if now - best >= patience:
            break
    return weights, now, now

# %% wrong: the highest loss | 0 of 4
# this keeps the epoch with the highest loss: the lowest one is best
def stop_early(one_epoch, weights, patience, most):
    highest, best, kept = -np.inf, 0, None
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss > highest:
            highest, best, kept = loss, now, [w.copy() for w in weights]
        if now - best >= patience:
            break
    return kept, best, now

# %% wrong: a loss that is no number counts as an improvement | 0 of 4
# a loss that is not a number was taken for an improvement
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept = np.inf, 0, None
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if not loss >= lowest:
            lowest, best, kept = loss, now, [w.copy() for w in weights]
        if now - best >= patience:
            break
    return kept, best, now

# %% wrong: one epoch more than allowed | 0 of 4
# it trained one epoch more than `most`
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept, now = np.inf, 0, None, 0
    while now <= most and now - best < patience:
        loss = one_epoch(weights)
        now += 1
        if loss < lowest:
            lowest, best, kept = loss, now, [w.copy() for w in weights]
    return kept, best, now

# %% wrong: the weights alone | 0 of 4
# return 3 things, `best_weights, best_epoch, trained`; yours returned one
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept = np.inf, 0, np.zeros((5, 2))
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss < lowest:
            lowest, best, kept = loss, now, weights[0].copy()
        if now - best >= patience:
            break
    return kept.sum()

# %% wrong: a copy is trained | 2 of 4
# hand `weights` itself to `one_epoch`: a copy of it belongs to no network
def stop_early(one_epoch, weights, patience, most):
    lowest, best_epoch, best_weights, trained = np.inf, 0, [], 0
    own = [np.copy(array) for array in weights]
    while trained < most and trained - best_epoch < patience:
        loss = one_epoch(own)
        trained += 1
        if loss < lowest:
            lowest, best_epoch, best_weights = loss, trained, [np.copy(array) for array in own]
    return best_weights, best_epoch, trained

# %% wrong: the lowest loss begins at 10 | 0 of 4
# a loss can be of any size: begin with infinity, which every loss is below
def stop_early(one_epoch, weights, patience, most):
    lowest, best_epoch, best_weights, trained = 10.0, 0, [], 0
    while trained < most and trained - best_epoch < patience:
        loss = one_epoch(weights)
        trained += 1
        if loss < lowest:
            lowest, best_epoch, best_weights = loss, trained, [np.copy(array) for array in weights]
    return best_weights, best_epoch, trained

# %% wrong: a little lower is not lower | 0 of 4
# any lower loss counts, however little lower it is
def stop_early(one_epoch, weights, patience, most):
    lowest, best_epoch, best_weights, trained = np.inf, 0, [], 0
    while trained < most and trained - best_epoch < patience:
        loss = one_epoch(weights)
        trained += 1
        if loss < lowest - 0.001 or (lowest == np.inf and loss < lowest):
            lowest, best_epoch, best_weights = loss, trained, [np.copy(array) for array in weights]
    return best_weights, best_epoch, trained

# %% wrong: begins with a thousand as the lowest loss | 0 of 4
# you began with a number as the lowest loss, and a loss may be above it: begin with `np.inf`
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept = 1000.0, 0, [array.copy() for array in weights]
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss < lowest:
            lowest, best, kept = loss, now, [array.copy() for array in weights]
        if now - best >= patience:
            break
    return kept, best, now

# %% wrong: only a gain of 0.0001 counts | 0 of 4
# a small gain was not counted: the loss has improved whenever it is lower than before, however little
def stop_early(one_epoch, weights, patience, most):
    lowest, best_epoch, best_weights, waited = np.inf, 0, [], 0
    for epoch in range(1, most + 1):
        loss = one_epoch(weights)
        if loss < lowest - 1e-4:
            lowest, best_epoch, best_weights, waited = loss, epoch, [np.copy(array) for array in weights], 0
        else:
            waited += 1
            if waited >= patience:
                break
    return best_weights, best_epoch, epoch

# %% wrong: a lowest loss of 0 is forgotten | 0 of 4
# after a loss of 0 every loss counts as an improvement: compare with None, or begin with infinity
def stop_early(one_epoch, weights, patience, most):
    lowest, best_epoch, best, trained = None, 0, [], 0
    while trained < most and trained - best_epoch < patience:
        loss, trained = one_epoch(weights), trained + 1
        if not lowest or loss < lowest:
            lowest, best_epoch, best = loss, trained, [w.copy() for w in weights]
    return best, best_epoch, trained

# %% right: the first epoch by itself
def stop_early(one_epoch, weights, patience, most):
    import copy

    lowest = one_epoch(weights)
    kept, where, epoch = copy.deepcopy(weights), 1, 1
    while epoch < most and epoch - where < patience:
        loss, epoch = one_epoch(weights), epoch + 1
        if loss < lowest:
            lowest, kept, where = loss, copy.deepcopy(weights), epoch
    return kept, where, epoch

# %% right: a counter of bad epochs
def stop_early(one_epoch, weights, patience, most):
    lowest, best, kept, bad = float("inf"), 0, [], 0
    for now in range(1, most + 1):
        loss = one_epoch(weights)
        if loss < lowest:
            lowest, best, bad = loss, now, 0
            kept = [np.array(w) for w in weights]
        else:
            bad += 1
            if bad == patience:
                break
    return kept, best, now

# %% right: keeps the losses, and all the weights
def stop_early(one_epoch, weights, patience, most):
    losses, all_weights = [], []
    while len(losses) < most:
        loss = one_epoch(weights)
        losses.append(np.inf if np.isnan(loss) else loss)
        all_weights.append([w.copy() for w in weights])
        best = int(np.argmin(losses))
        if len(losses) - 1 - best >= patience:
            break
    return all_weights[best], best + 1, len(losses)

# %% equivalent
# `0` → `1`: the first epoch's loss is a number, so it is the best one so far
