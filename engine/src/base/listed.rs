//! Lists in words that stay short.

/// Names with commas between them: the first `most`, and how many more there are.
pub fn listed<T: AsRef<str>>(names: impl IntoIterator<Item = T>, most: usize) -> String {
    let mut text = String::new();
    let mut more = 0_usize;
    for (at, name) in names.into_iter().enumerate() {
        if at >= most {
            more += 1;
            continue;
        }
        if at > 0 {
            text.push_str(", ");
        }
        text.push_str(name.as_ref());
    }
    if more > 0 { format!("{text} and {more} more") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_says_how_much_is_left_out() {
        assert_eq!(listed(["a", "b"], 2), "a, b");
        assert_eq!(listed(["a", "b", "c", "d"], 2), "a, b and 2 more");
        assert_eq!(listed([""; 0], 2), "");
    }
}
