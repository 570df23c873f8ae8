//! What a draw is for: a number that stays the same whatever rows come and go.

use sha2::{Digest, Sha256};

/// The first eight bytes, low byte first, of the SHA-256 of the parts, each with a byte of zero behind it.
pub fn key(parts: &[&str]) -> u64 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    digest.iter().take(8).rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_hash_of_its_parts() {
        // python3 -c "import hashlib; print(int.from_bytes(hashlib.sha256(b'input\0bake\0flour\0\0\0').digest()[:8], 'little'))"
        assert_eq!(key(&["input", "bake", "flour", "", ""]), KNOWN);
        assert_ne!(key(&["input", "ba", "keflour", "", ""]), KNOWN);
    }

    const KNOWN: u64 = 12_157_768_974_351_756_293;
}
