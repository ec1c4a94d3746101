//! The page about operations.

crate::i18n::catalogue! {
    ops_completed => "Tests completed", "Ensayos completados";
    ops_completed_how => "Tests whose completion date lies in the range, in whatever state.",
        "Ensayos cuya fecha de finalización cae en el periodo, en cualquier estado.";
    ops_wip_now => "In progress now", "En curso ahora";
    ops_wip_how => "Tests that have been created and are neither reported nor completed nor in a state that ends the work, now, whatever the range. Their age counts from creation. A cell opens its tests.",
        "Ensayos creados que ahora no están informados, ni completados, ni en un estado que termina el trabajo, sea cual sea el periodo. La antigüedad cuenta desde la creación. Cada celda abre sus ensayos.";
    ops_cycle_mean => "Mean cycle time", "Tiempo de ciclo medio";
    ops_cycle_how => "From creation to completion of the samples completed in the range. Samples without both dates count nowhere; those completed before they were created enter no duration.",
        "De la creación a la finalización de las muestras completadas en el periodo. Las que no tienen ambas fechas no cuentan; las completadas antes de crearse no entran en ninguna duración.";
    ops_little => "Little's law", "Ley de Little";
    ops_little_sub => "100% is balance", "100% es equilibrio";
    ops_little_how => "Average number of tests in progress, divided by throughput times turnaround. Only tests that have been reported since are looked at. Near 100% the laboratory is in balance and its dates hold together; above, work piles up or dates are wrong; below, it is being worked off.",
        "Número medio de ensayos en curso, dividido entre el caudal por el plazo. Solo se miran ensayos ya informados. Cerca del 100% el laboratorio está en equilibrio y sus fechas cuadran; por encima, el trabajo se acumula o hay fechas erróneas; por debajo, se va vaciando.";
    ops_average_wip => "Average in progress", "Media en curso";
    ops_per_day => "Reported a day", "Informados al día";
    ops_expected_wip => "Throughput × turnaround", "Caudal × plazo";
    ops_ratio => "Average by expected", "Media entre esperado";
    ops_measure => "Measure", "Medida";
    ops_value => "Value", "Valor";
    ops_throughput => "Throughput", "Caudal";
    ops_throughput_how => "Bars: tests by the day they were created, by completion date and by report date. The table also has orders by creation and by completion, and their mean time in between.",
        "Barras: ensayos por el día en que se crearon, por fecha de finalización y por fecha de informe. La tabla tiene además pedidos por creación y por finalización, y su tiempo medio entre ambas.";
    ops_throughput_summary(created: &str, completed: &str, reported: &str) => "{created} tests created, {completed} completed and {reported} reported in the range.",
        "{created} ensayos creados, {completed} completados y {reported} informados en el periodo.";
    ops_orders_created => "Orders created", "Pedidos creados";
    ops_orders_completed => "Orders completed", "Pedidos completados";
    ops_order_hours => "Mean completion", "Finalización media";
    ops_wip => "Work in progress", "Trabajo en curso";
    ops_wip_sub => "tests by state and age, now", "ensayos por estado y antigüedad, ahora";
    ops_no_wip => "No test is in progress.", "Ningún ensayo está en curso.";
    ops_age_first => "under 1 d", "menos de 1 d";
    ops_age_second => "1 to 2 d", "1 a 2 d";
    ops_age_third => "2 to 3 d", "2 a 3 d";
    ops_age_fourth => "3 to 7 d", "3 a 7 d";
    ops_age_last => "7 d and more", "7 d y más";
    ops_median_age => "Median age", "Antigüedad mediana";
    ops_p90_age => "p90 of the age", "p90 de antigüedad";
    ops_oldest => "Oldest", "El más antiguo";
    ops_cycle => "Cycle time", "Tiempo de ciclo";
    ops_cycle_sub => "samples, created to completed", "muestras, de creación a finalización";
    ops_cycle_summary(mean: &str) => "Mean cycle time of the samples completed in the range: {mean}.",
        "Tiempo de ciclo medio de las muestras completadas en el periodo: {mean}.";
    ops_cycle_matrix => "Cycle time by matrix", "Tiempo de ciclo por matriz";
    ops_no_completed => "No sample was completed in this range.", "No se completó ninguna muestra en este periodo.";
    ops_mean => "Mean", "Media";
    ops_funnel => "Order funnel", "Embudo de pedidos";
    ops_funnel_sub => "orders created in the range", "pedidos creados en el periodo";
    ops_funnel_how => "One cohort: the orders created in the range, and how many of these have been received, completed and reported by now. Beside the share stands the median time from creation. On hold: those that are so now; they are part of the steps above.",
        "Una cohorte: los pedidos creados en el periodo, y cuántos de ellos se han recibido, completado e informado hasta ahora. Junto a la parte va el tiempo mediano desde la creación. En espera: los que lo están ahora; forman parte de los pasos anteriores.";
    ops_no_orders => "No order was created in this range.", "No se creó ningún pedido en este periodo.";
    ops_step => "Step", "Paso";
    ops_share => "Share", "Parte";
    ops_median_time => "Median time", "Tiempo mediano";
    ops_slowest => "Slowest orders", "Pedidos más lentos";
    ops_slowest_how => "Of the orders created in the range those that took longest from creation to completion, or have been open longest. Customer and state of the filter count, sample properties do not.",
        "De los pedidos creados en el periodo, los que más tardaron de la creación a la finalización, o los que más tiempo llevan abiertos. Cuentan el cliente y el estado del filtro, no las propiedades de las muestras.";
    ops_completion => "Completion", "Finalización";
    ops_arrivals => "When work comes in", "Cuándo entra el trabajo";
    ops_arrivals_sub(zone: &str) => "orders created, by hour, {zone}", "pedidos creados, por hora, {zone}";
    ops_arrivals_how => "Orders created in the range by day of the week and hour of the laboratory's clock. A cell opens its orders. Orders and not tests, because QBench gives the creation of a test without a time of day.",
        "Pedidos creados en el periodo por día de la semana y hora del reloj del laboratorio. Cada celda abre sus pedidos. Son pedidos y no ensayos porque QBench da la creación de un ensayo sin hora del día.";
    ops_weekday => "Day", "Día";
    ops_batches => "Batches", "Lotes";
    ops_batches_sub => "created, whatever the customer", "creados, sea cual sea el cliente";
    ops_batches_how => "Batches created in the range and how many of them are complete; tests and samples as QBench lists them in the batch. Batches belong to no customer: of the filter only the days count.",
        "Lotes creados en el periodo y cuántos están completos; ensayos y muestras como los lista QBench en el lote. Los lotes no son de ningún cliente: del filtro solo cuentan las fechas.";
    ops_batches_summary(n: &str) => "{n} batches were created in the range.", "Se crearon {n} lotes en el periodo.";
    ops_batch_assays => "Batches by assay", "Lotes por método";
    ops_no_batches => "No batch was created in this range.", "No se creó ningún lote en este periodo.";
    ops_complete => "Complete", "Completos";
    ops_fill => "Tests per batch", "Ensayos por lote";
    ops_stale => "Stale batches", "Lotes estancados";
    ops_stale_sub(n: &str) => "{n} without a change for 3 days", "{n} sin cambios desde hace 3 días";
    ops_stale_how => "Batches that are not complete, in no final state, and have not changed for three days or more, now, whatever the range. Idle: since the last change, or since creation where none is known.",
        "Lotes que ahora no están completos ni en un estado final y que llevan tres días o más sin cambios, sea cual sea el periodo. Parado: desde el último cambio, o desde la creación si no se conoce ninguno.";
    ops_no_stale => "Every open batch has changed within the last 3 days.", "Todos los lotes abiertos han cambiado en los últimos 3 días.";
    ops_stale_all(n: &str) => "All {n} in a list", "Los {n} en una lista";
    ops_idle => "Idle", "Parado";
    ops_outlook => "Work to come", "Trabajo por venir";
    ops_outlook_sub => "tests expected, next 14 days", "ensayos esperados, próximos 14 días";
    ops_outlook_how => "Tests expected to be created a day: the mean of the same weekday over the last eight weeks. The bands are as wide as such means were off in that time: four of five days lie in the 80% band, nineteen of twenty in the 95% band. The line below says how the same method did on the last four weeks.",
        "Ensayos que se espera crear cada día: la media del mismo día de la semana en las últimas ocho semanas. Las bandas son tan anchas como erraron esas medias en ese tiempo: cuatro de cada cinco días caen en la banda del 80%, diecinueve de veinte en la del 95%. La línea de abajo dice cómo le fue al mismo método en las últimas cuatro semanas.";
    ops_outlook_summary(n: &str) => "{n} tests expected in the next 14 days.", "Se esperan {n} ensayos en los próximos 14 días.";
    ops_outlook_tested(in_80: &str, in_95: &str, days: &str) => "last {days} days: {in_80} in the 80% band, {in_95} in the 95% band",
        "últimos {days} días: {in_80} en la banda del 80%, {in_95} en la del 95%";
    ops_backlog => "Backlog to come", "Carga pendiente por venir";
    ops_backlog_sub => "tests in progress at the end of the day, next 14 days", "ensayos en curso al final del día, próximos 14 días";
    ops_backlog_how => "The tests in progress now, plus those expected to be created, minus those expected to be completed or reported. What a day adds or takes is the mean of the same weekday over the last eight weeks. The bands at each distance are as wide as projections over that distance were off in eight weeks: four of five lie in the 80% band, nineteen of twenty in the 95% band. The line below says how bands made like this did over the last four weeks of projections, fourteen days each.",
        "Los ensayos en curso ahora, más los que se espera crear, menos los que se espera completar o informar. Lo que un día suma o resta es la media del mismo día de la semana en las últimas ocho semanas. A cada distancia las bandas son tan anchas como erraron en ocho semanas las proyecciones a esa distancia: cuatro de cada cinco caen en la banda del 80%, diecinueve de veinte en la del 95%. La línea de abajo dice cómo les fue a bandas así en las últimas cuatro semanas de proyecciones, de catorce días cada una.";
    ops_backlog_summary(now: &str, value: &str, low: &str, high: &str) => "{now} tests are in progress; {value} are expected in 14 days, between {low} and {high} in four of five cases.",
        "Hay {now} ensayos en curso; se esperan {value} dentro de 14 días, entre {low} y {high} en cuatro de cada cinco casos.";
    ops_backlog_tested(in_80: &str, in_95: &str, n: &str) => "last {n} projections: {in_80} in the 80% band, {in_95} in the 95% band",
        "últimas {n} proyecciones: {in_80} en la banda del 80%, {in_95} en la del 95%";
    ops_no_outlook => "There is no history to foretell from.", "No hay historia de la que predecir.";
    ops_expected => "Expected", "Esperado";
    ops_band_80 => "80% band", "Banda del 80%";
    ops_band_95 => "95% band", "Banda del 95%";
    ops_low(band: &str) => "{band}, from", "{band}, desde";
    ops_high(band: &str) => "{band}, up to", "{band}, hasta";
}
