//! Badges: a judgement in a few words, always with its icon.

use super::icon::{Symbol, icon};
use leptos::prelude::*;

/// How something is to be judged; the only meanings that have a colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// No judgement.
    #[default]
    Neutral,
    /// Past its target.
    Late,
    /// Likely to miss its target.
    Risk,
    /// Close to its target, or odd.
    Warn,
    /// As it should be.
    Good,
}

impl Tone {
    /// The class of badges and of the text colour (`c-…`).
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Neutral => "",
            Self::Late => "late",
            Self::Risk => "risk",
            Self::Warn => "warn",
            Self::Good => "good",
        }
    }

    /// The class that colours a text, empty for no judgement.
    #[must_use]
    pub const fn text_class(self) -> &'static str {
        match self {
            Self::Neutral => "",
            Self::Late => "c-late",
            Self::Risk => "c-risk",
            Self::Warn => "c-warn",
            Self::Good => "c-good",
        }
    }

    /// The CSS colour of fills.
    #[must_use]
    pub const fn fill(self) -> &'static str {
        match self {
            Self::Neutral => "var(--c1)",
            Self::Late => "var(--late-fill)",
            Self::Risk => "var(--risk-fill)",
            Self::Warn => "var(--warn-fill)",
            Self::Good => "var(--good-fill)",
        }
    }

    /// The icon that says the same without colour.
    #[must_use]
    pub const fn symbol(self) -> Option<Symbol> {
        match self {
            Self::Neutral => None,
            Self::Late => Some(Symbol::Clock),
            Self::Risk => Some(Symbol::Risk),
            Self::Warn => Some(Symbol::Warning),
            Self::Good => Some(Symbol::Check),
        }
    }
}

/// A short judgement: "+5 d 22 h" late, "due in 3 h" at risk, "done" good.
#[component]
pub fn Badge(
    /// The judgement; neutral has neither colour nor icon.
    #[prop(optional)]
    tone: Tone,
    /// Another icon than the one of the tone.
    #[prop(optional, into)]
    symbol: Option<Symbol>,
    /// The words.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <span class=format!("badge {}", tone.word())>{symbol.or_else(|| tone.symbol()).map(icon)}{text}</span> }
}
