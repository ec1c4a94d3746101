//! The page about the laboratory's settings.

crate::i18n::catalogue! {
    settings_title => "Settings", "Ajustes";
    settings_lab => "Laboratory", "Laboratorio";
    settings_lab_sub => "in force everywhere at once", "vigente al instante en todas partes";
    settings_name => "Name", "Nombre";
    settings_zone => "Time zone", "Zona horaria";
    settings_zone_help => "An IANA name such as America/Denver. Days and weeks of all figures are this zone's.",
        "Un nombre IANA como America/Bogota. Los días y semanas de todas las cifras son de esta zona.";
    settings_zone_coming(zone: &str) => "{zone} takes effect when the running synchronisation has ended.",
        "{zone} entra en vigor cuando termine la sincronización en curso.";
    settings_language => "Language of those who have chosen none", "Idioma de quien no ha elegido otro";
    settings_language_browser => "the browser's", "el del navegador";
    settings_sla => "Turnaround target, in days", "Plazo objetivo, en días";
    settings_sla_help => "Holds where a view asks for no other.", "Vale donde una vista no pide otro.";
    settings_states => "Final states of orders, one a line", "Estados finales de los pedidos, uno por línea";
    settings_states_help => "An order in one of these is not open, in any case of its letters.",
        "Un pedido en uno de ellos no está abierto, en mayúsculas o minúsculas.";
    settings_held(variable: &str) => "Set by {variable} of the environment.", "Fijado por {variable} del entorno.";
    settings_save => "Save", "Guardar";
    settings_hours => "Working hours", "Horario laboral";
    settings_hours_sub => "the working clock of turnaround", "el reloj laboral de los plazos";
    settings_hours_help => "A day without times has no work.", "Un día sin horas no es laborable.";
    settings_weekday => "Day", "Día";
    settings_opens => "From", "Desde";
    settings_closes => "To", "Hasta";
    settings_opens_on(day: &str) => "{day}, from", "{day}, desde";
    settings_closes_on(day: &str) => "{day}, to", "{day}, hasta";
    settings_monday => "Monday", "Lunes";
    settings_tuesday => "Tuesday", "Martes";
    settings_wednesday => "Wednesday", "Miércoles";
    settings_thursday => "Thursday", "Jueves";
    settings_friday => "Friday", "Viernes";
    settings_saturday => "Saturday", "Sábado";
    settings_sunday => "Sunday", "Domingo";
    settings_holidays => "Holidays", "Festivos";
    settings_holidays_sub => "days without work", "días no laborables";
    settings_holidays_none => "No holidays", "Sin festivos";
    settings_holiday_day => "Day", "Día";
    settings_holiday_name => "Name", "Nombre";
    settings_holiday_choose => "Remove", "Quitar";
    settings_holiday_choose_one(day: &str) => "Remove {day}", "Quitar {day}";
    settings_holidays_remove => "Remove the chosen", "Quitar los elegidos";
    settings_holidays_lines => "Days to add, one a line", "Días que añadir, uno por línea";
    settings_holidays_help => "A date and a name: 2026-12-25 Christmas Day", "Una fecha y un nombre: 2026-12-25 Navidad";
    settings_holidays_add => "Add", "Añadir";
}
