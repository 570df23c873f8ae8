//! Benchmarks that an index moves.

use serde_json::Value;

use super::Coop;

#[test]
fn a_benchmark_is_moved_by_its_index() {
    // cpi-kenya: 108.69 in 2020, 133.69 in 2023. Own figures win.
    let benchmarks = "id,kind,country,region,period,amount,per,currency,basis,source,verification\n\
                      k,wage,KE,x,2020,10869,month,KES,net,made up,unverified\n";
    let rows = "id,benchmark,period,pay,pay_per,basis,currency\nw,k,2023,0,month,net,KES\n";
    let coop = Coop::new(&[("workers", rows)]);
    coop.write("benchmarks.csv", benchmarks);
    let living = |flags: &[&str]| {
        let mut arguments = vec!["fairtrade", "wages", "."];
        arguments.extend(flags);
        coop.tables(&arguments)["workers"][0]["living_wage"].clone()
    };
    assert_eq!(living(&[]), "13369");
    assert_eq!(living(&["--index", "cpi-kenya:2023=217.38"]), "21738");
}

/// What a benchmark of 10,000 of 2024 becomes in 2022.
fn moved(country: &str, currency: &str, flags: &[&str]) -> Result<(String, String), String> {
    let coop = Coop::new(&[(
        "households",
        &format!("id,benchmark,period,adults,children,net_income,currency\nh,b,2022,1,0,0,{currency}\n"),
    )]);
    coop.write(
        "benchmarks.csv",
        &format!(
            "id,kind,country,region,period,amount,per,currency,basis,equivalence,source,verification\n\
             b,income,{country},x,2024,10000,year,{currency},,1,made up,unverified\n"
        ),
    );
    coop.write("indices/reference/cpi-ci/manifest.toml", &index("CI"));
    coop.write(
        "indices/reference/cpi-ci/index.csv",
        "year,value,source,verification\n2022,100,s,unverified\n2024,125,s,unverified\n",
    );
    coop.write("indices/reference/cpi-sn/manifest.toml", &index("Senegal"));
    coop.write(
        "indices/reference/cpi-sn/index.csv",
        "year,value,source,verification\n2022,100,s,unverified\n2024,160,s,unverified\n",
    );
    let mut arguments = vec!["--datasets", "indices", "fairtrade", "income", ".", "--format", "json"];
    arguments.extend(flags);
    let answer = coop.run(&arguments);
    if answer.code != 0 {
        return Err(answer.stderr);
    }
    let json: Value = serde_json::from_str(&answer.stdout).unwrap();
    let text = |table: &str, column: &str| json["tables"][table][0][column].as_str().unwrap().to_owned();
    Ok((text("households", "living_income"), text("steps", "moved")))
}

/// The manifest of an index of francs in a country.
fn index(country: &str) -> String {
    format!(
        "kind = \"index\"\ntitle = \"t\"\nproducer = \"t\"\ncitation = \"t\"\nversion = \"1\"\ngeography = \"{country}\"\n\
         licence = {{ name = \"CC0-1.0\", redistribute = true }}\n\n[index]\ncurrency = \"XOF\"\n"
    )
}

#[test]
fn a_benchmark_is_moved_by_the_prices_of_its_own_country() {
    let by = |country: &str, currency: &str| {
        let (living, step) = moved(country, currency, &[]).unwrap();
        let name = step.split(" by ").nth(1).unwrap().split(':').next().unwrap().to_owned();
        (living, name)
    };
    let told = |living: &str, name: &str| (living.to_owned(), name.to_owned());
    // 10,000 x 100 / 125 and x 100 / 160: two countries of one currency.
    assert_eq!(by("CI", "XOF"), told("8000", "cpi-ci"));
    assert_eq!(by("SN", "XOF"), told("6250", "cpi-sn"));
    // 10,000 x 292.655 / 313.689 in the United States.
    assert_eq!(by("US", "USD"), told("9329.46", "us-cpi-u"));
    // Germany has an index of its own, France that of the euro area.
    assert_eq!(by("DE", "EUR").1, "cpi-germany");
    assert_eq!(by("FR", "EUR").1, "hicp-euro-area");
    // Ecuador pays in dollars, and not the prices of the United States.
    let refused = moved("EC", "USD", &[]).unwrap_err();
    let said = "error[missing-index] ./households.csv:2:benchmark: there is no price index of Ecuador in USD, and the \
                benchmark `b` of 2024 has to be moved to 2022";
    assert!(refused.starts_with(said), "{refused}");
    assert!(
        refused.contains("`us-cpi-u` is of US; give your own figures, --index cpi-ec@EC:2024=VALUE"),
        "{refused}"
    );
}

#[test]
fn an_index_of_your_own_has_a_country() {
    // 10,000 x 108.92 / 113.05 = 9,634.67; the US index would give 9,329.46.
    let own = ["--index", "cpi-ec@EC:2022=108.92", "--index", "cpi-ec@EC:2024=113.05"];
    let (living, step) = moved("EC", "USD", &own).unwrap();
    assert_eq!(living, "9634.67");
    assert_eq!(step, "USD2024 to USD2022 by cpi-ec: x 108.92 / 113.05");
    // It wins over one that is built in, in its own country alone.
    let own = ["--index", "mine@DE:2022=1", "--index", "mine@DE:2024=2"];
    assert_eq!(moved("DE", "EUR", &own).unwrap().0, "5000");
    assert!(moved("FR", "EUR", &own).unwrap().1.contains("by hicp-euro-area"));
    // A currency that no index is of: Honduras.
    let own = ["--index", "cpi-hn@HN:2022=100", "--index", "cpi-hn@HN:2024=112.5"];
    assert_eq!(moved("HN", "HNL", &own).unwrap().0, "8888.89");
    // One year alone moves nothing, and what is no country or no index is refused.
    let refused = moved("HN", "HNL", &own[..2]).unwrap_err();
    assert!(refused.contains("the price index `cpi-hn` has no figure for 2024"), "{refused}");
    assert!(refused.contains("its nearest figure is 2022 = 100"), "{refused}");
    for bad in ["cpi-hn:2022=100", "cpi-hn@XX:2022=100", "@HN:2022=100", "cpi-hn@HN=100"] {
        let refused = moved("HN", "HNL", &["--index", bad]).unwrap_err();
        assert!(refused.contains(&format!("--index `{bad}` cannot be read")), "{refused}");
    }
    let two = ["--index", "a@HN:2022=1", "--index", "b@HN:2024=1"];
    assert!(moved("HN", "HNL", &two).unwrap_err().contains("--index `b@HN:2024=1` cannot be read"));
}
