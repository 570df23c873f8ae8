//! No answer about a co-op is written over a file that it is made from.

use std::fs;

use tempfile::TempDir;
use truecost_tests::run;

const BENCHMARKS: &str = "id,kind,country,region,period,amount,per,currency,basis,equivalence,source,verification\n\
                          lw,wage,KE,x,2024,1000,month,KES,net,,made up,unverified\n\
                          li,income,KE,x,2024,24000,year,KES,,2.4,made up,unverified\n";
const WORKERS: &str = "id,benchmark,period,pay,pay_per,basis,currency\nw,lw,2024,900,month,net,KES\n";
const HOUSEHOLDS: &str = "id,benchmark,period,adults,children,net_income,currency\nh,li,2024,2,3,20000,KES\n";
const CONTRACTS: &str = "id,date,product,form,quality,incoterm,quantity,unit,market,price_unit,currency\n\
                         c,2024-05-01,tea,leaf,conventional,FOB,10,kg,2,kg,USD\n";
const PRICES: &str = "product,form,quality,incoterm,unit,currency,minimum,premium,from,source,verification\n\
                      tea,leaf,conventional,FOB,kg,USD,3,0.5,2020-01-01,made up,unverified\n";
const MARKET: &str = "date,product,form,price,unit,currency,source\n2024-05-01,tea,leaf,2,kg,USD,made up\n";

/// A command, the files it is given, and the one that its answer must not touch.
type Asked<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str);

/// Each command with the files it is given, and the one that has the name of a table of its answer.
#[test]
fn no_file_that_an_answer_is_made_from_is_written_over() {
    let asked: [Asked; 6] = [
        (
            &["wages", "in.csv", "--benchmarks"],
            &[("in.csv", WORKERS), ("benchmarks.csv", BENCHMARKS)],
            "benchmarks.csv",
        ),
        (
            &["income", "in.csv", "--benchmarks"],
            &[("in.csv", HOUSEHOLDS), ("benchmarks.csv", BENCHMARKS)],
            "benchmarks.csv",
        ),
        (&["benchmarks", "--benchmarks"], &[("benchmarks.csv", BENCHMARKS)], "benchmarks.csv"),
        (&["prices", "--prices"], &[("minimum_prices.csv", PRICES)], "minimum_prices.csv"),
        (&["pay", "in.csv", "--prices"], &[("in.csv", CONTRACTS), ("parts.csv", PRICES)], "parts.csv"),
        (
            &["pay", "in.csv", "--prices", "prices.csv", "--market"],
            &[("in.csv", CONTRACTS), ("prices.csv", PRICES), ("pay.csv", MARKET)],
            "pay.csv",
        ),
    ];
    for (command, files, target) in asked {
        let folder = TempDir::new().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let ask = |to: &str| {
            let mut arguments = vec!["fairtrade"];
            arguments.extend(command);
            arguments.extend([target, "-o", to]);
            run(folder.path(), &arguments)
        };
        let answer = ask("elsewhere");
        assert_eq!(answer.code, 0, "{command:?}: {}", answer.stderr);
        assert!(folder.path().join("elsewhere").join(target).exists(), "{command:?} writes no {target}");
        let refused = ask(".");
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{command:?}: {}", refused.stderr);
        let said = "nothing is written over the file that it is made from";
        assert!(refused.stderr.contains(said) && refused.stderr.contains(target), "{}", refused.stderr);
        for (name, text) in files {
            assert_eq!(
                fs::read_to_string(folder.path().join(name)).unwrap(),
                *text,
                "{command:?} touched {name}"
            );
        }
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, files.len() + 1, "{command:?}: files of a refused answer are there");
    }
}
