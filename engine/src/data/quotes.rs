//! Quotes of a CSV that swallow rows: one that is never closed, or that is closed by the next cell in quotes.

use crate::base::diagnostic::{Diagnostic, Place, codes};

/// What to do about it.
const HINT: &str = "a cell that begins with a double quote goes on to the next one, over lines too; close it, or double it \
                    where it belongs to the text";

/// Where, in the last record of a text, the quote stands that is still open at its end.
///
/// Quotes are read as crate `csv` reads them: only at the start of a cell do they open one.
pub(super) fn open_at_end(record: &[u8], separator: u8, has_comments: bool) -> Option<usize> {
    walk(record, separator, has_comments).1
}

/// Where the last record of a text begins that may go on after its end.
pub(super) fn unfinished(text: &[u8], separator: u8, has_comments: bool) -> usize {
    walk(text, separator, has_comments).0
}

fn walk(record: &[u8], separator: u8, has_comments: bool) -> (usize, Option<usize>) {
    let is_end = |byte: u8| byte == b'\n' || byte == b'\r';
    let (mut at, mut is_line_start, mut finished) = (0, true, 0);
    while at < record.len() {
        let byte = record[at];
        if is_line_start && has_comments && byte == b'#' {
            at += record[at..].iter().take_while(|byte| !is_end(**byte)).count();
            continue;
        }
        if is_line_start && is_end(byte) {
            at += 1;
            finished = at;
            continue;
        }
        if byte == b'"' {
            let opened = at;
            at += 1;
            loop {
                at += record[at..].iter().take_while(|byte| **byte != b'"').count();
                match (record.get(at), record.get(at + 1)) {
                    (None, _) => return (finished, Some(opened)),
                    (_, Some(b'"')) => at += 2,
                    _ => break,
                }
            }
            at += 1;
        }
        at += record[at..].iter().take_while(|byte| **byte != separator && !is_end(**byte)).count();
        is_line_start = record.get(at).is_some_and(|byte| is_end(*byte));
        at += 1;
        if is_line_start {
            finished = at;
        }
    }
    (finished, None)
}

/// Says that a quote is still open at the end of the file.
pub(super) fn unclosed(place: Place) -> Diagnostic {
    let message = "the quote that opens here is not closed: all lines after it would be one cell";
    Diagnostic::error(codes::OPEN_QUOTE, message).at(place).hint(HINT)
}

/// Says that a cell holds what looks like rows, if it does: a line in it has all the separators of one.
pub(super) fn swallowed(cell: &str, separator: u8, columns: usize, place: Place) -> Option<Diagnostic> {
    if columns < 3 || !cell.contains(['\n', '\r']) {
        return None;
    }
    let is_row = |line: &str| line.bytes().filter(|byte| *byte == separator).count() + 1 == columns;
    let rows = cell.split(['\n', '\r']).skip(1).filter(|line| is_row(line)).count();
    let rows = match rows {
        0 => return None,
        1 => "a line that has".to_owned(),
        rows => format!("{rows} lines that have"),
    };
    let message = format!("the cell holds {rows} as many cells as the header: is its quote closed too late?");
    Some(Diagnostic::error(codes::OPEN_QUOTE, message).at(place).hint(HINT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_that_is_never_closed_is_found_where_it_opens() {
        let open = |text: &str| open_at_end(text.as_bytes(), b',', true);
        assert_eq!(
            (open("a,\"b\nc,d\n"), open("\"a\"\"\nb"), open("\n#\"x\n1,\"")),
            (Some(2), Some(0), Some(7))
        );
        assert_eq!(
            (open("a\"b,c\n"), open("\"a\nb\",\"c\"\"\"\n"), open("\"a\"b\",c"), open("")),
            (None, None, None, None)
        );
        assert_eq!((open("a,\"\""), open("a,\"b\",\"c")), (None, Some(6)));
    }

    #[test]
    fn what_may_go_on_begins_after_the_last_end_of_a_row() {
        let rest = |text: &str| unfinished(text.as_bytes(), b',', true);
        assert_eq!((rest("a,b\nc,"), rest("a\n\"b\nc\nd"), rest("a\n#\"b\nc\n"), rest("")), (4, 2, 8, 0));
    }

    #[test]
    fn a_cell_that_holds_rows_is_told_from_a_text_of_several_lines() {
        let found = |cell: &str| swallowed(cell, b';', 3, Place::file("f")).is_some();
        assert!(found("open\n1;2;3\n4;5;shut") && found("x\r1;;"));
        assert!(!found("1;2;3") && !found("two\nlines; of text") && !found("a\nb;c;d;e"));
    }
}
