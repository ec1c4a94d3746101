//! Invitations: on the administration's page, in the mail, and the page that the invited see.

crate::i18n::catalogue! {
    invite_title => "Invite somebody", "Invitar a alguien";
    invite_why => "The invited open a link and choose their own password. The link works once.",
        "La persona invitada abre un enlace y elige su contraseña. El enlace sirve una vez.";
    invite_name => "Name for signing in", "Nombre para entrar";
    invite_mail => "Mail address (may be left empty)", "Dirección de correo (puede quedar vacía)";
    invite_days => "Days until the invitation ends", "Días hasta que caduca la invitación";
    invite => "Invite", "Invitar";
    invite_made => "The invitation is ready. Copy its link now: it is not shown again.",
        "La invitación está lista. Copie su enlace ahora: no se mostrará otra vez.";
    invite_link => "Link", "Enlace";
    invite_sent => "It is on its way by mail too.", "También va de camino por correo.";
    invite_refused => "The mail server did not take the mail: pass the link on yourself.",
        "El servidor de correo no aceptó el mensaje: entregue el enlace usted.";
    invite_impossible => "No mail was sent: the server has no mail server, sender or public address (BENCHWATCH_SMTP_URL, BENCHWATCH_MAIL_FROM, BENCHWATCH_PUBLIC_URL). Pass the link on yourself.",
        "No se envió correo: falta el servidor de correo, el remitente o la dirección pública (BENCHWATCH_SMTP_URL, BENCHWATCH_MAIL_FROM, BENCHWATCH_PUBLIC_URL). Entregue el enlace usted.";
    invitations_title => "Open invitations", "Invitaciones abiertas";
    invitations_none => "Nobody is invited", "Nadie está invitado";
    invitations_none_why => "Invitations that wait to be accepted appear here.", "Aquí aparecen las invitaciones por aceptar.";
    invitation_whom => "Name", "Nombre";
    invitation_mail => "Mail", "Correo";
    invitation_by => "Invited by", "Invitó";
    invitation_cli => "command line", "línea de órdenes";
    invitation_ends => "Ends", "Caduca";
    invitation_withdraw(name: &str) => "Withdraw the invitation of {name}", "Retirar la invitación de {name}";
    invitation_subject(laboratory: &str) => "Invitation to {laboratory}", "Invitación a {laboratory}";
    invitation_letter(name: &str, laboratory: &str) => "You are invited to the dashboards of {laboratory}. Open this link and choose a password; you then sign in as {name}.",
        "Tiene una invitación a los paneles de {laboratory}. Abra este enlace y elija una contraseña; después entra como {name}.";
    invitation_letter_ends(at: &str, zone: &str) => "The link works once, until {at} ({zone}). Whoever has it can use it: do not pass it on. If you expected no invitation, ignore this mail.",
        "El enlace sirve una vez, hasta el {at} ({zone}). Quien lo tenga puede usarlo: no lo comparta. Si no esperaba una invitación, ignore este correo.";
    invitation_welcome => "Welcome", "Le damos la bienvenida";
    invitation_for(name: &str, laboratory: &str) => "This invitation to {laboratory} is for {name}. Choose a password.",
        "Esta invitación a {laboratory} es para {name}. Elija una contraseña.";
    invitation_rule => "At least 12 characters; no other rules.", "Al menos 12 caracteres; sin otras reglas.";
    invitation_repeat => "Password once more", "Contraseña otra vez";
    invitation_accept => "Begin", "Empezar";
    invitation_closed => "This invitation does not open", "Esta invitación no se abre";
    invitation_closed_why => "It is incomplete, was used, has expired or was withdrawn. Ask an administrator for a new one.",
        "Está incompleta, ya se usó, caducó o fue retirada. Pida una nueva a un administrador.";
    password_differs => "The two passwords differ.", "Las dos contraseñas no coinciden.";
    password_too_short => "A password has at least 12 characters.", "Una contraseña tiene al menos 12 caracteres.";
    password_too_long => "A password has at most 1024 bytes.", "Una contraseña tiene como mucho 1024 bytes.";
    password_common => "This password is on the list of common passwords, is the name, or repeats a few characters.",
        "Esta contraseña está en la lista de las comunes, es el nombre o repite unos pocos caracteres.";
}
