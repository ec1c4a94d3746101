//! The pages about accounts and their administration.

crate::i18n::catalogue! {
    account_title => "Account", "Cuenta";
    account_who(name: &str, role: &str) => "{name}, {role}", "{name}, {role}";
    password_title => "Password", "Contraseña";
    password_current => "Present password", "Contraseña actual";
    password_new => "New password", "Contraseña nueva";
    password_again => "New password once more", "Contraseña nueva otra vez";
    password_rule => "At least 12 characters; no other rules. All other sessions and all tokens end.",
        "Al menos 12 caracteres; sin otras reglas. Terminan las demás sesiones y todas las claves.";
    password_change => "Change the password", "Cambiar la contraseña";
    sessions_title => "Sessions", "Sesiones";
    sessions_sub => "where you are signed in", "dónde ha entrado";
    session_started => "Signed in", "Entrada";
    session_ends => "Ends if unused", "Termina si no se usa";
    session_this => "this one", "esta";
    session_end => "End", "Terminar";
    session_end_others => "End all others", "Terminar las demás";
    second_title => "Second factor", "Segundo factor";
    second_sub => "a code at sign-in, beside the password", "un código al entrar, además de la contraseña";
    second_why => "An authenticator on your phone shows a new code every 30 seconds. Who only knows your password cannot sign in.",
        "Un autenticador en su teléfono muestra un código nuevo cada 30 segundos. Quien solo conoce su contraseña no puede entrar.";
    second_password => "Your password", "Su contraseña";
    second_begin => "Set it up", "Configurarlo";
    second_scan => "Scan this with the authenticator.", "Escanee esto con el autenticador.";
    second_qr => "QR code for the authenticator", "Código QR para el autenticador";
    second_type => "Or type:", "O escriba:";
    second_codes_now => "Keep these recovery codes: each opens the account once when the phone is lost. They are shown only now.",
        "Guarde estos códigos de recuperación: cada uno abre la cuenta una vez si pierde el teléfono. Solo se muestran ahora.";
    second_code => "The code that the authenticator shows", "El código que muestra el autenticador";
    second_confirm => "Turn it on", "Activarlo";
    second_cancel => "Give up", "Cancelar";
    second_on(since: &str) => "in use since {since}", "en uso desde {since}";
    second_codes_left(n: &str) => "Recovery codes left: {n}", "Códigos de recuperación restantes: {n}";
    second_remove => "Remove it", "Quitarlo";
    second_reset => "Remove the second factor", "Quitar el segundo factor";
    second_used => "second factor", "segundo factor";
    second_unreadable => "second factor unreadable", "segundo factor ilegible";
    second_unreadable_own => "The server lacks the key to your authenticator's secret and cannot check its codes. Remove the second factor and set it up anew.",
        "Al servidor le falta la clave del secreto de su autenticador y no puede comprobar sus códigos. Quite el segundo factor y configúrelo de nuevo.";
    second_unreadable_some(n: &str) => "Second factors that cannot be read: {n}. The key that seals them is missing (BENCHWATCH_SECRET_KEY, or secret.key in the data directory). Bring it back, or remove those second factors so that they are set up anew.",
        "Segundos factores ilegibles: {n}. Falta la clave que los sella (BENCHWATCH_SECRET_KEY, o secret.key en el directorio de datos). Recupérela, o quite esos segundos factores para configurarlos de nuevo.";
    open_title => "Open sessions", "Sesiones abiertas";
    open_sub => "everybody's, the newest first", "las de todos, primero las más recientes";
    open_end_all(name: &str) => "End all of {name}", "Terminar todas las de {name}";
    tokens_title => "Tokens for programs", "Claves para programas";
    tokens_sub => "for the REST interface", "para la interfaz REST";
    tokens_none => "No tokens", "Sin claves";
    tokens_none_why => "A program shows its token instead of a session.", "Un programa muestra su clave en lugar de una sesión.";
    token_name => "Name", "Nombre";
    token_scope => "May", "Puede";
    token_read => "read", "leer";
    token_control => "read and control", "leer y controlar";
    token_begins => "Begins with", "Empieza por";
    token_made => "Made", "Creada";
    token_used => "Last used", "Último uso";
    token_ends => "Ends", "Termina";
    token_never => "never", "nunca";
    token_days => "Days until it ends (empty: never)", "Días hasta que termina (vacío: nunca)";
    token_make => "Make a token", "Crear una clave";
    token_revoke => "Revoke", "Revocar";
    token_text => "The token, shown this once:", "La clave, que solo se muestra ahora:";
    admin_title => "Administration", "Administración";
    admin_audit => "Audit log", "Registro de auditoría";
    users_title => "Accounts", "Cuentas";
    user_role => "Role", "Rol";
    user_state => "State", "Estado";
    user_active => "active", "activa";
    user_disabled => "disabled", "desactivada";
    user_last => "Last signed in", "Última entrada";
    user_sessions => "Sessions", "Sesiones";
    user_actions => "Actions", "Acciones";
    user_you => "you", "usted";
    user_change(name: &str) => "Change {name}", "Cambiar {name}";
    user_set_role => "Set the role", "Poner el rol";
    user_disable => "Disable", "Desactivar";
    user_enable => "Enable", "Activar";
    user_reset => "Set the password", "Poner la contraseña";
    user_create => "Add an account", "Añadir una cuenta";
    bans_title => "Hidden records", "Registros ocultos";
    bans_sub => "hidden everywhere at once, with everything below them", "ocultos al instante en todas partes, con todo lo que contienen";
    bans_none => "Nothing is hidden", "No hay nada oculto";
    ban_kind => "Kind", "Tipo";
    ban_id => "QBench ID", "ID de QBench";
    ban_reason => "Reason", "Motivo";
    ban_by => "By", "Por";
    ban_since => "Since", "Desde";
    ban_add => "Hide", "Ocultar";
    ban_remove => "Show again", "Mostrar";
    ban_customer => "Customer", "Cliente";
    ban_order => "Order", "Pedido";
    ban_sample => "Sample", "Muestra";
    ban_batch => "Batch", "Lote";
    ban_test => "Test", "Ensayo";
    audit_when => "When", "Cuándo";
    audit_who => "Who", "Quién";
    audit_what => "What", "Qué";
    audit_whom => "To what", "A qué";
    audit_where => "From", "Desde dónde";
    audit_detail => "Details", "Detalles";
    audit_none => "No entries", "Sin entradas";
    audit_older => "Older entries", "Entradas anteriores";
    audit_check => "Check the chain", "Comprobar la cadena";
    audit_whole(n: &str) => "The log is whole: {n} entries, each following from the one before it.",
        "El registro está entero: {n} entradas, cada una sigue a la anterior.";
    audit_broken(n: &str) => "The log was changed: entry {n} does not follow from the one before it.",
        "El registro fue alterado: la entrada {n} no sigue a la anterior.";
}
