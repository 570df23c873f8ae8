//! Pages of true prices made by hand.

use std::collections::{BTreeMap, BTreeSet};

use super::{PAGE_LIMIT, render};
use crate::base::currency::Currency;
use crate::base::decimal::parse;
use crate::base::money::{Factor, Money};
use crate::base::region::Location;
use crate::data::factors::Band;
use crate::data::reference::{Dimension, IndicatorKind};
use crate::pricing::lineage::{Lineage, Origin};
use crate::pricing::{
    Amount, BreakdownRow, Coverage, CutOff, IndicatorCost, MarketPrice, Pack, Stated, TruePrice, TruePrices,
};
use crate::report::web::checks::{between, cells, check_markup, check_self_contained, values};
use crate::valuation::Target;

fn money(text: &str) -> Money {
    Money::round(&parse(text).unwrap()).unwrap()
}

fn band(lower: &str, central: &str, upper: &str) -> Band<Money> {
    Band { lower: money(lower), central: money(central), upper: money(upper) }
}

fn euro() -> Currency {
    Currency::from_code("EUR").unwrap()
}

fn indicator(id: &str, dimension: Dimension, cost: Option<Band<Money>>) -> IndicatorCost {
    let is_priced = cost.is_some();
    IndicatorCost {
        indicator: id.to_owned(),
        name: format!("Name of {id}"),
        dimension,
        kind: IndicatorKind::Burden,
        unit: "kg CO2-eq".to_owned(),
        stated: Stated::Complete,
        priced_amount: if is_priced { 1.5 } else { 0.0 },
        unpriced_amount: if is_priced { 0.0 } else { 0.25 },
        unpriced_reasons: if is_priced {
            Vec::new()
        } else {
            vec!["the set has no factor for it".to_owned()]
        },
        excluded_amount: 0.0,
        excluded_for: Vec::new(),
        bound: 0.0,
        is_priced,
        cost: cost.unwrap_or_default(),
        paid: Money::ZERO,
    }
}

fn cell(product: &str, stage: &str, region: &str, indicator: &str, cost: &str) -> BreakdownRow {
    let factor = Factor::round(&parse("0.312").unwrap()).unwrap();
    BreakdownRow {
        product: product.to_owned(),
        origin: "NL".to_owned(),
        stage: stage.to_owned(),
        region: region.to_owned(),
        indicator: indicator.to_owned(),
        amount: 1.0,
        unit: "kg CO2-eq".to_owned(),
        status: "priced",
        factor: Some(Band { lower: factor, central: factor, upper: factor }),
        cost: Some(band(cost, cost, cost)),
        factor_source: String::new(),
        source: String::new(),
    }
}

