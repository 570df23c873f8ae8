//! Many short texts in one.

/// Ids one after the other, with where each ends.
#[derive(Clone, Debug, Default)]
pub(super) struct Ids {
    text: String,
    ends: Vec<usize>,
}

impl Ids {
    /// Adds one.
    pub(super) fn push(&mut self, id: &str) {
        self.text.push_str(id);
        self.ends.push(self.text.len());
    }

    /// One of them.
    pub(super) fn get(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[at]]
    }

    /// Where an id is, among sorted ones.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.get(middle).cmp(id) {
                std::cmp::Ordering::Equal => return Some(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// The ids sorted, and where each was before; no order where they were sorted.
    pub(super) fn sorted(self) -> (Self, Vec<u32>) {
        if (1..self.ends.len()).all(|at| self.get(at - 1) <= self.get(at)) {
            return (self, Vec::new());
        }
        let mut order: Vec<u32> = (0..self.ends.len() as u32).collect();
        order.sort_by(|a, b| self.get(*a as usize).cmp(self.get(*b as usize)));
        let mut sorted =
            Self { text: String::with_capacity(self.text.len()), ends: Vec::with_capacity(order.len()) };
        for &at in &order {
            sorted.push(self.get(at as usize));
        }
        (sorted, order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_once_they_are_sorted() {
        let mut ids = Ids::default();
        for id in ["b", "", "abc", "ab"] {
            ids.push(id);
        }
        let (ids, order) = ids.sorted();
        assert_eq!(order, [1, 3, 2, 0]);
        let found = ["", "ab", "abc", "b", "c"].map(|id| ids.find(id));
        assert_eq!(found, [Some(0), Some(1), Some(2), Some(3), None]);
    }
}
