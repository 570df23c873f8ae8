//! Pages of small made-up datasets.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::{Section, render};
use crate::base::diagnostic::{Diagnostics, codes};
use crate::base::money::Money;
use crate::data::flows::FlowData;
use crate::data::reference::Reference;
use crate::data::source::{Library, Source};
use crate::regime::{By, DEFAULT_RULES, Judged, Rules};
use crate::report::columns::Columns;
use crate::report::regimes::{Regimes, words};
use crate::report::web::checks::{between, cells, check_markup, check_self_contained, values};

const MANIFEST: &str = "kind = \"flows\"\ntitle = \"A <b>street</b>\"\ncaveat = \"made & up\"\nproducer = \"p\"\n\
                        citation = \"c\"\nversion = \"1\"\ngeography = \"001\"\n\
                        licence = { name = \"CC0-1.0\", redistribute = true }\n\
                        [flows.stated]\ncompelled = \"none\"\nrelation = \"none\"\n";

const HEAD: &str = "id,from,to,date,value,unit_of_account,price_basis,counterflow_kind,contracted,compelled,relation,\
                    access_scope,agreement,part,declared\n";

/// A dataset of two tables.
fn judged(agents: &str, flows: &str) -> Judged {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.toml"), MANIFEST).unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    let agents = agents.replace('\n', ",,,\n");
    write("agents.csv", format!("id,name,kind,household,commune,control\n{agents}"));
    write("flows.csv", format!("{HEAD}{flows}"));
    // What the manifest states hangs on these tables, if only their headers.
    write("memberships.csv", "agent,body\n".to_owned());
    let agreed: BTreeSet<&str> = flows.lines().filter_map(|line| line.split(',').nth(12)).collect();
    let agreed: String = agreed.iter().filter(|id| !id.is_empty()).map(|id| format!("{id},\n")).collect();
    write("agreements.csv", format!("id,compelled\n{agreed}"));
    read(folder.path())
}

/// A dataset in a folder.
fn read(folder: &Path) -> Judged {
    let mut diagnostics = Diagnostics::new();
    let library = Library::default();
    let reference = Reference::read(&library, &mut diagnostics);
    let rules = Rules::find(DEFAULT_RULES, &library, &mut diagnostics);
    let data = FlowData::read(Source::folder(folder), &reference, &(), &mut diagnostics);
    let judged = data.and_then(|data| Judged::new(data, rules?, &reference, &(), &mut diagnostics));
    let emptiness = diagnostics.sorted().iter().all(|diagnostic| diagnostic.code == codes::EMPTY_TABLE);
    assert!(emptiness, "{diagnostics}");
    judged.unwrap()
}

fn page(judged: &Judged) -> String {
    let page = render(&Regimes::new(judged), &[]).unwrap();
    check_markup(&page);
    check_self_contained(&page);
    assert!(!page.contains("NaN") && !page.contains("inf\""), "a drawing is no drawing");
    page
}

/// A few flows of several regimes, units and years.
fn some() -> Judged {
    judged(
        "a,Ana <script>alert('x')</script>,person\nb,\"Bo \"\"the\"\" & co\",coop\nc,Cem,state\n",
        "f1,a,b,2023-05-01,12.5,EUR,posted,goods_services,yes,,,,,,\n\
         f2,b,a,2023-05-01,12.5,EUR,posted,money,yes,,,,,,\n\
         f3,a,c,2024,0.333333333333,EUR,none,none,no,statutory,,named,,,market\n\
         f4,a,b,,2,h,none,hours,no,,,named,,,\n\
         f5,b,a,2024-02,,,none,none,no,,,named,,,\n\
         f6,,a,2024-02-01,,,,,,,,,,,\n\
         f7,a,b,2024-03-01,9,EUR,posted,goods_services,yes,,,,x,,\n\
         f8,a,b,2024-03-01,1,EUR,voluntary,none,no,,,named,x,tip,\n\
         f9,a,,2024-03-01,5,EUR,posted,,,,,,,,market\n",
    )
}

