//! A test of an integration with two sides: wiremock plays the CRM that knows what became of a lead, and `CakeMock` plays CAKE,
//! which gets the result. `cargo run --example with_wiremock` runs it, and so does `cargo test`.

use caketester::CakeMock;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

type Failure = Box<dyn std::error::Error>;

/// The integration under test: takes a lead's stage from the CRM, reports it to CAKE, and says whether CAKE recorded it.
async fn report(http: &reqwest::Client, crm: &str, cake: &str, key: &str, lead: &str) -> Result<bool, Failure> {
    let stage: serde_json::Value =
        serde_json::from_slice(&http.get(format!("{crm}/leads/{lead}")).send().await?.bytes().await?)?;
    let status = match stage["stage"].as_str() {
        Some("paid out") => "Funded",
        _ => "In Progress",
    };
    let mut url = reqwest::Url::parse(cake)?;
    url.query_pairs_mut().append_pair("api_key", key).append_pair("lead_id", lead).append_pair("status", status);
    let answer = http.get(url).send().await?.text().await?;
    let xml = roxmltree::Document::parse(&answer)?;
    let code = xml.root_element().children().find(|child| child.has_tag_name("code"));
    Ok(code.and_then(|code| code.text()) == Some("0"))
}

async fn both_sides() -> Result<(), Failure> {
    // reqwest is built without a provider of TLS here; both servers speak plain HTTP.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build()?;
    let (crm, cake) = (MockServer::start().await, CakeMock::start().await?);
    for (scenario, is_recorded) in [("codes/success", true), ("codes/status-absent", false)] {
        let lead = cake.lead(scenario).ok_or("the standard pack has it")?;
        let paid = ResponseTemplate::new(200).set_body_json(serde_json::json!({ "stage": "paid out" }));
        Mock::given(method("GET")).and(path(format!("/leads/{lead}"))).respond_with(paid).mount(&crm).await;
        let recorded = report(&http, &crm.uri(), &cake.url(), cake.api_key(), lead).await?;
        assert_eq!(recorded, is_recorded, "{scenario}");
    }
    let codes: Vec<Option<i64>> = cake.received().iter().map(|received| received.code).collect();
    assert_eq!(codes, [Some(0), Some(3)]);
    assert_eq!(cake.received()[0].update.status, "Funded");
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    both_sides().await?;
    println!("the CRM and CAKE agree");
    Ok(())
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn the_crm_and_cake_agree() {
        super::both_sides().await.unwrap();
    }
}
