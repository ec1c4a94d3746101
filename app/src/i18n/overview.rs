//! The overview: what its figures are called and how they are computed.

crate::i18n::catalogue! {
    samples_received => "Samples received", "Muestras recibidas";
    tests_received => "Tests received", "Ensayos recibidos";
    tests_reported => "Tests reported", "Ensayos informados";
    active_customers => "Active customers", "Clientes activos";
    tat_mean => "Mean TAT", "TAT medio";
    tat_median => "Median TAT", "TAT mediano";
    tat_p90 => "90th percentile", "Percentil 90";
    samples_received_how => "Samples by the day they were created, without hidden ones.",
        "Muestras por el día en que se crearon, sin las ocultas.";
    tests_received_how => "Tests by the day they were created, without hidden ones.",
        "Ensayos por el día en que se crearon, sin los ocultos.";
    tests_reported_how => "Tests whose report date lies in the range, in whatever state.",
        "Ensayos cuya fecha de informe cae en el periodo, en cualquier estado.";
    active_customers_how => "Customers with at least one sample or test created in the range.",
        "Clientes con al menos una muestra o un ensayo creado en el periodo.";
    tat_how => "Turnaround of the tests reported in the range: report date minus creation date. Tests without both dates, or reported before they were created, are left out.",
        "Plazo de los ensayos informados en el periodo: fecha de informe menos fecha de creación. Se excluyen los que no tienen ambas fechas o cuyo informe es anterior a la creación.";
    samples_and_tests_how => "Bars: tests by the day they were created, and tests by their report date. Line: samples by the day they were created. The ticks are the tests created in the period compared with. Hidden records are left out.",
        "Barras: ensayos por el día en que se crearon y ensayos por su fecha de informe. Línea: muestras por el día en que se crearon. Las marcas son los ensayos creados en el periodo de comparación. Se excluyen los registros ocultos.";
    tests_by_label_how => "Tests created in the range by the label of their assay; tests without one are “unknown”. The parts add up to the tests received.",
        "Ensayos creados en el periodo por la etiqueta de su método; los que no tienen van como «unknown». Las partes suman los ensayos recibidos.";
    new_customers_how => "Customers whose account was created in the range, with the orders and tests created in it.",
        "Clientes cuya cuenta se creó en el periodo, con los pedidos y ensayos creados en él.";
    top_customers_how => "Orders, samples and tests count by creation, reported tests by report date. On time: share of the reported tests at or below the target. Median and p90: turnaround of the reported tests. Open and late: orders now, whatever the range.",
        "Pedidos, muestras y ensayos cuentan por creación; los informados, por fecha de informe. A tiempo: parte de los ensayos informados dentro del objetivo. Mediana y p90: plazo de los ensayos informados. Abiertos y atrasados: pedidos ahora, sea cual sea el periodo.";
    key_figures => "Key figures", "Cifras clave";
    samples_and_tests => "Samples and tests", "Muestras y ensayos";
    turnaround_title => "Turnaround", "Plazo de entrega";
    turnaround_sub => "created to reported, by reporting day", "de creación a informe, por día de informe";
    within_target => "within target", "dentro del objetivo";
    above_target => "above target", "sobre el objetivo";
    median_to_p90 => "Median to p90", "Mediana a p90";
    previous_period => "previous period", "periodo anterior";
    tests_by_label => "Tests by label", "Ensayos por etiqueta";
    tick_is_previous => "tick: previous period", "marca: periodo anterior";
    new_customers => "New customers", "Clientes nuevos";
    new_customers_sub(n: &str) => "{n} in this range", "{n} en este periodo";
    top_customers => "Top customers", "Principales clientes";
    by_tests_received => "by tests received", "por ensayos recibidos";
    since => "Since", "Desde";
    open => "Open", "Abiertos";
    change_column => "Change", "Cambio";
    period_column => "Period", "Periodo";
    no_tests_in_range => "No tests were created in this range.", "No se creó ningún ensayo en este periodo.";
    no_customers_in_range => "No customer was created in this range.", "No se creó ningún cliente en este periodo.";
    widen_range => "Show 90 days", "Ver 90 días";
    orders_late(n: &str) => "{n} orders late", "{n} pedidos atrasados";
    newly_late(n: &str) => "{n} new since yesterday", "{n} nuevos desde ayer";
    orders_at_risk(n: &str) => "{n} at risk", "{n} en riesgo";
    of_missing_target => "of missing their target", "de no cumplir su objetivo";
    label_slower(time: &str) => "runs {time} slower than usual", "va {time} más lento de lo habitual";
    samples_ready(n: &str) => "{n} samples", "{n} muestras";
    order_late => "1 order late", "1 pedido atrasado";
    sample_ready => "1 sample", "1 muestra";
    is_ready => "is ready to report", "está lista para informar";
    are_ready => "are ready to report", "están listas para informar";
    all_on_track(n: &str) => "All {n} open orders are on track.", "Los {n} pedidos abiertos van a tiempo.";
    share_within(share: &str) => "{share} of tests within target", "{share} de los ensayos dentro del objetivo";
    volume_summary(received: &str, reported: &str) => "{received} tests received and {reported} reported in the range.",
        "{received} ensayos recibidos y {reported} informados en el periodo.";
    turnaround_summary(median: &str, p90: &str) => "Median turnaround {median}, 90th percentile {p90}.",
        "Plazo mediano {median}, percentil 90 {p90}.";
}
