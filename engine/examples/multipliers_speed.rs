//! How fast multipliers of a dense system are, on numbers that `tests/bench/multipliers.py` wrote.
//!
//! ```text
//! cargo run --release --example multipliers_speed -- FOLDER PRODUCTS [THREADS]
//! ```
//!
//! FOLDER holds `matrix.f64` (requirements, row after row) and `intensities.f64` (column after column), doubles of this
//! machine. Writes `truecost.f64` (multipliers) beside them, and prints how long reading and solving took.

#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use truecost::base::progress::{Progress, Stage};
use truecost::rollup::dense::{Order, Requirements, multipliers};

/// A file of doubles, a piece at a time: they are held once.
fn doubles(folder: &Path, name: &str) -> Result<Vec<f64>, String> {
    let failed = |error: std::io::Error| format!("{name}: {error}");
    let mut file = File::open(folder.join(name)).map_err(failed)?;
    let count = file.metadata().map_err(failed)?.len() as usize / 8;
    let mut numbers = Vec::with_capacity(count);
    let mut piece = vec![0; 1 << 20];
    while numbers.len() < count {
        let size = piece.len().min((count - numbers.len()) * 8);
        file.read_exact(&mut piece[..size]).map_err(failed)?;
        numbers.extend(piece[..size].as_chunks().0.iter().map(|word| f64::from_ne_bytes(*word)));
    }
    Ok(numbers)
}

/// Counts how often it is asked.
#[derive(Default)]
struct Asked(AtomicUsize);

impl Progress for Asked {
    fn tick(&self, _: Stage, _: usize, _: usize) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed);
        true
    }
}

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().collect();
    let folder = Path::new(arguments.get(1).ok_or("a folder is missing")?);
    let number = |at: usize| arguments.get(at).and_then(|text| text.parse::<usize>().ok());
    let products = number(2).ok_or("the number of products is missing")?;
    let begun = Instant::now();
    let (matrix, intensities) = (doubles(folder, "matrix.f64")?, doubles(folder, "intensities.f64")?);
    let read = begun.elapsed().as_secs_f64();
    let of = Requirements { matrix: &matrix, order: Order::Rows, intensities: &intensities, products };
    let (begun, asked) = (Instant::now(), Asked::default());
    let found = multipliers(of, number(3).unwrap_or(2), &asked).map_err(|error| error.to_string())?;
    let solved = begun.elapsed().as_secs_f64();
    let mut file = BufWriter::new(File::create(folder.join("truecost.f64")).map_err(|e| e.to_string())?);
    found.values.iter().try_for_each(|v| file.write_all(&v.to_ne_bytes())).map_err(|e| e.to_string())?;
    file.flush().map_err(|e| e.to_string())?;
    let relative = found.values.iter().zip(&found.bounds).filter(|(value, _)| **value != 0.0);
    let widest = relative.map(|(value, bound)| bound / value.abs()).fold(0.0_f64, f64::max);
    let proved = found.proved.iter().filter(|proved| **proved).count();
    println!("read {read:.3} s, solved {solved:.3} s, {} steps", asked.0.into_inner());
    println!("widest bound {widest:.1e} of a multiplier, proved {proved} of {}", found.proved.len());
    Ok(())
}
