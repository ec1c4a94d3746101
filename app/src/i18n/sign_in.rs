//! The sign-in page.

crate::i18n::catalogue! {
    sign_in => "Sign in", "Entrar";
    user_name => "User name", "Usuario";
    password => "Password", "Contraseña";
    password_help => "Forgotten? An administrator can set a new one.", "¿Olvidada? Un administrador puede poner otra.";
    sign_in_no_match => "That name and password do not match. After a few tries there is a short wait.",
        "El usuario y la contraseña no coinciden. Tras varios intentos hay una breve espera.";
    sign_in_throttled => "Too many wrong tries from here. Wait a little and try again.",
        "Demasiados intentos fallidos desde aquí. Espere un poco e inténtelo de nuevo.";
    second_step => "Second step", "Segundo paso";
    second_step_code => "Code", "Código";
    second_step_help => "The six digits that your authenticator shows, or a recovery code.",
        "Las seis cifras de su autenticador, o un código de recuperación.";
    second_step_back => "Begin again", "Empezar de nuevo";
    second_step_wrong => "This code is wrong, or has been used before.", "El código no es correcto o ya se usó.";
    second_step_no_key => "The server lacks the key that it needs to check codes of authenticators. Use a recovery code, or ask an administrator to remove the second factor.",
        "Al servidor le falta la clave para comprobar los códigos de los autenticadores. Use un código de recuperación o pida a un administrador que quite el segundo factor.";
    sign_in_ended => "The session has ended. Sign in again.", "La sesión terminó. Vuelva a entrar.";
}
