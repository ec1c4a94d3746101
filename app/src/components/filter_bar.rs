//! The filter bar, the same on every page: ranges, buckets and comparison as links, dates and fields as small GET forms,
//! chips that take a filter away. Every state of it is the URL; `boot.js` only saves the click on Apply.

use super::guest::use_guest;
use super::icon::{Symbol, icon, icon_with};
use super::lead::may_open;
use super::state::state_name;
use crate::format;
use crate::i18n::{Lang, use_lang};
use crate::model::filter::{AsOf, Filter, default_sla_hours, percent_decode};
use crate::model::overview::FilterOptions;
use crate::model::period::{Bucket, Comparison, DayRange, Preset, Range};
use crate::model::views::Guest;
use chrono::NaiveDate;
use leptos::prelude::*;

/// A field that a page lets its reader filter by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterField {
    /// A customer.
    Customer,
    /// An accessioning type.
    Type,
    /// A matrix.
    Matrix,
    /// An assay label.
    Label,
    /// A state.
    State,
    /// The turnaround target.
    Target,
    /// The moment as of which everything is shown; every bar has it.
    AsOf,
}

impl FilterField {
    /// Every field, in the order of the panel.
    pub const ALL: [Self; 7] =
        [Self::Customer, Self::Type, Self::Matrix, Self::Label, Self::State, Self::Target, Self::AsOf];

    const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Type => "type",
            Self::Matrix => "matrix",
            Self::Label => "label",
            Self::State => "state",
            Self::Target => "sla",
            Self::AsOf => "as_of",
        }
    }

    fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Customer => lang.customer(),
            Self::Type => lang.sample_type(),
            Self::Matrix => lang.matrix(),
            Self::Label => lang.label(),
            Self::State => lang.state(),
            Self::Target => lang.target_label(),
            Self::AsOf => lang.as_of(),
        }
    }

    /// The value in force, as it stands in the URL.
    fn value(self, filter: &Filter) -> Option<String> {
        match self {
            Self::Customer => filter.customer.map(|id| id.to_string()),
            Self::Type => filter.sample_type.clone(),
            Self::Matrix => filter.matrix.clone(),
            Self::Label => filter.label.clone(),
            Self::State => filter.state.clone(),
            Self::Target => {
                ((filter.sla_hours - default_sla_hours()).abs() > f64::EPSILON).then(|| filter.sla_hours.to_string())
            }
            Self::AsOf => filter.as_of.map(|as_of| as_of.to_string()),
        }
    }

    fn without(self, filter: &Filter) -> Filter {
        let mut other = filter.clone();
        match self {
            Self::Customer => other.customer = None,
            Self::Type => other.sample_type = None,
            Self::Matrix => other.matrix = None,
            Self::Label => other.label = None,
            Self::State => other.state = None,
            Self::Target => other.sla_hours = default_sla_hours(),
            Self::AsOf => other.as_of = None,
        }
        other
    }

    /// What can be chosen: value and words.
    fn choices(self, options: &FilterOptions, lang: Lang) -> Vec<(String, String)> {
        let plain = |texts: &[String]| texts.iter().map(|text| (text.clone(), text.clone())).collect();
        match self {
            Self::Customer => options.customers.iter().map(|one| (one.id.to_string(), one.name.clone())).collect(),
            Self::Type => plain(&options.sample_types),
            Self::Matrix => plain(&options.matrices),
            Self::Label => plain(&options.labels),
            Self::State => {
                options.states.iter().map(|state| (state.clone(), state_name(state, lang).into_owned())).collect()
            }
            Self::Target | Self::AsOf => Vec::new(),
        }
    }

    /// The value in force in words.
    fn value_in_words(self, value: &str, options: &FilterOptions, lang: Lang) -> String {
        match self {
            Self::Target => return value.parse().map_or_else(|_| value.to_owned(), format::target),
            Self::AsOf => return AsOf::parse(value).map_or_else(|| value.to_owned(), |as_of| as_of.in_words(lang)),
            _ => {}
        }
        self.choices(options, lang)
            .into_iter()
            .find(|(choice, _)| choice == value)
            .map_or_else(|| value.to_owned(), |(_, words)| words)
    }
}

