//! Samples of a product do not hang on what is solved beside it, nor on threads.

use truecost_tests::Case;

use super::{FACTOR, knot, measure, number};

#[test]
fn one_product_is_drawn_as_among_all() {
    // Alone it is solved by what it sets in motion, among all by footprints.
    let case = knot();
    let all = case.price(&["--samples", "300", "--seed", "11"]);
    for product in ["car", "power", "steel"] {
        let alone = case.price(&["--samples", "300", "--seed", "11", "--product", product]);
        for figure in ["gap", "external_cost", "acidification", "climate-change"] {
            let (found, expected) = (measure(&alone, product, figure), measure(&all, product, figure));
            for name in ["mean", "sd", "central"] {
                let (found, expected) = (number(&found[name]), number(&expected[name]));
                assert!(
                    (found - expected).abs() <= 1e-7 * expected.abs(),
                    "{product} {figure} {name}: {found} {expected}"
                );
            }
        }
    }
}

/// A loop of twelve that take much of one another, and one of two beside it, which takes of the first.
fn tangle(indicators: &[(&str, &str)]) -> Case {
    let mut products = "id,name,unit\ntip,Tip,kg\ntop,Top,kg\n".to_owned();
    let mut processes =
        "id,product,amount,unit,region\nmake-tip,tip,1,kg,NL\nmake-top,top,1,kg,NL\n".to_owned();
    let mut inputs = "process,product,amount,unit,distribution,scale
        make-tip,top,0.3,kg,lognormal,0.1\nmake-top,tip,0.2,kg,lognormal,0.2\nmake-top,p05,2,kg,,\n"
        .to_owned();
    let mut causes = "process,indicator,amount,unit,distribution,scale\n".to_owned();
    for at in 0..12 {
        products += &format!("p{at:02},P,kg\n");
        processes += &format!("m{at:02},p{at:02},1,kg,NL\n");
        for (step, amount) in [(1, 0.31), (5, 0.17), (7, 0.23)] {
            inputs += &format!("m{at:02},p{:02},{amount},kg,lognormal,0.1\n", (at + step) % 12);
        }
    }
    for (indicator, unit) in indicators {
        causes += &format!("make-tip,{indicator},9,{unit},lognormal,0.5\n");
        for at in 0..12 {
            causes += &format!("m{at:02},{indicator},0.{},{unit},lognormal,0.2\n", at + 1);
        }
    }
    let factors =
        indicators.iter().map(|(indicator, unit)| format!("{indicator},0.1,0.3,0.7,{unit},global,r,primary"));
    let head = "indicator,lower,central,upper,unit,transfer,source,verification".to_owned();
    Case::new()
        .table("products", &products)
        .table("processes", &processes)
        .table("inputs", &inputs)
        .table("interventions", &causes)
        .factors("test", &[], &[head].into_iter().chain(factors).collect::<Vec<_>>().join("\n"))
}

#[test]
fn what_else_is_asked_for_changes_no_digit_of_a_sample() {
    let figures = |case: &Case, products: &[&str]| {
        let mut arguments = vec!["--samples", "40", "--seed", "11"];
        arguments.extend(products.iter().flat_map(|product| ["--product", product]));
        case.price(&arguments)
    };
    // By footprints, one indicator: alone, as among all.
    let one = tangle(&[("climate-change", "kg CO2-eq")]);
    let all = figures(&one, &[]);
    for product in ["p00", "p05", "p11", "top"] {
        let alone = figures(&one, &[product]);
        assert_eq!(measure(&alone, product, "gap"), measure(&all, product, "gap"), "{product}");
    }
    // By activities, for fewer products than indicators.
    let units = [
        ("climate-change", "kg CO2-eq"),
        ("acidification", "kg SO2-eq"),
        ("ozone-depletion", "kg CFC-11-eq"),
    ];
    let three = tangle(&units);
    let two = figures(&three, &["p03", "tip"]);
    for product in ["p03", "tip"] {
        let alone = figures(&three, &[product]);
        assert_eq!(measure(&alone, product, "gap"), measure(&two, product, "gap"), "{product}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let case = knot();
    let files = |threads: &str| {
        let out = case.path().join(format!("out-{threads}"));
        let more = ["--samples", "200", "--threads", threads, "--draws", "--out", out.to_str().unwrap()];
        let answer = case.run("price", &more);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        let names =
            ["uncertainty.csv", "uncertainty.parquet", "samples.parquet", "true_prices.json", "index.html"];
        (answer.stdout, names.map(|name| std::fs::read(out.join(name)).unwrap()))
    };
    let alone = files("1");
    assert_eq!(files("2"), alone);
    assert_eq!(files("5"), alone);
}

#[test]
fn figures_of_many_products_stand_in_their_order_whoever_made_them() {
    let (mut products, mut processes) =
        ("id,name,unit\n".to_owned(), "id,product,amount,unit,region\n".to_owned());
    let mut causes = "process,indicator,amount,unit,distribution,scale\n".to_owned();
    for at in 0..150 {
        products += &format!("p{at:03},P,kg\n");
        processes += &format!("m{at:03},p{at:03},1,kg,NL\n");
        causes += &format!("m{at:03},climate-change,{},kg CO2-eq,lognormal,0.1\n", at + 1);
    }
    let case = Case::new()
        .table("products", &products)
        .table("processes", &processes)
        .table("interventions", &causes)
        .factors("test", &[], FACTOR);
    let csv = |threads: &str| {
        let more = ["--samples", "50", "--seed", "5", "--format", "csv", "--threads", threads];
        let answer = case.run("price", &more);
        assert_eq!(answer.code, 0, "{}", answer.stderr);
        answer.stdout
    };
    let alone = csv("1");
    let rows = || alone.lines().skip(1).filter(|line| line.contains(",gap,"));
    assert_eq!(rows().count(), 150);
    assert!(rows().enumerate().all(|(at, line)| line.starts_with(&format!("p{at:03},"))), "{alone}");
    assert_eq!(csv("2"), alone);
    assert_eq!(csv("7"), alone);
}
