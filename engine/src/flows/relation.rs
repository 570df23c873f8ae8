//! What ties two agents, as far as the tables of agents and memberships settle it.

use std::collections::HashMap;

use crate::data::flows::{Agent, Field, FlowData, UNKNOWN};

/// Is there such a tie?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tie {
    Yes,
    No,
    NotStated,
}

/// A membership: the body, its first day, the first day after it.
type Bond = (usize, Option<i32>, Option<i32>);

/// Where an agent belongs: itself, its household, commune and controller, as numbers.
#[derive(Clone, Copy)]
struct Home {
    itself: u32,
    household: Option<u32>,
    commune: Option<u32>,
    control: Option<u32>,
}

/// The ties of all agents.
pub(super) struct Ties {
    kinds: Vec<&'static str>,
    homes: Vec<Home>,
    bonds: Vec<Vec<Bond>>,
    /// Does the manifest state that there are no other ties?
    complete: bool,
}

const DWELLING: [&str; 3] = ["person", "household", "commune"];
const COOPERATIVE: [&str; 2] = ["coop", "federation_fund"];
/// Kinds that nobody controls.
const FREE: [&str; 5] = ["person", "household", "commune", "public", "ecosystem"];

impl Ties {
    pub(super) fn new(data: &FlowData) -> Self {
        let agents = &data.agents;
        let place = |id: &str| agents.binary_search_by(|agent| agent.id.as_str().cmp(id)).ok();
        let mut bonds = vec![Vec::new(); agents.len()];
        for membership in &data.memberships {
            if let (Some(agent), Some(body)) = (place(&membership.agent), place(&membership.body)) {
                bonds[agent].push((body, membership.from, membership.until));
            }
        }
        let stated = data.constants.word(Field::Relation);
        Self {
            kinds: agents.iter().map(|agent| Field::FromKind.word(agent.kind)).collect(),
            homes: homes(agents),
            bonds,
            complete: stated == "none",
        }
    }

    /// The tie of the giver `i` to the receiver `j` on a day: a value of [`Field::Relation`].
    pub(super) fn relation(&self, i: usize, j: usize, day: Option<i32>) -> u8 {
        let word = if i == j { self.own(i) } else { self.between(i, j, day) };
        word.map_or(UNKNOWN, |word| Field::Relation.known(word))
    }

    /// What an agent gives to itself stays within one household, or under one control.
    fn own(&self, agent: usize) -> Option<&'static str> {
        match self.kinds[agent] {
            "" => None,
            kind if DWELLING.contains(&kind) => Some("same_household"),
            _ => Some("same_control"),
        }
    }

    /// The closest tie counts, if none that is closer is left open.
    fn between(&self, i: usize, j: usize, day: Option<i32>) -> Option<&'static str> {
        let closest = [
            (self.dwelling(i, j, |home| home.household, "household"), "same_household"),
            (self.dwelling(i, j, |home| home.commune, "commune"), "same_commune"),
            (self.control(i, j), "same_control"),
        ];
        let mut open = false;
        for (tie, word) in closest {
            match tie {
                Tie::Yes if !open || self.complete => return Some(word),
                Tie::No => {}
                _ => open = true,
            }
        }
        let member = |agent: usize, body: usize| self.holding(agent, day).any(|b| b == body);
        let shared = |kind: fn(&str) -> bool| {
            self.holding(i, day).any(|body| kind(self.kinds[body]) && member(j, body))
        };
        let cooperative = |kind: &str| COOPERATIVE.contains(&kind);
        let found = if member(i, j) {
            Some("member_receiver")
        } else if member(j, i) {
            Some("member_provider")
        } else if cooperative(self.kinds[i])
            && cooperative(self.kinds[j])
            && shared(|k| COOPERATIVE.contains(&k))
        {
            Some("federated")
        } else if shared(|_| true) {
            Some("co_members")
        } else {
            let state = [i, j].iter().any(|agent| self.kinds[*agent] == "state");
            state.then_some("citizen_state")
        };
        found.filter(|_| !open || self.complete)
    }

    fn holding(&self, agent: usize, day: Option<i32>) -> impl Iterator<Item = usize> + '_ {
        self.bonds[agent]
            .iter()
            .filter(move |(_, from, until)| in_force(day, *from, *until))
            .map(|bond| bond.0)
    }

    /// Do both live in one household or commune?
    fn dwelling(&self, i: usize, j: usize, get: fn(&Home) -> Option<u32>, kind: &str) -> Tie {
        let lives = |agent: usize| {
            let known = self.kinds[agent];
            known.is_empty() || DWELLING.contains(&known)
        };
        if !lives(i) || !lives(j) {
            return Tie::No;
        }
        // A household lives in itself.
        let of = |agent: usize| {
            let home = &self.homes[agent];
            get(home).or((self.kinds[agent] == kind).then_some(home.itself))
        };
        same(of(i), of(j))
    }

    /// Does one control the other, or somebody both?
    fn control(&self, i: usize, j: usize) -> Tie {
        if [i, j].iter().any(|agent| FREE.contains(&self.kinds[*agent])) {
            return Tie::No;
        }
        let (a, b) = (&self.homes[i], &self.homes[j]);
        if a.control == Some(b.itself) || b.control == Some(a.itself) {
            return Tie::Yes;
        }
        same(a.control, b.control)
    }
}

/// Can a tie that is stated not hold beside the closest one that the tables settle? Kin may well be members of one body,
/// and that one of the two is a state need not be a tie.
pub(super) fn contradicts(stated: u8, settled: u8) -> bool {
    let both_hold = match (Field::Relation.word(stated), Field::Relation.word(settled)) {
        ("kin", settled) => !["same_household", "same_commune", "same_control"].contains(&settled),
        ("none", settled) => settled == "citizen_state",
        _ => false,
    };
    stated != UNKNOWN && settled != UNKNOWN && stated != settled && !both_hold
}

fn same(a: Option<u32>, b: Option<u32>) -> Tie {
    match (a, b) {
        (Some(a), Some(b)) if a == b => Tie::Yes,
        (Some(_), Some(_)) => Tie::No,
        _ => Tie::NotStated,
    }
}

/// Does a membership hold on a day? Where the day is not known, only one without bounds is certain.
fn in_force(day: Option<i32>, from: Option<i32>, until: Option<i32>) -> bool {
    match day {
        Some(day) => from.is_none_or(|from| from <= day) && until.is_none_or(|until| day < until),
        None => from.is_none() && until.is_none(),
    }
}

/// Households, communes and controllers by number; an agent of that id has the same number.
fn homes(agents: &[Agent]) -> Vec<Home> {
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut homes = Vec::with_capacity(agents.len());
    for agent in agents {
        let itself = number(&agent.id, &mut numbers);
        let household = agent.household.as_deref().map(|id| number(id, &mut numbers));
        let commune = agent.commune.as_deref().map(|id| number(id, &mut numbers));
        let control = agent.control.as_deref().map(|id| number(id, &mut numbers));
        homes.push(Home { itself, household, commune, control });
    }
    homes
}

fn number<'a>(id: &'a str, numbers: &mut HashMap<&'a str, u32>) -> u32 {
    let next = numbers.len() as u32;
    *numbers.entry(id).or_insert(next)
}
