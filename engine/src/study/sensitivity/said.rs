//! What the row of a datum says of itself.

use crate::data::cells::RowRef;
use crate::data::supply::Process;

use super::adjoint::Adjoint;
use super::datum::Datum;

/// What a row of a table says.
pub(super) struct Said {
    pub(super) table: &'static str,
    pub(super) column: &'static str,
    pub(super) process: String,
    pub(super) item: String,
    pub(super) place: RowRef,
    pub(super) unit: String,
    pub(super) source: String,
    pub(super) verification: &'static str,
}

impl Said {
    fn new(table: &'static str, column: &'static str, place: &RowRef) -> Self {
        Self {
            table,
            column,
            process: String::new(),
            item: String::new(),
            place: place.clone(),
            unit: String::new(),
            source: String::new(),
            verification: "",
        }
    }

    fn of(self, process: &str, item: impl Into<String>) -> Self {
        Self { process: process.to_owned(), item: item.into(), ..self }
    }

    fn in_unit(self, unit: impl Into<String>) -> Self {
        Self { unit: unit.into(), ..self }
    }

    fn from(self, source: &str) -> Self {
        Self { source: source.to_owned(), ..self }
    }

    fn seen(self, verification: &'static str) -> Self {
        Self { verification, ..self }
    }
}

/// Words with spaces between them, where there are some.
fn joined<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Adjoint<'_> {
    /// What the row of a datum says.
    pub(super) fn said(&self, datum: Datum) -> Said {
        match datum {
            Datum::Input(row) => self.input_said(row),
            Datum::Intervention(row) => self.intervention_said(row),
            Datum::Output(row) => {
                let process = &self.supply().processes[row];
                of_process(process, "amount").in_unit(process.unit.text())
            }
            Datum::Worth(row) => {
                let process = &self.supply().processes[row];
                let currency = process.price.as_ref().map_or("", |(_, currency)| currency.code());
                of_process(process, "price").in_unit(format!("{currency} per {}", process.unit.text()))
            }
            Datum::Share(row) => of_process(&self.supply().processes[row], "share"),
            Datum::Displaced(row) => {
                let target = self.chain().nodes[row].product;
                let unit = self.supply().products[target].unit.text();
                of_process(&self.supply().processes[row], "displaced_amount").in_unit(unit)
            }
            Datum::Paid(row) => {
                let paid = &self.supply().paid[row];
                let year = paid.year.map(|year| year.to_string()).unwrap_or_default();
                Said::new("paid", "amount", &paid.row)
                    .of(&paid.process, &paid.indicator)
                    .in_unit(format!("{}{year}", paid.currency))
                    .from(&paid.source)
            }
            Datum::Property(row) => {
                let property = &self.supply().properties[row];
                let process = property.process.as_deref().unwrap_or_default();
                Said::new("properties", "amount", &property.row)
                    .of(process, joined([property.product.as_str(), &property.property]))
                    .in_unit(property.unit.text())
                    .from(&property.source)
            }
            Datum::Mass(row) => {
                let product = &self.supply().products[row];
                Said::new("products", "mass_kg", &product.row).of("", &product.id).in_unit("kg")
            }
            Datum::Price(table, row) => {
                let Some(price) = self.price(table, row) else { return nothing() };
                let unit = price.unit.text();
                let quantity = price.quantity.float.to_string();
                let per = if quantity == "1" { unit.to_owned() } else { format!("{quantity} {unit}") };
                self.price_said(datum).in_unit(format!("{}{} per {per}", price.currency, price.date.year()))
            }
            Datum::Pack(..) => self.price_said(datum).in_unit("kg"),
            Datum::Factor(row) => self.factor_said(row),
        }
    }

    fn input_said(&self, row: usize) -> Said {
        let input = &self.supply().inputs[row];
        let words =
            [&*input.product, input.origin.as_deref().unwrap_or(""), input.supplier.as_deref().unwrap_or("")];
        Said::new("inputs", "amount", &input.row)
            .of(&input.process, joined(words))
            .in_unit(input.unit.text())
            .from(&input.source)
    }

    fn intervention_said(&self, row: usize) -> Said {
        let interventions = &self.supply().interventions;
        let profile = interventions.profile(row);
        let item = joined([&*profile.indicator, &*profile.subject]);
        let is_derived = !interventions.derivation(row).is_empty();
        Said::new(if is_derived { "derived" } else { "interventions" }, "amount", &interventions.row_ref(row))
            .of(interventions.process(row), item)
            .in_unit(profile.unit.to_string())
            .from(&profile.source)
            .seen(profile.verification.word())
    }

    fn price_said(&self, datum: Datum) -> Said {
        let (Datum::Price(table, row) | Datum::Pack(table, row)) = datum else { return nothing() };
        let Some(price) = self.price(table, row) else { return nothing() };
        let column = if matches!(datum, Datum::Pack(..)) { "mass_kg" } else { "amount" };
        let origin = price.origin.as_deref().unwrap_or_default();
        Said::new("prices", column, &price.row)
            .of("", joined([price.product.as_str(), origin]))
            .from(&price.source)
            .seen(price.verification.word())
    }

    fn factor_said(&self, row: usize) -> Said {
        let factor = &self.run.prepared.set.rows[row];
        let year = factor.emission_year.map(|year| year.to_string()).unwrap_or_default();
        let unit = if factor.unit.is_money() {
            format!("{} per {}", factor.currency, factor.unit)
        } else {
            format!("{}{} per {}", factor.currency, factor.price_year, factor.unit)
        };
        Said::new("factors", "central", &factor.row)
            .of("", joined([factor.indicator.as_str(), &factor.region, &year]))
            .in_unit(unit)
            .from(&factor.source)
            .seen(factor.verification.word())
    }
}

fn of_process(process: &Process, column: &'static str) -> Said {
    Said::new("processes", column, &process.row).of(&process.id, &process.product).from(&process.source)
}

/// Of a row that is not there.
fn nothing() -> Said {
    Said::new("", "", &RowRef { file: crate::base::file_name::FileName::default(), row: 0 })
}
