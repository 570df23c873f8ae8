#!/usr/bin/env python3
"""The auditor against numbers known without it: published figures, textbook systems, sums done by hand."""

import tempfile
from decimal import Decimal
from fractions import Fraction as F
from pathlib import Path

from factors import open_set
from measures import Regions, Units
from money import PriceLevel, plain, power, rounded
from recompute import recompute
from solve import solve
from tables import Library, OracleError

HEAD = 'title="t"\nproducer="p"\ncitation="c"\nversion="1"\ngeography="NL"\nlicence={name="CC0", redistribute=true}\n'


def write(folder, kind, more="", **tables):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.toml").write_text(f'kind = "{kind}"\n{HEAD}{more}', "utf-8")
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text.strip() + "\n", "utf-8")


def references(root):
    """Just enough reference tables; the figures are the published ones."""
    ref = root / "reference"
    write(ref / "units", "units", units="""
# prefixes apply to metric units
code,name,numerator,denominator,m,kg,s,A,K,mol,cd,count,metric,kind
kg,kilogram,1,1,0,1,0,0,0,0,0,0,no,
g,gram,1,1000,0,1,0,0,0,0,0,0,yes,
t,tonne,1000,1,0,1,0,0,0,0,0,0,yes,
m,metre,1,1,1,0,0,0,0,0,0,0,yes,
s,second,1,1,0,0,1,0,0,0,0,0,yes,,
a,year,31557600,1,0,0,1,0,0,0,0,0,no,
h,hour,3600,1,0,0,1,0,0,0,0,0,no,
Wh,watt hour,3600,1,2,1,-2,0,0,0,0,0,yes,
J,joule,1,1,2,1,-2,0,0,0,0,0,yes,
box,box,1,1,0,0,0,0,0,0,0,1,no,box
[lb_av],pound,45359237,100000000,0,1,0,0,0,0,0,0,no,
""")
    write(ref / "regions", "regions", regions="""
code,name,level,parent
001,World,world,
150,Europe,region,001
155,Western Europe,subregion,150
NL,Netherlands,country,155
DE,Germany,country,155
019,Americas,region,001
CO,Colombia,country,019
""")
    write(ref / "indicators", "indicators", indicators="""
id,name,dimension,unit,kind
climate,Climate change,environmental,kg CO2-eq,burden
co2,Carbon dioxide,environmental,kg CO2-eq,burden
ch4,Methane,environmental,kg CH4,burden
wage-gap,Wage gap,social,money,burden
offset,Offset,environmental,kg CO2-eq,benefit
injury,Injuries,health,box,burden
""")
    write(ref / "hicp", "index", '[index]\ncurrency="EUR"\n', index="""
year,value,source,verification
2020,105.06,s,secondary
2021,107.78,s,secondary
2024,126.07,s,secondary
""")
    write(ref / "us-cpi", "index", '[index]\ncurrency="USD"\n', index="""
year,value,source,verification
2020,258.811,s,primary
2024,313.689,s,primary
""")
    write(ref / "ecb-annual", "rates", '[rates]\nbase="EUR"\ntype="market"\n', rates="""
currency,year,units_per_base,source,verification
USD,2020,1.142196,s,primary
USD,2024,1.08238,s,primary
CHF,2024,0.952577,s,primary
""")
    write(ref / "gdp", "income", income="""
region,year,value
EU,2021,60000
CO,2021,15000
""")
    write(root / "factors" / "path", "factors", """
[factors]
currency = "EUR"
price_year = 2021
index = "hicp"
valid_in = ["EU"]
interpolation = "geometric"
income = { region = "EU", elasticity = { lower = "1", central = "0.5", upper = "0" } }
[factors.groups]
EU = ["NL", "DE"]
""", factors="""
indicator,variant,lower,central,upper,unit,currency,price_year,region,emission_year,transfer,method,source,verification
climate,,50,130,160,t CO2-eq,,,,2021,income,,Table 31,primary
climate,,75,188,264,t CO2-eq,,,,2030,income,,Table 31,primary
climate,,200,437,819,t CO2-eq,,,,2050,income,,Table 31,primary
injury,,,10,,box,,,,,global,,s,primary
""")
    write(root / "factors" / "flat", "factors", """
[factors]
currency = "EUR"
price_year = 2024
variants = ["base", "high"]
""", factors="""
indicator,variant,lower,central,upper,unit,currency,price_year,region,emission_year,transfer,method,source,verification
climate,,0.5,1,2,kg CO2-eq,,,,,global,,s,primary
co2,,,1,,kg CO2-eq,,,,,global,,s,primary
co2,,,3,,kg CO2-eq,,,CO,,global,,s,primary
co2,high,,7,,kg CO2-eq,,,CO,,global,,s,primary
ch4,,,30,,kg CH4,,,,,global,M,s,primary
offset,,,1,,kg CO2-eq,,,,,global,,s,primary
wage-gap,,,1.5,,money,,,,,none,,s,primary
""", exclusive="""
group,rank,indicator
gas,1,co2
gas,1,ch4
gas,2,climate
""")  # fmt: skip
    write(root / "factors" / "both", "factors", composite="""
indicator,set,variant
climate,path,
co2,flat,high
""")
    return root


