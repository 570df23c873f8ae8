//! How fast footprints are, on a system that `tests/bench/chain_data.py` wrote.
//!
//! ```text
//! cargo run --release --example chain_speed -- FOLDER [one|all|check] [THREADS] [SCORES]
//! ```
//!
//! `one`: one product from the files to all indicators; `all`: all products x indicators; `check`: largest bound
//! against its footprint, and the largest difference from a second solve with every loop factored. SCORES is a file for the
//! footprints, products x indicators.

#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::panic::resume_unwind;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use truecost::base::float::Double;
use truecost::chain::{Chain, Node};
use truecost::rollup::{Footprints, RollupError, footprints, footprints_of};

/// The allocator of the command.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn words<const N: usize, T>(folder: &Path, name: &str, word: fn([u8; N]) -> T) -> Result<Vec<T>, String> {
    let bytes = std::fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
    let (words, rest) = bytes.as_chunks::<N>();
    if rest.is_empty() {
        Ok(words.iter().copied().map(word).collect())
    } else {
        Err(format!("{name}: bytes are left over"))
    }
}

fn doubles(folder: &Path, name: &str) -> Result<Vec<f64>, String> {
    words(folder, name, f64::from_le_bytes)
}

fn wholes(folder: &Path, name: &str) -> Result<Vec<usize>, String> {
    words(folder, name, |word| u64::from_le_bytes(word) as usize)
}

fn narrow(folder: &Path, name: &str) -> Result<Vec<u32>, String> {
    words(folder, name, u32::from_le_bytes)
}

/// What takes what of what.
fn read_chain(folder: &Path) -> Result<Chain, String> {
    let count = wholes(folder, "size.u64")?[0];
    let (outputs, starts) = (doubles(folder, "outputs.f64")?, wholes(folder, "starts.u64")?);
    let (suppliers, amounts) = (narrow(folder, "suppliers.u32")?, doubles(folder, "amounts.f64")?);
    let nodes = (0..count).map(|at| Node {
        id: format!("p{at:06}"),
        process: Some(at),
        product: at,
        output: outputs[at],
        share: 1.0,
        inputs: (starts[at]..starts[at + 1]).map(|e| (suppliers[e] as usize, amounts[e])).collect(),
    });
    Ok(Chain { nodes: nodes.collect(), ..Chain::default() })
}

