//! Drawings: horizontal places in percent of the width, so that they fit any screen and no text is stretched.

use std::fmt::Write;

use minijinja::Value;

/// Escapes text for markup.
pub(in crate::report) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#x27;"),
            c => out.push(c),
        }
    }
    out
}

/// Where a text is tied to its place.
#[derive(Clone, Copy)]
pub(in crate::report) enum Anchor {
    /// Its left end.
    Start,
    /// Its right end.
    End,
}

/// A drawing in the making.
pub(in crate::report) struct Svg {
    body: String,
    from: f64,
    to: f64,
}

impl Svg {
    /// A drawing whose left edge is `from` and whose right edge is `to`.
    pub(in crate::report) fn new(from: f64, to: f64) -> Self {
        Self { body: String::new(), from, to: if to > from { to } else { from + 1.0 } }
    }

    fn percent(&self, value: f64) -> f64 {
        (100.0 * (value - self.from) / (self.to - self.from)).clamp(0.0, 100.0)
    }

    /// A bar between two values.
    pub(in crate::report) fn bar(&mut self, between: (f64, f64), y: u32, height: u32, class: &str) {
        let (left, right) = (self.percent(between.0.min(between.1)), self.percent(between.0.max(between.1)));
        let width = right - left;
        let _ = write!(
            self.body,
            r#"<rect x="{left:.2}%" y="{y}" width="{width:.2}%" height="{height}" class="{class}"/>"#
        );
    }

    /// A block between two values and two heights; the title says what it is.
    pub(in crate::report) fn block(
        &mut self,
        between: (f64, f64),
        (top, bottom): (f64, f64),
        class: &str,
        title: &str,
    ) {
        let (left, right) = (self.percent(between.0.min(between.1)), self.percent(between.0.max(between.1)));
        let (width, height, title) = (right - left, bottom - top, escape(title));
        let _ = write!(
            self.body,
            r#"<rect x="{left:.2}%" y="{top:.1}" width="{width:.2}%" height="{height:.1}" class="{class}"><title>{title}</title></rect>"#
        );
    }

    /// A text in the middle above or below a value.
    pub(in crate::report) fn label(&mut self, at: f64, y: u32, class: &str, text: &str) {
        let (x, text) = (self.percent(at), escape(text));
        let _ = write!(
            self.body,
            r#"<text x="{x:.2}%" y="{y}" text-anchor="middle" class="{class}">{text}</text>"#
        );
    }

    /// A vertical line at a value.
    pub(in crate::report) fn upright(&mut self, at: f64, y: (u32, u32), class: &str) {
        let x = self.percent(at);
        let (top, bottom) = y;
        let _ = write!(
            self.body,
            r#"<line x1="{x:.2}%" y1="{top}" x2="{x:.2}%" y2="{bottom}" class="{class}"/>"#
        );
    }

    /// A horizontal line between two values.
    pub(in crate::report) fn level(&mut self, between: (f64, f64), y: u32, class: &str) {
        let (left, right) = (self.percent(between.0), self.percent(between.1));
        let _ = write!(
            self.body,
            r#"<line x1="{left:.2}%" y1="{y}" x2="{right:.2}%" y2="{y}" class="{class}"/>"#
        );
    }

    /// A text at the left or the right edge.
    pub(in crate::report) fn text(&mut self, anchor: Anchor, y: u32, class: &str, text: &str) {
        let (x, anchor) = match anchor {
            Anchor::Start => (0, "start"),
            Anchor::End => (100, "end"),
        };
        let text = escape(text);
        let _ = write!(
            self.body,
            r#"<text x="{x}%" y="{y}" text-anchor="{anchor}" class="{class}">{text}</text>"#
        );
    }

    /// A drawing that says something of its own: with a title and a description for those who do not see it.
    pub(in crate::report) fn described(self, height: u32, id: &str, title: &str, description: &str) -> Value {
        let (id, title, description, body) = (escape(id), escape(title), escape(description), self.body);
        Value::from_safe_string(format!(
            "<svg class=\"drawing\" role=\"img\" width=\"100%\" height=\"{height}\" \
             aria-labelledby=\"{id}:t {id}:d\"><title id=\"{id}:t\">{title}</title>\
             <desc id=\"{id}:d\">{description}</desc>{body}</svg>"
        ))
    }

    /// A drawing beside numbers that say the same.
    pub(in crate::report) fn ornament(self, height: u32) -> Value {
        let body = self.body;
        Value::from_safe_string(format!(
            "<svg class=\"drawing\" aria-hidden=\"true\" width=\"100%\" height=\"{height}\">{body}</svg>"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_text() {
        let mut svg = Svg::new(-1.0, 3.0);
        svg.bar((2.0, 1.0), 4, 10, "x");
        svg.text(Anchor::End, 9, "t", "<b> & \"c\"");
        let text = svg.described(20, "i", "T", "'D'").to_string();
        assert!(text.contains(r#"<rect x="50.00%" y="4" width="25.00%" height="10" class="x"/>"#), "{text}");
        assert!(text.contains("&lt;b&gt; &amp; &quot;c&quot;"), "{text}");
        assert!(text.contains(r#"<desc id="i:d">&#x27;D&#x27;</desc>"#), "{text}");
    }

    #[test]
    fn nothing_to_draw_is_no_nan() {
        let mut svg = Svg::new(0.0, 0.0);
        svg.bar((0.0, 0.0), 0, 1, "x");
        assert!(!svg.ornament(1).to_string().contains("NaN"));
    }
}
