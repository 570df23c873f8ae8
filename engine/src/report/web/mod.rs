//! What all pages share: the look of them, drawings, addresses, cards of datasets. Pages need nothing but themselves.

#[cfg(test)]
pub(in crate::report) mod checks;
pub(in crate::report) mod dataset;
pub(in crate::report) mod slug;
pub(in crate::report) mod svg;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};

/// Where templates are rendered: everything is escaped, and nothing that is not there is passed over.
pub(in crate::report) fn environment() -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    Ok(environment)
}
