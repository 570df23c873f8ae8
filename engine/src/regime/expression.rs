//! Predicates over the fields of a flow: three-valued, in a small language.
//!
//! `field = value`, `field in value|value|$set`, `not`, `and`, `or`, parentheses, `always`.

use std::collections::BTreeMap;

use crate::base::diagnostic::nearest;
use crate::data::flows::{Features, Field, UNKNOWN};

/// Parentheses and negations inside one another that are read.
const DEEPEST: usize = 32;

/// True, false, or not to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// False.
    False,
    /// It depends on what is not stated.
    Unknown,
    /// True.
    True,
}

impl Truth {
    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

/// A predicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// Holds of every flow.
    Always,
    /// A field has one of some values: bit n stands for the value of number n.
    Test(Field, u64),
    /// The opposite.
    Not(Box<Expression>),
    /// All hold.
    All(Vec<Expression>),
    /// One holds at least.
    Any(Vec<Expression>),
}

impl Expression {
    /// Reads a predicate; `sets` are values by name. The error says what is wrong, and perhaps what was meant.
    pub fn parse(text: &str, sets: &BTreeMap<String, Vec<String>>) -> Result<Self, (String, Option<String>)> {
        let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, sets };
        let expression = parser.any()?;
        match parser.peek() {
            None => Ok(expression),
            Some(token) => Err((format!("`{token}` is not expected here"), None)),
        }
    }

    /// Its truth for a flow. A derived value that is not known is none: its absence says nothing.
    pub fn truth(&self, features: Features) -> Truth {
        match self {
            Self::Always => Truth::True,
            Self::Test(field, values) => match features.get(*field) {
                UNKNOWN if field.is_derived() => Truth::False,
                UNKNOWN => Truth::Unknown,
                code if values >> code & 1 == 1 => Truth::True,
                _ => Truth::False,
            },
            Self::Not(inner) => inner.truth(features).not(),
            Self::All(parts) => least(parts, features),
            Self::Any(parts) => most(parts, features),
        }
    }

    /// The fields that make it unknown for a flow.
    pub fn unknown(&self, features: Features, fields: &mut Vec<Field>) {
        if self.truth(features) != Truth::Unknown {
            return;
        }
        match self {
            Self::Always => {}
            Self::Test(field, _) => fields.push(*field),
            Self::Not(inner) => inner.unknown(features, fields),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|p| p.unknown(features, fields)),
        }
    }

    /// All fields it looks at.
    pub fn fields(&self, fields: &mut Vec<Field>) {
        match self {
            Self::Always => {}
            Self::Test(field, _) => fields.push(*field),
            Self::Not(inner) => inner.fields(fields),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.fields(fields)),
        }
    }
}

/// All hold: false as soon as one is.
fn least(parts: &[Expression], features: Features) -> Truth {
    let mut truth = Truth::True;
    for part in parts {
        truth = truth.min(part.truth(features));
        if truth == Truth::False {
            break;
        }
    }
    truth
}

/// One holds: true as soon as one is.
fn most(parts: &[Expression], features: Features) -> Truth {
    let mut truth = Truth::False;
    for part in parts {
        truth = truth.max(part.truth(features));
        if truth == Truth::True {
            break;
        }
    }
    truth
}

