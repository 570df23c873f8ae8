//! Random chains: parts add up, and paths with their rest.

use std::fmt::Write as _;

use serde_json::Value;
use truecost_tests::Case;

use super::{adds_up, asked, figure, units};

/// Random chains with loops, mixes, credits, places and indicators, from a number.
fn random(seed: u64) -> Case {
    let mut state = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut products = "id,name,unit\n".to_owned();
    let mut processes = "id,product,amount,unit,region,stage\n".to_owned();
    let mut inputs = "process,product,amount,unit\n".to_owned();
    let mut interventions = "process,indicator,amount,unit\n".to_owned();
    for at in 0..8_u64 {
        let _ = writeln!(products, "p{at},P{at},kg");
        let _ = writeln!(
            processes,
            "m{at},p{at},{},kg,{},s{}",
            1 + next(9),
            ["NL", "DE", "CO"][next(3) as usize],
            next(3)
        );
        for other in (0..8).filter(|other| *other != at) {
            if next(3) == 0 {
                // Sums of sizes stay below what is made.
                let sign = if next(5) == 0 { "-" } else { "" };
                let _ = writeln!(inputs, "m{at},p{other},{sign}0.{:02},kg", next(13));
            }
        }
        let _ = writeln!(interventions, "m{at},climate-change,{}.{},kg CO2-eq", next(50), next(1000));
        if next(2) == 0 {
            let _ = writeln!(interventions, "m{at},land-occupation,{}.{},m2.a", next(50), next(1000));
        }
    }
    let factors = "indicator,region,lower,central,upper,unit,transfer,source,verification
                   climate-change,NL,0.05,0.123456789,0.3,kg CO2-eq,global,report,primary
                   climate-change,DE,0.01,0.333333333,0.7,kg CO2-eq,global,report,primary
                   climate-change,,0.01,0.077,0.7,kg CO2-eq,global,report,primary";
    Case::new()
        .table("products", &products)
        .table("processes", &processes)
        .table("inputs", &inputs)
        .table("interventions", &interventions)
        .factors("test", &[], factors)
}

#[test]
fn parts_of_random_chains_add_up_and_paths_with_their_rest() {
    let mut divided = 0;
    for seed in 0..12 {
        let case = random(seed);
        for by in ["stage", "process", "region", "tier"] {
            let of = asked(&case, "p0", &["--by", by, "--tiers", "3", "--paths", "--cutoff", "0.02"]);
            adds_up(&of);
            divided += 1;
            let walked = &of["paths"];
            for bound in ["lower", "central", "upper"] {
                let cost = |of: &Value| units(of["cost"][bound].as_str().unwrap());
                let listed: i128 =
                    walked["paths"].as_array().unwrap().iter().map(|path| cost(&path["figure"])).sum();
                assert_eq!(listed + cost(&walked["not_listed"]), cost(figure(&of["whole"], "total")));
            }
        }
    }
    assert_eq!(divided, 48);
}
