//! Places: sites, countries, and the groups of UN M49 up to the world.

use std::collections::BTreeMap;
use std::fmt;

/// The world's code in UN M49.
pub const WORLD: &str = "001";

/// How wide a place is, narrowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A part of a country, ISO 3166-2.
    Site,
    /// A country, ISO 3166-1.
    Country,
    /// A group that a factor set declares.
    Group,
    /// UN M49 intermediate region.
    Intermediate,
    /// UN M49 subregion.
    Subregion,
    /// UN M49 region.
    Region,
    /// Everywhere.
    World,
}

impl Level {
    /// All, narrowest first.
    pub const ALL: [Self; 7] = [
        Self::Site,
        Self::Country,
        Self::Group,
        Self::Intermediate,
        Self::Subregion,
        Self::Region,
        Self::World,
    ];

    /// The level of a word in the table of regions.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "country" => Self::Country,
            "intermediate" => Self::Intermediate,
            "subregion" => Self::Subregion,
            "region" => Self::Region,
            "world" => Self::World,
            _ => return None,
        })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Site => "site",
            Self::Country => "country",
            Self::Group => "group",
            Self::Intermediate => "intermediate region",
            Self::Subregion => "subregion",
            Self::Region => "region",
            Self::World => "world",
        })
    }
}

/// The place of a process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Location {
    /// A code of the table, or a site in a country of it.
    Code(String),
    /// Where the line comes from.
    Origin,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => f.write_str(code),
            Self::Origin => f.write_str("origin"),
        }
    }
}

#[derive(Clone, Debug)]
struct Node {
    level: Level,
    name: String,
    parent: Option<String>,
}

/// The tree of regions.
#[derive(Clone, Debug, Default)]
pub struct Regions {
    nodes: BTreeMap<String, Node>,
}

impl Regions {
    /// Adds a row of the table.
    pub fn insert(&mut self, code: &str, name: &str, level: Level, parent: Option<&str>) {
        let node = Node { level, name: name.to_owned(), parent: parent.map(str::to_owned) };
        self.nodes.insert(code.to_owned(), node);
    }

    /// Codes whose parent does not exist or whose chain of parents never ends; they lose their parent.
    pub fn cut_bad_parents(&mut self) -> Vec<String> {
        let ends = |start: &str| {
            let mut code = start;
            for _ in 0..=self.nodes.len() {
                match self.nodes.get(code).map(|node| &node.parent) {
                    Some(Some(parent)) => code = parent,
                    Some(None) => return true,
                    None => return false,
                }
            }
            false
        };
        let bad: Vec<String> = self.nodes.keys().filter(|code| !ends(code)).cloned().collect();
        for code in &bad {
            if let Some(node) = self.nodes.get_mut(code) {
                node.parent = None;
            }
        }
        bad
    }

    /// The code of a country or region by its name.
    pub fn code_of(&self, name: &str) -> Option<&str> {
        self.nodes
            .iter()
            .find(|(_, node)| node.name.eq_ignore_ascii_case(name))
            .map(|(code, _)| code.as_str())
    }

    /// Is it a code of the table, or a site in one of its countries?
    pub fn contains(&self, code: &str) -> bool {
        self.nodes.contains_key(code) || self.country_of_site(code).is_some()
    }

    /// Its name, or the code itself.
    pub fn name<'a>(&'a self, code: &'a str) -> &'a str {
        self.nodes.get(code).map_or(code, |node| &node.name)
    }

    /// The table: code, name, level, parent.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &str, Level, Option<&str>)> {
        self.nodes.iter().map(|(code, node)| (&**code, &*node.name, node.level, node.parent.as_deref()))
    }

    /// All codes, for suggestions.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.nodes.keys().map(String::as_str)
    }

    /// The country of a site; `None`: it is not the code of one.
    pub fn country_of_site<'a>(&self, code: &'a str) -> Option<&'a str> {
        let (country, site) = code.split_once('-')?;
        let known = self.nodes.get(country).is_some_and(|node| node.level == Level::Country);
        let subdivision = (1..=3).contains(&site.len()) && site.bytes().all(|b| b.is_ascii_alphanumeric());
        (known && subdivision).then_some(country)
    }

    /// A place and all that contains it, narrowest first; `groups` are those a factor set declares.
    pub fn ancestry(&self, place: &Location, groups: &BTreeMap<String, Vec<String>>) -> Vec<(Level, String)> {
        let mut chain = Vec::new();
        let Location::Code(code) = place else { return vec![(Level::World, WORLD.to_owned())] };
        let mut code = code.as_str();
        if !self.nodes.contains_key(code)
            && let Some(country) = self.country_of_site(code)
        {
            chain.push((Level::Site, code.to_owned()));
            code = country;
        }
        while let Some(node) = self.nodes.get(code) {
            chain.push((node.level, code.to_owned()));
            match &node.parent {
                Some(parent) => code = parent,
                None => break,
            }
        }
        // A group holds countries, or whole regions of UN M49 with all that is in them.
        let holds = |members: &[String]| chain.iter().any(|(_, code)| members.contains(code));
        let declared: Vec<_> =
            groups.iter().filter(|(_, m)| holds(m)).map(|(group, _)| (Level::Group, group.clone())).collect();
        let after = chain.iter().position(|(level, _)| *level > Level::Country).unwrap_or(chain.len());
        chain.splice(after..after, declared);
        chain
    }

    /// Is the place inside one of `areas` (codes or declared groups)?
    pub fn is_inside(
        &self,
        place: &Location,
        areas: &[String],
        groups: &BTreeMap<String, Vec<String>>,
    ) -> bool {
        self.ancestry(place, groups).iter().any(|(_, code)| areas.contains(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_site_to_world() {
        let mut regions = Regions::default();
        regions.insert("001", "World", Level::World, None);
        regions.insert("019", "Americas", Level::Region, Some("001"));
        regions.insert("419", "Latin America and the Caribbean", Level::Subregion, Some("019"));
        regions.insert("005", "South America", Level::Intermediate, Some("419"));
        regions.insert("CO", "Colombia", Level::Country, Some("005"));
        let groups = BTreeMap::from([("CAN".to_owned(), vec!["BO".to_owned(), "CO".to_owned()])]);
        let chain = regions.ancestry(&Location::Code("CO-HUI".into()), &groups);
        let codes: Vec<&str> = chain.iter().map(|(_, code)| code.as_str()).collect();
        assert_eq!(codes, ["CO-HUI", "CO", "CAN", "005", "419", "019", "001"]);
        assert!(chain.is_sorted());
        assert!(regions.contains("CO-HUI") && !regions.contains("XX-HUI") && !regions.contains("CO-"));
        assert!(regions.is_inside(&Location::Code("CO".into()), &["CAN".into()], &groups));
        assert_eq!(regions.ancestry(&Location::Origin, &groups).len(), 1);
        let wide = BTreeMap::from([("LATAM".to_owned(), vec!["419".to_owned()])]);
        assert!(regions.is_inside(&Location::Code("CO-HUI".into()), &["LATAM".into()], &wide));
    }
}
