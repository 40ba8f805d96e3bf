//! The operating system under the store, where it is a Unix: rights of files by their mode, shares by their file system, the
//! group of the accounts that share a store.
//!
//! **Not here:** the same names for Windows (`windows.rs`).

use std::{
    fs::{self, DirBuilder, File, Metadata, OpenOptions},
    io::{self, Read as _},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown, fchown},
    path::Path,
};

use rustix::{
    fs::{CWD, RenameFlags, StatFs, renameat_with, statfs, statvfs},
    io::Errno,
    process::{geteuid, getgid, getgroups},
};

use crate::{KeyError, faults};

const SHARED_MODE: u32 = 0o2770;
// LIMIT: a list of groups; what is longer is none.
const GROUPS_BYTES_MAX: u64 = 1 << 20;

/// Magic numbers of linux/magic.h and of the file systems' own sources; a store on a share loses its locks. The names are said
/// in a sentence of any language.
#[cfg(target_os = "linux")]
const NETWORK: [(u64, &str); 9] = [
    (0x6969, "NFS"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB"),
    (0x517b, "SMB"),
    (0x0102_1997, "9P"),
    (0x6b41_4653, "AFS"),
    (0x00c3_6400, "Ceph"),
    (0x786f_4256, "VirtualBox"),
    // sshfs, rclone, GVFS and the desktop programs of cloud storage; nothing local that a store would lie on.
    (0x6573_5546, "FUSE"),
];

/// What a file system's magic number says of it: `Some` names a share.
#[cfg(target_os = "linux")]
fn by_magic(magic: u64) -> Option<&'static str> {
    // The kernel gives a signed number; the magic is its lower half.
    NETWORK.iter().find(|(known, _)| *known == magic & 0xffff_ffff).map(|(_, name)| *name)
}

#[cfg(target_os = "linux")]
fn named(found: &StatFs) -> Option<&'static str> {
    by_magic(faults::file_system(found.f_type.cast_unsigned()))
}

/// What macOS does not call local is a share (sys/mount.h: `MNT_LOCAL`).
#[cfg(not(target_os = "linux"))]
fn named(found: &StatFs) -> Option<&'static str> {
    const MNT_LOCAL: u64 = 0x1000;
    (faults::file_system(found.f_flags.into()) & MNT_LOCAL == 0).then_some("SMB, AFP, NFS")
}

/// The share that this place, which is there, lies on.
pub(crate) fn share(real: &Path) -> io::Result<Option<&'static str>> {
    Ok(named(&statfs(real)?))
}

/// What is another each time this machine is started, where the system says it.
pub(crate) fn boot() -> Option<String> {
    let read =
        if cfg!(target_os = "linux") { fs::read_to_string("/proc/sys/kernel/random/boot_id").ok() } else { None };
    read.map(|boot| boot.trim().to_owned())
}

/// Bytes that are free for this account where this folder lies.
pub(crate) fn free_bytes(folder: &Path) -> io::Result<u64> {
    let found = statvfs(folder)?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// A new file for this account alone.
///
/// # Errors
/// When there is one already, or the disk or its rights refuse.
pub fn create_private(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)
}

/// A folder for this account alone, with those above it; one that is there stays as it is.
///
/// # Errors
/// When the disk or its rights refuse.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Gives a file its name; never over another that was made meanwhile.
pub(crate) fn rename_new(half: &Path, file: &Path) -> io::Result<()> {
    match renameat_with(CWD, half, CWD, file, RenameFlags::NOREPLACE) {
        // A file system without this kind of rename: the check of before has to do.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => fs::rename(half, file),
        renamed => Ok(renamed?),
    }
}

/// Makes the names in a folder durable.
///
/// # Errors
/// When the disk refuses.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Takes a lock file away; who has it open and waits for it finds it nameless.
pub(crate) fn remove_lock(file: &Path) {
    let _ = fs::remove_file(file);
}

/// Whether an open file has no name any more.
pub(crate) fn is_nameless(file: &File) -> bool {
    file.metadata().is_ok_and(|found| found.nlink() == 0)
}

/// Makes a folder the group's: 2770, so that files in it get the group.
pub(crate) fn share_folder(folder: &Path) -> io::Result<()> {
    // One that was made ready for the group may be another account's.
    if fs::metadata(folder)?.permissions().mode() & 0o7777 == SHARED_MODE {
        return Ok(());
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(SHARED_MODE))
}

/// Gives a file of a folder that is a group's to that group.
pub(crate) fn share_file(file: &Path, found: &Metadata, folder: &Path) -> io::Result<()> {
    let group = fs::metadata(folder)?.gid();
    if found.gid() == group && found.permissions().mode() & 0o777 == file_mode(folder) {
        return Ok(());
    }
    chown(file, None, Some(group))?;
    set_mode(file, folder)
}

