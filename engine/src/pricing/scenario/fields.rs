//! The keys of a scenario file, by kind of change: what a reader is told, what is checked, and the JSON Schema.

use serde_json::{Map, Value, json};

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// Words.
    Text,
    /// An id.
    Id,
    /// One word or a list of words.
    Texts,
    /// A decimal number, as a number or in quotes.
    Number,
    /// A year.
    Year,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Columns of a key, each with a word or a list of words.
    Where,
    /// Processes, each with a number.
    Shares,
    /// Rows: tables of columns.
    Rows,
}

/// A key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) holds: Type,
    pub(super) about: &'static str,
}

const fn must(name: &'static str, holds: Type, about: &'static str) -> Field {
    Field { name, required: true, holds, about }
}

const fn may(name: &'static str, holds: Type, about: &'static str) -> Field {
    Field { name, required: false, holds, about }
}

/// Keys of the scenario itself.
pub(super) const SCENARIO: &[Field] = &[
    must("title", Type::Text, "What the scenario is, in a few words."),
    may("description", Type::Text, "What it supposes, and what it leaves out."),
    may("source", Type::Text, "Where its figures come from."),
];

/// Keys of every change.
pub(super) const CHANGE: &[Field] = &[
    must("id", Type::Id, "Id of the change."),
    must("title", Type::Text, "What changes, in a few words."),
    must("kind", Type::Word(&KINDS), "What kind of change it is."),
    may("cause", Type::Id, "Changes of one cause are one: they are only made together. The id if left out."),
    may("source", Type::Text, "Where its figures come from."),
];

/// All kinds of change.
pub(super) const KINDS: [&str; 10] =
    ["valuing", "tax", "living_wage", "supplier", "mix", "set", "scale", "remove", "add", "table"];

const TABLES: &[&str] =
    &["products", "processes", "inputs", "interventions", "prices", "paid", "support", "properties"];
const WITH_AMOUNTS: &[&str] =
    &["processes", "inputs", "interventions", "prices", "paid", "support", "properties"];
const MARKET: Type = Type::Word(&["unchanged", "passed_on"]);
const REGIONS: Field = may("regions", Type::Texts, "Only processes in these regions, or inside them.");
const STAGES: Field = may("stages", Type::Texts, "Only processes of these stages.");
const PROCESSES: Field = may("processes", Type::Texts, "Only these processes.");
const WHERE: Field =
    must("where", Type::Where, "Which rows: columns of the key of the table, each with what they hold.");

const VALUING: &[Field] = &[
    may("factors", Type::Text, "Factor set: SET or SET:VARIANT, or a folder."),
    may("year", Type::Year, "Price year."),
    may("emission_year", Type::Year, "Emission year of processes that state no period."),
    may("prices", Type::Text, "Price list: a file, a folder or a name."),
    may(
        "outside",
        Type::Word(&["unpriced", "as_is", "transfer"]),
        "What to do where the factor set is not valid.",
    ),
];

const TAX: &[Field] = &[
    must("indicator", Type::Id, "What is taxed."),
    must("rate", Type::Number, "Money per unit of the indicator."),
    must("unit", Type::Text, "Unit of the indicator that the rate is for, such as `t CO2-eq`."),
    must("currency", Type::Text, "Currency of the rate."),
    may("year", Type::Year, "Year of the money; that of the period of each process if left out."),
    REGIONS,
    STAGES,
    PROCESSES,
    must("market_price", MARKET, "Does the market price rise by the tax that its chain pays?"),
];

const LIVING_WAGE: &[Field] = &[
    must("close", Type::Number, "Which share of the gap is closed: above 0, up to 1."),
    may("indicators", Type::Texts, "The gaps; the wage gaps below minimum and below living if left out."),
    REGIONS,
    STAGES,
    PROCESSES,
    must("market_price", MARKET, "Does the market price rise by the wages that its chain pays more?"),
];

