//! Sixty-four flows at once: one bit of a word stands for one flow, and predicates are worked out on whole words.
//!
//! [`Rules::judge_all`] says of each flow what `Rules::evaluate` says of it, without the reasons. A predicate becomes
//! two words: the flows for which it is certainly true, and those for which it could be. With these, three-valued `and`,
//! `or` and `not` are one instruction each for all flows.

use crate::data::flows::{Class, Features, Field};
use crate::data::regimes::{Confidence, MODES};

use super::expression::Expression;
use super::judgement::Judgement;
use super::rules::Rules;

/// Flows of a block.
const LANES: usize = u64::BITS as usize;

/// Numbers that a value can have.
const CODES: usize = 64;

/// For which flows of a block a predicate holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Lanes {
    certain: u64,
    possible: u64,
}

impl Lanes {
    const ALL: Self = Self { certain: u64::MAX, possible: u64::MAX };

    fn not(self) -> Self {
        Self { certain: !self.possible, possible: !self.certain }
    }

    fn and(self, other: Self) -> Self {
        Self { certain: self.certain & other.certain, possible: self.possible & other.possible }
    }

    fn or(self, other: Self) -> Self {
        Self { certain: self.certain | other.certain, possible: self.possible | other.possible }
    }

    fn unknown(self) -> u64 {
        self.possible & !self.certain
    }
}

/// The values of a block of flows: for each field and number, the flows that have it.
struct Block {
    flows: u64,
    values: [[u64; CODES]; Field::COUNT],
}

impl Block {
    fn new() -> Self {
        Self { flows: 0, values: [[0; CODES]; Field::COUNT] }
    }

    fn fill(&mut self, features: &[Features]) {
        for field in Field::ALL {
            self.values[field as usize][..=field.values().len()].fill(0);
        }
        self.flows = 0;
        for (lane, features) in features.iter().enumerate() {
            let bit = 1 << lane;
            self.flows |= bit;
            for field in Field::ALL {
                self.values[field as usize][usize::from(features.get(field))] |= bit;
            }
        }
    }

    fn test(&self, field: Field, values: u64) -> Lanes {
        let of = &self.values[field as usize];
        // Bit 0 is no value: it stands for what is not stated.
        let (mut left, mut certain) = (values & !1, 0);
        while left != 0 {
            certain |= of[left.trailing_zeros() as usize];
            left &= left - 1;
        }
        let unknown = if field.is_derived() { 0 } else { of[0] };
        Lanes { certain, possible: certain | unknown }
    }

    fn truth(&self, when: &Expression) -> Lanes {
        match when {
            Expression::Always => Lanes::ALL,
            Expression::Test(field, values) => self.test(*field, *values),
            Expression::Not(inner) => self.truth(inner).not(),
            Expression::All(parts) => {
                let mut all = Lanes::ALL;
                for part in parts {
                    all = all.and(self.truth(part));
                    if all.possible & self.flows == 0 {
                        break;
                    }
                }
                all
            }
            Expression::Any(parts) => {
                parts.iter().fold(Lanes::default(), |any, part| any.or(self.truth(part)))
            }
        }
    }

    /// Adds the fields that make a predicate unknown, for those of the flows for which it is.
    fn missing(&self, when: &Expression, flows: u64, missing: &mut [u64; Field::COUNT]) {
        let unknown = self.truth(when).unknown() & flows;
        if unknown == 0 {
            return;
        }
        match when {
            Expression::Always => {}
            Expression::Test(field, _) => missing[*field as usize] |= unknown,
            Expression::Not(inner) => self.missing(inner, unknown, missing),
            Expression::All(parts) | Expression::Any(parts) => {
                for part in parts {
                    self.missing(part, unknown, missing);
                }
            }
        }
    }
}

/// The flows of a word, one by one.
fn each(mut flows: u64, mut visit: impl FnMut(usize)) {
    while flows != 0 {
        visit(flows.trailing_zeros() as usize);
        flows &= flows - 1;
    }
}

