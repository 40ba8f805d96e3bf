//! View models to drawings, after look/charts.md; generic over plotters' backend, so screen and paper draw the same.
//!
//! **Invariant:** a number is drawn as the view model gives it: nothing is computed, rounded or suppressed here.
//! **Not here:** colours (`ui::theme` hands them over), the chart's card, legend, table and pointer (`ui`).

mod canvas;
mod control;
mod interval;
mod span;
mod svg;
mod trend;

pub use canvas::{Drawn, Palette, Rgb, SCALE};
pub use control::{ControlPlot, control_chart};
pub use interval::{interval_chart, interval_chart_height};
pub use svg::{SvgError, control_chart_svg, interval_chart_svg};
pub use trend::{TrendLine, TrendScale, trend_chart, trend_chart_height};
