//! Pages of small made-up datasets.
