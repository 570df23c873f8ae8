"""Drawings of true prices, with Altair: ``pip install "truecost[plot]"``.

Functions, each of which gives back an Altair chart to show, to change or to save
(``chart.save("x.html")``):

- :func:`price_buildup`: from the market price to the true price, step by step;
- :func:`stages`: where along the chain the external cost falls;
- :func:`compare`: products, origins or results beside each other, or a scenario cause by cause;
- :func:`tornado`: which factor ranges, or which scenarios, move the result most;
- :func:`elasticities`: which single data move a result most;
- :func:`spreads`: which single data make it unsure;
- :func:`regimes`: what passed in each regime, by unit, over the years or by class;
- :func:`confidence`: how sure it is what flows are;
- :func:`sankey`: along which way through the chain the external cost comes;
- :func:`drift`: whether a co-op turns into an ordinary firm, year by year.

What has no price is said in words and never drawn as zero. Benefits stand beside the burdens and are not
subtracted from them. All sums are made of decimals; they become floats only to be placed on the paper. Labels
are rounded to the minor unit of the currency, tooltips hold every digit.
"""

from __future__ import annotations

from .bands import tornado
from .buildup import price_buildup
from .chain import stages
from .comparison import compare
from .drift import drift
from .elasticity import elasticities
from .sankey import sankey
from .spread import spreads
from .sureness import confidence
from .units import regimes

__all__ = [
    "compare",
    "confidence",
    "drift",
    "elasticities",
    "price_buildup",
    "regimes",
    "sankey",
    "spreads",
    "stages",
    "tornado",
]
