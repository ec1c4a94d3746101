//! What an endpoint is: a path, parameters, a typed answer. Requests and the OpenAPI document both go by it.

use super::ApiState;
use super::params::{Args, Param};
use super::problem::Problem;
use crate::auth::TokenUse;
use crate::db::metrics::{Population, Window};
use crate::metrics::Service;
use app::error::AppError;
use app::model::session::{CurrentUser, Role, TokenScope};
use axum::http::StatusCode;
use futures::future::BoxFuture;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

/// A request whose parameters could be used.
pub struct Call {
    /// What figures come from.
    pub state: ApiState,
    /// The parameters.
    pub args: Args,
    /// Who asks, where the guard has said so.
    pub user: Option<CurrentUser>,
    /// The token it came with, unless it came with a session.
    pub token: Option<TokenUse>,
    /// The address it came from, for the audit log.
    pub source: String,
}

impl Call {
    /// The figures.
    #[must_use]
    pub fn metrics(&self) -> &Service {
        &self.state.metrics
    }

    /// The range that two date parameters bound, on the laboratory's wall clock.
    #[must_use]
    pub fn window(&self, from: &str, to: &str) -> Window {
        super::moment::window(self.args.moment(from), self.args.moment(to), self.metrics().laboratory().zone)
    }

    /// The account behind the request.
    ///
    /// # Errors
    /// 401 without one.
    pub fn user(&self) -> Result<&CurrentUser, Problem> {
        self.user.as_ref().ok_or(Problem::App(AppError::Unauthenticated))
    }

    /// The account behind the request, if its role is at least this and its token may do more than read.
    ///
    /// # Errors
    /// 401 without an account, 403 with one that may not.
    pub fn acting(&self, role: Role) -> Result<&CurrentUser, Problem> {
        let user = self.user()?;
        if user.role < role {
            return Err(Problem::App(AppError::Forbidden));
        }
        if self.token.is_some_and(|token| token.scope < TokenScope::Control) {
            return Err(Problem::Status(StatusCode::FORBIDDEN, "insufficient_scope"));
        }
        Ok(user)
    }

    /// The usual range.
    #[must_use]
    pub fn dates(&self) -> Window {
        self.window("date_from", "date_to")
    }

    /// Whose records count, by the parameters of the usual names.
    #[must_use]
    pub fn population(&self) -> Population {
        let text = |name| self.args.text(name).map(str::to_owned);
        Population {
            customer: self.args.id("customer_id"),
            order: self.args.id("order_id"),
            sample_type: text("sample_type"),
            matrix: text("matrix_type"),
            label: text("label"),
            state: text("state"),
            past: self.args.moment("as_of").is_some(),
        }
    }
}

/// Reading or acting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// GET, and with it HEAD.
    Get,
    /// POST.
    Post,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

impl Verb {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What an answer depends on beside its request and the content of the copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ages {
    /// On nothing: it stays as it is until the content changes.
    Never,
    /// On the laboratory's day.
    Daily,
    /// On the clock: durations up to now, what is late.
    Always,
    /// On more: the account that asks, the synchronisation. It is computed each time.
    Otherwise,
}

type Run = Arc<dyn Fn(Call) -> BoxFuture<'static, Result<String, Problem>> + Send + Sync>;

/// A schema with the name it has in the document.
pub type Named = (String, RefOr<Schema>);

/// An endpoint below `/api/v1`.
#[derive(Clone)]
pub struct Endpoint {
    /// The method.
    pub verb: Verb,
    /// Its path.
    pub path: &'static str,
    /// The status of a good answer.
    pub status: StatusCode,
    /// The chapter of the document.
    pub tag: &'static str,
    /// What it answers, in a sentence.
    pub about: &'static str,
    /// Its parameters.
    pub params: Vec<Param>,
    /// The list of the answer that a CSV holds; absent where there is no CSV.
    pub rows: Option<&'static str>,
    /// What the answer depends on beside the content.
    pub ages: Ages,
    /// The answer's schema, and the schemas that it names.
    pub schema: fn() -> (RefOr<Schema>, Vec<Named>),
    /// Computes the answer, as JSON.
    pub run: Run,
}

impl Endpoint {
    /// An endpoint that reads.
    pub fn get<T, F>(
        path: &'static str,
        tag: &'static str,
        about: &'static str,
        params: &[&[Param]],
        handler: fn(Call) -> F,
    ) -> Self
    where
        T: Serialize + ToSchema + 'static,
        F: Future<Output = Result<T, Problem>> + Send + 'static,
    {
        let run: Run = Arc::new(move |call| {
            let answer = handler(call);
            Box::pin(async move {
                let answer = answer.await?;
                Ok(serde_json::to_string(&answer).expect("answers have text keys"))
            })
        });
        let (verb, status, mut params) = (Verb::Get, StatusCode::OK, params.concat());
        let of_content = ["/metrics/", "/analytics/", "/entities/"].iter().any(|part| path.starts_with(part));
        if of_content {
            params.extend(super::common::AS_OF);
        }
        let ages = if of_content { Ages::Always } else { Ages::Otherwise };
        Self { verb, path, status, tag, about, params, rows: None, ages, schema: schema::<T>, run }
    }

    /// The same, making something; `status` when it is made.
    #[must_use]
    pub const fn post(mut self, status: StatusCode) -> Self {
        self.verb = Verb::Post;
        self.status = status;
        self
    }

    /// The same, changing something.
    #[must_use]
    pub const fn patch(mut self) -> Self {
        self.verb = Verb::Patch;
        self
    }

    /// The same, removing something.
    #[must_use]
    pub const fn delete(mut self) -> Self {
        self.verb = Verb::Delete;
        self
    }

    /// Says what the answer depends on beside the content.
    #[must_use]
    pub const fn ages(mut self, ages: Ages) -> Self {
        self.ages = ages;
        self
    }

    /// Names the list that a CSV holds.
    #[must_use]
    pub const fn rows(mut self, list: &'static str) -> Self {
        self.rows = Some(list);
        self
    }
}

fn schema<T: ToSchema>() -> (RefOr<Schema>, Vec<Named>) {
    let mut named = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut named);
    (utoipa::openapi::Ref::from_schema_name(T::name()).into(), named)
}
