//! A scenario's file, made up by libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| caketester_fuzz::scenario::check(data));
