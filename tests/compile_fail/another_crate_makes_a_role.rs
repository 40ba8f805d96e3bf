// Roles are sealed to `access`: no other crate can make one and so grant itself a right.
pub enum Auditor {}
pub fn named<R: access::Role>() -> domain::RoleName { R::NAME }
// FORBIDDEN: impl access::Role for Auditor { const NAME: domain::RoleName = domain::RoleName::Administration; }
