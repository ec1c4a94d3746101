//! The page about the product mix: the statements of REST and of the overview, put together.

use super::Service;
use super::overview::{counted, label_counts};
use super::scope::{self, Resolved};
use super::series::{count, unsigned};
use crate::db::metrics::labels::{self, LabelRow};
use crate::db::metrics::mix::{self, KindRow};
use crate::db::metrics::volume;
use app::model::filter::Filter;
use app::model::mix::{KindCount, Mix, MixTiles};
use app::model::overview::{Figure, Scope};

/// Everything on the page.
pub(super) async fn load(service: &Service, filter: &Filter) -> sqlx::Result<Mix> {
    let laboratory = service.laboratory();
    let now_local = service.now_local();
    let Resolved { scope, who, periods } = scope::resolve(filter, laboratory, now_local);
    let mut db = service.pool().acquire().await?;
    let volume = volume::measure(&mut *db, &who, &periods).await?;
    let kinds = mix::kinds(&mut *db, &who, &periods).await?;
    let labels = labels::created(&mut *db, &who, &periods).await?;
    drop(db);
    let tiles = MixTiles {
        samples: counted(&scope, &volume, |row| row.samples),
        tests: counted(&scope, &volume, |row| row.tests),
        ..tiles(&scope, &kinds, &labels)
    };
    Ok(Mix {
        tiles,
        matrices: parts(&scope, &kinds, "matrix"),
        types: parts(&scope, &kinds, "type"),
        labels: label_counts(&scope, labels),
        scope,
    })
}

fn parts(scope: &Scope, kinds: &[KindRow], dimension: &str) -> Vec<KindCount> {
    kinds
        .iter()
        .filter(|row| row.dimension == dimension)
        .map(|row| KindCount {
            key: row.key.clone().unwrap_or_default(),
            orders: unsigned(row.orders),
            samples: unsigned(row.samples),
            tests: unsigned(row.tests),
            with_report: unsigned(row.with_report),
            previous: scope.previous.map(|_| unsigned(row.previous)),
        })
        .collect()
}

fn tiles(scope: &Scope, kinds: &[KindRow], labels: &[LabelRow]) -> MixTiles {
    let figure = |value: Option<f64>, previous: Option<f64>| Figure {
        value,
        previous: scope.previous.and(previous),
        ..Figure::default()
    };
    let many = |found: usize| Some(count(i64::try_from(found).unwrap_or(0)));
    let matrices = || kinds.iter().filter(|row| row.dimension == "matrix");
    let total = kinds.iter().find(|row| row.dimension == "total");
    let part = |of: fn(&KindRow) -> i64| {
        let whole = total.map(of).filter(|whole| *whole > 0)?;
        matrices().map(of).max().map(|most| count(most) / count(whole))
    };
    MixTiles {
        tests_per_sample: figure(
            total.filter(|row| row.samples > 0).map(|row| count(row.tests) / count(row.samples)),
            None,
        ),
        matrices: figure(
            many(matrices().filter(|row| row.samples > 0).count()),
            many(matrices().filter(|row| row.previous > 0).count()),
        ),
        labels: figure(
            many(labels.iter().filter(|row| row.tests > 0).count()),
            many(labels.iter().filter(|row| row.previous > 0).count()),
        ),
        largest_matrix: figure(part(|row| row.samples), part(|row| row.previous)),
        ..MixTiles::default()
    }
}
