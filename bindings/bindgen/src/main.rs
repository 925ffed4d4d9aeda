//! UniFFI's generator, in the version that the library is built with. `scripts/generate-bindings` runs it.

fn main() {
    uniffi::uniffi_bindgen_main();
}