/// Where the links of a bar lead: a path, and parameters of the page that are not part of the filter.
#[derive(Clone)]
struct Place {
    path: String,
    keep: Vec<(String, String)>,
}

impl Place {
    fn href(&self, filter: &Filter) -> String {
        filter.href_with(&self.path, self.keep.clone())
    }

    /// Hidden inputs for everything in force but the named parameters. The range is there in any case: scripts send no
    /// empty values, and what is left must still name the filter.
    fn hidden(&self, filter: &Filter, except: &[&str]) -> Vec<AnyView> {
        let usual = Filter::default();
        let range = if filter.range == usual.range { usual.named() } else { String::new() };
        let query = format!("{range}&{}", filter.to_query());
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let pairs = pairs.map(|(name, value)| (name.to_owned(), percent_decode(value)));
        pairs
            .chain(self.keep.iter().cloned())
            .filter(|(name, _)| !except.contains(&name.as_str()))
            .map(|(name, value)| view! { <input type="hidden" name=name value=value/> }.into_any())
            .collect()
    }
}

/// The filter bar.
#[component]
pub fn FilterBar(
    /// The page's path.
    #[prop(into)]
    path: String,
    /// The filter in force.
    filter: Filter,
    /// The days that it means.
    days: DayRange,
    /// Today in the laboratory.
    today: NaiveDate,
    /// What can be chosen.
    options: FilterOptions,
    /// The fields that the page understands.
    #[prop(default = FilterField::ALL.to_vec())]
    fields: Vec<FilterField>,
    /// Parameters of the page that every link keeps, such as the order of its table.
    #[prop(optional)]
    keep: Vec<(String, String)>,
    /// False on pages without series: no bucket.
    #[prop(default = true)]
    buckets: bool,
    /// False on pages that compare nothing.
    #[prop(default = true)]
    compares: bool,
    /// False on pages that are about now: neither range nor dates.
    #[prop(default = true)]
    ranges: bool,
    /// Controls of the page itself, before the chips.
    #[prop(optional, into)]
    extra: ViewFn,
) -> impl IntoView {
    let lang = use_lang();
    let place = Place { path, keep };
    let mut fields = fields;
    if !fields.contains(&FilterField::AsOf) {
        fields.push(FilterField::AsOf);
    }
    let active = fields.iter().filter(|field| field.value(&filter).is_some()).count();
    if use_guest() == Some(Guest::Fixed) {
        return view! {
            <div class="filter" role="group" aria-label=lang.filters()>
                {ranges.then(|| view! { <b>{format::day_range(days, lang)}</b> })}
                {chips(&place, &filter, &fields, &options, lang)}
            </div>
        }
        .into_any();
    }
    let summary = if ranges { format!("{} · ", format::day_range(days, lang)) } else { String::new() };
    view! {
        <details class="filters">
            <summary class="btn">{icon(Symbol::Filter)}{summary}{lang.filters_count(active)}</summary>
            <div class="filter" role="search" aria-label=lang.filters()>
                {ranges.then(|| presets(&place, &filter, lang))}
                {ranges.then(|| dates(&place, &filter, days, today, lang))}
                {buckets.then(|| bucket_links(&place, &filter, days, lang))}
                {compares.then(|| comparison_menu(&place, &filter, days, lang))}
                {extra.run()}
                <span class="rule" aria-hidden="true"></span>
                {chips(&place, &filter, &fields, &options, lang)}
                {field_panel(&place, &filter, &fields, &options, lang)}
                {reset(&place, &filter, lang)}
            </div>
        </details>
    }
    .into_any()
}

const fn preset_name(preset: Preset, lang: Lang) -> &'static str {
    match preset {
        Preset::Today => lang.range_today(),
        Preset::Week => lang.range_week(),
        Preset::Month => lang.range_month(),
        Preset::Quarter => lang.range_quarter(),
        Preset::MonthToDate => lang.range_month_to_date(),
        Preset::QuarterToDate => lang.range_quarter_to_date(),
        Preset::YearToDate => lang.range_year_to_date(),
    }
}

/// A link of a segmented control.
fn segment(href: String, current: bool, text: &'static str) -> impl IntoView {
    view! { <a href=href aria-current=current.then_some("true") data-noscroll="">{text}</a> }
}