/// The amounts of a table of the page, as integers of 1e-12.
fn units(text: &str) -> i128 {
    if text == "\u{2013}" {
        return 0;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{whole}{fraction:0<12}").parse().unwrap_or_else(|_| panic!("{text}"))
}

/// Lines of cells.
type Lines = Vec<Vec<String>>;

/// Tables with their captions, their lines and what they come to.
fn tables(section: &str) -> Vec<(String, Lines, Lines)> {
    let tables = section.split("<table").skip(1).map(|table| {
        let caption = between(table, "<caption><span>", "</span>").to_owned();
        let table = table.split("</table>").next().unwrap();
        let (head, foot) = table.split_once("<tfoot>").unwrap();
        (caption, cells(head.split_once("</thead>").unwrap().1), cells(foot))
    });
    tables.collect()
}

#[test]
fn a_page_stands_alone() {
    let judged = some();
    let page = page(&judged);
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"));
    assert!(
        !page.contains("<script") && !page.contains("<b>street") && page.contains("A &lt;b&gt;street&lt;")
    );
    assert!(page.contains("Ana &lt;script&gt;alert(&#x27;x&#x27;)"));
    assert!(page.contains("Bo &quot;the&quot; &amp; co"));
    assert!(page.contains("made &amp; up.") && page.contains("truecost explain"));
    // Drawings that say something have a title and a description; all others stand beside numbers.
    for drawing in page.split("<svg").skip(1).map(|svg| svg.split("</svg>").next().unwrap()) {
        let described = drawing.contains("role=\"img\"")
            && drawing.contains("<title id=")
            && drawing.contains("<desc id=");
        assert!(described || drawing.contains("aria-hidden=\"true\""), "{drawing}");
    }
    for table in page.split("<table").skip(1) {
        assert!(table.contains("<th scope=\"col\""));
    }
    let levels: Vec<u8> =
        page.match_indices("<h").filter_map(|(at, _)| page.as_bytes().get(at + 2)).copied().collect();
    let levels: Vec<u8> = levels.into_iter().filter(u8::is_ascii_digit).collect();
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "a level of headings is left out");
    assert_eq!(page, render(&Regimes::new(&judged), &[]).unwrap());
}

