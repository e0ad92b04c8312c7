# Exercise 4: the same base with a new head.

# %% idea
# Copy first, and change nothing but the copy. The old head still says how many maps it was given: look for its first
# dense layer before it is gone.

# %% draw
def test_head_shape(d):
    return d.whole(2, 5), d.one_of(((), (7,), (7,), (8, 6))), d.whole(3, 6), d.whole(2, 6), d.chance(0.5)

def test_head_base(d):
    return (d.whole(0, 999), 3, ()) if d.chance(0.3) else (d.whole(0, 999), d.whole(2, 6))

def test_head_apart(d):
    return d.whole(0, 999), d.one_of(((), (7,), (8, 6))), d.whole(2, 6)

# %% wrong: a copy with its old head | 1 of 3
# the new network has the old one's classes
def replace_head(net, classes):
    return copy.deepcopy(net)

# %% wrong: puts the new head onto the network that was given | 2 of 3
# the network that was given has lost its own head: work on a copy
def replace_head(net, classes):
    net.classifier = nn.Sequential(*net.classifier[:2], nn.Linear(next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features, classes))
    return net

# %% wrong: shares the base with the old network | 2 of 3
# both networks share one base: training the new one would change the old one; make a deep copy
def replace_head(net, classes):
    new = copy.copy(net)
    new._modules = dict(net._modules)
    new.classifier = nn.Sequential(*net.classifier[:2], nn.Linear(next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features, classes))
    return new

# %% wrong: replaces only the last layer | 1 of 3
# the old head's hidden layer is still there: the new head is one dense layer alone
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.classifier[-1] = nn.Linear(net.classifier[-1].in_features, classes)
    return new

# %% wrong: a base with random weights | 2 of 3
# the base has lost what it had learned: copy it together with its weights
def replace_head(net, classes):
    new = copy.deepcopy(net)
    for layer in new.modules():
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()
    new.classifier = nn.Sequential(*net.classifier[:2], nn.Linear(next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features, classes))
    return new

# %% wrong: keeps the number of classes | 1 of 3
# the new head has as many classes as the old one: use `classes`
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.classifier = nn.Sequential(*net.classifier[:2], nn.Linear(next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features, net.classifier[-1].out_features))
    return new

# %% wrong: no bias | 1 of 3
# the new head has no bias
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.classifier = nn.Sequential(*net.classifier[:2], nn.Linear(next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features, classes, bias=False))
    return new

# %% wrong: a softmax behind the head | 2 of 3
# a softmax stands behind the new head; it should end with the logits
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.classifier = nn.Sequential(*net.classifier[:2], nn.Linear(next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features, classes), nn.Softmax(dim=1))
    return new

# %% wrong: a ReLU behind the head | 2 of 3
# a ReLU stands behind the new head; it should end with the logits
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.classifier = nn.Sequential(*net.classifier[:2], nn.Linear(next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features, classes), nn.ReLU())
    return new

# %% wrong: inputs and outputs swapped | 1 of 3
# inputs and outputs of the dense layer are swapped
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.classifier = nn.Sequential(*net.classifier[:2], nn.Linear(classes, next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features))
    return new

# %% wrong: adds the new head behind the old one | 1 of 3
# there are more layers in the new head than one
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.classifier.append(nn.Linear(net.classifier[-1].out_features, classes))
    return new

# %% wrong: returns nothing | 0 of 3
# NoneType
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.classifier = nn.Sequential(*net.classifier[:2], nn.Linear(next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features, classes))

# %% wrong: five inputs, whatever the base gives | 2 of 3
# the new head always takes 5 numbers: another base gives another number, ask the old head
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.classifier = nn.Sequential(*net.classifier[:2], nn.Linear(5, classes))
    return new

# %% wrong: freezes the base as well | 2 of 3
# the base under the new head does not learn any more: freezing it is a step of its own, and comes next
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.features.requires_grad_(False)
    new.classifier = nn.Sequential(*net.classifier[:2], nn.Linear(next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features, classes))
    return new

# %% wrong: dropout before the new layer | 2 of 3
# two runs on the same pictures differ: is there a dropout in the new head? It is one dense layer alone
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.classifier = nn.Sequential(*net.classifier[:2], nn.Dropout(0.5), nn.Linear(next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features, classes))
    return new

# %% wrong: a new head called head | 1 of 3
# the old head is still there, and the new one beside it: the new one takes its place as `classifier`
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.head = nn.Linear(next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features, classes)
    return new

# %% wrong: without the average | 2 of 3
# the maps go into the dense layer as they are: `nn.AdaptiveAvgPool2d(1)` and `nn.Flatten()` stay in front of it
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.classifier = nn.Sequential(nn.Linear(next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features, classes))
    return new

# %% wrong: the size that the last dense layer takes | 1 of 3
# the base gives as many maps as the **first** dense layer of the old head takes
def replace_head(net, classes):
    new = copy.deepcopy(net)
    inputs = [layer.in_features for layer in net.classifier if isinstance(layer, nn.Linear)][-1]
    new.classifier = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes))
    return new

# %% wrong: a head of the right size is kept | 2 of 3
# this is the old head: the new dense layer has random weights, also where the number of classes is the same
def replace_head(net, classes):
    heir = copy.deepcopy(net)
    layers = [layer for layer in heir.classifier if isinstance(layer, nn.Linear)]
    if len(layers) > 1 or layers[0].out_features != classes:
        dense = nn.Linear(layers[0].in_features, classes, device=layers[0].weight.device)
        heir.classifier = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), dense)
    return heir

# %% wrong: the place of the dense layer counted | 2 of 3
# a dropout may stand there: look for the layer that you mean by its kind, not by its place
def replace_head(net, classes):
    new = copy.deepcopy(net)
    new.classifier = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(net.classifier[2].in_features, classes))
    return new

# %% wrong: one chain of everything | 2 of 3
# the new network has no parts `features` and `classifier` any more: put a new `classifier` into a copy of the old one
def replace_head(net, classes):
    new = copy.deepcopy(net)
    maps = next(part for part in net.classifier if isinstance(part, nn.Linear)).in_features
    return nn.Sequential(new.features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(maps, classes))

# %% right: built anew, asking the first dense layer
def replace_head(net, classes):
    other = copy.deepcopy(net)
    dense = [layer for layer in net.classifier if isinstance(layer, nn.Linear)]
    other.classifier = nn.Sequential(nn.AdaptiveAvgPool2d(output_size=(1, 1)), nn.Flatten(1), nn.Linear(dense[0].in_features, classes, bias=True))
    return other

# %% right: asks the base how many maps it gives, in evaluation mode
def replace_head(net, classes):
    new = copy.deepcopy(net).eval()
    channels = [layer.out_channels for layer in new.features.modules() if isinstance(layer, nn.Conv2d)][-1]
    new.classifier = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))
    return new

# %% right: a module with its own forward
class WithHead(nn.Module):
    def __init__(self, net, classes):
        super().__init__()
        self.features = copy.deepcopy(net.features)
        self.classifier = nn.Sequential(nn.Linear(next(p for p in net.classifier.parameters() if p.ndim == 2).shape[1], classes))
    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))

def replace_head(net, classes):
    return WithHead(net, classes)

# %% right: pickled and loaded
def replace_head(net, classes):
    import io
    file = io.BytesIO()
    torch.save(net, file)
    file.seek(0)
    new = torch.load(file, weights_only=False)
    inputs = [layer for layer in new.classifier if isinstance(layer, nn.Linear)][0].in_features
    del new.classifier[2:]
    new.classifier.append(nn.Linear(inputs, classes))
    return new
