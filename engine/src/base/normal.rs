//! The normal distribution: its quantile and its distribution function, the same bits on any machine.

#![expect(
    clippy::inline_always,
    clippy::excessive_precision,
    reason = "what is dispatched takes its instructions only where it is inlined; coefficients stand as they were published"
)]

use super::dispatch::dispatched;
use super::exponential::{CHUNK, normal_log};

/// A fraction of two polynomials, coefficients from the highest power down.
#[inline(always)]
fn ratio(above: &[f64; 8], below: &[f64; 8], r: f64) -> f64 {
    let polynomial = |coefficients: &[f64; 8]| coefficients.iter().fold(0.0, |sum, c| sum * r + c);
    polynomial(above) / polynomial(below)
}

const MIDDLE: [[f64; 8]; 2] = [
    [
        2.509_080_928_730_122_672_7e3,
        3.343_057_558_358_812_810_5e4,
        6.726_577_092_700_870_085_3e4,
        4.592_195_393_154_987_145_7e4,
        1.373_169_376_550_946_112_5e4,
        1.971_590_950_306_551_442_7e3,
        1.331_416_678_917_843_774_5e2,
        3.387_132_872_796_366_608_0,
    ],
    [
        5.226_495_278_852_854_561_0e3,
        2.872_908_573_572_194_267_4e4,
        3.930_789_580_009_271_061_0e4,
        2.121_379_430_158_659_586_7e4,
        5.394_196_021_424_751_107_7e3,
        6.871_870_074_920_579_083_0e2,
        4.231_333_070_160_091_125_2e1,
        1.0,
    ],
];
const TAIL: [[f64; 8]; 2] = [
    [
        7.745_450_142_783_414_076_40e-4,
        2.272_384_498_926_918_458_33e-2,
        2.417_807_251_774_506_117_70e-1,
        1.270_458_252_452_368_382_58,
        3.647_848_324_763_204_605_04,
        5.769_497_221_460_691_405_50,
        4.630_337_846_156_545_295_90,
        1.423_437_110_749_683_577_34,
    ],
    [
        1.050_750_071_644_416_843_24e-9,
        5.475_938_084_995_344_946_00e-4,
        1.519_866_656_361_645_719_66e-2,
        1.481_039_764_274_800_745_90e-1,
        6.897_673_349_851_000_045_50e-1,
        1.676_384_830_183_803_849_40,
        2.053_191_626_637_758_821_87,
        1.0,
    ],
];
const FAR_TAIL: [[f64; 8]; 2] = [
    [
        2.010_334_399_292_288_132_65e-7,
        2.711_555_568_743_487_578_15e-5,
        1.242_660_947_388_078_438_60e-3,
        2.653_218_952_657_612_309_30e-2,
        2.965_605_718_285_048_912_30e-1,
        1.784_826_539_917_291_335_80,
        5.463_784_911_164_114_369_90,
        6.657_904_643_501_103_777_20,
    ],
    [
        2.044_263_103_389_939_785_64e-15,
        1.421_511_758_316_445_888_70e-7,
        1.846_318_317_510_054_681_80e-5,
        7.868_691_311_456_132_591_00e-4,
        1.487_536_129_085_061_485_25e-2,
        1.369_298_809_227_358_053_10e-1,
        5.998_322_065_558_879_376_90e-1,
        1.0,
    ],
];

/// How far from 1/2 a probability is in the middle.
const WIDTH: f64 = 0.425;
/// The probability beyond which the quantile is that of the far tail, with some room.
const FAR: f64 = 2e-11;

/// The quantile at 1/2 + q, up to [`WIDTH`] from it.
#[inline(always)]
fn middle(q: f64) -> f64 {
    ratio(&MIDDLE[0], &MIDDLE[1], 0.180_625 - q * q) * q
}

/// The quantile at `p`, beyond [`WIDTH`] from the middle, and [`FAR`] from the ends.
#[inline(always)]
fn tail(p: f64) -> f64 {
    let r = normal_log(if p < 0.5 { p } else { 1.0 - p });
    let x = ratio(&TAIL[0], &TAIL[1], (-r).sqrt() - 1.6);
    if p < 0.5 { -x } else { x }
}

