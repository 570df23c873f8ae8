//! Datasets are built into the library: a new file among them must rebuild it.

fn main() {
    for shelf in ["factors", "reference", "prices", "regimes", "postings", "fairtrade", "surplus"] {
        println!("cargo:rerun-if-changed=../datasets/{shelf}");
    }
}
