//! The page about priority orders.

crate::i18n::catalogue! {
    priority_title => "Priority orders", "Pedidos prioritarios";
    priority_open(n: &str) => "{n} open", "{n} abiertos";
    priority_note => "Open orders of any age, as they stand now: the range and the state of the filter do not apply here.",
        "Pedidos abiertos de cualquier antigüedad, tal como están ahora: el periodo y el estado del filtro no se aplican aquí.";
    priority_counts => "What waits now", "Lo que espera ahora";
    priority_late_new(n: &str) => "{n} new since yesterday", "{n} nuevos desde ayer";
    priority_risk_sub(n: &str) => "about {n} expected to miss", "se espera que fallen unos {n}";
    priority_warning_sub => "half of the target used", "medio objetivo consumido";
    priority_ready_sub(n: &str) => "samples, of {n} orders", "muestras, de {n} pedidos";
    priority_metrc => "METRC samples", "Muestras METRC";
    priority_metrc_sub => "status within 30 days", "estado en 30 días";
    priority_oldest => "Oldest open", "El más antiguo";
    priority_target => "Target, h", "Objetivo, h";
    priority_least => "Open at least, d", "Abierto al menos, d";
    priority_list => "Orders", "Pedidos";
    priority_what => "What is listed", "Qué se lista";
    priority_how => "Open: neither completed nor reported and in no final state; the clock runs since creation. Late: past the target. At risk: past three quarters of it. Warning: past half of it. Chance late: of the orders finished in the last 180 days that had been open for as long (the customer's own, if twenty of them were, else all), the part that missed the target. Samples and tests open: assays with a test that is neither reported, not reportable nor cancelled. Longest wait: the pending test that has been in its state longest, by observed changes of state.",
        "Abierto: ni completado ni informado y sin estado final; el reloj corre desde la creación. Atrasado: sobre el objetivo. En riesgo: más de tres cuartos. Aviso: más de la mitad. Riesgo de atraso: de los pedidos terminados en los últimos 180 días que llevaban abiertos tanto tiempo (los del propio cliente si eran veinte; si no, todos), la parte que incumplió el objetivo. Muestras y ensayos abiertos: métodos con un ensayo ni informado ni no informable ni cancelado. Mayor espera: el ensayo pendiente que más tiempo lleva en su estado, según los cambios observados.";
    priority_samples_how => "Ready to report: every test that is not cancelled is completed or not reportable, at least one is, and the order is open; waiting since the sample was completed, else since its last test was. METRC: samples whose tag got a status within the last 30 days, with the latest one and the time since then.",
        "Lista para informar: todos los ensayos no cancelados están completados o no son informables, hay al menos uno y el pedido está abierto; espera desde que se completó la muestra o, si no, su último ensayo. METRC: muestras cuya etiqueta recibió un estado en los últimos 30 días, con el último y el tiempo transcurrido.";
    priority_against(target: &str) => "Against target of {target}", "Frente al objetivo de {target}";
    priority_over => "Past target", "Sobre el objetivo";
    priority_chance => "Chance late", "Riesgo de atraso";
    priority_wait => "Longest wait", "Mayor espera";
    priority_wait_state => "Longest waiting in", "Mayor espera en";
    priority_samples_open => "Samples open", "Muestras abiertas";
    priority_tests_open => "Tests open", "Ensayos abiertos";
    priority_tests_of(open: &str, all: &str) => "{open} of {all} tests open", "{open} de {all} ensayos abiertos";
    priority_work(order: &str) => "Open samples of {order}", "Muestras abiertas de {order}";
    priority_work_none => "all samples reported", "todas las muestras informadas";
    priority_no_samples => "no samples yet", "aún sin muestras";
    priority_none_late => "No order is late.", "Ningún pedido está atrasado.";
    priority_none_risk => "No order is at risk.", "Ningún pedido está en riesgo.";
    priority_none_warning => "No order is past half of its target.", "Ningún pedido pasa de la mitad de su objetivo.";
    priority_none_ready => "No sample is ready to report.", "Ninguna muestra está lista para informar.";
    priority_none_metrc => "No METRC tag got a status within 30 days.", "Ninguna etiqueta METRC recibió un estado en 30 días.";
    priority_none_so_old(n: &str) => "None of them has been open for {n} days.", "Ninguno lleva abierto {n} días.";
    priority_any_days => "Show all", "Ver todos";
    priority_waiting => "Waiting", "Espera";
    priority_open_time => "Open time", "Tiempo abierto";
    priority_ages => "Late orders by customer and age", "Pedidos atrasados por cliente y antigüedad";
    priority_ages_sub => "days of 24 hours since creation", "días de 24 horas desde la creación";
    priority_ages_how => "Late orders by customer and by the days of 24 hours since they were created. Each number opens its orders.",
        "Pedidos atrasados por cliente y por los días de 24 horas desde su creación. Cada cifra abre sus pedidos.";
    priority_age_upto(n: u32) => "up to {n} d", "hasta {n} d";
    priority_age_from(n: u32) => "{n} d and more", "{n} d y más";
    priority_age_between(from: u32, to: u32) => "{from}–{to} d", "{from}–{to} d";
    priority_customers => "Late orders by customer", "Pedidos atrasados por cliente";
    priority_customers_how => "Late orders by customer, most first, with the hours that the oldest of them has been open.",
        "Pedidos atrasados por cliente, de más a menos, con el tiempo que lleva abierto el más antiguo.";
    priority_longest_open => "Oldest", "El más antiguo";
    priority_states => "Late orders by state", "Pedidos atrasados por estado";
    priority_states_sub => "and how long they have been in it", "y cuánto llevan en él";
    priority_states_how => "Late orders by their state, and the time since the last observed change of state of the order: median and longest. Orders whose change was not observed are counted, but have no time.",
        "Pedidos atrasados por su estado, y el tiempo desde el último cambio de estado observado del pedido: mediana y máximo. Los pedidos sin cambio observado se cuentan, pero no tienen tiempo.";
    priority_share => "Share", "Parte";
    priority_in_state_median => "In this state, median", "En este estado, mediana";
    priority_in_state_longest => "Longest", "Máximo";
    priority_observed => "Change observed", "Cambio observado";
    priority_no_customer => "without a customer", "sin cliente";
    priority_more_customers(n: &str) => "{n} more customers: take all of them away as CSV or XLSX.",
        "{n} clientes más: llévelos todos como CSV o XLSX.";
    priority_all_in_list(n: &str) => "All {n} as records", "Los {n} como registros";
}
