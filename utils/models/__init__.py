"""Networks as plain lists of layers, as modules, with trained weights, and as arrays of parameters."""
