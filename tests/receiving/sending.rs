//! Independent clients post messages, and are answered in the envelope in which they asked.

use std::process::Command;

use crate::{
    ground::{Ground, Identity, PYTHON_OF_SYSTEM, fixture, needs, needs_of_python, said},
    support::{full, sample},
};

fn posted(ground: &Ground, name: &str, content_type: &str, more: &[&str]) -> (u32, String) {
    let (data, kind) = (format!("@{}", fixture(name).display()), format!("Content-Type: {content_type}"));
    let url = ground.url("/bericht12");
    let mut all = vec!["-D", "-", "-H", &kind, "--data-binary", &data, &url];
    all.extend(more);
    ground.curl(Some(&ground.sender), &all)
}

#[test]
fn curl_posts_each_kind_of_envelope_and_the_answer_comes_in_the_same() {
    if !needs("curl") {
        return;
    }
    let ground = Ground::new();
    let (status, soap11) = posted(&ground, "31-soap11.xml", "text/xml; charset=utf-8", &[]);
    assert_eq!(status, 200, "{soap11}");
    assert!(soap11.contains("http://schemas.xmlsoap.org/soap/envelope/") && soap11.contains("typeCode=\"CA\""));
    assert!(soap11.to_lowercase().contains("content-type: text/xml"), "{soap11}");
    // The second asks for no acknowledgement.
    let (status, soap12) = posted(&ground, "32-soap12-zonder-ack.xml", "application/soap+xml", &[]);
    assert_eq!(status, 202, "{soap12}");
    assert!(!soap12.contains("MCCI_IN000002"));
    let (status, bare) = posted(&ground, "20-volledig-2.4.xml", "application/xml", &[]);
    assert_eq!(status, 200, "{bare}");
    assert!(bare.to_lowercase().contains("content-type: application/xml") && bare.contains("<MCCI_IN000002"));
    let (status, none) = posted(&ground, "50-geen-ritnummer.xml", "application/xml", &[]);
    assert_eq!(status, 422, "{none}");
    let (status, none) = posted(&ground, "61-html.xml", "text/xml", &[]);
    assert_eq!(status, 400, "{none}");
    assert_eq!(ground.records(), 3);
}

#[test]
fn where_content_type_and_body_disagree_the_body_says_what_it_is_and_the_answer_comes_in_that() {
    let ground = Ground::new();
    let soap = |namespace: &str, body: &str| {
        format!("<s:Envelope xmlns:s=\"{namespace}\"><s:Body>{body}</s:Body></s:Envelope>")
    };
    let (one, two) = ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope");
    let bare = |number: u32| {
        let text = full(number);
        text.split_once("?>").map_or_else(|| text.clone(), |(_, rest)| rest.to_owned())
    };
    let mut number = 0;
    let mut client = ground.client(&ground.sender);
    for said in ["text/xml", "application/soap+xml", "application/xml", "application/hl7-v3+xml"] {
        for (body, answered, envelope) in [
            (soap(one, &bare(number + 1)), "text/xml", Some(one)),
            (soap(two, &bare(number + 2)), "application/soap+xml", Some(two)),
            (bare(number + 3), "application/xml", None),
        ] {
            let reply = client.post(said, body.as_bytes());
            assert_eq!(reply.status, 200, "{said}: {reply:?}");
            assert!(reply.head.contains(&format!("content-type: {answered}; charset=utf-8")), "{said}: {reply:?}");
            assert!(reply.body.contains("typeCode=\"CA\""), "{said}: {reply:?}");
            assert_eq!(envelope.is_some(), reply.body.contains("Envelope"), "{said}");
            assert!(envelope.is_none_or(|namespace| reply.body.contains(namespace)), "{said}");
        }
        number += 3;
    }
    assert_eq!(ground.records(), 12, "none was refused for what its transport said");
}

#[test]
fn a_body_in_chunks_and_one_that_waits_for_100_continue_are_accepted() {
    if !needs("curl") {
        return;
    }
    let ground = Ground::new();
    let chunked = posted(&ground, "31-soap11.xml", "text/xml", &["-H", "Transfer-Encoding: chunked"]);
    assert_eq!(chunked.0, 200, "{}", chunked.1);
    let (status, waited) = posted(&ground, "20-volledig-2.4.xml", "text/xml", &["-H", "Expect: 100-continue"]);
    assert_eq!(status, 200, "{waited}");
    assert!(waited.contains("HTTP/1.1 100"), "{waited}");
    assert_eq!(ground.records(), 2);
}

