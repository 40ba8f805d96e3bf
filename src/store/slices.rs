//! Work on many values, shared out over threads in slices.
//!
//! **Invariant:** results keep the order of what was given; once one slice fails, no further one is begun.

use std::sync::{Mutex, PoisonError};

use crate::StoreError;

// LIMIT: values of a slice; the progress is told after each.
pub(crate) const SLICE: usize = 2048;
// LIMIT: threads beside the one that asks.
const THREADS_MAX: usize = 3;

/// What `act` makes of each slice of `values`, in their order. `go_on` gets how many are done, on the thread that asks.
pub(crate) fn in_slices<T: Sync, Made: Send>(
    values: &[T],
    act: impl Fn(&[T]) -> Result<Vec<Made>, StoreError> + Sync,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Vec<Made>, StoreError> {
    let slices = Mutex::new(values.chunks(SLICE).enumerate());
    let next = || slices.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = |tell: &mut dyn FnMut(u64) -> bool| {
        let mut made = Vec::new();
        while let Some((at, slice)) = next() {
            let done = act(slice).and_then(|one| {
                made.push((at, one));
                if tell((at * SLICE + slice.len()) as u64) { Ok(()) } else { Err(StoreError::Cancelled) }
            });
            if let Err(error) = done {
                // Nothing is left to begin, for the other threads either.
                *slices.lock().unwrap_or_else(PoisonError::into_inner) = [].chunks(SLICE).enumerate();
                return Err(error);
            }
        }
        Ok(made)
    };
    let beside = std::thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).clamp(1, THREADS_MAX);
    let of_threads = std::thread::scope(|scope| {
        let beside_us = || {
            let made = work(&mut |_| true);
            // The thread ends, but the C library keeps its stack for the next one.
            seal::wipe_stack();
            made
        };
        let threads: Vec<_> = (0..beside).map(|_| scope.spawn(beside_us)).collect();
        let mut all = vec![work(go_on)];
        // A thread that panicked has said where by its own hook.
        all.extend(threads.into_iter().map(|thread| thread.join().unwrap_or(Err(StoreError::Tampered))));
        all
    });
    let mut made = Vec::new();
    for one in of_threads {
        made.extend(one?);
    }
    made.sort_unstable_by_key(|(at, _)| *at);
    Ok(made.into_iter().flat_map(|(_, one)| one).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn results_keep_their_order_and_the_progress_never_passes_the_end() {
        let values: Vec<usize> = (0..20 * SLICE + 7).collect();
        let mut told = 0;
        let doubled = in_slices(&values, |slice| Ok(slice.iter().map(|n| n * 2).collect()), &mut |done| {
            told = told.max(done);
            true
        });
        assert!(doubled.unwrap().into_iter().eq(values.iter().map(|n| n * 2)));
        assert!(told <= values.len() as u64);
    }

    #[test]
    fn after_a_slice_that_fails_no_thread_begins_another() {
        let values = vec![0_u8; 1000 * SLICE];
        let begun = AtomicUsize::new(0);
        let result = in_slices::<_, u8>(
            &values,
            |_| {
                begun.fetch_add(1, Ordering::Relaxed);
                Err(StoreError::Tampered)
            },
            &mut |_| true,
        );
        assert!(matches!(result, Err(StoreError::Tampered)));
        // Each thread may have had one in hand.
        assert!(begun.into_inner() <= 1 + THREADS_MAX);
    }

    #[test]
    fn stopped_halfway_nothing_comes_out() {
        let values = vec![0_u8; 1000 * SLICE];
        let begun = AtomicUsize::new(0);
        let act = |slice: &[u8]| {
            begun.fetch_add(1, Ordering::Relaxed);
            Ok(slice.to_vec())
        };
        assert!(matches!(in_slices(&values, act, &mut |_| false), Err(StoreError::Cancelled)));
        assert!(begun.into_inner() < 1000);
    }
}
