//! Which QBench entity lands in which table.

use crate::db::lims::Table;
use qbench::Entity;

/// The table of an entity.
pub(crate) const fn table_of(entity: Entity) -> Table {
    match entity {
        Entity::Customer => Table::Customers,
        Entity::Assay => Table::Assays,
        Entity::Order => Table::Orders,
        Entity::Sample => Table::Samples,
        Entity::Test => Table::Tests,
        Entity::Batch => Table::Batches,
    }
}

/// The entity whose records a record refers to as its parent.
pub(crate) const fn parent_of(entity: Entity) -> Option<Entity> {
    match entity {
        Entity::Order => Some(Entity::Customer),
        Entity::Sample => Some(Entity::Order),
        Entity::Test => Some(Entity::Sample),
        Entity::Customer | Entity::Assay | Entity::Batch => None,
    }
}
