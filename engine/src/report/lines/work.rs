//! Threads that read, price and encode units, and the one that writes them in order.

use std::io::Write;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::diagnostic::{Diagnostic, Diagnostics};
use crate::base::progress::{Progress, Stage, stopped};
use crate::data::lines::{LineSource, Unit};
use crate::data::write::{Batch, Staged};
use crate::pricing::lines::{Pricer, Summary, Worker};

use super::encode::{Encoded, Encoder, failed, unfit};
use super::queue::{Next, Queue};
use super::rejects::{self, Rejects};
use super::sink::{Sink, Stopped};
use super::{Counts, Job, sums};

/// A unit that was priced.
struct Done {
    lines: Encoded,
    rejects: Vec<u8>,
    counts: Counts,
}

/// What all threads share.
struct Shared<'a> {
    queue: &'a Queue<Done>,
    encoder: Encoder,
    strict: bool,
    /// Lines that were priced so far.
    rows: AtomicU64,
}

/// Stops the others if a thread ends by a panic.
struct Watched<'a>(&'a Queue<Done>);

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.stop();
        }
    }
}

/// See [`super::run`].
pub(super) fn run(mut job: Job, progress: &dyn Progress, diagnostics: &mut Diagnostics) -> Option<Counts> {
    job.outputs.check(&job.source, job.book_file.as_deref(), diagnostics)?;
    if job.outputs.summary.is_some() && job.options.group_by.is_none() {
        job.options.group_by = Some(Vec::new());
    }
    let (schema, label) = (job.source.schema.clone(), job.source.label.clone());
    let pricer = Pricer::new(job.book.clone(), &schema, &job.options, &label, diagnostics)?;
    let reading = pricer.reading().to_owned();
    match priced(job, &Arc::new(pricer), progress) {
        Ok(counts) => Some(Counts { reading, ..counts }),
        Err(diagnostic) => {
            diagnostics.push(diagnostic);
            None
        }
    }
}

fn priced(job: Job, pricer: &Arc<Pricer>, progress: &dyn Progress) -> Result<Counts, Diagnostic> {
    let lineage = lineage(&job);
    let mut batch = Batch::files();
    let begun = Sink::begin(&job.outputs.lines, &mut batch, &job.source, &pricer.schema(), &lineage);
    let (sink, encoder) = match begun {
        Ok(begun) => begun,
        Err(Stopped::Closed) => return Ok(Counts { is_closed: true, ..Counts::default() }),
        Err(Stopped::For(diagnostic)) => return Err(diagnostic),
    };
    let rejects = job.outputs.rejects.clone();
    let rejects = rejects.map(|path| begin_rejects(&mut batch, &path, &job.source)).transpose()?;
    let threads =
        job.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let (rows, bytes) = (encoder.most_rows(&pricer.schema()), encoder.row_bytes(&pricer.schema()));
    let (units, length) = job.source.units(rows);
    let queue = Queue::new(units, threads, bytes);
    let shared = Shared { queue: &queue, encoder, strict: job.strict, rows: AtomicU64::new(0) };
    let tick = || {
        let rows = shared.rows.load(Ordering::Relaxed);
        progress.tick(Stage::Lines, rows as usize, length.total(rows) as usize)
    };
    let (written, summary) = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let worker = pricer.worker();
                scope.spawn(|| work(worker, &shared))
            })
            .collect();
        let written = write(&queue, sink, rejects, &tick);
        queue.stop();
        let mut summary: Option<Summary> = None;
        for worker in workers {
            let own = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            match (&mut summary, own) {
                (Some(summary), Some(own)) => summary.merge(own),
                (None, own) => summary = own,
                (Some(_), None) => {}
            }
        }
        (written, summary)
    });
    let (mut counts, sink, rejects) = match written {
        Ok(written) => written,
        Err(Stopped::Closed) => return Ok(Counts { is_closed: true, ..Counts::default() }),
        Err(Stopped::For(diagnostic)) => return Err(diagnostic),
    };
    if let (Some(path), Some(summary)) = (&job.outputs.summary, summary) {
        let sums_of_all = summary.batch().map_err(|error| failed(&error))?;
        sums::write(&mut batch, path, &sums_of_all, &lineage)?;
    }
    if let Some(file) = rejects {
        batch.close(file)?;
    }
    match sink.close(&mut batch) {
        Ok(()) => {}
        Err(Stopped::Closed) => return Ok(Counts { is_closed: true, ..counts }),
        Err(Stopped::For(diagnostic)) => return Err(diagnostic),
    }
    batch.commit()?;
    counts.rejects = job.outputs.rejects;
    Ok(counts)
}