/// With a price: three stages whose costs are thirds of cents, something paid, something unpriced.
fn bread() -> (TruePrice, Vec<BreakdownRow>) {
    let mut climate = indicator("climate", Dimension::Environmental, Some(band("0.5", "1.004", "2")));
    climate.paid = money("0.1");
    climate.stated = Stated::Partial(vec!["mill".to_owned()]);
    let wages = indicator("wages", Dimension::Social, Some(band("0.2", "0.203", "0.4")));
    let mut offset = indicator("offset", Dimension::Environmental, Some(band("-0.01", "-0.02", "-0.03")));
    offset.kind = IndicatorKind::Benefit;
    let mut silent = indicator("silent", Dimension::Environmental, None);
    (silent.stated, silent.unpriced_amount) = (Stated::Absent, 0.0);
    silent.unpriced_reasons.clear();
    let mut twice = indicator("twice", Dimension::Environmental, None);
    (twice.unpriced_amount, twice.excluded_amount) = (0.0, 3.0);
    twice.unpriced_reasons.clear();
    twice.excluded_for = vec!["climate".to_owned()];
    let soil = indicator("soil", Dimension::Environmental, None);
    let price = TruePrice {
        product: "bread".to_owned(),
        name: "Bread \"of the day\" <script>alert('x')</script> & more".to_owned(),
        category: "bakery".to_owned(),
        origin: Location::Code("NL".to_owned()),
        unit: "kg".to_owned(),
        market: Some(MarketPrice {
            amount: money("2.005"),
            published: "2.005 EUR per kg, 2024, NL".to_owned(),
            item: "loaf <b>".to_owned(),
            vat: "included",
            pack: None,
            steps: vec!["not <moved>".to_owned()],
            source: "a shop".to_owned(),
            verification: "unverified",
        }),
        dimensions: BTreeMap::from([
            (Dimension::Environmental, Amount::Money(money("1.004"))),
            (Dimension::Social, Amount::Money(money("0.203"))),
            (Dimension::Health, Amount::NotStated),
        ]),
        external: Amount::Money(money("1.207")),
        internalised: money("0.1"),
        overpaid: Money::ZERO,
        benefits: money("0.02"),
        gap: Some(band("0.6", "1.107", "2.3")),
        shared_external: money("1.004"),
        support: Some(money("0.3")),
        price_support: Some(money("0.05")),
        coverage: Coverage {
            priced: vec!["climate".to_owned(), "wages".to_owned(), "offset".to_owned()],
            unpriced: BTreeMap::from([("soil".to_owned(), "the set has no factor for it".to_owned())]),
            excluded: BTreeMap::from([("twice".to_owned(), "climate".to_owned())]),
            partial: BTreeMap::from([("climate".to_owned(), vec!["mill".to_owned()])]),
            not_stated: vec!["silent".to_owned()],
            cutoffs: vec![CutOff {
                process: "mill".to_owned(),
                product: "sacks".to_owned(),
                recorded: "0.01 kg".to_owned(),
                amount: 0.01,
            }],
        },
        indicators: vec![climate, offset, silent, soil, twice, wages],
    };
    let rows = vec![
        cell("bread", "farming", "NL", "climate", "0.334666666667"),
        cell("bread", "milling", "NL", "climate", "0.334666666667"),
        cell("bread", "baking", "DE", "climate", "0.334666666666"),
        cell("bread", "farming", "NL", "wages", "0.101500000000"),
        cell("bread", "baking", "DE", "wages", "0.101500000000"),
        cell("bread", "baking", "DE", "offset", "-0.02"),
    ];
    (price, rows)
}

/// Without a price and without a factor.
fn stone() -> TruePrice {
    let (bread, _) = bread();
    TruePrice {
        product: "stone".to_owned(),
        name: "Stone".to_owned(),
        market: None,
        indicators: vec![indicator("soil", Dimension::Environmental, None)],
        dimensions: BTreeMap::from([
            (Dimension::Environmental, Amount::Unpriced),
            (Dimension::Social, Amount::NotStated),
            (Dimension::Health, Amount::NotStated),
        ]),
        external: Amount::Unpriced,
        internalised: Money::ZERO,
        benefits: Money::ZERO,
        gap: None,
        shared_external: Money::ZERO,
        support: None,
        price_support: None,
        coverage: Coverage {
            unpriced: BTreeMap::from([("soil".to_owned(), "the set has no factor for it".to_owned())]),
            ..Coverage::default()
        },
        ..bread
    }
}

fn dataset(role: &'static str, title: &str, url: Option<&str>) -> Origin {
    Origin {
        description: String::new(),
        role,
        name: format!("{role}-2025:standard"),
        title: title.to_owned(),
        version: "1.0".to_owned(),
        citation: "Cite & <name>".to_owned(),
        url: url.map(str::to_owned),
        geography: "001".to_owned(),
        licence: "CC-BY-4.0".to_owned(),
        redistribute: role == "supply",
        hash: "sha256:0123456789abcdef0123456789abcdef".to_owned(),
    }
}

fn prices() -> TruePrices {
    let (bread, breakdown) = bread();
    TruePrices {
        target: Target { currency: Currency::from_code("EUR").unwrap(), year: 2025 },
        products: vec![bread, stone()],
        breakdown,
        shared_indicators: Vec::new(),
        allocations: Vec::new(),
        coverage_differs: true,
        lineage: Lineage {
            engine: "9.9.9",
            datasets: vec![
                dataset("supply", "A <small> dataset", Some("javascript:alert(1)")),
                dataset("factors", "Some factors", Some("https://example.org/a?b=\"c\"")),
            ],
            choices: BTreeMap::from([
                ("netting", "off".to_owned()),
                ("price year", "2024 (latest of the tables in use)".to_owned()),
            ]),
            factor_verification: BTreeMap::from([("primary", 3)]),
            data_verification: BTreeMap::from([("primary", 11), ("unverified", 52)]),
            factor_sources: vec!["table 7".to_owned()],
            data_sources: (0..20).map(|i| format!("source {i}")).collect(),
            vat: vec!["some: excluded".to_owned()],
            cautions: vec!["kilograms eaten & bought".to_owned()],
            notes: vec!["a note".to_owned()],
        },
    }
}

