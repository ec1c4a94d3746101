//! Views that are sent by themselves.

crate::i18n::catalogue! {
    delivery_new => "Send a view regularly", "Enviar una vista con regularidad";
    delivery_new_why => "The figures and tables of a view, as they stand at that moment, in the language you choose. Files and a link go with it.",
        "Las cifras y tablas de una vista, tal como estén en ese momento, en el idioma que elija. Van con archivos y un enlace.";
    delivery_no_ways => "Nothing can be sent yet: whoever runs the server has to set a mail server or an address (BENCHWATCH_SMTP_URL and BENCHWATCH_MAIL_FROM, BENCHWATCH_DELIVERY_WEBHOOK_URL, BENCHWATCH_DELIVERY_SLACK_URL).",
        "Aún no se puede enviar nada: quien administra el servidor debe configurar un servidor de correo o una dirección (BENCHWATCH_SMTP_URL y BENCHWATCH_MAIL_FROM, BENCHWATCH_DELIVERY_WEBHOOK_URL, BENCHWATCH_DELIVERY_SLACK_URL).";
    delivery_every => "How often", "Frecuencia";
    delivery_daily => "Every day", "Cada día";
    delivery_weekly => "Every week", "Cada semana";
    delivery_monthly => "Every month", "Cada mes";
    delivery_cron => "As these five fields say", "Según estos cinco campos";
    delivery_at => "At", "A las";
    delivery_weekday => "On (every week)", "El (cada semana)";
    delivery_day => "On day (every month)", "El día (cada mes)";
    delivery_cron_fields => "Minute, hour, day, month, weekday", "Minuto, hora, día, mes, día de la semana";
    delivery_way => "By", "Por";
    delivery_mail => "Mail", "Correo";
    delivery_webhook => "Webhook (JSON)", "Webhook (JSON)";
    delivery_slack => "Slack", "Slack";
    delivery_recipients => "Addresses, separated by commas", "Direcciones, separadas por comas";
    delivery_files => "Files", "Archivos";
    delivery_xlsx => "One workbook (XLSX)", "Un libro (XLSX)";
    delivery_csv => "A CSV for each table", "Un CSV por tabla";
    delivery_language => "Language", "Idioma";
    delivery_make => "Set up", "Programar";
    deliveries_title => "Regular deliveries", "Envíos regulares";
    deliveries_explain => "Times are the laboratory's. What did not get through is tried again four times, later each time. After a crash nothing is sent twice: what was being handed over then is marked as uncertain.",
        "Las horas son las del laboratorio. Lo que no llegó se reintenta cuatro veces, cada vez más tarde. Tras una caída nada se envía dos veces: lo que se estaba entregando queda como incierto.";
    deliveries_none => "Nothing is sent regularly", "No se envía nada con regularidad";
    deliveries_none_why => "Deliveries that managers set up appear here, with their last result and the next time.",
        "Aquí aparecen los envíos que programan los encargados, con su último resultado y la próxima vez.";
    delivery_when => "When", "Cuándo";
    delivery_to => "To", "A";
    delivery_last => "Last time", "Última vez";
    delivery_next => "Next time", "Próxima vez";
    delivery_paused => "paused", "en pausa";
    delivery_never => "not yet", "todavía no";
    delivery_waiting => "waiting", "en espera";
    delivery_sent => "sent", "enviado";
    delivery_failed => "failed", "fallido";
    delivery_uncertain => "uncertain", "incierto";
    delivery_try(n: &str) => "try {n}", "intento {n}";
    delivery_again(at: &str) => "again {at}", "de nuevo {at}";
    delivery_send_now(name: &str) => "Send {name} now", "Enviar {name} ahora";
    delivery_pause(name: &str) => "Pause {name}", "Pausar {name}";
    delivery_resume(name: &str) => "Let {name} go on", "Reanudar {name}";
    delivery_delete(name: &str) => "Delete the delivery of {name}", "Eliminar el envío de {name}";
    deliveries_latest => "Latest deliveries", "Últimos envíos";
    delivery_due => "Due", "Previsto";
    delivery_asked => "Asked for by", "Pedido por";
    delivery_schedule => "schedule", "programa";
    delivery_result => "Result", "Resultado";
    delivery_on_weekday(day: &str, at: &str) => "every week, {day} {at}", "cada semana, {day} {at}";
    delivery_on_day(day: &str, at: &str) => "every month, day {day}, {at}", "cada mes, día {day}, {at}";
    delivery_as_of(at: &str) => "as of {at}", "a {at}";
    delivery_more_rows(n: &str) => "and {n} more rows, in the attached file", "y {n} filas más, en el archivo adjunto";
    delivery_open => "Open the view", "Abrir la vista";
    delivery_why => "You get this because somebody in the laboratory set it up. Managers stop it on the page “Views”.",
        "Recibe esto porque alguien del laboratorio lo programó. Los encargados lo detienen en la página «Vistas».";
}
