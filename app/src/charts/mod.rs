//! Charts: pure functions from the numbers of a page to an option for ECharts, and the element that draws it.
//!
//! An option is made of charming's typed parts (axes, grids, bars, lines, points) and a block for the chart element,
//! see [`option`]. Colours are tokens (`tok:c1`) and number formats are names (`fmt:count`) that the element resolves,
//! so one option serves both themes. Heat maps, ranked lists and funnels are HTML and stand in `components`.

mod buckets;
mod distribution;
mod option;
mod series;
mod turnaround;
mod view;
mod volume;
mod waterfall;

pub use buckets::{Buckets, brush_href};
pub use distribution::{Bin, Percentile, distribution_chart};
pub use option::{ChartOption, EndLabel, Links, Mark, Meta, ReferenceLine, Ticks, TipRow};
pub use series::{Series, SeriesKind, counts, positions, series_chart};
pub use turnaround::{TURNAROUND_KEY, TurnaroundInput, turnaround_chart};
pub use view::ChartView;
pub use volume::{VolumeInput, volume_chart};
pub use waterfall::{Fall, waterfall_chart};
