//! The group of the operating system's accounts that share a store (DESIGN §4).

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use crate::StoreError;

/// Its name.
const NAME: &str = "terugblik";
// LIMIT: a list of groups; what is longer is none.
const LIST_BYTES_MAX: u64 = 1 << 20;

/// The group `terugblik` of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OsGroup(u32);

fn listed(groups: &str) -> Option<u32> {
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(NAME)).then(|| fields.nth(1)?.parse().ok()).flatten()
    })
}

impl OsGroup {
    /// The group, where this machine lists it.
    #[must_use]
    pub fn named() -> Option<Self> {
        use std::io::Read as _;
        let mut groups = String::new();
        fs::File::open("/etc/group").ok()?.take(LIST_BYTES_MAX).read_to_string(&mut groups).ok()?;
        listed(&groups).map(Self)
    }

    /// Whether this process may give files to it: its account is a member, or root.
    #[must_use]
    pub fn is_own(self) -> bool {
        use rustix::process::{geteuid, getgid, getgroups};
        let others = getgroups().unwrap_or_default();
        geteuid().is_root() || getgid().as_raw() == self.0 || others.iter().any(|other| other.as_raw() == self.0)
    }

    /// Gives it a file or folder, with a mode that says so.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn give(self, path: &Path, mode: u32) -> Result<(), StoreError> {
        // The group first: a change of group takes the mode's upper bits away.
        let given = std::os::unix::fs::chown(path, None, Some(self.0))
            .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(mode)));
        given.map_err(|error| StoreError::io(path, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_is_found_by_its_whole_name() {
        assert_eq!(listed("root:x:0:\nterugblik:x:994:anne,bob\n"), Some(994));
        for other in ["", "terugblikkers:x:994:", "x:x:994:terugblik", "terugblik:x:many:", "terugblik"] {
            assert_eq!(listed(other), None, "{other}");
        }
    }
}
