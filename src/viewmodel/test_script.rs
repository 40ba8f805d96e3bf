//! The test script of a connection, as a page: per case what each role must see, and must not.

/// The page. Its texts are whole sentences in one language.
pub struct TestScript {
    /// Title.
    pub title: String,
    /// What it is and what to do first, a paragraph each.
    pub introduction: Vec<String>,
    /// Head of the table: role, must be seen, must not, tick, initials.
    pub heads: [String; 5],
    /// The cases, in the order in which they are sent.
    pub cases: Vec<ScriptCase>,
    /// Head of the signing off.
    pub sign_off: String,
    /// What is filled in there by pen, a line each.
    pub sign_lines: Vec<String>,
}

/// A case.
pub struct ScriptCase {
    /// Number and name.
    pub title: String,
    /// Its file and what the message is.
    pub message: String,
    /// A line for each role.
    pub rows: Vec<ScriptRow>,
}

/// What one role must see of a case, and what not.
pub struct ScriptRow {
    /// The role.
    pub role: String,
    /// What must be seen; values between “ and ”.
    pub seen: Vec<String>,
    /// What must not be seen anywhere; values between “ and ”.
    pub unseen: Vec<String>,
}
