"""A made-up economy from a seed, as dense as the tables of real ones.

Sectors of regions, their sizes lognormal. A sector takes most of its inputs at home and the rest from everywhere, by the
sizes of the suppliers and a lognormal taste of its own, and some of what it makes itself; inputs add up to 0.35 to 0.75 of
its output, 0.55 on average, as in real tables. A few inputs can be credits. Each stressor is caused by a part of the sectors.
"""

import numpy


def economy(sectors, stressors, regions=49, credits=False, seed=1):
    """What a unit of each sector takes of each (a column a taker), and what it causes (a row a stressor)."""
    random = numpy.random.default_rng(seed)
    size = random.lognormal(0.0, 2.0, sectors)
    of_region = numpy.arange(sectors) * regions // sectors
    matrix = numpy.empty((sectors, sectors))
    home = random.uniform(0.6, 0.95, sectors)
    total = random.uniform(0.35, 0.75, sectors)
    own = total * random.beta(1.0, 5.0, sectors)
    for row in range(sectors):
        matrix[row] = size[row] * random.lognormal(0.0, 1.5, sectors)
    for region in range(regions):
        here = numpy.flatnonzero(of_region == region)
        if len(here) == 0:
            continue
        block = slice(here[0], here[-1] + 1)
        columns = matrix[:, block]
        at_home = columns[block].sum(axis=0)
        abroad = columns.sum(axis=0) - at_home
        rest = total[block] - own[block]
        matrix[:, block] *= rest * (1.0 - home[block]) / numpy.where(abroad > 0.0, abroad, 1.0)
        matrix[block, block] *= home[block] / (1.0 - home[block]) * numpy.where(abroad > 0.0, abroad, 1.0) / at_home
    matrix[numpy.diag_indices(sectors)] += own
    if credits:
        at = random.integers(0, sectors, (2, sectors // 20))
        matrix[at[0], at[1]] *= -1.0
    causes = random.lognormal(0.0, 2.0, (stressors, sectors))
    causes[random.random((stressors, sectors)) < 0.4] = 0.0
    return matrix, causes
