//! Parameters: numbers with names, some of them formulas of others. Those of a process go before those of all.

use std::collections::BTreeMap;

use super::formula::{Failed, value};

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Parameter {
    /// A number.
    Number(f64),
    /// A formula, with the value that was stated beside it.
    Formula(String, Option<f64>),
}

#[derive(Clone, Debug)]
enum State {
    Open,
    Busy,
    Done(Result<f64, Failed>),
}

/// Parameters of one scope.
#[derive(Debug, Default)]
pub(in super::super) struct Scope {
    parameters: BTreeMap<String, (Parameter, State)>,
}

impl Scope {
    /// A parameter; of two with one name the last counts. Gives whether the name is new.
    pub(in super::super) fn insert(&mut self, name: &str, parameter: Parameter) -> bool {
        self.parameters.insert(name.trim().to_lowercase(), (parameter, State::Open)).is_none()
    }
}

/// A process's own parameters, and those of all.
pub(in super::super) struct Scopes<'a> {
    pub(in super::super) own: Scope,
    pub(in super::super) global: &'a mut Scope,
    stack: Vec<String>,
}

impl<'a> Scopes<'a> {
    pub(in super::super) fn new(own: Scope, global: &'a mut Scope) -> Self {
        Self { own, global, stack: Vec::new() }
    }

    /// The value of a formula.
    pub(in super::super) fn value(&mut self, formula: &str) -> Result<f64, Failed> {
        value(formula, 0, &mut |name, depth| self.parameter(name, true, depth))
    }

    /// The first ring of parameters that depend on one another.
    pub(in super::super) fn ring(&mut self) -> Option<Vec<String>> {
        let names: Vec<String> = self.own.parameters.keys().cloned().collect();
        names.iter().find_map(|name| match self.parameter(name, true, 0) {
            Err(Failed::Cycle(ring)) => Some(ring),
            _ => None,
        })
    }

    /// The value of a parameter. Formulas of global parameters know global parameters only.
    fn parameter(&mut self, name: &str, is_own: bool, depth: usize) -> Result<f64, Failed> {
        let is_own = is_own && self.own.parameters.contains_key(name);
        let scope = if is_own { &mut self.own } else { &mut *self.global };
        let Some((parameter, state)) = scope.parameters.get_mut(name) else {
            return Err(Failed::Because(format!("there is no parameter `{name}`")));
        };
        match state {
            State::Done(found) => return found.clone(),
            State::Busy => {
                let from = self.stack.iter().position(|known| known == name).unwrap_or(0);
                let ring = self.stack[from..].iter().cloned().chain([name.to_owned()]);
                return Err(Failed::Cycle(ring.collect()));
            }
            State::Open => {}
        }
        let found = match parameter.clone() {
            Parameter::Number(number) => Ok(number),
            Parameter::Formula(formula, stated) => {
                *state = State::Busy;
                self.stack.push(name.to_owned());
                let found = value(&formula, depth, &mut |name, depth| self.parameter(name, is_own, depth));
                self.stack.pop();
                match (found, stated) {
                    // What cannot be computed is what was stated to have come out of it.
                    (Err(Failed::Because(_)), Some(stated)) => Ok(stated),
                    (found, _) => found,
                }
            }
        };
        let scope = if is_own { &mut self.own } else { &mut *self.global };
        if let Some((_, state)) = scope.parameters.get_mut(name) {
            *state = State::Done(found.clone());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formula(text: &str) -> Parameter {
        Parameter::Formula(text.to_owned(), None)
    }

    #[test]
    fn own_parameters_go_before_those_of_all() {
        let mut global = Scope::default();
        global.insert("a", Parameter::Number(2.0));
        global.insert("Double", formula("2 * A"));
        let mut own = Scope::default();
        own.insert("A", Parameter::Number(5.0));
        own.insert("b", formula("a + double"));
        let mut scopes = Scopes::new(own, &mut global);
        // The global formula does not see the own `a`.
        assert_eq!(scopes.value("B"), Ok(9.0));
        assert_eq!(scopes.ring(), None);
    }

    #[test]
    fn rings_are_named_and_long_chains_end() {
        let mut own = Scope::default();
        for (name, text) in [("a", "b + 1"), ("b", "c"), ("c", "2 * A"), ("d", "a")] {
            own.insert(name, formula(text));
        }
        let mut global = Scope::default();
        let mut scopes = Scopes::new(own, &mut global);
        assert_eq!(scopes.ring(), Some(["a", "b", "c", "a"].map(str::to_owned).to_vec()));
        let mut own = Scope::default();
        own.insert("x0", Parameter::Number(1.0));
        for at in 1..100_000 {
            own.insert(&format!("x{at}"), formula(&format!("x{} + 1", at - 1)));
        }
        let mut scopes = Scopes::new(own, &mut global);
        let Err(Failed::Because(message)) = scopes.value("x99999") else { panic!("too deep") };
        assert!(message.contains("deeper"), "{message}");
        assert_eq!(scopes.value("x50"), Ok(51.0));
    }
}
