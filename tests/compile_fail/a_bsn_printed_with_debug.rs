// A BSN has no Debug: it cannot slip into a log or a panic. Its Display is the mask.
fn print(bsn: &domain::Bsn) -> String {
    format!("{}", bsn)
// FORBIDDEN:     format!("{:?}", bsn)
}
