"""The words of the command line in words of Python.

The engine says `--emission-year YEAR`; in Python that is `emission_year=YEAR`.

>>> of_python("choose one: --year YEAR")
'choose one: year=YEAR'
>>> of_python("give your own: --index hicp-euro-area:2026=VALUE")
'give your own: indices={("hicp-euro-area", 2026): VALUE}'
>>> of_python("say which column it is: `--column product=NAME`")
'say which column it is: `columns={"product": NAME}`'
"""

import re

#: Options whose keyword has another name.
_KEYWORDS = {"index": "indices", "rate": "rates", "ppp-rate": "ppp_rates", "product": "products", "pricebook": "book"}

#: Commands and the functions that do the same.
_COMMANDS = [
    (r"`truecost check --seal( \w+)?`", "`truecost.check(path, seal=True)`"),
    (r"`truecost init DIR`", "`truecost.init(folder)`"),
    (r"`truecost products DATASET TEXT`", "`dataset.products(text)`"),
    (r"`truecost template FILE\.xlsx`", "`truecost.template(path)`"),
    (r"`truecost fairtrade benchmarks`", "`truecost.fairtrade.benchmarks()`"),
    (r"`truecost fairtrade rules`", "`truecost.fairtrade.surplus_rules()`"),
    (r"`truecost fairtrade surplus`", "`truecost.surplus(coop)`"),
    (r"`truecost factors indicators`", "`truecost.indicators()`"),
    (r"`truecost factors list`", "`truecost.factor_sets()`"),
    (r"`truecost pricebook DATASET -o BOOK\.arrow`", "`truecost.compile_price_book(dataset).write(path)`"),
    (r"`truecost lines --help`", "the documentation of `truecost.price_lines`"),
    (r"--years FROM-TO", "years=(FROM, TO)"),
    (r"truecost pricebook\b", "`truecost.compile_price_book`"),
]

_FIGURE = re.compile(r"--(index|rate|ppp-rate) `?(?:([\w-]+):)?(\d{4})=([\w.]+)`?")
_ROLE = re.compile(r"--(column|set) (\w+)=([\w\u007b\u007d]+)")
_NAMES = re.compile(r"--keep (\w+(?:,\w+)+)")
_LOOSE_FIGURE = re.compile(r"\b([A-Z]{3}):(\d{4})=([\w.]+)")
_BARE = re.compile(r"`--([a-z][a-z-]*)`")
_OPTION = re.compile(r"--([a-z][a-z-]*)(?: ([A-Z]+(?:/\w+)?|\d{4})(?![\w-]))?")


def of_python(text: str) -> str:
    """A message or hint of the engine, for people who call it from Python."""
    if "--" not in text and "truecost " not in text and "=" not in text:
        return text
    for pattern, words in _COMMANDS:
        text = re.sub(pattern, words, text)
    text = _ROLE.sub(_role, text)
    text = _NAMES.sub(lambda found: f"keep={found[1].split(',')}".replace("'", '"'), text)
    text = _FIGURE.sub(_figure, text)
    text = _LOOSE_FIGURE.sub(r'{("\1", \2): \3}', text)
    text = _BARE.sub(r"--\1", text)
    return _OPTION.sub(_option, text)


def _figure(found: re.Match[str]) -> str:
    option, name, year, value = found.groups()
    key = f'("{name}", {year})' if name else year
    return f"{_KEYWORDS[option]}={{{key}: {value}}}"


def _role(found: re.Match[str]) -> str:
    option, role, value = found.groups()
    # A placeholder is not a value.
    value = value if value.isupper() and option == "column" else f'"{value}"'
    return f'{"columns" if option == "column" else "constants"}={{"{role}": {value}}}'


def _option(found: re.Match[str]) -> str:
    option, value = found.groups()
    keyword = _KEYWORDS.get(option, option.replace("-", "_"))
    if value is None:
        return f"`{keyword}`"
    # A code is a text, a year and a placeholder are not.
    value = f'"{value}"' if option == "currency" else value
    return f"{keyword}={value}"
