"""When a sentence may not follow from the one before it."""

READS_BADLY = 0.06  # next-sentence probability; CONTRIBUTING.md, Decisions, says what it finds


def reads_badly(probability: float) -> bool:
    """Tell whether a join is worth a mark, from the probability that its sentences follow."""
    return probability < READS_BADLY
