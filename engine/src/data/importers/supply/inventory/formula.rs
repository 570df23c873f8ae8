//! Formulas as openLCA and ecoSpold write them: `if(a > 0; 2 * b; sqrt(c))`. Names and functions are the same in any case.
//! No crate has this language: arguments are divided by `;`, and `=` and `<>` compare.

use std::f64::consts::{E, PI};

/// Bytes of a formula.
const LONGEST: usize = 20_000;
/// Brackets, calls and parameters, one in another.
pub(in super::super) const DEEPEST: usize = 200;

/// Why a formula has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Failed {
    /// It cannot be read, names what is not there, or its value is no number.
    Because(String),
    /// Parameters depend on one another, in this order.
    Cycle(Vec<String>),
}

impl Failed {
    fn because<T>(message: impl Into<String>) -> Result<T, Self> {
        Err(Self::Because(message.into()))
    }
}

/// What names stand for. A name is in lower case; `depth` is handed on.
pub(in super::super) type Lookup<'a> = dyn FnMut(&str, usize) -> Result<f64, Failed> + 'a;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    Name(String),
    Sign(&'static str),
}

const SIGNS: &[&str] = &[
    "<>", "!=", "<=", ">=", "==", "&&", "||", "(", ")", ";", "+", "-", "*", "/", "^", "=", "<", ">", "&",
    "|", "!",
];

