//! The rights of each role as text, beside the table in `src/access/policy.rs`: a change of a right is seen in review.

#[test]
fn the_rights_are_those_of_the_printed_matrix() {
    let printed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/role_matrix.txt")).unwrap();
    assert_eq!(access::role_matrix(), printed);
}
