//! What figures mean.

use super::endpoint::{Call, Endpoint};
use super::problem::Problem;
use app::model::definitions::{DEFINITIONS, Definition};
use serde::Serialize;
use utoipa::ToSchema;

/// The endpoints of this file.
#[must_use]
pub fn endpoints() -> Vec<Endpoint> {
    let about = "What each figure means: name, unit, population, clock and source.";
    vec![Endpoint::get("/definitions", "Definitions", about, &[], definitions).rows("definitions")]
}

#[derive(Debug, Serialize, ToSchema)]
struct Definitions {
    #[schema(value_type = Vec<Object>)]
    definitions: &'static [Definition],
}

async fn definitions(_: Call) -> Result<Definitions, Problem> {
    Ok(Definitions { definitions: DEFINITIONS })
}
