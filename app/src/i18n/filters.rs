//! The filter bar: presets, buckets, comparisons, fields, chips.

crate::i18n::catalogue! {
    filters => "Filters", "Filtros";
    filters_count(n: usize) => "Filters · {n}", "Filtros · {n}";
    filter_add => "Filter", "Filtro";
    range => "Range", "Período";
    range_today => "Today", "Hoy";
    range_week => "7 days", "7 días";
    range_month => "30 days", "30 días";
    range_quarter => "90 days", "90 días";
    range_month_to_date => "Month", "Mes";
    range_quarter_to_date => "Quarter", "Trimestre";
    range_year_to_date => "Year to date", "Año en curso";
    first_day => "First day", "Primer día";
    last_day => "Last day", "Último día";
    earlier_period => "Earlier period", "Período anterior";
    later_period => "Later period", "Período siguiente";
    drag_hint => "drag to choose a range", "arrastre para elegir un período";
    bucket => "By", "Por";
    bucket_day => "Day", "Día";
    bucket_week => "Week", "Semana";
    bucket_month => "Month", "Mes";
    compare => "Compare with", "Comparar con";
    compare_previous_days(n: i64) => "vs previous {n} days", "frente a los {n} días anteriores";
    compare_previous_day => "vs the day before", "frente al día anterior";
    compare_year => "vs a year before", "frente a un año antes";
    compare_none => "no comparison", "sin comparación";
    customer => "Customer", "Cliente";
    sample_type => "Type", "Tipo";
    matrix => "Matrix", "Matriz";
    label => "Label", "Etiqueta";
    state => "State", "Estado";
    target_label => "Target", "Objetivo";
    target_hours => "Target, hours", "Objetivo, horas";
    as_of => "As of", "A fecha de";
    as_of_day => "As it stood on", "Tal como estaba el";
    as_of_note(at: &str) => "The laboratory as it stood on {at}. Nothing here follows new data.",
        "El laboratorio tal como estaba el {at}. Nada aquí sigue los datos nuevos.";
    as_of_leave => "Back to now", "Volver al presente";
    any => "Any", "Cualquiera";
    apply => "Apply", "Aplicar";
    clear_filters => "Clear filters", "Quitar filtros";
    reset => "Reset", "Restablecer";
    reset_why => "Back to the usual filter; the pages no longer open with this one",
        "Volver al filtro habitual; las páginas ya no se abren con este";
    remove_filter(what: &str) => "Remove filter: {what}", "Quitar filtro: {what}";
}
