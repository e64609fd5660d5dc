//! Writes the foreign half of mobile-bindings. A crate of its own, so that no phone carries the generator.

fn main() {
    uniffi::uniffi_bindgen_main();
}
