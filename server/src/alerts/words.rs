//! What alerts say, in both languages: the title, and what can be done.

use super::ledger::Occasion;
use super::rules::Subject;
use app::i18n::Lang;

/// The title of an alert.
#[must_use]
pub const fn title(subject: Subject, lang: Lang) -> &'static str {
    match (subject, lang) {
        (Subject::CredentialsRefused, Lang::En) => "QBench refuses the credentials",
        (Subject::CredentialsRefused, Lang::Es) => "QBench rechaza las credenciales",
        (Subject::SyncFailed, Lang::En) => "Synchronisation failed",
        (Subject::SyncFailed, Lang::Es) => "La sincronización falló",
        (Subject::SyncLate, Lang::En) => "Synchronisation is late",
        (Subject::SyncLate, Lang::Es) => "La sincronización va con retraso",
        (Subject::CopyLate, Lang::En) => "The copy is out of date",
        (Subject::CopyLate, Lang::Es) => "La copia está desactualizada",
        (Subject::QuarantineGrowing, Lang::En) => "Many records went into quarantine",
        (Subject::QuarantineGrowing, Lang::Es) => "Muchos registros entraron en cuarentena",
        (Subject::CertificateDiffers, Lang::En) => "The copy differs from QBench",
        (Subject::CertificateDiffers, Lang::Es) => "La copia difiere de QBench",
        (Subject::DiskLow, Lang::En) => "Little free disk space",
        (Subject::DiskLow, Lang::Es) => "Queda poco espacio en disco",
        (Subject::DatabaseDown, Lang::En) => "The database does not answer",
        (Subject::DatabaseDown, Lang::Es) => "La base de datos no responde",
    }
}

/// What to do about it, in a sentence or two; the runbook has the rest.
#[must_use]
pub const fn advice(subject: Subject, lang: Lang) -> &'static str {
    match (subject, lang) {
        (Subject::CredentialsRefused, Lang::En) => {
            "Check QBENCH_CLIENT_ID and QBENCH_CLIENT_SECRET, and that the API client is active in QBench."
        }
        (Subject::CredentialsRefused, Lang::Es) => {
            "Revise QBENCH_CLIENT_ID y QBENCH_CLIENT_SECRET, y que el cliente de la API esté activo en QBench."
        }
        (Subject::SyncFailed, Lang::En) => {
            "The synchronisation page shows the run with its reason. The next run goes on where this one ended."
        }
        (Subject::SyncFailed, Lang::Es) => {
            "La página de sincronización muestra la ejecución y su motivo. La siguiente continúa donde terminó esta."
        }
        (Subject::SyncLate, Lang::En) => {
            "Check that a process with the worker runs (`benchwatch serve` or `benchwatch worker`) and that its schedules are on."
        }
        (Subject::SyncLate, Lang::Es) => {
            "Compruebe que haya un proceso con el trabajador (`benchwatch serve` o `benchwatch worker`) y que sus horarios estén activos."
        }
        (Subject::CopyLate, Lang::En) => {
            "Figures show the laboratory as it was then. Look at the running or last run on the synchronisation page."
        }
        (Subject::CopyLate, Lang::Es) => {
            "Las cifras muestran el laboratorio como estaba entonces. Mire la ejecución actual o la última en la página de sincronización."
        }
        (Subject::QuarantineGrowing, Lang::En) => {
            "The synchronisation page lists the records with their reasons; they are tried again by themselves."
        }
        (Subject::QuarantineGrowing, Lang::Es) => {
            "La página de sincronización muestra los registros y sus motivos; se reintentan solos."
        }
        (Subject::CertificateDiffers, Lang::En) => {
            "Run `benchwatch sync verify` again; if differences stay, the run's notes name the records."
        }
        (Subject::CertificateDiffers, Lang::Es) => {
            "Ejecute de nuevo `benchwatch sync verify`; si las diferencias siguen, las notas nombran los registros."
        }
        (Subject::DiskLow, Lang::En) => "Make room: a full disk stops the database.",
        (Subject::DiskLow, Lang::Es) => "Libere espacio: un disco lleno detiene la base de datos.",
        (Subject::DatabaseDown, Lang::En) => "Start PostgreSQL again; benchwatch goes on by itself when it answers.",
        (Subject::DatabaseDown, Lang::Es) => "Arranque PostgreSQL; benchwatch continúa solo en cuanto responda.",
    }
}

/// The words before the title.
#[must_use]
pub const fn occasion(occasion: Occasion, lang: Lang) -> &'static str {
    match (occasion, lang) {
        (Occasion::Raised, Lang::En) => "Alert",
        (Occasion::Raised, Lang::Es) => "Alerta",
        (Occasion::Repeated, Lang::En) => "Still",
        (Occasion::Repeated, Lang::Es) => "Continúa",
        (Occasion::Recovered, Lang::En) => "Resolved",
        (Occasion::Recovered, Lang::Es) => "Resuelto",
    }
}

/// Labels of a message's lines: since, figures.
#[must_use]
pub const fn labels(lang: Lang) -> (&'static str, &'static str) {
    match lang {
        Lang::En => ("since", "figures"),
        Lang::Es => ("desde", "cifras"),
    }
}

/// Title and text of a trial.
#[must_use]
pub const fn trial(lang: Lang) -> (&'static str, &'static str) {
    match lang {
        Lang::En => ("Test of the alerts", "Somebody asked for this message. Alerts reach this place."),
        Lang::Es => ("Prueba de las alertas", "Alguien pidió este mensaje. Las alertas llegan hasta aquí."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alert_has_its_entry_in_the_runbook() {
        let runbook = include_str!("../../../docs/runbook.md");
        for subject in Subject::ALL {
            assert!(runbook.contains(&format!("\n## {}\n", subject.key())), "{} has no entry", subject.key());
        }
    }
}
