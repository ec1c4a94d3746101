//! The page about turnaround.

crate::i18n::catalogue! {
    turn_clock => "Clock", "Reloj";
    turn_clock_calendar => "Calendar", "Calendario";
    turn_clock_working => "Working hours", "Horas laborales";
    turn_entity => "Turnaround of", "Plazo de";
    turn_group => "Group by", "Agrupar por";
    turn_tests_reported => "Tests reported", "Ensayos informados";
    turn_samples_completed => "Samples completed", "Muestras completadas";
    turn_orders_reported => "Orders reported", "Pedidos informados";
    turn_ended_how => "Tests and orders by report date, samples by completion date; those whose turnaround cannot be measured count too.",
        "Ensayos y pedidos por fecha de informe, muestras por fecha de finalización; también cuentan aquellos cuyo plazo no se puede medir.";
    turn_mean => "Mean", "Media";
    turn_p95 => "95th percentile", "Percentil 95";
    turn_p99 => "99th percentile", "Percentil 99";
    turn_how => "Tests: creation to report. Samples: creation to completion. Orders: creation to report. Records without both dates, or that ended before they began, are left out. The calendar counts every hour, the working clock only the laboratory's working hours without holidays. Percentiles are exact, by linear interpolation.",
        "Ensayos: de creación a informe. Muestras: de creación a finalización. Pedidos: de creación a informe. Se excluyen los registros sin ambas fechas o que acabaron antes de empezar. El calendario cuenta todas las horas; el reloj laboral, solo las horas de trabajo del laboratorio sin festivos. Los percentiles son exactos, por interpolación lineal.";
    turn_on_time_how => "Share of the measured records at or below the target. The target counts hours of the clock in use.",
        "Parte de los registros medidos dentro del objetivo. El objetivo cuenta horas del reloj en uso.";
    turn_left_out(n: &str) => "{n} are left out of all durations: a date is missing, or the end lies before the beginning.",
        "{n} quedan fuera de todas las duraciones: falta una fecha, o el final es anterior al comienzo.";
    turn_show_left_out => "Show them", "Verlos";
    turn_none => "Nothing ended in this range that could be measured.", "En este periodo no acabó nada que se pueda medir.";
    turn_distribution => "Distribution", "Distribución";
    turn_distribution_sub => "above: records by duration; below: share done", "arriba: registros por duración; abajo: parte hecha";
    turn_distribution_how => "Each bar counts the records that took longer than its lower edge and at most its upper edge. The line below is the share done within the upper edge. Marked are median, 90th percentile and target. What lies beyond the last edge has one bar of its own.",
        "Cada barra cuenta los registros que tardaron más que su borde inferior y como mucho su borde superior. La línea de abajo es la parte hecha hasta el borde superior. Están marcados la mediana, el percentil 90 y el objetivo. Lo que excede el último borde tiene su propia barra.";
    turn_bin(from: &str, to: &str) => "{from} to {to}", "{from} a {to}";
    turn_bin_over(from: &str) => "over {from}", "más de {from}";
    turn_from => "Above", "Más de";
    turn_upto => "Up to", "Hasta";
    turn_share_done => "Share done", "Parte hecha";
    turn_records => "Records", "Registros";
    turn_curve => "Cumulative distribution", "Distribución acumulada";
    turn_curve_sub => "time until a share was done", "tiempo hasta hacer una parte";
    turn_curve_how => "The empirical distribution function, with shares on the horizontal axis: at 90% stands the time within which 90% of the records were done. Steps of two percent, interpolated linearly. Dotted: the period compared with.",
        "La función de distribución empírica, con las partes en el eje horizontal: en el 90 % está el tiempo en que se hizo el 90 % de los registros. Pasos del dos por ciento, con interpolación lineal. Con puntos: el periodo de comparación.";
    turn_share_of(share: &str) => "{share} done", "{share} hecho";
    turn_time => "Time", "Tiempo";
    turn_trend => "Median and 90th percentile over time", "Mediana y percentil 90 en el tiempo";
    turn_trend_sub => "by day of the end, with control limits", "por día del final, con límites de control";
    turn_trend_how => "Median and 90th percentile of the records that ended in each bucket. The limits are those of a chart for single values (XmR): the mean of the shown complete buckets plus and minus 2.66 times the mean difference between neighbours, which is about three standard deviations of what is usual. A point outside them is marked: something else than chance was at work. Buckets without records are skipped, the running one does not count, and below six buckets there are no limits.",
        "Mediana y percentil 90 de los registros que acabaron en cada intervalo. Los límites son los de un gráfico de valores individuales (XmR): la media de los intervalos completos mostrados más y menos 2,66 veces la diferencia media entre vecinos, unas tres desviaciones típicas de lo habitual. Un punto fuera de ellos está marcado: no fue solo el azar. Los intervalos sin registros se omiten, el que está en curso no cuenta, y con menos de seis no hay límites.";
    turn_limit_median(time: &str) => "median ≤ {time}", "mediana ≤ {time}";
    turn_limit_median_low(time: &str) => "median ≥ {time}", "mediana ≥ {time}";
    turn_limit_p90(time: &str) => "p90 ≤ {time}", "p90 ≤ {time}";
    turn_outside => "outside the limits", "fuera de los límites";
    turn_outside_count(n: &str) => "{n} points outside the control limits", "{n} puntos fuera de los límites de control";
    turn_no_limits => "too few complete buckets for control limits", "muy pocos intervalos completos para límites de control";
    turn_median_lower => "Median, lower limit", "Mediana, límite inferior";
    turn_median_upper => "Median, upper limit", "Mediana, límite superior";
    turn_p90_lower => "p90, lower limit", "p90, límite inferior";
    turn_p90_upper => "p90, upper limit", "p90, límite superior";
    turn_groups => "By group", "Por grupo";
    turn_groups_how => "Records that ended in the range by group, those without a key as “unknown”. Median, p90 and on time are of the measured ones. Change: of the median, against the period compared with.",
        "Registros que acabaron en el periodo por grupo, los que no tienen clave como «unknown». Mediana, p90 y a tiempo son de los medidos. Cambio: de la mediana, frente al periodo de comparación.";
    turn_groups_rest(n: &str) => "{n} more groups are in the CSV and XLSX.", "{n} grupos más están en el CSV y el XLSX.";
    turn_median_change => "Median change", "Cambio de mediana";
    turn_previous_median => "Median before", "Mediana anterior";
    turn_stages => "Where the time goes", "Adónde va el tiempo";
    turn_stages_by_state(many: &str) => "{many}, by observed state; calendar hours", "{many}, por estado observado; horas de calendario";
    turn_stages_by_state_but(many: &str, rest: &str) => "{many}, by observed state; calendar hours; {rest} more have only dates",
        "{many}, por estado observado; horas de calendario; {rest} más solo tienen fechas";
    turn_stages_by_date(many: &str) => "{many}, by their dates; calendar hours", "{many}, por sus fechas; horas de calendario";
    turn_stages_by_date_but(many: &str, rest: &str) => "{many}, by their dates; calendar hours; of {rest} more the states were seen",
        "{many}, por sus fechas; horas de calendario; de {rest} más se vieron los estados";
    turn_stages_how => "From creation to the end of turnaround, by the calendar whatever the clock. Where the changes of state of a record were seen, its stages are its states; else they are the steps between its own dates, and a missing date takes no time. Drawn are the stages that tell of more records. Every record counts in every stage, with no time where it never was: a stage that fewer than half of the records pass has a median of zero. Each bar begins where the medians before it end. Medians do not add up to the median of the whole, which stands at the end; means do.",
        "De la creación al final del plazo, por el calendario sea cual sea el reloj. Donde se vieron los cambios de estado de un registro, sus etapas son sus estados; si no, los pasos entre sus propias fechas, y una fecha que falta no lleva tiempo. Se dibujan las etapas que cuentan de más registros. Cada registro cuenta en cada etapa, sin tiempo donde nunca estuvo: una etapa por la que pasa menos de la mitad tiene mediana cero. Cada barra empieza donde acaban las medianas anteriores. Las medianas no suman la mediana del total, que está al final; las medias sí.";
    turn_stages_summary(stages: &str, whole: &str) => "Median by stage: {stages}; from beginning to end {whole}",
        "Mediana por etapa: {stages}; de principio a fin {whole}";
    turn_stage => "Stage", "Etapa";
    turn_stage_title(stage: &str, passed: &str, records: &str) => "{stage}: {passed} of {records} pass it", "{stage}: {passed} de {records} pasan por ella";
    turn_until_received => "To receipt", "Hasta recepción";
    turn_until_started => "To start", "Hasta inicio";
    turn_until_completed => "To completion", "Hasta finalización";
    turn_until_reported => "To report", "Hasta informe";
    turn_whole => "Whole", "Total";
    turn_passed => "Records in it", "Registros en ella";
    turn_share_of_time => "Share of time", "Parte del tiempo";
    turn_slow => "Slowest reported orders", "Pedidos informados más lentos";
    turn_slow_sub(n: &str, total: &str, mean: &str, p95: &str) => "{n} of {total}; mean {mean}, p95 {p95}",
        "{n} de {total}; media {mean}, p95 {p95}";
    turn_slow_how => "Orders reported in the range by the time from creation to report, by the calendar whatever the clock; mean and p95 are of all that were open at least as long as asked for. QBench gives the report as a date, so it counts from the beginning of that day. Of the filter, customer, type, matrix and label hold; the state holds when the page is about orders.",
        "Pedidos informados en el periodo por el tiempo de creación a informe, por el calendario sea cual sea el reloj; la media y p95 son de todos los que estuvieron abiertos al menos lo pedido. QBench da el informe como fecha, así que cuenta desde el comienzo de ese día. Del filtro valen cliente, tipo, matriz y etiqueta; el estado, cuando la página trata de pedidos.";
    turn_slow_none => "No order reported in this range was open that long.", "Ningún pedido informado en este periodo estuvo abierto tanto tiempo.";
    turn_thresholds => "Thresholds", "Umbrales";
    turn_least => "Open for at least, hours", "Abierto al menos, horas";
    turn_outlier_from => "Outlier from, hours", "Atípico desde, horas";
    turn_outlier => "outlier", "atípico";
    turn_open_time => "Open time", "Tiempo abierto";
}
