"""The book that the story of the year is written into: flows with what is stated of them, and what each is meant to be.

Money is kept in hundredths, quantities in hundredths too: nothing is ever rounded twice."""

import hashlib
import random
from collections import defaultdict
from datetime import date, timedelta

SEED = 20_240_229
YEAR = 2024
#: From this day on the co-ops' new till software lets keepers say what a flow is.
TILL_ASKS = "2024-07-01"

FLOW_COLUMNS = (
    "id from to date action resource quantity unit value unit_of_account price_basis counterflow_kind contracted "
    "compelled relation access_scope certification agreement part corrects declared source note"
).split()


#: Terms that many flows share.
BOUGHT = dict(basis="posted", back="goods_services", contracted="yes", scope="named")
AGREED = BOUGHT | dict(basis="negotiated")
FREELY = dict(basis="voluntary", back="none", contracted="no", scope="named")
FOR_NOTHING = FREELY | dict(basis="none")
BY_LAW = FOR_NOTHING | dict(compelled="statutory")


class Dice:
    """Random numbers of one topic: another topic may draw more or fewer without moving these."""

    def __init__(self, topic: str) -> None:
        digest = hashlib.sha256(f"{SEED} {topic}".encode()).digest()
        self._random = random.Random(int.from_bytes(digest[:8], "big")).random

    def upto(self, n: int) -> int:
        return int(self._random() * n)

    def between(self, low: int, high: int) -> int:
        return low + self.upto(high - low + 1)

    def one(self, items):
        return items[self.upto(len(items))]

    def happens(self, percent: int) -> bool:
        return self.upto(100) < percent

    def some(self, items, n: int) -> list:
        """`n` different ones, in the order of `items`."""
        left = list(range(len(items)))
        while len(left) > n:
            left.pop(self.upto(len(left)))
        return [items[at] for at in left]


def day(month: int, number: int) -> str:
    return date(YEAR, month, number).isoformat()


def last_day(month: int) -> str:
    after = date(YEAR + month // 12, month % 12 + 1, 1)
    return (after - timedelta(days=1)).isoformat()


def weekly(weekday: int) -> list[str]:
    """All days of the year that are this day of the week; Monday is 0."""
    first = date(YEAR, 1, 1)
    first += timedelta(days=(weekday - first.weekday()) % 7)
    return [d.isoformat() for n in range(53) if (d := first + timedelta(days=7 * n)).year == YEAR]


def later(text: str, days: int) -> str:
    return min(date.fromisoformat(text) + timedelta(days=days), date(YEAR, 12, 31)).isoformat()


def month_of(text: str) -> int:
    return int(text[5:7])


def hundredths(number: int | None) -> str:
    """12345 as 123.45, without zeros that say nothing."""
    if number is None:
        return ""
    sign, number = ("-" if number < 0 else ""), abs(number)
    text = f"{sign}{number // 100}.{number % 100:02}"
    return text.rstrip("0").rstrip(".")


def times(quantity: int, price: int) -> int:
    """Hundredths times hundredths, rounded half up."""
    return (quantity * price + 50) // 100


class Book:
    """Flows and agreements of the year."""

    def __init__(self) -> None:
        self.flows: list[dict] = []
        self.agreements: dict[str, dict] = {}
        self._numbers: dict[str, int] = defaultdict(int)

    def agreement(self, id, name, basis="", contracted="yes", scope="named", certification="none", compelled=""):
        """What holds of all principal legs; said again it must be the same."""
        row = dict(
            id=id,
            name=name,
            price_basis=basis,
            contracted=contracted,
            compelled=compelled,
            access_scope=scope,
            certification=certification,
            source="made up",
        )
        assert self.agreements.setdefault(id, row) == row, id
        return id

    def flow(
        self,
        prefix,
        giver,
        receiver,
        when,
        resource,
        *,
        q=None,
        unit="",
        value=None,
        account="EUR",
        basis="",
        back="",
        contracted="",
        compelled="",
        relation="",
        scope="",
        certification="",
        agreement="",
        part="",
        corrects="",
        declared="",
        note="",
        action="",
        intent,
        alt="",
        exact_id=False,
    ):
        """Writes a flow; `intent` is what a sociologist who knows the valley calls it, `alt` what another might."""
        self._numbers[prefix] += 1
        id = prefix if exact_id else f"{prefix}-{self._numbers[prefix]}"
        if declared and when < TILL_ASKS and not declared.startswith("!"):
            declared = ""
        row = {
            "id": id,
            "from": giver,
            "to": receiver,
            "date": when,
            "action": action,
            "resource": resource,
            "quantity": hundredths(q),
            "unit": unit,
            "value": hundredths(value),
            "unit_of_account": account if value is not None else ("none" if account == "none" else ""),
            "price_basis": basis,
            "counterflow_kind": back,
            "contracted": contracted,
            "compelled": compelled,
            "relation": relation,
            "access_scope": scope,
            "certification": certification,
            "agreement": agreement,
            "part": part,
            "corrects": corrects,
            "declared": declared.lstrip("!"),
            "source": "made up",
            "note": note,
            # Not columns of the dataset:
            "amount": value,
            "intent": intent,
            "alt": alt,
        }
        self.flows.append(row)
        return id

    # The shapes that come again and again.

    def free(self, prefix, giver, receiver, when, resource, *, scope="named", **more):
        """Something for which nothing is due."""
        terms = dict(basis="none", back="none", contracted="no", scope=scope) | more
        if terms.get("value") is None:
            terms.setdefault("account", "none")
        return self.flow(prefix, giver, receiver, when, resource, **terms)

    def pays(self, prefix, payer, payee, when, value, **more):
        return self.flow(prefix, payer, payee, when, more.pop("resource", "euro"), value=value, **more)

    def goods(self, prefix, seller, buyer, when, resource, quantity, price, unit="kg", **more):
        """Goods at a price; gives back what is due for them."""
        value = times(quantity, price)
        self.flow(prefix, seller, buyer, when, resource, q=quantity, unit=unit, value=value, **more)
        return value

    def find(self, id):
        return next(row for row in self.flows if row["id"] == id)

    def balances(self, account, openings):
        """Each holder's balance at the end of each day on which something passed."""
        legs = sorted(
            (r for r in self.flows if r["unit_of_account"] == account and is_purse(r)), key=lambda r: r["date"]
        )
        now, days = dict(openings), defaultdict(dict)
        for row in legs:
            for agent, sign in ((row["from"], -1), (row["to"], 1)):
                if agent in now:
                    now[agent] += sign * row["amount"]
                    days[row["date"]][agent] = now[agent]
        return now, days


#: What changes a purse: money, and the credits of circles.
PURSE = {"euro", "surplus", "elm", "timebank-credit"}


def is_purse(row) -> bool:
    return row["resource"] in PURSE
