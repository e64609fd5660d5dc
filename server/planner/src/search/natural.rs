//! Logarithm and exponential made of additions, products and quotients alone.
//!
//! Those are rounded the same on every machine; the standard library's transcendental functions are not
//! promised to be. Annealing needs six digits, these have twelve.

use std::f64::consts::{LN_2, LOG2_E};

/// The natural logarithm of a positive number; of anything else, that of the smallest one.
pub fn logarithm(number: f64) -> f64 {
    let number = if number >= f64::MIN_POSITIVE { number } else { f64::MIN_POSITIVE };
    let bits = number.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64 - 1_023;
    let mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | 0x3ff0_0000_0000_0000);
    // ln m = 2 artanh((m - 1) / (m + 1)), with a third at most as its argument.
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let mut sum = 0.0;
    for odd in (0..14).rev() {
        sum = sum * square + 1.0 / f64::from(2 * odd + 1);
    }
    2.0 * ratio * sum + exponent as f64 * LN_2
}

/// e to that power, within the range that is no overflow.
pub fn exponential(power: f64) -> f64 {
    let power = power.clamp(-700.0, 700.0);
    // Truncation instead of rounding: the rest is then below 1 in size, which the series takes as well.
    let doublings = (power * LOG2_E) as i64;
    let rest = power - doublings as f64 * LN_2;
    let mut sum = 1.0;
    for term in (1..20).rev() {
        sum = 1.0 + sum * rest / f64::from(term);
    }
    sum * f64::from_bits(((doublings + 1_023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_agree_with_the_standard_library() {
        for number in [1e-300, 1e-9, 0.1, 0.5, 0.999, 1.0, 1.5, 2.0, 3.0, 1e9] {
            let error = logarithm(number) - f64::ln(number);
            assert!(error.abs() < 1e-11, "{number}: {error}");
        }
        for power in [-50.0, -3.3, -1.0, -0.1, 0.0, 0.1, 1.0, 4.605, 50.0] {
            let ratio = exponential(power) / f64::exp(power);
            assert!((ratio - 1.0).abs() < 1e-12, "{power}: {ratio}");
        }
    }
}
