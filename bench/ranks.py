"""
The Kruskal-Wallis test: do several samples come from one distribution? By ranks, so no outlier
weighs much.
"""

import itertools
import math


def kruskal_wallis(samples):
    """
    Return H (corrected for ties) and its p-value for three or four samples of numbers.

    The p-value is how often samples of one distribution differ by at least as much, by chance.

    >>> h, p = kruskal_wallis([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    >>> round(h, 4), round(p, 4)
    (7.2, 0.0273)
    """
    ranks, ties = _ranks([value for sample in samples for value in sample])
    total, position, spread = len(ranks), iter(ranks), 0
    for sample in samples:
        spread += sum(itertools.islice(position, len(sample))) ** 2 / len(sample)
    h = 12 / (total * (total + 1)) * spread - 3 * (total + 1)
    h /= 1 - sum(size**3 - size for size in ties) / (total**3 - total)
    return h, chi_square_survival(h, len(samples) - 1)


def chi_square_survival(x, degrees):
    """
    Return the probability that a chi-square variable with two or three degrees of freedom exceeds
    `x`.

    >>> round(chi_square_survival(5.991, 2), 4), round(chi_square_survival(7.815, 3), 4)
    (0.05, 0.05)
    """
    tail = {
        2: math.exp(-x / 2),
        3: math.erfc(math.sqrt(x / 2)) + math.sqrt(2 * x / math.pi) * math.exp(-x / 2),
    }
    return tail[degrees]


def _ranks(values):
    """
    Return the rank of each value, equal ones sharing their mean rank, and how many values each rank
    is shared by.
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, ties, first = [0.0] * len(values), [], 1
    for _, group in itertools.groupby(order, key=values.__getitem__):
        equal = list(group)
        for index in equal:
            ranks[index] = first + (len(equal) - 1) / 2
        ties.append(len(equal))
        first += len(equal)
    return ranks, ties
