"""What the views of all kinds share: options, the wire, and the machinery of steps."""