/// Puts the quantile in the place of each probability: the bits of [`quantile`], several at once.
pub fn quantiles(values: &mut [f64]) {
    let (mut at, mut outer) = ([0_u16; CHUNK], [0.25; CHUNK]);
    for values in values.chunks_mut(CHUNK) {
        // One in seven lies outside of the middle: they are set aside without a branch, which nothing could foresee.
        let mut count = 0;
        for (place, p) in values.iter().enumerate() {
            (at[count], outer[count]) = (place as u16, *p);
            count += usize::from((p - 0.5).abs() > WIDTH);
        }
        dispatched!([] [] (values: &'a mut [f64]) -> () {
            let (whole, rest) = values.as_chunks_mut::<8>();
            for value in whole.iter_mut().flatten() {
                *value = middle(*value - 0.5);
            }
            for value in rest {
                *value = middle(*value - 0.5);
            }
        });
        let mut found = [0.0; CHUNK];
        let (found, given) = (&mut found[..count], &outer[..count]);
        dispatched!([] [] (found: &'a mut [f64], given: &'a [f64]) -> () {
            for (found, p) in found.iter_mut().zip(given) {
                *found = tail(*p);
            }
        });
        for ((place, p), x) in at.iter().zip(given).zip(found.iter()) {
            let is_far = p.min(1.0 - p) < FAR;
            values[*place as usize] = if is_far { quantile(*p) } else { *x };
        }
    }
}

/// The value below which a standard normal variable lies with the probability `p`, to about 16 digits.
///
/// Wichura (1988), algorithm AS 241, Applied Statistics 37 (3), 477-484. `p` is between 0 and 1.
pub fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= WIDTH {
        return middle(q);
    }
    let r = libm::sqrt(-libm::log(if q <= 0.0 { p } else { 1.0 - p }));
    let [above, below] = if r <= 5.0 { &TAIL } else { &FAR_TAIL };
    let x = ratio(above, below, if r <= 5.0 { r - 1.6 } else { r - 5.0 });
    if q < 0.0 { -x } else { x }
}

/// The probability that a standard normal variable lies below `x`.
pub fn cumulative(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::philox::uniform;

    #[test]
    fn published_points() {
        // Table 3 of AS 241, and the usual ones.
        for (p, x) in [
            (0.25, -0.674_489_750_196_081_7),
            (0.001, -3.090_232_306_167_814),
            (1e-20, -9.262_340_089_798_408),
            (0.975, 1.959_963_984_540_054),
            (0.5, 0.0),
        ] {
            assert!((quantile(p) - x).abs() <= 1e-14 * x.abs().max(1.0), "{p}: {}", quantile(p));
        }
    }

    #[test]
    fn many_at_once_are_those_alone_to_the_bit() {
        let near = [0.5, 0.075, 0.925, 0.074_999, 0.925_001, 1e-300, 1e-20, 1e-11, 1.3e-11, 1.4e-11, 3e-11];
        let ends = [1.0 - 1e-11, 1.0 - 3e-11, 1.0 - 2e-16, 5e-324, 2.0_f64.powi(-54)];
        let spread = (0..100_000).map(|i| uniform(3, i, 0, 0));
        let small = (0..1000).map(|i| 10.0_f64.powf(-20.0 * uniform(3, i, 0, 1)));
        let given: Vec<f64> = near.into_iter().chain(ends).chain(small).chain(spread).collect();
        for length in [given.len(), 0, 1, 7, 8, 9, 255, 256, 257] {
            let mut found = given[..length].to_vec();
            quantiles(&mut found);
            for (p, value) in given.iter().zip(found) {
                assert_eq!(value.to_bits(), quantile(*p).to_bits(), "{p:e}");
            }
        }
    }

    #[test]
    fn one_undoes_the_other() {
        for at in 1..1000 {
            let p = f64::from(at) / 1000.0;
            assert!((cumulative(quantile(p)) - p).abs() < 1e-14, "{p}");
        }
    }
}
