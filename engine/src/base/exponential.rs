//! Exponential and logarithm of many numbers at once: the algorithms of `libm`, without branches.
//!
//! Both are those of FreeBSD's `msun` (Sun Microsystems, 1993 and 2004), less than one unit in the last place off. A number gives the
//! same bits alone, among others, with `libm`, and on any machine.

#![expect(
    clippy::inline_always,
    clippy::excessive_precision,
    clippy::many_single_char_names,
    reason = "what is dispatched takes its instructions only where it is inlined; coefficients and names are those that were published"
)]

use std::f64::consts::LOG2_E;

use super::dispatch::dispatched;

/// Numbers that are worked on together: they stay in the fastest memory.
pub const CHUNK: usize = 256;

const LN2_HI: f64 = 6.931_471_803_691_238_164_90e-1;
const LN2_LO: f64 = 1.908_214_929_270_587_700_02e-10;
const P: [f64; 5] = [
    1.666_666_666_666_660_190_37e-1,
    -2.777_777_777_701_559_338_42e-3,
    6.613_756_321_437_934_361_17e-5,
    -1.653_390_220_546_525_153_90e-6,
    4.138_136_797_057_238_460_39e-8,
];
const LG: [f64; 7] = [
    6.666_666_666_666_735_130e-1,
    3.999_999_999_940_941_908e-1,
    2.857_142_874_366_239_149e-1,
    2.222_219_843_214_978_396e-1,
    1.818_357_216_161_805_012e-1,
    1.531_383_769_920_937_332e-1,
    1.479_819_860_511_658_591e-1,
];
/// 2^52: a whole number below it stands in the low bits of the sum of both.
const SHIFT: f64 = 4_503_599_627_370_496.0;
/// Beyond it the exponential is near the ends of what a double can be.
const FAR: f64 = 700.0;

/// The first double whose upper half is above this one.
#[inline(always)]
const fn above(upper: u32) -> f64 {
    f64::from_bits((upper as u64 + 1) << 32)
}

/// `e^x` for |x| up to [`FAR`].
#[inline(always)]
fn near_exp(x: f64) -> f64 {
    let size = x.abs();
    let one = 1.0_f64.copysign(x);
    let far = (LOG2_E * x + 0.5 * one).trunc();
    let k = if size < above(0x3fd6_2e42) {
        0.0
    } else if size < f64::from_bits(0x3ff0_a2b2 << 32) {
        one
    } else {
        far
    };
    let (hi, lo) = (x - k * LN2_HI, k * LN2_LO);
    let r = hi - lo;
    let square = r * r;
    let c = r - square * (P[0] + square * (P[1] + square * (P[2] + square * (P[3] + square * P[4]))));
    let y = 1.0 + (r * c / (2.0 - c) - lo + hi);
    let power = f64::from_bits((k + (SHIFT + 1023.0)).to_bits() << 52);
    if size < above(0x3e30_0000) { 1.0 + x } else { y * power }
}

/// The natural logarithm of a normal number above 0.
#[inline(always)]
pub(super) fn normal_log(x: f64) -> f64 {
    let bits = x.to_bits();
    let upper = (bits >> 32) + (0x3ff0_0000 - 0x3fe6_a09e);
    let k = f64::from_bits(SHIFT.to_bits() | (upper >> 20)) - (SHIFT + 1023.0);
    let upper = (upper & 0x000f_ffff) + 0x3fe6_a09e;
    let f = f64::from_bits(upper << 32 | (bits & 0xffff_ffff)) - 1.0;
    let half = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (LG[1] + w * (LG[3] + w * LG[5]));
    let odd = z * (LG[0] + w * (LG[2] + w * (LG[4] + w * LG[6])));
    s * (half + (odd + even)) + k * LN2_LO - half + f + k * LN2_HI
}

/// Puts `e^x` in the place of each of up to [`CHUNK`] numbers.
pub fn exponentials(values: &mut [f64]) {
    let mut first = [0.0; CHUNK];
    for values in values.chunks_mut(CHUNK) {
        let first = &mut first[..values.len()];
        first.copy_from_slice(values);
        let largest = dispatched!([] [] (values: &'a mut [f64]) -> f64 {
            let mut largest = [0.0_f64; 8];
            let (whole, rest) = values.as_chunks_mut::<8>();
            for eight in whole {
                for (value, largest) in eight.iter_mut().zip(&mut largest) {
                    // Not a number is far as well.
                    *largest = if value.abs() <= *largest { *largest } else { value.abs() };
                    *value = near_exp(*value);
                }
            }
            for value in rest {
                largest[0] = if value.abs() <= largest[0] { largest[0] } else { value.abs() };
                *value = near_exp(*value);
            }
            largest.into_iter().fold(0.0, |most, own| if own <= most { most } else { own })
        });
        if largest <= FAR {
            continue;
        }
        for (value, x) in values.iter_mut().zip(first.iter()).filter(|(_, x)| x.is_nan() || x.abs() > FAR) {
            *value = libm::exp(*x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::philox::uniform;

    #[test]
    fn exponentials_are_those_of_libm_to_the_bit() {
        let ends =
            [0.0, -0.0, 1e-9, -1e-9, 3e-8, 0.34, 0.35, -0.35, 1.03, 1.04, -1.04, 1.05, 699.99, -699.99];
        let beyond = [700.5, 709.9, -745.2, -710.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
        let spread = (0..100_000).map(|i| {
            let (sign, size) = (uniform(1, i, 0, 0) - 0.5, uniform(1, i, 0, 1));
            2.0 * sign * 10.0_f64.powf(12.0 * size - 9.1)
        });
        let given: Vec<f64> = ends.into_iter().chain(beyond).chain(spread).collect();
        for length in [given.len(), 1, 7, 8, 9, 255, 256, 257] {
            let mut found = given[..length].to_vec();
            exponentials(&mut found);
            for (x, value) in given.iter().zip(found) {
                assert_eq!(value.to_bits(), libm::exp(*x).to_bits(), "{x:e}");
            }
        }
    }

    #[test]
    fn logarithms_are_those_of_libm_to_the_bit() {
        for i in 0..100_000 {
            let x = 10.0_f64.powf(600.0 * uniform(2, i, 0, 0) - 300.0);
            assert_eq!(normal_log(x).to_bits(), libm::log(x).to_bits(), "{x:e}");
        }
        for x in [f64::MIN_POSITIVE, 1.0, 0.5, std::f64::consts::FRAC_1_SQRT_2, f64::MAX] {
            assert_eq!(normal_log(x).to_bits(), libm::log(x).to_bits(), "{x:e}");
        }
    }
}
