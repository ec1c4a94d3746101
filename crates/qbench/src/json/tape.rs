//! The values of a JSON text as a flat list, so that objects can be walked in another order in
//! linear time at any depth.

use super::scan::skip_string;

/// Where one value (or name) stands in the text, and which node comes after everything inside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TapeNode {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) next: usize,
}

/// All nodes in text order. In an object, names and values alternate.
#[derive(Debug)]
pub(crate) struct Tape<'a> {
    text: &'a str,
    nodes: Vec<TapeNode>,
}

impl<'a> Tape<'a> {
    /// Reads well-formed JSON text without recursion.
    pub(crate) fn of_checked(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut nodes: Vec<TapeNode> = Vec::with_capacity(text.len() / 12 + 1);
        let mut open: Vec<usize> = Vec::new();
        let mut i = 0;
        while let Some(byte) = bytes.get(i) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => i += 1,
                b'{' | b'[' => {
                    open.push(nodes.len());
                    nodes.push(TapeNode { start: i, end: i, next: 0 });
                    i += 1;
                }
                b'}' | b']' => {
                    i += 1;
                    let next = nodes.len();
                    if let Some(node) = open.pop().and_then(|at| nodes.get_mut(at)) {
                        node.end = i;
                        node.next = next;
                    }
                }
                other => {
                    let end = if *other == b'"' { skip_string(bytes, i) } else { skip_scalar(bytes, i) };
                    nodes.push(TapeNode { start: i, end, next: nodes.len() + 1 });
                    i = end;
                }
            }
        }
        Self { text, nodes }
    }

    pub(crate) fn node(&self, at: usize) -> Option<TapeNode> {
        self.nodes.get(at).copied()
    }

    /// The text of a node.
    pub(crate) fn text(&self, node: TapeNode) -> &'a str {
        self.text.get(node.start..node.end).unwrap_or_default()
    }

    /// The indexes of the nodes directly inside the container at `at`.
    pub(crate) fn children(&self, at: usize) -> Children<'_> {
        let end = self.nodes.get(at).map_or(0, |node| node.next);
        Children { nodes: &self.nodes, at: at + 1, end }
    }
}

/// Iterator over node indexes.
pub(crate) struct Children<'t> {
    nodes: &'t [TapeNode],
    at: usize,
    end: usize,
}

impl Iterator for Children<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.at >= self.end {
            return None;
        }
        let current = self.at;
        self.at = self.nodes.get(current)?.next;
        Some(current)
    }
}

fn skip_scalar(bytes: &[u8], at: usize) -> usize {
    let ends = |b: &u8| matches!(b, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n');
    bytes[at..].iter().position(ends).map_or(bytes.len(), |length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_are_names_and_values_in_turn() {
        let tape = Tape::of_checked(r#" {"a":[1,{"b":2}], "c" : null} "#);
        let texts: Vec<_> = tape.children(0).filter_map(|i| tape.node(i)).map(|n| tape.text(n)).collect();
        assert_eq!(texts, ["\"a\"", "[1,{\"b\":2}]", "\"c\"", "null"]);
    }
}
