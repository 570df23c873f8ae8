//! What has no single balance.

use truecost_tests::assert_holds;

use super::{MOVEMENTS, YIELDS, asked, dataset};

#[test]
fn what_has_no_single_balance_is_refused() {
    for (movements, yields, more, code, says) in [
        ("a,2024-01-01,m,x,ft,bought,1,box", "", &[][..], "wrong-dimension", "`box` is not a unit of weight"),
        ("a,2024-01-01,m,x,ft,bought,-1,kg", "", &[], "negative-amount", "below 0"),
        ("a,2024-01,m,x,ft,bought,1,kg", "", &[], "bad-date", "is not a day"),
        (
            "a,2024-01-01,m,x,ft,bought,1,kg",
            "x,y,0.5,,,,\ny,x,0.5,,,,",
            &[],
            "contradiction",
            "made of it again",
        ),
        (
            "a,2024-01-01,m,x,ft,bought,1,kg",
            "x,y,0.5,,,,\nz,y,0.5,,,,",
            &[],
            "contradiction",
            "is made of `z`, and of `x`",
        ),
        ("a,2024-01-01,m,x,ft,bought,1,kg", "x,y,0.5,,m,,", &["--group"], "bad-value", "a group of sites"),
        (
            "a,2024-01-01,m,x,ft,bought,1,kg\nb,2024-01-02,m,x,ft,opening,1,kg",
            "",
            &[],
            "contradiction",
            "an opening of `x` at `m` after `a`",
        ),
        (
            "a,2024-01-01,m,x,ft,bought,1,kg",
            "x,y,0.5,,,2024-01-01,2024-02-01\nx,y,0.6,,,2024-03-01,",
            &[],
            "gap-in-dates",
            "from 2024-02-01 to 2024-02-29",
        ),
        (
            "a,2024-01-01,m,x,ft,bought,1,kg",
            "x,y,0.5,,,2024-01-01,\nx,y,0.6,,,2024-03-01,",
            &[],
            "contradiction",
            "row 2 holds on 2024-03-01 too",
        ),
    ] {
        let folder = dataset(&[("movements", MOVEMENTS, movements), ("yields", YIELDS, yields)]);
        let answer = asked(&folder, more);
        assert_eq!((answer.code, answer.stdout.as_str()), (1, ""), "{movements}");
        assert_holds(&answer.stderr, &[code, says]);
    }
}
