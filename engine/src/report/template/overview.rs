//! What each sheet is for, and what to do with the workbook, in words.

/// A sheet: its table, what its rows are, and the commands that read it.
pub type Purpose = (&'static str, &'static str, &'static str);

/// All sheets that are tables, in their order.
pub const PURPOSES: &[Purpose] = &[
    ("producers", "Who delivers; members are those with a first day of membership", "statements, accounts"),
    (
        "deliveries",
        "Each delivery: day, producer, product, grade, certificate, weights",
        "statements, accounts, fairtrade mass-balance",
    ),
    (
        "buying_prices",
        "What the co-op pays for a product, a grade and a certificate, from which day",
        "statements, accounts",
    ),
    ("payments", "Money paid to producers: advances, payments, second payments", "statements, accounts"),
    ("deductions", "What is taken off: services, loans, capital, levies", "statements, accounts"),
    (
        "second_payments",
        "What is paid on top for the deliveries of a period, once the harvest is sold",
        "statements, accounts",
    ),
    ("contracts", "Contracts of sale", "fairtrade pay, fairtrade mass-balance"),
    ("market_prices", "Prices of the market by day, that contracts are compared with", "fairtrade pay"),
    (
        "minimum_prices",
        "Minimum prices and premiums of your own; empty: those that are built in",
        "fairtrade pay",
    ),
    (
        "movements",
        "Certified goods that come in and go out beside deliveries and contracts",
        "fairtrade mass-balance",
    ),
    ("yields", "How much of a product is made of another", "fairtrade mass-balance"),
    ("workers", "Jobs, or workers, with their pay", "fairtrade wages, price"),
    ("output", "How much was made in a period", "fairtrade wages, price"),
    ("households", "What households of producers have left in a year", "fairtrade income, price"),
    (
        "benchmarks",
        "Living wages and living incomes, each from its source",
        "fairtrade wages, fairtrade income",
    ),
    ("farms", "What a living income reference price is computed from", "fairtrade reference-price"),
    ("surpluses", "Surplus of each year", "fairtrade surplus"),
    (
        "surplus_rules",
        "Rules of your own for sharing out a surplus; empty: those that are built in",
        "fairtrade surplus",
    ),
    ("patronage", "Business of each year with each member", "fairtrade surplus, fairtrade drift"),
    ("capital", "Movements on the capital accounts of members", "fairtrade surplus"),
    ("contributions", "What people gave to a common work", "fairtrade value-equation"),
    ("buckets", "Parts of an amount that is shared out for it", "fairtrade value-equation"),
    ("distributions", "Amounts that are shared out for it", "fairtrade value-equation"),
    ("years", "What is known of the co-op, year by year", "fairtrade drift"),
    ("decisions", "Who decided how much, year by year", "fairtrade drift"),
    ("products", "Products from the farm to the shelf", "price, explain"),
    ("processes", "How each product is made, and where", "price, explain"),
    ("inputs", "What a process takes in", "price, explain"),
    ("interventions", "What a process causes: emissions, land, water, work", "price, explain"),
    ("prices", "What products cost on the market", "price, explain"),
    ("paid", "What is already paid for what is caused, such as a premium", "price, explain"),
];

/// What to do: a command, and what it answers. Without a command it is a step for people.
pub const STEPS: &[(&str, &str)] = &[
    (
        "",
        "Look around. The rows are those of a made-up co-op. Headers that are white on dark must be filled; a note on each header says what goes there.",
    ),
    (
        "",
        "Make it yours: put your own Settings, then delete the rows of the example below each header and type your own. Sheets that you do not need may stay empty or go, and sheets of your own may be added. Headers keep their words; a unit in brackets, as in Gross weight (kg), may be changed or left out.",
    ),
    (
        "",
        "Save as .xlsx. Formulas are fine: LibreOffice and Excel save their values. Then open a terminal in the folder of the workbook.",
    ),
    ("truecost check coop.xlsx", "Is anything wrong? All problems at once, each with its sheet and cell."),
    (
        "truecost fairtrade pay coop.xlsx",
        "What must be paid for each contract: price, differential, premium.",
    ),
    ("truecost fairtrade mass-balance coop.xlsx", "Was no more sold as certified than was bought?"),
    (
        "truecost statements coop.xlsx -o statements",
        "A statement for each producer, to print, and statements.xlsx.",
    ),
    (
        "truecost accounts coop.xlsx --out books",
        "The books of the co-op, which agree with the statements to the cent.",
    ),
    ("truecost fairtrade wages coop.xlsx", "Is pay a living wage?"),
    (
        "truecost fairtrade income coop.xlsx",
        "Is what households earn a living income, and which price would make it one?",
    ),
    ("truecost price coop.xlsx -o shelf", "True prices: what the product costs, and what it leaves out."),
    ("truecost fairtrade surplus coop.xlsx --year 2024", "The surplus shared out, to the last cent."),
    ("truecost fairtrade drift coop.xlsx", "Is it still a co-op, year by year?"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sheet_has_a_purpose() {
        let tables: Vec<&str> = super::super::tables().map(|schema| schema.table).collect();
        let told: Vec<&str> = PURPOSES.iter().map(|(table, ..)| *table).collect();
        assert_eq!(told, tables);
    }
}
