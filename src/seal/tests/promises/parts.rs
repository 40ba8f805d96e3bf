//! Parts under content keys: place, padding, format.

use domain::{MessageToken, PartCode};
use proptest::prelude::*;
use seal::{Place, SealError, open_content, padded_length, random_token, seal_content};

use crate::spoilt;

const TAG_BYTES: usize = 16;

fn place(token: u8, part: PartCode, schema: u8) -> Place {
    Place { token: MessageToken([token; 16]), part, schema }
}

fn part() -> impl Strategy<Value = PartCode> {
    prop::sample::select(PartCode::ALL.as_slice())
}

proptest! {
    #[test]
    fn a_part_opens_as_it_was_sealed_and_in_its_own_place_only(
        plain in prop::collection::vec(any::<u8>(), 0..5000),
        (token, other_token) in (any::<u8>(), any::<u8>()),
        (part, other_part) in (part(), part()),
        (schema, other_schema) in (any::<u8>(), any::<u8>()),
    ) {
        let own = place(token, part, schema);
        let (key, sealed) = seal_content(&own, &plain).unwrap();
        prop_assert_eq!(&*open_content(&key, &own, &sealed).unwrap(), &plain);
        for other in [place(other_token, part, schema), place(token, other_part, schema), place(token, part, other_schema)] {
            if other != own {
                prop_assert_eq!(open_content(&key, &other, &sealed), Err(SealError::DoesNotOpen));
            }
        }
    }

    #[test]
    fn an_exchanged_part_and_an_exchanged_key_do_not_open(
        one in prop::collection::vec(any::<u8>(), 0..300),
        two in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let own = place(1, PartCode::Diagnosis, 1);
        let ((key, sealed), (other_key, other)) = (seal_content(&own, &one).unwrap(), seal_content(&own, &two).unwrap());
        prop_assert_eq!(open_content(&key, &own, &other), Err(SealError::DoesNotOpen));
        prop_assert_eq!(open_content(&other_key, &own, &sealed), Err(SealError::DoesNotOpen));
    }

    #[test]
    fn a_length_within_one_step_tells_nothing(one in 0_usize..9000, two in 0_usize..9000) {
        let own = place(1, PartCode::Remarks, 1);
        let sealed = |length: usize| seal_content(&own, &vec![7; length]).unwrap().1.len();
        prop_assert_eq!(sealed(one) == sealed(two), padded_length(one) == padded_length(two));
        prop_assert_eq!(sealed(one), 1 + padded_length(one) + TAG_BYTES);
        prop_assert!(padded_length(one) >= one + 4);
    }
}

#[test]
fn paddings_step_at_256_512_1024_2048_and_then_every_2048() {
    // Four bytes of the padded text are its length.
    let steps = [(0, 256), (252, 256), (253, 512), (508, 512), (509, 1024), (1020, 1024), (1021, 2048), (2044, 2048)];
    let further = [(2045, 4096), (4092, 4096), (4093, 6144), (6140, 6144), (6141, 8192)];
    for (plain, padded) in steps.into_iter().chain(further) {
        assert_eq!(padded_length(plain), padded, "{plain}");
    }
}

#[test]
fn a_part_changed_or_cut_anywhere_does_not_open() {
    let own = place(1, PartCode::Identification, 1);
    let (key, sealed) = seal_content(&own, b"text").unwrap();
    for bytes in spoilt(&sealed) {
        assert!(open_content(&key, &own, &bytes).is_err());
    }
}

#[test]
fn a_part_begins_with_its_format_and_another_format_is_not_tried() {
    let own = place(1, PartCode::Case, 1);
    let (key, mut sealed) = seal_content(&own, b"text").unwrap();
    assert_eq!(sealed[0], 1);
    for format in [0, 2, 255] {
        sealed[0] = format;
        assert_eq!(open_content(&key, &own, &sealed), Err(SealError::Format));
    }
}

#[test]
fn no_two_parts_have_one_key_and_no_two_records_one_token() {
    let own = place(1, PartCode::Case, 1);
    let bodies: Vec<_> = (0..50).map(|_| seal_content(&own, b"the same").unwrap().1).collect();
    for (i, body) in bodies.iter().enumerate() {
        assert!(!bodies[i + 1..].contains(body));
    }
    // Drawn ahead, many at once, on each thread.
    let drawn = || (0..5000).map(|_| random_token().unwrap().0).collect::<Vec<_>>();
    let (other, own) = std::thread::scope(|scope| (scope.spawn(drawn).join().unwrap(), drawn()));
    let all: std::collections::BTreeSet<_> = other.iter().chain(&own).collect();
    assert_eq!(all.len(), 10_000);
}
