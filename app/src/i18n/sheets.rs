//! Exports and tables taken away.

crate::i18n::catalogue! {
    export_csv => "Numbers as CSV", "Cifras en CSV";
    export_xlsx => "Numbers as XLSX", "Cifras en XLSX";
    sheet_laboratory => "Laboratory", "Laboratorio";
    sheet_zone => "Time zone", "Zona horaria";
    sheet_as_of => "As of", "A fecha de";
    sheet_about => "About", "Acerca de";
    moving_average => "Moving average", "Media móvil";
    title => "Title", "Título";
    sheet_cut(n: &str) => "only the first {n} rows", "solo las primeras {n} filas";
}
