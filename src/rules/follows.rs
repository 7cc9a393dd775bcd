//! Which breaches one mistake explains together.

use super::id::RuleId::{
    self, A01, A02, A03, A04, A05, A06, A07, A08, A09, A10, A12, Q03, Q06, Q07, Q08, Q10, Q11, Q12, Q13, Q14, Q15, Q16,
    R01, R02, R03, R06, R07, R08, S03,
};

/// Rules so basic that whoever breaks one of them is likely to break this one by the same mistake.
pub fn follows(rule: RuleId) -> &'static [RuleId] {
    match rule {
        Q08 => &[Q13],
        Q06 | Q07 | Q11 => &[Q08],
        Q15 => &[Q10],
        Q12 => &[Q03, Q07],
        A01 | A02 => &[Q14],
        A03 => &[Q14, A02],
        A04 => &[Q14, A02, A03],
        A05 => &[Q14, A02, A03, A04],
        A10 => &[Q14, A01, A02, A03, A04, A05],
        A08 => &[Q16, Q14, A01, A02, A03, A04, A05, A10],
        A07 | A12 => &[Q14, A01, A02, A03, A04, A05, A10, A08],
        A09 => &[Q14, A01, A02, A03, A04, A05, A10, A08, A07],
        A06 => &[Q14, A08],
        R06 => &[Q14, A01, A02, A03, A04, A05, A09],
        R01 => &[A02, A03, A04, A05, A10, A08],
        R02 => &[R01],
        R07 => &[R03],
        R08 => &[A01, A10, A08],
        S03 => &[Q03],
        _ => &[],
    }
}
