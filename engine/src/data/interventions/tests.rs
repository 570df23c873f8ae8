//! Tests of interventions.

use super::*;
use crate::data::reference::Reference;
use crate::data::schema;
use crate::data::source::Library;
use crate::data::table::Table;

fn read(csv: &str) -> (Interventions, Vec<String>) {
    let mut diagnostics = Diagnostics::new();
    let units = Reference::read(&Library::default(), &mut diagnostics).units;
    let table = Table::from_csv("t.csv", csv.as_bytes(), &mut diagnostics).unwrap();
    let bound = Bound::new(&table, &schema::INTERVENTIONS, &mut diagnostics).unwrap();
    bound.keys().check(&|_| true, &mut diagnostics);
    let rows = Interventions::read(&bound, &units, "default", &Err(String::new()), &mut diagnostics);
    (rows, diagnostics.sorted().iter().map(ToString::to_string).collect())
}

#[test]
fn rows_are_sorted_and_keep_their_lines_and_money() {
    let (rows, problems) = read(
        "process,indicator,amount,unit,subject,method\n\
         b,climate,2,kg,,\n\
         a,water,,m3,,\n\
         b,wage,12.10,EUR2024,farmers,\n\
         a,climate,1.5,t,,own\n\
         b,wage,0.1,EUR2024,cooks,\n",
    );
    assert_eq!(problems, Vec::<String>::new());
    let seen: Vec<(&str, &str, &str, Option<f64>, u64)> = (0..rows.len())
        .map(|row| {
            let profile = rows.profile(row);
            let line = rows.row_ref(row).row;
            (rows.process(row), &*profile.indicator, &*profile.subject, rows.amount(row), line)
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("a", "climate", "", Some(1.5), 5),
            ("a", "water", "", None, 3),
            ("b", "climate", "", Some(2.0), 2),
            ("b", "wage", "cooks", Some(0.1), 6),
            ("b", "wage", "farmers", Some(12.1), 4),
        ]
    );
    let exact = |text: &str| crate::base::decimal::parse(text).unwrap();
    assert_eq!((rows.money(3), rows.money(4)), (Some(&exact("0.1")), Some(&exact("12.1"))));
    assert_eq!((rows.money(0), rows.money(2)), (None, None));
    assert_eq!([&*rows.profile(0).method, &*rows.profile(2).method], ["own", "default"]);
    assert_eq!((rows.rows_of("a"), rows.rows_of("b"), rows.rows_of("c")), (0..2, 2..5, 0..0));
    assert_eq!(rows.with_profiles(&(2..5), &rows.profiles_of("wage")), 3..5);
    assert_eq!(rows.with_profiles(&(0..2), &rows.profiles_of("wage")).len(), 0);
}

#[test]
fn every_row_reports_its_own_problems() {
    let (rows, problems) = read(
        "process,indicator,amount,unit\n\
         a,climate,1,kgg\n\
         a,water,1,kgg\n\
         b,climate,x,kg\n\
         b,climate,2,kg\n\
         b!,climate,2,kg\n\
         c,wage,1e999,EUR2024\n\
         c,wage,3,EUR2024\n",
    );
    let codes: Vec<&str> = problems.iter().map(|p| p.split(": ").next().unwrap()).collect();
    assert_eq!(
        codes,
        [
            "error[unknown-unit] t.csv:2:unit",
            "error[unknown-unit] t.csv:3:unit",
            "error[not-a-number] t.csv:4:amount",
            "error[duplicate-key] t.csv:5",
            "error[bad-id] t.csv:6:process",
            "error[overflow] t.csv:7:amount",
            "error[duplicate-key] t.csv:8",
        ]
    );
    // The row of money that was left out has not lent its amount to the next.
    assert_eq!(rows.money(rows.len() - 1).map(ToString::to_string), Some("3".to_owned()));
    assert_eq!(rows.len(), 2);
}

#[test]
fn a_column_is_moved_as_it_would_be_copied() {
    let column: Vec<u32> = (0..12).map(|i| i * 100).collect();
    for order in [
        vec![],
        (0..12).collect(),
        (0..12).rev().collect(),
        (0..12).map(|i| (i * 5 + 3) % 12).collect(),
        vec![1, 0, 2, 4, 5, 3, 7, 6, 11, 8, 9, 10],
    ] {
        assert_eq!(moved(column.clone(), order.clone()), in_order(column.clone(), &order));
    }
}

#[test]
fn quick_numbers_are_those_that_the_exact_reader_takes() {
    for text in ["1", "-1", "0.1", ".5", "5.", "-0.000123", "12345678901234567890.5"] {
        let exact = crate::base::decimal::parse(text).unwrap();
        assert_eq!(plain(text), num_traits::ToPrimitive::to_f64(&exact), "{text}");
    }
    for text in ["", ".", "-", "--1", "1-", "1.2.3", "1e5", "+1", "NaN", "inf", "1,5", "٣"] {
        assert_eq!(plain(text), None, "{text}");
    }
}
