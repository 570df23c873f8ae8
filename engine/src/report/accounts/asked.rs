//! What of the books is asked for, in the words of a user.

use crate::base::diagnostic::{Diagnostic, Diagnostics, codes};
use crate::base::period::Period;
use crate::regime::Judged;

/// The period of the statements.
pub fn period(text: Option<&str>, diagnostics: &mut Diagnostics) -> Option<Period> {
    let text = text?;
    let period = Period::parse(text);
    if period.is_none() {
        let message = format!("--period: `{text}` is not a date");
        diagnostics
            .push(Diagnostic::error(codes::BAD_DATE, message).hint("write 2024, 2024-03 or 2024-03-15"));
    }
    period
}

/// The places of agents by id.
pub fn agents(ids: &[String], judged: &Judged, diagnostics: &mut Diagnostics) -> Vec<u32> {
    let all = &judged.data.agents;
    let mut places = Vec::new();
    for id in ids {
        match all.binary_search_by(|agent| agent.id.cmp(id)) {
            Ok(at) => places.push(at as u32),
            Err(_) => {
                let message = format!("there is no agent `{id}`");
                let hint = match diagnostics.nearest(id, all.iter().map(|agent| agent.id.as_str())) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "without --agent all agents are listed".to_owned(),
                };
                diagnostics.push(Diagnostic::error(codes::NOT_FOUND, message).hint(hint));
            }
        }
    }
    places
}
