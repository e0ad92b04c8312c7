"""The course's figures, a module for each kind of thing that is drawn; `style` holds what they share."""