const SUPPLIER: &[Field] = &[
    must("where", Type::Where, "Which inputs: process, product, origin or supplier."),
    may("origin", Type::Text, "Where the input comes from now."),
    may("supplier", Type::Id, "Which process supplies it now."),
];

const MIX: &[Field] = &[
    must("product", Type::Id, "The product that several processes make."),
    may("origin", Type::Text, "Where, if it is made in several places."),
    must("shares", Type::Shares, "The share of each of them; they sum to 1."),
];

const SET: &[Field] = &[
    must("table", Type::Word(WITH_AMOUNTS), "The table."),
    WHERE,
    must("amount", Type::Number, "The amount now."),
    may("unit", Type::Text, "Unit of the amount; that of the row if left out."),
    may("currency", Type::Text, "Currency of the amount; that of the row if left out."),
];

const SCALE: &[Field] = &[
    must("table", Type::Word(WITH_AMOUNTS), "The table."),
    WHERE,
    must("by", Type::Number, "What the amount is multiplied by."),
];

const REMOVE: &[Field] = &[must("table", Type::Word(TABLES), "The table."), WHERE];

const ADD: &[Field] = &[
    must("table", Type::Word(TABLES), "The table."),
    must("rows", Type::Rows, "The rows: each a table of columns."),
];

const TABLE: &[Field] = &[
    must("table", Type::Word(TABLES), "The table."),
    must("file", Type::Text, "A CSV or Parquet file, from the folder of the scenario."),
    may(
        "mode",
        Type::Word(&["by_key", "whole"]),
        "`by_key`: rows take the place of those of the same key; `whole`: of all rows.",
    ),
];

/// Keys of a kind of change, beside those of every change.
pub(super) fn of_kind(kind: &str) -> &'static [Field] {
    match kind {
        "valuing" => VALUING,
        "tax" => TAX,
        "living_wage" => LIVING_WAGE,
        "supplier" => SUPPLIER,
        "mix" => MIX,
        "set" => SET,
        "scale" => SCALE,
        "remove" => REMOVE,
        "add" => ADD,
        "table" => TABLE,
        _ => &[],
    }
}

/// The JSON Schema of a scenario file.
pub fn json_schema() -> String {
    let changes: Vec<Value> = KINDS
        .iter()
        .map(|kind| {
            let fields: Vec<Field> = CHANGE.iter().chain(of_kind(kind)).copied().collect();
            let mut schema = object(&fields);
            schema["title"] = json!(kind);
            schema["properties"]["kind"] =
                json!({ "const": kind, "description": "What kind of change it is." });
            schema
        })
        .collect();
    let mut schema = object(SCENARIO);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("Scenario of truecost");
    schema["properties"]["change"] = json!({
        "type": "array", "minItems": 1, "items": { "oneOf": changes },
        "description": "The changes, in the order in which they are made.",
    });
    if let Some(required) = schema["required"].as_array_mut() {
        required.push(json!("change"));
    }
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

fn object(fields: &[Field]) -> Value {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| {
            let mut value = value_schema(field.holds);
            value["description"] = json!(field.about);
            (field.name.to_owned(), value)
        })
        .collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

fn value_schema(holds: Type) -> Value {
    let texts =
        json!([{ "type": "string" }, { "type": "array", "items": { "type": "string" }, "minItems": 1 }]);
    match holds {
        Type::Text => json!({ "type": "string" }),
        Type::Id => json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,200}$" }),
        Type::Texts => json!({ "anyOf": texts }),
        Type::Number => json!({ "type": ["number", "string"] }),
        Type::Year => json!({ "type": "integer", "minimum": 1900, "maximum": 2200 }),
        Type::Word(words) => json!({ "enum": words }),
        Type::Where => {
            json!({ "type": "object", "minProperties": 1, "additionalProperties": { "anyOf": texts } })
        }
        Type::Shares => json!({
            "type": "object", "minProperties": 1, "additionalProperties": { "type": ["number", "string"] },
        }),
        Type::Rows => json!({
            "type": "array", "minItems": 1,
            "items": { "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } },
        }),
    }
}
