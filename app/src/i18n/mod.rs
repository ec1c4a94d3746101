//! The two languages of the interface and the messages in them. A message is a method of [`Lang`], made by
//! [`catalogue!`]; leaving out a translation does not compile. Formats of numbers and dates are in `format`.
//!
//! ```ignore
//! catalogue! {
//!     late_orders(n: &str) => "{n} orders late", "{n} pedidos atrasados";
//!     sign_out => "Sign out", "Cerrar sesión";
//! }
//! let lang = use_lang();
//! view! { <b>{lang.late_orders(&count(12, lang))}</b> <button>{lang.sign_out()}</button> }
//! ```

mod accounts;
mod customers;
mod deliveries;
mod filters;
mod frame;
mod invitations;
mod mix;
mod operations;
mod overview;
mod priority;
mod quality;
mod records;
mod settings;
mod sheets;
mod sign_in;
mod states;
mod sync;
mod turnaround;
mod views;
mod words;

use leptos::prelude::{provide_context, use_context};

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Spanish.
    Es,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::En, Self::Es];

    /// The tag for `lang` attributes, the `lang` parameter and the cookie.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Es => "es",
        }
    }

    /// Its own name for itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Es => "Español",
        }
    }

    /// The language with this tag; regional tags such as `es-MX` count.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "es" => Some(Self::Es),
            _ => None,
        }
    }

    /// The language to answer in: the `lang` parameter, else the cookie, else the best of `Accept-Language`, else English.
    #[must_use]
    pub fn choose(parameter: Option<&str>, cookie: Option<&str>, accept: Option<&str>) -> Self {
        parameter
            .and_then(Self::from_tag)
            .or_else(|| cookie.and_then(Self::from_tag))
            .or_else(|| accept.and_then(Self::best_accepted))
            .unwrap_or_default()
    }

    fn best_accepted(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for entry in header.split(',') {
            let (tag, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let weight = parameters.trim().strip_prefix("q=").map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if let Some(lang) = Self::from_tag(tag.trim())
                && weight > best.map_or(0.0, |(most, _)| most)
            {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }

    /// Picks the value for this language.
    #[must_use]
    pub fn pick<T>(self, english: T, spanish: T) -> T {
        match self {
            Self::En => english,
            Self::Es => spanish,
        }
    }
}

/// Puts the language of this request, or of this page in the browser, into the context.
pub fn provide_lang(lang: Lang) {
    provide_context(lang);
}

/// The language of this page; English where none was provided.
#[must_use]
pub fn use_lang() -> Lang {
    use_context().unwrap_or_default()
}

/// The language of the document that the server sent, for hydration: its `lang` attribute.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn document_lang() -> Lang {
    leptos::prelude::document()
        .document_element()
        .and_then(|root| root.get_attribute("lang"))
        .and_then(|tag| Lang::from_tag(&tag))
        .unwrap_or_default()
}

/// Makes a method of [`Lang`] of each message: `name => "English", "Spanish";` answers `&'static str`,
/// `name(argument: Type) => "… {argument} …", "… {argument} …";` answers a `String`.
macro_rules! catalogue {
    ($($name:ident $(($($argument:ident : $type:ty),+))? => $english:literal, $spanish:literal;)+) => {
        impl $crate::i18n::Lang {
            $($crate::i18n::catalogue!(@message $name $(($($argument : $type),+))? $english, $spanish);)+
        }
    };
    (@message $name:ident $english:literal, $spanish:literal) => {
        #[doc = concat!("“", $english, "”")]
        #[must_use]
        pub const fn $name(self) -> &'static str {
            match self {
                Self::En => $english,
                Self::Es => $spanish,
            }
        }
    };
    (@message $name:ident ($($argument:ident : $type:ty),+) $english:literal, $spanish:literal) => {
        #[doc = concat!("“", $english, "”")]
        #[must_use]
        pub fn $name(self, $($argument: $type),+) -> String {
            match self {
                Self::En => format!($english),
                Self::Es => format!($spanish),
            }
        }
    };
}

pub(crate) use catalogue;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameter_beats_the_cookie_and_the_cookie_beats_the_browser() {
        assert_eq!(Lang::choose(Some("es"), Some("en"), Some("en")), Lang::Es);
        assert_eq!(Lang::choose(None, Some("es"), Some("en")), Lang::Es);
        assert_eq!(Lang::choose(None, None, Some("es-MX")), Lang::Es);
        assert_eq!(Lang::choose(Some("xx"), None, None), Lang::En);
    }

    #[test]
    fn the_language_that_the_browser_likes_best_wins() {
        let accept = |header| Lang::choose(None, None, Some(header));
        assert_eq!(accept("de, en;q=0.5, es;q=0.8"), Lang::Es);
        assert_eq!(accept("de-DE,de;q=0.9"), Lang::En);
        assert_eq!(accept("es;q=0"), Lang::En);
        assert_eq!(accept(";;,,q="), Lang::En);
    }

    #[test]
    fn messages_take_arguments_in_both_languages() {
        assert_eq!(Lang::En.data_as_of("07:33"), "Data as of 07:33");
        assert_eq!(Lang::Es.data_as_of("07:33"), "Datos de las 07:33");
    }
}
