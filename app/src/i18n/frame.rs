//! The frame of every page: navigation, top bar, account menu, keys.

crate::i18n::catalogue! {
    skip_to_content => "Skip to content", "Saltar al contenido";
    main_navigation => "Main", "Principal";
    home => "benchwatch, home", "benchwatch, inicio";
    nav_overview => "Overview", "Resumen";
    nav_priority => "Priority", "Prioridad";
    nav_turnaround => "Turnaround", "Plazos";
    nav_operations => "Operations", "Operación";
    nav_quality => "Quality", "Calidad";
    nav_customers => "Customers", "Clientes";
    nav_mix => "Mix", "Mezcla";
    nav_records => "Records", "Registros";
    nav_sync => "Sync", "Sincronía";
    nav_more => "More", "Más";
    late_suffix(n: &str) => ", {n} late", ", {n} atrasados";
    search => "Search", "Buscar";
    search_hint => "Search orders, samples, customers", "Buscar pedidos, muestras, clientes";
    data_as_of(time: &str) => "Data as of {time}", "Datos de las {time}";
    data_as_of_full(time: &str, age: &str) => "Data as of {time}, {age}", "Datos de las {time}, {age}";
    data_old(age: &str) => "Data {age}", "Datos de {age}";
    no_data_yet => "No data yet", "Aún sin datos";
    sync_running => "Sync running", "Sincronizando";
    page_updated => "Page updated", "Página actualizada";
    session_over => "The session has ended. What you see is no longer kept up to date.",
        "La sesión terminó. Lo que ve ya no se mantiene al día.";
    sign_in_again => "Sign in again", "Entrar de nuevo";
    sync_failed => "Last sync failed", "Falló la última sincronía";
    sync_off => "Sync is off", "Sincronía apagada";
    sync_off_why => "Syncing is off: no QBench credentials are configured.",
        "La sincronía está apagada: no hay credenciales de QBench configuradas.";
    switch_theme => "Switch between light and dark", "Cambiar entre claro y oscuro";
    account_of(initials: &str, name: &str) => "{initials}, account of {name}", "{initials}, cuenta de {name}";
    sign_out => "Sign out", "Cerrar sesión";
    language => "Language", "Idioma";
    role_viewer => "Viewer", "Lector";
    role_manager => "Manager", "Responsable";
    role_admin => "Administrator", "Administrador";
    keyboard_keys => "Keyboard", "Teclado";
    main_navigation_phone => "Main, short", "Principal, breve";
    key_search => "Search", "Buscar";
    key_filter => "Filter", "Filtrar";
    key_pages => "Go to a page", "Ir a una página";
    key_period => "Earlier, later period", "Período anterior, siguiente";
    key_arrows => "Step through a chart; open and close a row", "Recorrer un gráfico; abrir y cerrar una fila";
    key_enter => "Open the records", "Abrir los registros";
    key_twin => "Show the table of a chart", "Ver la tabla de un gráfico";
    key_help => "All keys", "Todas las teclas";
    key_escape => "Close", "Cerrar";
    single_keys => "Single-letter keys", "Teclas de una letra";
}