fn index(prices: &TruePrices) -> String {
    let files = render(prices, &[], euro()).unwrap();
    assert_eq!(files[0].0, "index.html");
    files.into_iter().next().unwrap().1
}

fn cents(text: &str) -> i64 {
    if text == "\u{2013}" || text.is_empty() { 0 } else { text.replace('.', "").parse().unwrap() }
}

#[test]
fn one_page_stands_alone() {
    let page = index(&prices());
    check_self_contained(&page);
    check_markup(&page);
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"), "{}", &page[..80]);
    assert!(!page.contains("<script>"), "two products need no search");
    assert!(page.contains("rel=\"noopener noreferrer\" href=\"https:"));
    assert!(page.contains("javascript:alert(1)</dd>"), "an address that is not of the web is text");
}

#[test]
fn the_sheet_has_the_labels_of_the_report() {
    let (sheet, page) = (super::labels(&prices(), euro()).unwrap(), index(&prices()));
    check_markup(&sheet);
    check_self_contained(&sheet);
    let labels = |text: &str| -> Vec<String> {
        let figures = text.split("<figure class=\"label-figure\">").skip(1);
        figures.map(|figure| figure.split("</figure>").next().unwrap().trim().to_owned()).collect()
    };
    assert_eq!(labels(&sheet).len(), 1, "the stone has no price, and so no label");
    assert_eq!(labels(&sheet), labels(&page));
    let mut unsold = prices();
    unsold.products.remove(0);
    assert!(super::labels(&unsold, euro()).unwrap().contains("No product has a price"));
}

#[test]
fn a_label_says_what_a_number_alone_would_hide() {
    let sheet = super::labels(&prices(), euro()).unwrap();
    for words in [
        "<p class=\"label-unit\">per kg</p>",
        "<span>price</span> <b>2.01</b>",
        "<b>+ 1.10</b>",
        "<b><i>EUR</i> 3.11</b>",
        "Not in it: Name of soil (no factor), health cost</p>",
        "Mind: kilograms eaten &amp; bought</p>",
        "52 of 63 amounts unverified; Some factors, version 1.0, EUR of 2024",
    ] {
        assert!(sheet.contains(words), "{words}\n{sheet}");
    }
    assert!(!sheet.contains("shop price"), "what is not retail may be sold elsewhere");
    let mut retail = prices();
    retail.products[0].category = "retail".to_owned();
    assert!(super::labels(&retail, euro()).unwrap().contains("<span>shop price</span> <b>2.01</b>"));
}

#[test]
fn a_pack_is_labelled_as_it_is_sold() {
    let mut prices = prices();
    let bread = prices.products[0].market.as_mut().unwrap();
    bread.item = "a loaf of 750 g".to_owned();
    bread.pack = Some(Pack { quantity: parse("0.75").unwrap(), text: "0.75 kg".to_owned() });
    let sheet = super::labels(&prices, euro()).unwrap();
    check_markup(&sheet);
    // 0.75 x 2.005 = 1.50375, 0.75 x 1.107 = 0.83025, together 2.334; the range 0.75 x 2.605 and 0.75 x 4.305.
    for words in [
        ">a loaf of 750 g</p>",
        "<span>price</span> <b>1.50</b>",
        "<b>+ 0.83</b>",
        "<i>EUR</i> 2.33</b>",
        "<small>EUR 3.11 per kg</small>",
        "<small>1.95\u{2013}3.23</small>",
    ] {
        assert!(sheet.contains(words), "{words}\n{sheet}");
    }
    prices.products[0].market.as_mut().unwrap().item.clear();
    assert!(super::labels(&prices, euro()).unwrap().contains(">0.75 kg</p>"));
}