fn presets(place: &Place, filter: &Filter, lang: Lang) -> AnyView {
    let link = |preset: Preset| {
        let range = Range::Preset(preset);
        segment(place.href(&Filter { range, ..filter.clone() }), filter.range == range, preset_name(preset, lang))
    };
    view! {
        <div class="seg" role="group" aria-label=lang.range()>{Preset::ALL.map(link).collect_view()}</div>
    }
    .into_any()
}

fn dates(place: &Place, filter: &Filter, days: DayRange, today: NaiveDate, lang: Lang) -> AnyView {
    let shifted = |range: DayRange| place.href(&Filter { range: Range::Days(range), ..filter.clone() });
    let length = days.days();
    let later = DayRange { from: days.end(), to: days.end() + chrono::Duration::days(length - 1) };
    let later = (later.to <= today).then(|| {
        view! {
            <a class="btn icon quiet" href=shifted(later) aria-label=lang.later_period() data-period="later" data-noscroll="">
                {icon(Symbol::Right)}
            </a>
        }
    });
    view! {
        <span class="wrap period">
            <a
                class="btn icon quiet flip"
                href=shifted(days.previous())
                aria-label=lang.earlier_period()
                data-period="earlier"
                data-noscroll=""
            >
                {icon(Symbol::Right)}
            </a>
            <details class="menu">
                <summary class="btn">{icon(Symbol::Calendar)}{format::day_range(days, lang)}</summary>
                <form class="pop start filter-more" method="get" action=place.path.clone() data-nav="">
                    {place.hidden(filter, &["range", "from", "to"])}
                    <label class="field"><span class="lab">{lang.first_day()}</span>
                        <input class="input" type="date" name="from" value=days.from.to_string() required/></label>
                    <label class="field"><span class="lab">{lang.last_day()}</span>
                        <input class="input" type="date" name="to" value=days.to.to_string() required/></label>
                    <div class="acts"><button class="btn primary" type="submit">{lang.apply()}</button></div>
                </form>
            </details>
            {later}
        </span>
    }
    .into_any()
}

fn bucket_links(place: &Place, filter: &Filter, days: DayRange, lang: Lang) -> AnyView {
    let current = filter.bucket_for(days);
    let link = |bucket: Bucket| {
        let name = match bucket {
            Bucket::Day => lang.bucket_day(),
            Bucket::Week => lang.bucket_week(),
            Bucket::Month => lang.bucket_month(),
        };
        segment(place.href(&Filter { bucket: Some(bucket), ..filter.clone() }), bucket == current, name)
    };
    view! {
        <div class="seg" role="group" aria-label=lang.bucket()>{Bucket::ALL.map(link).collect_view()}</div>
    }
    .into_any()
}

fn comparison_name(compare: Comparison, days: DayRange, lang: Lang) -> String {
    match (compare, days.days()) {
        (Comparison::Previous, 1) => lang.compare_previous_day().to_owned(),
        (Comparison::Previous, n) => lang.compare_previous_days(n),
        (Comparison::Year, _) => lang.compare_year().to_owned(),
        (Comparison::None, _) => lang.compare_none().to_owned(),
    }
}

fn comparison_menu(place: &Place, filter: &Filter, days: DayRange, lang: Lang) -> AnyView {
    let link = |compare: Comparison| {
        let current = (compare == filter.compare).then_some("true");
        let href = place.href(&Filter { compare, ..filter.clone() });
        view! { <a href=href aria-current=current data-noscroll="">{comparison_name(compare, days, lang)}</a> }
    };
    view! {
        <details class="menu">
            <summary class="btn">
                {comparison_name(filter.compare, days, lang)}{icon_with("i chev", Symbol::Chevron)}
            </summary>
            <div class="pop start">
                <p class="cap">{lang.compare()}</p>
                {Comparison::ALL.map(link).collect_view()}
            </div>
        </details>
    }
    .into_any()
}

fn chips(
    place: &Place,
    filter: &Filter,
    fields: &[FilterField],
    options: &FilterOptions,
    lang: Lang,
) -> Vec<impl IntoView + use<>> {
    let chip = |field: &FilterField| {
        let value = field.value_in_words(&field.value(filter)?, options, lang);
        let name = field.words(lang);
        let label = lang.remove_filter(&format!("{name} {value}"));
        let href = place.href(&field.without(filter));
        let cross = may_open(&href).then(|| {
            view! { <a href=href aria-label=label data-noscroll="">{icon(Symbol::Cross)}</a> }
        });
        Some(view! { <span class="chip">{name} " " <b>{value}</b> {cross}</span> })
    };
    fields.iter().filter_map(chip).collect()
}

