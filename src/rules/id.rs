//! The IDs of the rules.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! rule_ids {
    ($($id:ident)*) => {
        /// The permanent ID of a rule, never used again for another.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[schemars(with = "String")]
        #[expect(missing_docs, reason = "the rule of each says what it is")]
        pub enum RuleId { $($id),* }

        impl RuleId {
            /// As it is written.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$id => stringify!($id)),* }
            }
        }
    };
}

rule_ids! {
    A01 A02 A03 A04 A05 A06 A07 A08 A09 A10 A12
    Q01 Q02 Q03 Q04 Q05 Q06 Q07 Q08 Q09 Q10 Q11 Q12 Q13 Q14 Q15 Q16
    R01 R02 R03 R04 R05 R06 R07 R08
    S01 S02 S03 S04 S05
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
