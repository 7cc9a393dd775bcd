//! A thousand connections that wait for nothing, in a file of its own: they need nearly all the files that a process
//! may have open on many systems.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};

use crate::support::{caketester, get};

#[test]
fn a_thousand_stalled_connections_leave_the_mock_to_the_others() {
    let served = caketester(["serve", "--port", "0", "--max-connections", "1200"]).starts();
    let query = "api_key=BuyerAPIKeyHere&status=Funded";
    // The scenario that stalls behind the head and a part of the body: all on one lead, which is not locked either.
    let request =
        format!("GET /api/1/buyers.asmx/UpdateLeadStatus?{query}&lead_id=5A1E0508 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    // One after the other: all at once they would not fit into the system's queue.
    let mut stalled = Vec::new();
    for _ in 0..1_000 {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, served.port())).expect("it listens");
        stream.write_all(request.as_bytes()).expect("the mock reads");
        let mut arrived = Vec::new();
        while !arrived.ends_with(b"<code>0</code>") {
            let mut piece = [0; 512];
            let length = stream.read(&mut piece).expect("it is answered so far");
            assert!(length > 0, "it ended with {:?}", String::from_utf8_lossy(&arrived));
            arrived.extend_from_slice(&piece[..length]);
            arrived.truncate(arrived.trim_ascii_end().len());
        }
        stalled.push(stream);
    }
    for _ in 0..20 {
        let answer = get(&format!("{}?{query}&lead_id=C8097F17", served.url()));
        assert!(answer.body.contains("<code>0</code>"), "{}", answer.body);
    }
    served.ends_on("TERM").exits_with(0);
}
