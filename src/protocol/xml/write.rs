//! The answer written in each shape an ASMX method can give it.

use std::fmt::Write as _;

use quick_xml::escape::partial_escape;
use serde::{Deserialize, Serialize};

use crate::protocol::code::Code;

/// How the XML of an answer is laid out. Which one `UpdateLeadStatus` uses is not known, so a client has to read them all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// As CAKE's article prints it: no declaration, LF, two spaces (documented).
    #[default]
    Documented,
    /// As a method that returns an XML document: declaration and CRLF (platform).
    Declared,
    /// As a method that returns an object: also three namespace declarations on the root (platform).
    Namespaced,
    /// The same with the namespace of CAKE's other service for buyers (platform, recorded there).
    NamespacedForBuyers,
    /// As a method that writes the response itself: no white space (platform).
    Compact,
}

/// Writes an answer. No shape ends with a newline.
pub fn write(shape: Shape, code: Code, msg: &str) -> String {
    const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n";
    const NAMESPACES: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"http://cakemarketing.com/api/1/\"";
    const NAMESPACES_FOR_BUYERS: &str = " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"http://cakemarketing.com/buyers/api/1/\"";
    let (declaration, namespaces, newline, indent) = match shape {
        Shape::Documented => ("", "", "\n", "  "),
        Shape::Declared => (DECLARATION, "", "\r\n", "  "),
        Shape::Namespaced => (DECLARATION, NAMESPACES, "\r\n", "  "),
        Shape::NamespacedForBuyers => (DECLARATION, NAMESPACES_FOR_BUYERS, "\r\n", "  "),
        Shape::Compact => ("", "", "", ""),
    };
    let msg = partial_escape(msg);
    let mut xml = String::with_capacity(64);
    // Writing into a String cannot fail.
    let _ = write!(
        xml,
        "{declaration}<result{namespaces}>{newline}{indent}<code>{code}</code>{newline}{indent}<msg>{msg}</msg>{newline}</result>"
    );
    xml
}

#[cfg(test)]
mod tests {
    use super::{Shape, write};
    use crate::protocol::code::Code;

    #[test]
    fn the_documented_shape_is_the_articles() {
        assert_eq!(
            write(Shape::Documented, Code(0), "success"),
            "<result>\n  <code>0</code>\n  <msg>success</msg>\n</result>"
        );
    }

    #[test]
    fn the_other_shapes_differ_in_bytes_only() {
        insta::assert_debug_snapshot!(
            [Shape::Declared, Shape::Namespaced, Shape::Compact].map(|shape| write(shape, Code(3), "a < b")),
            @r#"
        [
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<result>\r\n  <code>3</code>\r\n  <msg>a &lt; b</msg>\r\n</result>",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<result xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"http://cakemarketing.com/api/1/\">\r\n  <code>3</code>\r\n  <msg>a &lt; b</msg>\r\n</result>",
            "<result><code>3</code><msg>a &lt; b</msg></result>",
        ]
        "#
        );
    }
}
