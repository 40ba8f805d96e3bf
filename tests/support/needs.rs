//! Tools of the system that a test needs.

/// Whether a test that needs a tool can run. A missing tool fails it, unless TERUGBLIK_SKIP names the tool.
pub fn needs(tool: &str) -> bool {
    let skipped = std::env::var("TERUGBLIK_SKIP").unwrap_or_default();
    if skipped.split([' ', ',']).any(|name| name == tool) {
        println!("skipped: TERUGBLIK_SKIP names {tool}");
        return false;
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(tool).is_file());
    assert!(found, "{tool} is missing: packaging/dev test installs it; TERUGBLIK_SKIP={tool} skips its tests");
    true
}
