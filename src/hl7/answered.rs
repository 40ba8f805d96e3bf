//! What an acknowledgement says: for who sent a message and reads the answer.
//!
//! **Not here:** how one is made (`acknowledge`).

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

/// The code of an acknowledgement (`CA`, `CE`, `CR`); `None` where the bytes hold none.
#[must_use]
pub fn acknowledgement_code(xml: &[u8]) -> Option<&'static str> {
    let mut reader = Reader::from_str(std::str::from_utf8(xml).ok()?);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) if is_acknowledgement(&element) => return code(&element),
            Ok(Event::Eof) | Err(_) => return None,
            Ok(
                Event::Start(_)
                | Event::Empty(_)
                | Event::End(_)
                | Event::Text(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_)
                | Event::GeneralRef(_),
            ) => {}
        }
    }
}

fn is_acknowledgement(element: &BytesStart<'_>) -> bool {
    element.local_name().as_ref() == "acknowledgement"
}

fn code(element: &BytesStart<'_>) -> Option<&'static str> {
    let said = element.try_get_attribute("typeCode").ok().flatten()?.value;
    ["CA", "CE", "CR"].into_iter().find(|code| *code == said.as_ref())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::DateTime;

    use super::*;
    use crate::{Acknowledgement, Envelope, Refused, Reply, Wanted, acknowledge};

    #[test]
    fn every_acknowledgement_that_is_made_is_read_in_each_envelope_and_nothing_else_is() {
        let made = [
            (Acknowledgement::Accepted, "CA"),
            (Acknowledgement::Refused(Refused::NotAccepted), "CE"),
            (Acknowledgement::Refused(Refused::NotStored), "CR"),
        ];
        for envelope in [Envelope::None, Envelope::Interaction, Envelope::Soap11, Envelope::Soap12] {
            for (acknowledgement, code) in made {
                let reply = Reply { envelope, wanted: Wanted::Always, ..Reply::to_nothing() };
                let xml = acknowledge(&reply, acknowledgement, &[], "1", DateTime::default()).xml.unwrap();
                assert_eq!(acknowledgement_code(xml.as_bytes()), Some(code));
            }
        }
        for other in ["", "CA", "<acknowledgement/>", "<acknowledgement typeCode=\"AA\"/>", "<a><", "<html>CA</html>"] {
            assert_eq!(acknowledgement_code(other.as_bytes()), None, "{other}");
        }
    }
}