#[test]
fn numbers_of_the_page_are_those_of_the_tables() {
    let judged = some();
    let page = page(&judged);
    let regimes = Regimes::by(&judged, By::Month);
    // What the page should say, from the sums of the tables: by unit, then by year or agent.
    let mut by_unit: BTreeMap<&str, (usize, Money)> = BTreeMap::new();
    for total in regimes.summary.totals.iter().filter(|total| total.sum.flows > total.sum.without_value) {
        let sum = by_unit.entry(&total.unit).or_default();
        *sum = (sum.0 + total.sum.flows - total.sum.without_value, sum.1 + total.sum.value);
    }
    let time = between(&page, "id=\"time\"", "</section>");
    let agents = between(&page, "id=\"agents\"", "</section>");
    for (unit, (flows, value)) in by_unit {
        let found = tables(time).into_iter().find(|(caption, ..)| caption.contains(&format!("in {unit},")));
        let (_, _, foot) = found.unwrap();
        let [.., together, count] = foot[0].as_slice() else { panic!() };
        assert_eq!((units(together), count.as_str()), (value.units(), flows.to_string().as_str()), "{unit}");
        let found = tables(agents).into_iter().find(|(caption, ..)| caption.contains(&format!("in {unit},")));
        for line in found.unwrap().2 {
            let [.., together, count, _] = line.as_slice() else { panic!() };
            assert_eq!(
                (units(together), count.as_str()),
                (value.units(), flows.to_string().as_str()),
                "{unit}"
            );
        }
    }
    // Half a year of one unit, cell by cell.
    let (_, lines, foot) = tables(time).into_iter().find(|(caption, ..)| caption.contains("in EUR")).unwrap();
    let line = |name: &str| lines.iter().find(|line| line[0] == name).unwrap()[1..].to_vec();
    assert_eq!(line("2023-05"), ["\u{2013}", "25.00", "\u{2013}", "\u{2013}", "25.00", "2"]);
    assert_eq!(line("2024-03"), ["1.00", "9.00", "\u{2013}", "5.00", "15.00", "3"]);
    assert!(
        !lines.iter().any(|line| line[0] == "2023-09") && time.contains("months without flows are left out")
    );
    assert_eq!(
        line("2024, month not stated"),
        ["\u{2013}", "\u{2013}", "0.333333333333", "\u{2013}", "0.333333333333", "1"]
    );
    assert_eq!(foot[0][1..], ["1.00", "34.00", "0.333333333333", "5.00", "40.333333333333", "6"]);
    // The summary by class and unit.
    let (_, lines, _) = tables(between(&page, "id=\"summary\"", "<h3>Hybrids")).swap_remove(0);
    for ((class, unit), whole) in crate::report::regimes::totals::wholes(&regimes) {
        let name = words(class).1.replace('_', " ");
        let unit = if unit.is_empty() { "not stated" } else { unit };
        let line = lines.iter().find(|line| line[0] == name && line[1] == unit).unwrap();
        assert_eq!(line[2], whole.sum.flows.to_string());
        assert_eq!(units(&line[3]), whole.sum.value.units());
    }
    assert!(page.contains("reciprocity.solidarity 10\u{a0}%; market.conventional 90\u{a0}%"));
}

/// Everything that a large dataset has too much of: agents, units, years, flows.
fn large() -> Judged {
    let mut agents = String::new();
    for agent in 0..300 {
        let _ = writeln!(agents, "a{agent:03},Agent & <{agent}>,person");
    }
    let currencies = ["EUR", "USD", "CHF", "GBP", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "JPY", "h", ""];
    let mut flows = String::new();
    for flow in 0..6000_usize {
        let (from, to) = (flow * flow % 301, flow * 7 % 300);
        let from = if from == 300 { String::new() } else { format!("a{from:03}") };
        let (year, month) = (1950 + flow % 70, flow % 12 + 1);
        let unit = currencies[flow % currencies.len()];
        let value = if unit.is_empty() { String::new() } else { format!("{}.{}", flow % 97, flow % 10) };
        let (price, back) = [("posted", "money"), ("none", "none"), ("", "hours")][flow % 3];
        let declared = ["", "market", "commons"][flow % 3];
        let _ = writeln!(
            flows,
            "f{flow:05},{from},a{to:03},{year}-{month:02},{value},{unit},{price},{back},no,,,named,,,{declared}"
        );
    }
    judged(&agents, &flows)
}

#[test]
fn a_large_dataset_has_a_page_of_bounded_size_that_adds_up() {
    let judged = large();
    let page = page(&judged);
    assert!(page.len() < 1_200_000, "{} bytes", page.len());
    assert!(
        page.contains("before 1996") && page.contains("284 others") && page.contains("HUF (")
            || page.contains("JPY (")
    );
    let mut checked = 0;
    for id in ["time", "agents", "between"] {
        for (caption, lines, foot) in tables(between(&page, &format!("id=\"{id}\""), "</section>")) {
            let place = |line: &Vec<String>| match id {
                "time" => line.len() - 2,
                "agents" => line.len() - 3,
                _ => line.len() - 1,
            };
            if id == "agents" {
                for side in ["given", "received"] {
                    let is_side = |line: &&Vec<String>| line.iter().any(|cell| cell == side);
                    let of = |lines: &[Vec<String>]| -> i128 {
                        lines.iter().filter(is_side).map(|line| units(&line[place(line)])).sum()
                    };
                    assert_eq!(of(&lines), of(&foot), "{side} of {caption}");
                }
            } else {
                let sum: i128 = lines.iter().map(|line| units(&line[place(line)])).sum();
                assert_eq!(sum, units(&foot[0][place(&foot[0])]), "{id} of {caption}");
            }
            if id == "time" {
                for line in lines.iter().chain(&foot) {
                    let parts: i128 = line[1..line.len() - 2].iter().map(|cell| units(cell)).sum();
                    assert_eq!(parts, units(&line[line.len() - 2]), "{line:?}");
                }
            }
            checked += 1;
        }
    }
    assert!(checked >= 20, "{checked}");
}

