//! How the C library's allocator gives memory back: set once, at the start.

/// Blocks from this size on are mapped, and unmapped when they go, in bytes. It is the allocator's own default; a setting
/// keeps it from growing with the first large block that goes. It would: each request of a long chat takes some blocks of
/// megabytes, and later ones of that size would stay with the process for good, in pieces.
const MAPPED_FROM: libc::c_int = 128 * 1024;

/// Keeps large blocks from staying. For the first lines of the program, before there is another thread.
#[allow(unsafe_code, reason = "the C library has no other door to this")]
pub(crate) fn choose() {
    // SAFETY: it sets a number of the allocator, which any program may at any time.
    let set = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM) };
    if set == 0 {
        log::debug!("the allocator keeps its own thresholds");
    }
}
