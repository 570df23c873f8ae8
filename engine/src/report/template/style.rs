//! How the workbook looks. It is as readable in grey as in colour: what must be filled is white on dark, and bold.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

const DARK: u32 = 0x0024_3B4A;
const LIGHT: u32 = 0x00E3_E9ED;

/// Headers of columns that must be filled.
pub(super) fn required() -> Format {
    header().set_bold().set_font_color(0x00FF_FFFF).set_background_color(DARK)
}

/// Headers of columns that may be left empty.
pub(super) fn optional() -> Format {
    header().set_font_color(0x0000_0000).set_background_color(LIGHT)
}

fn header() -> Format {
    let format = Format::new().set_align(FormatAlign::VerticalCenter).set_text_wrap();
    format.set_border_bottom(FormatBorder::Thin)
}

/// Cells that stay as they are typed: a spreadsheet makes no date of `2024-03`, and no 1 of `001`.
pub(super) fn text() -> Format {
    Format::new().set_num_format("@")
}

/// Numbers, with this number of decimals if they are to be seen.
pub(super) fn number(decimals: usize) -> Format {
    if decimals == 0 {
        return Format::new();
    }
    Format::new().set_num_format(format!("0.{}", "0".repeat(decimals)))
}

/// Days.
pub(super) fn day() -> Format {
    Format::new().set_num_format("yyyy-mm-dd")
}

/// Lines of words.
pub(super) fn words() -> Format {
    Format::new().set_text_wrap().set_align(FormatAlign::Top)
}

/// The title of a sheet of words.
pub(super) fn title() -> Format {
    Format::new().set_bold().set_font_size(14)
}

/// A word that stands out.
pub(super) fn strong() -> Format {
    words().set_bold()
}
