//! Invitations by mail, through a real mail server, and from the command line.

use crate::peers::{mail_server, take};
use crate::program::{Kept, address, call};
use sqlx::PgPool;

/// The only line that begins like a link, with soft line ends of quoted-printable undone.
fn link(mail: &str) -> String {
    let joined = mail.replace("=\n", "").replace("=3D", "=");
    let line = joined.lines().find(|line| line.starts_with("https://lab.example/invitation/"));
    line.unwrap_or_else(|| panic!("no link in {mail}")).to_owned()
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn an_invitation_from_the_command_line_is_printed_sent_and_opens(pool: PgPool) {
    let (smtp, mails) = mail_server().await;
    let url = address(&pool);
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("BENCHWATCH_SMTP_URL", smtp.as_str()),
        ("BENCHWATCH_MAIL_FROM", "benchwatch <bw@example.org>"),
        ("BENCHWATCH_PUBLIC_URL", "https://lab.example"),
        ("BENCHWATCH_LAB_NAME", "Fernholt"),
    ];
    let arguments = ["user", "invite", "ana", "--role", "manager", "--mail", "ana@example.org"];
    let made = call(&arguments, &settings).await;
    assert_eq!(made.code, Some(0), "{}", made.err);
    assert!(made.err.contains("sent by mail"), "{}", made.err);
    let sent = take(&mails);
    assert!(sent.len() == 1 && sent[0].contains("To: ana@example.org") && sent[0].contains("Fernholt"), "{sent:?}");
    assert_eq!(link(&sent[0]), made.out.trim(), "the mail brings the link that is printed");
    let again = call(&arguments, &settings).await;
    assert_eq!(again.code, Some(1), "{}", again.out);
    assert!(again.err.contains("withdraw it first"), "{}", again.err);

    let server = Kept::serve(&settings).await;
    let path = made.out.trim().strip_prefix("https://lab.example").expect("our address").to_owned();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = "password=a+long+pass+phrase&repeated=a+long+pass+phrase";
    assert_eq!(server.ask("POST", &path, &form, body).await.status, 303);
    let cookie = server.sign_in("ana", "a long pass phrase").await;
    assert_eq!(server.get("/sync", &[("cookie", &cookie)]).await.status, 200);
    let log = server.stop().await;
    assert!(!log.contains(path.trim_start_matches("/invitation/")), "{log}");
}

#[sqlx::test(migrator = "server::MIGRATOR")]
async fn an_invitation_without_mail_or_with_a_dead_mail_server_is_still_made_and_says_so(pool: PgPool) {
    let url = address(&pool);
    let plain = call(&["user", "invite", "ana", "--mail", "ana@example.org"], &[("DATABASE_URL", &url)]).await;
    assert_eq!(plain.code, Some(0), "{}", plain.err);
    assert!(plain.out.starts_with("http://127.0.0.1:3000/invitation/"), "{}", plain.out);
    assert!(plain.err.contains("no mail was sent") && plain.err.contains("BENCHWATCH_PUBLIC_URL"), "{}", plain.err);
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("BENCHWATCH_SMTP_URL", "smtp://127.0.0.1:9"),
        ("BENCHWATCH_MAIL_FROM", "bw@example.org"),
        ("BENCHWATCH_PUBLIC_URL", "https://lab.example"),
    ];
    let dead = call(&["user", "invite", "ben", "--mail", "ben@example.org"], &settings).await;
    assert_eq!(dead.code, Some(0), "{}", dead.err);
    assert!(dead.err.contains("did not take the mail"), "{}", dead.err);
}
