//! The page about the product mix.

crate::i18n::catalogue! {
    mix_tests_per_sample => "Tests per sample", "Ensayos por muestra";
    mix_tests_per_sample_how => "Visible tests of the samples created in the range, divided by these samples.",
        "Ensayos visibles de las muestras creadas en el periodo, divididos entre esas muestras.";
    mix_matrices => "Matrices", "Matrices";
    mix_matrices_how => "Matrices with at least one sample created in the range; samples without one count as “unknown”.",
        "Matrices con al menos una muestra creada en el periodo; las muestras sin matriz cuentan como «unknown».";
    mix_labels => "Labels", "Etiquetas";
    mix_labels_how => "Assay labels with at least one test created in the range; tests without one count as “unknown”.",
        "Etiquetas con al menos un ensayo creado en el periodo; los ensayos sin etiqueta cuentan como «unknown».";
    mix_largest => "Largest matrix", "Mayor matriz";
    mix_largest_how => "Part of the samples created in the range that the largest matrix has.",
        "Parte de las muestras creadas en el periodo que tiene la mayor matriz.";
    mix_by_matrix => "Samples by matrix", "Muestras por matriz";
    mix_by_type => "Samples by type", "Muestras por tipo";
    mix_kinds_how => "Samples by the day they were created. Orders: those that the samples belong to. Tests: the visible tests of these samples. With report: the samples that have one. Change: against the samples of the period compared with.",
        "Muestras por el día en que se crearon. Pedidos: los de esas muestras. Ensayos: los visibles de esas muestras. Con informe: las muestras que lo tienen. Cambio: frente a las muestras del periodo de comparación.";
    mix_with_report => "With report", "Con informe";
    mix_none => "No samples were created in this range.", "No se creó ninguna muestra en este periodo.";
    mix_tick => "tick: period compared with", "marca: periodo de comparación";
}
