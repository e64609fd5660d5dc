//! The list of what stands in the binary, for machines: CycloneDX 1.5 as JSON.
//!
//! It owns the form. It never says when or where it was written, so that the same sources give the same
//! bytes. Written by hand, because a library for JSON would be xtask's first dependency.

use std::fmt::Write;

use crate::component::Component;

/// The whole file; `product` is what the others stand in.
pub fn cyclone_dx(product: &Component, components: &[Component]) -> String {
    let listed: Vec<String> = components.iter().map(|one| object(one, "library")).collect();
    format!(
        "{{\n\"$schema\": \"http://cyclonedx.org/schema/bom-1.5.schema.json\",\n\
         \"bomFormat\": \"CycloneDX\",\n\"specVersion\": \"1.5\",\n\"version\": 1,\n\
         \"metadata\": {{\"component\": {}}},\n\"components\": [\n{}\n]\n}}\n",
        object(product, "application"),
        listed.join(",\n")
    )
}

fn object(component: &Component, kind: &str) -> String {
    let mut text = format!(
        "{{\"type\": {}, \"bom-ref\": {purl}, \"name\": {}, \"version\": {}",
        quoted(kind),
        quoted(&component.name),
        quoted(&component.version),
        purl = quoted(&component.purl),
    );
    if let Some(hash) = &component.sha256 {
        text.push_str(&format!(", \"hashes\": [{{\"alg\": \"SHA-256\", \"content\": {}}}]", quoted(hash)));
    }
    if let Some(licence) = &component.licence {
        text.push_str(&format!(", \"licenses\": [{{\"expression\": {}}}]", quoted(licence)));
    }
    text.push_str(&format!(", \"purl\": {}}}", quoted(&component.purl)));
    text
}

/// A JSON string with its quotes.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => {
                // Writing into a string cannot fail.
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(name: &str, sha256: Option<&str>) -> Component {
        Component {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: Some("MIT".to_owned()),
            purl: format!("pkg:cargo/{name}@1.0.0"),
            sha256: sha256.map(str::to_owned),
        }
    }

    #[test]
    fn text_cannot_leave_its_quotes() {
        assert_eq!(quoted(r#"a "b" \ c"#), r#""a \"b\" \\ c""#);
        assert_eq!(quoted("two\nlines\u{1}é"), "\"two\\u000alines\\u0001é\"");
    }

    #[test]
    fn a_component_says_all_that_is_known_and_no_more() {
        assert_eq!(
            object(&component("serde", Some("ab12")), "library"),
            "{\"type\": \"library\", \"bom-ref\": \"pkg:cargo/serde@1.0.0\", \"name\": \"serde\", \
             \"version\": \"1.0.0\", \"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"ab12\"}], \
             \"licenses\": [{\"expression\": \"MIT\"}], \"purl\": \"pkg:cargo/serde@1.0.0\"}"
        );
        assert!(!object(&component("ours", None), "library").contains("hashes"));
    }

    #[test]
    fn components_are_separated_and_the_product_is_apart() {
        let text = cyclone_dx(&component("tournee", None), &[component("a", None), component("b", None)]);
        assert_eq!(text.matches("\"type\": \"library\"").count(), 2);
        assert_eq!(text.matches("\"type\": \"application\"").count(), 1);
        assert_eq!(text.matches("},\n{").count(), 1);
    }
}
