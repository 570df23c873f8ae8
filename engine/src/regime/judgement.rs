//! What a flow is, in few bytes: judged for millions, explained for one.

use crate::data::flows::{Class, Field};
use crate::data::regimes::{Confidence, MODES};

use super::verdict::Verdict;

/// What a flow is. `Rules::evaluate` says the same with all its reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Judgement {
    /// Its class.
    pub class: Class,
    /// How sure it is.
    pub confidence: Confidence,
    /// Do all rules that could decide agree?
    pub decided: bool,
    /// Fields that are not stated and would narrow the candidates: bit n stands for the field of place n.
    pub(super) missing: u16,
    /// Place of the mode among all modes, from 1; 0: it is not to be known.
    pub(super) mode: u8,
}

impl Judgement {
    /// Fields that are not stated and would narrow the candidates.
    pub fn missing(self) -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(move |field| self.missing >> *field as u32 & 1 == 1)
    }

    /// The mode in which it is given; empty where that is not to be known.
    pub fn mode(self) -> &'static str {
        usize::from(self.mode).checked_sub(1).map_or("", |mode| MODES[mode])
    }

    /// What a verdict comes to.
    pub(super) fn of(verdict: &Verdict) -> Self {
        Self {
            class: verdict.class,
            confidence: verdict.confidence,
            decided: verdict.rule.is_some(),
            missing: verdict.missing.iter().fold(0, |all, field| all | 1 << *field as u32),
            mode: place(verdict.mode),
        }
    }
}

fn place(mode: &str) -> u8 {
    MODES.iter().position(|known| *known == mode).map_or(0, |at| at as u8 + 1)
}
