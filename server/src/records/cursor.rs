//! The text form of a place in a list: what `after` and `before` hold in a URL. It names the order that it belongs to,
//! so that a mark of another order is refused instead of misread.

use crate::db::records::Mark;
use app::error::AppError;
use app::model::records::{Direction, Sort};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// A place in a list, and how many rows come before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// Sort column and direction.
    order: (Sort, Direction),
    /// The value there.
    value: Option<String>,
    /// The id there.
    id: i32,
    /// Rows before it when it was handed out.
    pub before: u64,
}

impl Place {
    pub fn new(order: (Sort, Direction), mark: &Mark, before: u64) -> Self {
        Self { order, value: mark.value.clone(), id: mark.id, before }
    }

    /// The text for a URL.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads the text again, for a list in this order.
    pub fn read(field: &'static str, text: &str, order: (Sort, Direction)) -> Result<Self, AppError> {
        URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok())
            .filter(|place| place.order == order && !place.value.as_ref().is_some_and(|value| value.contains('\0')))
            .ok_or_else(|| unusable(field))
    }

    pub fn mark(&self) -> Mark {
        Mark { value: self.value.clone(), id: self.id }
    }
}

/// The error for a mark that no list of this order handed out.
pub(super) fn unusable(field: &'static str) -> AppError {
    AppError::Invalid {
        field: field.to_owned(),
        why: "is not a place in this list; begin at its first page".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_text_and_fits_only_its_own_order() {
        let order = (Sort::Name, Direction::Ascending);
        let place = Place::new(order, &Mark { value: Some("ñandú ‑ 1".to_owned()), id: 7 }, 50);
        let text = place.to_text();
        assert_eq!(Place::read("after", &text, order), Ok(place));
        assert!(Place::read("after", &text, (Sort::Name, Direction::Descending)).is_err());
        for broken in ["", "x", "bm90IGpzb24", &text[1..]] {
            assert_eq!(Place::read("after", broken, order), Err(unusable("after")), "{broken}");
        }
    }
}