fn tokens(text: &str) -> Result<Vec<&str>, (String, Option<String>)> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-|$".contains(c);
    while let Some(first) = rest.chars().next() {
        let length = if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else if "=()".contains(first) {
            1
        } else {
            return Err((format!("`{first}` has no meaning in a rule"), Some(EXAMPLE.to_owned())));
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

const EXAMPLE: &str = "write such as: contracted = yes and not (price_basis in none|voluntary)";

struct Parser<'a> {
    tokens: Vec<&'a str>,
    at: usize,
    depth: usize,
    sets: &'a BTreeMap<String, Vec<String>>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Result<&'a str, (String, Option<String>)> {
        let token = self.peek().ok_or_else(|| ("the rule ends too early".to_owned(), Some(EXAMPLE.into())));
        self.at += 1;
        token
    }

    fn takes(&mut self, word: &str) -> bool {
        let found = self.peek() == Some(word);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Expression, (String, Option<String>)> {
        let mut parts = vec![self.all()?];
        while self.takes("or") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self) -> Result<Expression, (String, Option<String>)> {
        let mut parts = vec![self.one()?];
        while self.takes("and") {
            parts.push(self.one()?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Expression::All(parts) })
    }

    fn one(&mut self) -> Result<Expression, (String, Option<String>)> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err((format!("more than {DEEPEST} parentheses inside one another"), None));
        }
        let expression = match self.next()? {
            "not" => Expression::Not(Box::new(self.one()?)),
            "always" => Expression::Always,
            "(" => {
                let inner = self.any()?;
                if !self.takes(")") {
                    return Err(("a parenthesis is not closed".to_owned(), None));
                }
                inner
            }
            word => self.test(word)?,
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn test(&mut self, word: &str) -> Result<Expression, (String, Option<String>)> {
        let Some(field) = Field::named(word) else {
            let near = nearest(word, Field::ALL.iter().map(|field| field.name()));
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the fields are {}", Field::ALL.map(Field::name).join(", ")),
            };
            return Err((format!("there is no field `{word}`"), Some(hint)));
        };
        let values = match self.next()? {
            "=" | "in" => self.next()?,
            other => {
                return Err((
                    format!("`{other}` stands where `=` or `in` is expected"),
                    Some(EXAMPLE.into()),
                ));
            }
        };
        let mut mask = 0_u64;
        for value in values.split('|') {
            mask |= self.value(field, value)?;
        }
        Ok(Expression::Test(field, mask))
    }

    fn value(&self, field: Field, word: &str) -> Result<u64, (String, Option<String>)> {
        if let Some(name) = word.strip_prefix('$') {
            let Some(values) = self.sets.get(name) else {
                let near = nearest(name, self.sets.keys().map(String::as_str));
                let hint = near.map(|near| format!("did you mean `${near}`?"));
                return Err((format!("there is no set `{name}`"), hint));
            };
            return values.iter().try_fold(0, |mask, value| Ok(mask | plain(field, value)?));
        }
        plain(field, word)
    }
}

/// The bit of one value of a field.
fn plain(field: Field, word: &str) -> Result<u64, (String, Option<String>)> {
    field.code(word).map(|code| 1 << code).ok_or_else(|| {
        let hint = match nearest(word, field.values().iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its values are {}", field.values().join(", ")),
        };
        (format!("`{word}` is not a value of `{}`", field.name()), Some(hint))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Expression, String> {
        let sets = BTreeMap::from([("free".to_owned(), vec!["none".to_owned(), "voluntary".to_owned()])]);
        Expression::parse(text, &sets).map_err(|(message, _)| message)
    }

    #[test]
    fn what_is_not_stated_makes_a_predicate_unknown_only_where_it_matters() {
        let rule = parse("contracted = yes and not (price_basis in $free|interest) or compelled = coercion")
            .unwrap();
        let features = |contracted: &str, price: &str, compelled: &str| {
            Features::default()
                .with(Field::Contracted, Field::Contracted.known(contracted))
                .with(Field::PriceBasis, Field::PriceBasis.known(price))
                .with(Field::Compelled, Field::Compelled.known(compelled))
        };
        assert_eq!(rule.truth(features("yes", "posted", "none")), Truth::True);
        assert_eq!(rule.truth(features("yes", "voluntary", "none")), Truth::False);
        assert_eq!(rule.truth(features("no", "", "none")), Truth::False);
        assert_eq!(rule.truth(features("yes", "", "none")), Truth::Unknown);
        assert_eq!(rule.truth(features("yes", "posted", "")), Truth::True);
        assert_eq!(rule.truth(features("", "", "coercion")), Truth::True);
        let mut fields = Vec::new();
        rule.unknown(features("yes", "", ""), &mut fields);
        assert_eq!(fields, [Field::PriceBasis, Field::Compelled]);
    }

    #[test]
    fn mistakes_are_said() {
        for (text, message) in [
            ("", "the rule ends too early"),
            ("contracted", "the rule ends too early"),
            ("contracted yes", "`yes` stands where `=` or `in` is expected"),
            ("contracted = maybe", "`maybe` is not a value of `contracted`"),
            ("contract = yes", "there is no field `contract`"),
            ("rival in $people", "there is no set `people`"),
            ("(rival = yes", "a parenthesis is not closed"),
            ("rival = yes)", "`)` is not expected here"),
            ("rival == yes", "`=` is not a value of `rival`"),
            ("rival = yes & always", "`&` has no meaning in a rule"),
            ("rival = yes rival = no", "`rival` is not expected here"),
        ] {
            assert_eq!(parse(text).unwrap_err(), message, "{text}");
        }
        let deep = "not ".repeat(10_000) + "always";
        assert!(parse(&deep).unwrap_err().starts_with("more than 32"));
    }
}
