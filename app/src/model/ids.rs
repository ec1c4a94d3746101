//! Record ids as QBench issues them: one type an entity, so that they cannot be mixed up.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(/// A customer account.
    CustomerId);
id!(/// An order: what a customer sent in at one time.
    OrderId);
id!(/// A sample of an order.
    SampleId);
id!(/// A test: one assay run on one sample.
    TestId);
id!(/// A batch of tests run together.
    BatchId);
id!(/// An assay: the method behind a test.
    AssayId);
