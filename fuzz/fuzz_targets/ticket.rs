//! A ticket, made up by libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| caketester_fuzz::ticket::check(data));