/// What is known of the flows of a block while rules are tried.
struct Found {
    class: [Class; LANES],
    confidence: [Confidence; LANES],
    /// Flows of which some rule has been found that could decide.
    some: u64,
    /// Flows of which rules of several classes could decide.
    torn: u64,
    missing: [u64; Field::COUNT],
}

impl Rules {
    /// What flows of these features are, without their reasons.
    pub fn judge_all(&self, features: &[Features]) -> Vec<Judgement> {
        let mut block = Block::new();
        let mut judgements = Vec::with_capacity(features.len());
        for features in features.chunks(LANES) {
            block.fill(features);
            self.judge_block(&block, features.len(), &mut judgements);
        }
        judgements
    }

    fn judge_block(&self, block: &Block, count: usize, judgements: &mut Vec<Judgement>) {
        let mut found = Found {
            class: [Class::INSUFFICIENT; LANES],
            confidence: [0; LANES],
            some: 0,
            torn: 0,
            missing: [0; Field::COUNT],
        };
        let penalties: Vec<u64> =
            self.penalties.iter().map(|when| block.truth(when).possible & block.flows).collect();
        let mut open = block.flows;
        for (rule, when) in self.when.iter().enumerate() {
            let truth = block.truth(when);
            let could = truth.possible & open;
            if could == 0 {
                continue;
            }
            self.candidate(rule, could, &penalties, &mut found);
            let unknown = could & !truth.certain;
            if unknown != 0 {
                block.missing(when, unknown, &mut found.missing);
            }
            open &= !truth.certain;
            if open == 0 {
                break;
            }
        }
        let modes = self.mode_block(block);
        let agreed = !found.torn;
        let nothing = self.default_confidence();
        for (lane, mode) in modes.into_iter().enumerate().take(count) {
            let decided = agreed >> lane & 1 == 1;
            let said = decided && found.some >> lane & 1 == 1;
            let missing = Field::ALL.into_iter().fold(0, |all, field| {
                all | ((found.missing[field as usize] >> lane & 1) as u16) << field as u32
            });
            judgements.push(Judgement {
                class: if said { found.class[lane] } else { Class::INSUFFICIENT },
                confidence: if said { found.confidence[lane] } else { nothing },
                decided,
                missing,
                mode,
            });
        }
    }

    /// Counts a rule among those that could decide, for some flows of a block.
    fn candidate(&self, rule: usize, could: u64, penalties: &[u64], found: &mut Found) {
        let row = &self.table.rules[rule];
        let mut lost = [0; LANES];
        for &penalty in &self.bearing[rule] {
            let amount = self.table.penalties[penalty].amount;
            each(penalties[penalty] & could, |lane| lost[lane] += amount);
        }
        each(could & !found.torn, |lane| {
            let own = self.after(rule, lost[lane]);
            if found.some >> lane & 1 == 0 {
                (found.class[lane], found.confidence[lane]) = (row.class, own);
            } else if found.class[lane] == row.class {
                found.confidence[lane] = found.confidence[lane].min(own);
            } else {
                found.torn |= 1 << lane;
            }
        });
        found.some |= could;
    }

    /// The mode of each flow of a block, as its place among all from 1; 0: it is not to be known.
    fn mode_block(&self, block: &Block) -> [u8; LANES] {
        let mut seen = [0_u64; MODES.len()];
        let mut open = block.flows;
        for (row, when) in self.table.modes.iter().zip(&self.modes) {
            let truth = block.truth(when);
            if let Some(mode) = MODES.iter().position(|mode| *mode == row.mode) {
                seen[mode] |= truth.possible & open;
            }
            open &= !truth.certain;
            if open == 0 {
                break;
            }
        }
        let mut modes = [0; LANES];
        for (mode, own) in seen.iter().enumerate() {
            let others = seen.iter().enumerate().filter(|(other, _)| *other != mode);
            let torn = others.fold(0, |all, (_, flows)| all | flows);
            each(own & !torn & block.flows & !open, |lane| modes[lane] = mode as u8 + 1);
        }
        modes
    }
}