#[test]
fn what_is_taken_back_is_counted_and_not_drawn() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("manifest.toml"), MANIFEST).unwrap();
    fs::write(folder.path().join("agents.csv"), "id,kind\na,firm\nb,person\n").unwrap();
    let flows = "id,from,to,date,value,unit_of_account,price_basis,counterflow_kind,contracted,corrects\n\
                 f1,a,b,2024-01-05,10,EUR,posted,money,yes,\nf2,a,b,2024-02-05,-4.5,EUR,,,,f1\n\
                 f3,b,a,2024-03-05,1,EUR,posted,goods_services,yes,\n";
    fs::write(folder.path().join("flows.csv"), flows).unwrap();
    let page = page(&read(folder.path()));
    let (_, lines, foot) = tables(between(&page, "id=\"time\"", "</section>")).swap_remove(0);
    let cells: Vec<&[String]> = lines.iter().chain(&foot).map(|line| &line[1..]).collect();
    assert_eq!(cells[0], ["10.00", "10.00", "1"]);
    assert_eq!(cells[1], ["-4.50", "-4.50", "1"]);
    assert_eq!(cells[3], ["6.50", "6.50", "3"]);
    assert!(!page.contains("height=\"-") && !page.contains("width=\"-"));
}

/// The reader refuses a dataset without flows; the page of one is still a page.
#[test]
fn there_may_be_little_to_show() {
    let none = page(&judged("a,Ana,person\n", ""));
    assert!(none.contains("There are no flows.") && none.contains("There is nothing to draw."));
    assert!(none.contains("0 flows</span> <span>1 agent<"));
    let one = page(&judged("a,Ana,person\n", "f,,,,,,,,,,,,,,\n"));
    assert!(
        one.contains("1 flow is unclassified.")
            && one.contains("no date stated")
            && one.contains("not stated")
    );
    let zero = page(&judged("a,Ana,person\n", "f,a,a,2024-01-01,0,EUR,posted,money,yes,,,,,,\n"));
    assert!(zero.contains("<td class=\"number\">0.00</td>") && zero.contains("There is nothing to draw."));
}

#[test]
fn sections_of_others_follow() {
    let judged = judged("a,Ana,person\n", "");
    let rows: Vec<usize> = (0..70).collect();
    let table = Columns::of(&rows)
        .text("what", |row| format!("<{row}>"))
        .money("external_cost", |_| Some(Money::of_units(1)))
        .done();
    let section = Section {
        title: "True cost & regime".to_owned(),
        note: "What it cost <others>.".to_owned(),
        table,
        file: "statement.csv".to_owned(),
    };
    let page = render(&Regimes::new(&judged), &[section]).unwrap();
    check_markup(&page);
    assert!(page.contains("True cost &amp; regime</h2>") && page.contains("What it cost &lt;others&gt;."));
    assert!(page.contains("external cost</th>") && page.contains("<td class=\"number\">0.000000000001</td>"));
    assert!(page.contains("&lt;59&gt;") && !page.contains("&lt;60&gt;"));
    assert!(page.contains("And 10 rows more, in <code>statement.csv</code>"));
    assert!(values(&page, "href").contains(&"#more-0".to_owned()));
}
