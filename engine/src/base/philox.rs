//! A counter-based generator: a draw is a function of what it is for, not of the draws before it.
//!
//! Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011): ten rounds of
//! two multiplications. It passes the tests of `TestU01`, and any machine and any number of threads gives the same bits.

#![expect(
    clippy::inline_always,
    reason = "what is dispatched takes its instructions only where it is inlined"
)]

use super::dispatch::dispatched;

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: u32 = 10;

/// Four words of 32 bits from a counter and a key.
#[inline(always)]
pub fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..ROUNDS {
        let first = u64::from(MULTIPLIERS[0]) * u64::from(counter[0]);
        let second = u64::from(MULTIPLIERS[1]) * u64::from(counter[2]);
        counter = [
            (second >> 32) as u32 ^ counter[1] ^ key[0],
            second as u32,
            (first >> 32) as u32 ^ counter[3] ^ key[1],
            first as u32,
        ];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

/// A number between 0 and 1, neither of them: the draw `draw` of the datum `datum` in iteration `iteration`.
///
/// The seed is the key; the counter is the datum (low word first), the iteration and the draw. The first two words of the
/// answer, low word first, give 53 bits: `(bits + 1/2) / 2^53`.
#[inline(always)]
pub fn uniform(seed: u64, iteration: u32, datum: u64, draw: u32) -> f64 {
    let counter = [datum as u32, (datum >> 32) as u32, iteration, draw];
    let words = philox(counter, [seed as u32, (seed >> 32) as u32]);
    let bits = (u64::from(words[1]) << 32 | u64::from(words[0])) >> 11;
    (bits as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
}

/// The first draw of each of these data in an iteration: [`uniform`] with 0 for `draw`, several at once.
pub fn uniforms(seed: u64, iteration: u32, data: &[u64], draws: &mut [f64]) {
    dispatched!([] [] (seed: u64, iteration: u32, data: &'a [u64], draws: &'a mut [f64]) -> () {
        for (draw, datum) in draws.iter_mut().zip(data) {
            *draw = uniform(seed, iteration, *datum, 0);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // `kat_vectors` of Random123, philox4x32 with 10 rounds.
        assert_eq!(philox([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        let ones = u32::MAX;
        assert_eq!(philox([ones; 4], [ones; 2]), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        let pi = [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344];
        let key = [0xa409_3822, 0x299f_31d0];
        assert_eq!(philox(pi, key), [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]);
    }

    #[test]
    fn many_at_once_are_those_alone() {
        let data: Vec<u64> = (0..1001_u64).map(|at| at.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect();
        for length in [1001, 0, 1, 3, 8, 13] {
            let mut draws = vec![0.0; length];
            uniforms(1 << 40 | 7, 11, &data[..length], &mut draws);
            for (datum, draw) in data.iter().zip(draws) {
                assert_eq!(draw.to_bits(), uniform(1 << 40 | 7, 11, *datum, 0).to_bits());
            }
        }
    }

    #[test]
    fn every_part_of_what_a_draw_is_for_changes_it() {
        let base = uniform(1, 2, 3, 4);
        let others = [uniform(2, 2, 3, 4), uniform(1, 3, 3, 4), uniform(1, 2, 4, 4), uniform(1, 2, 3, 5)];
        let far = [uniform(1 | 1 << 40, 2, 3, 4), uniform(1, 2, 3 | 1 << 40, 4)];
        assert!(others.iter().chain(&far).all(|other| (other - base).abs() > 1e-6));
    }

    #[test]
    fn draws_are_spread_evenly() {
        // Mean 1/2 and variance 1/12 of 100,000 draws, within four standard errors.
        let draws: Vec<f64> = (0..100_000).map(|i| uniform(7, i, 42, 0)).collect();
        assert!(draws.iter().all(|u| *u > 0.0 && *u < 1.0));
        let mean = draws.iter().sum::<f64>() / 1e5;
        let variance = draws.iter().map(|u| (u - 0.5).powi(2)).sum::<f64>() / 1e5;
        assert!((mean - 0.5).abs() < 4.0 * (1.0_f64 / 12.0 / 1e5).sqrt(), "{mean}");
        // The fourth central moment is 1/80.
        assert!(
            (variance - 1.0 / 12.0).abs() < 4.0 * ((1.0_f64 / 80.0 - 1.0 / 144.0) / 1e5).sqrt(),
            "{variance}"
        );
    }
}
