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
    sign_in_ended => "The session has ended. Sign in again.", "La sesión terminó. Vuelva a entrar.";
}
