//! What ties two agents, as far as the tables of agents and memberships settle it.

use std::collections::HashMap;

use crate::data::flows::{Agent, Field, FlowData, UNKNOWN, When};

/// Is there such a tie?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tie {
    Yes,
    No,
    NotStated,
}

impl Tie {
    fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// Do both hold?
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::NotStated,
        }
    }

    /// Does any of them hold?
    fn any(ties: impl Iterator<Item = Self>) -> Self {
        let mut found = Self::No;
        for tie in ties {
            match tie {
                Self::Yes => return Self::Yes,
                Self::NotStated => found = Self::NotStated,
                Self::No => {}
            }
        }
        found
    }
}

/// What ties two agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// A value of [`Field::Relation`]: the closest tie, and none that is closer is left open.
    Tied(u8),
    /// None of the ties that the tables could state.
    Untied,
    /// Nobody can say.
    Open,
}

impl Settled {
    /// The tie, where there is one that is settled.
    pub(super) fn code(self) -> u8 {
        if let Self::Tied(code) = self { code } else { UNKNOWN }
    }
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
    /// What an empty cell of household, commune and control says: no, where the manifest states what holds of all
    /// flows whose tie is not stated, and the column is there.
    empty: [Tie; 3],
    /// Is there no table of memberships?
    memberships_absent: bool,
}

const DWELLING: [&str; 3] = ["person", "household", "commune"];
const COOPERATIVE: [&str; 2] = ["coop", "federation_fund"];
/// Kinds that nobody controls.
const FREE: [&str; 5] = ["person", "household", "commune", "public", "ecosystem"];
/// Columns of agents that say where they belong.
const HOMES: [&str; 3] = ["agents.household", "agents.commune", "agents.control"];

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
        let states = data.constants.states(Field::Relation);
        let empty = |column| {
            if states && !data.constants.lacks(column) { Tie::No } else { Tie::NotStated }
        };
        Self {
            kinds: agents.iter().map(|agent| Field::FromKind.word(agent.kind)).collect(),
            homes: homes(agents),
            bonds,
            empty: HOMES.map(empty),
            memberships_absent: data.constants.lacks("memberships"),
        }
    }

    /// The tie of the giver `i` to the receiver `j` at a date.
    pub(super) fn relation(&self, i: usize, j: usize, when: When) -> Settled {
        if i == j { self.own(i) } else { self.between(i, j, when) }
    }

    /// What an agent gives to itself stays within one household, or under one control.
    fn own(&self, agent: usize) -> Settled {
        let word = match self.kinds[agent] {
            "" => return Settled::Open,
            kind if DWELLING.contains(&kind) => "same_household",
            _ => "same_control",
        };
        Settled::Tied(Field::Relation.known(word))
    }

    /// The closest tie counts, if none that is closer is left open.
    fn between(&self, i: usize, j: usize, when: When) -> Settled {
        let [household, commune, control] = self.empty;
        let close = [
            (self.dwelling((i, j), |home| home.household, "household", household), "same_household"),
            (self.dwelling((i, j), |home| home.commune, "commune", commune), "same_commune"),
            (self.control(i, j, control), "same_control"),
        ];
        if let Some(settled) = close.into_iter().find_map(closest) {
            return settled;
        }
        let all = if self.memberships_absent { Tie::NotStated } else { Tie::No };
        let shared = |body: usize| self.member(i, body, when).and(self.member(j, body, when));
        let bodies = || self.bonds[i].iter().map(|bond| bond.0);
        let federated = Tie::any(bodies().map(|body| shared(body).and(self.is(body, &COOPERATIVE))));
        let federated = federated.and(self.is(i, &COOPERATIVE)).and(self.is(j, &COOPERATIVE));
        let state = Tie::any([i, j].into_iter().map(|agent| self.is(agent, &["state"])));
        let others = [
            (self.member(i, j, when), "member_receiver"),
            (self.member(j, i, when), "member_provider"),
            (federated, "federated"),
            (Tie::any(bodies().map(shared)), "co_members"),
            (all, ""),
            (state, "citizen_state"),
        ];
        others.into_iter().find_map(closest).unwrap_or(Settled::Untied)
    }

    /// Is an agent of one of these kinds?
    fn is(&self, agent: usize, kinds: &[&str]) -> Tie {
        match self.kinds[agent] {
            "" => Tie::NotStated,
            kind => Tie::of(kinds.contains(&kind)),
        }
    }

    /// Is an agent a member of a body at a date?
    fn member(&self, agent: usize, body: usize, when: When) -> Tie {
        let bonds = self.bonds[agent].iter().filter(|bond| bond.0 == body);
        Tie::any(bonds.map(|(_, from, until)| in_force(when, *from, *until)))
    }

    /// Do both live in one household or commune?
    fn dwelling(&self, (i, j): (usize, usize), get: fn(&Home) -> Option<u32>, kind: &str, empty: Tie) -> Tie {
        let lives = self.is(i, &DWELLING).and(self.is(j, &DWELLING));
        // A household lives in itself.
        let of = |agent: usize| {
            let home = &self.homes[agent];
            get(home).or((self.kinds[agent] == kind).then_some(home.itself))
        };
        lives.and(same(of(i), of(j), if lives == Tie::Yes { empty } else { Tie::NotStated }))
    }

    /// Does one control the other, or somebody both?
    fn control(&self, i: usize, j: usize, empty: Tie) -> Tie {
        let free = Tie::any([i, j].into_iter().map(|agent| self.is(agent, &FREE)));
        let bound = match free {
            Tie::Yes => return Tie::No,
            Tie::No => Tie::Yes,
            Tie::NotStated => Tie::NotStated,
        };
        let (a, b) = (&self.homes[i], &self.homes[j]);
        if a.control == Some(b.itself) || b.control == Some(a.itself) {
            return bound;
        }
        bound.and(same(a.control, b.control, empty))
    }
}

/// The end of the search for the closest tie: it is found, or open.
fn closest((tie, word): (Tie, &str)) -> Option<Settled> {
    match tie {
        Tie::Yes => Some(Settled::Tied(Field::Relation.known(word))),
        Tie::NotStated => Some(Settled::Open),
        Tie::No => None,
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

/// Do both belong to one? `empty` is what it says where one of the two is not stated.
fn same(a: Option<u32>, b: Option<u32>, empty: Tie) -> Tie {
    match (a, b) {
        (Some(a), Some(b)) => Tie::of(a == b),
        _ => empty,
    }
}

/// Does a membership hold at a date? Only where it holds on all of its days, or on none, can that be said.
fn in_force(when: When, from: Option<i32>, until: Option<i32>) -> Tie {
    let (first, last) = (when.first_day(), when.last_day());
    let day = |bound: Option<i32>, holds: fn(i32, i32) -> bool, day: Option<i32>| {
        bound.map_or(Some(true), |bound| day.map(|day| holds(bound, day)))
    };
    let begun = |from: i32, day: i32| from <= day;
    let over = |until: i32, day: i32| day < until;
    let all = [day(from, begun, first), day(until, over, last)];
    let any = [day(from, begun, last), day(until, over, first)];
    if all == [Some(true); 2] {
        Tie::Yes
    } else if any.contains(&Some(false)) {
        Tie::No
    } else {
        Tie::NotStated
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