const PYTHON: &str = r#"
import http.client, ssl, sys
port, ca, certificate, key = sys.argv[1:5]
context = ssl.create_default_context(cafile=ca)
context.load_cert_chain(certificate, key)
# One connection for all.
connection = http.client.HTTPSConnection("127.0.0.1", int(port), context=context)
for name, kind in zip(sys.argv[5::2], sys.argv[6::2]):
    connection.request("POST", "/bericht12", open(name, "rb").read(), {"Content-Type": kind, "SOAPAction": '""'})
    answer = connection.getresponse()
    print(answer.status, answer.getheader("Content-Type"), b'typeCode="CA"' in answer.read())
"#;

#[test]
fn a_client_in_python_posts_soap_11_and_12_over_one_connection() {
    if !needs("python3") {
        return;
    }
    let ground = Ground::new();
    let Identity { certificate, key } = &ground.sender;
    let port = ground.address.port().to_string();
    let mut command = Command::new("python3");
    command.args(["-c", PYTHON, &port]).arg(ground.authority.file("ca")).arg(certificate).arg(key);
    command.arg(fixture("31-soap11.xml")).arg("text/xml; charset=utf-8");
    command.arg(fixture("32-soap12-zonder-ack.xml")).arg("application/soap+xml; charset=utf-8");
    command.arg(fixture("31-soap11.xml")).arg("text/xml; charset=utf-8");
    let output = command.output().unwrap();
    assert_eq!(said(&output), "200 text/xml; charset=utf-8 True\n202 None False\n200 text/xml; charset=utf-8 True\n");
    assert_eq!(ground.records(), 2, "the third is a repeat of the first");
}

const ZEEP: &str = r#"
import sys, requests, zeep
from lxml import etree
url, ca, certificate, key, first, without = sys.argv[1:]
session = requests.Session()
# Neither a proxy nor another list of authorities of the surroundings.
session.trust_env = False
session.verify, session.cert = ca, (certificate, key)
# The description is read of the listener itself; its address is where messages go.
client = zeep.Client(url + "?wsdl", transport=zeep.Transport(session=session))
def post(port, name, change=lambda text: text):
    body = etree.fromstring(change(open(name, "rb").read())).find("{*}Body")[0]
    answer = client.bind("Bericht12", port).Ontvang(_value_1=list(body))
    if answer is None:
        return "nothing"
    found = [one for top in answer._value_1 for one in top.iter("{urn:hl7-org:v3}acknowledgement")]
    return found[0].get("typeCode")
other = lambda text: text.replace(b"85a097ac", b"85a097ad").replace(b"bf226027", b"bf226028").replace(b"set-31", b"set-33")
print(post("Soap11", first), post("Soap12", without), post("Soap12", first, other), post("Soap11", first))
print(post("Soap11", first, lambda text: text.replace(b"00000101", b"00000102")))
"#;

#[test]
fn a_soap_toolkit_that_reads_the_description_posts_soap_11_and_12_by_it_and_reads_the_answers() {
    if !needs_of_python("python3-zeep", "zeep") {
        return;
    }
    let ground = Ground::new();
    let Identity { certificate, key } = &ground.sender;
    let mut command = Command::new(PYTHON_OF_SYSTEM);
    command.args(["-c", ZEEP, &ground.url("/bericht12")]).arg(ground.authority.file("ca")).arg(certificate).arg(key);
    command.arg(fixture("31-soap11.xml")).arg(fixture("32-soap12-zonder-ack.xml"));
    let output = command.output().unwrap();
    // The second asks for no acknowledgement; the last is of a hospital that this certificate may not speak for.
    assert_eq!(said(&output), "CA nothing CA CA\nCE\n");
    assert_eq!(ground.records(), 3, "the fourth is a repeat of the first");
}

