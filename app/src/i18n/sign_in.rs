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
    sign_in_with(name: &str) => "Sign in with {name}", "Entrar con {name}";
    provider_silent => "The identity provider does not answer. Try again in a moment, or sign in with a password.",
        "El proveedor de identidad no responde. Inténtelo de nuevo enseguida o entre con una contraseña.";
    provider_refused => "The sign-in at the identity provider was not completed. Begin again.",
        "La entrada en el proveedor de identidad no se completó. Empiece de nuevo.";
    provider_not_admitted => "Your account at the identity provider may not be used here. Ask an administrator.",
        "Su cuenta del proveedor de identidad no puede usarse aquí. Pregunte a un administrador.";
    sign_in_ended => "The session has ended. Sign in again.", "La sesión terminó. Vuelva a entrar.";
}
