//! Sends one lead's status to CAKE.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use serde::Deserialize;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::Agent;

const UPDATED: u8 = 0;
const REJECTED: u8 = 10;
const UNKNOWN: u8 = 11;

/// What CAKE says of an update.
#[derive(Deserialize)]
struct Answer {
    code: u32,
    #[serde(default)]
    msg: String,
}

fn main() -> ExitCode {
    let answer = match update_lead_status() {
        Ok(answer) => answer,
        Err(error) => {
            eprintln!("no usable answer from CAKE: {error}");
            return UNKNOWN.into();
        }
    };
    println!("code {}: {}", answer.code, answer.msg);
    match answer.code {
        0 => UPDATED.into(),
        1..=4 => REJECTED.into(),
        _ => UNKNOWN.into(),
    }
}

fn update_lead_status() -> Result<Answer, Box<dyn Error>> {
    let fields = env::var("CAKE_FIELDS").unwrap_or_else(|_| "{}".to_owned());
    let fields: BTreeMap<String, String> = serde_json::from_str(&fields)?;

    let mut request = agent()
        .get(env::var("CAKE_URL")?)
        .query("api_key", env::var("CAKE_API_KEY")?)
        .query("lead_id", env::var("CAKE_LEAD_ID")?)
        .query("status", env::var("CAKE_STATUS")?);
    if let Ok(sub_status) = env::var("CAKE_SUB_STATUS") {
        request = request.query("sub_status", sub_status);
    }
    let mut response = request.query_pairs(fields).call()?;
    let body = response.body_mut().read_to_string()?;
    Ok(quick_xml::de::from_str(&body)?)
}

/// Trusts what the system trusts, so that a certificate can be added without a new build. Follows no redirect, because
/// the key is in the query, and goes to no other host.
fn agent() -> Agent {
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(10)))
        .max_redirects(0)
        .tls_config(tls)
        .build()
        .into()
}