/// What each process causes of each indicator.
fn read_rights(folder: &Path) -> Result<Vec<Vec<Double>>, String> {
    let size = wholes(folder, "size.u64")?;
    let (count, flows, indicators) = (size[0], size[1], size[2]);
    let (starts, of) = (wholes(folder, "flow_starts.u64")?, narrow(folder, "flows.u32")?);
    let (amounts, factors) = (doubles(folder, "flow_amounts.f64")?, doubles(folder, "factors.f64")?);
    // Factors of one flow side by side: a row of interventions then meets all indicators at once.
    let mut by_flow = vec![0.0; flows * indicators];
    for (k, row) in factors.chunks(flows).enumerate() {
        for (flow, factor) in row.iter().enumerate() {
            by_flow[flow * indicators + k] = *factor;
        }
    }
    let mut rights = vec![vec![Double::default(); count]; indicators];
    let mut sums = vec![0.0; indicators];
    for at in 0..count {
        sums.fill(0.0);
        for entry in starts[at]..starts[at + 1] {
            let flow = of[entry] as usize;
            let factors = &by_flow[flow * indicators..(flow + 1) * indicators];
            for (sum, factor) in sums.iter_mut().zip(factors) {
                *sum += amounts[entry] * factor;
            }
        }
        for (right, sum) in rights.iter_mut().zip(&sums) {
            right[at] = Double::new(*sum);
        }
    }
    Ok(rights)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn threaded(footprints: Footprints<'_>, threads: Option<usize>) -> Footprints<'_> {
    match threads {
        Some(threads) => footprints.with_threads(threads),
        None => footprints,
    }
}

/// Footprints, products x indicators, as little-endian doubles.
fn save(path: &str, scores: &[f64]) -> Result<(), String> {
    let bytes: Vec<u8> = scores.iter().flat_map(|score| score.to_le_bytes()).collect();
    std::fs::write(path, bytes).map_err(|error| format!("{path}: {error}"))
}

fn failed(error: &RollupError) -> String {
    error.diagnostic().to_string()
}

/// Reads the system and solves it: the chain is made ready while what its processes cause is read and characterised.
fn run(folder: &Path, task: &str, threads: Option<usize>, out: Option<&str>) -> Result<(), String> {
    let start = Instant::now();
    let (chain, scores, line) = thread::scope(|scope| {
        let beside = (threads != Some(1)).then(|| scope.spawn(|| read_rights(folder)));
        let rights = || match beside {
            Some(beside) => beside.join().unwrap_or_else(|panic| resume_unwind(panic)),
            None => read_rights(folder),
        };
        let chain = read_chain(folder)?;
        let read = start.elapsed();
        let (scores, mut line) = match task {
            "one" => one(&chain, rights, wholes(folder, "size.u64")?[2], threads, start)?,
            _ => all(&chain, rights, threads, start, task == "check")?,
        };
        line.insert(0, format!("chain read {:.1} ms", milliseconds(read)));
        Ok::<_, String>((chain, scores, line))
    })?;
    println!("{task}: {} processes, {}", chain.nodes.len(), line.join(", "));
    out.map_or(Ok(()), |path| save(path, &scores))
}

/// One product.
fn one(
    chain: &Chain,
    rights: impl FnOnce() -> Result<Vec<Vec<Double>>, String>,
    indicators: usize,
    threads: Option<usize>,
    start: Instant,
) -> Result<(Vec<f64>, Vec<String>), String> {
    let node = chain.nodes.len() - 1;
    let own = threaded(footprints_of(chain, &[node]).map_err(|error| failed(&error))?, threads);
    let few = own.few(&[node], indicators).ok_or("this is no system with large loops and a proof")?;
    let rights = rights()?;
    let scores = rights.iter().map(|right| few.footprints(&own, right)[0].value).collect();
    Ok((scores, vec![format!("together {:.1} ms", milliseconds(start.elapsed()))]))
}

/// All products; checked against a second solve with every loop factored, if wanted.
fn all(
    chain: &Chain,
    rights: impl FnOnce() -> Result<Vec<Vec<Double>>, String>,
    threads: Option<usize>,
    start: Instant,
    is_checked: bool,
) -> Result<(Vec<f64>, Vec<String>), String> {
    let begun = Instant::now();
    let all = threaded(footprints(chain).map_err(|error| failed(&error))?, threads);
    let made = begun.elapsed();
    let rights = rights()?;
    let views: Vec<&[Double]> = rights.iter().map(Vec::as_slice).collect();
    let begun = Instant::now();
    let solutions = all.solve_all(&views);
    let solved = begun.elapsed();
    let mut line = vec![format!("together {:.1} ms", milliseconds(start.elapsed()))];
    let largest = all.blocks().members.iter().map(Vec::len).max().unwrap_or(0);
    line.push(format!("largest loop {largest}"));
    line.push(format!("blocks and certificate {:.1} ms", milliseconds(made)));
    line.push(format!("{} right-hand sides {:.1} ms", rights.len(), milliseconds(solved)));
    let relative = |value: f64, error: f64| if value == 0.0 { 0.0 } else { error / value.abs() };
    let bounds = solutions.iter().flat_map(|s| s.values.iter().zip(&s.bounds));
    let bound = bounds.map(|(value, bound)| relative(*value, *bound)).fold(0.0_f64, f64::max);
    let proved = solutions.iter().all(|s| s.proved.iter().all(|proved| *proved));
    line.push(format!("largest bound {bound:.1e} ({})", if proved { "proved" } else { "estimated" }));
    if is_checked {
        let again = Instant::now();
        let direct = all.solve_directly(views[0]).ok_or("a loop is singular")?;
        let rows = direct.values.iter().zip(&solutions[0].values);
        let off = rows.map(|(a, b)| relative(*b, (a - b).abs())).fold(0.0_f64, f64::max);
        line.push(format!("LU {:.1} ms, differs by {off:.1e}", milliseconds(again.elapsed())));
    }
    let row = |node: usize| solutions.iter().map(move |solution| solution.values[node]);
    Ok(((0..chain.nodes.len()).flat_map(row).collect(), line))
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(folder) = arguments.first() else {
        eprintln!("usage: chain_speed FOLDER [one|all|check] [THREADS] [SCORES]");
        std::process::exit(2);
    };
    let task = arguments.get(1).map_or("all", String::as_str);
    let threads = arguments.get(2).and_then(|threads| threads.parse().ok());
    if let Err(problem) = run(Path::new(folder), task, threads, arguments.get(3).map(String::as_str)) {
        eprintln!("{problem}");
        std::process::exit(1);
    }
}
