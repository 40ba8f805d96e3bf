//! The description of the service (WSDL 1.1) that senders' systems are set up with: one file, with the address it is asked at.

const TEXT: &str = include_str!("../../../resources/wsdl/bericht12.wsdl");
const ADDRESS: &str = "https://terugblik.example/bericht12";

/// The description, for who asks at this host; what is no host is left as it stands in the file.
pub(crate) fn at(host: Option<&str>, path: &str) -> String {
    let is_host = |host: &&str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
        !host.is_empty() && host.len() <= 255 && host.bytes().all(fits)
    };
    host.filter(is_host).map_or_else(|| TEXT.to_owned(), |host| TEXT.replace(ADDRESS, &format!("https://{host}{path}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_address_it_is_asked_at_and_nothing_that_is_no_host() {
        assert!(at(Some("rav.example:8443"), "/bericht12").contains("location=\"https://rav.example:8443/bericht12\""));
        assert_eq!(at(Some("x\"><y"), "/bericht12"), TEXT);
        assert!(TEXT.contains(ADDRESS));
    }
}
