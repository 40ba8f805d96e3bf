//! Where a store may not lie, and where another machine has it: one sentence in Dutch and in English that names the place and says
//! what to do. What the system says of a file system is tested in `store`; here stand the sentences it leads to.

use app::AppError;
use store::StoreError;
use viewmodel::{Language, Texts};

use crate::support::{Place, path, text};

/// The sentence of an error of this place, in both languages.
fn sentences(error: StoreError, place: &std::path::Path) -> [String; 2] {
    let error = AppError::from(error).at(place);
    [Language::Dutch, Language::English].map(|language| Texts::load(language).unwrap().format(error.key, &error.values))
}

#[test]
fn a_store_on_a_network_share_is_told_in_one_sentence_that_names_place_share_and_remedy() {
    let place = std::path::Path::new("/mnt/afdeling/terugblik");
    for share in ["NFS", "CIFS", "SMB", "9P", "FUSE", "UNC", "OneDrive"] {
        let [dutch, english] = sentences(StoreError::Place(share), place);
        for said in [&dutch, &english] {
            assert!(said.starts_with(path(place)) && said.contains(share) && said.lines().count() == 1, "{said}");
        }
        assert!(
            dutch.contains("netwerkschijf") && dutch.ends_with("Kies een map op een schijf van deze machine."),
            "{dutch}"
        );
        assert!(
            english.contains("network drive") && english.ends_with("Choose a folder on a disk of this machine."),
            "{english}"
        );
        assert!(!dutch.contains(" a ") && !dutch.contains("share"), "Dutch alone: {dutch}");
    }
}

#[test]
fn a_store_that_another_machine_has_is_told_with_its_name_and_the_file_that_says_so() {
    let place = Place::made();
    let file = place.path("store/machine.lock");
    assert_eq!(std::fs::read(&file).unwrap(), b"", "nobody has it open");
    let there = "rav-server-2\n00000000-0000-4000-8000-000000000001\n";
    std::fs::write(&file, there).unwrap();
    for (language, remedy) in [("nl_NL.UTF-8", "verwijder dan het bestand"), ("en_GB.UTF-8", "delete the file")] {
        let output = place.command(&["status"]).env("LC_ALL", language).output().unwrap();
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{said}");
        for part in ["rav-server-2", path(&file), remedy] {
            assert!(said.contains(part) && said.trim().lines().count() == 1, "{part} in: {said}");
        }
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), there, "left as it was");
    std::fs::remove_file(&file).unwrap();
    assert_eq!(place.status()["records"], 0);
    // A stop in the middle on this machine stands in nobody's way: its boot is still this one.
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    std::fs::write(&file, format!("vorige-naam\n{boot}")).unwrap();
    assert_eq!(place.status()["records"], 0);
}
