//! Reads calls as text (see `tests/recorded/mod.rs`) from standard input and writes a line for each. The recording script
//! compares them with strace's.

#[path = "../tests/recorded/mod.rs"]
mod recorded;

fn main() -> std::io::Result<()> {
    let text = std::io::read_to_string(std::io::stdin())?;
    for mut call in recorded::parse(&text) {
        println!("{}", recorded::line(&mut call));
    }
    Ok(())
}
