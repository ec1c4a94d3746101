//! The sign-in page and its second step: plain forms that work without scripts.

use crate::components::{Note, NoteKind, Symbol};
use crate::i18n::{Lang, use_lang};
use crate::model::filter::percent_encode;
use crate::model::session::SignInProblem;
#[cfg(not(feature = "hydrate"))]
use crate::model::session::SignInProvider;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page at `/login`; `next` is where to go afterwards, `problem` why it is shown again.
#[component]
pub fn SignInPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map().get_untracked();
    let problem = query.get_str("problem").and_then(SignInProblem::from_slug);
    let next = query.get_str("next").unwrap_or_default().to_owned();
    let provider = provider_link(&next, lang);
    let language = |other: Lang| {
        view! {
            <a href=format!("/login?lang={}", other.tag()) rel="external" lang=other.tag()
                aria-current=(other == lang).then_some("true")>{other.own_name()}</a>
        }
    };
    view! {
        <Title text=lang.sign_in()/>
        <main class="signin">
            <div class="left">
                <div class="row">
                    <span class="wordmark">
                        <svg width="28" height="28" aria-hidden="true"><use href=Symbol::Brand.href()></use></svg>
                        "benchwatch"
                    </span>
                    <div class="seg" role="group" aria-label=lang.language()>{Lang::ALL.map(language).collect_view()}</div>
                </div>
                <form method="post" action="/login">
                    <h1>{lang.sign_in()}</h1>
                    {problem.map(|problem| view! { <Note kind=NoteKind::Warn text=problem_text(problem, lang) role="alert"/> })}
                    <input type="hidden" name="next" value=next/>
                    <div class="field">
                        <label for="u">{lang.user_name()}</label>
                        <input class="input" id="u" name="username" autocomplete="username" required/>
                    </div>
                    <div class="field">
                        <label for="p">{lang.password()}</label>
                        <input class="input" id="p" name="password" type="password" autocomplete="current-password" required
                            aria-describedby="ph"/>
                        <span class="help" id="ph">{lang.password_help()}</span>
                    </div>
                    <button class="btn primary" type="submit">{lang.sign_in()}</button>
                    {provider}
                </form>
            </div>
        </main>
    }
}

/// The way to the identity provider, where there is one: a link, because forms may lead to this site only.
fn provider_link(next: &str, lang: Lang) -> Option<AnyView> {
    let name = use_provider()?;
    let mut href = "/login/provider".to_owned();
    if !next.is_empty() {
        href.push_str("?next=");
        percent_encode(next, &mut href);
    }
    Some(view! { <a class="btn" href=href rel="external">{lang.sign_in_with(&name)}</a> }.into_any())
}

/// The provider's name: on the server from the configuration, in the browser from the document.
fn use_provider() -> Option<String> {
    #[cfg(feature = "hydrate")]
    return document().document_element()?.get_attribute("data-provider");
    #[cfg(not(feature = "hydrate"))]
    use_context::<SignInProvider>().map(|provider| provider.0)
}

/// The page at `/login/code`: the second step, a plain form too.
#[component]
pub fn SecondStepPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map().get_untracked();
    let problem = query.get_str("problem").and_then(SignInProblem::from_slug);
    view! {
        <Title text=lang.second_step()/>
        <main class="signin">
            <div class="left">
                <div class="row">
                    <span class="wordmark">
                        <svg width="28" height="28" aria-hidden="true"><use href=Symbol::Brand.href()></use></svg>
                        "benchwatch"
                    </span>
                </div>
                <form method="post" action="/login/code">
                    <h1>{lang.second_step()}</h1>
                    {problem.map(|problem| view! { <Note kind=NoteKind::Warn text=problem_text(problem, lang) role="alert"/> })}
                    <div class="field">
                        <label for="c">{lang.second_step_code()}</label>
                        <input class="input" id="c" name="code" autocomplete="one-time-code" maxlength="40" required
                            autocapitalize="none" spellcheck="false" aria-describedby="ch"/>
                        <span class="help" id="ch">{lang.second_step_help()}</span>
                    </div>
                    <button class="btn primary" type="submit">{lang.sign_in()}</button>
                    <p class="help"><a href="/login" rel="external">{lang.second_step_back()}</a></p>
                </form>
            </div>
        </main>
    }
}

const fn problem_text(problem: SignInProblem, lang: Lang) -> &'static str {
    match problem {
        SignInProblem::NoMatch => lang.sign_in_no_match(),
        SignInProblem::Throttled => lang.sign_in_throttled(),
        SignInProblem::BadCode => lang.second_step_wrong(),
        SignInProblem::NoKey => lang.second_step_no_key(),
        SignInProblem::ProviderSilent => lang.provider_silent(),
        SignInProblem::ProviderRefused => lang.provider_refused(),
        SignInProblem::NotAdmitted => lang.provider_not_admitted(),
        SignInProblem::SessionEnded => lang.sign_in_ended(),
    }
}
