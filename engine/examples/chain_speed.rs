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

use std::path::Path;
use std::time::{Duration, Instant};

use truecost::base::float::Double;
use truecost::chain::{Chain, Node};
use truecost::rollup::{Footprints, RollupError, footprints, footprints_of};

fn words<const N: usize>(folder: &Path, name: &str) -> Result<Vec<[u8; N]>, String> {
    let bytes = std::fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}"))?;
    let (words, rest) = bytes.as_chunks::<N>();
    if rest.is_empty() { Ok(words.to_vec()) } else { Err(format!("{name}: bytes are left over")) }
}

fn doubles(folder: &Path, name: &str) -> Result<Vec<f64>, String> {
    Ok(words(folder, name)?.into_iter().map(f64::from_le_bytes).collect())
}

fn wholes(folder: &Path, name: &str) -> Result<Vec<usize>, String> {
    Ok(words(folder, name)?.into_iter().map(|word| u64::from_le_bytes(word) as usize).collect())
}

fn narrow(folder: &Path, name: &str) -> Result<Vec<u32>, String> {
    Ok(words(folder, name)?.into_iter().map(u32::from_le_bytes).collect())
}

/// A system: its chain, and what each process causes of each indicator.
fn read(folder: &Path) -> Result<(Chain, Vec<Vec<Double>>), String> {
    let size = wholes(folder, "size.u64")?;
    let (count, flows, indicators) = (size[0], size[1], size[2]);
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
    let chain = Chain { nodes: nodes.collect(), ..Chain::default() };
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
    Ok((chain, rights))
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

/// One product from its files.
fn one(chain: &Chain, views: &[&[Double]], threads: Option<usize>) -> Result<Vec<f64>, String> {
    let node = chain.nodes.len() - 1;
    let own = threaded(footprints_of(chain, &[node]).map_err(|error| failed(&error))?, threads);
    let few = own.few(&[node], views.len()).ok_or("this is no system with large loops and a proof")?;
    Ok(views.iter().map(|right| few.footprints(&own, right)[0].value).collect())
}

fn failed(error: &RollupError) -> String {
    error.diagnostic().to_string()
}

fn run(folder: &Path, task: &str, threads: Option<usize>, out: Option<&str>) -> Result<(), String> {
    let start = Instant::now();
    let (chain, rights) = read(folder)?;
    let views: Vec<&[Double]> = rights.iter().map(Vec::as_slice).collect();
    let ready = Instant::now();
    let mut line = vec![format!("{task}: {} processes", chain.nodes.len())];
    line.push(format!("read {:.1} ms", milliseconds(ready - start)));
    let scores: Vec<f64>;
    if task == "one" {
        scores = one(&chain, &views, threads)?;
        line.push(format!("solved {:.1} ms", milliseconds(ready.elapsed())));
        line.push(format!("together {:.1} ms", milliseconds(start.elapsed())));
    } else {
        let all = threaded(footprints(&chain).map_err(|error| failed(&error))?, threads);
        let made = Instant::now();
        let solutions = all.solve_all(&views);
        let solved = made.elapsed();
        line.push(format!("together {:.1} ms", milliseconds(start.elapsed())));
        let largest = all.blocks().members.iter().map(Vec::len).max().unwrap_or(0);
        line.push(format!("largest loop {largest}"));
        line.push(format!("blocks and certificate {:.1} ms", milliseconds(made - ready)));
        line.push(format!("{} right-hand sides {:.1} ms", rights.len(), milliseconds(solved)));
        let relative = |value: f64, error: f64| if value == 0.0 { 0.0 } else { error / value.abs() };
        let bounds = solutions.iter().flat_map(|s| s.values.iter().zip(&s.bounds));
        let bound = bounds.map(|(value, bound)| relative(*value, *bound)).fold(0.0_f64, f64::max);
        let proved = solutions.iter().all(|s| s.proved.iter().all(|proved| *proved));
        line.push(format!("largest bound {bound:.1e} ({})", if proved { "proved" } else { "estimated" }));
        if task == "check" {
            let again = Instant::now();
            let direct = all.solve_directly(views[0]).ok_or("a loop is singular")?;
            let rows = direct.values.iter().zip(&solutions[0].values);
            let off = rows.map(|(a, b)| relative(*b, (a - b).abs())).fold(0.0_f64, f64::max);
            line.push(format!("LU {:.1} ms, differs by {off:.1e}", milliseconds(again.elapsed())));
        }
        let row = |node: usize| solutions.iter().map(move |solution| solution.values[node]);
        scores = (0..chain.nodes.len()).flat_map(row).collect();
    }
    println!("{}", line.join(", "));
    out.map_or(Ok(()), |path| save(path, &scores))
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
