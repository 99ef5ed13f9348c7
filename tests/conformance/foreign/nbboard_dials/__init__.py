"""A kind of another distribution: a needle on a dial."""
