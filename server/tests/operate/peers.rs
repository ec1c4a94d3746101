//! The other sides: a mail server and a webhook, each for real.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What came, as it came.
pub type Received = Arc<Mutex<Vec<String>>>;

/// A mail server that takes everything; gives its address and the mails as they came.
pub async fn mail_server() -> (String, Received) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("smtp://{}", listener.local_addr().expect("an address"));
    let received = Received::default();
    let store = Arc::clone(&received);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(one_mail(stream, Arc::clone(&store)));
        }
    });
    (address, received)
}

async fn one_mail(stream: TcpStream, store: Received) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 post.example.org\r\n").await.ok()?;
    while let Some(line) = lines.next_line().await.ok()? {
        let answer: &[u8] = match line.split([' ', ':']).next()?.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => b"250 post.example.org\r\n",
            "MAIL" | "RCPT" | "RSET" | "NOOP" => b"250 fine\r\n",
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                    mail.push_str(&line);
                    mail.push('\n');
                }
                store.lock().expect("whole").push(mail);
                b"250 taken\r\n"
            }
            "QUIT" => b"221 bye\r\n",
            _ => b"502 what?\r\n",
        };
        write.write_all(answer).await.ok()?;
    }
    Some(())
}

/// A webhook's other side; gives its address and the bodies as they came.
pub async fn web_server() -> (String, Received) {
    let received = Received::default();
    let store = Arc::clone(&received);
    let take = axum::routing::post(move |body: String| async move { store.lock().expect("whole").push(body) });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook/quiet-word", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().route("/hook/quiet-word", take)).await });
    (url, received)
}

/// What came since the last call.
pub fn take(received: &Received) -> Vec<String> {
    std::mem::take(&mut *received.lock().expect("whole"))
}