#[test]
fn openssl_gets_tls_13_without_resumption_and_neither_an_older_version_nor_http_2() {
    if !needs("openssl") {
        return;
    }
    let ground = Ground::new();
    let Identity { certificate, key } = &ground.sender;
    let connect = |more: &[&str]| {
        let mut command = Command::new("openssl");
        let to = format!("127.0.0.1:{}", ground.address.port());
        command.args(["s_client", "-connect", &to, "-CAfile"]).arg(ground.authority.file("ca"));
        command.arg("-cert").arg(certificate).arg("-key").arg(key).args(more);
        command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
        // Asks for what is not there and is told so, so that the connection ends by itself.
        let asked = b"GET /anders HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let _ = std::io::Write::write_all(child.stdin.as_mut().unwrap(), asked);
        said(&child.wait_with_output().unwrap())
    };
    let newest = connect(&["-tls1_3", "-ign_eof"]);
    assert!(newest.contains("New, TLSv1.3") && newest.contains("HTTP/1.1 404"), "{newest}");
    assert!(!newest.contains("New Session Ticket"), "{newest}");
    for older in ["-tls1_1", "-tls1_2"] {
        let told = connect(&[older, "-cipher", "DEFAULT@SECLEVEL=0"]);
        assert!(told.contains("Cipher is (NONE)") && told.contains("alert"), "{older}: {told}");
        assert!(!told.contains("HTTP/1.1"), "{told}");
    }
    let second = connect(&["-tls1_3", "-alpn", "h2"]);
    assert!(second.contains("no application protocol"), "{second}");
}

#[test]
fn the_description_of_the_service_names_the_address_it_was_asked_at() {
    if !needs("curl") {
        return;
    }
    let ground = Ground::new();
    let url = ground.url("/bericht12?wsdl");
    let (status, text) = ground.curl(Some(&ground.sender), &[&url]);
    assert_eq!(status, 200);
    assert!(text.contains(&format!("location=\"{}\"", ground.url("/bericht12"))), "{text}");
}

#[test]
fn a_monitor_on_the_machine_asks_for_health_without_a_certificate() {
    if !needs("curl") {
        return;
    }
    let ground = Ground::new();
    let url = format!("http://{}/gezond", ground.health);
    assert_eq!(ground.curl(None, &[&url]), (200, "ok\n".into()));
    assert_eq!(ground.curl(None, &[&format!("http://{}/bericht12", ground.health)]).0, 404);
    assert_eq!(ground.curl(Some(&ground.sender), &[&ground.url("/gezond")]), (200, "ok\n".into()));
}

#[test]
fn what_is_in_hand_when_it_stops_is_answered_and_nothing_new_is_accepted() {
    let mut ground = Ground::new();
    let mut clients: Vec<_> = (0..8).map(|_| ground.client(&ground.sender)).collect();
    ground.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    for (number, client) in (0..).zip(&mut clients) {
        client.send("text/xml", full(number).as_bytes());
    }
    // All of them have been read: each waits for its commit.
    crate::ground::until("eight wait", || ground.listener.as_ref().unwrap().connections() == 8);
    let listener = ground.listener.take().unwrap();
    let stopping = std::thread::spawn(move || listener.stop());
    ground.connection.execute_batch("ROLLBACK").unwrap();
    let answered: Vec<_> = clients.iter_mut().filter_map(|client| client.reply()).collect();
    stopping.join().unwrap();
    let accepted = answered.iter().filter(|reply| reply.body.contains("typeCode=\"CA\"")).count();
    // What had not begun to be read when it stopped was closed, unanswered.
    assert_eq!(u32::try_from(accepted).unwrap(), ground.records(), "{answered:?}");
    assert!(std::net::TcpStream::connect(ground.address).is_err());
}

#[test]
fn pipelined_requests_are_answered_one_after_the_other() {
    let ground = Ground::new();
    let mut client = ground.client(&ground.sender);
    let request = |text: String| {
        let length = text.len();
        format!(
            "POST /bericht12 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n{text}"
        )
    };
    let all: String = [full(1), sample("61-html.xml"), full(2)].map(request).concat();
    client.write(all.as_bytes());
    let statuses: Vec<u32> = (0..3).map(|_| client.reply().unwrap().status).collect();
    assert_eq!(statuses, [200, 400, 200]);
    assert_eq!(ground.records(), 2);
}
