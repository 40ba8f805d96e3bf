// Rights are sealed to `access`: no other crate can give a role a right, not even on a part of its own.
pub enum LocalPart {}
impl domain::Part for LocalPart {
    type Content = ();
    const CODE: domain::PartCode = domain::PartCode::Remarks;
    const SCHEMA: u8 = 1;
    fn encode(_: &()) -> Result<zeroize::Zeroizing<Vec<u8>>, domain::ContentError> { Err(domain::ContentError { part: "" }) }
    fn decode(_: &[u8]) -> Result<(), domain::ContentError> { Ok(()) }
    fn client(_: &()) -> Option<zeroize::Zeroizing<String>> { None }
}
pub fn purposes<R: access::MayOpen<domain::Identification>>() -> &'static [domain::Purpose] { R::PURPOSES }
// FORBIDDEN: impl access::MayOpen<LocalPart> for access::Administration { const PURPOSES: &'static [domain::Purpose] = &[]; }
