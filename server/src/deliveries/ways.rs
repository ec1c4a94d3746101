//! The ways that views can be sent, as configured. Addresses of webhooks come from the configuration only, so that nobody
//! on a page can make the server call another; mail goes to the addresses that a manager names.

use super::letter::Edition;
use crate::channels::{Form, MailServer, Post, SendError, mailbox};
use crate::config::OperateConfig;
use app::model::deliveries::Way;
use lettre::message::Mailbox;

/// What is set up.
#[derive(Default)]
pub struct Ways {
    mail: Option<MailServer>,
    posts: Vec<(Way, Post)>,
}

impl Ways {
    /// Sets them up; nothing is sent.
    ///
    /// # Errors
    /// When a setting cannot be used.
    pub fn new(config: &OperateConfig) -> Result<Self, SendError> {
        let mail = match (&config.alerts.smtp_url, &config.alerts.mail_from) {
            (Some(url), Some(from)) => Some(MailServer::new(url, from)?),
            _ => None,
        };
        let mut posts = Vec::new();
        for (way, url, form) in [
            (Way::Webhook, &config.deliveries.webhook, Form::Json),
            (Way::Slack, &config.deliveries.slack, Form::Slack),
        ] {
            if let Some(url) = url {
                posts.push((way, Post::new(url, form)?));
            }
        }
        Ok(Self { mail, posts })
    }

    /// Sends an edition; mail to these addresses.
    ///
    /// # Errors
    /// When it does not get through.
    pub async fn send(&self, way: Way, recipients: &[String], edition: &Edition) -> Result<(), SendError> {
        let missing = || SendError::Setup("the server is not set up for it any more".to_owned());
        if way == Way::Mail {
            let to: Result<Vec<Mailbox>, SendError> = recipients.iter().map(|text| mailbox(text)).collect();
            return self.mail.as_ref().ok_or_else(missing)?.send(&to?, &edition.letter()).await;
        }
        let (_, post) = self.posts.iter().find(|(known, _)| *known == way).ok_or_else(missing)?;
        let body = match post.form {
            Form::Json => edition.json(),
            Form::Slack => edition.slack(),
        };
        post.send(&body).await
    }
}

/// The ways that the configuration offers.
#[must_use]
pub fn offered(config: &OperateConfig) -> Vec<Way> {
    let mail = config.alerts.smtp_url.is_some() && config.alerts.mail_from.is_some();
    let all = [
        (Way::Mail, mail),
        (Way::Webhook, config.deliveries.webhook.is_some()),
        (Way::Slack, config.deliveries.slack.is_some()),
    ];
    all.into_iter().filter(|(_, offered)| *offered).map(|(way, _)| way).collect()
}
