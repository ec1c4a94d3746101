//! Saved views and links.

crate::i18n::catalogue! {
    views_title => "Views", "Vistas";
    views_manage => "All views and links", "Todas las vistas y enlaces";
    views_save_this => "Save this page", "Guardar esta página";
    views_name => "Name of the view", "Nombre de la vista";
    views_for_all => "For all", "Para todos";
    views_saved => "View saved.", "Vista guardada.";
    views_done => "Done.", "Hecho.";
    views_none => "No saved views", "No hay vistas guardadas";
    views_none_why => "Set up a page as you need it, then save it from the menu “Views” in its top bar.",
        "Prepare una página como la necesite y guárdela desde el menú «Vistas» de su barra superior.";
    views_sub => "Yours in your order, then those of others that are for all.",
        "Las suyas en su orden, luego las de otros que son para todos.";
    views_explain => "A view is a page with its period and filters. Relative periods such as the last 30 days move on with the calendar. The home view is where you are led right after signing in.",
        "Una vista es una página con su periodo y sus filtros. Los periodos relativos, como los últimos 30 días, avanzan con el calendario. La vista de inicio es adonde se le lleva justo después de entrar.";
    view_column => "View", "Vista";
    view_page => "Page", "Página";
    view_who => "Seen by", "La ven";
    view_mine => "me", "yo";
    view_all => "all", "todos";
    view_is_home => "Home", "Inicio";
    view_make_home(name: &str) => "Start at {name} after signing in", "Empezar en {name} al entrar";
    view_unmake_home(name: &str) => "No longer start at {name}", "Ya no empezar en {name}";
    view_up(name: &str) => "Move {name} up", "Subir {name}";
    view_down(name: &str) => "Move {name} down", "Bajar {name}";
    view_rename(name: &str) => "New name for {name}", "Nuevo nombre para {name}";
    view_delete(name: &str) => "Delete {name}", "Eliminar {name}";
    view_acts => "Actions", "Acciones";
    link_new => "Share a view", "Compartir una vista";
    link_new_why => "A link shows one view to people without an account, read-only. Every other page stays closed to them.",
        "Un enlace muestra una vista a personas sin cuenta, solo para leer. Las demás páginas siguen cerradas para ellas.";
    link_no_views => "Save a view of a dashboard first.", "Guarde antes una vista de un panel.";
    link_view => "View", "Vista";
    link_fixed => "Keep its filters fixed", "Dejar fijos sus filtros";
    link_password => "Password (optional, 8 characters or more)", "Contraseña (opcional, 8 caracteres o más)";
    link_days => "Days until it ends (empty = until revoked)", "Días hasta que termine (vacío = hasta revocarlo)";
    link_make => "Make a link", "Crear enlace";
    link_made => "The link is ready. Copy it now: it is not shown again.",
        "El enlace está listo. Cópielo ahora: no se mostrará otra vez.";
    link_made_open => "Link", "Enlace";
    link_made_wall => "For a wall screen", "Para una pantalla de pared";
    links_title => "Links", "Enlaces";
    links_none => "No links yet", "Aún no hay enlaces";
    links_none_why => "Links that managers make appear here, with how often they were opened.",
        "Aquí aparecen los enlaces que crean los encargados, con cuántas veces se abrieron.";
    links_explain => "Opened counts each session once. Revoking closes a link and every page open through it at once.",
        "Aperturas cuenta cada sesión una vez. Revocar cierra un enlace y todas las páginas abiertas con él al momento.";
    link_filters => "Filters", "Filtros";
    link_filters_fixed => "fixed", "fijos";
    link_filters_free => "free", "libres";
    link_has_password => "with password", "con contraseña";
    link_ends => "Ends", "Termina";
    link_never => "never", "nunca";
    link_views => "Opened", "Aperturas";
    link_by => "Made by", "Creado por";
    link_state => "State", "Estado";
    link_is_open => "open", "abierto";
    link_is_expired => "expired", "caducado";
    link_is_revoked => "revoked", "revocado";
    link_revoke(name: &str) => "Revoke the link to {name}", "Revocar el enlace a {name}";
    link_protected => "This view has a password", "Esta vista tiene contraseña";
    link_protected_why => "Whoever gave you the link knows it.", "Quien le dio el enlace la conoce.";
    link_password_wrong => "That is not the password of this view.", "Esa no es la contraseña de esta vista.";
    link_open => "Open the view", "Abrir la vista";
    link_closed => "This link shows nothing", "Este enlace no muestra nada";
    link_closed_why => "It is incomplete, has expired or was revoked. Ask whoever gave it to you for a new one.",
        "Está incompleto, caducó o fue revocado. Pida uno nuevo a quien se lo dio.";
}
