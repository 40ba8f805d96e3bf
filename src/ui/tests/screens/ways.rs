//! Every act of every screen by keys alone. A new command does not compile until its way is here.
//!
//! `ways!` makes of one table both the match that has no `_`, and the walks: an arm without a walk cannot be written.

use crate::{
    walk::Walk, ways_accounts, ways_connections, ways_door, ways_installation, ways_profiles, ways_reflections,
    ways_rides, ways_screens, ways_work,
};

/// The name of an act, and the walk whose last press asks for it.
pub type Way = (&'static str, fn() -> Walk);

/// `Name: pattern => walk`: the place of a command in the table, and the table. What stands in braces leads to another table.
macro_rules! ways {
    ($of:ty; $($name:ident: $pattern:pat => $walk:expr,)+) => {
        $crate::ways::ways! { $of; {} $($name: $pattern => $walk,)+ }
    };
    ($of:ty; { $($held:pat => $led:expr,)* } $($name:ident: $pattern:pat => $walk:expr,)+) => {
        /// The name of a command.
        pub fn name(command: &$of) -> &'static str {
            match command {
                $($held => $led,)*
                $($pattern => concat!(stringify!($of), "::", stringify!($name)),)+
            }
        }

        pub const WAYS: &[$crate::ways::Way] =
            &[$((concat!(stringify!($of), "::", stringify!($name)), || $walk)),+];
    };
}
pub(crate) use ways;

fn all() -> Vec<Way> {
    [
        ways_screens::WAYS,
        ways_door::entry::WAYS,
        ways_door::mine::WAYS,
        ways_installation::pages::WAYS,
        ways_installation::kit::WAYS,
        ways_work::identification::WAYS,
        ways_work::feedback::WAYS,
        ways_reflections::WAYS,
        ways_work::reception::WAYS,
        ways_work::oversight::WAYS,
        ways_accounts::WAYS,
        ways_profiles::WAYS,
        ways_connections::WAYS,
        ways_rides::WAYS,
    ]
    .concat()
}

#[test]
fn every_command_of_every_screen_is_asked_for_by_keys_alone() {
    let mut wrong = Vec::new();
    for (wanted, way) in all() {
        let walked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let asked = way().asked();
            let names: Vec<&str> = asked.iter().map(ways_screens::name).collect();
            let last = names.last().copied();
            // Twice is one press for two acts: a key that a button and its screen both took.
            (last == Some(wanted) && names.iter().filter(|name| **name == wanted).count() == 1, names)
        }));
        match walked {
            Ok((true, _)) => {}
            Ok((false, names)) => wrong.push(format!("{wanted}: asked for {names:?}")),
            Err(panic) => {
                let said = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                wrong.push(format!("{wanted}: {said}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
