//! The states of QBench in words. A state that is not listed is shown as QBench sends it.

crate::i18n::catalogue! {
    state_created => "Created", "Creado";
    state_registered => "Registered", "Registrado";
    state_not_started => "Not started", "Sin empezar";
    state_batched => "Batched", "En lote";
    state_weighed => "Weighed", "Pesado";
    state_in_progress => "In progress", "En curso";
    state_running => "Running", "En marcha";
    state_in_review => "In review", "En revisión";
    state_needs_review_lab => "Needs review (lab)", "Por revisar (laboratorio)";
    state_needs_review_data => "Needs review (data team)", "Por revisar (datos)";
    state_needs_second_check => "Needs second check", "Falta segunda revisión";
    state_second_check_done => "Second check done", "Segunda revisión hecha";
    state_on_hold => "On hold", "En espera";
    state_rerun => "Rerun", "Repetición";
    state_re_prep => "Re-prep", "Nueva preparación";
    state_completed => "Completed", "Completado";
    state_approved => "Approved", "Aprobado";
    state_partial => "Reportable / partial", "Informable / parcial";
    state_reported => "Reported", "Informado";
    state_not_reportable => "Not reportable", "No informable";
    state_cancelled => "Cancelled", "Cancelado";
    state_client_cancelled => "Client cancelled", "Cancelado por el cliente";
    state_discontinued => "Discontinued", "Descontinuado";
    state_unknown => "Unknown", "Desconocido";
}
