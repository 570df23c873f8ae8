"""Exact solution of a sparse linear system with many right-hand sides."""

import heapq

from tables import OracleError


def solve(rows, rhs):
    """Solve `sum_i rows[j][i] x_i = rhs[j]` for every j.

    rows: {j: {i: Fraction}}, the diagonal present. rhs: {j: {key: Fraction}}, absent keys are 0.
    Gives {j: {key: Fraction}}. The row with the fewest unknowns goes first, so that a chain without
    loops is solved from its raw materials onwards.
    """
    rows = {j: {i: a for i, a in row.items() if a or i == j} for j, row in rows.items()}
    rhs = {j: dict(rhs.get(j, {})) for j in rows}
    users = {i: set() for i in rows}  # rows still to be eliminated that hold x_i, beside its own
    for j, row in rows.items():
        for i in row:
            if i != j:
                users[i].add(j)
    no_credits = all(a <= 0 for j, row in rows.items() for i, a in row.items() if i != j)

    queue = [(len(row), j) for j, row in rows.items()]
    heapq.heapify(queue)
    order = {}  # as a set that keeps its order
    while queue:
        size, j = heapq.heappop(queue)
        row = rows[j]
        if j in order or size != len(row):
            continue  # an outdated entry of the queue
        if no_credits and row[j] <= 0:  # without credits, productive is: every pivot > 0
            raise OracleError(f"the chain is not productive: {j} uses up at least what it makes")
        if row[j] == 0:
            continue  # comes back when another elimination has changed it
        order[j] = True
        for user in users[j]:
            factor = rows[user].pop(j) / row[j]
            for i, a in row.items():
                if i != j:
                    rows[user][i] = rows[user].get(i, 0) - factor * a
                    if i != user:
                        users[i].add(user)
            for key, b in rhs[j].items():
                rhs[user][key] = rhs[user].get(key, 0) - factor * b
            heapq.heappush(queue, (len(rows[user]), user))
        for i in row:
            users[i].discard(j)
    if len(order) < len(rows):
        raise OracleError(f"the chain has no solution: {sorted(set(rows) - set(order))}")

    x = {}
    for j in reversed(order):  # what row j still holds was eliminated after it
        total = rhs[j]
        for i, a in rows[j].items():
            if i != j:
                for key, value in x[i].items():
                    total[key] = total.get(key, 0) - a * value
        x[j] = {key: value / rows[j][j] for key, value in total.items()}
    return x
