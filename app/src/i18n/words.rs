//! Words that many pages share: things, actions, and what stands in for content.

crate::i18n::catalogue! {
    samples => "Samples", "Muestras";
    tests => "Tests", "Ensayos";
    orders => "Orders", "Pedidos";
    customers => "Customers", "Clientes";
    batches => "Batches", "Lotes";
    assays => "Assays", "Métodos";
    reported => "Reported", "Informados";
    late => "Late", "Atrasado";
    at_risk => "At risk", "En riesgo";
    warning => "Warning", "Aviso";
    on_time => "On time", "A tiempo";
    median => "Median", "Mediana";
    total => "Total", "Total";
    other => "Other", "Otros";
    unknown => "Unknown", "Desconocido";
    now => "now", "ahora";
    today => "today", "hoy";
    so_far => "today, so far", "hoy, hasta ahora";
    unfinished => "so far", "hasta ahora";
    target(time: &str) => "target {time}", "objetivo {time}";
    was(value: &str) => "was {value}", "antes {value}";
    nothing_to_compare => "nothing to compare with", "sin nada con que comparar";
    retry => "Retry", "Reintentar";
    refresh => "Refresh", "Actualizar";
    close => "Close", "Cerrar";
    cancel => "Cancel", "Cancelar";
    save => "Save", "Guardar";
    dismiss => "Dismiss", "Descartar";
    show => "Show", "Ver";
    next_page => "Next", "Siguiente";
    previous_page => "Previous", "Anterior";
    pages => "Pages", "Páginas";
    how_computed(name: &str) => "How {name} is computed", "Cómo se calcula {name}";
    more_for(name: &str) => "More for {name}", "Más sobre {name}";
    save_as_png => "Save as PNG", "Guardar como PNG";
    save_as_svg => "Save as SVG", "Guardar como SVG";
    show_as_table => "Show as table", "Ver como tabla";
    buckets_as_table(n: usize) => "Show {n} rows as table", "Ver {n} filas como tabla";
    sorted_ascending => "sorted ascending", "orden ascendente";
    sorted_descending => "sorted descending", "orden descendente";
    opens(what: &str) => "Enter opens {what}", "Intro abre {what}";
    chart_needs_scripts => "The drawing needs scripts; the numbers are in the table.",
        "El gráfico necesita scripts; las cifras están en la tabla.";
    loading => "Loading", "Cargando";
    did_not_load(what: &str) => "{what} did not load.", "{what} no se cargó.";
    reference(id: &str) => "Reference {id}", "Referencia {id}";
    error_session => "The session has ended. Sign in again.", "La sesión terminó. Vuelva a entrar.";
    error_forbidden => "Your account may not see this.", "Su cuenta no puede ver esto.";
    error_not_found => "There is no such record, or it is not shown.", "No existe ese registro, o no se muestra.";
    error_invalid(field: &str, why: &str) => "The value of “{field}” cannot be used: {why}.",
        "El valor de «{field}» no se puede usar: {why}.";
    error_busy(why: &str) => "Busy: {why}.", "Ocupado: {why}.";
    error_unavailable(what: &str) => "{what} does not answer.", "{what} no responde.";
    error_internal => "Something went wrong on the server.", "Algo falló en el servidor.";
    error_transport => "The server could not be reached.", "No se pudo contactar con el servidor.";
    of(part: &str, whole: &str) => "{part} of {whole}", "{part} de {whole}";
    rows(n: &str) => "{n} rows", "{n} filas";
}
