//! Readers: HPKE to a key pair, reader keys, wraps and figures.

use domain::{MessageToken, PartCode, ReaderId};
use proptest::prelude::*;
use seal::{
    ContentKey, Place, ReaderKey, SealError, figure_number, open_content, open_figure, open_with, seal_content,
    seal_figure, seal_to, unwrap, wrap, wrap_number,
};

use crate::{pair, spoilt};

const SCHEMA: u8 = 1;

fn key(reader: i64, number: u32) -> ReaderKey {
    ReaderKey::generate(ReaderId(reader), number).unwrap()
}

fn token(byte: u8) -> MessageToken {
    MessageToken([byte; 16])
}

/// A key of another reader, number or making that stands in the place of `own`: the same bytes, sealed and opened again.
fn in_the_place_of(own: &ReaderKey, reader: i64, number: u32) -> Result<ReaderKey, SealError> {
    let (private, public) = pair();
    ReaderKey::open(&private, ReaderId(reader), number, &own.sealed_to(&public).unwrap())
}

fn content(part: PartCode) -> (Place, ContentKey, Vec<u8>) {
    let place = Place { token: token(1), part, schema: SCHEMA };
    let (key, sealed) = seal_content(&place, part.name().as_bytes()).unwrap();
    (place, key, sealed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_sealed_to_a_reader_opens_for_that_reader_in_that_place_only(
        plain in prop::collection::vec(any::<u8>(), 0..200),
        place in prop::collection::vec(any::<u8>(), 0..40),
        other_place in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let ((private, public), (other, _)) = (pair(), pair());
        let sealed = seal_to(&public, &place, &plain).unwrap();
        prop_assert_eq!(sealed[0], 1, "the format byte first");
        prop_assert_eq!(&*open_with(&private, &place, &sealed).unwrap(), &plain);
        prop_assert_eq!(open_with(&other, &place, &sealed), Err(SealError::DoesNotOpen));
        if other_place != place {
            prop_assert_eq!(open_with(&private, &other_place, &sealed), Err(SealError::DoesNotOpen));
        }
        prop_assert!(seal_to(&public, &place, &plain).unwrap() != sealed, "an encapsulated key of its own each time");
    }

    #[test]
    fn a_reader_key_opens_for_its_reader_under_its_number_only(
        (reader, other_reader) in (1_i64..2000, 1_i64..2000),
        (number, other_number) in (any::<u32>(), any::<u32>()),
    ) {
        let ((private, public), (stranger, _)) = (pair(), pair());
        let own = key(reader, number);
        let sealed = own.sealed_to(&public).unwrap();
        let opened = ReaderKey::open(&private, ReaderId(reader), number, &sealed).unwrap();
        let bytes = seal_figure(&own, token(1), SCHEMA, b"count").unwrap();
        prop_assert_eq!(&*open_figure(&opened, token(1), SCHEMA, &bytes).unwrap(), b"count", "it is the same key");
        prop_assert!(ReaderKey::open(&stranger, ReaderId(reader), number, &sealed).is_err());
        if (other_reader, other_number) != (reader, number) {
            prop_assert!(ReaderKey::open(&private, ReaderId(other_reader), other_number, &sealed).is_err());
        }
    }

    #[test]
    fn a_wrap_opens_with_its_key_for_its_record_only_and_holds_what_was_wrapped(
        parts in prop::sample::subsequence(PartCode::ALL.to_vec(), 0..=6),
        number in any::<u32>(),
    ) {
        let contents: Vec<_> = parts.iter().map(|part| content(*part)).collect();
        let own = key(7, number);
        let keys: Vec<_> = contents.iter().map(|(place, key, _)| (place.part, key)).collect();
        let wrapped = wrap(&own, token(1), &keys).unwrap();
        prop_assert_eq!(wrap_number(&wrapped), Ok(number));
        let opened = unwrap(&own, token(1), &wrapped).unwrap();
        prop_assert_eq!(opened.iter().map(|(part, _)| *part).collect::<Vec<_>>(), parts.clone());
        for ((place, _, sealed), (part, key)) in contents.iter().zip(&opened) {
            prop_assert_eq!(&**open_content(key, place, sealed).unwrap(), part.name().as_bytes());
        }
        prop_assert!(unwrap(&own, token(2), &wrapped).is_err(), "moved to another record");
        prop_assert!(unwrap(&key(7, number), token(1), &wrapped).is_err(), "another key of the same reader and number");
    }

    #[test]
    fn a_figure_is_64_bytes_and_opens_with_its_key_for_its_record_and_schema_only(
        plain in prop::collection::vec(any::<u8>(), 0..=17),
        number in any::<u32>(),
    ) {
        let own = key(2, number);
        let sealed = seal_figure(&own, token(1), SCHEMA, &plain).unwrap();
        prop_assert_eq!(sealed.len(), 64, "whatever it holds");
        prop_assert_eq!(figure_number(&sealed), Ok(number));
        prop_assert_eq!(&*open_figure(&own, token(1), SCHEMA, &sealed).unwrap(), plain.as_slice());
        prop_assert!(open_figure(&own, token(2), SCHEMA, &sealed).is_err());
        prop_assert!(open_figure(&own, token(1), SCHEMA + 1, &sealed).is_err());
        prop_assert!(open_figure(&key(2, number), token(1), SCHEMA, &sealed).is_err());
    }
}

#[test]
fn a_key_under_another_reader_or_number_does_not_stand_in_for_its_own() {
    let own = key(7, 3);
    assert!(in_the_place_of(&own, 7, 3).is_ok());
    assert!(in_the_place_of(&own, 8, 3).is_err());
    assert!(in_the_place_of(&own, 7, 4).is_err());
}

#[test]
fn everything_sealed_to_or_under_a_reader_is_whole_or_does_not_open() {
    let (private, public) = pair();
    let own = key(7, 3);
    let (_, content_key, _) = content(PartCode::Diagnosis);
    let wrapped = wrap(&own, token(1), &[(PartCode::Diagnosis, &content_key)]).unwrap();
    let figure = seal_figure(&own, token(1), SCHEMA, b"count").unwrap();
    let sealed = seal_to(&public, b"place", b"text").unwrap();
    let reader_key = own.sealed_to(&public).unwrap();
    assert!(spoilt(&wrapped).iter().all(|bytes| unwrap(&own, token(1), bytes).is_err()));
    assert!(spoilt(&figure).iter().all(|bytes| open_figure(&own, token(1), SCHEMA, bytes).is_err()));
    assert!(spoilt(&sealed).iter().all(|bytes| open_with(&private, b"place", bytes).is_err()));
    assert!(spoilt(&reader_key).iter().all(|bytes| ReaderKey::open(&private, ReaderId(7), 3, bytes).is_err()));
}

#[test]
fn a_wrap_is_no_figure_and_a_figure_no_wrap() {
    let own = key(2, 3);
    let wrapped = wrap(&own, token(1), &[]).unwrap();
    let figure = seal_figure(&own, token(1), SCHEMA, &[]).unwrap();
    assert!(open_figure(&own, token(1), SCHEMA, &wrapped).is_err());
    assert!(unwrap(&own, token(1), &figure).is_err());
}

#[test]
fn a_figure_that_is_too_long_is_refused_and_not_cut() {
    assert!(seal_figure(&key(2, 3), token(1), SCHEMA, &[0; 17]).is_ok());
    assert_eq!(seal_figure(&key(2, 3), token(1), SCHEMA, &[0; 18]), Err(SealError::Format));
}
