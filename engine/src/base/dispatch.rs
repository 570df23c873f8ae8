//! Loops with the widest instructions that a machine has.
//!
//! No instruction that rounds differently is taken: additions and multiplications are never fused, so that every machine gives the
//! same bits.

/// Runs a block with the instructions of this machine. What it needs is named as fields, which have the names of variables and
/// borrow for `'a`; generic parameters are declared first and then named.
///
/// A closure handed to `pulp` would be shorter, and as slow as without it: the compiler takes it for a function of its own, and
/// compiles that for the least of all machines. Functions that the block calls are `#[inline(always)]` for the same reason.
macro_rules! dispatched {
    ([$($declared:tt)*] [$($named:tt)*] ($($field:ident: $kind:ty),* $(,)?) -> $out:ty $body:block) => {{
        struct Work<'a, $($declared)*> {
            $($field: $kind),*
        }
        impl<'a, $($declared)*> pulp::NullaryFnOnce for Work<'a, $($named)*> {
            type Output = $out;
            #[inline(always)]
            fn call(self) -> $out {
                let Self { $($field),* } = self;
                $body
            }
        }
        pulp::Arch::new().dispatch(Work::<'_, $($named)*> { $($field),* })
    }};
}
pub(crate) use dispatched;