fn field_panel(
    place: &Place,
    filter: &Filter,
    fields: &[FilterField],
    options: &FilterOptions,
    lang: Lang,
) -> Option<AnyView> {
    if fields.is_empty() {
        return None;
    }
    let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
    let cleared = fields.iter().fold(filter.clone(), |filter, field| field.without(&filter));
    let inputs = fields.iter().map(|field| field_input(*field, filter, options, lang)).collect_view();
    let view = view! {
        <details class="menu" data-filter="">
            <summary class="btn quiet">{icon(Symbol::Plus)}{lang.filter_add()}</summary>
            <form class="pop start filter-more" method="get" action=place.path.clone() data-nav="">
                {place.hidden(filter, &names)} {inputs}
                <div class="acts">
                    <a class="btn quiet" href=place.href(&cleared) data-noscroll="">{lang.clear_filters()}</a>
                    <button class="btn primary" type="submit">{lang.apply()}</button>
                </div>
            </form>
        </details>
    };
    Some(view.into_any())
}

/// Leads back to the default filter, which is to remember none.
fn reset(place: &Place, filter: &Filter, lang: Lang) -> Option<AnyView> {
    let usual = Filter::default();
    let link = view! {
        <a class="btn quiet" href=place.href(&usual) data-noscroll="" title=lang.reset_why()>{lang.reset()}</a>
    };
    (*filter != usual).then(|| link.into_any())
}

fn field_input(field: FilterField, filter: &Filter, options: &FilterOptions, lang: Lang) -> AnyView {
    if field == FilterField::AsOf {
        // A moment of a day can be written into the address; what is chosen here is the end of a day.
        let kind = if filter.as_of.is_none_or(AsOf::is_day) { "date" } else { "datetime-local" };
        return view! {
            <label class="field"><span class="lab">{lang.as_of_day()}</span>
                <input class="input" type=kind name="as_of" value=field.value(filter)/></label>
        }
        .into_any();
    }
    if field == FilterField::Target {
        let value = filter.sla_hours.to_string();
        return view! {
            <label class="field"><span class="lab">{lang.target_hours()}</span>
                <input class="input" type="number" name="sla" min="0" max="87600" step="any" value=value/></label>
        }
        .into_any();
    }
    let current = field.value(filter);
    let mut choices = field.choices(options, lang);
    if let Some(value) = current.as_ref().filter(|value| !choices.iter().any(|(choice, _)| choice == *value)) {
        choices.push((value.clone(), value.clone()));
    }
    let option = |(value, words): (String, String)| {
        let selected = current.as_deref() == Some(value.as_str());
        view! { <option value=value selected=selected>{words}</option> }
    };
    view! {
        <label class="field"><span class="lab">{field.words(lang)}</span>
            <select class="input" name=field.name()>
                <option value="">{lang.any()}</option>
                {choices.into_iter().map(option).collect_view()}
            </select></label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::CustomerId;

    #[test]
    fn links_keep_the_parameters_of_the_page() {
        let place = Place { path: "/priority".into(), keep: vec![("sort".into(), "-age".into())] };
        let filter = Filter { customer: Some(CustomerId(7)), ..Filter::default() };
        assert_eq!(place.href(&filter), "/priority?customer=7&sort=-age");
        assert_eq!(place.href(&FilterField::Customer.without(&filter)), "/priority?range=30d&sort=-age");
    }

    #[test]
    fn a_value_is_shown_as_its_choice_and_else_as_it_is() {
        let options = FilterOptions {
            customers: vec![crate::model::overview::CustomerOption {
                id: CustomerId(7),
                name: "Fernholt Farms".into(),
            }],
            ..FilterOptions::default()
        };
        assert_eq!(FilterField::Customer.value_in_words("7", &options, Lang::En), "Fernholt Farms");
        assert_eq!(FilterField::Customer.value_in_words("8", &options, Lang::En), "8");
        assert_eq!(FilterField::Target.value_in_words("72", &options, Lang::En), "3\u{a0}d");
    }
}