/// The mode of files in this folder: 0660 in one for a group, else 0600.
fn file_mode(folder: &Path) -> u32 {
    let shared = fs::metadata(folder).is_ok_and(|found| found.permissions().mode() & 0o2070 == 0o2070);
    if shared { 0o660 } else { 0o600 }
}

/// Sets a file's mode to the folder's; what root makes in another account's folder is that account's. The database's own log
/// gets mode and owner of the database.
pub(crate) fn set_mode(file: &Path, folder: &Path) -> io::Result<()> {
    if geteuid().is_root() {
        let owner = fs::metadata(folder)?;
        chown(file, Some(owner.uid()), Some(owner.gid()))?;
    }
    fs::set_permissions(file, fs::Permissions::from_mode(file_mode(folder)))
}

/// Whether this account may put another file in this one's place: its owner could not read that otherwise.
pub(crate) fn may_replace(before: &Metadata) -> bool {
    let process = geteuid();
    process.is_root() || before.uid() == process.as_raw()
}

/// Gives a file the owner and rights of the one it takes the place of.
pub(crate) fn make_alike(file: &Path, before: &Metadata) -> io::Result<()> {
    if geteuid().is_root() {
        chown(file, Some(before.uid()), Some(before.gid()))?;
    }
    fs::set_permissions(file, before.permissions())
}

/// Refuses a key file that others can read: 0600, or 0640 where it is a group's.
pub(crate) fn must_be_closed(key: &Path, found: &Metadata, group: bool) -> Result<(), KeyError> {
    let allowed = if group || is_credential(key) { 0o640 } else { 0o600 };
    let is_open = found.permissions().mode() & 0o777 & !allowed != 0;
    if is_open { Err(KeyError::FileOpen(key.to_path_buf())) } else { Ok(()) }
}

/// Whether systemd handed the file over: for one account's eyes by a list of rights, whose mask stands where the group's right would.
#[must_use]
pub fn is_credential(path: &Path) -> bool {
    std::env::var_os("CREDENTIALS_DIRECTORY").is_some_and(|folder| !folder.is_empty() && path.starts_with(folder))
}

/// Gives a new key file its mode, and of one that it takes the place of account and group.
pub(crate) fn close(key: &File, group: bool, before: Option<&Metadata>) -> io::Result<()> {
    if let Some(before) = before {
        // Only root may give a file away; another account that writes it keeps it for the group alone.
        let _ = fchown(key, Some(before.uid()), None);
        let given = fchown(key, None, Some(before.gid()));
        if group {
            given?;
        }
    }
    // Whatever the account's own mask takes away.
    key.set_permissions(fs::Permissions::from_mode(if group { 0o640 } else { 0o600 }))
}

/// Gives the key file of a group to the group of the store's folder.
pub(crate) fn share_key(key: &Path, folder: &Path) -> io::Result<()> {
    let (group, file) = (fs::metadata(folder)?.gid(), File::open(key)?);
    if file.metadata()?.gid() == group { Ok(()) } else { fchown(&file, None, Some(group)) }
}

fn listed(groups: &str, name: &str) -> Option<u32> {
    groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then(|| fields.nth(1)?.parse().ok()).flatten()
    })
}

/// The number of a group, where this machine lists it.
pub(crate) fn group(name: &str) -> Option<u32> {
    let mut groups = String::new();
    File::open("/etc/group").ok()?.take(GROUPS_BYTES_MAX).read_to_string(&mut groups).ok()?;
    listed(&groups, name)
}

/// Whether this process may give files to a group: its account is a member, or root.
pub(crate) fn is_member(group: u32) -> bool {
    let others = getgroups().unwrap_or_default();
    geteuid().is_root() || getgid().as_raw() == group || others.iter().any(|other| other.as_raw() == group)
}

/// Gives a group a file or folder, with a mode that says so.
pub(crate) fn give(path: &Path, group: u32, mode: u32) -> io::Result<()> {
    // The group first: a change of group takes the mode's upper bits away.
    chown(path, None, Some(group))?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_share_is_known_by_its_file_system_and_a_disk_is_none() {
        assert_eq!(by_magic(0x6969), Some("NFS"));
        assert_eq!(by_magic(0xffff_ffff_ff53_4d42), Some("CIFS"), "as the kernel gives it: sign-extended");
        assert_eq!(by_magic(0x6573_5546), Some("FUSE"));
        // ext4, xfs, btrfs, tmpfs, overlayfs, zfs
        for disk in [0xef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0x794c_7630, 0x2fc1_2fc1] {
            assert_eq!(by_magic(disk), None, "{disk:x}");
        }
    }

    #[test]
    fn the_group_is_found_by_its_whole_name() {
        let listed = |groups| listed(groups, "terugblik");
        assert_eq!(listed("root:x:0:\nterugblik:x:994:anne,bob\n"), Some(994));
        for other in ["", "terugblikkers:x:994:", "x:x:994:terugblik", "terugblik:x:many:", "terugblik"] {
            assert_eq!(listed(other), None, "{other}");
        }
    }
}
