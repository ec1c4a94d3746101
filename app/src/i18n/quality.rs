//! The page about quality.

crate::i18n::catalogue! {
    quality_on_hold => "On hold", "En espera";
    quality_on_hold_how => "Tests created in the range that are on hold now.", "Ensayos creados en el periodo que ahora están en espera.";
    quality_not_reportable => "Not reportable", "No informables";
    quality_not_reportable_how => "Tests created in the range that were found not to be reportable.",
        "Ensayos creados en el periodo que resultaron no informables.";
    quality_cancelled => "Cancelled", "Cancelados";
    quality_cancelled_how => "Tests created in the range that were cancelled, by the laboratory or the client.",
        "Ensayos creados en el periodo que canceló el laboratorio o el cliente.";
    quality_repeat_rate => "Repeat rate", "Tasa de repetición";
    quality_repeat_how => "Of the tests reported in the range whose changes of state have been seen, the share that was run or prepared again at any time.",
        "De los ensayos informados en el periodo cuyos cambios de estado se han visto, la parte que se repitió o se preparó de nuevo alguna vez.";
    quality_first_pass => "First-pass yield", "A la primera";
    quality_first_pass_how => "Of the tests reported in the range whose changes of state have been seen, the share that was never run or prepared again.",
        "De los ensayos informados en el periodo cuyos cambios de estado se han visto, la parte que nunca se repitió ni se preparó de nuevo.";
    quality_on_time_how => "Share of the tests reported in the range that took at most the target. Tests without both dates, or reported before they were created, count on no side.",
        "Parte de los ensayos informados en el periodo que tardaron como mucho el objetivo. Los que no tienen ambas fechas, o se informaron antes de crearse, no cuentan en ningún lado.";
    quality_unusual => "Out of the usual range", "Fuera de lo habitual";
    quality_unusual_sub => "against the 12 weeks before", "frente a las 12 semanas anteriores";
    quality_unusual_how => "Shares of all tests, of each customer and of each matrix, against the share of the twelve weeks before the range. The usual range ends three standard errors above that share; the fewer tests, the wider it is. At least 3 cases and 20 tests in the range, and 50 tests before, are needed.",
        "Partes de todos los ensayos, de cada cliente y de cada matriz, frente a la parte de las doce semanas anteriores al periodo. Lo habitual termina tres errores estándar por encima de esa parte; cuantos menos ensayos, más ancho es. Hacen falta al menos 3 casos y 20 ensayos en el periodo, y 50 ensayos antes.";
    quality_nothing_unusual => "Nothing is out of its usual range.", "Nada se sale de lo habitual.";
    quality_what => "What", "Qué";
    quality_whose => "Whose", "De quién";
    quality_everybody => "All tests", "Todos los ensayos";
    quality_late => "Above the target", "Sobre el objetivo";
    quality_repeated => "Run or prepared again", "Repetidos";
    quality_cases => "Cases", "Casos";
    quality_share => "Share", "Parte";
    quality_usual => "Usual", "Habitual";
    quality_limit => "Usual up to", "Habitual hasta";
    quality_course => "What became of the tests", "Qué fue de los ensayos";
    quality_course_sub => "by the day they were created", "por el día en que se crearon";
    quality_course_how => "Tests by the day they were created that are on hold, being run or prepared again, not reportable or cancelled now. The table also has the tests reported in each period, within and above the target.",
        "Ensayos por el día en que se crearon que ahora están en espera, en repetición, no informables o cancelados. La tabla tiene además los ensayos informados en cada periodo, dentro y sobre el objetivo.";
    quality_course_summary(hold: &str, void: &str, cancelled: &str) => "Of the tests created {hold} are on hold, {void} not reportable, {cancelled} cancelled.",
        "De los ensayos creados {hold} están en espera, {void} no son informables, {cancelled} están cancelados.";
    quality_rework => "Rerun or re-prep", "Repetición";
    quality_punctual => "On time", "A tiempo";
    quality_tests_within => "the tests within the target", "los ensayos dentro del objetivo";
    quality_punctual_sub => "share of the tests reported", "parte de los ensayos informados";
    quality_punctual_summary(share: &str) => "{share} of the tests reported were within the target.",
        "{share} de los ensayos informados cumplieron el objetivo.";
    quality_states => "States by customer", "Estados por cliente";
    quality_states_sub => "tests created, not yet done", "ensayos creados, aún sin terminar";
    quality_states_how => "Tests created in the range by customer and present state, without those that are completed or reported; the twenty customers with most of them. A cell opens its tests.",
        "Ensayos creados en el periodo por cliente y estado actual, sin los completados ni informados; los veinte clientes con más. Cada celda abre sus ensayos.";
    quality_no_states => "Every test created in this range is completed or reported.",
        "Todos los ensayos creados en este periodo están completados o informados.";
    quality_labels => "First pass by label", "A la primera por etiqueta";
    quality_observed => "Observed", "Observados";
    quality_reworked => "Repeated", "Repetidos";
    quality_no_reports => "No test was reported in this range.", "No se informó ningún ensayo en este periodo.";
    quality_by_customer => "Quality by customer", "Calidad por cliente";
    quality_by_matrix => "Quality by matrix", "Calidad por matriz";
    quality_groups_how => "Created, on hold, not reportable, cancelled: tests created in the range. Reported, on time, above the target, repeat rate: tests reported in the range. Each number opens its tests.",
        "Creados, en espera, no informables, cancelados: ensayos creados en el periodo. Informados, a tiempo, sobre el objetivo, tasa de repetición: ensayos informados en el periodo. Cada número abre sus ensayos.";
    quality_rest(n: &str) => "{n} more in the CSV and XLSX.", "{n} más en el CSV y el XLSX.";
    quality_metrc => "METRC tags", "Etiquetas METRC";
    quality_metrc_sub => "latest status given in the range", "último estado dado en el periodo";
    quality_metrc_how => "Samples whose METRC tag was given a status in the range, each counted once by the latest of these; below, the newest samples.",
        "Muestras cuya etiqueta METRC recibió un estado en el periodo, contadas una vez por el último de ellos; debajo, las muestras más recientes.";
    quality_no_metrc => "No METRC status was given in this range.", "No se dio ningún estado METRC en este periodo.";
}
