//! The conditions that several kinds of list share.

use super::list::Wanted;
use super::{Sql, containing};
use app::model::records::Condition;

/// Writes one of the schema's populations with its filter: customer, order, accessioning type, matrix, label, state.
pub(super) fn population(sql: &mut Sql, function: &str, wanted: &Wanted<'_>, state: bool) {
    let filter = &wanted.query.filter;
    sql.push(function).push("(");
    sql.push_bind(filter.customer.map(|id| id.0)).push(", ");
    sql.push_bind(wanted.query.order.map(|id| id.0)).push(", ");
    sql.push_bind(filter.sample_type.clone()).push(", ");
    sql.push_bind(filter.matrix.clone()).push(", ");
    sql.push_bind(filter.label.clone()).push(", ");
    sql.push_bind(filter.state.clone().filter(|_| state));
}

/// Writes `and column` within the window, where one applies.
pub(super) fn window(sql: &mut Sql, wanted: &Wanted<'_>, column: &str) {
    if let Some(window) = wanted.window {
        sql.push(format_args!(" and {column} >= ")).push_bind(window.from);
        sql.push(format_args!(" and {column} < ")).push_bind(window.until);
    }
}

/// Writes the conditions on the age of an open record that began at `created`.
pub(super) fn age(sql: &mut Sql, wanted: &Wanted<'_>, created: &str) {
    let target = wanted.judgement.sla_hours;
    let mut compared = |sign: &str, hours: f64| {
        sql.push(format_args!(" and hours_between({created}, ")).push_bind(wanted.judgement.now);
        sql.push(format_args!(") {sign} ")).push_bind(hours);
    };
    if wanted.query.has(Condition::Late) {
        compared(">", target);
    }
    if wanted.query.has(Condition::NewlyLate) {
        compared(">", target);
        compared("<=", target + 24.0);
    }
    if wanted.query.has(Condition::AtRisk) {
        compared("<=", target);
        compared(">=", 0.75 * target);
    }
    if wanted.query.has(Condition::Warning) {
        compared("<", 0.75 * target);
        compared(">=", 0.5 * target);
    }
    let relative = [Condition::AtRisk, Condition::Warning].into_iter().any(|condition| wanted.query.has(condition));
    if relative && target <= 0.0 {
        sql.push(" and false");
    }
}

/// Writes the bounds on the hours since `created`.
pub(super) fn age_bounds(sql: &mut Sql, wanted: &Wanted<'_>, created: &str) {
    for (sign, bound) in [(">=", wanted.query.age_from), ("<", wanted.query.age_below)] {
        if let Some(hours) = bound {
            sql.push(format_args!(" and hours_between({created}, ")).push_bind(wanted.judgement.now);
            sql.push(format_args!(") {sign} ")).push_bind(hours);
        }
    }
}

/// True when a condition needs the record to be open.
pub(super) fn asks_for_open(wanted: &Wanted<'_>) -> bool {
    use Condition::{AtRisk, Late, NewlyLate, Open, Warning};
    [Open, Late, NewlyLate, AtRisk, Warning].into_iter().any(|condition| wanted.query.has(condition))
}

/// Writes the conditions on the state alone.
pub(super) fn states(sql: &mut Sql, wanted: &Wanted<'_>, column: &str) {
    let listed: [(Condition, &[&str]); 4] = [
        (Condition::OnHold, &["ON HOLD"]),
        (Condition::Cancelled, &["CANCELLED", "CLIENT CANCELLED"]),
        (Condition::NotReportable, &["NOT REPORTABLE"]),
        (Condition::Rework, &["RERUN", "RE-PREP"]),
    ];
    for (condition, states) in listed {
        if wanted.query.has(condition) {
            let states: Vec<String> = states.iter().map(|state| (*state).to_owned()).collect();
            sql.push(format_args!(" and is_final({column}, ")).push_bind(states).push(")");
        }
    }
}

/// Writes the condition that one of the columns, which hold search forms, holds what is looked for, or the id is it.
pub(super) fn text(sql: &mut Sql, wanted: &Wanted<'_>, id: &str, texts: &[&str]) {
    let Some(text) = wanted.query.text.as_deref() else { return };
    sql.push(format_args!(" and ({id} = ")).push_bind(text.parse::<i32>().ok());
    for column in texts {
        sql.push(format_args!(" or {column} like search_form(")).push_bind(containing(text)).push(")");
    }
    sql.push(")");
}

/// Writes the conditions on the day of the week and the hour of a wall clock column.
pub(super) fn part_of_week(sql: &mut Sql, wanted: &Wanted<'_>, column: &str) {
    for (part, value) in [("isodow", wanted.query.weekday), ("hour", wanted.query.hour)] {
        if let Some(value) = value {
            sql.push(format_args!(" and extract({part} from {column}) = ")).push_bind(i32::from(value));
        }
    }
}
