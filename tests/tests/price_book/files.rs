//! Files of a book.

use truecost::base::diagnostic::Diagnostics;
use truecost::pricing::book::{from_ipc, to_ipc};
use truecost_tests::{assert_holds, run};

use super::{Ready, choices, everything};

#[test]
fn the_order_of_rows_does_not_matter_and_the_same_book_gives_the_same_bytes() {
    let case = everything();
    let book = Ready::of(&case, &choices("test")).book();
    let bytes = to_ipc(&book).unwrap();
    let mut other = everything();
    for table in ["products", "processes", "inputs", "interventions", "paid", "indicators"] {
        let text = std::fs::read_to_string(other.path().join(format!("data/{table}.csv"))).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        let text = lines.join("\n") + "\n";
        other = other.file(&format!("data/{table}.csv"), &text);
    }
    let again = Ready::of(&other, &choices("test")).book();
    assert_eq!(again, book);
    assert_eq!((again.hash(), to_ipc(&again).unwrap() == bytes), (book.hash(), true));
    // The hash is of all that it says.
    let mut changed = book.clone();
    changed.footprints[0].paid = changed.footprints[0].paid + changed.footprints[0].paid;
    changed.head.netting = true;
    assert_ne!(changed.hash(), book.hash());
}

#[test]
fn a_file_is_the_book_or_it_is_refused() {
    let case = everything();
    let book = Ready::of(&case, &choices("test")).book();
    let bytes = to_ipc(&book).unwrap();
    let read = |bytes: &[u8]| {
        let mut diagnostics = Diagnostics::new();
        from_ipc("book.arrow", bytes.to_vec(), &mut diagnostics).ok_or_else(|| diagnostics.to_string())
    };
    assert_eq!(read(&bytes).unwrap(), book);
    for wrong in [
        &b""[..],
        b"ARROW1",
        b"PAR1 is not it",
        b"ARROW1\0\0ARROW1\0\0ARROW1",
        b"\xff\xff\xff\xff\0\0\0\0ARROW1",
    ] {
        assert_holds(&read(wrong).unwrap_err(), &["book-unreadable", "book.arrow"]);
    }
    truecost::cli::keep_quiet_about_damaged_files();
    // A few hundred files cut off, or with bytes changed by a fixed generator: none is another book.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let footer = bytes.len() - 6_000;
    let mut outcomes = (0, 0);
    for round in 0..600 {
        let mut damaged = bytes.clone();
        match round % 4 {
            0 => damaged.truncate(next(bytes.len())),
            // Most of what steers the reader is at the end and at the start.
            1 => damaged[footer + next(6_000)] ^= 1 << next(8),
            2 => (0..8).for_each(|_| damaged[next(4_000)] = next(256) as u8),
            _ => (0..20).for_each(|_| damaged[next(bytes.len())] ^= 0xff),
        }
        match read(&damaged) {
            // Padding and the schema at the start of the file do not speak: the footer has another.
            Ok(found) => {
                assert_eq!(found, book);
                outcomes.0 += 1;
            }
            Err(problem) => {
                assert_holds(&problem, &["book-unreadable"]);
                outcomes.1 += 1;
            }
        }
    }
    assert!(outcomes.1 > 400, "{outcomes:?}");
}

#[test]
fn the_command_writes_a_book_and_says_what_is_in_it() {
    let case = everything();
    let answer = case.run("pricebook", &["-o", "book.arrow"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (0, ""), "{}", answer.stderr);
    let book = Ready::of(&case, &choices("test")).book();
    assert_holds(&answer.stderr, &["wrote book.arrow, ", "lines of 2021 to 2024", &book.hash()]);
    let bytes = std::fs::read(case.path().join("book.arrow")).unwrap();
    assert!(bytes == to_ipc(&book).unwrap());
    // What was written can be checked; a book that was changed is none.
    let checked = run(case.path(), &["check", "book.arrow"]);
    assert_holds(&checked.stdout, &["10 products of data, 281 places, ", &book.hash()]);
    let mut changed = bytes.clone();
    let at = bytes.windows(5).position(|window| window == b"Bread").unwrap();
    changed[at] = b'T';
    std::fs::write(case.path().join("changed.arrow"), changed).unwrap();
    let refused = run(case.path(), &["check", "changed.arrow"]);
    assert_eq!(refused.code, 1);
    assert_holds(&refused.stderr, &["book-unreadable", "changed.arrow", "damaged or changed"]);
    let answer = case.run("pricebook", &["-o", "other.arrow", "--years", "2030-2021"]);
    assert_eq!(answer.code, 2, "{}", answer.stderr);
    let answer = case.run("pricebook", &["-o", "other.arrow", "--origin", "NL"]);
    assert_eq!(answer.code, 2, "{}", answer.stderr);
    assert!(!case.path().join("other.arrow").exists());
}
