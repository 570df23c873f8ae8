//! Draws of many data at once. Those of one kind stand together, so that a loop over them has no branches.

use crate::base::exponential::{CHUNK, exponentials};
use crate::base::normal::quantiles;
use crate::base::philox::uniforms;

use super::Law;
use super::law::Sampler;

/// A datum that is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Datum {
    /// What its draws are for: see [`crate::base::philox::uniform`].
    pub key: u64,
    /// What they are of.
    pub sampler: Sampler,
}

/// Data whose values are `loc + scale z`, or the exponential of it, of a standard normal z; all of one sign.
#[derive(Clone, Debug, Default)]
struct Group {
    is_lognormal: bool,
    negative: bool,
    keys: Vec<u64>,
    /// Location and scale of each.
    of: Vec<(f64, f64)>,
}

impl Group {
    fn takes(&self, sampler: &Sampler) -> bool {
        let own = sampler.distribution();
        let law = if self.is_lognormal { Law::Lognormal } else { Law::Normal };
        own.law == law && own.negative == self.negative && sampler.is_whole()
    }

    /// Turns numbers between 0 and 1 into values.
    fn values(&self, first: usize, values: &mut [f64]) {
        if self.negative {
            for u in &mut *values {
                *u = 1.0 - *u;
            }
        }
        quantiles(values);
        for (value, (loc, scale)) in values.iter_mut().zip(&self.of[first..]) {
            *value = loc + scale * *value;
        }
        if self.is_lognormal {
            exponentials(values);
        }
        if self.negative {
            for size in values {
                *size = -*size;
            }
        }
    }
}

/// Data that are drawn together, again and again. Each has a place of its own among the values.
#[derive(Clone, Debug)]
pub struct Draws {
    groups: [Group; 4],
    /// What is cut off or of another law, one by one.
    others: Vec<Sampler>,
    keys_of_others: Vec<u64>,
}

impl Draws {
    /// Of these data, with the place of each among the values. Data of a kind keep their order.
    pub fn new(data: &[Datum]) -> (Self, Vec<u32>) {
        let group = |is_lognormal, negative| Group { is_lognormal, negative, ..Group::default() };
        let mut groups = [group(true, false), group(true, true), group(false, false), group(false, true)];
        let (mut others, mut keys_of_others) = (Vec::new(), Vec::new());
        let mut found = Vec::with_capacity(data.len());
        for Datum { key, sampler } in data {
            if let Some(at) = groups.iter().position(|group| group.takes(sampler)) {
                found.push((at, groups[at].keys.len()));
                groups[at].keys.push(*key);
                groups[at].of.push((sampler.distribution().loc, sampler.distribution().scale));
            } else {
                found.push((groups.len(), others.len()));
                others.push(*sampler);
                keys_of_others.push(*key);
            }
        }
        let mut starts = [0; 5];
        for at in 0..groups.len() {
            starts[at + 1] = starts[at] + groups[at].keys.len();
        }
        let places = found.into_iter().map(|(group, at)| (starts[group] + at) as u32).collect();
        (Self { groups, others, keys_of_others }, places)
    }

    /// How many data.
    pub fn len(&self) -> usize {
        self.groups.iter().map(|group| group.keys.len()).sum::<usize>() + self.others.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The draws of an iteration: the value of each datum in its place. Bit by bit what [`Sampler::quantile`] gives.
    pub fn draw(&self, seed: u64, iteration: u32, values: &mut [f64]) {
        self.fill(values, |keys, own| uniforms(seed, iteration, keys, own));
    }

    /// The median of each datum.
    pub fn medians(&self, values: &mut [f64]) {
        self.fill(values, |_, own| own.fill(0.5));
    }

    fn fill(&self, mut values: &mut [f64], numbers: impl Fn(&[u64], &mut [f64])) {
        for group in &self.groups {
            let (own, rest) = values.split_at_mut(group.keys.len());
            values = rest;
            for (chunk, (keys, own)) in group.keys.chunks(CHUNK).zip(own.chunks_mut(CHUNK)).enumerate() {
                numbers(keys, own);
                group.values(chunk * CHUNK, own);
            }
        }
        numbers(&self.keys_of_others, values);
        for (value, sampler) in values.iter_mut().zip(&self.others) {
            *value = sampler.quantile(*value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::philox::uniform;
    use crate::data::distribution::Distribution;

    /// Data of every law, whole and cut off, of both signs.
    fn data() -> Vec<Datum> {
        let laws = [
            (Law::Lognormal, 0.3, 0.7, 0.0),
            (Law::Normal, 5.0, 2.0, 0.0),
            (Law::Lognormal, -800.0, 40.0, 0.0),
            (Law::Uniform, 0.0, 0.0, 0.0),
            (Law::Triangular, 1.2, 0.0, 0.0),
            (Law::Bernoulli, 0.4, 0.0, 0.0),
            (Law::DiscreteUniform, 0.0, 0.0, 0.0),
            (Law::Weibull, 0.1, 2.0, 1.5),
            (Law::ExtremeValue, 1.0, 0.5, 0.0),
        ];
        let datum = |at: u64| {
            let (law, loc, scale, shape) = laws[at as usize % laws.len()];
            let negative = at % 2 == 1;
            let limits = match (law, at % 5) {
                (Law::Lognormal, 0) => (0.0, f64::INFINITY),
                (Law::Lognormal | Law::Normal | Law::Weibull | Law::ExtremeValue, 1..) => {
                    (f64::NEG_INFINITY, f64::INFINITY)
                }
                _ => (1.0, 3.0),
            };
            let (minimum, maximum) = if negative { (-limits.1, -limits.0) } else { limits };
            let of = Distribution { law, negative, loc, scale, shape, minimum, maximum };
            Datum { key: at.wrapping_mul(0x9E37_79B9_7F4A_7C15), sampler: of.sampler() }
        };
        (0..6000).map(datum).collect()
    }

    #[test]
    fn many_at_once_are_those_alone_to_the_bit() {
        let data = data();
        let (draws, places) = Draws::new(&data);
        assert!(draws.groups.iter().all(|group| group.keys.len() > CHUNK) && draws.others.len() > CHUNK);
        let mut values = vec![f64::NAN; draws.len()];
        for iteration in 0..20 {
            draws.draw(42, iteration, &mut values);
            for (datum, place) in data.iter().zip(&places) {
                let alone = datum.sampler.quantile(uniform(42, iteration, datum.key, 0));
                assert_eq!(values[*place as usize].to_bits(), alone.to_bits(), "{datum:?}");
            }
        }
        draws.medians(&mut values);
        for (datum, place) in data.iter().zip(&places) {
            assert_eq!(values[*place as usize].to_bits(), datum.sampler.quantile(0.5).to_bits());
        }
    }

    #[test]
    fn data_of_a_kind_keep_their_order() {
        let (draws, places) = Draws::new(&data());
        let mut sorted = places.clone();
        sorted.sort_unstable();
        assert!(sorted.iter().enumerate().all(|(at, place)| at == *place as usize));
        let (nothing, none) = Draws::new(&[]);
        nothing.draw(1, 2, &mut []);
        assert!(nothing.is_empty() && none.is_empty() && !draws.is_empty());
    }
}
