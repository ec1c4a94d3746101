//! The furniture of the pages: frame, filter bar, tiles, cards, tables, pills, states without content.
//! Components take model types and plain values and never call the server; class names are those of `style/`.
//! Everything reads and works without scripts; what needs a pointer or a key press also has a link or a form.

mod badge;
mod bars;
mod boot;
mod card;
mod dialog;
mod export;
mod feedback;
mod filter_bar;
mod frame;
mod funnel;
mod guest;
mod heat;
mod icon;
mod last_filter;
mod lead;
mod rank;
mod skeleton;
mod spark;
mod state;
mod table;
mod tile;
mod toast;

pub use badge::{Badge, Tone};
pub use bars::{Bar, BudgetMeter, Bullet, ProgressBar};
pub use boot::theme_of_cookie;
#[cfg(feature = "ssr")]
pub use boot::{BOOT_SCRIPT, ICON_SPRITE};
pub use card::{Card, ChartCard, KeyEntry, KeyShape, SheetTable, SheetTwin, TableTwin};
pub use dialog::{Dialog, Explain};
pub use export::{Export, ExportMenu};
pub use feedback::{EmptyState, ErrorNote, Note, NoteKind};
pub use filter_bar::{FilterBar, FilterField};
pub use frame::{AccountMenu, Chrome, Frame, FreshLabel, LateCount, Page, Section};
pub use funnel::{Funnel, FunnelStep};
pub use guest::use_guest;
pub use heat::{HeatCell, HeatMap, HeatRow, Ramp};
pub use icon::{Symbol, glyph, icon, icon_with};
pub use last_filter::Remembered;
#[cfg(feature = "ssr")]
pub(crate) use last_filter::last_filter_query;
pub use lead::{counted, lead, may_open};
pub use rank::{RankRow, RankedList};
pub use skeleton::{SkeletonCard, SkeletonTable, SkeletonTiles};
pub use spark::Spark;
pub use state::{Family, StatePill, state_name};
pub use table::{Pager, RowToggle, Sort, SortHeader};
pub use tile::{Better, Tile, TileStrip, Unit};
pub use toast::{ToastCentre, Toasts, use_toasts};
