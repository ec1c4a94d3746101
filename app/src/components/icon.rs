//! The icons, by name. Their drawings stand once in every document (`icons.svg`); each use refers to one.

use leptos::prelude::*;

macro_rules! symbols {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)+) => {
        /// A drawing of the sprite.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Symbol {
            $($(#[$doc])* $name,)+
        }

        impl Symbol {
            /// Every symbol.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The reference to its drawing.
            #[must_use]
            pub const fn href(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("#", $id),)+
                }
            }
        }
    };
}

symbols! {
    /// A trace: the overview.
    Overview = "i-overview",
    /// A stop watch: priority orders.
    Priority = "i-priority",
    /// A distribution: turnaround.
    Turnaround = "i-tat",
    /// A funnel: operations.
    Operations = "i-ops",
    /// A shield: quality.
    Quality = "i-quality",
    /// People: customers.
    Customers = "i-customers",
    /// Panes: product mix.
    Mix = "i-mix",
    /// A flask: records.
    Records = "i-records",
    /// Two arrows: synchronisation.
    Sync = "i-sync",
    /// A lens.
    Search = "i-search",
    /// Opens downwards.
    Chevron = "i-chev",
    /// Opens to the right.
    Right = "i-right",
    /// Points up.
    Up = "i-up",
    /// Removes or closes.
    Cross = "i-x",
    /// Adds.
    Plus = "i-plus",
    /// Explains.
    Info = "i-info",
    /// Shares.
    Share = "i-share",
    /// Three dots: more.
    More = "i-more",
    /// A calendar.
    Calendar = "i-cal",
    /// Filters.
    Filter = "i-filter",
    /// A link.
    Link = "i-link",
    /// Downloads.
    Download = "i-down",
    /// Done.
    Check = "i-check",
    /// A warning triangle.
    Warning = "i-warn",
    /// Pauses.
    Pause = "i-pause",
    /// Leads outside.
    External = "i-ext",
    /// Again.
    Refresh = "i-refresh",
    /// A clock: late.
    Clock = "i-clock",
    /// Seen.
    Eye = "i-eye",
    /// Light and dark.
    Sun = "i-sun",
    /// A list: menu.
    Menu = "i-menu",
    /// Alerts.
    Bell = "i-bell",
    /// A picture.
    Image = "i-img",
    /// Prints.
    Print = "i-print",
    /// A favourite.
    Star = "i-star",
    /// Mail.
    Mail = "i-mail",
    /// Nothing.
    Dash = "i-dash",
    /// Starts.
    Play = "i-play",
    /// Sends.
    Send = "i-send",
    /// Stops.
    Stop = "i-stop",
    /// A diamond: at risk.
    Risk = "i-risk",
    /// A person: the account.
    User = "i-user",
    /// A keyboard.
    Keyboard = "i-key",
    /// A globe: the language.
    Globe = "i-globe",
    /// State glyph, dashed ring: waiting.
    GlyphRing = "g-ring",
    /// State glyph, one quarter: staged.
    GlyphQuarter = "g-q1",
    /// State glyph, one half: working.
    GlyphHalf = "g-q2",
    /// State glyph, three quarters: review.
    GlyphThreeQuarters = "g-q3",
    /// State glyph, pause: on hold.
    GlyphHold = "g-hold",
    /// State glyph, loop: rework.
    GlyphLoop = "g-redo",
    /// State glyph, full disc: done.
    GlyphFull = "g-full",
    /// State glyph, solid square: reported.
    GlyphSent = "g-sent",
    /// State glyph, slash: void.
    GlyphSlash = "g-slash",
    /// State glyph, dot in a ring: unknown.
    GlyphUnknown = "g-unk",
    /// The mark of the product.
    Brand = "brand",
}

/// An icon of 16 px beside a text that says the same; hidden from screen readers.
pub fn icon(symbol: Symbol) -> impl IntoView {
    icon_with("i", symbol)
}

/// An icon with these classes.
pub fn icon_with(class: &'static str, symbol: Symbol) -> impl IntoView {
    view! { <svg class=class aria-hidden="true"><use href=symbol.href()></use></svg> }
}

/// A state glyph, sized and coloured by the pill around it.
pub fn glyph(symbol: Symbol) -> impl IntoView {
    view! { <svg viewBox="0 0 16 16" aria-hidden="true"><use href=symbol.href()></use></svg> }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::components::ICON_SPRITE;

    #[test]
    fn every_symbol_is_drawn_once_in_the_sprite_and_every_drawing_has_a_name() {
        for symbol in Symbol::ALL {
            let id = format!("<symbol id=\"{}\"", symbol.href().trim_start_matches('#'));
            assert_eq!(ICON_SPRITE.matches(&id).count(), 1, "{id}");
        }
        assert_eq!(ICON_SPRITE.matches("<symbol ").count(), Symbol::ALL.len());
    }
}
