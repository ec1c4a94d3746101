//! The states of QBench as pills: ten families, each with a colour and a glyph that fills as the record advances.

use super::icon::{Symbol, glyph};
use crate::i18n::{Lang, use_lang};
use leptos::prelude::*;
use std::borrow::Cow;

/// What a state means for the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Not begun.
    Waiting,
    /// In a batch, not begun.
    Staged,
    /// Being worked on.
    Working,
    /// Results are being checked.
    Review,
    /// Stopped until somebody decides.
    Hold,
    /// To be done again.
    Rework,
    /// All work done.
    Done,
    /// Sent to the customer.
    Reported,
    /// Will never be reported.
    Void,
    /// A state that this product does not know.
    Unknown,
}

impl Family {
    /// The family of a state as QBench spells it, in any case. Unlisted states with REVIEW or HOLD in them count as such.
    #[must_use]
    pub fn of(state: &str) -> Self {
        let state = state.trim().to_uppercase();
        match state.as_str() {
            "CREATED" | "REGISTERED" | "NOT STARTED" => Self::Waiting,
            "BATCHED" | "WEIGHED" => Self::Staged,
            "IN PROGRESS" | "RUNNING" => Self::Working,
            "NEEDS SECOND CHECK" | "SECOND CHECK DONE" => Self::Review,
            "RERUN" | "RE-PREP" => Self::Rework,
            "COMPLETED" | "APPROVED" | "REPORTABLE/PARTIAL" => Self::Done,
            "REPORTED" => Self::Reported,
            "NOT REPORTABLE" | "CANCELLED" | "CLIENT CANCELLED" | "DISCONTINUED" => Self::Void,
            other if other.contains("REVIEW") => Self::Review,
            other if other.contains("HOLD") => Self::Hold,
            _ => Self::Unknown,
        }
    }

    /// Its word in class names and colour tokens (`state.…` of charts, `--st-…-glyph` in CSS).
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Staged => "staged",
            Self::Working => "working",
            Self::Review => "review",
            Self::Hold => "hold",
            Self::Rework => "rework",
            Self::Done => "done",
            Self::Reported => "reported",
            Self::Void => "void",
            Self::Unknown => "unknown",
        }
    }

    /// Its glyph, which fills as the record advances.
    #[must_use]
    pub const fn symbol(self) -> Symbol {
        match self {
            Self::Waiting => Symbol::GlyphRing,
            Self::Staged => Symbol::GlyphQuarter,
            Self::Working => Symbol::GlyphHalf,
            Self::Review => Symbol::GlyphThreeQuarters,
            Self::Hold => Symbol::GlyphHold,
            Self::Rework => Symbol::GlyphLoop,
            Self::Done => Symbol::GlyphFull,
            Self::Reported => Symbol::GlyphSent,
            Self::Void => Symbol::GlyphSlash,
            Self::Unknown => Symbol::GlyphUnknown,
        }
    }
}

/// A state in words; one that is not known stays as QBench sends it, and none at all is "Unknown".
#[must_use]
pub fn state_name(state: &str, lang: Lang) -> Cow<'_, str> {
    let known = match state.trim().to_uppercase().as_str() {
        "CREATED" => lang.state_created(),
        "REGISTERED" => lang.state_registered(),
        "NOT STARTED" => lang.state_not_started(),
        "BATCHED" => lang.state_batched(),
        "WEIGHED" => lang.state_weighed(),
        "IN PROGRESS" => lang.state_in_progress(),
        "RUNNING" => lang.state_running(),
        "IN REVIEW" => lang.state_in_review(),
        "NEEDS REVIEW (LAB)" => lang.state_needs_review_lab(),
        "NEEDS REVIEW (DATA TEAM)" => lang.state_needs_review_data(),
        "NEEDS SECOND CHECK" => lang.state_needs_second_check(),
        "SECOND CHECK DONE" => lang.state_second_check_done(),
        "ON HOLD" => lang.state_on_hold(),
        "RERUN" => lang.state_rerun(),
        "RE-PREP" => lang.state_re_prep(),
        "COMPLETED" => lang.state_completed(),
        "APPROVED" => lang.state_approved(),
        "REPORTABLE/PARTIAL" => lang.state_partial(),
        "REPORTED" => lang.state_reported(),
        "NOT REPORTABLE" => lang.state_not_reportable(),
        "CANCELLED" => lang.state_cancelled(),
        "CLIENT CANCELLED" => lang.state_client_cancelled(),
        "DISCONTINUED" => lang.state_discontinued(),
        "" | "UNKNOWN" => lang.state_unknown(),
        _ => return Cow::Borrowed(state),
    };
    Cow::Borrowed(known)
}

/// A state as a pill: glyph and word.
#[component]
pub fn StatePill(
    /// The state as QBench spells it.
    #[prop(into)]
    state: String,
    /// Without tint, for columns where the state is not the point.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    let family = Family::of(&state);
    // A partial report is done work of which a part is out: three quarters of the glyph, the colour of done.
    let partial = state.trim().eq_ignore_ascii_case("REPORTABLE/PARTIAL");
    let symbol = if partial { Symbol::GlyphThreeQuarters } else { family.symbol() };
    let class = format!("pill st-{}{}", family.word(), if plain { " plain" } else { "" });
    view! { <span class=class>{glyph(symbol)}{state_name(&state, use_lang()).into_owned()}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_state_has_a_family_and_a_word_in_both_languages() {
        for (state, family) in [
            ("CREATED", Family::Waiting),
            ("WEIGHED", Family::Staged),
            ("In Progress", Family::Working),
            ("NEEDS REVIEW (DATA TEAM)", Family::Review),
            ("SECOND CHECK DONE", Family::Review),
            ("ON HOLD", Family::Hold),
            ("RE-PREP", Family::Rework),
            ("REPORTABLE/PARTIAL", Family::Done),
            ("REPORTED", Family::Reported),
            ("CLIENT CANCELLED", Family::Void),
        ] {
            assert_eq!(Family::of(state), family, "{state}");
            assert_ne!(state_name(state, Lang::Es), state, "{state}");
        }
    }

    #[test]
    fn unlisted_states_keep_their_text_and_are_placed_by_what_they_name() {
        assert_eq!(Family::of("AWAITING COURIER"), Family::Unknown);
        assert_eq!(Family::of("QA REVIEW PENDING"), Family::Review);
        assert_eq!(Family::of("CLIENT HOLD"), Family::Hold);
        assert_eq!(state_name("Awaiting courier", Lang::Es), "Awaiting courier");
        assert_eq!(state_name("", Lang::Es), "Desconocido");
    }
}
