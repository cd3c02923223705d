//! A window's copy of a document: patches applied by the rules of the UI, which forgives more.

use parlour_core::markdown::{Block, BlockContent, BlockPatch};

/// Applies a patch. What a window could not do is an error of core's.
pub fn apply(document: &mut Vec<Block>, patch: BlockPatch) {
    match patch {
        BlockPatch::Put { path, block } => {
            let (at, container) = path.split_last().expect("a block is somewhere");
            assert_eq!(*at, block.id, "a block's id is its place");
            let blocks = children(document, container);
            let at = *at as usize;
            assert!(at <= blocks.len(), "a block beyond the end");
            if at == blocks.len() { blocks.push(block) } else { blocks[at] = block }
        }
        BlockPatch::Truncate { path, length } => children(document, &path).truncate(length as usize),
        BlockPatch::Inlines { path, keep, inlines: fresh } => match block(document, &path) {
            BlockContent::Paragraph { inlines } | BlockContent::Heading { inlines, .. } => {
                assert!(keep as usize <= inlines.len(), "more inlines to keep than there are");
                inlines.truncate(keep as usize);
                inlines.extend(fresh);
            }
            other => panic!("inlines for {other:?}"),
        },
        BlockPatch::Tokens { path, keep, tokens: fresh } => match block(document, &path) {
            BlockContent::Code { tokens, .. } | BlockContent::Html { tokens } => {
                assert!(keep as usize <= tokens.len(), "more tokens to keep than there are");
                tokens.truncate(keep as usize);
                tokens.extend(fresh);
            }
            other => panic!("tokens for {other:?}"),
        },
        BlockPatch::Tight { path, tight: new } => match block(document, &path) {
            BlockContent::List { tight, .. } => *tight = new,
            other => panic!("a tight {other:?}"),
        },
    }
}

fn block<'a>(document: &'a mut Vec<Block>, path: &[u32]) -> &'a mut BlockContent {
    let (at, container) = path.split_last().expect("a block is somewhere");
    &mut children(document, container)[*at as usize].content
}

/// The blocks in the block at a path.
fn children<'a>(document: &'a mut Vec<Block>, path: &[u32]) -> &'a mut Vec<Block> {
    path.iter().fold(document, |blocks, at| match &mut blocks[*at as usize].content {
        BlockContent::Quote { blocks, .. }
        | BlockContent::List { blocks, .. }
        | BlockContent::Item { blocks, .. }
        | BlockContent::Table { blocks, .. }
        | BlockContent::Footnote { blocks, .. } => blocks,
        other => panic!("nothing is in {other:?}"),
    })
}
