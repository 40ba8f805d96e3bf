// Content of a part exists once: it can be moved, not copied.
fn keep(content: domain::RemarksContent) -> domain::RemarksContent {
    content
// FORBIDDEN:     content.clone()
}
