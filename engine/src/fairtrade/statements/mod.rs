//! Statements of producers: what they delivered, what they are owed for it, and what was paid.

use crate::base::diagnostic::Diagnostics;
use crate::base::progress::Progress;
use crate::data::reference::Reference;
use crate::data::source::Opened;

use super::books::coop_flows;

/// Reads all that statements are made of; every problem is reported.
pub fn check(opened: Opened, reference: &Reference, progress: &dyn Progress, diagnostics: &mut Diagnostics) {
    coop_flows(opened, reference, progress, diagnostics);
}
