//! What several pages say alike.

use crate::components::{Note, NoteKind, use_toasts};
use crate::error::AppError;
use crate::format;
use crate::i18n::Lang;
use crate::model::session::Role;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// A role's name.
pub(super) const fn role_name(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Viewer => lang.role_viewer(),
        Role::Manager => lang.role_manager(),
        Role::Admin => lang.role_admin(),
    }
}

/// Says what came of an action: a toast when it was done, a note when it was refused; `changed` is called when done.
pub(super) fn said<A>(action: ServerAction<A>, lang: Lang, changed: impl Fn() + Copy + Send + Sync + 'static) -> AnyView
where
    A: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    let (value, toasts) = (action.value(), use_toasts());
    Effect::new(move |_| {
        if value.get() == Some(Ok(())) {
            toasts.say(lang.sync_done());
            changed();
        }
    });
    let problem = move || value.get().and_then(Result::err);
    view! {
        <div class="said" aria-live="assertive">
            {move || problem().map(|error| view! { <Note kind=NoteKind::Bad text=error.in_words(lang) role="alert"/> })}
        </div>
    }
    .into_any()
}

/// A timing in words where it is one of the usual ones, else as it is written.
pub(super) fn timing(cron: &str, lang: Lang) -> String {
    let fields: Vec<&str> = cron.split_whitespace().collect();
    if let [every, "*", "*", "*", "*"] = fields.as_slice()
        && let Some(minutes) = every.strip_prefix("*/")
    {
        return lang.schedule_minutes(minutes);
    }
    let [minute, hour, day, "*", weekday] = fields.as_slice() else { return cron.to_owned() };
    let (Ok(minute), Ok(hour)) = (minute.parse::<u8>(), hour.parse::<u8>()) else { return cron.to_owned() };
    let at = format!("{hour:02}:{minute:02}");
    match (*day, *weekday) {
        ("*", "*") => lang.schedule_daily(&at),
        (day, "*") if day.parse::<u8>().is_ok() => lang.delivery_on_day(day, &at),
        ("*", weekday) => match weekday.parse::<usize>() {
            // Sunday is 0 or 7.
            Ok(number @ 0..=7) => lang.delivery_on_weekday(format::weekday_name((number + 6) % 7, lang), &at),
            _ => cron.to_owned(),
        },
        _ => cron.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_timings_are_told_in_words() {
        assert_eq!(timing("*/5 * * * *", Lang::En), "every 5 min");
        assert_eq!(timing("30 2 * * *", Lang::Es), "cada día, 02:30");
        assert_eq!(timing("0 3 * * 0", Lang::En), "every week, Sunday 03:00");
        assert_eq!(timing("0 3 * * 1", Lang::En), "every week, Monday 03:00");
        assert_eq!(timing("5 7 28 * *", Lang::En), "every month, day 28, 07:05");
        assert_eq!(timing("0 6 * * 1-5", Lang::En), "0 6 * * 1-5");
        assert_eq!(timing("nonsense", Lang::En), "nonsense");
    }
}