/// Where the book comes from, with its hash, as JSON.
fn lineage(job: &Job) -> String {
    let head = &job.book.head;
    let parsed = serde_json::from_str(&head.lineage).unwrap_or(serde_json::Value::Null);
    serde_json::json!({ "price_book": job.book.hash(), "lineage": parsed }).to_string()
}

fn begin_rejects(
    batch: &mut Batch,
    path: &std::path::Path,
    source: &LineSource,
) -> Result<Staged, Diagnostic> {
    let mut file = batch.open(path)?;
    file.write_all(&rejects::header(&source.schema)).map_err(|error| file.failed(&error))?;
    Ok(file)
}

/// Prices unit after unit, on a thread of its own.
fn work(mut worker: Worker, shared: &Shared) -> Option<Summary> {
    let _watched = Watched(shared.queue);
    while let Some((number, unit)) = shared.queue.take() {
        match unit_of(&mut worker, &unit, shared) {
            Ok((done, bytes)) => {
                shared.queue.learn(done.counts.read, bytes);
                shared.queue.put(number, Ok(done));
            }
            Err(diagnostic) => shared.queue.put(number, Err(diagnostic)),
        }
    }
    worker.into_summary()
}

fn unit_of(worker: &mut Worker, unit: &Unit, shared: &Shared) -> Result<(Done, usize), Diagnostic> {
    let mut encoding = shared.encoder.begin(unit)?;
    let (mut rejected, mut counts) = (Rejects::default(), Counts::default());
    for rows in unit.rows() {
        if shared.queue.is_stopped() {
            return Err(stopped());
        }
        let rows = rows?;
        let priced = worker.price(&rows.batch).map_err(|error| unfit(&rows.file, &error))?;
        if shared.strict
            && let Some(first) = rejects::first(&rows, &priced.rejected)
        {
            return Err(first);
        }
        rejected.add(&rows, &priced.rejected);
        let is_all = priced.lines.num_rows() == rows.batch.num_rows();
        encoding.write(&priced.lines, is_all)?;
        counts.read += rows.len() as u64;
        counts.accepted += priced.lines.num_rows() as u64;
        shared.rows.fetch_add(rows.len() as u64, Ordering::Relaxed);
    }
    counts.rejected = rejected.counts;
    let (lines, bytes) = encoding.close()?;
    let bytes = bytes + rejected.bytes.len();
    Ok((Done { lines, rejects: rejected.bytes, counts }, bytes))
}

/// Writes units in order, until there is no more.
fn write(
    queue: &Queue<Done>,
    mut sink: Sink,
    mut rejects: Option<Staged>,
    tick: &dyn Fn() -> bool,
) -> Result<(Counts, Sink, Option<Staged>), Stopped> {
    let mut counts = Counts::default();
    loop {
        let next = queue.next();
        if !tick() {
            return Err(Stopped::For(stopped()));
        }
        match next {
            // A thread that ended by a panic takes the program with it.
            Next::Wait if queue.is_stopped() => return Err(Stopped::For(stopped())),
            Next::Wait => {}
            Next::End => return Ok((counts, sink, rejects)),
            Next::Done(done) => {
                let done = done?;
                sink.write(done.lines)?;
                if let Some(file) = &mut rejects {
                    file.write_all(&done.rejects).map_err(|error| file.failed(&error))?;
                }
                counts.add(&done.counts);
                queue.wrote();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::lines::Reason;

    #[test]
    fn counts_of_units_add_up() {
        let one =
            Counts { read: 3, accepted: 2, rejected: [(Reason::NoRate, 1)].into(), ..Counts::default() };
        let mut all = one.clone();
        all.add(&one);
        assert_eq!((all.read, all.accepted, all.rejected()), (6, 4, 2));
    }
}
