//! A file as a tree, for looking at what no type could be made of; and the limits within which every file is read.

use serde_saphyr::{DuplicateKeyPolicy, Error, MergeKeyPolicy, Options};

use super::node::Node;
use super::place::Located;

/// A text as a tree, with keys that stand twice.
pub(super) fn tree(text: &str) -> Result<Located<Node>, Error> {
    serde_saphyr::from_str_with_options(text, options(DuplicateKeyPolicy::PassThrough))
}

pub(super) fn options(duplicate_keys: DuplicateKeyPolicy) -> Options {
    serde_saphyr::options! {
        duplicate_keys: duplicate_keys,
        merge_keys: MergeKeyPolicy::AsOrdinary,
        with_snippet: false,
        strict_booleans: true,
        budget: serde_saphyr::budget! {
            max_depth: 64,
            max_aliases: 100,
            max_anchors: 100,
            max_recorded_anchor_events: 10_000,
            max_documents: 1,
            // A pack may hold a million leads in its instance, each of some six keys and values.
            max_events: 20_000_000,
            max_nodes: 20_000_000,
        },
    }
}