#[test]
fn names_are_escaped() {
    let page = index(&prices());
    for raw in ["<script>alert", "loaf <b>", "<moved>", "<small> dataset", "<name>"] {
        assert!(!page.contains(raw), "{raw}");
    }
    assert!(page.contains("&lt;script&gt;alert(&#x27;x&#x27;)"));
    assert!(page.contains("Bread &quot;of the day&quot;"));
}

#[test]
fn what_is_missing_is_a_word() {
    let page = index(&prices());
    let stone = between(&page, "id=\"p-stone-nl\"", "</section>");
    assert!(stone.contains("No indicator of this product has a factor"));
    assert!(!stone.contains("0.00"), "{stone}");
    assert!(stone.contains("unpriced") && stone.contains("not stated"));
    let overview = between(&page, "<tbody id=\"products\">", "</tbody>");
    let lines = cells(overview);
    assert_eq!(
        lines[1],
        [
            "Stone",
            "kg",
            "no price",
            "unpriced",
            "not stated",
            "not stated",
            "unpriced",
            "unpriced",
            "unpriced",
            "0 priced, 1 unpriced"
        ]
    );
    assert_eq!(lines[0][2..9], ["2.01", "1.00", "0.20", "not stated", "0.10", "1.10", "3.11"]);
    let bread = between(&page, "id=\"p-bread-nl\"", "</section>");
    for words in [
        "Name of soil</b>, 0.2500 kg CO2-eq: the set has no factor",
        "Name of twice</b>, 3.000 kg CO2-eq: priced as Name of climate",
        "<td>mill</td>",
        "0.01 kg of <b>sacks</b> into mill",
        "<dt>Benefits to others</dt><dd>0.02: Name of offset 0.02. Not deducted",
        "0.05 per kg: by so much lower",
        "<td class=\"number\">2.00</td><td class=\"number\">2.16</td><td class=\"number\">2.30</td>",
        "2.60 to 4.30",
        "the gap bears none",
        "Mostly: Name of climate 83\u{a0}%, Name of wages 17\u{a0}%",
    ] {
        assert!(bread.contains(words), "{words}\n{bread}");
    }
    assert!(page.contains("52 of 63 amounts unverified."));
    assert!(page.contains("their totals cannot be compared"));
    assert!(page.contains("truecost 9.9.9") && page.contains("EUR of 2024 per unit"));
}

#[test]
fn what_is_shared_can_be_compared() {
    let mut prices = prices();
    prices.products[1] = prices.products[0].clone();
    prices.products[1].product = "rolls".to_owned();
    prices.products[1].shared_external = money("0.5");
    prices.shared_indicators = vec!["climate".to_owned()];
    let page = index(&prices);
    assert!(page.contains("completely and price: Name of climate. The column “shared” holds"));
    let lines = cells(between(&page, "<tbody id=\"products\">", "</tbody>"));
    assert_eq!((lines[0][9].as_str(), lines[1][9].as_str()), ("1.00", "0.50"));
}

#[test]
fn a_stage_table_adds_up() {
    let page = index(&prices());
    let bread = between(&page, "id=\"p-bread-nl\"", "</section>");
    for (by, lines) in [("External cost by stage", 3), ("External cost by region", 2)] {
        let table = between(bread, &format!("<span>{by}"), "</table>");
        let body = cells(between(table, "<tbody>", "</tbody>"));
        let total = &cells(between(table, "<tfoot>", "</tfoot>"))[0];
        assert_eq!(body.len(), lines);
        assert_eq!(total[1..4], ["1.00", "0.20", "1.20"]);
        for column in 1..4 {
            let sum: i64 = body.iter().map(|line| cents(&line[column])).sum();
            assert_eq!(sum, cents(&total[column]), "{body:?}");
        }
        for line in &body {
            assert_eq!(cents(&line[1]) + cents(&line[2]), cents(&line[3]), "{line:?}");
        }
    }
    assert!(bread.contains(
        "<th scope=\"row\">milling</th><td class=\"number\">0.33</td><td class=\"number\">\u{2013}</td>"
    ));
}