def supply(root, more="", **tables):
    write(root / "supply" / "s", "supply", more, **tables)


def price(root, **options):
    options = dict(supply="s", factors="flat", currency="EUR", year=2024) | options
    return {(r["product"], r["origin"]): r for r in recompute(datasets=root, **options)}


def cents(value):
    return plain(rounded(value, 2))


def fails(words, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except OracleError as error:
        assert words in str(error), error
    else:
        raise AssertionError(f"no error with {words!r}")


def check_money(root):
    library = Library(root)
    assert cents(PriceLevel(library, "EUR", 2024).move(F(193), "USD", 2020, "us-cpi")) == "216.12"
    assert cents(PriceLevel(library, "EUR", 2024, True).move(F(193), "USD", 2020, "us-cpi")) == "202.76"
    assert PriceLevel(library, "CHF", 2024).rate("USD", 2024) == F("0.952577") / F("1.08238")  # cross
    fails("no year 2019", PriceLevel(library, "EUR", 2024).move, F(1), "USD", 2019)
    fails("no index for CHF", PriceLevel(library, "EUR", 2024).move, F(1), "CHF", 2021)
    fails("no market rate", PriceLevel(library, "EUR", 2024).move, F(1), "GHS", 2024)
    assert rounded(F(5, 2), 0) == 2 and rounded(F(7, 2), 0) == 4 and rounded(F(-5, 2), 0) == -2
    assert plain(F(-1, 10**12)) == "-0.000000000001" and plain(F(100)) == "100" and plain(F(0)) == "0"
    assert power(F(2), F(1, 2)) == F("1.414213562373")
    # the oracle of one line
    line = Decimal(0.545038704) * Decimal("0.13")
    assert rounded(F(0.545038704) * F("0.13"), 12) == F(line.quantize(Decimal("1e-12")))


def check_units(root):
    units = Units(Library(root))
    assert units.ratio("t CO2-eq", "kg CO2-eq") == 1000 and units.ratio("kg.h", "g.h") == 1000
    assert units.ratio("kWh", "MJ") == F("3.6") and units.ratio("[lb_av]", "kg") == F("0.45359237")
    assert units.ratio("km2", "m2") == 10**6 and units.ratio("m/s", "km/h") == F("3.6")
    assert units.ratio("kg", "box", F("18.14")) == 1 / F("18.14")
    assert units.convert(F(0.1), "[lb_av]", "kg") == F(0.1 * 45359237.0 / 1e8)
    fails("same kind", units.ratio, "kg CO2-eq", "kg SO2-eq")
    fails("same kind", units.ratio, "m2.a crop-eq", "m2.a")


def check_regions(root):
    regions = Regions(Library(root))
    assert regions.above("NL-UT", {"EU": ["NL"]}) == ["NL-UT", "NL", "EU", "155", "150", "001"]
    fails("unknown region", regions.above, "XX", {})


def check_factors(root, datasets=None, name="path", indicator="climate", method=""):
    """CE Delft's carbon price, Table 31: 130 EUR2021/t in 2021, 188 in 2030, geometric between."""
    library = Library(datasets or root)
    indicators = {r["id"]: r for d in library.of_kind("indicators") for r in d.table("indicators")}
    units, regions, level = Units(library), Regions(library), PriceLevel(library, "EUR", 2021)
    factors = open_set(library, name, indicators, units, regions, level, "unpriced")
    assert factors.factor(indicator, method, "NL", 2021) == (F("0.05"), F("0.13"), F("0.16"))
    assert factors.factor(indicator, method, "NL", 2030) == (F("0.075"), F("0.188"), F("0.264"))
    between = factors.factor(indicator, method, "NL", 2024)[1]
    assert abs(between - F(0.13 * (0.188 / 0.13) ** (3 / 9))) < F(1, 10**12), float(between)
    fails("emission year 2051", factors.factor, indicator, method, "NL", 2051)
    assert factors.factor(indicator, method, "CO", 2021) is None  # not valid outside the EU
    if datasets is None:
        assert factors.factor("injury", "", "NL", 1900) == (10, 10, 10)
        out = open_set(library, name, indicators, units, regions, level, "as_is")
        assert out.factor("climate", "", "CO", 2021)[1] == F("0.13")
        out = open_set(library, name, indicators, units, regions, level, "transfer")
        assert out.factor("climate", "", "CO", 2021) == (F("0.05") / 4, F("0.13") / 2, F("0.16"))
        assert out.factor("injury", "", "CO", 2021) == (10, 10, 10)
        both = open_set(library, "both", indicators, units, regions, level, "unpriced")
        assert both.factor("climate", "", "DE", 2021)[1] == F("0.13") and both.factor("ch4", "M", "DE", 2021) is None
        assert both.factor("co2", "", "NL", 2021)[1] == rounded(F("107.78") / F("126.07"), 18)  # 1 EUR2024
        assert both.factor("co2", "", "CO", 2021)[1] == rounded(7 * F("107.78") / F("126.07"), 18)
        fails("no income of 001", out.factor, "climate", "", "001", 2021)


def check_solver():
    # Miller and Blair's two sectors: A = (.15 .25; .20 .05), f = (600, 1500), x = (1247.52, 1841.58)
    rows = {1: {1: 1 - F("0.15"), 2: -F("0.25")}, 2: {1: -F("0.2"), 2: 1 - F("0.05")}}
    x = solve(rows, {1: {"f": F(600)}, 2: {"f": F(1500)}})
    assert x[1]["f"] == F(945) / F("0.7575") and cents(x[1]["f"]) == "1247.52" and cents(x[2]["f"]) == "1841.58"
    fails("not productive", solve, {1: {1: F(1), 2: F(-2)}, 2: {1: F(-1), 2: F(1)}}, {})
    fails("no solution", solve, {1: {1: F(1), 2: F(1)}, 2: {1: F(1), 2: F(1)}}, {})


def check_loops(root):
    # e = 1 + c/2 and c = 1/4 + e/4, so e = 9/7 and c = 4/7; recorded per 10 and per 2 units
    supply(root, products="id,unit\ne,kWh\nc,kg", processes="""
id,product,amount,unit,region
pe,e,10,kWh,NL
pc,c,2000,g,NL
""", inputs="""
process,product,amount,unit
pe,c,5,kg
pc,e,0.5,kWh
""", interventions="""
process,indicator,amount,unit
pe,climate,10,kg CO2-eq
pc,climate,0.0005,t CO2-eq
""")
    got = price(root)
    assert got["e", "NL"]["external_cost"] == plain(rounded(F(float(F(9, 7))), 12)) == "1.285714285714"
    assert got["c", "NL"]["gap_upper"] == plain(rounded(F(float(F(4, 7))) * 2, 12))
    assert got["c", "NL"]["social"] == "not stated" and got["c", "NL"]["true_price"] == ""
    # Leontief through the chain, own use included
    supply(root, products="id,unit\none,kg\ntwo,kg", processes="""
id,product,amount,unit,region
p1,one,1,kg,NL
p2,two,1,kg,NL
""", inputs="""
process,product,amount,unit
p1,one,0.15,kg
p1,two,0.25,kg
p2,one,0.20,kg
p2,two,0.05,kg
""", interventions="""
process,indicator,amount,unit
p1,climate,600,kg CO2-eq
p2,climate,1500,kg CO2-eq
""")
    got = price(root)
    assert abs(float(got["one", "NL"]["external_cost"]) - 945 / 0.7575) < 1e-9
    assert abs(float(got["two", "NL"]["external_cost"]) - 1395 / 0.7575) < 1e-9


def check_pricing(root):
    (root / "supply/s/inputs.csv").unlink()
    supply(root, '[defaults]\nmethod = "M"\n', products="id,unit,mass_kg\ncup,box,0.5", processes="""
id,product,amount,unit,region,period,share
a,cup,1,box,CO,,0.25
b,cup,1,box,CO,,0.75
n,cup,1,box,NL,,
o,cup,1,box,origin,,
""", interventions="""
process,indicator,amount,unit,method,subject
a,co2,4,kg CO2-eq,,
a,climate,100,kg CO2-eq,,
a,ch4,2,kg CH4,other,
b,offset,8,kg CO2-eq,,
b,wage-gap,4,USD2020,,pickers
n,ch4,1,kg CH4,,
n,climate,100,kg CO2-eq,,fuel
n,injury,1,box,,
n,wage-gap,,EUR2024,,
o,injury,0,box,,
""", paid="""
process,indicator,amount,currency,year,source
n,ch4,31,EUR,2024,s
a,co2,4,EUR,2024,s
""", prices="""
product,origin,amount,currency,quantity,unit,mass_kg,date,vat,source
cup,,3,EUR,2,kg,,2024,excluded,s
cup,NL,9,EUR,2,pack,0.75,2024-02,excluded,s
cup,NL,8,EUR,1,box,,2023,excluded,s
cup,NL,7,EUR,1,box,,2025,excluded,s
""")
    got = price(root)
    o, co, nl = got["cup", "origin"], got["cup", "CO"], got["cup", "NL"]
    assert list(got) == [("cup", "CO"), ("cup", "NL"), ("cup", "origin")]
    # CO: a quarter of 4 kg CO2 at 3 (climate excluded, methane under another method unpriced); offset 6 kg;
    # wage gap 3/4 of 4 USD2020 at 1.5
    wage = F(float(F(0.75) * F(float(rounded(F(4) * F("313.689") / F("258.811") / F("1.08238"), 18))))) * F("1.5")
    wage = rounded(wage, 12)
    assert co["environmental"] == "3" and co["benefits"] == "6" and co["social"] == plain(wage)
    assert co["internalised"] == "1" and co["overpaid"] == "0" and co["gap"] == plain(2 + wage)
    assert co["market_price"] == "0.75" and co["true_price"] == plain(F("2.75") + wage)
    assert price(root, netting=True)["cup", "CO"]["gap"] == plain(3 + wage - 6 - 1)
    assert price(root, factors="flat:high")["cup", "CO"]["environmental"] == "7"
    # NL: methane bound to method M, 30, of which 31 is paid; climate of another subject stays; injuries unpriced
    assert nl["environmental"] == "130" and nl["health"] == "unpriced" and nl["social"] == "not stated"
    assert nl["internalised"] == "30" and nl["overpaid"] == "1" and nl["gap"] == "100"
    assert nl["gap_lower"] == "50" and nl["gap_upper"] == "200" and nl["market_price"] == "3"
    assert o["health"] == "unpriced" and o["gap"] == "" and o["market_price"] == "0.75"
    supply(root, '[supply]\nabsent_interventions = "zero"\n')
    assert price(root)["cup", "origin"]["environmental"] == "0"


def check_real(datasets):
    """The same figures through the datasets of the project, where they are."""
    names = {d.id for d in Library(datasets).datasets}
    if "ecb-annual" in names:
        assert cents(PriceLevel(Library(datasets), "EUR", 2024).move(F(193), "USD", 2020)) == "216.12"
        assert cents(PriceLevel(Library(datasets), "EUR", 2024, True).move(F(193), "USD", 2020)) == "202.76"
    if "ce-delft-2024" in names:
        check_factors(None, datasets, "ce-delft-2024", "climate-change", "ReCiPe 2016 H")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        root = references(Path(folder))
        check_money(root)
        check_units(root)
        check_regions(root)
        check_factors(root)
        check_solver()
        check_loops(root)
        check_pricing(root)
    check_real(Path(__file__).resolve().parents[2] / "datasets")
    print("all checks hold")
