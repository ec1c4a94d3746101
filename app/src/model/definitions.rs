//! What each figure means: its name, unit, population, clock and source. The one place that pages, the REST interface
//! and exports take explanations from; the statements themselves are the server's.

use serde::Serialize;

/// A figure's definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// Its name for programs.
    pub key: &'static str,
    /// Its name in English.
    pub name: &'static str,
    /// Its name in Spanish.
    pub name_es: &'static str,
    /// What it is counted in.
    pub unit: &'static str,
    /// Which records count.
    pub population: &'static str,
    /// How time is taken.
    pub clock: &'static str,
    /// The columns or tables it comes from.
    pub source: &'static str,
}

/// Every definition.
pub const DEFINITIONS: &[Definition] = &[
    Definition {
        key: "tests_created",
        name: "Tests",
        name_es: "Pruebas",
        unit: "tests",
        population: "Visible tests by their day of creation",
        clock: "count",
        source: "tests.created_local",
    },
    Definition {
        key: "tests_reported",
        name: "Reported tests",
        name_es: "Pruebas informadas",
        unit: "tests",
        population: "Visible tests by the day of their report, in any state",
        clock: "count",
        source: "tests.reported_local",
    },
    Definition {
        key: "turnaround",
        name: "Turnaround",
        name_es: "Tiempo de respuesta",
        unit: "hours",
        population: "Tests with both dates; an end before its start is a data error and in no figure",
        clock: "calendar: report minus creation",
        source: "tests.report_completed_date, tests.date_created",
    },
    Definition {
        key: "turnaround_working",
        name: "Turnaround in working time",
        name_es: "Tiempo de respuesta laboral",
        unit: "hours",
        population: "As turnaround",
        clock: "working hours of the laboratory without holidays, its own zone",
        source: "working_days",
    },
    Definition {
        key: "percentile",
        name: "Percentiles",
        name_es: "Percentiles",
        unit: "hours",
        population: "As turnaround",
        clock: "linear interpolation (percentile_cont), exact",
        source: "tests.tat_hours",
    },
    Definition {
        key: "on_time",
        name: "On time",
        name_es: "A tiempo",
        unit: "share",
        population: "Tests with a usable turnaround; at or below the target is on time",
        clock: "stops at the report",
        source: "tests.tat_hours",
    },
    Definition {
        key: "moving_average",
        name: "Moving average",
        name_es: "Media móvil",
        unit: "hours",
        population: "Tests reported in the calendar days up to and including the day, weighted by test",
        clock: "calendar",
        source: "tests.tat_hours",
    },
    Definition {
        key: "open_orders",
        name: "Open orders",
        name_es: "Pedidos abiertos",
        unit: "orders",
        population: "Neither completed nor reported, and in no final state",
        clock: "now",
        source: "orders",
    },
    Definition {
        key: "late_orders",
        name: "Late orders",
        name_es: "Pedidos retrasados",
        unit: "orders",
        population: "Open orders older than the target",
        clock: "since creation, until now",
        source: "orders.date_created",
    },
    Definition {
        key: "ready_samples",
        name: "Ready to report",
        name_es: "Listas para informar",
        unit: "samples",
        population: "Every test that is not cancelled is completed or not reportable, at least one is, and the order is open",
        clock: "now",
        source: "samples, tests",
    },
    Definition {
        key: "work_in_progress",
        name: "Work in progress",
        name_es: "Trabajo en curso",
        unit: "tests",
        population: "Neither reported nor completed nor in a final state",
        clock: "age since creation",
        source: "tests",
    },
    Definition {
        key: "littles_law",
        name: "Little's law",
        name_es: "Ley de Little",
        unit: "ratio",
        population: "Tests that have been reported: average in progress by throughput times turnaround",
        clock: "calendar",
        source: "tests",
    },
    Definition {
        key: "stage_time",
        name: "Time in a state",
        name_es: "Tiempo por estado",
        unit: "hours",
        population: "Stays that ended, of tests reported in the range",
        clock: "between observed changes of state",
        source: "state_changes",
    },
    Definition {
        key: "first_pass_yield",
        name: "First-pass yield",
        name_es: "Rendimiento a la primera",
        unit: "share",
        population: "Reported tests whose changes were seen: those never run or prepared again",
        clock: "count",
        source: "state_changes",
    },
    Definition {
        key: "funnel",
        name: "Funnel",
        name_es: "Embudo",
        unit: "orders",
        population: "Orders created in the range, and how far they have come",
        clock: "now",
        source: "orders",
    },
    Definition {
        key: "miss_probability",
        name: "Chance of a miss",
        name_es: "Probabilidad de incumplimiento",
        unit: "share",
        population: "Open orders; peers are finished orders of 180 days that were open at the same age",
        clock: "calendar, since creation",
        source: "orders",
    },
    Definition {
        key: "workload_forecast",
        name: "Tests to come",
        name_es: "Pruebas por llegar",
        unit: "tests",
        population: "Mean of the same weekday over eight weeks; bands from the errors of such means",
        clock: "day",
        source: "tests.created_local",
    },
    Definition {
        key: "backlog_forecast",
        name: "Backlog to come",
        name_es: "Carga pendiente por venir",
        unit: "tests",
        population: "Tests in progress, plus what each weekday added on average over eight weeks; bands from the errors of such projections over the same distance",
        clock: "end of the day",
        source: "tests",
    },
];

/// The definition with this key.
#[must_use]
pub fn definition(key: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|definition| definition.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_names_one_definition() {
        assert!(DEFINITIONS.iter().all(|one| definition(one.key) == Some(one)));
    }
}