#[test]
fn a_small_cost_is_shown_more_finely() {
    let mut prices = prices();
    let bread = &mut prices.products[0];
    bread.indicators.retain(|k| k.indicator == "wages");
    bread.dimensions.insert(Dimension::Environmental, Amount::NotStated);
    (bread.external, bread.gap) = (Amount::Money(money("0.203")), Some(band("0.2", "0.203", "0.4")));
    (bread.internalised, bread.benefits) = (Money::ZERO, Money::ZERO);
    let page = index(&prices);
    assert!(page.contains("rounded to 0.0001"));
    let table = between(&page, "<span>External cost by stage", "</table>");
    assert_eq!(cells(between(table, "<tbody>", "</tbody>"))[0][1..3], ["0.1015", "0.1015"]);
    assert_eq!(cells(between(table, "<tfoot>", "</tfoot>"))[0][1..3], ["0.2030", "0.2030"]);
}

#[test]
fn netting_is_drawn() {
    let mut prices = prices();
    prices.lineage.choices.insert("netting", "on: benefits cancel costs".to_owned());
    prices.products[0].gap = Some(band("0.6", "1.087", "2.3"));
    let page = index(&prices);
    assert!(page.contains("Benefits and overpayment, netted"));
    assert!(page.contains("\u{2212} 0.01</text>") || page.contains("\u{2212} 0.02</text>"));
    assert!(page.contains("Netted in the gap."));
}

#[test]
fn a_currency_without_decimals() {
    let files = render(&prices(), &[], Currency::from_code("JPY").unwrap()).unwrap();
    check_markup(&files[0].1);
    assert!(files[0].1.contains("<small>JPY</small>3</span>"));
}

#[test]
fn nothing_to_show_is_still_a_page() {
    let mut prices = prices();
    prices.products.clear();
    prices.breakdown.clear();
    check_markup(&index(&prices));
}

#[test]
fn the_order_of_the_input_does_not_matter() {
    let one = prices();
    let mut other = prices();
    other.products.reverse();
    other.breakdown.reverse();
    assert_eq!(render(&one, &[], euro()).unwrap(), render(&other, &[], euro()).unwrap());
}

#[test]
fn origins_and_names_are_told_apart() {
    let mut prices = prices();
    let mut other = stone();
    other.origin = Location::Code("DE".to_owned());
    prices.products.push(other);
    let mut namesake = stone();
    namesake.product = "stone/2".to_owned();
    prices.products.push(namesake);
    let page = index(&prices);
    check_markup(&page);
    for heading in [">Stone (DE, stone)</h2>", ">Stone (NL, stone)</h2>", ">Stone (stone&#x2f;2)</h2>"] {
        assert!(page.contains(heading), "{heading}");
    }
}

#[test]
fn many_products_have_a_page_each() {
    let mut prices = prices();
    for i in 0..PAGE_LIMIT {
        let mut clone = stone();
        clone.product = if i % 2 == 0 { format!("Stone {}", i / 2) } else { format!("stone/{}", i / 2) };
        clone.name = format!("Stone <{i}>");
        prices.products.push(clone);
    }
    let files = render(&prices, &[], euro()).unwrap();
    assert_eq!(files.len(), 1 + prices.products.len());
    let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), files.len());
    let (index, pages) = (&files[0].1, &files[1..]);
    check_markup(index);
    check_self_contained(index);
    assert!(index.contains("<script>") && !index.contains("<section class=\"product\""));
    for link in values(index, "href").iter().filter(|href| href.starts_with("products/")) {
        assert!(names.contains(link.as_str()), "{link}");
    }
    for (name, page) in pages {
        let safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
        let stem = name.strip_prefix("products/").and_then(|n| n.strip_suffix(".html")).unwrap();
        assert!(stem.chars().all(safe), "{name}");
        check_markup(page);
        check_self_contained(page);
        assert!(values(page, "href").contains(&"../index.html".to_owned()));
        assert!(!page.contains("source 7") && page.contains("<h1"));
    }
    assert_eq!(files, render(&prices, &[], euro()).unwrap());
}

#[test]
fn the_chain_of_a_product_is_drawn_and_the_page_stays_whole() {
    let mut prices = prices();
    prices.products.truncate(1);
    let graph = crate::report::sankey::tests::graph();
    let page = &render(&prices, &[Some(graph)], euro()).unwrap()[0].1;
    check_markup(page);
    check_self_contained(page);
    assert_eq!(page.matches("class=\"sankey\"").count(), 1);
    assert!(page.contains("Along which way it comes"));
    assert!(!render(&prices, &[None], euro()).unwrap()[0].1.contains("Along which way it comes"));
}
