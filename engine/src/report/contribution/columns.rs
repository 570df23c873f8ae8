//! Contributions as flat columns.

use crate::base::money::Money;
use crate::data::factors::Band;
use crate::report::columns::Columns;
use crate::study::contribution::{
    Contributions, Figure, OfProduct, Part, PathRow, Walked, Whole, cost_share, share,
};

/// A part and one of its figures.
struct Row<'a> {
    of: &'a OfProduct,
    part: &'a Part,
    whole: &'a Whole,
    figure: &'a Figure,
}

/// One row a product x origin x part x indicator that the part states.
pub fn parts(contributions: &Contributions) -> Columns {
    let mut rows = Vec::new();
    for of in &contributions.products {
        for part in &of.parts {
            let figures = of.wholes.iter().zip(&part.figures).filter(|(_, f)| **f != Figure::default());
            rows.extend(figures.map(|(whole, figure)| Row { of, part, whole, figure }));
        }
    }
    let cost = |row: &Row, get: fn(Band<Money>) -> Money| row.figure.cost.map(get);
    Columns::of(&rows)
        .text("product", |row: &Row| &row.of.product)
        .text("origin", |row| &row.of.origin)
        .text("by", |_| contributions.by.word())
        .text("part", |row| &row.part.name)
        .text("stage", |row| &row.part.stage)
        .text("region", |row| &row.part.region)
        .text("makes", |row| &row.part.makes)
        .text("indicator", |row| &row.whole.indicator)
        .number("amount", |row| row.figure.amount)
        .text("unit", |row| &row.whole.unit)
        .number("share", |row| share(row.figure.amount, row.whole.figure.amount))
        .money("cost", |row| cost(row, |c| c.central))
        .money("cost_lower", |row| cost(row, |c| c.lower))
        .money("cost_upper", |row| cost(row, |c| c.upper))
        .number("cost_share", |row| cost_share(row.figure, &row.whole.figure))
        .target(contributions.target)
        .done()
}

/// A path, or what is not listed.
struct Line<'a> {
    of: &'a OfProduct,
    walked: &'a Walked,
    path: Option<&'a PathRow>,
    figure: &'a Figure,
}

/// One row a product x origin x path, and one for what is not listed.
pub fn paths(contributions: &Contributions) -> Columns {
    let mut lines = Vec::new();
    for of in &contributions.products {
        let Some(walked) = &of.paths else { continue };
        lines.extend(walked.rows.iter().map(|path| Line {
            of,
            walked,
            path: Some(path),
            figure: &path.figure,
        }));
        lines.push(Line { of, walked, path: None, figure: &walked.rest });
    }
    let cost = |line: &Line, get: fn(Band<Money>) -> Money| line.figure.cost.map(get);
    let whole = |line: &Line| line.walked.whole.figure;
    Columns::of(&lines)
        .text("product", |line: &Line| &line.of.product)
        .text("origin", |line| &line.of.origin)
        .text("path", |line| line.path.map_or_else(|| "not listed".to_owned(), |path| path.nodes.join(" > ")))
        .text("tier", |line| line.path.map(|path| path.tier.to_string()).unwrap_or_default())
        .text("needed", |line| line.path.map(|path| path.product.as_str()).unwrap_or_default())
        .number("needed_amount", |line| line.path.map(|path| path.amount))
        .text("needed_unit", |line| line.path.map(|path| path.unit.as_str()).unwrap_or_default())
        .text("indicator", |line| &line.walked.whole.indicator)
        .number("amount", |line| line.figure.amount)
        .text("unit", |line| &line.walked.whole.unit)
        .number("share", |line| share(line.figure.amount, whole(line).amount))
        .money("cost", |line| cost(line, |c| c.central))
        .money("cost_lower", |line| cost(line, |c| c.lower))
        .money("cost_upper", |line| cost(line, |c| c.upper))
        .number("cost_share", |line| cost_share(line.figure, &whole(line)))
        .target(contributions.target)
        .done()
}
