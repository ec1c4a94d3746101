//! What stands in the document itself, outside the application: the icon sprite and the script that runs before the WASM.
//! The shell puts the script into the head with the request's nonce, and the sprite at the end of the body, where it
//! does not disturb hydration.

/// The script for the head: theme switch, menus, dialogs, forms as links, keys, loading of the chart element.
/// It sets the cookies `theme` and `lang`.
#[cfg(feature = "ssr")]
pub const BOOT_SCRIPT: &str = include_str!("boot.js");

/// The drawings of all icons, as an invisible `<svg>`.
#[cfg(feature = "ssr")]
pub const ICON_SPRITE: &str = include_str!("icons.svg");

/// The value for `data-theme` on the root element, from the cookie `theme`; without it the system's scheme holds.
#[must_use]
pub fn theme_of_cookie(cookie: Option<&str>) -> Option<&'static str> {
    match cookie {
        Some("dark") => Some("dark"),
        Some("light") => Some("light"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::theme_of_cookie;

    #[test]
    fn only_the_two_themes_reach_the_document() {
        assert_eq!(theme_of_cookie(Some("dark")), Some("dark"));
        assert_eq!(theme_of_cookie(Some("\"><script>")), None);
        assert_eq!(theme_of_cookie(None), None);
    }
}