/// The value of a formula, a number that is finite.
pub(in super::super) fn value(text: &str, depth: usize, lookup: &mut Lookup) -> Result<f64, Failed> {
    if text.len() > LONGEST {
        return Failed::because(format!("the formula is longer than {LONGEST} bytes"));
    }
    let tokens = tokens(text)?;
    let mut reader = Reader { tokens: &tokens, at: 0, depth, lookup };
    let found = reader.alternative()?;
    if let Some(rest) = reader.tokens.get(reader.at) {
        return Failed::because(format!("{} stands where the formula should end", shown(rest)));
    }
    if found.is_finite() { Ok(found) } else { Failed::because("its value is not a finite number") }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Number(number) => format!("`{number}`"),
        Token::Name(name) => format!("`{name}`"),
        Token::Sign(sign) => format!("`{sign}`"),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, Failed> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii_digit() || first == '.' {
            let length = number_length(rest);
            let number = rest[..length].parse().ok();
            let Some(number) = number else {
                return Failed::because(format!("`{}` is no number", &rest[..length]));
            };
            tokens.push(Token::Number(number));
            length
        } else if first.is_alphabetic() || first == '_' {
            let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
            let length = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
            tokens.push(Token::Name(rest[..length].to_lowercase()));
            length
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push(Token::Sign(sign));
            sign.len()
        } else {
            return Failed::because(format!("`{first}` has no meaning in a formula"));
        };
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

/// Digits, a point, and an exponent if digits follow it.
fn number_length(text: &str) -> usize {
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(0);
    if text[length..].starts_with('.') {
        length += 1 + digits(length + 1);
    }
    if text[length..].starts_with(['e', 'E']) {
        let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

struct Reader<'a, 'b> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
    lookup: &'a mut Lookup<'b>,
}

fn truth(is: bool) -> f64 {
    f64::from(u8::from(is))
}

#[expect(clippy::float_cmp, reason = "a formula that asks whether two numbers are equal means just that")]
fn equal(a: f64, b: f64) -> bool {
    a == b
}

fn is_true(value: f64) -> bool {
    !equal(value, 0.0)
}

impl Reader<'_, '_> {
    /// Takes the next token, if it is one of these signs.
    fn sign(&mut self, signs: &[&'static str]) -> Option<&'static str> {
        let Some(Token::Sign(found)) = self.tokens.get(self.at) else { return None };
        let found = signs.iter().find(|sign| *sign == found)?;
        self.at += 1;
        Some(found)
    }

    /// Takes the next token, if it is one of these words between two values.
    fn word(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let Some(Token::Name(found)) = self.tokens.get(self.at) else { return None };
        let found = words.iter().find(|word| *word == found)?;
        self.at += 1;
        Some(found)
    }

    fn alternative(&mut self) -> Result<f64, Failed> {
        let mut left = self.conjunction()?;
        while self.sign(&["||", "|"]).is_some() || self.word(&["or"]).is_some() {
            let right = self.conjunction()?;
            left = truth(is_true(left) || is_true(right));
        }
        Ok(left)
    }

    fn conjunction(&mut self) -> Result<f64, Failed> {
        let mut left = self.comparison()?;
        while self.sign(&["&&", "&"]).is_some() || self.word(&["and"]).is_some() {
            let right = self.comparison()?;
            left = truth(is_true(left) && is_true(right));
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Result<f64, Failed> {
        let left = self.sum()?;
        let Some(sign) = self.sign(&["==", "=", "<>", "!=", "<=", ">=", "<", ">"]) else { return Ok(left) };
        let right = self.sum()?;
        Ok(truth(match sign {
            "<>" | "!=" => !equal(left, right),
            "<=" => left <= right,
            ">=" => left >= right,
            "<" => left < right,
            ">" => left > right,
            _ => equal(left, right),
        }))
    }

    fn sum(&mut self) -> Result<f64, Failed> {
        let mut left = self.product()?;
        while let Some(sign) = self.sign(&["+", "-"]) {
            let right = self.product()?;
            left = if sign == "+" { left + right } else { left - right };
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<f64, Failed> {
        let mut left = self.signed()?;
        while let Some(sign) = self.sign(&["*", "/"]).or_else(|| self.word(&["div", "mod"])) {
            let right = self.signed()?;
            left = match sign {
                "*" => left * right,
                "/" => left / right,
                "div" => libm::trunc(left / right),
                _ => left % right,
            };
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<f64, Failed> {
        match self.sign(&["-", "+", "!"]) {
            Some("-") => self.nested(Self::signed).map(|value| -value),
            Some("+") => self.nested(Self::signed),
            Some(_) => self.nested(Self::signed).map(|value| truth(!is_true(value))),
            None => self.power(),
        }
    }

    fn power(&mut self) -> Result<f64, Failed> {
        let base = self.atom()?;
        if self.sign(&["^"]).is_none() {
            return Ok(base);
        }
        let exponent = self.nested(Self::signed)?;
        Ok(libm::pow(base, exponent))
    }

    /// Goes one deeper: a formula of brackets alone would use up all memory for calls.
    fn nested(&mut self, read: fn(&mut Self) -> Result<f64, Failed>) -> Result<f64, Failed> {
        if self.depth >= DEEPEST {
            return Failed::because(format!("it is nested deeper than {DEEPEST}"));
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    fn atom(&mut self) -> Result<f64, Failed> {
        let Some(token) = self.tokens.get(self.at) else { return Failed::because("it ends too early") };
        self.at += 1;
        match token {
            Token::Number(number) => Ok(*number),
            Token::Sign("(") => {
                let inside = self.nested(Self::alternative)?;
                if self.sign(&[")"]).is_some() { Ok(inside) } else { Failed::because("a `)` is missing") }
            }
            Token::Sign(sign) => Failed::because(format!("`{sign}` stands where a value should")),
            Token::Name(name) => {
                if self.sign(&["("]).is_some() {
                    let arguments = self.arguments()?;
                    return call(name, &arguments);
                }
                match name.as_str() {
                    "true" => Ok(1.0),
                    "false" => Ok(0.0),
                    _ if self.depth >= DEEPEST => {
                        Failed::because(format!("parameters are nested deeper than {DEEPEST}"))
                    }
                    _ => match (self.lookup)(name, self.depth + 1) {
                        // What somebody calls pi or e goes before the constant.
                        Err(Failed::Because(_)) if name == "pi" => Ok(PI),
                        Err(Failed::Because(_)) if name == "e" => Ok(E),
                        found => found,
                    },
                }
            }
        }
    }

    fn arguments(&mut self) -> Result<Vec<f64>, Failed> {
        let mut found = Vec::new();
        if self.sign(&[")"]).is_some() {
            return Ok(found);
        }
        loop {
            found.push(self.nested(Self::alternative)?);
            match self.sign(&[";", ")"]) {
                Some(";") => {}
                Some(_) => return Ok(found),
                None => return Failed::because("`;` or `)` is missing between arguments"),
            }
        }
    }
}

fn call(name: &str, arguments: &[f64]) -> Result<f64, Failed> {
    let many = |of: fn(f64, f64) -> f64| arguments.iter().copied().reduce(of);
    let sum: f64 = arguments.iter().sum();
    let found = match (name, arguments) {
        ("if" | "iff", [condition, then, otherwise]) => {
            Some(if is_true(*condition) { *then } else { *otherwise })
        }
        ("min", _) => many(f64::min),
        ("max", _) => many(f64::max),
        ("sum", _) => Some(sum),
        ("avg" | "average" | "mean", [_, ..]) => Some(sum / arguments.len() as f64),
        ("and", _) => Some(truth(arguments.iter().all(|value| is_true(*value)))),
        ("or", _) => Some(truth(arguments.iter().any(|value| is_true(*value)))),
        ("pow" | "power", [base, exponent]) => Some(libm::pow(*base, *exponent)),
        (_, [x]) => of_one(name, *x),
        _ => None,
    };
    match found {
        Some(value) => Ok(value),
        None => Failed::because(format!("there is no function `{name}` of {} arguments", arguments.len())),
    }
}

/// `log` of one argument is left out: programs do not agree on its base.
fn of_one(name: &str, x: f64) -> Option<f64> {
    let value = match name {
        "abs" => x.abs(),
        "not" => truth(!is_true(x)),
        "sqrt" => libm::sqrt(x),
        "sqr" => x * x,
        "exp" => libm::exp(x),
        "ln" => libm::log(x),
        "log10" | "lg" => libm::log10(x),
        "sin" => libm::sin(x),
        "cos" => libm::cos(x),
        "tan" => libm::tan(x),
        "arcsin" | "asin" => libm::asin(x),
        "arccos" | "acos" => libm::acos(x),
        "arctan" | "atan" => libm::atan(x),
        "sinh" => libm::sinh(x),
        "cosh" => libm::cosh(x),
        "tanh" => libm::tanh(x),
        "ceil" | "ceiling" => libm::ceil(x),
        "floor" => libm::floor(x),
        "int" | "trunc" => libm::trunc(x),
        "frac" => x - libm::trunc(x),
        "round" => libm::round(x),
        _ => return None,
    };
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<f64, Failed> {
        value(text, 0, &mut |name, _| match name {
            "a" => Ok(3.0),
            "waste_base" => Ok(0.2),
            _ => Failed::because(format!("there is no parameter `{name}`")),
        })
    }

    #[test]
    fn formulas_have_the_values_of_their_arithmetic() {
        let cases: &[(&str, f64)] = &[
            ("1 + 2 * 3", 7.0),
            ("(1+2)*3", 9.0),
            ("2^3^2", 512.0),
            ("-2^2", -4.0),
            ("2^-1", 0.5),
            ("7 mod 4 + 7 div 2", 6.0),
            ("Waste_Base/(1-WASTE_base)", 0.25),
            ("IF(a=3;10;20)", 10.0),
            ("if(a <> 3; 10; if(a >= 3; 1e1+1; 0))", 11.0),
            ("min(4;2;3) + max(1;5) + avg(1;3)", 9.0),
            ("a > 2 and not(a < 1)", 1.0),
            ("or(0;0) + and(1;1)", 1.0),
            ("sqrt(16) + ln(exp(2)) + abs(-1)", 7.0),
            ("1.5E-1*10", 1.5),
            ("pi/PI", 1.0),
            (" .5 + 1. ", 1.5),
        ];
        for (text, expected) in cases {
            let found = of(text).unwrap_or(f64::NAN);
            assert!((found - expected).abs() < 1e-12, "{text}: {found}");
        }
    }

    #[test]
    fn what_has_no_value_says_why() {
        let deep = "(".repeat(1_000_000);
        let minus = "-".repeat(10_000);
        let cases = [
            ("", "ends too early"),
            ("1 +", "ends too early"),
            ("b", "there is no parameter `b`"),
            ("1 2", "should end"),
            ("(1", "`)` is missing"),
            ("f(1)", "no function `f`"),
            ("log(10)", "no function `log`"),
            ("if(1;2)", "no function `if` of 2"),
            ("1,5", "`,` has no meaning"),
            ("1/0", "not a finite number"),
            ("'x'", "no meaning"),
            ("Ref('x')", "no meaning"),
            (&deep, "longer than"),
            (&deep[..5_000], "deeper"),
            (&minus, "deeper"),
        ];
        for (text, why) in cases {
            let Err(Failed::Because(message)) = of(text) else { panic!("{text:.40}") };
            assert!(message.contains(why), "{text:.40}: {message}");
        }
    }
}
