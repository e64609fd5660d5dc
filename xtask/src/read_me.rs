//! The page beside the binary, in English and French, for somebody who has nothing but the tarball.
//!
//! It owns the words and says only what holds on the reader's machine: nothing of Rust or of a checkout.

use crate::needs::Needs;

/// Six lines: what this is, how to check and try it, what it needs; then the same in French.
pub fn text(version: &str, arch: &str, needs: &Needs) -> String {
    let Needs { glibc, libraries } = needs;
    let libraries = libraries.join(", ");
    format!(
        "Tournée {version}, Linux {arch}: rounds of cargo-bike couriers, for phone, server and coordinator \
         in a terminal. Licence: LICENSE; what is in it: sbom.cdx.json.\n\
         Is it whole? sha256sum -c SHA256SUMS     Try it: ./tournee demo     And then: ./tournee --help\n\
         It needs glibc {glibc} or newer ({libraries}) and nothing else; only witness.py asks for Python 3.\n\
         Tournée {version}, Linux {arch} : les tournées de coursiers à vélo-cargo, pour le téléphone, le \
         serveur et la coordination, dans un terminal. Licence : LICENSE ; ce qu'il contient : sbom.cdx.json.\n\
         Est-ce entier ? sha256sum -c SHA256SUMS     Pour essayer : ./tournee demo     Puis : ./tournee --help\n\
         Il faut la glibc {glibc} ou plus récente ({libraries}) et rien d'autre ; seul witness.py demande Python 3.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_how_to_check_and_try_it_and_what_it_needs() {
        let needs = Needs { glibc: "2.34".to_owned(), libraries: vec!["libc.so.6".to_owned()] };
        let text = text("0.1.0", "x86_64", &needs);
        assert_eq!(text.lines().count(), 6);
        for wanted in ["./tournee demo", "sha256sum -c SHA256SUMS", "glibc 2.34", "libc.so.6"] {
            assert_eq!(text.matches(wanted).count(), 2, "{wanted} in:\n{text}");
        }
    }
}
